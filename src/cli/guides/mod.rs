//! The guides: what people do with the program in common situations, each shorter than a page.
//!
//! Adding one is a file of Markdown beside this and a line in [`ALL`], which may name files of
//! `packaging/` that are printed below it. The first line is its title; paragraphs, lists and blocks
//! of code are all that the man page knows. Tests run the commands.

/// A guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guide {
    /// What users type.
    pub name: &'static str,
    /// Its file, as `guide NAME` prints it.
    pub text: &'static str,
}

macro_rules! guides {
    ($($name:literal $(shows $file:literal)*),+ $(,)?) => {
        /// Every guide, those for the first day first.
        pub const ALL: &[Guide] = &[$(Guide {
            name: $name,
            text: concat!(
                include_str!(concat!($name, ".md")),
                $(
                    "\n`", $file, "`:\n\n```ini\n",
                    include_str!(concat!("../../../packaging/", $file)),
                    "```\n"
                ),*
            ),
        }),+];
    };
}

guides![
    "moving",
    "sources",
    "ci",
    "nightly",
    "systemd"
        shows "systemd/tenjin-s2s.service"
        shows "systemd/tenjin-s2s.timer"
        shows "systemd/tenjin-s2s.toml",
    "containers",
    "machines",
    "monitoring",
    "doubt",
    "undo",
    "sent",
];

impl Guide {
    /// What it is about.
    pub fn title(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or_default();
        first.trim_start_matches("# ")
    }

    /// All below its title.
    pub fn body(&self) -> &'static str {
        let (_, body) = self.text.split_once("\n\n").unwrap_or_default();
        body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_title_and_is_shorter_than_a_page() {
        for guide in ALL {
            assert!(guide.text.starts_with("# "), "{}", guide.name);
            assert!(!guide.title().is_empty() && !guide.body().is_empty());
            // A file that is shown is as long as it is.
            let (own, _) = guide
                .text
                .split_once("\n`systemd/")
                .unwrap_or((guide.text, ""));
            assert!(own.lines().count() <= 75, "{}", guide.name);
            let is_wide = |line: &&str| line.chars().count() > 100;
            let in_prose = guide.text.split("```").step_by(2);
            let wide = in_prose.flat_map(str::lines).find(is_wide);
            assert_eq!(wide, None, "{}", guide.name);
        }
    }
}
