//! Parses what was typed, runs it, ends with its exit code.

use std::io::Write;
use std::process::ExitCode;

use tenjin_s2s::cli::{self, config};
use tenjin_s2s::commands;
use tenjin_s2s::model::Exit;
use tenjin_s2s::run::streams::Streams;
use tenjin_s2s::run::{ending, signals};

fn main() -> ExitCode {
    signals::end_the_program_on_panic();
    let arguments = cli::help_as_option(std::env::args_os().collect());
    if arguments.len() <= 1 {
        // Somebody who types nothing wants to know what to type, and a script has a mistake in it.
        // Nobody hears it if standard error is closed; the exit code remains.
        let _ = writeln!(std::io::stderr(), "{}", cli::first_steps());
        return Exit::Usage.into();
    }
    let typed = match cli::command().try_get_matches_from(&arguments) {
        Ok(typed) => typed,
        Err(error) => return Streams::mistyped(error, &arguments),
    };
    let (streams, done) = match config::complete(&typed, arguments) {
        Ok(cli) => (
            Streams::decide(&cli.general, cli.reader),
            commands::run(&cli),
        ),
        Err(error) => {
            let error = ending::not_started(&typed, error);
            (Streams::of(&typed), Err(error))
        }
    };
    match done {
        Ok(exit) => exit.into(),
        Err(error) => commands::failed(&error, streams).into(),
    }
}
