//! What to read, and by which rules; opening it, and fitting the mapping to its columns.

use std::ffi::OsString;
use std::sync::Arc;

use anyhow::{Context, bail};

use super::mapping::{is_recognised, user_mapping};
use super::no_export;
use super::rules::{derived, idle_table, rules};
use crate::cli::config::Apps;
use crate::cli::{FailOnArg, FormatArg, InputArgs, OutcomesArg};
use crate::delivery::MaxFailures;
use crate::delivery::feed::{Checking, Opened};
use crate::input::{self, Format, Location, ReadOptions, Source};
use crate::mapping::guess::{self, PLACEHOLDER, Proposal, Said, Sample};
use crate::mapping::presets::{self, Found, TENJIN};
use crate::mapping::{self, Binding, Mapping, Numbers};
use crate::model::App;
use crate::report::typed::Typed;
use crate::report::warning::{Warning, WarningCode};
use crate::schema::Key;
use crate::validate::Rules;

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
    /// `--min-rows`.
    pub min_rows: Option<u64>,
    /// Whether `outcomes.ndjson` names every row.
    pub all_outcomes: bool,
    /// Whether the age limit is ours and not the user's.
    pub default_max_age: bool,
    /// The apps of the configuration file.
    pub apps: Apps,
    /// What people should know before the first row, a sentence each.
    pub warnings: Vec<Warning>,
    /// How many rows may be rejected.
    pub max_rejected: Option<MaxFailures>,
    /// Those that are taken for known.
    pub accepted_warnings: Vec<WarningCode>,
    /// Whether another one makes the run fail.
    pub fail_on_warnings: bool,
    /// Whether the user has said how amounts are written.
    pub numbers_said: bool,
    /// What was typed, for messages that propose a better command.
    typed: Typed,
}

impl Reading {
    /// Decides what to read; nothing, if rows come from the ledger. `stdin_is_terminal`: then
    /// somebody forgot to name an input.
    pub fn decide(
        args: &InputArgs,
        from_ledger: bool,
        stdin_is_terminal: bool,
    ) -> anyhow::Result<Self> {
        let dash = [OsString::from("-")];
        let inputs = match args.inputs.as_slice() {
            [] if from_ledger => &[] as &[OsString],
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
        let rules = rules(args)?;
        let derived = args.derive_installation_id.map(derived);
        let idle = idle_table(args, &rules);
        Ok(Reading {
            locations: if from_ledger {
                Vec::new()
            } else {
                input::locate(inputs)?
            },
            options: read_options(args),
            mapping: user_mapping(args)?,
            recognise: is_recognised(args),
            rules,
            limit: args.limit,
            min_rows: args.min_rows,
            all_outcomes: args.outcomes == OutcomesArg::All,
            default_max_age: args.max_age.is_none(),
            apps: args.apps.clone(),
            numbers_said: args.decimal_comma || args.decimal_point,
            max_rejected: args.max_rejected,
            accepted_warnings: args.accept_warnings.clone(),
            fail_on_warnings: args.fail_on == Some(FailOnArg::Warnings),
            typed: Typed::now(&command(), &args.inputs),
            warnings: derived.into_iter().chain(idle).map(Warning::from).collect(),
        })
    }

    /// Opens the inputs and fits the mapping to their columns: what is wrong with one of them is
    /// said before the first row is read. They are closed again until their rows are read, and
    /// those that are alike share what was found, so that thousands of them can wait.
    pub fn open(&self) -> anyhow::Result<Vec<Opened>> {
        let mut all: Vec<Opened> = Vec::with_capacity(self.locations.len());
        for (number, _) in (0..).zip(&self.locations) {
            let mut opened = self.open_one(number)?;
            if let Some(before) = all.last() {
                opened.share_with(before);
            }
            // The first one says what a command can be proposed from.
            opened.source.close(number == 0);
            all.push(opened);
        }
        Ok(all)
    }

    /// Whether every input is a file, so that it can be read before it is sent.
    pub fn can_read_twice(&self) -> bool {
        self.locations.iter().all(|location| match location {
            Location::File(path) => path.is_file(),
            Location::Stdin => false,
        })
    }

    /// Opens one of the inputs.
    pub fn open_one(&self, number: u32) -> anyhow::Result<Opened> {
        let mut source = input::open(number, &self.locations[number as usize], &self.options)?;
        let mut binding = self
            .allow_constant_id(&mut source)
            .and_then(|()| self.bind(&mut source))
            .with_context(|| source.name().to_owned())?;
        // How times are read is a part of what identifies rows, whoever says it.
        if self.rules.timezone.is_some() {
            binding.timezone.clone_from(&self.rules.timezone);
        }
        guess::look_at_money(&mut source, &mut binding);
        let binding = Arc::new(binding);
        Ok(Opened { source, binding })
    }

    fn bind(&self, source: &mut Source) -> anyhow::Result<Binding> {
        let bind = |mapping: &Mapping, source: &mut Source| self.fit(mapping, source);
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
            Found::Declined(export) => bail!("{export}"),
            Found::Half(sentence) if !self.says_enough(source) => {
                let ours = bind(&self.mapping.as_preset(TENJIN), source)?;
                bail!("{sentence}; {}", self.otherwise(source, &ours))
            }
            Found::Half(_) | Found::Nothing => {
                let ours = bind(&self.mapping.as_preset(TENJIN), source)?;
                match no_export::reason(source, &ours, &self.guess(source, &ours)) {
                    Some(reason) => bail!("{reason}"),
                    None => Ok(ours),
                }
            }
        }
    }

    /// Fits a mapping to the columns of an input, and to how its amounts are written.
    fn fit(&self, mapping: &Mapping, source: &mut Source) -> anyhow::Result<Binding> {
        let bind = |mapping: &Mapping, source: &Source| match source.header() {
            Some(header) => mapping.bind_csv(header.names()),
            None => Ok(mapping.bind_json().looking_at(&Sample::of(source).names())),
        };
        let binding = bind(mapping, source)?;
        if self.numbers_said || !guess::has_decimal_commas(source, &binding) {
            return Ok(binding);
        }
        bind(&mapping.with_numbers(Numbers::InDoubt), source)
    }

    /// One id for all rows would make one user of them.
    fn allow_constant_id(&self, source: &mut Source) -> anyhow::Result<()> {
        let Some(key) = self.mapping.constant_id().filter(|_| self.limit != Some(1)) else {
            return Ok(());
        };
        let lines = source.first_lines().into_iter();
        let rows = lines.filter(|line| !line.trim().is_empty()).count();
        if source.size().is_none() || self.locations.len() > 1 || rows > 1 {
            bail!(
                "{key} has one value for all rows, which makes one user of all: right for a single row \
                 only (--limit 1); map a column (--map {key}=COLUMN), or join ids from a table \
                 (--lookup FILE)"
            );
        }
        Ok(())
    }

    /// What the columns of an input may be, beyond what its mapping knows.
    pub fn guess(&self, source: &Source, binding: &Binding) -> Vec<Proposal> {
        let said = Said {
            zone: self.rules.timezone.is_some() || binding.timezone.is_some(),
            comma: self.numbers_said,
            ip: self.rules.allow_missing_ip,
            ids: self.rules.lookup.is_some() || self.rules.derive.is_some(),
            wished: self.mapping.wished().map(|(key, _)| key).collect(),
        };
        guess::guess(&Sample::of(source), binding, &said)
    }

    /// What to do with an export that is almost one that is known.
    fn otherwise(&self, source: &Source, ours: &Binding) -> String {
        let proposals = self.guess(source, ours);
        let likely = proposals.iter().filter(|proposal| proposal.likely);
        let chosen = guess::compatible(likely.collect()).into_iter();
        let words = chosen.flat_map(Proposal::words);
        let plan = self.typed.is_plan().then_some("--dry-run");
        // Else it would be taken for half an export again.
        let own = ["--preset", TENJIN];
        format!(
            "rename the column, or name what is there with --map FIELD=COLUMN, or edit a preset \
             (tenjin-s2s presets NAME > my.toml) and use it with --mapping my.toml; if it is \
             another export, go on with this, and put your own in the place of {PLACEHOLDER}…:\n{}",
            self.typed
                .line(&command(), own.into_iter().chain(words).chain(plan))
        )
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

    /// How rows are checked; `with_events` for those that will be sent.
    pub fn checking(&self, with_events: bool) -> Checking {
        let rules = Rules {
            want_events: with_events,
            // Without events nobody else would see an id twice.
            want_ids: !with_events,
            ..self.rules.clone()
        };
        Checking {
            key_finder: None,
            rules: Arc::new(rules),
            limit: self.limit,
            name_filtered: self.all_outcomes,
        }
    }

    /// How rows are checked that are not sent: their requests have no bodies.
    pub fn checking_to_plan(&self) -> Checking {
        let mut checking = self.checking(true);
        Arc::make_mut(&mut checking.rules).want_bodies = false;
        checking
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

/// The command that reads: both take the options that are proposed.
fn command() -> String {
    let mut words = std::env::args_os();
    let is_upload = words.any(|word| word == "upload");
    if is_upload { "upload" } else { "validate" }.to_owned()
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
    }
}
