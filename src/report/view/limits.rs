//! What the run had to keep to, and what changed since the last run of the same inputs.

use serde::Serialize;

use super::View;
use crate::model::{Outcome, StopReason};
use crate::report::figures::{counted, thousands};
use crate::report::run::{Limit, RunFacts};
use crate::stats::{Rows, Stats};

/// A limit, and whether the run kept to it.
#[derive(Debug, Serialize)]
pub struct LimitLine<'r> {
    /// The option that sets it.
    pub option: &'r str,
    /// What it allows.
    pub value: &'r str,
    /// What there was.
    pub found: String,
    /// Whether that is within it.
    pub passed: bool,
}

pub(super) fn limits<'r>(stats: &Stats, run: &'r RunFacts) -> Vec<LimitLine<'r>> {
    let rows = stats.rows();
    let line = |limit: &'r Limit| LimitLine {
        option: limit.option,
        value: &limit.value,
        found: found(limit, rows, stats),
        passed: match limit.stops {
            Some(reason) => run.stop_reason != Some(reason),
            None if limit.option == "--max-age" => stats.too_old() == 0,
            None => true,
        },
    };
    run.limits.iter().map(line).collect()
}

fn found(limit: &Limit, rows: Rows, stats: &Stats) -> String {
    let count =
        |outcomes: &[Outcome]| -> u64 { outcomes.iter().map(|outcome| rows.count(*outcome)).sum() };
    match limit.stops {
        Some(StopReason::MaxFailures) => {
            let bad = count(&[Outcome::Refused, Outcome::Failed, Outcome::InDoubt]);
            format!("{} refused, failed or in doubt", thousands(bad))
        }
        Some(StopReason::MaxRejected) => {
            format!("{} rejected", thousands(count(&[Outcome::Rejected])))
        }
        None if limit.option == "--max-age" => format!("{} older", counted(stats.too_old(), "row")),
        _ => format!("{} read", counted(rows.read, "row")),
    }
}

/// A number then and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What is counted.
    pub name: String,
    /// In the last run of the same inputs.
    pub before: String,
    /// In this one.
    pub now: String,
}

impl View<'_> {
    /// What differs from the last run of the same inputs: rows, reasons, accepted revenue.
    pub fn differences(&self) -> Vec<Difference> {
        let Some(past) = &self.run.before else {
            return Vec::new();
        };
        let difference = |name: &str, before: u64, now: u64| Difference {
            name: name.to_owned(),
            before: thousands(before),
            now: thousands(now),
        };
        let mut all = vec![difference("read", past.count("read"), self.rows.read)];
        all.extend(Outcome::ALL.map(|outcome| {
            let words = outcome.words(self.sends());
            difference(words, past.count(outcome.name()), self.count(outcome))
        }));
        let reason = |code: &str, field: &str| match field {
            "" => code.to_owned(),
            field => format!("{code} in {field}"),
        };
        let mut reasons = std::collections::BTreeMap::<_, (u64, u64)>::new();
        for one in &past.rejections {
            reasons.entry(reason(&one.code, &one.field)).or_default().0 = one.count;
        }
        for one in &self.rejections {
            let name = reason(one.code.name(), one.field);
            reasons.entry(name).or_default().1 = one.count;
        }
        all.extend(
            reasons
                .iter()
                .map(|(name, (before, now))| difference(name, *before, *now)),
        );
        let accepted = self.revenue.iter().filter(|_| self.sends());
        all.extend(accepted.map(|line| {
            let code = line.name.code();
            let before = past.totals.accepted.revenue.get(code);
            Difference {
                name: format!("{code} accepted"),
                before: before.cloned().unwrap_or("0".into()),
                now: line.accepted.to_string(),
            }
        }));
        all.retain(|one| one.before != one.now);
        all
    }
}
