//! What Tenjin will do to rows that are valid one by one: it drops events with too many names and
//! does not process an installation's events before its open.
//!
//! Watches rows in input order in fixed memory, so the counts are "at least".

mod money;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::delivery::feed::Opened;
use crate::mapping::{LineTotal, lookup};
use crate::model::{App, Installation, shown};
use crate::report::changed;
use crate::report::escape::argument;
use crate::report::figures::{counted, thousands};
use crate::report::left_out;
use crate::report::warning::{Warning, WarningCode};
use crate::schema::Key;
use crate::stats::remarks::Remarked;
use crate::stats::{Cause, ChunkStats, Left, Remark, Remarks, Sighting, Stats};
use money::Money;

/// A value that is left out of more than one in so many rows is no exception.
const DROPPED_PART: u64 = 10;
/// The most warnings of a sort.
const MOST: usize = 5;
/// Different event names of one app that Tenjin takes (documented).
const NAMES: usize = 500;
/// Apps whose names are watched.
const APPS: usize = 100;
/// Installations that are remembered at once: two to this power.
const REMEMBERED: u32 = 18;

/// Watches the rows of a run.
#[derive(Debug, Default)]
pub struct Watch {
    names: HashMap<Arc<App>, HashSet<Arc<str>>>,
    opens: Opens,
    input: u32,
    money: Vec<Money>,
    remarks: Remarks,
}

impl Watch {
    /// Watches these inputs.
    pub fn over(opened: &[Opened]) -> Self {
        Watch {
            money: opened.iter().map(Money::new).collect(),
            ..Watch::default()
        }
    }

    /// Looks at the valid rows of a chunk, in input order.
    pub fn look(&mut self, input: u32, stats: &ChunkStats) {
        if let Some(money) = self.money.get_mut(input as usize) {
            money.look(stats);
        }
        self.remarks.merge(&stats.remarks);
        for (app, name) in stats.event_names() {
            self.name(app, name);
        }
        if input != self.input {
            self.opens.forget();
            self.input = input;
        }
        stats
            .sightings
            .iter()
            .for_each(|sighting| self.opens.look(*sighting));
    }

    fn name(&mut self, app: &Arc<App>, name: &Arc<str>) {
        if !self.names.contains_key(app) {
            if self.names.len() >= APPS {
                return;
            }
            self.names.insert(Arc::clone(app), HashSet::new());
        }
        if let Some(known) = self.names.get_mut(app)
            && known.len() <= NAMES
            && !known.contains(name)
        {
            known.insert(Arc::clone(name));
        }
    }

    /// What people should know. `name` is that of an input.
    pub fn warnings<'n>(&self, name: impl Fn(u32) -> &'n str) -> Vec<Warning> {
        let mut apps: Vec<_> = self
            .names
            .iter()
            .filter(|(_, names)| names.len() > NAMES)
            .map(|(app, _)| app)
            .collect();
        apps.sort();
        let too_many = |app: &Arc<App>| {
            let app = shown(&app.to_string());
            let text = format!(
                "{app} has more than {NAMES} different event names: Tenjin drops the others"
            );
            Warning::new(WarningCode::TooManyNames, text)
        };
        let mut warnings: Vec<Warning> = apps.into_iter().map(too_many).collect();
        let nowhere = self.money.iter().filter_map(Money::nowhere);
        warnings.extend(nowhere.map(|text| Warning::new(WarningCode::AmountsLeftOut, text)));
        let mut twice: Vec<String> = self.money.iter().filter_map(Money::twice).collect();
        twice.sort();
        twice.dedup();
        let twice = twice.into_iter();
        warnings.extend(twice.map(|text| Warning::new(WarningCode::MayCountTwice, text)));
        let remarks = self.remarks.iter();
        warnings.extend(remarks.map(|(remark, example)| {
            let name = shown(name(example.place.input));
            remarked(remark, example, &name)
        }));
        if self.opens.late > 0 {
            let late = counted(self.opens.late, "installation");
            let text = format!(
                "at least {late} had events before the open in the same input: Tenjin does not \
                 process events before an installation's open"
            );
            warnings.push(Warning::new(WarningCode::EventsBeforeOpen, text));
        }
        warnings
    }
}

/// One remark, with how many rows it is about and the first of them.
fn remarked(remark: &Remark, example: &Remarked, file: &str) -> Warning {
    let rows = counted(example.sums.rows(), "row");
    let first = format!("as {file}:{}: \"{}\"", example.place.line, example.value);
    let text = match remark {
        Remark::KeptBesideSet(key) => format!(
            "{key}: {rows} with another value than the one that was set kept it, {first}; \
             --override {key}=VALUE would replace it"
        ),
        Remark::Overridden(key) => {
            format!("--override {key} replaced another value in {rows}, {first}")
        }
        Remark::MoreDecimals(currency) => format!(
            "{rows} with more decimals than {} has, {first}: is it another currency?",
            currency.code()
        ),
        Remark::UnknownToSdk(currency) => format!(
            "{rows} in {}, {first}: Tenjin's own SDK drops purchases in this currency; look at \
             the dashboard whether they arrive",
            currency.code()
        ),
        Remark::NoQuantity(column) => {
            let (rows, column) = (with_money(rows, example), shown(column));
            let text = format!(
                "quantity: the mapping names column {column}, which {file} does not have: {rows} \
                 that are purchases go as 1 each; name the column that counts, or say \
                 quantity = {{ constant = \"1\" }}"
            );
            return Warning::new(WarningCode::ColumnAbsent, text);
        }
        Remark::LineTotal(columns) => {
            let text = totals(columns, &with_money(rows, example), &first);
            return Warning::new(WarningCode::PriceLooksLikeATotal, text);
        }
        Remark::ColumnSays(..) | Remark::NamedCurrency(..) => {
            let text = disagreeing(remark, &with_money(rows, example), &first);
            return Warning::new(WarningCode::ColumnsDisagree, text);
        }
    };
    text.into()
}

/// `3 rows (USD 14.97)`.
fn with_money(rows: String, remarked: &Remarked) -> String {
    match left_out::money(&remarked.sums).as_str() {
        "" => rows,
        money => format!("{rows} ({money})"),
    }
}

/// That a price counts as often as the quantity says, and what to do.
fn totals(columns: &LineTotal, rows: &str, first: &str) -> String {
    let (price, quantity) = (shown(&columns.price), shown(&columns.quantity));
    format!(
        "price looks like a total: for the same product {price} grows with {quantity}, and \
         {rows} go as price x quantity, {first}: if {price} is for all of a row, say --override \
         quantity=1"
    )
}

/// What a column says of rows that go otherwise, and what to do.
fn disagreeing(remark: &Remark, rows: &str, first: &str) -> String {
    let (meaning, column) = match remark {
        Remark::ColumnSays(meaning, column) => (meaning, column),
        Remark::NamedCurrency(named, column) => {
            return format!(
                "column {} is named after {}, and {rows} of it go under another currency, {first}: \
                 take the amounts from another column, or the currency (--map currency=COLUMN, \
                 --set currency={})",
                shown(column),
                named.code(),
                named.code()
            );
        }
        _ => return String::new(),
    };
    let shown = shown(column);
    let map = |field: &str| argument(&format!("{field}={column}"));
    match meaning.field() {
        Some(Key::Quantity) => format!(
            "column {shown} says another quantity than what is sent of {rows}, {first}: map it \
             (--map {}), or say that the price is for all of them (--set quantity=1)",
            map("quantity")
        ),
        Some(field) => format!(
            "column {shown} says another {field} than what is sent of {rows}, {first}: map it \
             (--map {})",
            map(field.name())
        ),
        None => format!(
            "column {shown} says of {rows} that they are tests, were refunded or not paid, \
             {first}, and they go as money: leave them out by a [[filter]] of a mapping file \
             (tenjin-s2s presets tenjin shows how)"
        ),
    }
}

/// What came of the look-ups.
fn looked_up(counts: lookup::Counts) -> Option<Warning> {
    let lookup::Counts {
        hits,
        useless,
        misses,
        ambiguous,
    } = counts;
    (hits + useless + misses + ambiguous > 0).then(|| {
        let useless = match useless {
            0 => String::new(),
            rows => format!(
                "{} found in it without an id that the row lacks, ",
                thousands(rows)
            ),
        };
        let text = format!(
            "--lookup: {} got ids from the table, {useless}{} not found in it, {} with a key that \
             has several different values there",
            counted(hits, "row"),
            thousands(misses),
            thousands(ambiguous)
        );
        Warning::new(WarningCode::LookedUp, text)
    })
}

/// What the account of a run shows that people should know.
pub fn of_stats(stats: &Stats) -> Vec<Warning> {
    let left = stats.left_out.ranked().into_iter();
    let undecided = left.filter(|left| !left.why.is_decided()).take(MOST);
    let amounts = undecided.map(|left| Warning::new(WarningCode::AmountsLeftOut, amounts(&left)));
    let repriced = changed::warning(&stats.changed.repriced).into_iter();
    let repriced = repriced.map(|text| Warning::new(WarningCode::AmountsChanged, text));
    let valid = stats.rows().valid;
    let dropped = stats.dropped_fields.ranked().into_iter();
    let many = dropped
        .filter(|(_, count)| *count > valid / DROPPED_PART)
        .take(MOST);
    let dropped = many.map(|((field, code), count)| {
        let text = format!(
            "{}: the value was left out of {} of {} ({}: {})",
            shown(field),
            thousands(count),
            counted(valid, "valid row"),
            code,
            code.meaning()
        );
        Warning::new(WarningCode::ValuesDropped, text)
    });
    let looked_up = looked_up(stats.lookups).into_iter();
    amounts
        .chain(repriced)
        .chain(dropped)
        .chain(looked_up)
        .collect()
}

/// Which amounts nobody has decided about, and what to do.
fn amounts(left: &Left<'_>) -> String {
    let column = shown(left.column);
    let map = format!("--map {}", argument(&format!("price={column}")));
    let rows = counted(left.rows(), "row");
    let money = left_out::money(left.sums);
    match left.why {
        Cause::Goes(kind) => format!(
            "column {column} holds amounts in {rows} that go as `{kind}`, without money ({money}): \
             if that is revenue, map the column ({map}), and have such rows go as \
             purchases"
        ),
        Cause::Denied(rule) | Cause::Rule(rule) => format!(
            "{rows} {} left out as {}, but column {column} holds amounts ({money}): if that is \
             revenue, map the column ({map})",
            if left.rows() == 1 { "was" } else { "were" },
            shown(rule)
        ),
    }
}

/// Installations with an event and no open so far; each has one place, and a later one takes it.
#[derive(Debug, Default)]
struct Opens {
    waiting: Vec<u64>,
    late: u64,
}

impl Opens {
    fn look(&mut self, sighting: Sighting) {
        if self.waiting.is_empty() {
            self.waiting = vec![0; 1 << REMEMBERED];
        }
        let Installation(hash) = sighting.installation;
        let place = usize::try_from(hash >> (64 - REMEMBERED)).unwrap_or_default();
        let place = &mut self.waiting[place];
        // The lowest bit says whether its open has been seen, so that later events are in order.
        let (without, with) = (hash & !1, hash | 1);
        match (sighting.is_open, *place) {
            (true, seen) if seen == without => {
                self.late += 1;
                *place = with;
            }
            (true, _) => *place = with,
            (false, seen) if seen == with => {}
            (false, _) => *place = without,
        }
    }

    fn forget(&mut self) {
        self.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn late(sightings: &[(u64, bool)]) -> u64 {
        let mut opens = Opens::default();
        for (installation, is_open) in sightings {
            let installation = Installation(installation << 50 | 6);
            opens.look(Sighting {
                installation,
                is_open: *is_open,
            });
        }
        opens.late
    }

    #[test]
    fn an_event_before_the_open_is_counted_once_for_its_installation() {
        assert_eq!(late(&[(1, true), (1, false), (2, false), (3, false)]), 0);
        assert_eq!(
            late(&[(1, false), (1, false), (1, true), (1, false), (1, true)]),
            1
        );
        assert_eq!(late(&[(1, false), (2, false), (2, true), (1, true)]), 2);
    }

    #[test]
    fn the_501st_name_of_an_app_is_too_many() {
        let platform = crate::model::Platform::Ios;
        let app = Arc::new(App {
            bundle_id: "com.example.game".into(),
            platform,
        });
        let names: Vec<Arc<str>> = (0..501).map(|n| format!("event_{n}").into()).collect();
        let mut watch = Watch::default();
        names[..500].iter().for_each(|name| watch.name(&app, name));
        assert_eq!(watch.warnings(|_| "x"), []);
        names.iter().for_each(|name| watch.name(&app, name));
        let sentence = "com.example.game (ios) has more than 500 different event names: \
                        Tenjin drops the others";
        let warning = Warning::new(WarningCode::TooManyNames, sentence);
        assert_eq!(watch.warnings(|_| "x"), [warning]);
    }
}
