//! The command line as it was typed, for the next one to type.

use crate::report::escape::argument;

/// What was typed, quoted for a shell.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// `validate`, `upload`.
    pub command: String,
    /// The options, `--dry-run` left out.
    pub options: String,
    /// The inputs.
    pub inputs: String,
}

impl Typed {
    /// The words of this process; `inputs` are those among them that name inputs.
    pub fn now(command: &str, inputs: &[String]) -> Self {
        let words = std::env::args_os().skip(1);
        let words = words.map(|word| word.to_string_lossy().into_owned());
        Self::sorted(words, command, inputs)
    }

    fn sorted(words: impl Iterator<Item = String>, command: &str, inputs: &[String]) -> Self {
        let mut others: Vec<&str> = inputs.iter().map(String::as_str).collect();
        others.extend([command, "--dry-run"]);
        let mut options = Vec::new();
        for word in words {
            match others.iter().position(|other| *other == word) {
                Some(at) => drop(others.remove(at)),
                None => options.push(argument(&word)),
            }
        }
        let inputs: Vec<String> = inputs.iter().map(|input| argument(input)).collect();
        Typed {
            command: command.to_owned(),
            options: options.join(" "),
            inputs: inputs.join(" "),
        }
    }

    /// The same with more options behind it.
    pub fn with(&self, more: &str) -> String {
        let words = [
            "tenjin-s2s",
            &self.command,
            &self.options,
            &self.inputs,
            more,
        ];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_before_the_command_and_between_inputs_stay() {
        let words = [
            "-q",
            "upload",
            "a b.csv",
            "--rate",
            "5/s",
            "--dry-run",
            "c.csv",
        ];
        let inputs = ["a b.csv".to_owned(), "c.csv".to_owned()];
        let typed = Typed::sorted(words.map(str::to_owned).into_iter(), "upload", &inputs);
        assert_eq!(typed.options, "-q --rate 5/s");
        assert_eq!(
            typed.with("--limit 5"),
            "tenjin-s2s upload -q --rate 5/s 'a b.csv' c.csv --limit 5"
        );
    }
}
