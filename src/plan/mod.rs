//! From what was typed to what is decided: every decision that can be made before row one.
//!
//! Only this family sees raw options; behind it nothing is optional that need not be. Whatever is
//! wrong with the options is an error here, before anything is read or sent.
//!
//! What to read, and by which rules; opening it, and fitting the mapping to its columns.

use std::ffi::OsString;
use std::sync::Arc;

use anyhow::bail;

use crate::cli::{FormatArg, InputArgs, OutcomesArg};
use crate::delivery::feed::Checking;
use crate::input::{self, Format, Location, ReadOptions};
use crate::mapping::Mapping;
use crate::model::App;
use crate::report::typed::Typed;
use crate::report::warning::{Warning, WarningCode};
use crate::validate::{Build, Rules};
use rules::{derived, idle_table, rules, user_mapping};

pub mod files;
mod opening;
mod rules;
mod sending;

pub use files::must_identify;
pub use rules::mapping_file;
pub use sending::Sending;

/// What to read, and by which rules.
#[derive(Debug)]
pub struct Reading<'a> {
    /// As it was typed.
    pub args: &'a InputArgs,
    /// The inputs.
    pub locations: Vec<Location>,
    /// How they are written.
    pub options: ReadOptions,
    /// The user's words for Tenjin's fields, with the mapping file and the preset, if named.
    pub mapping: Mapping,
    /// How rows are checked.
    pub rules: Rules,
    /// What people should know before the first row, a sentence each.
    pub warnings: Vec<Warning>,
    /// What was typed, for messages that propose a better command.
    pub(super) typed: Typed,
}

impl<'a> Reading<'a> {
    /// Decides what to read; nothing, if rows come from the ledger. `stdin_is_terminal`: then
    /// somebody forgot to name an input.
    pub fn decide(
        args: &'a InputArgs,
        from_ledger: bool,
        stdin_is_terminal: bool,
    ) -> anyhow::Result<Self> {
        let dash = [OsString::from("-")];
        let locations = match args.inputs.as_slice() {
            [] if from_ledger => Vec::new(),
            _ if from_ledger => {
                bail!("--from-ledger sends what the ledger has released: name no input")
            }
            [] if stdin_is_terminal => bail!(
                "no input: name files, patterns or directories, or `-` for standard input\n\
                 try: tenjin-s2s validate EXPORT.csv"
            ),
            [] => input::locate(&dash)?,
            inputs => input::locate(inputs)?,
        };
        let options = read_options(args);
        let rules = rules(args, &options)?;
        let derived = args.derive_installation_id.map(derived);
        let derived = derived.map(|text| Warning::new(WarningCode::IdsDerived, text));
        let idle = idle_table(args, &rules);
        let idle = idle.map(|text| Warning::new(WarningCode::LookupTableIdle, text));
        Ok(Reading {
            args,
            locations,
            options,
            mapping: user_mapping(args)?,
            rules,
            typed: Typed::now(&command(), &args.inputs),
            warnings: derived.into_iter().chain(idle).collect(),
        })
    }

    /// `--min-rows`, if rows come from inputs.
    pub fn min_rows(&self) -> Option<u64> {
        self.args.min_rows.filter(|_| !self.locations.is_empty())
    }

    /// Whether `outcomes.ndjson` names every row.
    pub fn names_all_outcomes(&self) -> bool {
        self.args.outcomes == OutcomesArg::All
    }

    /// Whether every input is a file, so that it can be read before it is sent.
    pub fn can_read_twice(&self) -> bool {
        self.locations.iter().all(|location| match location {
            Location::File(path) => path.is_file(),
            Location::Stdin => false,
        })
    }

    /// How rows are checked, and what they become.
    pub fn checking(&self, build: Build) -> Checking {
        let rules = Rules {
            build,
            ..self.rules.clone()
        };
        Checking {
            key_finder: None,
            rules: Arc::new(rules),
            limit: self.args.limit,
            name_filtered: self.names_all_outcomes(),
        }
    }

    /// From now on rows of this app are rejected as `unknown_app`.
    pub fn not_ours(&mut self, app: &App) {
        if let Some(known) = &mut self.rules.apps {
            known.retain(|known| known.app != *app);
        }
    }

    /// Whether an input can be read only once.
    pub fn is_stream(&self) -> bool {
        self.locations.contains(&Location::Stdin)
    }
}

fn read_options(args: &InputArgs) -> ReadOptions {
    ReadOptions {
        format: match args.format {
            FormatArg::Auto => None,
            FormatArg::Csv => Some(Format::Csv),
            FormatArg::Ndjson => Some(Format::Ndjson),
        },
        delimiter: args.delimiter.0,
        encoding: args.encoding,
        max_row_bytes: args.max_row_bytes as usize,
        grows: false,
    }
}

/// The command that reads: both take the options that are proposed.
pub(super) fn command() -> String {
    let mut words = std::env::args_os();
    let is_upload = words.any(|word| word == "upload");
    if is_upload { "upload" } else { "validate" }.to_owned()
}
