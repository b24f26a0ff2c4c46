//! The columns of one input, and which field each may be. A column is proposed once.

use super::known;
use super::looks::{self, has_comma, lacks_zone};
use super::sample::{Column, Sample};
use super::{Mends, PLACEHOLDER, Proposal};
use crate::forms;
use crate::kind::{Kind, Platform};
use crate::mapping::Binding;
use crate::presets::TENJIN;
use crate::schema::{self, Key, Need, plain};

/// Where an installation id may be made from, the steadiest first.
const DERIVABLE: [Key; 3] = [
    Key::DeveloperDeviceId,
    Key::AdvertisingId,
    Key::CustomerUserId,
];
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
    /// The columns that feed nothing.
    free: Vec<&'s Column>,
    /// By field: the column that may be it, for fields that have none yet.
    guessed: Vec<Option<&'s Column>>,
}

impl<'s> Columns<'s> {
    pub(super) fn new(sample: &'s Sample, binding: &'s Binding, wished: &'s [Key]) -> Self {
        let free = sample.columns.iter();
        let mut columns = Columns {
            sample,
            binding,
            wished,
            free: free.filter(|column| !binding.uses(&column.name)).collect(),
            guessed: vec![None; Key::COUNT],
        };
        for key in Key::ALL {
            if !columns.is_fed(*key) {
                columns.guessed[*key as usize] = columns.like(*key);
            }
        }
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
        let mut names = std::iter::once(own).chain(known::names(key).map(str::to_owned));
        names.find_map(|name| {
            let mut free = self.free.iter();
            let is_it = |column: &&&Column| {
                is_called(&column.plain, &name)
                    && self.is_left(column)
                    && looks::like(key, &column.values)
            };
            free.find(is_it).copied()
        })
    }

    fn is_left(&self, column: &Column) -> bool {
        let is_same = |other: &&Column| std::ptr::eq(*other, column);
        !self.guessed.iter().flatten().any(is_same)
    }

    fn has(&self, key: Key) -> bool {
        self.guessed[key as usize].is_some() || self.is_fed(key)
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

    /// `--map` for every field that a column may be.
    pub(super) fn fields(&self, kinds: &[Kind]) -> Vec<Proposal> {
        let guessed = Key::ALL.iter().zip(&self.guessed);
        let guessed = guessed.filter_map(|(key, column)| Some((*key, (*column)?)));
        // A preset knows what it leaves out.
        let is_ours = self.binding.preset().is_none_or(|name| name == TENJIN);
        guessed
            .filter(|(key, _)| {
                kinds
                    .iter()
                    .any(|kind| schema::field(*kind, *key).is_some())
            })
            .filter(|(key, _)| is_ours || is_needed(kinds, *key))
            .map(|(key, column)| Proposal::map(key, &column.name, is_needed(kinds, key)))
            .collect()
    }

    /// The platform of an app whose ids only one of them has.
    pub(super) fn platform(&self) -> Option<Proposal> {
        if self.has(Key::Platform) {
            return None;
        }
        let is_there = |names: &[&str]| {
            let mut columns = self.sample.columns.iter();
            columns.any(|column| names.iter().any(|name| is_called(&column.plain, name)))
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

    /// What must be said and no column says: to be filled in by the user.
    pub(super) fn constants(&self, kinds: &[Kind]) -> Vec<Proposal> {
        let lacking = |key: &&Key| is_needed(kinds, **key) && !self.has(**key);
        let mut proposals: Vec<Proposal> = SAYABLE
            .iter()
            .filter(lacking)
            .map(|key| constant(*key))
            .collect();
        if is_needed(kinds, Key::Price) && !self.has(Key::Price) {
            proposals.push(Proposal::map(Key::Price, "YOUR_COLUMN", true));
        }
        proposals
    }

    /// The installation id, for apps without the SDK: from the id that most rows have.
    pub(super) fn installation(&self) -> Option<Proposal> {
        if self.guessed[Key::AnalyticsInstallationId as usize].is_some() {
            return None;
        }
        // Of several that are filled alike, the first.
        let filled = DERIVABLE
            .iter()
            .rev()
            .max_by_key(|key| self.filled(**key))?;
        (self.filled(*filled) > 0).then(|| Proposal {
            mends: Mends::Field(Key::AnalyticsInstallationId),
            words: ["--derive-installation-id".into(), filled.name().into()],
            likely: !self.is_fed(Key::AnalyticsInstallationId),
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
        let platforms = self.values(Key::Platform);
        let are_apple = |value: &&String| forms::platform(value) == Some(Platform::Ios);
        let is_proposed = || {
            let proposal = self.platform();
            proposal.is_some_and(|proposal| proposal.words[1] == Platform::Ios.name())
        };
        match platforms.as_slice() {
            [] => self.binding.platform == Some(Platform::Ios) || is_proposed(),
            seen => seen.iter().all(are_apple),
        }
    }

    /// How many of the first rows have a value of this field.
    fn filled(&self, key: Key) -> usize {
        let count = |column: &Column| {
            let values = column.values.iter();
            values.filter(|value| !forms::is_placeholder(value)).count()
        };
        let guessed = self.guessed[key as usize].map(count);
        guessed.unwrap_or_else(|| {
            let columns = self.sample.columns.iter();
            let feeding = columns.filter(|column| self.binding.reads(key, &column.name));
            feeding.map(count).max().unwrap_or_default()
        })
    }

    pub(super) fn have_commas(&self) -> bool {
        // A number of JSON has a point. Where some amounts have one, a comma is damage.
        let has_point = |value: &&String| value.contains('.') && !value.contains(',');
        let prices = self.values(Key::Price);
        if prices.iter().any(has_point) {
            return false;
        }
        !self.binding.is_json() && prices.iter().any(|value| has_comma(value))
    }

    pub(super) fn lack_zone(&self) -> bool {
        self.values(Key::EventTime)
            .iter()
            .any(|value| lacks_zone(value))
    }

    pub(super) fn lack_address(&self) -> bool {
        !self.has(Key::IpAddress) && self.filled(Key::AdvertisingId) == 0
    }

    fn values(&self, key: Key) -> Vec<&'s String> {
        let columns = self.sample.columns.iter();
        let guessed = self.guessed[key as usize];
        let is_it = |column: &&Column| match guessed {
            Some(guessed) => std::ptr::eq(guessed, *column),
            None => self.binding.reads(key, &column.name),
        };
        columns
            .filter(is_it)
            .flat_map(|column| &column.values)
            .collect()
    }
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

/// Whether a column has this name, both plain; of a path, all of it or its end, if that says enough.
fn is_called(column: &str, name: &str) -> bool {
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
