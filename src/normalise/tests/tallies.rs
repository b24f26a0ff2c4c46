//! What is counted.

use rust_decimal::Decimal;

use super::*;
use crate::event::Currency;

#[test]
fn totals_of_valid_rows() {
    let mut tally = Tally::default();
    for trial in [
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
    ] {
        tally.merge(trial.csv().1);
    }
    assert_eq!(tally.read, 8);
    assert_eq!(
        tally.counts(),
        Counts {
            valid: 7,
            rejected: 1,
            filtered: 0
        }
    );
    let totals = tally.totals();
    let revenue: Vec<_> = totals
        .revenue
        .iter()
        .map(|(currency, amount)| (currency.code(), amount.to_string()))
        .collect();
    assert_eq!(
        revenue,
        [("JPY", "200".to_owned()), ("USD", "10.0112".to_owned())]
    );
    let events: Vec<_> = totals
        .events
        .iter()
        .map(|(name, count)| (&**name, *count))
        .collect();
    assert_eq!(
        events,
        [
            ("ad_impression", 1),
            ("level_up", 2),
            ("open", 1),
            ("purchase", 3)
        ]
    );
    assert_eq!(tally.event_time.older_than_a_day, 1);
    assert_eq!(tally.event_time.last, Some(NOW - 86_400_000_000));
    assert_eq!(tally.apps.len(), 2);
    let opens: Vec<bool> = tally.sightings.iter().map(|seen| seen.is_open).collect();
    assert_eq!(opens, [true, false, false]);
}

#[test]
fn counts_are_kept_by_kind_and_app() {
    let (_, tally) = good(Kind::Purchase).with("price", "x").csv();
    let some: Vec<_> = tally
        .by()
        .filter(|(_, _, counts)| *counts != Counts::default())
        .map(|(kind, app, counts)| (kind, app.map(ToString::to_string), counts.rejected))
        .collect();
    assert_eq!(
        some,
        [(
            Some(Kind::Purchase),
            Some("com.example.game (ios)".to_owned()),
            1
        )]
    );
}

#[test]
fn names_are_bounded_and_the_rest_is_counted() {
    let mut tally = Tally::default();
    let app = Arc::new(App {
        bundle_id: "a".into(),
        platform: crate::kind::Platform::Ios,
    });
    for number in 0..1_500 {
        tally.valid(Kind::Event, &app, Some(&format!("event {number}")), None);
    }
    assert_eq!(
        (tally.apps[0].names.len(), tally.apps[0].other_names),
        (1_000, 500)
    );
    let totals = tally.totals();
    assert_eq!((totals.events.len(), totals.other_events), (1_000, 500));
}

#[test]
fn apps_are_bounded_and_nothing_is_lost() {
    let mut tally = Tally::default();
    for number in 0..1_500 {
        let bundle_id = number.to_string().into();
        let app = Arc::new(App {
            bundle_id,
            platform: crate::kind::Platform::Ios,
        });
        tally.valid(
            Kind::Purchase,
            &app,
            None,
            Some((Decimal::ONE, Currency(*b"EUR"))),
        );
    }
    assert!(tally.apps.len() <= 1_001);
    assert_eq!(tally.counts().valid, 1_500);
    assert_eq!(
        tally.totals().revenue[&Currency(*b"EUR")],
        Decimal::from(1_500)
    );
}

#[test]
fn strangers_among_members_are_gathered() {
    let (_, tally) = good(Kind::Open)
        .with("_reason", "too_long")
        .with("Keywords", "x")
        .with("Channel", "y")
        .json();
    let names: Vec<&str> = tally.unmapped.names.iter().map(AsRef::as_ref).collect();
    assert_eq!(names, ["Channel", "Keywords"]);
    let (_, tally) = good(Kind::Open).with("Keywords", "x").csv();
    assert!(tally.unmapped.names.is_empty());
}
