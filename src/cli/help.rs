//! What ends the help of each command, from `help.txt`: examples that run (a test runs them), the
//! keys of its JSON, and where else its options can be set. And what a newcomer sees who types
//! nothing.
//!
//! A section there has the name of its command; what stands below a line of dashes is shown by
//! `--help` only, not by `-h`. A name in braces stands for another section, or for a list of words.

use std::ffi::OsString;

use clap::Command;

use super::config::data_options_help;
use crate::report::layout::wrapped;
use crate::sandbox::{Fault, Stats};

const TEXT: &str = include_str!("help.txt");
/// What stands between the short and the long part of a section.
const LONG: &str = "\n---\n";

/// What `tenjin-s2s` alone prints.
pub fn first_steps() -> &'static str {
    section("nothing typed").unwrap_or_default()
}

/// The command and those below it, each with its section, if it has one.
pub(super) fn with_sections(command: Command, path: &str) -> Command {
    let command = match section(path).map(|text| (text, text.split_once(LONG))) {
        None => command,
        Some((text, None)) => command.after_help(text),
        Some((_, Some((short, more)))) => {
            let long = format!("{short}\n\n{}", filled(more));
            command.after_help(short).after_long_help(long)
        }
    };
    command.mut_subcommands(|sub| {
        let path = format!("{path} {}", sub.get_name());
        with_sections(sub, &path)
    })
}

fn section(name: &str) -> Option<&'static str> {
    let sections = TEXT.split("\n# ");
    let mut found = sections.filter_map(|text| text.trim_start_matches("# ").split_once('\n'));
    found
        .find(|(head, _)| *head == name)
        .map(|(_, text)| text.trim_end())
}

fn filled(text: &str) -> String {
    let elsewhere = section("environment and file").unwrap_or_default();
    text.replace("{environment and file}", elsewhere)
        .replace("{keys that describe data}", &data_options_help())
        .replace("{faults and counts}", &faults_and_counts())
}

/// The names that can be typed after `--fault`, and read in the sandbox's counts.
fn faults_and_counts() -> String {
    let stats = serde_json::to_value(Stats::default()).unwrap_or_default();
    let stats = stats.as_object().into_iter().flat_map(|stats| stats.keys());
    let stats: Vec<&str> = stats.map(String::as_str).collect();
    let listed = |title: &str, names: &[&str]| {
        let lines = wrapped(&names.join(" "), 78);
        format!("{title}\n  {}\n", lines.join("\n  "))
    };
    let line = |fault: Fault| {
        let about = wrapped(fault.documentation(), 64).join("\n              ");
        format!("  {:<12}{about}\n", fault.name())
    };
    let faults: String = Fault::ALL.into_iter().map(line).collect();
    let faults = format!("Faults:\n{faults}");
    format!("{faults}\n{}", listed("Keys of GET /stats:", &stats))
}

/// `tenjin-s2s help upload` is `tenjin-s2s upload --help`.
pub fn as_option(mut arguments: Vec<OsString>) -> Vec<OsString> {
    if arguments.get(1).is_some_and(|word| word == "help") {
        arguments.remove(1);
        arguments.push("--help".into());
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(command: &Command, path: &str) -> Vec<String> {
        let below = command.get_subcommands().flat_map(|sub| {
            let path = format!("{path} {}", sub.get_name());
            paths(sub, &path)
        });
        [path.to_owned()].into_iter().chain(below).collect()
    }

    #[test]
    fn each_command_has_a_section_and_each_section_a_use() {
        let mut named = paths(&crate::cli::command(), "tenjin-s2s");
        for path in &named {
            assert!(section(path).is_some(), "{path}");
        }
        named.extend(["nothing typed", "environment and file"].map(str::to_owned));
        let heads = TEXT.lines().filter_map(|line| line.strip_prefix("# "));
        let lost: Vec<&str> = heads
            .filter(|head| !named.iter().any(|name| name == head))
            .collect();
        assert_eq!(lost, [""; 0]);
    }
}
