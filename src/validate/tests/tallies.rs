//! What is counted.

use super::*;
use crate::model::{Moment, Outcome};
use crate::stats::Stats;

fn account(trials: impl IntoIterator<Item = Trial>) -> Stats {
    let mut stats = Stats::default();
    for trial in trials {
        stats.chunk(Moment::default(), &trial.csv().1);
    }
    stats
}

#[test]
fn totals_of_valid_rows() {
    let mut stats = account([
        good(Kind::Purchase),
        good(Kind::Purchase).with("price", "0.015"),
        good(Kind::Purchase)
            .with("currency", "JPY")
            .with("price", "100"),
        good(Kind::Purchase).with("price", "x"),
        good(Kind::AdImpression),
        good(Kind::Open).with("event_time", "2026-11-21T11:59:59Z"),
        good(Kind::Event).with("event_time", "2026-11-21T12:00:00Z"),
        android(Kind::Event),
    ]);
    let rows = stats.rows();
    assert_eq!((rows.read, rows.valid), (8, 7));
    assert_eq!(rows.count(Outcome::Rejected), 1);
    let revenue = stats.totals.revenue();
    let revenue: Vec<_> = revenue
        .iter()
        .map(|(currency, line)| (currency.code(), line.valid.money.to_string()))
        .collect();
    assert_eq!(
        revenue,
        [("JPY", "200".to_owned()), ("USD", "10.0112".to_owned())]
    );
    let names = stats.totals.names();
    let names: Vec<_> = names
        .iter()
        .map(|(name, line)| (&***name, line.valid.rows))
        .collect();
    assert_eq!(
        names,
        [
            ("purchase", 3),
            ("level_up", 2),
            ("ad_impression", 1),
            ("open", 1)
        ]
    );
    assert_eq!(stats.event_time.older_than_a_day, 1);
    let last = stats.event_time.bounds.map(|(_, last)| last);
    assert_eq!(last, Some(NOW - 86_400_000_000));
    assert_eq!(stats.totals.rows_by_app().len(), 2);
    stats.send_none();
    assert_eq!(stats.rows().count(Outcome::NotSent), 7);
}

#[test]
fn opens_and_events_are_seen_in_order() {
    let opens = [good(Kind::Open), good(Kind::Event), good(Kind::Purchase)]
        .into_iter()
        .flat_map(|trial| trial.csv().1.sightings)
        .map(|seen| seen.is_open);
    assert_eq!(opens.collect::<Vec<_>>(), [true, false]);
}

/// The rows in a state, by what their amounts are summed with.
fn counted(trial: &Trial) -> Vec<String> {
    let (_, chunk) = trial.csv();
    let counts = chunk.counts().map(|(alike, state, count)| {
        let app = alike.app.map_or("no app".into(), ToString::to_string);
        let kind = alike.kind.map_or("unknown", Kind::name);
        let unit = alike.unit;
        format!("{} {kind} {app} {unit:?} {}", state.name(), count.money)
    });
    counts.collect()
}

#[test]
fn what_is_not_sent_counts_with_what_its_columns_say() {
    const APP: &str = "com.example.game (ios)";
    let usd = "Currency(Currency([85, 83, 68]))";
    for (trial, expected) in [
        (
            good(Kind::Purchase).with("product_id", ""),
            format!("rejected purchase {APP} {usd} 9.98"),
        ),
        (
            good(Kind::Purchase).with("price", "-4.99"),
            format!("rejected purchase {APP} {usd} -9.98"),
        ),
        (
            good(Kind::Purchase).with("price", "4,99"),
            format!("rejected purchase {APP} Unreadable 0"),
        ),
        (
            good(Kind::Purchase).with("price", ""),
            format!("rejected purchase {APP} Unreadable 0"),
        ),
        (
            good(Kind::Purchase).with("currency", "Euro"),
            format!("rejected purchase {APP} Unreadable 0"),
        ),
        (
            good(Kind::Event).with("event", ""),
            format!("rejected event {APP} NoMoney 0"),
        ),
    ] {
        assert_eq!(counted(&trial), [expected]);
    }
}

#[test]
fn a_line_that_is_no_record_may_have_held_money() {
    let (_, chunk) = good(Kind::Purchase).damaged();
    let units: Vec<_> = chunk.counts().map(|(alike, ..)| alike.unit).collect();
    assert_eq!(units, [crate::stats::Unit::Unreadable]);
}

#[test]
fn strangers_among_members_are_gathered() {
    let (_, stats) = good(Kind::Open)
        .with("_reason", "too_long")
        .with("Keywords", "x")
        .with("Channel", "y")
        .json();
    let names: Vec<&str> = stats.unmapped.names.iter().map(AsRef::as_ref).collect();
    assert_eq!(names, ["Channel", "Keywords"]);
    let (_, stats) = good(Kind::Open).with("Keywords", "x").csv();
    assert!(stats.unmapped.names.is_empty());
}
