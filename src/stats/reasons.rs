//! Why rows were not accepted: rejections by code and field with examples, and what Tenjin or
//! the run said about the others; remarks about valid rows. Bounded, whatever the rows and the servers say.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::bounded::Bounded;
use super::sums::{Amount, Sums};
use super::{LIST_LIMIT, Settled};
use crate::mapping::{AmountUnit, LineTotal, Meaning, RefundSign};
use crate::model::{Code, Currency, Fault, Outcome, Place, Rejection};
use crate::schema::Key;

/// How many rows stand as examples for one reason.
pub const EXAMPLES: usize = 5;

/// A row that shows a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Where it starts.
    pub place: Place,
    /// The culprit, bounded and harmless.
    pub value: Box<str>,
    /// What to do about it.
    pub hint: Cow<'static, str>,
}

/// One way to be rejected.
#[derive(Debug, Clone, Default)]
pub struct Reason {
    /// Rows that have this fault. A row with several faults counts in each.
    pub count: u64,
    /// The first few.
    pub examples: Vec<Example>,
}

/// A code, and a field, which is empty where there is none.
pub type CodeAndField = (Code, Cow<'static, str>);

/// Rejections by code and field.
#[derive(Debug, Default)]
pub struct Rejections(Bounded<CodeAndField, Reason>);

impl Rejections {
    /// Adds every fault of a row.
    pub fn add(&mut self, rejection: &Rejection) {
        for (index, fault) in rejection.faults.iter().enumerate() {
            let earlier = &rejection.faults[..index];
            let same = |other: &Fault| other.code == fault.code && other.field == fault.field;
            if !earlier.iter().any(same) {
                self.fault(rejection.place, fault);
            }
        }
    }

    fn fault(&mut self, place: Place, fault: &Fault) {
        let Some(reason) = self.0.value(&(fault.code, fault.field.clone()), 1) else {
            return;
        };
        reason.count += 1;
        if reason.examples.len() < EXAMPLES {
            reason.examples.push(Example {
                place,
                value: fault.value.clone(),
                hint: fault.hint.clone(),
            });
        }
    }

    /// The reasons held, the most frequent first.
    pub fn ranked(&self) -> Vec<(&CodeAndField, &Reason)> {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_by(|a, b| b.1.count.cmp(&a.1.count).then_with(|| a.0.cmp(b.0)));
        all
    }

    /// Faults beyond the reasons held.
    pub fn more(&self) -> u64 {
        self.0.more()
    }
}

/// What was said about rows that ended alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// How they ended.
    pub outcome: Outcome,
    /// The HTTP status of the last answer, if there was one.
    pub http: Option<u16>,
    /// The short reason.
    pub reason: Box<str>,
    /// How many rows.
    pub count: u64,
    /// The first one to end so.
    pub first: Place,
}

/// Reasons of rows that were valid and not accepted.
#[derive(Debug, Default)]
pub struct Endings {
    by_reason: HashMap<Box<str>, Vec<Said>>,
    held: usize,
    more: [u64; Outcome::ALL.len()],
}

impl Endings {
    /// Adds one row. A known reason costs no allocation.
    pub fn add(&mut self, settled: &Settled) {
        let (outcome, detail) = (settled.outcome, &settled.detail);
        let said = self.by_reason.get_mut(&detail.reason);
        let known = said.and_then(|all| {
            all.iter_mut()
                .find(|said| said.outcome == outcome && said.http == detail.http)
        });
        match known {
            Some(said) => said.count += 1,
            None if self.held >= LIST_LIMIT => self.more[outcome as usize] += 1,
            None => self.hold(settled),
        }
    }

    fn hold(&mut self, settled: &Settled) {
        self.held += 1;
        let reason = settled.detail.reason.clone();
        self.by_reason
            .entry(reason.clone())
            .or_default()
            .push(Said {
                outcome: settled.outcome,
                http: settled.detail.http,
                reason,
                count: 1,
                first: settled.event.place,
            });
    }

    /// What was said about rows that ended so, the most frequent first.
    pub fn ranked(&self, outcome: Outcome) -> Vec<&Said> {
        let all = self.by_reason.values().flatten();
        let mut said: Vec<_> = all.filter(|said| said.outcome == outcome).collect();
        said.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.cmp(b)));
        said
    }

    /// Rows that ended so for reasons that are not held.
    pub fn more(&self, outcome: Outcome) -> u64 {
        self.more[outcome as usize]
    }
}

/// Something that people should know about a row that is valid all the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// It says something else than `--set`, and keeps it.
    KeptBesideSet(Key),
    /// `--override` replaced what it says.
    Overridden(Key),
    /// Its amount has more decimals than its currency.
    MoreDecimals(Currency, Surplus),
    /// Tenjin's own SDK drops purchases in this currency.
    UnknownToSdk(Currency),
    /// A column that no field takes says something else of it than what is sent.
    ColumnSays(Meaning, Arc<str>),
    /// Its amount goes under another currency than the one in the name of its column.
    NamedCurrency(Currency, Arc<str>),
    /// It says no quantity, as the column that a mapping file names for it is not there.
    NoQuantity(Arc<str>),
    /// Its amount is taken as it stands from a column named after micros or cents, or scaled as cents
    /// although its currency has none.
    NotScaled(Key, AmountUnit),
    /// It goes as money, and seems to be a refund.
    Refund(RefundSign),
    /// The file ends in the cell of this field, without a line end: it may be cut there.
    OpenEnd(Key),
    /// It counts more than one, and its price seems to be that of all.
    LineTotal(LineTotal),
}

/// Where decimals come from that a currency does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Surplus {
    /// Three digits: the point may part thousands.
    Thousands,
    /// So many that a program has reckoned with floats.
    Float,
    /// The currency may be another one.
    Currency,
}

/// The rows that a remark is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remarked {
    /// The rows, and what they are worth.
    pub sums: Sums,
    /// The first of them.
    pub place: Place,
    /// What it says, bounded and harmless.
    pub value: Box<str>,
    /// All that such rows say, up to [`WORDS`].
    pub words: Words,
}

/// The most words that are taken down of one column.
const WORDS: usize = 100;

/// What a column says, bounded and harmless: the first different words.
pub type Words = BTreeSet<Box<str>>;

/// Adds a word, if there is room for it.
fn take_down(words: &mut Words, word: Box<str>) {
    if words.len() < WORDS {
        words.insert(word);
    }
}

/// Remarks by what they are about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remarks {
    about: BTreeMap<Remark, Remarked>,
    /// By column: what it says of payments, where it could say that they went back.
    payments: BTreeMap<Arc<str>, Words>,
}

impl Remarks {
    /// Counts one of this worth.
    pub fn add(&mut self, remark: Remark, place: Place, value: Box<str>, amount: Amount) {
        let is_of_column = matches!(remark, Remark::ColumnSays(..));
        let example = self.about.entry(remark).or_insert_with(|| Remarked {
            sums: Sums::default(),
            place,
            value: value.clone(),
            words: Words::new(),
        });
        example.sums.add(amount);
        if is_of_column {
            take_down(&mut example.words, value);
        }
    }

    /// Takes down what a column says of a payment that did not go back.
    pub fn add_payment(&mut self, column: &Arc<str>, word: Box<str>) {
        let words = self.payments.entry(Arc::clone(column)).or_default();
        take_down(words, word);
    }

    /// What this column says of payments that did not go back.
    pub fn of_payments(&self, column: &str) -> impl Iterator<Item = &str> {
        let words = self.payments.get(column).into_iter().flatten();
        words.map(AsRef::as_ref)
    }

    /// Adds those of later rows.
    pub fn merge(&mut self, later: &Remarks) {
        for (remark, example) in &later.about {
            match self.about.get_mut(remark) {
                Some(known) => {
                    known.sums.merge(&example.sums);
                    let words = example.words.iter().cloned();
                    words.for_each(|word| take_down(&mut known.words, word));
                }
                None => drop(self.about.insert(remark.clone(), example.clone())),
            }
        }
        for (column, words) in &later.payments {
            let words = words.iter().cloned();
            words.for_each(|word| self.add_payment(column, word));
        }
    }

    /// All of them, in the order of their sorts.
    pub fn iter(&self) -> impl Iterator<Item = (&Remark, &Remarked)> {
        self.about.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejection(line: u64, faults: Vec<Fault>) -> Rejection {
        Rejection {
            place: Place { input: 0, line },
            text: Box::default(),
            is_record: true,
            faults,
            kind: None,
            app: None,
            user: None,
        }
    }

    #[test]
    fn a_row_counts_once_for_each_of_its_reasons() {
        let fault = |field| Fault::new(Code::InvalidNumber, field, "x", "");
        let mut rejections = Rejections::default();
        for line in 0..7 {
            let faults = vec![fault("price"), fault("price"), fault("quantity")];
            rejections.add(&rejection(line, faults));
        }
        let ranked = rejections.ranked();
        assert_eq!(ranked.len(), 2);
        let ((_, field), reason) = ranked[0];
        assert_eq!((&**field, reason.count), ("price", 7));
        assert_eq!(reason.examples.len(), EXAMPLES);
        assert_eq!(reason.examples[4].place.line, 4);
    }

    #[test]
    fn hostile_field_names_are_counted_together() {
        let mut rejections = Rejections::default();
        for number in 0..LIST_LIMIT + 3 {
            let fault = Fault::new(Code::TooLong, format!("f{number}"), "", "");
            rejections.add(&rejection(1, vec![fault]));
        }
        assert_eq!(rejections.ranked().len(), LIST_LIMIT);
        assert_eq!(rejections.more(), 3);
    }
}
