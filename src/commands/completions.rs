//! `tenjin-s2s completions SHELL`: the script that is committed in `completions/`.
//!
//! What `clap_complete` gets wrong or leaves out is put right here, and a test asks the shells.

use std::fmt::Write;

use clap::Command;
use clap_complete::Shell;

use crate::cli;
use crate::model::Exit;
use crate::run::streams::Streams;

pub(super) fn run(shell: Shell, streams: Streams) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::command(), "tenjin-s2s", &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    match shell {
        // The dash of the program's name is taken for a border between commands in one half of
        // the script and not in the other, so that no command's options would be found.
        Shell::Bash => script = script.replace("tenjin__subcmd__s2s", "tenjin__s2s"),
        Shell::Fish => script += &words_of_fish(&cli::command()),
        _ => {}
    }
    streams.result(&script)?;
    Ok(Exit::Done)
}

/// The words that a command takes without an option, which fish is not told otherwise.
fn words_of_fish(command: &Command) -> String {
    let mut out = String::new();
    for sub in command.get_subcommands() {
        let words = sub
            .get_positionals()
            .flat_map(clap::Arg::get_possible_values);
        let words: Vec<String> = words.map(|word| word.get_name().to_owned()).collect();
        if !words.is_empty() {
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "complete -c tenjin-s2s -n \"__fish_tenjin_s2s_using_subcommand {}\" -f -a \"{}\"",
                sub.get_name(),
                words.join(" ")
            );
        }
    }
    out
}
