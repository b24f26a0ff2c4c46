//! Opening the inputs, and fitting a mapping to the columns of each: that of the user, or the preset
//! that they are recognised by. Inputs that are no export are refused before their first row.

use std::sync::Arc;

use anyhow::{Context, bail};

use super::is_recognised;
use super::{Reading, command};
use crate::delivery::feed::Opened;
use crate::input::{self, Source};
use crate::mapping::guess::{self, Mends, PLACEHOLDER, Proposal, Said, Sample};
use crate::mapping::presets::{self, Found, TENJIN};
use crate::mapping::{self, Binding, Mapping, Numbers};
use crate::model::shown;
use crate::schema::Key;

impl Reading<'_> {
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

    /// Opens one of the inputs.
    pub fn open_one(&self, number: u32) -> anyhow::Result<Opened> {
        let location = &self.locations[number as usize];
        let mut source = input::open(number, location, &self.options)
            .map_err(|error| self.with_encoding(error))?;
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

    /// An input whose header cannot be read for its encoding, with the command that names it.
    fn with_encoding(&self, error: anyhow::Error) -> anyhow::Error {
        match error.downcast_ref() {
            Some(input::NotUtf8 { likely: Some(name) }) => {
                let line = self.proposed(["--encoding", name]);
                anyhow::anyhow!("{error:#}:\n{line}")
            }
            _ => error,
        }
    }

    /// The command that was typed, with these words.
    fn proposed<'w>(&self, words: impl IntoIterator<Item = &'w str>) -> String {
        let plan = self.typed.is_dry_run().then_some("--dry-run");
        self.typed.line(&command(), words.into_iter().chain(plan))
    }

    fn bind(&self, source: &mut Source) -> anyhow::Result<Binding> {
        let bind = |mapping: &Mapping, source: &mut Source| Self::fit(mapping, source);
        if !is_recognised(self.args) {
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
                match no_export(source, &ours, &self.guess(source, &ours)) {
                    Some(reason) => bail!("{reason}"),
                    None => Ok(ours),
                }
            }
        }
    }

    /// Fits a mapping to the columns of an input, and to how its amounts are written.
    fn fit(mapping: &Mapping, source: &mut Source) -> anyhow::Result<Binding> {
        let bind = |mapping: &Mapping, source: &Source| match source.header() {
            Some(header) => mapping.bind_csv(header.names()),
            None => Ok(mapping.bind_json().looking_at(&Sample::of(source).names())),
        };
        let binding = bind(mapping, source)?;
        if mapping.says_numbers() || !guess::are_numbers_in_doubt(source, &binding) {
            return Ok(binding);
        }
        bind(&mapping.with_numbers(Numbers::InDoubt), source)
    }

    /// One id for all rows would make one user of them.
    fn allow_constant_id(&self, source: &mut Source) -> anyhow::Result<()> {
        let Some(key) = self
            .mapping
            .constant_id()
            .filter(|_| self.args.limit != Some(1))
        else {
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
        let is_typed = self.typed.has("--derive-installation-id");
        let cannot_be_replaced = self.rules.derive.is_some() && !is_typed;
        let said = Said {
            zone: self.rules.timezone.is_some() || binding.timezone.is_some(),
            numbers: self.mapping.says_numbers(),
            times: !self.args.time_format.is_empty(),
            ip: self.rules.allow_missing_ip,
            lookup: self.rules.lookup.is_some() || cannot_be_replaced,
            mapping: self.mapping.has_file(),
            derive: self.rules.derive.is_some(),
            wished: self.mapping.wished().map(|(key, _)| key).collect(),
        };
        let encoding = source.likely_encoding();
        let encoding = encoding.map(|name| Proposal::new(Mends::Encoding, "--encoding", name));
        let guessed = guess::guess(&Sample::of(source), binding, &said);
        encoding.into_iter().chain(guessed).collect()
    }

    /// What to do with an export that is almost one that is known.
    fn otherwise(&self, source: &Source, ours: &Binding) -> String {
        let proposals = self.guess(source, ours);
        let likely = proposals.iter().filter(|proposal| proposal.likely);
        let chosen = guess::compatible(likely.collect()).into_iter();
        let words = chosen.flat_map(Proposal::words);
        // Else it would be taken for half an export again.
        let own = ["--preset", TENJIN];
        format!(
            "rename the column, or name what is there with --map FIELD=COLUMN, or edit a preset \
             (`tenjin-s2s presets NAME > my.toml`) and use it with --mapping my.toml; if it is \
             another export, go on with this, and put your own in the place of {PLACEHOLDER}…:\n{}",
            self.proposed(own.into_iter().chain(words))
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
}

/// How many columns are named.
const NAMED: usize = 3;

/// The fields that say what happened.
const WHAT: [Key; 9] = [
    Key::Kind,
    Key::Event,
    Key::EventId,
    Key::EventTime,
    Key::ProductId,
    Key::Price,
    Key::AdUnitId,
    Key::RevenueDecimal,
    Key::RevenueCpm,
];

/// The ids that a table of users has.
const IDS: [Key; 4] = [
    Key::CustomerUserId,
    Key::AnalyticsInstallationId,
    Key::AdvertisingId,
    Key::DeveloperDeviceId,
];

/// Why it is none, if the columns show it.
fn no_export(source: &Source, binding: &Binding, proposals: &[Proposal]) -> Option<String> {
    let columns = source.header()?.names();
    let is_proposed = proposals.iter().any(|one| one.words[0] == "--map");
    if binding.unmapped().len() == columns.len() && !is_proposed {
        let named: Vec<_> = columns.iter().take(NAMED).map(|name| shown(name)).collect();
        let more = if columns.len() > NAMED { ", …" } else { "" };
        return Some(format!(
            "its first line names no column that is known or looks like one (`{}`{more}): is it \
             an export? If so, name its columns with --map FIELD=COLUMN",
            named.join("`, `")
        ));
    }
    let has = |key: &&Key| binding.has(key.name());
    let ids: Vec<&str> = IDS.iter().filter(has).map(|key| key.name()).collect();
    let says_what = WHAT.iter().any(|key| has(&key)) || binding.says_kind();
    if says_what || ids.len() < 2 {
        return None;
    }
    Some(format!(
        "it has ids of users ({}) and nothing of what they did: if it is a table of users, give it \
         beside the export with --lookup FILE; if each row is an open, pass --kind open",
        ids.join(", ")
    ))
}
