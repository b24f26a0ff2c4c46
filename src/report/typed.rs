//! The command line as it was typed, for the next one to type.
//!
//! What is proposed can be pasted: quoted for a shell, no option twice, and `--` before inputs
//! that look like options.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::keys;
use crate::model::text::{any_argument, argument};

/// Options that may be given several times; of any other one the last word counts.
const SEVERAL: [&str; 6] = [
    "--map",
    "--set",
    "--override",
    "--allow",
    "--require",
    "--time-format",
];

/// Options that exclude another one: proposed, they take its place.
const INSTEAD: [(&str, &str); 1] = [("--lookup", "--derive-installation-id")];

/// Options that a command about the ledger takes from the run that it is about.
const OF_LEDGER: [&str; 2] = ["--ledger", "--config"];
/// Options that say where rows go, and with which key.
const OF_SERVER: [&str; 5] = [
    "--endpoint-url",
    "--sandbox",
    "--sdk-key-file",
    "--sdk-key-env",
    "--key-scope",
];

/// The forms of `--output` that only `validate` has.
const FOR_CI: [&str; 2] = ["github", "junit"];

/// What was typed, word by word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// The options and their values; `--dry-run` and `--` left out.
    options: Vec<String>,
    inputs: Vec<OsString>,
    /// Whether `--dry-run` was.
    is_dry_run: bool,
}

impl Typed {
    /// The words of this process; `inputs` are those among them that name inputs.
    pub fn now(command: &str, inputs: &[OsString]) -> Self {
        Self::sorted(std::env::args_os().skip(1), command, inputs)
    }

    fn sorted(words: impl Iterator<Item = OsString>, command: &str, inputs: &[OsString]) -> Self {
        let mut others: Vec<&OsStr> = inputs.iter().map(OsString::as_os_str).collect();
        others.extend([command, "--"].map(OsStr::new));
        let (mut options, mut is_dry_run) = (Vec::new(), false);
        for word in words {
            match others.iter().position(|other| *other == word) {
                Some(at) => drop(others.remove(at)),
                None if word == "--dry-run" => is_dry_run = true,
                None => {
                    let word = word.to_string_lossy().into_owned();
                    options.push(without_key(options.last(), word));
                }
            }
        }
        Typed {
            options,
            inputs: inputs.to_vec(),
            is_dry_run,
        }
    }

    /// Whether any input was named; else standard input is read.
    pub fn names_inputs(&self) -> bool {
        !self.inputs.is_empty()
    }

    /// These options and inputs.
    pub fn of(options: &[&str], inputs: &[&str]) -> Self {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Typed {
            options: owned(options),
            inputs: inputs.iter().map(OsString::from).collect(),
            is_dry_run: false,
        }
    }

    /// The same with other inputs.
    #[must_use]
    pub fn on(&self, input: &Path) -> Self {
        Typed {
            inputs: vec![input.into()],
            ..self.clone()
        }
    }

    /// The same without an option that takes no value.
    #[must_use]
    pub fn without(&self, flag: &str) -> Self {
        let mut typed = self.clone();
        typed.options.retain(|word| word != flag);
        typed
    }

    /// The command line of this command with these words more.
    pub fn line<'w>(&self, command: &str, more: impl IntoIterator<Item = &'w str>) -> String {
        let more: Vec<&str> = more.into_iter().collect();
        let kept = self.besides(&more, command);
        let quoted = |words: &[&str]| words.iter().map(|word| argument(word)).collect();
        let mut words: Vec<String> = ["tenjin-s2s", command].map(argument).into();
        words.extend(kept.into_iter().map(argument));
        let inputs = self.inputs.iter().map(|input| any_argument(input));
        let is_option =
            |input: &OsString| input.as_encoded_bytes().starts_with(b"-") && input != "-";
        let more: Vec<String> = quoted(&more);
        if self.inputs.iter().any(is_option) {
            words.extend(more);
            words.push("--".to_owned());
            words.extend(inputs);
        } else {
            words.extend(inputs);
            words.extend(more);
        }
        words.join(" ")
    }

    /// A command about the ledger that was used.
    pub fn about_ledger<'w>(&self, words: impl IntoIterator<Item = &'w str>) -> String {
        self.on_ledger(["ledger"].into_iter().chain(words))
    }

    /// Any command with the ledger that was used.
    pub fn on_ledger<'w>(&self, words: impl IntoIterator<Item = &'w str>) -> String {
        self.with(words, |name| OF_LEDGER.contains(&name))
    }

    /// An upload with the ledger, the server and the key that were used.
    pub fn to_server<'w>(&self, words: impl IntoIterator<Item = &'w str>) -> String {
        self.with(words, |name| {
            OF_LEDGER.contains(&name) || OF_SERVER.contains(&name)
        })
    }

    fn with<'w>(
        &self,
        words: impl IntoIterator<Item = &'w str>,
        is_taken: impl Fn(&str) -> bool,
    ) -> String {
        let words = ["tenjin-s2s"].into_iter().chain(words);
        let mut words: Vec<String> = words.map(argument).collect();
        let taken = self.given().filter(|(name, _)| is_taken(name));
        // Behind the one value may stand words that are none: `--ledger l.sqlite status`.
        let own = |given: &[String]| 1 + usize::from(!given[0].contains('='));
        let taken = taken.flat_map(|(_, given)| given.iter().take(own(given)));
        words.extend(taken.map(|word| argument(word)));
        words.join(" ")
    }

    /// Whether an option was typed.
    pub fn has(&self, option: &str) -> bool {
        self.given().any(|(name, _)| name == option)
    }

    /// Whether a plan was asked for: what is proposed instead must not send.
    pub fn is_dry_run(&self) -> bool {
        self.is_dry_run
    }

    /// Whether all of these words were typed already, so that they would change nothing.
    pub fn says<'w>(&self, words: impl IntoIterator<Item = &'w str>) -> bool {
        let mut words = words.into_iter();
        words.all(|word| self.options.iter().any(|typed| typed == word))
    }

    /// The options that `more` does not give anew, and that this command has.
    fn besides(&self, more: &[&str], command: &str) -> Vec<&str> {
        let is_replaced = |name: &str| {
            let mut pairs = INSTEAD.iter();
            pairs.any(|(new, old)| *old == name && more.contains(new))
        };
        let anew =
            |name: &str| more.contains(&name) && !SEVERAL.contains(&name) || is_replaced(name);
        let is_of_validate = |name: &str, words: &[String]| {
            let value = words[0].split_once('=').map(|(_, value)| value);
            let value = value.or(words.get(1).map(String::as_str));
            name == "--output" && value.is_some_and(|value| FOR_CI.contains(&value))
        };
        let fits = |name: &str, words| command == "validate" || !is_of_validate(name, words);
        let kept = self.given();
        let kept = kept.filter(|(name, words)| !anew(name) && fits(name, words));
        kept.flat_map(|(_, words)| words.iter().map(String::as_str))
            .collect()
    }

    /// Each option by its name, with the words that belong to it: itself, and its value.
    fn given(&self) -> impl Iterator<Item = (&str, &[String])> {
        let is_start = |at: &usize| self.options[*at].starts_with('-');
        let starts: Vec<usize> = (0..self.options.len()).filter(is_start).collect();
        let ends = starts.clone().into_iter().skip(1);
        let ends = ends.chain([self.options.len()]);
        starts.into_iter().zip(ends).map(|(start, end)| {
            let words = &self.options[start..end];
            let name = words[0].split('=').next().unwrap_or_default();
            (name, words)
        })
    }
}

/// The word without the key that somebody has typed where the place of one belongs.
fn without_key(before: Option<&String>, word: String) -> String {
    let before = before.map_or("", String::as_str);
    let (option, value) = word.split_once('=').unwrap_or((before, &word));
    let said = match option {
        "--sdk-key-env" => keys::variable_name(value),
        "--sdk-key-file" => keys::file_name(Path::new(value)),
        _ => return word,
    };
    if *said == *value {
        word
    } else {
        word.replace(value, "YOUR_PLACE_OF_THE_KEY")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_the_place_of_its_place_is_not_proposed_again() {
        let line = |words: &[&str]| typed(words, &[]).line("upload", []);
        let key = "ABCDEFGH0123";
        assert_eq!(
            line(&["--sdk-key-env", key, "-q"]),
            "tenjin-s2s upload --sdk-key-env YOUR_PLACE_OF_THE_KEY -q"
        );
        assert_eq!(
            line(&[&format!("--sdk-key-file={key}")]),
            "tenjin-s2s upload --sdk-key-file=YOUR_PLACE_OF_THE_KEY"
        );
        assert_eq!(
            line(&["--sdk-key-env", "TENJIN_KEY"]),
            "tenjin-s2s upload --sdk-key-env TENJIN_KEY"
        );
    }

    fn typed(words: &[&str], inputs: &[&str]) -> Typed {
        let inputs: Vec<OsString> = inputs.iter().map(OsString::from).collect();
        let words = words.iter().map(OsString::from);
        Typed::sorted(words, "upload", &inputs)
    }

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
        let typed = typed(&words, &["a b.csv", "c.csv"]);
        assert_eq!(
            typed.line("upload", ["--limit", "5"]),
            "tenjin-s2s upload -q --rate 5/s 'a b.csv' c.csv --limit 5"
        );
    }

    #[test]
    fn no_option_is_there_twice_but_those_that_may() {
        let words = [
            "upload",
            "--max-age=3d",
            "--map",
            "price=a",
            "--sandbox",
            "a.csv",
            "--timezone",
            "UTC",
        ];
        let typed = typed(&words, &["a.csv"]);
        let more = [
            "--max-age",
            "none",
            "--map",
            "event=b",
            "--sandbox",
            "--timezone",
            "Asia/Tokyo",
        ];
        assert_eq!(
            typed.line("upload", more),
            "tenjin-s2s upload --map price=a a.csv --max-age none --map event=b --sandbox \
             --timezone Asia/Tokyo"
        );
    }

    #[test]
    fn an_input_that_looks_like_an_option_stands_behind_two_dashes() {
        let file = typed(&["upload", "--kind", "open", "--", "-x.csv"], &["-x.csv"]);
        assert_eq!(
            file.line("upload", ["--max-age", "none"]),
            "tenjin-s2s upload --kind open --max-age none -- -x.csv"
        );
        let stdin = typed(&["upload", "-"], &["-"]);
        assert_eq!(
            stdin.line("upload", ["--limit", "1"]),
            "tenjin-s2s upload - --limit 1"
        );
    }

    #[test]
    fn a_command_about_the_ledger_names_the_one_that_was_used() {
        let words = [
            "--config=c.toml",
            "upload",
            "a.csv",
            "--ledger",
            "my stats.db",
            "--rate",
            "5/s",
        ];
        let typed = typed(&words, &["a.csv"]);
        assert_eq!(
            typed.about_ledger(["status"]),
            "tenjin-s2s ledger status --config=c.toml --ledger 'my stats.db'"
        );
        let words = ["ledger", "--config", "c.toml", "--ledger=l.db", "status"];
        assert_eq!(
            Typed::sorted(words.iter().map(OsString::from), "ledger", &[])
                .on_ledger(["upload", "--from-ledger"]),
            "tenjin-s2s upload --from-ledger --config c.toml --ledger=l.db"
        );
    }
}
