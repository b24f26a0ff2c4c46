//! Why rows were not accepted: rejections by code and field with examples, and what Tenjin or
//! the run said about the others. Bounded, whatever the rows and the servers say.

use std::borrow::Cow;
use std::collections::HashMap;

use super::LIST_LIMIT;
use super::Settled;
use crate::model::{Code, Fault, Outcome, Place, Rejection};

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
#[derive(Debug, Clone)]
pub struct Reason {
    /// The stable word.
    pub code: Code,
    /// The field, empty where there is none.
    pub field: Cow<'static, str>,
    /// Rows that have this fault. A row with several faults counts in each.
    pub count: u64,
    /// The first few.
    pub examples: Vec<Example>,
}

/// Rejections by code and field.
#[derive(Debug, Default)]
pub struct Rejections {
    reasons: HashMap<(Code, Cow<'static, str>), Reason>,
    more: u64,
}

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
        let key = (fault.code, fault.field.clone());
        if self.reasons.len() >= LIST_LIMIT && !self.reasons.contains_key(&key) {
            self.more += 1;
            return;
        }
        let reason = self.reasons.entry(key).or_insert_with(|| Reason {
            code: fault.code,
            field: fault.field.clone(),
            count: 0,
            examples: Vec::new(),
        });
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
    pub fn ranked(&self) -> Vec<&Reason> {
        let mut all: Vec<_> = self.reasons.values().collect();
        let key = |reason: &Reason| (reason.code, reason.field.clone());
        all.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| key(a).cmp(&key(b))));
        all
    }

    /// Faults beyond the reasons held.
    pub fn more(&self) -> u64 {
        self.more
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
        assert_eq!((&*ranked[0].field, ranked[0].count), ("price", 7));
        assert_eq!(ranked[0].examples.len(), EXAMPLES);
        assert_eq!(ranked[0].examples[4].place.line, 4);
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
