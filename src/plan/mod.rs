//! From what was typed to what is decided: every decision that can be made before row one.
//!
//! Only this family sees raw options; behind it nothing is optional that need not be. Whatever is
//! wrong with the options is an error here, before anything is read or sent.
//!
//! What to read, and by which rules; opening it, and fitting the mapping to its columns.
//!
//! How rows are read and checked: the user's words for Tenjin's fields (the command line over the
//! mapping file over the preset), the rules, and the table that fills their ids.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use jiff::Timestamp;

use crate::cli::{FormatArg, InputArgs, OutcomesArg};
use crate::delivery::feed::Checking;
use crate::input::{self, Format, Location, ReadOptions};
use crate::mapping::lookup::{self, KeyField, Pick, Table};
use crate::mapping::presets::{Preset, TENJIN};
use crate::mapping::{self, Mapping, Numbers, Wishes};
use crate::model::{App, DEFAULT_MAX_AGE_DAYS, shown};
use crate::named_file::{NamedFile, not_opened};
use crate::parse;
use crate::report::typed::Typed;
use crate::report::warning::{Warning, WarningCode};
use crate::schema::Group;
use crate::validate::{Build, Rules};

pub mod files;
mod opening;
mod sending;

pub use files::must_identify;
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

/// See [`DEFAULT_MAX_AGE_DAYS`].
const DEFAULT_MAX_AGE: Duration = Duration::from_hours(DEFAULT_MAX_AGE_DAYS * 24);

fn table(args: &InputArgs, options: &ReadOptions) -> anyhow::Result<Option<Arc<Table>>> {
    match (&args.lookup, args.lookup_key) {
        (Some(_), _) if args.derive_installation_id.is_some() => bail!(
            "--lookup finds the installations of the SDK, --derive-installation-id is for apps \
             without it: leave one of them out"
        ),
        (Some(path), Some(key)) => {
            let pick = match args.lookup_pick {
                Some(_) => Pick::Last,
                None => Pick::None,
            };
            Ok(Some(Arc::new(lookup::read(path, options, key, pick)?)))
        }
        (Some(_), None) => bail!(
            "--lookup needs --lookup-key: customer_user_id, developer_device_id or advertising_id"
        ),
        (None, Some(_)) => bail!("--lookup-key needs a table: --lookup FILE"),
        (None, None) if args.lookup_pick.is_some() => {
            bail!("--lookup-pick needs a table: --lookup FILE")
        }
        (None, None) => Ok(None),
    }
}

pub(super) fn derived(field: KeyField) -> String {
    format!(
        "analytics_installation_id is made from {} where a row has none: right only for apps \
         without Tenjin's SDK, since it is not the id that the SDK reports",
        field.key()
    )
}

/// What to say of a table that cannot give any id.
pub(super) fn idle_table(args: &InputArgs, rules: &Rules) -> Option<String> {
    let (path, key) = (args.lookup.as_ref()?, args.lookup_key?);
    let is_idle = rules.lookup.as_ref().is_some_and(|table| table.is_empty());
    is_idle.then(|| {
        format!(
            "--lookup {}: none of its rows has both a {} and an id to give",
            shown(&path.to_string_lossy()),
            key.key()
        )
    })
}

pub(super) fn rules(args: &InputArgs, options: &ReadOptions) -> anyhow::Result<Rules> {
    let timezone = match &args.timezone {
        None => None,
        Some(name) => Some(
            parse::zone(name)
                .map_err(|why| anyhow::anyhow!("--timezone: \"{}\" is {why}", shown(name)))?,
        ),
    };
    Ok(Rules {
        now: Timestamp::now().as_microsecond(),
        max_age: args.max_age.map_or(Some(DEFAULT_MAX_AGE), |age| age.0),
        allow: args.allow.clone(),
        allow_missing_ip: args.allow_missing_ip,
        id_format: args.id_format.unwrap_or_default(),
        require: Group::ALL
            .into_iter()
            .filter(|group| args.require.iter().any(|name| name == group.name()))
            .collect(),
        timezone,
        send_event_time: args.send_event_time,
        apps: args.apps.known(),
        any_app: !args.apps.have_keys(),
        lookup: table(args, options)?,
        derive: args.derive_installation_id,
        build: Build::Nothing,
    })
}

/// The word that lets each input be recognised.
const AUTO: &str = "auto";

/// Whether each input may be recognised by its columns.
pub(super) fn is_recognised(args: &InputArgs) -> bool {
    args.mapping.is_none() && args.preset == AUTO
}

/// The command line over the mapping file over the preset.
pub(super) fn user_mapping(args: &InputArgs) -> anyhow::Result<Mapping> {
    let mut mapping = Mapping::new(&wishes(args))?;
    if let Some(path) = &args.mapping {
        mapping = mapping.over(&mapping_file(path, "--mapping")?, None)?;
    }
    if args.preset != AUTO {
        let preset = Preset::find(&args.preset).context("--preset")?;
        mapping = match preset.name {
            TENJIN => mapping.as_preset(TENJIN),
            name => mapping.over(preset.file(), Some(name))?,
        };
    }
    Ok(mapping)
}

/// Far above any mapping that a person writes.
const MAPPING_BYTES: usize = 1 << 20;

/// The mapping file at this path, which this option names.
pub fn mapping_file(path: &Path, option: &str) -> anyhow::Result<Arc<mapping::File>> {
    let name = path.display().to_string();
    let what = || format!("{option} {name}");
    let file = NamedFile::open(path)
        .map_err(|error| not_opened(path, error))
        .with_context(what)?;
    let text = file.read_text(MAPPING_BYTES).with_context(what)?;
    Ok(Arc::new(mapping::File::parse(&name, &text)?))
}

fn wishes(args: &InputArgs) -> Wishes {
    Wishes {
        map: args.map.clone(),
        set: args.set.clone(),
        kind: args.kind,
        bundle_id: args.bundle_id.clone(),
        platform: args.platform,
        overrides: args.overrides.clone(),
        numbers: if args.decimal_comma {
            Numbers::Comma
        } else if args.decimal_point {
            Numbers::Point
        } else {
            Numbers::Unsaid
        },
        time_formats: args.time_format.clone(),
        ..Wishes::default()
    }
}
