//! From what was typed to what is decided: every decision that can be made before row one.
//!
//! Only this file sees raw options; behind it nothing is optional that need not be. Whatever is
//! wrong with the options is an error here, before anything is read or sent.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app_keys::AppKeys;
use crate::cli::{FormatArg, IdFormatArg, InputArgs, OutcomesArg, PickArg, SendArgs};
use crate::config::Apps;
use crate::input::{self, Format, Location, ReadOptions, Source};
use crate::keys::KeySource;
use crate::kind::{App, Platform};
use crate::ledger;
use crate::lookup::{self, KeyField, Pick, Table};
use crate::mapping::{self, Binding, Mapping, Wishes};
use crate::normalise::{IdFormat, Rules};
use crate::pipeline::Leak;
use crate::pipeline::feed::{Checking, Opened};
use crate::pipeline::flow::Manner;
use crate::presets::{self, Found, Preset, TENJIN};
use crate::rate::Rate;
use crate::schema::{Group, Key};
use crate::transport::{Endpoint, Limits};

/// Rows older than this are left out unless the user says otherwise: the official SDK's own
/// replay window.
const DEFAULT_MAX_AGE: Duration = Duration::from_hours(7 * 24);

/// What to read, and by which rules.
#[derive(Debug)]
pub struct Reading {
    /// The inputs.
    pub locations: Vec<Location>,
    /// How they are written.
    pub options: ReadOptions,
    /// The user's words for Tenjin's fields, with the mapping file and the preset, if named.
    pub mapping: Mapping,
    /// Whether each input may be recognised by its columns.
    pub recognise: bool,
    /// How rows are checked.
    pub rules: Rules,
    /// `--limit`.
    pub limit: Option<u64>,
    /// Whether `outcomes.ndjson` names every row.
    pub all_outcomes: bool,
    /// Whether the age limit is ours and not the user's.
    pub default_max_age: bool,
    /// The apps of the configuration file.
    pub apps: Apps,
    /// What people should know before the first row, a sentence each.
    pub warnings: Vec<String>,
}

impl Reading {
    /// Decides what to read; nothing, if rows come from the ledger. `stdin_is_terminal`: then
    /// somebody forgot to name an input.
    pub fn decide(
        args: &InputArgs,
        from_ledger: bool,
        stdin_is_terminal: bool,
    ) -> anyhow::Result<Self> {
        let dash = ["-".to_owned()];
        let inputs = match args.inputs.as_slice() {
            [] if from_ledger => &[] as &[String],
            _ if from_ledger => {
                bail!("--from-ledger sends what the ledger has released: name no input")
            }
            [] if stdin_is_terminal => bail!(
                "no input: name files, patterns or directories, or `-` for standard input\n\
                 try: tenjin-s2s validate EXPORT.csv"
            ),
            [] => &dash[..],
            inputs => inputs,
        };
        Ok(Reading {
            locations: if from_ledger {
                Vec::new()
            } else {
                input::locate(inputs)?
            },
            options: read_options(args),
            mapping: mapping(args)?,
            recognise: args.mapping.is_none() && args.preset == AUTO,
            rules: rules(args)?,
            limit: args.limit,
            all_outcomes: args.outcomes == OutcomesArg::All,
            default_max_age: args.max_age.is_none(),
            apps: args.apps.clone(),
            warnings: args
                .derive_installation_id
                .map(derived)
                .into_iter()
                .collect(),
        })
    }

    /// Opens the inputs and fits the mapping to their columns: what is wrong with one of them is
    /// said before the first row is read.
    pub fn open(&self) -> anyhow::Result<Vec<Opened>> {
        (0..)
            .zip(&self.locations)
            .map(|(number, _)| self.open_one(number))
            .collect()
    }

    /// Opens one of the inputs.
    pub fn open_one(&self, number: u32) -> anyhow::Result<Opened> {
        let mut source = input::open(number, &self.locations[number as usize], &self.options)?;
        let binding = self
            .bind(&mut source)
            .with_context(|| source.name().to_owned())?;
        let binding = Arc::new(binding);
        Ok(Opened { source, binding })
    }

    fn bind(&self, source: &mut Source) -> anyhow::Result<Binding> {
        let bind = |mapping: &Mapping, source: &Source| match source.header() {
            Some(header) => mapping.bind_csv(header.names()),
            None => Ok(mapping.bind_json()),
        };
        if !self.recognise {
            return bind(&self.mapping, source);
        }
        let found = match source.header() {
            Some(header) => presets::by_header(header.names()),
            None => presets::by_objects(&source.first_lines()),
        };
        match found {
            Found::Whole(preset) => {
                let mapping = self.mapping.over(preset.file(), Some(preset.name))?;
                bind(&mapping, source)
            }
            Found::Half(sentence) if !self.says_enough(source) => bail!(
                "{sentence}; rename the column, or name what is there with --map FIELD=COLUMN, or edit a preset (tenjin-s2s presets NAME > my.toml) and use it with --mapping my.toml"
            ),
            Found::Half(_) | Found::Nothing => bind(&self.mapping.as_preset(TENJIN), source),
        }
    }

    /// Whether our own names already say what the rows are and whose, or the user began to say
    /// which column is what.
    fn says_enough(&self, source: &mut Source) -> bool {
        let has: Box<dyn Fn(Key) -> bool> = if let Some(header) = source.header() {
            Box::new(move |key| mapping::is_in_header(header.names(), key.name()))
        } else {
            let lines = source.first_lines();
            Box::new(move |key| {
                lines
                    .iter()
                    .any(|line| mapping::is_in_object(line, key.name()))
            })
        };
        let says_what = [
            Key::Kind,
            Key::Event,
            Key::ProductId,
            Key::AdRevenueMediation,
        ];
        self.mapping.is_mapped()
            || has(Key::BundleId) && has(Key::Platform) && says_what.into_iter().any(has)
    }

    /// A file whose rows nothing identifies would be sent again by each run: the options must say
    /// more. NDJSON says so only row by row.
    pub fn must_identify(&self, opened: &[Opened], books: &Bookkeeping) -> anyhow::Result<()> {
        let nameless = |input: &&Opened| {
            input.source.header().is_some()
                && ![Key::EventId, Key::EventTime]
                    .into_iter()
                    .any(|key| input.binding.has(key.name()))
        };
        match opened
            .iter()
            .find(nameless)
            .filter(|_| books.needs_identity)
        {
            None => Ok(()),
            Some(input) => bail!(
                "{}: no column gives event_id or event_time, so rows could not be recognised when \
                 they come again: map one (--map event_id=COLUMN), or name this input yourself \
                 (--input-name NAME), the same name each time the same rows are uploaded",
                input.source.name()
            ),
        }
    }

    /// How rows are checked; `with_events` for those that will be sent.
    pub fn checking(&self, with_events: bool) -> Checking {
        let rules = Rules {
            want_events: with_events,
            ..self.rules.clone()
        };
        Checking {
            leak: None,
            rules: Arc::new(rules),
            limit: self.limit,
            name_filtered: self.all_outcomes,
        }
    }

    /// From now on rows of this app are `unknown_app`.
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
        max_row_bytes: args.max_row_bytes as usize,
    }
}

/// The word that lets each input be recognised.
const AUTO: &str = "auto";

/// The command line over the mapping file over the preset.
fn mapping(args: &InputArgs) -> anyhow::Result<Mapping> {
    let mut mapping = Mapping::new(&wishes(args)?)?;
    if let Some(path) = &args.mapping {
        mapping = mapping.over(&mapping_file(path)?, None)?;
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
const MAPPING_BYTES: u64 = 1 << 20;

fn mapping_file(path: &Path) -> anyhow::Result<Arc<mapping::File>> {
    let name = path.display().to_string();
    let what = || format!("--mapping {name}");
    let mut text = String::new();
    let file = std::fs::File::open(path).with_context(what)?;
    file.take(MAPPING_BYTES)
        .read_to_string(&mut text)
        .with_context(what)?;
    Ok(Arc::new(mapping::File::parse(&name, &text)?))
}

fn wishes(args: &InputArgs) -> anyhow::Result<Wishes> {
    let platform = match args.platform.as_deref() {
        None => None,
        Some(name) => Some(platform(name)?),
    };
    Ok(Wishes {
        map: args.map.clone(),
        set: args.set.clone(),
        kind: args.kind,
        bundle_id: args.bundle_id.clone(),
        platform,
        ..Wishes::default()
    })
}

fn platform(name: &str) -> anyhow::Result<Platform> {
    let lower = name.trim().to_ascii_lowercase();
    let found = Platform::ALL
        .into_iter()
        .find(|platform| platform.name() == lower);
    found.with_context(|| {
        let names = Platform::ALL.map(Platform::name).join(", ");
        format!(
            "--platform: \"{}\" is none of {names}",
            crate::row::shown(name)
        )
    })
}

fn table(args: &InputArgs) -> anyhow::Result<Option<Arc<Table>>> {
    match (&args.lookup, args.lookup_key) {
        (Some(_), _) if args.derive_installation_id.is_some() => bail!(
            "--lookup finds the installations of the SDK, --derive-installation-id is for apps \
             without it: leave one of them out"
        ),
        (Some(path), Some(key)) => {
            let pick = match args.lookup_pick {
                Some(PickArg::Last) => Pick::Last,
                None => Pick::None,
            };
            Ok(Some(Arc::new(lookup::read(path, key, pick)?)))
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

fn derived(field: KeyField) -> String {
    format!(
        "analytics_installation_id is made from {} where a row has none: right only for apps \
         without Tenjin's SDK, since it is not the id that the SDK reports",
        field.key()
    )
}

fn rules(args: &InputArgs) -> anyhow::Result<Rules> {
    let timezone = match &args.timezone {
        None => None,
        Some(name) => Some(TimeZone::get(name).with_context(|| {
            format!(
                "--timezone: \"{}\" is no known zone; try UTC or Europe/Berlin",
                crate::row::shown(name)
            )
        })?),
    };
    Ok(Rules {
        now: Timestamp::now().as_microsecond(),
        max_age: args.max_age.map_or(Some(DEFAULT_MAX_AGE), |age| age.0),
        allow: args.allow.clone(),
        allow_missing_ip: args.allow_missing_ip,
        id_format: match args.id_format {
            None => IdFormat::ByKind,
            Some(IdFormatArg::Plain) => IdFormat::Plain,
            Some(IdFormatArg::Dashed) => IdFormat::Dashed,
            Some(IdFormatArg::Keep) => IdFormat::Keep,
        },
        require: Group::ALL
            .into_iter()
            .filter(|group| args.require.iter().any(|name| name == group.name()))
            .collect(),
        timezone,
        send_event_time: args.send_event_time,
        apps: args.apps.known(),
        any_app: !args.apps.have_keys(),
        lookup: table(args)?,
        derive: args.derive_installation_id,
        want_events: true,
    })
}

/// Where the ledger is, and what tells rows apart that say nothing themselves.
#[derive(Debug, Clone)]
pub struct Bookkeeping {
    /// The ledger; none is thrown away with the run.
    pub path: Option<PathBuf>,
    /// `--require-ledger`.
    pub require: bool,
    /// `--wait-lock`.
    pub wait_lock: Option<Duration>,
    /// `--input-name`.
    pub input_name: Option<String>,
    /// Whether rows that nothing identifies are a mistake of the options.
    pub needs_identity: bool,
}

impl Bookkeeping {
    fn decide(args: &SendArgs, reading: &Reading) -> anyhow::Result<Self> {
        let path = match &args.ledger {
            Some(path) => Some(path.clone()),
            None if args.sandbox => None,
            None => Some(ledger::default_path().context(
                "no place for the ledger: set HOME or XDG_STATE_HOME, or name a file with --ledger",
            )?),
        };
        // A throw-away ledger recognises nothing later, so any name will do.
        let throw_away = path.is_none().then(|| "sandbox".to_owned());
        let input_name = args.input_name.clone().or(throw_away);
        Ok(Bookkeeping {
            path,
            require: args.require_ledger,
            wait_lock: args.wait_lock,
            needs_identity: input_name.is_none() && !reading.is_stream(),
            input_name,
        })
    }
}

/// Where to send, and how.
#[derive(Debug)]
pub struct Sending {
    /// The server; none for a sandbox in this process.
    pub endpoint: Option<Endpoint>,
    /// The keys; a made-up one for the sandbox, which never sees the real ones.
    pub keys: AppKeys,
    /// Where the one key came from; each app may have its own instead.
    pub key_source: Option<KeySource>,
    /// Finds the keys in rows.
    pub leak: Option<Leak>,
    /// Pace, retries and stop rules.
    pub manner: Manner,
    /// The pace as the user typed it.
    pub rate: Rate,
    /// Requests at the same time.
    pub concurrency: usize,
    /// Rows claimed together.
    pub batch_size: usize,
    /// Time-outs.
    pub limits: Limits,
    /// `--strict`.
    pub strict: bool,
    /// `--dry-run`.
    pub dry_run: bool,
    /// `--from-ledger`.
    pub from_ledger: bool,
    /// `--new-identity`.
    pub new_identity: bool,
    /// `--report-dir`.
    pub report_dir: Option<PathBuf>,
    /// The ledger.
    pub bookkeeping: Bookkeeping,
}

impl Sending {
    /// What the ledger calls the server.
    pub fn scope(&self) -> &str {
        self.endpoint.as_ref().map_or("sandbox", Endpoint::name)
    }

    /// Decides how to send; reads the keys, unless nothing will leave this process. Rows of an app
    /// whose key is missing are not read as ours any more.
    pub fn decide(args: &SendArgs, reading: &mut Reading) -> anyhow::Result<Self> {
        if args.strict && reading.is_stream() {
            bail!("--strict reads everything twice, so it takes files, not standard input");
        }
        let endpoint = match &args.endpoint_url {
            _ if args.sandbox => None,
            None => Some(Endpoint::tenjin()),
            Some(url) => Some(Endpoint::parse(url).context("--endpoint-url")?),
        };
        let (keys, leak) = match endpoint {
            Some(_) if !args.dry_run => AppKeys::read(args, reading)?,
            _ => (AppKeys::Hidden, None),
        };
        Ok(Sending {
            manner: manner(args, &keys, server(endpoint.as_ref())),
            key_source: (!reading.apps.have_keys()).then(|| key_source(args)),
            keys,
            leak,
            endpoint,
            rate: args.rate,
            concurrency: usize::from(args.concurrency),
            batch_size: args.batch_size as usize,
            limits: Limits {
                connect_timeout: args.connect_timeout,
                timeout: args.timeout,
                connections: usize::from(args.concurrency),
            },
            strict: args.strict,
            dry_run: args.dry_run,
            from_ledger: args.from_ledger,
            new_identity: args.new_identity,
            report_dir: args.report_dir.clone(),
            bookkeeping: Bookkeeping::decide(args, reading)?,
        })
    }
}

fn key_source(args: &SendArgs) -> KeySource {
    match &args.sdk_key_file {
        Some(path) => KeySource::File(path.clone()),
        None => KeySource::Env(args.sdk_key_env.clone()),
    }
}

/// Who is talked to, for messages.
fn server(endpoint: Option<&Endpoint>) -> String {
    match endpoint {
        None => "the sandbox".into(),
        Some(endpoint) if endpoint.is_tenjin() => "Tenjin".into(),
        Some(endpoint) => endpoint.name().into(),
    }
}

fn manner(args: &SendArgs, keys: &AppKeys, server: String) -> Manner {
    Manner {
        rate: args.rate.per_second(),
        retries: args.retries,
        in_doubt: args.in_doubt,
        max_wait: args.max_wait,
        max_failures: args.max_failures,
        apps_with_keys: keys.apps(),
        server,
        seed: fastrand::u64(..),
    }
}
