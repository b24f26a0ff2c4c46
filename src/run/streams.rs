//! How a command talks: results on stdout, everything else on stderr, colours where they help.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, FromArgMatches};

use crate::cli::{self, ColorArg, GeneralArgs, ProgressArg, Reader};
use crate::delivery::feed::Opened;
use crate::model::{drives_terminal, shown, text};
use crate::progress::{Console, Messages, Note, Progress};
use crate::report::layout::{Layout, Style};
use crate::report::run::RunFacts;
use crate::report::{ci, escape};

/// How to write to the streams.
#[derive(Debug, Clone, Copy, Default)]
pub struct Streams {
    /// Say nothing unless something needs attention.
    pub quiet: bool,
    /// Say more.
    pub verbose: bool,
    /// Whether results are coloured.
    pub color: bool,
    stdout_is_terminal: bool,
    /// Whether progress is coloured.
    colors_progress: bool,
    progress: Progress,
    /// Who reads the result.
    reader: Reader,
}

impl Streams {
    /// Decides by the options, the terminal and `NO_COLOR`.
    pub fn decide(args: &GeneralArgs, reader: Reader) -> Self {
        let stderr_is_terminal = io::stderr().is_terminal();
        let stdout_is_terminal = io::stdout().is_terminal();
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colors = |is_terminal: bool| match args.color {
            ColorArg::Always => true,
            ColorArg::Never => false,
            ColorArg::Auto => is_terminal && !no_color,
        };
        Streams {
            quiet: args.quiet,
            verbose: args.verbose,
            color: colors(stdout_is_terminal),
            stdout_is_terminal,
            colors_progress: colors(stderr_is_terminal),
            progress: match args.progress {
                ProgressArg::Auto => Progress::auto(stderr_is_terminal, args.quiet),
                ProgressArg::Bar if stderr_is_terminal => Progress::Bar,
                // A file does not redraw itself.
                ProgressArg::Bar | ProgressArg::Plain => Progress::Plain,
                ProgressArg::Json => Progress::Json,
                ProgressArg::Off => Progress::Off,
            },
            reader,
        }
    }

    /// Help, or a mistake on the command line. `clap` repeats what was typed, and that may be the
    /// name of a file that somebody else has chosen.
    pub fn mistyped(mut error: clap::Error, arguments: &[OsString]) -> ExitCode {
        let typed: Vec<_> = arguments
            .iter()
            .map(|word| word.to_string_lossy())
            .collect();
        let asks = |option, form| asks_for(&typed, option, form);
        let reader = match ["github", "junit"].map(|form| asks("--output", form)) {
            [true, _] => Reader::Github,
            [_, true] => Reader::Junit,
            _ => Reader::People,
        };
        let messages = if asks("--progress", "json") || asks("--output", "json") {
            Messages::Json
        } else {
            Messages::Text
        };
        let tip = tip(&error);
        if tip.is_some() {
            // Instead of clap's own, which is to take the option for a value.
            error.insert(ContextKind::Suggested, ContextValue::None);
        }
        let hostile = typed.iter().any(|word| word.chars().any(drives_terminal));
        if error.use_stderr() && (hostile || messages == Messages::Json) {
            let mut text = error.render().to_string();
            if let Some(tip) = tip {
                text = format!("{}\n{tip}", text.trim_end());
            }
            messages.say(&Note::error(text.trim_start_matches("error: ")));
        } else {
            // Nobody reads it if the stream is closed.
            let _ = error.print();
            if let Some(tip) = tip {
                let _ = writeln!(io::stderr(), "\n  {tip}");
            }
        }
        if error.use_stderr() {
            let text = error.render().to_string();
            let streams = Streams {
                reader,
                ..Streams::default()
            };
            streams.annotate(text.trim_start_matches("error: ").trim_end());
        }
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(1))
    }

    /// What was typed alone decides, where the configuration cannot be read.
    pub fn of(typed: &ArgMatches) -> Self {
        let named = typed.subcommand().map_or(typed, |(_, named)| named);
        // What clap has parsed has these options.
        GeneralArgs::from_arg_matches(named).map_or_else(
            |_| Streams::default(),
            |args| Streams::decide(&args, Reader::of_command(typed)),
        )
    }

    /// Standard error, with progress on it.
    pub fn console(self) -> Console {
        let style = colours(self.colors_progress);
        Console::new(
            self.progress,
            self.messages(),
            style,
            Box::new(io::stderr()),
        )
    }

    fn messages(self) -> Messages {
        match self.progress {
            Progress::Json => Messages::Json,
            _ if self.reader == Reader::Program => Messages::JsonErrors,
            Progress::Bar | Progress::Plain | Progress::Off => Messages::Text,
        }
    }

    /// Prints a result. A reader that has gone is no error.
    pub fn result(self, text: &str) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        let text = escape::printed(text, self.color);
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(anyhow::Error::new(error).context("standard output cannot be written"))
            }
            _ => Ok(()),
        }
    }

    /// What stands beside a result that is not for people. Nobody reads it if the stream is closed.
    pub fn beside(self, text: &str) {
        let text = self.logged(text);
        let _ = io::stderr().write_all(escape::printed(&text, false).as_bytes());
    }

    /// Standard error is the log of GitHub's runner, where the result is for it.
    fn logged(self, text: &str) -> Cow<'_, str> {
        match self.reader {
            Reader::Github => ci::log_text(text).into(),
            _ => text.into(),
        }
    }

    /// Whether results go to a terminal.
    pub fn prints_to_terminal(self) -> bool {
        self.stdout_is_terminal
    }

    /// How a summary looks.
    pub fn layout(self) -> Layout {
        Layout {
            style: colours(self.color),
            width: width().filter(|_| self.stdout_is_terminal),
            brief: self.quiet,
        }
    }

    /// Says something that must be said, also when quiet.
    pub fn complain(self, text: &str) {
        self.messages().say(&Note::notice(self.logged(text)));
    }

    /// Says what keeps a command from beginning, also to a CI server: one that finds nothing on
    /// standard output takes that for well.
    pub fn cannot_begin(self, text: &str) {
        self.fail(text);
        self.annotate(text);
    }

    fn annotate(self, text: &str) {
        let document = match self.reader {
            Reader::Github => ci::github_error(text),
            Reader::Junit => ci::junit_error(text).unwrap_or_default(),
            Reader::People | Reader::Program => return,
        };
        // Standard error has said it, whatever becomes of this.
        let _ = self.result(&document);
    }

    /// Says what ends the run, or spoils its result.
    pub fn fail(self, text: &str) {
        self.messages().say(&Note::error(self.logged(text)));
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
            self.messages().say(&Note::Remark(self.logged(text)));
        }
    }
}

/// What to do, where clap has no tip or a wrong one: a file stands in the place of a command, an
/// option is another command's, a switch has a value.
fn tip(error: &clap::Error) -> Option<String> {
    let typed = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word.as_str()),
        _ => None,
    };
    if let Some(word) = typed(ContextKind::InvalidSubcommand) {
        let word = Path::new(word).exists().then(|| text::argument(word))?;
        return Some(format!("tip: name a command: tenjin-s2s validate {word}"));
    }
    let long = typed(ContextKind::InvalidArg)?.strip_prefix("--")?;
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let owner = cli::command_with(long)?;
            Some(format!(
                "tip: `--{long}` is an option of tenjin-s2s {owner}"
            ))
        }
        ErrorKind::TooManyValues => {
            let name = long.replace('-', "_").to_uppercase();
            Some(format!(
                "tip: `--{long}` takes no value; TENJIN_S2S_{name}=false in the environment switches \
                 off what a configuration file switches on"
            ))
        }
        _ => None,
    }
}

/// Whether this form was asked for on a command line that could not be read, or by its variable.
fn asks_for(typed: &[Cow<'_, str>], option: &str, form: &str) -> bool {
    let with_value = format!("{option}={form}");
    let pairs = typed.windows(2);
    let said = pairs.into_iter().any(|pair| pair == [option, form])
        || typed.iter().any(|word| *word == with_value);
    let name = option.trim_start_matches('-').to_ascii_uppercase();
    let variable = std::env::var(format!("TENJIN_S2S_{name}"));
    said || (variable.as_deref() == Ok(form) && !typed.iter().any(|w| w.starts_with(option)))
}

/// Of the terminal that stdout is.
fn width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
    Some(usize::from(width.0)).filter(|width| *width > 0)
}

fn colours(coloured: bool) -> Style {
    if coloured {
        Style::Coloured
    } else {
        Style::Plain
    }
}
