//! The door: parse, run, exit code.

use std::io::Write;
use std::process::ExitCode;

use clap::CommandFactory;
use tenjin_s2s::cli::Cli;
use tenjin_s2s::commands;
use tenjin_s2s::config;
use tenjin_s2s::exit::Exit;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let typed = Cli::command().get_matches_from(&arguments);
    match config::complete(&typed, arguments).and_then(|cli| commands::run(&cli)) {
        Ok(exit) => exit.into(),
        Err(error) => {
            // Nobody hears it if standard error is closed; the exit code remains.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            Exit::Usage.into()
        }
    }
}
