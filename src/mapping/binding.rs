//! A mapping bound to an input: which of its columns feeds which field.
//!
//! Everything is decided here, before row one: for each kind the fields that can have a value or
//! must have one, each with the number of its column. Shared by all threads.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::Record;
use super::amounts::{Amounts, currency_in};
use super::beside::Beside;
use super::feed::Feed;
use super::fill::Fill;
use super::meaning::Meaning;
use super::record::Reading;
use super::rule::{self, FilterRule, KindRule, Test};
use super::slot::Slot;
use super::unread::Unread;
use crate::model::{Currency, Fault, Kind, Platform, plain, shown};
use crate::parse::Nothing;
use crate::schema::{self, Field, Form, Key, Need};

/// The amounts of money.
const AMOUNTS: [Key; 3] = [Key::Price, Key::RevenueDecimal, Key::RevenueCpm];
/// Members that are looked for although the first objects did not have them.
const LATER: [&str; 4] = ["revenue", "price", "amount", "currency"];
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

/// Which columns of one input feed which fields.
#[derive(Debug)]
pub struct Binding {
    /// The columns that slots count, by name as found or as wished for. For CSV this is the
    /// header, for NDJSON the members that could feed something.
    pub(super) columns: Vec<String>,
    /// Their numbers by plain name.
    numbers: HashMap<String, u16>,
    pub(super) feeds: Vec<Feed>,
    /// By field: what it is where the row says nothing.
    fills: Vec<Fill>,
    fills_by_platform: bool,
    /// What the source says where `--override` sends something else.
    hidden: Vec<(Key, Feed)>,
    plans: [Vec<Asked>; Kind::ALL.len()],
    /// Nothing for NDJSON.
    unmapped: Option<Vec<String>>,
    /// How many of the columns feed something; the others are only looked at.
    feeding: usize,
    /// The columns that say when a row was, and whose it is.
    identifying: Vec<Slot>,
    /// The columns that feed nothing and may hold money.
    amounts: Amounts,
    /// Those that say which money a row is, or that it is none.
    beside: Beside,
    /// By [`AMOUNTS`]: the column of the amount, if its name says a currency.
    named_currencies: [Option<(Arc<str>, Currency)>; AMOUNTS.len()],
    /// The columns of price and quantity, where the first rows show that the price is a total.
    pub(super) line_total: Option<LineTotal>,
    /// The column of quantities that a mapping file names and this input does not have.
    pub(super) absent_quantity: Option<Arc<str>>,
    /// `--kind`, or a constant `kind`.
    pub(crate) kind: Option<Kind>,
    /// `--platform`, or a constant `platform`: that of rows that say none.
    pub(crate) platform: Option<Platform>,
    pub(crate) id_source: Box<str>,
    /// The zone of times that carry none, if the mapping knows it.
    pub(crate) timezone: Option<TimeZone>,
    pub(super) kinds: Vec<KindRule>,
    pub(super) filters: Vec<FilterRule>,
    /// The preset that was used.
    pub(super) preset: Option<Box<str>>,
    /// What the mapping says that it cannot know, and nobody gave.
    pub(super) wanting: Vec<String>,
    /// Another way by which the vendor's money may reach Tenjin.
    pub(super) also_reports: Option<String>,
    pub(super) described: serde_json::Value,
}

impl Binding {
    pub(super) fn new(
        columns: Vec<String>,
        feeds: Vec<Feed>,
        fills: Vec<Fill>,
        fixed: super::Fixed,
    ) -> Self {
        let plans = Kind::ALL.map(|kind| plan(kind, &feeds, &fills));
        let mut binding = Binding {
            numbers: (0..)
                .zip(&columns)
                .map(|(at, name)| (plain(name), at))
                .collect(),
            feeding: columns.len(),
            identifying: identifying(&feeds),
            amounts: Amounts::default(),
            beside: Beside::default(),
            named_currencies: [const { None }; AMOUNTS.len()],
            line_total: None,
            absent_quantity: None,
            columns,
            feeds,
            fills_by_platform: fills.iter().any(Fill::tells_platforms),
            fills,
            hidden: Vec::new(),
            plans,
            unmapped: None,
            kind: fixed.kind,
            platform: fixed.platform,
            id_source: fixed.id_source,
            timezone: fixed.timezone,
            kinds: Vec::new(),
            filters: Vec::new(),
            preset: None,
            wanting: Vec::new(),
            also_reports: None,
            described: serde_json::Value::Null,
        };
        binding.named_currencies = AMOUNTS.map(|key| binding.currency_in_name(key));
        binding
    }

    pub(super) fn hiding(mut self, hidden: Vec<(Key, Feed)>) -> Self {
        self.hidden = hidden;
        self
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
        let nothing = Nothing::in_field(key);
        own.filter(|text| !nothing.says(text))
            .or_else(|| self.fill(key).get(platform))
    }

    pub(super) fn with_rules(mut self, kinds: Vec<KindRule>, filters: Vec<FilterRule>) -> Self {
        self.kinds = kinds;
        self.filters = filters;
        self
    }

    /// Whether another one, of the same run, is the same: a run's bindings differ by columns and
    /// preset alone.
    pub fn is_like(&self, other: &Binding) -> bool {
        (
            &self.columns,
            &self.unmapped,
            &self.preset,
            &self.line_total,
        ) == (
            &other.columns,
            &other.unmapped,
            &other.preset,
            &other.line_total,
        ) && self.beside.is_like(&other.beside)
    }

    /// The preset that was used, if one was.
    pub fn preset(&self) -> Option<&str> {
        self.preset.as_deref()
    }

    /// The fields that the export cannot know, and that nobody gave.
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
                Ok(true) => return Ok(Some(Arc::clone(&rule.reason))),
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
                return Ok(Some(rule.kind));
            }
        }
        Ok(None)
    }

    /// A fault of the column that a rule could not read.
    fn fault(&self, tests: &[Test], unread: Unread<'_>) -> Fault {
        let mut slots = tests.iter().flat_map(Test::slots);
        let slot = slots.find(|slot| slot.column == unread.column);
        let name = slot.map(|slot| shown(&self.name(slot)).into_string());
        unread.at(name.unwrap_or_default())
    }

    pub(super) fn with_unmapped(mut self, unmapped: Vec<(usize, String)>) -> Self {
        let names = unmapped.iter();
        let names = names.map(|(at, name)| (name.as_str(), Slot::new(*at, Vec::new())));
        self.amounts = Amounts::among(names.clone());
        self.beside = Beside::among(names);
        self.unmapped = Some(unmapped.into_iter().map(|(_, name)| name).collect());
        self
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
            let (member, path) = match name.split_once('.') {
                Some((member, inner)) => (member, vec![inner.into()]),
                None => (name, Vec::new()),
            };
            let column = self.column(&plain(member)).unwrap_or_else(|| {
                self.columns.push(member.to_owned());
                let column = u16::try_from(self.columns.len() - 1).unwrap_or(u16::MAX);
                self.numbers.insert(plain(member), column);
                column
            });
            let rest = Vec::new();
            slots.push((name, Slot { column, path, rest }));
        }
        self.amounts = Amounts::among(slots.iter().cloned());
        self.beside = Beside::among(slots.into_iter());
        self
    }

    /// Has a look at what these columns say of rows, which their names do not tell.
    pub(super) fn look_beside(&mut self, name: &str, meaning: Meaning) {
        let (member, path) = match (self.column(&plain(name)), name.split_once('.')) {
            (None, Some((member, inner))) => (member, vec![inner.into()]),
            _ => (name, Vec::new()),
        };
        if let Some(column) = self.column(&plain(member)) {
            let rest = Vec::new();
            self.beside.add(name, Slot { column, path, rest }, meaning);
        }
    }

    /// Whether a cell says when the row was or whose it is. What `but` holds for says neither.
    pub(crate) fn identifies(&self, record: &Record<'_, '_>, but: impl Fn(&str) -> bool) -> bool {
        let says = |slot: &Slot| match record.first(std::slice::from_ref(slot), Nothing::Ids) {
            Ok(Some(text)) => !text.is_empty() && !Nothing::Ids.says(text) && !but(text),
            Ok(None) => false,
            // Filled with something that cannot be read.
            Err(_) => true,
        };
        self.identifying.iter().any(says)
    }

    /// The columns that feed nothing and may hold money.
    pub(crate) fn amounts(&self) -> &Amounts {
        &self.amounts
    }

    /// The columns that feed nothing and say which money a row is, or that it is none.
    pub(crate) fn beside(&self) -> &Beside {
        &self.beside
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
        let at = AMOUNTS.iter().position(|known| *known == key)?;
        self.named_currencies[at].as_ref()
    }

    /// Whether a member of this column feeds something.
    pub(super) fn is_feeding(&self, column: u16) -> bool {
        usize::from(column) < self.feeding
    }

    /// Whether rows are left out for this reason because they have no money.
    pub(crate) fn denies_money(&self, reason: &str) -> bool {
        let mut rules = self.filters.iter().filter(|rule| &*rule.reason == reason);
        rules.any(|rule| rule.tests.iter().any(Test::denies_money))
    }

    /// The columns that feed nothing, in the order of the header. Empty for NDJSON, where the
    /// rows tell: see `Tally::unmapped`.
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

    /// The columns that feed a field, as people write them; nothing, if none does.
    pub fn source_of(&self, key: Key) -> Option<String> {
        let slots = match self.feed(key) {
            Feed::Nothing | Feed::Constant(_) => return None,
            Feed::Column(slot) => std::slice::from_ref(slot),
            Feed::First(slots) => slots,
            Feed::Made(made) => &made.slots,
        };
        (!slots.is_empty()).then(|| self.places(slots))
    }

    /// `a||b.c`. Every way to read a dotted name has the same text, which is said once.
    pub(super) fn places(&self, slots: &[Slot]) -> String {
        let mut names: Vec<String> = slots.iter().map(|slot| self.place(slot)).collect();
        names.dedup();
        names.join("||")
    }

    /// The same of one, with what is joined to it: `date+time`.
    pub(super) fn place(&self, slot: &Slot) -> String {
        let mut name = self.name(slot);
        for joined in &slot.rest {
            name.push('+');
            name.push_str(&self.places(joined));
        }
        name
    }

    /// A column as people write it.
    fn name(&self, slot: &Slot) -> String {
        let column = self.columns[usize::from(slot.column)].as_str();
        let path = slot.path.iter().map(AsRef::as_ref);
        let parts: Vec<&str> = std::iter::once(column).chain(path).collect();
        parts.join(".")
    }

    /// The one column of an amount and the currency in its name, if it has one: `Revenue USD`.
    fn currency_in_name(&self, key: Key) -> Option<(Arc<str>, Currency)> {
        let slots = match self.feed(key) {
            Feed::Column(slot) => std::slice::from_ref(slot),
            Feed::Made(made) if made.or.is_none() => made.slots.as_slice(),
            _ => return None,
        };
        let [slot] = slots else { return None };
        let name = self.name(slot);
        let currency = currency_in(&name)?;
        Some((name.into(), currency))
    }

    /// Whether the input has a value for this field: a constant, or one of the columns that are
    /// there. For NDJSON `there` are the members of its first objects.
    pub(crate) fn is_fed(&self, key: Key, there: &[&str]) -> bool {
        match self.feed(key) {
            _ if !self.fill(key).is_empty() => true,
            Feed::Nothing => false,
            feed if !self.is_json() || feed.needs_no_column() => true,
            feed => feed.slots().iter().any(|slot| {
                let name = self.reference(slot);
                there.iter().any(|there| plain(there) == name)
            }),
        }
    }

    /// Whether any field is read from that column, or a rule looks at it.
    pub(crate) fn uses(&self, column: &str) -> bool {
        let column = plain(column);
        let tests = self.kinds.iter().flat_map(|rule| &rule.tests);
        let tests = tests.chain(self.filters.iter().flat_map(|rule| &rule.tests));
        let fed = self.feeds.iter().flat_map(Feed::slots);
        let mut slots = fed.chain(tests.flat_map(Test::slots));
        slots.any(|slot| self.reference(slot) == column)
    }

    /// The kinds that the mapping's rules name.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        let rules = self.kinds.iter().map(|rule| rule.kind);
        let mut kinds: Vec<Kind> = rules.collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// Whether rules of the mapping say what the rows are.
    pub(crate) fn says_kind(&self) -> bool {
        !self.kinds.is_empty()
    }

    fn reference(&self, slot: &Slot) -> String {
        let column = self.columns.get(usize::from(slot.column));
        let column = plain(column.map_or("", String::as_str));
        let path = slot.path.iter().map(|step| plain(step));
        std::iter::once(column)
            .chain(path)
            .collect::<Vec<_>>()
            .join(".")
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
        self.numbers.get(plain).copied()
    }

    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }
}

/// The columns of times and ids; the time first, which nearly every row has.
fn identifying(feeds: &[Feed]) -> Vec<Slot> {
    let keys = [Key::EventTime, Key::SentAt]
        .into_iter()
        .chain(Key::TELLING);
    let slots = keys.flat_map(|key| feeds[key as usize].slots());
    slots.cloned().collect()
}

/// The fields of a kind that have a feed or may be missed.
fn plan(kind: Kind, feeds: &[Feed], fills: &[Fill]) -> Vec<Asked> {
    schema::table(kind)
        .iter()
        .filter(|field| !matches!(field.form, Form::Kind | Form::Literal(_)))
        .map(|field| Asked {
            field,
            feed: feeds[field.key as usize].clone(),
            fill: fills[field.key as usize].clone(),
        })
        .filter(|asked| asked.is_fed() || may_be_missed(asked.field))
        .collect()
}

fn may_be_missed(field: &Field) -> bool {
    field.group.is_some() || matches!(field.need, Need::Always | Need::On(_))
}
