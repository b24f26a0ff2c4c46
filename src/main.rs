//! The door: parse, run, exit code.

use std::process::ExitCode;

use clap::CommandFactory;
use tenjin_s2s::cli::Cli;
use tenjin_s2s::commands::{self, Talk};
use tenjin_s2s::config;
use tenjin_s2s::exit::Exit;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let typed = match Cli::command().try_get_matches_from(&arguments) {
        Ok(typed) => typed,
        Err(error) => return Talk::mistyped(&error, &arguments),
    };
    let (talk, done) = match config::complete(&typed, arguments) {
        Ok(cli) => (Talk::decide(&cli.talk), commands::run(&cli)),
        Err(error) => (Talk::of(&typed), Err(error)),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(error) => {
            talk.fail(&format!("{error:#}"));
            Exit::Usage.into()
        }
    }
}
