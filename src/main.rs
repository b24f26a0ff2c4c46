//! The door: parse, run, exit code.

use std::io::Write;
use std::process::ExitCode;

use tenjin_s2s::cli::{self, FIRST_STEPS, Mistake};
use tenjin_s2s::commands;
use tenjin_s2s::config;
use tenjin_s2s::exit::Exit;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    if arguments.len() <= 1 {
        // Somebody who types nothing wants to know what to type, and a script has a mistake in it.
        return failed(FIRST_STEPS.trim_end());
    }
    let typed = match cli::command().try_get_matches_from(&arguments) {
        Ok(typed) => typed,
        Err(error) => return mistaken(&Mistake(error)),
    };
    let ended = match config::complete(&typed, arguments) {
        Ok(cli) => commands::run(&cli),
        Err(error) => Err(commands::not_started(&typed, error)),
    };
    match ended {
        Ok(exit) => exit.into(),
        Err(error) => failed(&format!("error: {error:#}")),
    }
}

/// Prints the help that was asked for, or what was typed wrong.
fn mistaken(mistake: &Mistake) -> ExitCode {
    // Nobody hears it if the stream is closed; the exit code remains.
    let _ = mistake.0.print();
    if let Some(tip) = mistake.tip() {
        let _ = writeln!(std::io::stderr(), "\n  {tip}");
    }
    if mistake.0.use_stderr() {
        return Exit::Usage.into();
    }
    Exit::Done.into()
}

fn failed(text: &str) -> ExitCode {
    // Nobody hears it if standard error is closed; the exit code remains.
    let _ = writeln!(std::io::stderr(), "{text}");
    Exit::Usage.into()
}
