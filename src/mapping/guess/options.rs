//! The options that would get further with an input: what its columns may be, and what no column
//! says.

use std::collections::BTreeSet;

use super::columns::{Columns, EVERYWHERE, is_called};
use super::line_total::{self, PriceOf};
use super::looks::texts;
use super::{Mends, PLACEHOLDER, Proposal, sample};
use crate::mapping::{Meaning, power_in};
use crate::model::{Kind, Platform, plain};
use crate::parse;
use crate::schema::{self, Key, Need};

/// Where an installation id may be made from, the steadiest first.
const DERIVABLE: [Key; 3] = [
    Key::DeveloperDeviceId,
    Key::AdvertisingId,
    Key::CustomerUserId,
];
/// Fields whose value a user can know without a column for it.
const SAYABLE: [Key; 5] = [
    Key::BundleId,
    Key::OsVersion,
    Key::Currency,
    Key::ProductId,
    Key::Event,
];

impl Columns<'_> {
    /// `--kind`, if nothing says it; the filled fields decide between several.
    pub(super) fn kind(&self, kinds: &[Kind]) -> Option<Proposal> {
        let is_said = self.binding.kind.is_some() || self.binding.says_kind();
        match kinds {
            [kind] if !is_said => Some(Proposal::new(Mends::Kind, "--kind", kind.name())),
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
            None => self.binding.source_of(key).filter(|_| self.has(key)),
        };
        let (price, quantity) = column(Key::Price).zip(column(key))?;
        let asked = line_total::ASKED.map(|key| self.cells(key));
        let is_total = match line_total::price_of(asked) {
            PriceOf::All => true,
            PriceOf::One => false,
            // A preset knows what it takes.
            PriceOf::Unknown => {
                sample::is_ours(self.binding) && line_total::is_total_name(&plain(&price))
            }
        };
        let is_taken = self.guessed[key as usize].is_none();
        let option = if is_taken { "--override" } else { "--set" };
        let mends = Mends::LineTotal { price, quantity };
        (is_total && !is_said && kinds.contains(&Kind::Purchase)).then(|| Proposal {
            needed: false,
            ..Proposal::new(mends, option, format!("{key}=1"))
        })
    }

    /// `--map` for every field that a column may be; where the price is that of all, none counts.
    pub(super) fn fields(&self, kinds: &[Kind], is_line_total: bool) -> Vec<Proposal> {
        let guessed = Key::ALL.iter().zip(&self.guessed);
        let guessed = guessed.filter_map(|(key, column)| Some((*key, (*column)?)));
        guessed
            .filter(|(key, _)| *key != Key::Quantity || !is_line_total)
            .filter(|(key, _)| *key != Key::Platform || !self.needs_platform_table())
            .filter(|(key, _)| {
                kinds
                    .iter()
                    .any(|kind| schema::field(*kind, *key).is_some())
            })
            .filter(|(key, _)| sample::is_ours(self.binding) || is_needed(kinds, *key))
            .map(|(key, column)| {
                if let Some(power) = power_in(&column.name).filter(|_| Key::AMOUNTS.contains(&key))
                {
                    return self.scaled(key, &column.name, power);
                }
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
                let is_filled = self.seen.rows == 0 || !column.cells.is_empty();
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
        let mends = Mends::Field(Key::Platform);
        Some(Proposal::new(mends, "--platform", value))
    }

    /// Whether a column says it in words that are not all known: a guess could contradict them.
    fn says_platform(&self) -> bool {
        let mut columns = self.free.iter();
        columns.any(|column| {
            let is_word = |text: &str| !text.starts_with(|c: char| c.is_ascii_digit());
            Meaning::of(&column.name) == Some(Meaning::Platform)
                && texts(&column.cells).any(is_word)
        })
    }

    /// What must be said and no column says: to be filled in by the user.
    pub(super) fn constants(&self, kinds: &[Kind]) -> Vec<Proposal> {
        let lacking = |key: &&Key| is_needed(kinds, **key) && !self.has(**key);
        let platforms = self.platforms();
        let mut proposals = Vec::new();
        for key in SAYABLE.iter().filter(lacking) {
            if let Some(code) = self.marked_currency().filter(|_| *key == Key::Currency) {
                let value = format!("currency={}", code.code());
                proposals.push(Proposal::new(Mends::Field(*key), "--set", value));
            } else if platforms.len() > 1 && EVERYWHERE.contains(key) {
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
        texts(self.cells(Key::Platform))
            .filter_map(parse::platform)
            .collect()
    }

    /// The installation id, for apps without the SDK: from the id that most rows have. Where some
    /// rows have one of their own, the others cannot be given another one; and where rows may be of
    /// iOS without an IDFV, it would not be enough.
    pub(super) fn installation(&self) -> Option<Proposal> {
        let id = Key::AnalyticsInstallationId;
        if self.has(id) || self.lacks_idfv() && self.is_apple() != Some(false) {
            return None;
        }
        // Of several that are filled alike, the first.
        let filled = DERIVABLE
            .iter()
            .rev()
            .max_by_key(|key| self.filled(**key))?;
        let (mends, option) = (Mends::Field(id), "--derive-installation-id");
        (self.filled(*filled) > 0).then(|| Proposal::new(mends, option, filled.name()))
    }

    /// The table of ids that an iOS app needs whose export has no IDFV.
    pub(super) fn table(&self) -> Vec<Proposal> {
        let keys = [Key::CustomerUserId, Key::AdvertisingId];
        let key = keys.into_iter().find(|key| self.filled(*key) > 0);
        let Some(key) = key.filter(|_| self.lacks_idfv()) else {
            return Vec::new();
        };
        let table = format!("{PLACEHOLDER}TABLE.csv");
        [("--lookup", table), ("--lookup-key", key.name().to_owned())]
            .map(|(option, value)| Proposal {
                likely: self.is_apple() == Some(true),
                ..Proposal::new(Mends::Field(Key::DeveloperDeviceId), option, value)
            })
            .into()
    }

    fn lacks_idfv(&self) -> bool {
        self.filled(Key::DeveloperDeviceId) == 0
    }

    /// Whether rows are of iOS, more than a few; nothing if that is still to be said.
    fn is_apple(&self) -> Option<bool> {
        let platforms = texts(self.cells(Key::Platform)).filter_map(parse::platform);
        let platforms: Vec<Platform> = platforms.collect();
        let apple = platforms
            .iter()
            .filter(|one| **one == Platform::Ios)
            .count();
        if !platforms.is_empty() {
            return Some(apple * 20 > platforms.len());
        }
        let said = self.binding.platform;
        let said = said.or_else(|| parse::platform(&self.platform()?.words[1]))?;
        Some(said == Platform::Ios)
    }
}

fn is_needed(kinds: &[Kind], key: Key) -> bool {
    kinds.iter().any(|kind| {
        let field = schema::field(*kind, key);
        // Quantity is 1 by default.
        key != Key::Quantity && field.is_some_and(|field| field.need == Need::Always)
    })
}

fn constant(key: Key) -> Proposal {
    let value = format!("{PLACEHOLDER}{}", key.name().to_uppercase());
    match key {
        Key::BundleId => Proposal::new(Mends::Field(key), "--bundle-id", value),
        _ => Proposal::new(Mends::Field(key), "--set", format!("{key}={value}")),
    }
}

fn of_platform(key: Key, platform: Platform) -> Proposal {
    let (name, field) = (platform.name(), key.name());
    let value = format!("{PLACEHOLDER}{name}_{field}").to_uppercase();
    let value = format!("{field}:{name}={value}");
    Proposal::new(Mends::Field(key), "--set", value)
}
