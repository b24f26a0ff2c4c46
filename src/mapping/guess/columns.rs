//! The columns of one input, and which field each may be. A column is proposed once.

use std::collections::HashMap;

use super::looks::{self, Cell, has_comma, lacks_zone, texts};
use super::sample::{Column, Sample, Seen};
use crate::mapping::{Binding, are_currencies, field_names, share_a_word};
use crate::model::{Currency, Kind, plain};
use crate::parse;
use crate::schema::Key;

/// Fields that every row has, whatever it is.
pub(super) const EVERYWHERE: [Key; 3] = [Key::BundleId, Key::Platform, Key::OsVersion];

/// The members that hold the value itself, of an object under a field's own name.
const MEMBERS: [&str; 4] = ["value", "code", "name", "id"];

pub(super) struct Columns<'s> {
    pub(super) sample: &'s Sample,
    pub(super) binding: &'s Binding,
    pub(super) wished: &'s [Key],
    /// What the mapping reads already.
    pub(super) seen: Seen,
    /// The columns that feed nothing.
    pub(super) free: Vec<&'s Column>,
    /// By field: the column that may be it, for fields that have none yet.
    pub(super) guessed: Vec<Option<&'s Column>>,
    /// The column with the time of day, where the guessed one of the time has the date alone.
    pub(super) clock: Option<&'s Column>,
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
        let currency = Key::Currency as usize;
        if columns.guessed[currency].is_none() && columns.lacks_currency() {
            columns.guessed[currency] = columns.currency();
        }
        columns.clock = columns.clock();
        columns
    }

    /// Whether the mapping has a value for it already.
    pub(super) fn is_fed(&self, key: Key) -> bool {
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
        let synonyms = field_names::names(key).map(str::to_owned);
        let members = MEMBERS.iter().map(|member| format!("{own}.{member}"));
        let mut names = std::iter::once(own.clone()).chain(synonyms).chain(members);
        names.find_map(|name| {
            let mut free = self.free.iter();
            let is_it = |column: &&&Column| {
                is_called(&column.plain, &name)
                    && self.is_left(column)
                    && (self.seen.rows == 0 || !column.cells.is_empty())
                    && looks::like(key, &column.cells)
            };
            free.find(is_it).copied()
        })
    }

    /// The column with the times of day that belong to the dates.
    fn clock(&self) -> Option<&'s Column> {
        let dates = self.guessed[Key::EventTime as usize]?;
        let are = |column: &Column, is: fn(&str) -> bool| {
            let fitting = texts(&column.cells).filter(|text| is(text)).count();
            fitting > 0 && fitting * 10 >= column.cells.len() * 8
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

    pub(super) fn is_left(&self, column: &Column) -> bool {
        let is_same = |other: &&Column| std::ptr::eq(*other, column);
        !self.guessed.iter().flatten().any(is_same)
    }

    /// The column that holds amounts, by its name and its values.
    pub(super) fn money(&self) -> Option<&'s Column> {
        let is_money = |column: &&&Column| {
            is_money(&column.plain)
                && self.is_left(column)
                && texts(&column.cells).any(looks::is_amount)
        };
        let mut names = field_names::names(Key::Price);
        let called = |name: &str| {
            let mut money = self.free.iter().filter(is_money);
            money.find(|column| is_called(&column.plain, name))
        };
        let known = names.find_map(called);
        known.or_else(|| self.free.iter().find(is_money)).copied()
    }

    /// Whether no row says its currency: a column of our own name may be empty.
    fn lacks_currency(&self) -> bool {
        let key = Key::Currency;
        let is_said = self.wished.contains(&key) || !self.binding.fill(key).is_empty();
        !is_said && self.seen.rows > 0 && self.seen.cells[key as usize].is_empty()
    }

    /// The column of currency codes, whatever its name: of several, the one that goes with the price.
    fn currency(&self) -> Option<&'s Column> {
        let free = self.free.iter().copied();
        let are_codes = |column: &&Column| {
            self.is_left(column) && are_currencies(&column.name, texts(&column.cells))
        };
        let all: Vec<&Column> = free.filter(are_codes).collect();
        let price = match self.guessed[Key::Price as usize] {
            Some(column) => Some(column.name.clone()),
            None => self.binding.source_of(Key::Price),
        };
        let price = price.unwrap_or_default();
        let mut of_price = all.iter();
        let of_price = of_price.find(|column| share_a_word(&price, &column.name));
        of_price.or(all.first()).copied()
    }

    pub(super) fn has(&self, key: Key) -> bool {
        if self.guessed[key as usize].is_some() || self.wished.contains(&key) {
            return true;
        }
        let filled = self.seen.cells[key as usize].len();
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

    /// How many of the first rows have a value of this field.
    pub(super) fn filled(&self, key: Key) -> usize {
        texts(self.cells(key))
            .filter(|text| !parse::is_placeholder(text))
            .count()
    }

    /// The option that says how amounts are written, where most of them need it. Where more
    /// amounts have a point, a comma is damage.
    pub(super) fn decimals(&self) -> Option<&'static str> {
        let count = |is: fn(&str) -> bool| {
            let prices = texts(self.cells(Key::Price));
            prices.filter(|text| is(text)).count()
        };
        let (commas, points) = (
            count(has_comma),
            count(|text| text.contains('.') && !text.contains(',')),
        );
        if commas > points {
            return Some("--decimal-comma");
        }
        // Bare numbers are read without it.
        let are_marked =
            count(|text| text.contains(['\'', '’']) || parse::split_mark(text).is_some());
        (are_marked * 2 > points && are_marked > 0).then_some("--decimal-point")
    }

    /// The currency that all amounts name, if it is one.
    pub(super) fn marked_currency(&self) -> Option<Currency> {
        let mut marks = texts(self.cells(Key::Price)).map(parse::split_mark);
        let (mark, _) = marks.next()??;
        let is_same = |split: Option<(&str, &str)>| split.is_some_and(|(other, _)| other == mark);
        Currency::of_mark(mark).filter(|_| marks.all(is_same))
    }

    /// Times of the first rows that cannot be read as they stand, whatever their zone.
    pub(super) fn times(&self) -> Vec<String> {
        let clocks = self.clock.iter().flat_map(|clock| &clock.cells);
        let clocks: HashMap<usize, &str> =
            clocks.map(|(row, text)| (*row, text.as_str())).collect();
        let joined = self.cells(Key::EventTime).iter().map(|(row, date)| {
            let clock = clocks.get(row);
            clock.map_or_else(|| date.clone(), |clock| format!("{date} {clock}"))
        });
        joined.filter(|time| !looks::is_read(time)).collect()
    }

    pub(super) fn lack_zone(&self) -> bool {
        match self.clock {
            Some(clock) => texts(&clock.cells).any(looks::lacks_zone_of_day),
            None => texts(self.cells(Key::EventTime)).any(lacks_zone),
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

    /// What the first rows say of a field, by the column that may be it or by the mapping.
    pub(super) fn cells(&self, key: Key) -> &[Cell] {
        match self.guessed[key as usize] {
            Some(column) => &column.cells,
            None => &self.seen.cells[key as usize],
        }
    }
}

/// Whether a column's name speaks of what was paid.
fn is_money(plain: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| plain.contains(word));
    let is_known = field_names::names(Key::Price).any(|name| is_called(plain, name));
    (is_known
        || has(&[
            "price", "revenue", "amount", "umsatz", "betrag", "preis", "proceeds",
        ]))
        && !has(&["cost", "fee", "tax", "refund", "percent", "ltv", "discount"])
}

/// Whether a column has this name, both plain; of a path, all of it or its end, if that says enough.
pub(super) fn is_called(column: &str, name: &str) -> bool {
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
