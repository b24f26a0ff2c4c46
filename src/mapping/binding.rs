//! A mapping bound to an input: which of its columns feeds which field.
//!
//! Everything is decided here, before row one: for each kind its fields, each with the number of its
//! column. Shared by all threads.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::amount_name::{HUNDREDTHS, currency_in, power_in};
use super::feed::{Feed, Fill};
use super::json::Unread;
use super::meaning::Meaning;
use super::record::Reading;
use super::reference::{Finder, Slot};
use super::rule::{self, Rule, Test};
use super::side_columns::SideColumns;
use super::{Mapping, Numbers, Record};
use crate::model::{Currency, Fault, Kind, Platform, plain, shown};
use crate::parse::Placeholders;
use crate::schema::{self, Field, Form, Key};

/// Members that are looked for although the first objects did not have them.
const LATER: [&str; 10] = [
    "revenue",
    "price",
    "amount",
    "currency",
    "status",
    "refunded",
    "refunded_at",
    "is_test",
    "is_sandbox",
    "environment",
];
/// The most members of the first objects that are looked at.
const MEMBERS: usize = 500;

/// A field that a row of this kind is asked for.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) field: &'static Field,
    pub(crate) feed: Feed,
    /// What it is where the row says nothing.
    pub(crate) fill: Fill,
}

impl Asked {
    /// Whether some column, constant or `--set` gives it a value.
    pub(crate) fn is_fed(&self) -> bool {
        !matches!(self.feed, Feed::Nothing) || !self.fill.is_empty()
    }
}

/// A price that is that of all that a row counts, so that the quantity counts twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineTotal {
    /// The column of the price.
    pub price: Arc<str>,
    /// The column that counts.
    pub quantity: Arc<str>,
}

/// What says that the rows of an input are refunds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefundSign {
    /// A column of that name, filled in nearly all of the first rows.
    Column(Arc<str>),
    /// The name of the file.
    File(Arc<str>),
}

impl fmt::Display for RefundSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RefundSign::Column(name) => write!(f, "column {}", shown(name)),
            RefundSign::File(name) => write!(f, "the file name {}", shown(name)),
        }
    }
}

/// The column of an amount whose unit is not that of its currency for sure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AmountUnit {
    /// The column.
    pub column: Arc<str>,
    /// The power of ten that makes full units of its amounts where there are hundredths.
    pub power: i32,
    /// Whether the mapping scales it by that.
    pub is_scaled: bool,
    /// The column of its currency.
    pub currency: Option<Arc<str>>,
}

/// Which columns of one input feed which fields.
#[derive(Debug)]
pub struct Binding {
    /// The columns that slots count, by name as found or as wished for. For CSV this is the
    /// header, for NDJSON the members that could feed something.
    pub(super) columns: Vec<String>,
    /// Their numbers by plain name.
    by_name: HashMap<String, u16>,
    pub(super) feeds: Vec<Feed>,
    /// By field: what it is where the row says nothing.
    fills: Vec<Fill>,
    fills_by_platform: bool,
    /// What the source says where `--override` sends something else.
    hidden: Vec<(Key, Feed)>,
    plans: [Vec<Asked>; Kind::ALL.len()],
    /// The columns that feed nothing; nothing for NDJSON.
    unmapped: Option<Vec<String>>,
    /// How many of the columns feed something; the others are only looked at.
    feeding: usize,
    /// The columns that say when a row was, and whose it is.
    identifying: Vec<Slot>,
    /// The columns that feed nothing, but whose contents are checked against what is sent.
    side_columns: SideColumns,
    /// By [`Key::AMOUNTS`]: the column of the amount, if its name says a currency.
    named_currencies: [Option<(Arc<str>, Currency)>; Key::AMOUNTS.len()],
    /// By [`Key::AMOUNTS`]: the column of the amount, if its name says micros or cents and nothing
    /// scales it, or if it is scaled as cents are.
    units: [Option<AmountUnit>; Key::AMOUNTS.len()],
    /// What says that the rows are refunds.
    pub(super) refunds: Option<RefundSign>,
    /// The columns of price and quantity, where the first rows show that the price is a total.
    pub(super) line_total: Option<LineTotal>,
    /// The column of quantities that a mapping file names and this input does not have.
    pub(super) absent_quantity: Option<Arc<str>>,
    /// The times that every row should say: those of a header, and members that are named for them.
    pub(super) times: Vec<Key>,
    /// `--kind`, or a constant `kind`.
    pub(crate) kind: Option<Kind>,
    /// `--platform`, or a constant `platform`: that of rows that say none.
    pub(crate) platform: Option<Platform>,
    pub(crate) id_source: Box<str>,
    /// How texts of amounts are written.
    pub(crate) numbers: Numbers,
    /// The zone of times that carry none, if the mapping knows it.
    pub(crate) timezone: Option<TimeZone>,
    pub(super) kinds: Vec<Rule<Kind>>,
    pub(super) filters: Vec<Rule<Arc<str>>>,
    /// The preset that was used.
    pub(super) preset: Option<Box<str>>,
    /// See [`Binding::wanting`].
    pub(super) wanting: Vec<String>,
    /// Another way by which the vendor's money may reach Tenjin.
    pub(super) also_reports: Option<String>,
    pub(super) described: serde_json::Value,
}

impl Binding {
    pub(super) fn new(
        mapping: &Mapping,
        finder: &Finder,
        feeds: Vec<Feed>,
        hidden: Vec<(Key, Feed)>,
    ) -> Self {
        let columns = finder.columns.clone();
        let by_name = (0..).zip(&columns).map(|(at, name)| (plain(name), at));
        let fills = mapping.fields.iter().map(|field| field.fill.clone());
        let fills: Vec<Fill> = fills.collect();
        let unmapped = finder.unmapped();
        let names = unmapped.iter().flatten();
        let side_columns = names.map(|(at, name)| (*name, Slot::new((*at).into(), Vec::new())));
        let mut binding = Binding {
            by_name: by_name.collect(),
            feeding: columns.len(),
            identifying: identifying(&feeds),
            side_columns: SideColumns::among(side_columns),
            named_currencies: [const { None }; Key::AMOUNTS.len()],
            units: [const { None }; Key::AMOUNTS.len()],
            refunds: None,
            line_total: None,
            absent_quantity: None,
            times: Vec::new(),
            columns,
            plans: Kind::ALL.map(|kind| plan(kind, &feeds, &fills)),
            feeds,
            fills_by_platform: fills.iter().any(Fill::tells_platforms),
            fills,
            hidden,
            unmapped: unmapped
                .map(|names| names.iter().map(|(_, name)| (*name).to_owned()).collect()),
            kind: mapping.fixed.kind,
            platform: mapping.fixed.platform,
            id_source: mapping.fixed.id_source.clone(),
            numbers: mapping.numbers,
            timezone: mapping.fixed.timezone.clone(),
            kinds: Vec::new(),
            filters: Vec::new(),
            preset: mapping.preset.clone(),
            wanting: Vec::new(),
            also_reports: mapping
                .layers
                .iter()
                .find_map(|file| file.also_reports.clone()),
            described: serde_json::Value::Null,
        };
        let needs = mapping.layers.iter().flat_map(|file| &file.needs);
        binding.wanting = needs.filter(|name| !binding.has(name)).cloned().collect();
        binding.named_currencies = Key::AMOUNTS.map(|key| binding.currency_in_name(key));
        binding.units = Key::AMOUNTS.map(|key| binding.unit_of(key));
        binding
    }

    /// What the source says of a field that `--override` replaces.
    pub(crate) fn hidden(&self, key: Key) -> Option<&Feed> {
        let mut hidden = self.hidden.iter();
        hidden.find(|(of, _)| *of == key).map(|(_, feed)| feed)
    }

    /// The fields that `--override` replaces.
    pub(crate) fn overridden(&self) -> impl Iterator<Item = Key> {
        self.hidden.iter().map(|(key, _)| *key)
    }

    /// What a field is where the row says nothing.
    pub(crate) fn fill(&self, key: Key) -> &Fill {
        &self.fills[key as usize]
    }

    /// Whether a row's platform decides what else is filled in.
    pub(crate) fn fills_by_platform(&self) -> bool {
        self.fills_by_platform
    }

    /// What a row is taken to say of a field, where a value that cannot be read is none: for the
    /// account of rows, never for what is sent.
    pub(crate) fn taken<'c>(
        &'c self,
        record: &Record<'c, '_>,
        key: Key,
        platform: Option<Platform>,
    ) -> Option<&'c str> {
        self.filled(self.text(record, key).ok().flatten(), key, platform)
    }

    /// What was read, or what stands for it where that says nothing.
    pub(crate) fn filled<'c>(
        &'c self,
        own: Option<&'c str>,
        key: Key,
        platform: Option<Platform>,
    ) -> Option<&'c str> {
        let placeholders = Placeholders::in_field(key);
        own.filter(|text| !placeholders.contain(text))
            .or_else(|| self.fill(key).get(platform))
    }

    /// Whether another one, of the same run, is the same: a run's bindings differ by columns and
    /// preset alone.
    pub fn is_like(&self, other: &Binding) -> bool {
        (
            &self.columns,
            &self.unmapped,
            &self.preset,
            &self.line_total,
            &self.refunds,
            self.numbers,
        ) == (
            &other.columns,
            &other.unmapped,
            &other.preset,
            &other.line_total,
            &other.refunds,
            other.numbers,
        ) && self.side_columns.is_like(&other.side_columns)
    }

    /// The preset that was used, if one was.
    pub fn preset(&self) -> Option<&str> {
        self.preset.as_deref()
    }

    /// The fields that the mapping says the user must give (`needs`), and that have no value.
    pub fn wanting(&self) -> &[String] {
        &self.wanting
    }

    /// Another way by which the vendor's money may reach Tenjin.
    pub fn also_reports(&self) -> Option<&str> {
        self.also_reports.as_deref()
    }

    /// The mapping as the report shows it.
    pub fn described(&self) -> &serde_json::Value {
        &self.described
    }

    /// Why the mapping leaves this row out, if it does: the first rule that holds. Only if none
    /// does, what one of them could not read is a fault of the row.
    pub(crate) fn left_out(&self, record: &Record<'_, '_>) -> Result<Option<Arc<str>>, Fault> {
        let mut fault = None;
        for rule in &self.filters {
            match rule::hold(&rule.tests, record) {
                Ok(true) => return Ok(Some(Arc::clone(&rule.is))),
                Ok(false) => {}
                Err(unread) => fault = fault.or_else(|| Some(self.fault(&rule.tests, unread))),
            }
        }
        fault.map_or(Ok(None), Err)
    }

    /// What the mapping's rules say this row is: the first that holds, and none before it may be
    /// in doubt.
    pub(crate) fn kind_of(&self, record: &Record<'_, '_>) -> Result<Option<Kind>, Fault> {
        for rule in &self.kinds {
            let holds = rule::hold(&rule.tests, record);
            if holds.map_err(|unread| self.fault(&rule.tests, unread))? {
                return Ok(Some(rule.is));
            }
        }
        Ok(None)
    }

    /// A fault of the column that a rule could not read.
    fn fault(&self, tests: &[Test], unread: Unread<'_>) -> Fault {
        let mut slots = tests.iter().flat_map(Test::slots);
        let slot = slots.find(|slot| slot.column == unread.column);
        let name = slot.map(|slot| shown(&self.name_of(slot)).into_string());
        unread.at(name.unwrap_or_default())
    }

    /// Has a look at members that feed nothing, too: these were seen in the first objects, by
    /// their paths. Some names are looked for in any case, since they may come later.
    #[must_use]
    pub fn looking_at(mut self, names: &[&str]) -> Self {
        let names = names.iter().copied().chain(LATER);
        let mut slots: Vec<(&str, Slot)> = Vec::new();
        for name in names.take(MEMBERS) {
            if self.uses(name) || slots.iter().any(|(known, _)| *known == name) {
                continue;
            }
            let slot = self.slot_or_new(name);
            slots.push((name, slot));
        }
        self.side_columns = SideColumns::among(slots.into_iter());
        self
    }

    /// The column of a name, or where a path leads from one.
    fn slot_or_new(&mut self, name: &str) -> Slot {
        let is_whole = !self.is_json() && self.column(&plain(name)).is_some();
        let (member, path) = match name.split_once('.') {
            Some((member, inner)) if !is_whole => {
                (member, inner.split('.').map(Into::into).collect())
            }
            _ => (name, Vec::new()),
        };
        let column = self.column(&plain(member)).unwrap_or_else(|| {
            self.columns.push(member.to_owned());
            let column = u16::try_from(self.columns.len() - 1).unwrap_or(u16::MAX);
            self.by_name.insert(plain(member), column);
            column
        });
        Slot::new(column.into(), path)
    }

    /// Has a look at what this column says of rows, which its name does not tell.
    pub(super) fn look_at(&mut self, name: &str, meaning: Meaning) {
        let slot = self.slot_or_new(name);
        self.side_columns.add(name, slot, meaning);
    }

    /// Whether a cell says when the row was or whose it is. What `but` holds for says neither.
    pub(crate) fn identifies(&self, record: &Record<'_, '_>, but: impl Fn(&str) -> bool) -> bool {
        let says = |slot: &Slot| match record.first(std::slice::from_ref(slot), Placeholders::Ids) {
            Ok(Some(text)) => !text.is_empty() && !Placeholders::Ids.contain(text) && !but(text),
            Ok(None) => false,
            // Filled with something that cannot be read.
            Err(_) => true,
        };
        self.identifying.iter().any(says)
    }

    /// The columns that feed nothing and say something all the same.
    pub(crate) fn side_columns(&self) -> &SideColumns {
        &self.side_columns
    }

    /// The columns of price and quantity, if the price is that of all that a row counts.
    pub(crate) fn line_total(&self) -> Option<&LineTotal> {
        self.line_total.as_ref()
    }

    /// The column of quantities that a mapping file names and this input does not have.
    pub(crate) fn absent_quantity(&self) -> Option<&Arc<str>> {
        self.absent_quantity.as_ref()
    }

    /// The column of this amount and the currency in its name, if it has one.
    pub(crate) fn named_currency(&self, key: Key) -> Option<&(Arc<str>, Currency)> {
        let at = Key::AMOUNTS.iter().position(|known| *known == key)?;
        self.named_currencies[at].as_ref()
    }

    /// The field in which a row of this kind should say when it was, if the export has times.
    pub(crate) fn time_of(&self, kind: Kind, record: &Record<'_, '_>) -> Option<Key> {
        let is_there =
            |key: &Key| self.times.contains(key) || matches!(self.text(record, *key), Ok(Some(_)));
        let mut times = Key::TIMES.into_iter();
        times.find(|key| schema::field(kind, *key).is_some() && is_there(key))
    }

    /// Whether the user has said how amounts are written.
    pub(crate) fn says_numbers(&self) -> bool {
        self.numbers.are_said()
    }

    /// Whether a member of this column feeds something.
    pub(super) fn is_feeding(&self, column: u16) -> bool {
        usize::from(column) < self.feeding
    }

    /// Whether rows are left out for this reason because they have no money.
    pub(crate) fn denies_money(&self, reason: &str) -> bool {
        let mut rules = self.filters.iter().filter(|rule| &*rule.is == reason);
        rules.any(|rule| rule.tests.iter().any(Test::denies_money))
    }

    /// The columns that feed nothing, in the order of the header. Empty for NDJSON, where the
    /// rows tell: see `ChunkStats::unmapped`.
    pub fn unmapped(&self) -> &[String] {
        self.unmapped.as_deref().unwrap_or_default()
    }

    pub(crate) fn is_json(&self) -> bool {
        self.unmapped.is_none()
    }

    /// Whether some column or constant feeds this field.
    pub fn has(&self, name: &str) -> bool {
        Key::find(name).is_some_and(|key| {
            !matches!(self.feed(key), Feed::Nothing) || !self.fill(key).is_empty()
        })
    }

    /// The one column of an amount and the currency in its name, if it has one: `Revenue USD`.
    fn currency_in_name(&self, key: Key) -> Option<(Arc<str>, Currency)> {
        let feed = self.feed(key);
        let has_other = matches!(feed, Feed::Made(made) if made.or.is_some());
        let [slot] = feed.columns() else { return None };
        if has_other {
            return None;
        }
        let name = self.name_of(slot);
        let currency = currency_in(&name)?;
        Some((name.into(), currency))
    }

    /// What says that the rows are refunds, if anything does.
    pub(crate) fn refunds(&self) -> Option<&RefundSign> {
        self.refunds.as_ref()
    }

    /// The column of an amount that is named after micros or cents and is taken as it stands, or that
    /// is scaled as cents are.
    pub(crate) fn amount_unit(&self, key: Key) -> Option<&AmountUnit> {
        let at = Key::AMOUNTS.iter().position(|known| *known == key)?;
        self.units[at].as_ref()
    }

    fn unit_of(&self, key: Key) -> Option<AmountUnit> {
        let feed = self.feed(key);
        let is_scaled = feed.is_scaled();
        let (column, power) = if is_scaled {
            (self.name_of(feed.scaled_by(HUNDREDTHS)?), HUNDREDTHS)
        } else {
            let mut columns = feed.slots().into_iter().map(|slot| self.name_of(slot));
            columns.find_map(|name| power_in(&name).map(|power| (name, power)))?
        };
        Some(AmountUnit {
            column: column.into(),
            power,
            is_scaled,
            currency: self.source_of(Key::Currency).map(Into::into),
        })
    }

    /// Whether the last column of the header feeds this field.
    pub(crate) fn is_last(&self, key: Key) -> bool {
        let slots = self.feed(key).slots();
        let is_last = |slot: &&Slot| usize::from(slot.column) + 1 == self.feeding;
        !self.is_json() && slots.iter().any(is_last)
    }

    /// The kinds that the mapping's rules name.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        let rules = self.kinds.iter().map(|rule| rule.is);
        let mut kinds: Vec<Kind> = rules.collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// Whether rules of the mapping say what the rows are.
    pub(crate) fn says_kind(&self) -> bool {
        !self.kinds.is_empty()
    }

    /// The text that a row has for a field.
    pub(crate) fn text<'c>(&'c self, record: &Record<'c, '_>, key: Key) -> Reading<'c> {
        self.feed(key).text(key, record)
    }

    pub(crate) fn feed(&self, key: Key) -> &Feed {
        &self.feeds[key as usize]
    }

    pub(crate) fn plan(&self, kind: Kind) -> &[Asked] {
        &self.plans[kind as usize]
    }

    /// The column of this name, spelt in plain.
    pub(super) fn column(&self, plain: &str) -> Option<u16> {
        self.by_name.get(plain).copied()
    }

    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }
}

/// The columns of times and ids; the time first, which nearly every row has.
fn identifying(feeds: &[Feed]) -> Vec<Slot> {
    let keys = [Key::EventTime, Key::SentAt].into_iter().chain(Key::IDS);
    let slots = keys.flat_map(|key| feeds[key as usize].slots());
    slots.cloned().collect()
}

/// The fields of a kind that rows are asked for.
fn plan(kind: Kind, feeds: &[Feed], fills: &[Fill]) -> Vec<Asked> {
    schema::table(kind)
        .iter()
        .filter(|field| !matches!(field.form, Form::Kind | Form::Literal(_)))
        .map(|field| Asked {
            field,
            feed: feeds[field.key as usize].clone(),
            fill: fills[field.key as usize].clone(),
        })
        .collect()
}
