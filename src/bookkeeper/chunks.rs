//! The numbers of a chunk, as the report takes them.

use std::sync::Arc;

use jiff::Timestamp;

use crate::event::Event;
use crate::normalise::{Counts, Tally};
use crate::report::facts::{ChunkFacts, Group, Span};

/// Rows that come from the ledger: they were valid when they were first read.
pub(super) fn released(events: &[Arc<Event>]) -> ChunkFacts {
    let now = Timestamp::now().as_microsecond();
    let mut facts = ChunkFacts::default();
    for event in events {
        let group = Group {
            kind: Some(event.kind),
            app: Some(event.app.clone()),
        };
        facts.groups.entry(group).or_default().valid += 1;
        facts.worth(&event.worth);
        if let Some(time) = event.time {
            facts.event_time.add(time, now);
        }
    }
    facts
}

/// The chunk's numbers, as the report takes them.
pub(super) fn facts(tally: &Tally) -> ChunkFacts {
    let mut facts = ChunkFacts::default();
    for (kind, app, counts) in tally.by() {
        if counts != Counts::default() {
            let group = facts
                .groups
                .entry(Group {
                    kind,
                    app: app.cloned(),
                })
                .or_default();
            group.valid += counts.valid;
            group.rejected += counts.rejected;
            group.filtered += counts.filtered;
        }
    }
    let totals = tally.totals();
    for (currency, amount) in totals.revenue {
        facts.revenue.entry(currency).or_default().add(amount);
    }
    facts.events = totals.events;
    facts.filters.clone_from(&tally.filters);
    facts.fixes = tally
        .fixes()
        .map(|(name, count)| (name.into(), count))
        .collect();
    let dropped = tally.dropped_fields.iter();
    facts.dropped_fields = dropped
        .map(|((field, code), count)| (((*field).into(), *code), *count))
        .collect();
    facts.event_time = Span {
        bounds: tally.event_time.first.zip(tally.event_time.last),
        older_than_a_day: tally.event_time.older_than_a_day,
    };
    facts.unmapped_columns = tally
        .unmapped
        .names
        .iter()
        .map(ToString::to_string)
        .collect();
    facts
}
