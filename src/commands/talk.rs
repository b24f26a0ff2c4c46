//! How a command talks: results on stdout, everything else on stderr, colours where they help.

use std::io::{self, IsTerminal, Write};

use crate::cli::{ColorArg, ProgressArg, TalkArgs};
use crate::console::{Console, Progress};
use crate::pipeline::feed::Opened;
use crate::report::escape;
use crate::report::ink::Ink;
use crate::report::run::RunFacts;
use crate::row::shown;

/// How to talk.
#[derive(Debug, Clone, Copy)]
pub struct Talk {
    /// Say nothing unless something needs attention.
    pub quiet: bool,
    /// Say more.
    pub verbose: bool,
    /// Whether results are coloured.
    pub color: bool,
    progress: Progress,
}

impl Talk {
    /// Decides by the options, the terminal and `NO_COLOR`.
    pub fn decide(args: &TalkArgs) -> Self {
        let stderr_is_terminal = io::stderr().is_terminal();
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Talk {
            quiet: args.quiet,
            verbose: args.verbose,
            color: match args.color {
                ColorArg::Always => true,
                ColorArg::Never => false,
                ColorArg::Auto => io::stdout().is_terminal() && !no_color,
            },
            progress: match args.progress {
                ProgressArg::Auto => Progress::auto(stderr_is_terminal, args.quiet),
                ProgressArg::Bar => Progress::Bar,
                ProgressArg::Plain => Progress::Plain,
                ProgressArg::Off => Progress::Off,
            },
        }
    }

    /// Standard error, with progress on it.
    pub fn console(self) -> Console {
        Console::new(self.progress, Box::new(io::stderr()))
    }

    /// Prints a result. A reader that has gone is no error.
    pub fn result(self, text: &str) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(anyhow::Error::new(error).context("standard output cannot be written"))
            }
            _ => Ok(()),
        }
    }

    /// How results are coloured.
    pub fn ink(self) -> Ink {
        if self.color {
            Ink::Coloured
        } else {
            Ink::Plain
        }
    }

    /// Says something that must be said, also when quiet.
    pub fn complain(self, text: &str) {
        // Nobody hears it if standard error is closed.
        let _ = writeln!(io::stderr().lock(), "tenjin-s2s: {text}");
    }

    /// With `--verbose`: what was recognised, and which column feeds which field.
    pub fn explain(self, run: &RunFacts, opened: &[Opened]) {
        if !self.verbose {
            return;
        }
        self.say(&format!("run {}", run.run_id));
        for input in opened {
            let source = &input.source;
            let columns = source.header().map_or(0, |header| header.names().len());
            let columns = if columns > 0 {
                format!(", {columns} columns")
            } else {
                String::new()
            };
            let preset = input.binding.preset();
            let preset = preset.map_or(String::new(), |name| format!(", preset {name}"));
            self.say(&format!(
                "{}: {}{columns}{preset}",
                shown(source.name()),
                source.format()
            ));
        }
        self.say(&format!(
            "mapping {}",
            escape::json(&run.mapping.to_string())
        ));
    }

    /// Says something beside the result, if anybody wants to know.
    pub fn say(self, text: &str) {
        if !self.quiet {
            // Nobody hears it if standard error is closed.
            let _ = writeln!(io::stderr().lock(), "{text}");
        }
    }
}
