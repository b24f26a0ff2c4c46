//! The columns of one input, and which field each may be. A column is proposed once.

use std::collections::BTreeSet;

use super::line_total::{self, Filled, PriceOf};
use super::looks::{self, has_comma, lacks_zone};
use super::sample::{self, Column, Sample, Seen};
use super::{Mends, PLACEHOLDER, Proposal};
use crate::mapping::field_names;
use crate::mapping::{Binding, Meaning};
use crate::model::{Kind, Platform, plain};
use crate::parse;
use crate::schema::{self, Key, Need};

/// Where an installation id may be made from, the steadiest first.
const DERIVABLE: [Key; 3] = [
    Key::DeveloperDeviceId,
    Key::AdvertisingId,
    Key::CustomerUserId,
];
/// Fields that every row has, whatever it is.
const EVERYWHERE: [Key; 3] = [Key::BundleId, Key::Platform, Key::OsVersion];
/// Fields that a user knows though no column says them.
const SAYABLE: [Key; 5] = [
    Key::BundleId,
    Key::OsVersion,
    Key::Currency,
    Key::ProductId,
    Key::Event,
];

pub(super) struct Columns<'s> {
    sample: &'s Sample,
    binding: &'s Binding,
    wished: &'s [Key],
    /// What the mapping reads already.
    seen: Seen,
    /// The columns that feed nothing.
    free: Vec<&'s Column>,
    /// By field: the column that may be it, for fields that have none yet.
    guessed: Vec<Option<&'s Column>>,
    /// The column with the time of day, where the guessed one of the time has the date alone.
    clock: Option<&'s Column>,
}

impl<'s> Columns<'s> {
    pub(super) fn new(sample: &'s Sample, binding: &'s Binding, wished: &'s [Key]) -> Self {
        let free = sample.columns.iter();
        let mut columns = Columns {
            sample,
            binding,
            wished,
            seen: sample.through(binding),
            free: free.filter(|column| !binding.uses(&column.name)).collect(),
            guessed: vec![None; Key::COUNT],
            clock: None,
        };
        for key in Key::ALL {
            if !columns.is_fed(key) {
                columns.guessed[key as usize] = columns.like(key);
            }
        }
        // An amount that no name tells, or that is damaged, is money all the same.
        if !columns.is_fed(Key::Price) && columns.guessed[Key::Price as usize].is_none() {
            columns.guessed[Key::Price as usize] = columns.money();
        }
        columns.clock = columns.clock();
        columns
    }

    /// Whether the mapping has a value for it already.
    fn is_fed(&self, key: Key) -> bool {
        if self.wished.contains(&key) {
            return true;
        }
        let names = self.sample.columns.iter();
        let names: Vec<&str> = names.map(|column| column.name.as_str()).collect();
        self.binding.is_fed(key, &names)
    }

    /// The first column by the names of a field whose values fit, and that is nothing else yet.
    fn like(&self, key: Key) -> Option<&'s Column> {
        let own = plain(key.name());
        let mut names = std::iter::once(own).chain(field_names::names(key).map(str::to_owned));
        names.find_map(|name| {
            let mut free = self.free.iter();
            let is_it = |column: &&&Column| {
                is_called(&column.plain, &name)
                    && self.is_left(column)
                    && (self.seen.rows == 0 || !column.values.is_empty())
                    && looks::like(key, &column.values)
            };
            free.find(is_it).copied()
        })
    }

    /// The column with the times of day that belong to the dates.
    fn clock(&self) -> Option<&'s Column> {
        let dates = self.guessed[Key::EventTime as usize]?;
        let are = |column: &Column, is: fn(&str) -> bool| {
            let fitting = column.values.iter().filter(|value| is(value)).count();
            fitting > 0 && fitting * 10 >= column.values.len() * 8
        };
        let is_called =
            |column: &Column| field_names::CLOCKS.iter().any(|n| column.plain.contains(n));
        let is_clock = |column: &&&Column| {
            is_called(column) && self.is_left(column) && are(column, looks::is_clock)
        };
        let mut clocks = self.free.iter().filter(is_clock);
        clocks
            .next()
            .filter(|_| are(dates, looks::is_date))
            .copied()
    }

    fn is_left(&self, column: &Column) -> bool {
        let is_same = |other: &&Column| std::ptr::eq(*other, column);
        !self.guessed.iter().flatten().any(is_same)
    }

    /// The column that holds amounts, by its name and its values.
    pub(super) fn money(&self) -> Option<&'s Column> {
        let is_money = |column: &&&Column| {
            is_money(&column.plain)
                && self.is_left(column)
                && column.values.iter().any(|value| looks::is_amount(value))
        };
        let mut names = field_names::names(Key::Price);
        let called = |name: &str| {
            let mut money = self.free.iter().filter(is_money);
            money.find(|column| is_called(&column.plain, name))
        };
        let known = names.find_map(called);
        known.or_else(|| self.free.iter().find(is_money)).copied()
    }

    /// The columns that say which payments were none, and what they say.
    pub(super) fn no_payments(&self) -> Vec<Proposal> {
        let mut proposals = Vec::new();
        for column in &self.free {
            let Some(meaning) = column
                .meaning(self.binding)
                .filter(|_| self.is_left(column))
            else {
                continue;
            };
            let values = column.values.iter();
            let said: BTreeSet<&String> = values
                .filter(|value| meaning.denies_payment(value))
                .collect();
            if said.is_empty() {
                continue;
            }
            let said: Vec<&str> = said.into_iter().take(3).map(String::as_str).collect();
            proposals.push(Proposal {
                mends: Mends::Status {
                    column: column.name.clone(),
                    said: said.join(", "),
                },
                words: [String::new(), String::new()],
                likely: self.has(Key::Price),
                needed: false,
            });
        }
        proposals
    }

    fn has(&self, key: Key) -> bool {
        if self.guessed[key as usize].is_some() || self.wished.contains(&key) {
            return true;
        }
        let filled = self.seen.values[key as usize].len();
        match self.seen.rows {
            0 => self.is_fed(key),
            // Few rows that say it are no help to the others.
            rows if EVERYWHERE.contains(&key) => filled * 2 > rows,
            _ => filled > 0,
        }
    }

    /// What the rows may be.
    pub(super) fn kinds(&self) -> Vec<Kind> {
        if let Some(kind) = self.binding.kind {
            return vec![kind];
        }
        if self.is_fed(Key::Kind) || self.binding.says_kind() {
            return vec![Kind::Open, Kind::Event, Kind::Purchase];
        }
        let is_purchase = self.has(Key::ProductId) || self.has(Key::Price);
        match (is_purchase, self.has(Key::Event)) {
            (true, true) => vec![Kind::Event, Kind::Purchase],
            (true, false) => vec![Kind::Purchase],
            (false, _) => vec![Kind::Event],
        }
    }

    /// `--kind`, if nothing says it; the filled fields decide between several.
    pub(super) fn kind(&self, kinds: &[Kind]) -> Option<Proposal> {
        let is_said = self.binding.kind.is_some() || self.binding.says_kind();
        match kinds {
            [kind] if !is_said => Some(Proposal {
                mends: Mends::Kind,
                words: ["--kind".into(), kind.name().into()],
                likely: true,
                needed: true,
            }),
            _ => None,
        }
    }

    /// One of all, if the price seems to be that of all that a row counts: as its amounts say, or
    /// its name. What the user has said of the quantity stays.
    pub(super) fn line_total(&self, kinds: &[Kind]) -> Option<Proposal> {
        let key = Key::Quantity;
        let is_said = self.wished.contains(&key) || !self.binding.fill(key).is_empty();
        let column = |key: Key| match self.guessed[key as usize] {
            Some(column) => Some(column.name.clone()),
            None => self.binding.source_of(key),
        };
        let (price, quantity) = column(Key::Price).zip(column(key))?;
        let [of, by, product, currency] = line_total::ASKED.map(|key| self.cells(key));
        let is_total = match line_total::price_of(of, by, product, currency) {
            PriceOf::All => true,
            PriceOf::One => false,
            // A preset knows what it takes.
            PriceOf::Unknown => {
                sample::is_ours(self.binding) && line_total::is_total_name(&plain(&price))
            }
        };
        let is_taken = self.guessed[key as usize].is_none();
        let option = if is_taken { "--override" } else { "--set" };
        (is_total && !is_said && kinds.contains(&Kind::Purchase)).then(|| Proposal {
            mends: Mends::LineTotal { price, quantity },
            words: [option.into(), format!("{key}=1")],
            likely: true,
            needed: false,
        })
    }

    /// `--map` for every field that a column may be; where the price is that of all, none counts.
    pub(super) fn fields(&self, kinds: &[Kind], is_line_total: bool) -> Vec<Proposal> {
        let guessed = Key::ALL.iter().zip(&self.guessed);
        let guessed = guessed.filter_map(|(key, column)| Some((*key, (*column)?)));
        guessed
            .filter(|(key, _)| *key != Key::Quantity || !is_line_total)
            .filter(|(key, _)| {
                kinds
                    .iter()
                    .any(|kind| schema::field(*kind, *key).is_some())
            })
            .filter(|(key, _)| sample::is_ours(self.binding) || is_needed(kinds, *key))
            .map(|(key, column)| {
                let clock = self.clock.filter(|_| key == Key::EventTime);
                let clock = clock.map(|clock| format!("+{}", clock.name));
                let name = column.name.clone() + &clock.unwrap_or_default();
                Proposal::map(key, &name, is_needed(kinds, key))
            })
            .collect()
    }

    /// The platform of an app whose ids only one of them has.
    pub(super) fn platform(&self) -> Option<Proposal> {
        if self.has(Key::Platform) {
            return None;
        }
        let is_there = |names: &[&str]| {
            let mut columns = self.sample.columns.iter();
            columns.any(|column| {
                let is_filled = self.seen.rows == 0 || !column.values.is_empty();
                is_filled && names.iter().any(|name| is_called(&column.plain, name))
            })
        };
        let apple = is_there(&["idfa", "idfv", "iosversion", "iosifa", "iosifv"]);
        let google = is_there(&[
            "gaid",
            "aaid",
            "gpsadid",
            "androidid",
            "googleadid",
            "androidversion",
        ]);
        let value = match (apple, google) {
            _ if self.says_platform() => format!("{PLACEHOLDER}PLATFORM"),
            (true, false) => "ios".to_owned(),
            (false, true) => "android".to_owned(),
            _ => format!("{PLACEHOLDER}PLATFORM"),
        };
        Some(Proposal {
            mends: Mends::Field(Key::Platform),
            words: ["--platform".into(), value],
            likely: true,
            needed: true,
        })
    }

    /// Whether a column says it in words that are not all known: a guess could contradict them.
    fn says_platform(&self) -> bool {
        let mut columns = self.free.iter();
        columns.any(|column| {
            Meaning::of(&column.name) == Some(Meaning::Platform)
                && column
                    .values
                    .iter()
                    .any(|value| !value.starts_with(|c: char| c.is_ascii_digit()))
        })
    }

    /// What must be said and no column says: to be filled in by the user.
    pub(super) fn constants(&self, kinds: &[Kind]) -> Vec<Proposal> {
        let lacking = |key: &&Key| is_needed(kinds, **key) && !self.has(**key);
        let platforms = self.platforms();
        let mut proposals = Vec::new();
        for key in SAYABLE.iter().filter(lacking) {
            if platforms.len() > 1 && EVERYWHERE.contains(key) {
                proposals.extend(
                    platforms
                        .iter()
                        .map(|platform| of_platform(*key, *platform)),
                );
            } else {
                proposals.push(constant(*key));
            }
        }
        if is_needed(kinds, Key::Price) && !self.has(Key::Price) {
            proposals.push(Proposal::map(Key::Price, "YOUR_COLUMN", true));
        }
        proposals
    }

    /// The platforms that the first rows are of.
    fn platforms(&self) -> BTreeSet<Platform> {
        let values = self.values(Key::Platform).iter();
        values.filter_map(|value| parse::platform(value)).collect()
    }

    /// The installation id, for apps without the SDK: from the id that most rows have. Where some
    /// rows have one of their own, the others cannot be given another one.
    pub(super) fn installation(&self) -> Option<Proposal> {
        let id = Key::AnalyticsInstallationId;
        if self.has(id) {
            return None;
        }
        // Of several that are filled alike, the first.
        let filled = DERIVABLE
            .iter()
            .rev()
            .max_by_key(|key| self.filled(**key))?;
        (self.filled(*filled) > 0).then(|| Proposal {
            mends: Mends::Field(id),
            words: ["--derive-installation-id".into(), filled.name().into()],
            likely: true,
            needed: true,
        })
    }

    /// The table of ids that an iOS app needs whose export has no IDFV.
    pub(super) fn table(&self) -> Vec<Proposal> {
        let keys = [Key::CustomerUserId, Key::AdvertisingId];
        let key = keys.into_iter().find(|key| self.filled(*key) > 0);
        let (Some(key), false) = (key, self.filled(Key::DeveloperDeviceId) > 0) else {
            return Vec::new();
        };
        let table = format!("{PLACEHOLDER}TABLE.csv");
        [("--lookup", table), ("--lookup-key", key.name().to_owned())]
            .map(|(option, value)| Proposal {
                mends: Mends::Field(Key::DeveloperDeviceId),
                words: [option.into(), value],
                likely: self.is_apple(),
                needed: true,
            })
            .into()
    }

    /// Whether all that is seen is of iOS.
    fn is_apple(&self) -> bool {
        let is_proposed = || {
            let proposal = self.platform();
            proposal.is_some_and(|proposal| proposal.words[1] == Platform::Ios.name())
        };
        let platforms = self.platforms();
        match platforms.first() {
            None => self.binding.platform == Some(Platform::Ios) || is_proposed(),
            Some(first) => *first == Platform::Ios && platforms.len() == 1,
        }
    }

    /// How many of the first rows have a value of this field.
    fn filled(&self, key: Key) -> usize {
        let values = self.values(key).iter();
        values.filter(|value| !parse::is_placeholder(value)).count()
    }

    pub(super) fn have_commas(&self) -> bool {
        // Where more amounts have a point, a comma is damage.
        let prices = self.values(Key::Price);
        let commas = prices.iter().filter(|value| has_comma(value)).count();
        let has_point = |value: &&String| value.contains('.') && !value.contains(',');
        commas > prices.iter().filter(has_point).count()
    }

    pub(super) fn lack_zone(&self) -> bool {
        let times = self.values(Key::EventTime);
        match self.clock {
            Some(clock) => clock
                .values
                .iter()
                .any(|time| looks::lacks_zone_of_day(time)),
            None => times.iter().any(|value| lacks_zone(value)),
        }
    }

    /// The zone of times that carry none, if the name of their column says it: `created (UTC)`.
    pub(super) fn zone(&self) -> Option<&'static str> {
        let key = Key::EventTime;
        let guessed = self.guessed[key as usize].map(|column| column.name.clone());
        let clock = self.clock.map(|clock| clock.name.clone());
        let name = guessed.or_else(|| self.binding.source_of(key))? + &clock.unwrap_or_default();
        let name = name.to_lowercase();
        let mut words = name.split(|c: char| !c.is_alphanumeric());
        words
            .any(|word| matches!(word, "utc" | "gmt"))
            .then_some("UTC")
    }

    pub(super) fn lack_address(&self) -> bool {
        !self.has(Key::IpAddress) && self.filled(Key::AdvertisingId) == 0
    }

    /// The same with the rows that say it.
    fn cells(&self, key: Key) -> Filled<'_> {
        match self.guessed[key as usize] {
            Some(column) => column.cells(),
            None => self.seen.cells(key),
        }
    }

    /// What the first rows say of a field, by the column that may be it or by the mapping.
    fn values(&self, key: Key) -> &[String] {
        match self.guessed[key as usize] {
            Some(column) => &column.values,
            None => &self.seen.values[key as usize],
        }
    }
}

/// Whether a column's name speaks of what was paid.
fn is_money(plain: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| plain.contains(word));
    has(&[
        "price", "revenue", "amount", "umsatz", "betrag", "preis", "proceeds",
    ]) && !has(&["cost", "fee", "tax", "refund", "percent", "ltv", "discount"])
}

fn is_needed(kinds: &[Kind], key: Key) -> bool {
    kinds.iter().any(|kind| {
        let field = schema::field(*kind, key);
        // Quantity is 1 where nobody says it.
        key != Key::Quantity && field.is_some_and(|field| field.need == Need::Always)
    })
}

fn constant(key: Key) -> Proposal {
    let value = format!("{PLACEHOLDER}{}", key.name().to_uppercase());
    let words = match key {
        Key::BundleId => ["--bundle-id".to_owned(), value],
        _ => ["--set".to_owned(), format!("{key}={value}")],
    };
    Proposal {
        mends: Mends::Field(key),
        words,
        likely: true,
        needed: true,
    }
}

fn of_platform(key: Key, platform: Platform) -> Proposal {
    let (name, field) = (platform.name(), key.name());
    let value = format!("{PLACEHOLDER}{name}_{field}").to_uppercase();
    Proposal {
        words: ["--set".to_owned(), format!("{field}:{name}={value}")],
        ..constant(key)
    }
}

/// Whether a column has this name, both plain; of a path, all of it or its end, if that says enough.
fn is_called(column: &str, name: &str) -> bool {
    // Some vendors mark their own names: `properties.$os`.
    let column = column.replace(".$", ".");
    if column == name {
        return true;
    }
    match column.rsplit_once('.') {
        Some((_, "id" | "name" | "type" | "value" | "time" | "date" | "count")) | None => {
            column.replace('.', "") == name
        }
        Some((_, end)) => end == name || column.replace('.', "") == name,
    }
}
