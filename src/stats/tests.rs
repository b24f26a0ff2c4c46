//! The account's own laws: rows and money only move between states, and lists keep their bounds.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::model::{Currency, FirstSeen, Kind, Platform};
use crate::report::tests::sample;

const USD: Unit = Unit::Currency(Currency(*b"USD"));

fn money(stats: &Stats, of: State) -> String {
    let lines = stats.totals.all().sorted();
    let line = lines.into_iter().find(|(unit, _)| *unit == USD);
    line.map_or("none".into(), |(_, line)| line.count(of).money.to_string())
}

/// What every way to cut the rows adds up to, in rows and in dollars.
fn sums(stats: &Stats) -> Vec<(u64, String)> {
    let mut all = vec![stats.totals.all().sorted()];
    let apps = stats.totals.by_app.sorted().into_iter();
    all.push(apps.flat_map(|(_, units)| units.sorted()).collect());
    let days = stats.totals.by_day.sorted().into_iter();
    all.push(days.flat_map(|(_, units)| units.sorted()).collect());
    all.last_mut()
        .expect("just put there")
        .extend(stats.totals.by_day.more().sorted());
    let sum = |lines: Vec<(Unit, &Line)>| {
        let mut sum = Count::default();
        lines.iter().for_each(|(_, line)| sum.merge(&line.read()));
        (sum.rows, sum.money.to_string())
    };
    all.into_iter().map(sum).collect()
}

proptest! {
    /// Conservation: whatever happens in whatever order, rows only move between counts, and
    /// their money with them.
    #[test]
    fn outcomes_and_pending_add_up_to_what_was_read(
        chunks in prop::collection::vec((0_u64..9, 0_u64..9, 0_u64..9), 1..9),
        ends in prop::collection::vec((0_usize..8, any::<bool>()), 0..64),
    ) {
        let mut stats = Stats::default();
        for (valid, rejected, filtered) in &chunks {
            stats.chunk(Moment::default(), &sample::chunk(*valid, *rejected, *filtered));
        }
        let valid: u64 = chunks.iter().map(|chunk| chunk.0).sum();
        let read: u64 = chunks.iter().map(|chunk| chunk.0 + chunk.1 + chunk.2).sum();
        let ends = ends.iter().take(usize::try_from(valid).unwrap_or(0));
        let mut pending = valid;
        for (end, again) in ends {
            let mut settled = sample::settled(1, Outcome::ALL[*end], 0, "");
            settled.detail.first = if *again { FirstSeen::ThisRun } else { FirstSeen::EarlierRun };
            stats.settled(Moment::default(), &settled);
            pending -= 1;
            prop_assert_eq!(stats.rows().pending(), pending);
        }
        stats.send_none();
        prop_assert_eq!(stats.rows().pending(), 0);
        let sum = |rows: &Rows| -> u64 {
            Outcome::ALL.iter().map(|outcome| rows.count(*outcome)).sum()
        };
        prop_assert_eq!(stats.rows().read, read);
        prop_assert_eq!(sum(&stats.rows()), read);
        let kinds: u64 = stats.totals.by_kind().map(|(_, rows)| sum(&rows)).sum();
        let apps: u64 = stats.totals.rows_by_app().iter().map(|(_, rows)| sum(rows)).sum();
        prop_assert_eq!((kinds, apps), (read, read));
        let mut dollars = Money::default();
        (0..read).for_each(|_| dollars.add(Decimal::new(199, 2)));
        let whole = (read, dollars.to_string());
        prop_assert_eq!(sums(&stats), vec![whole; 3]);
    }
}

#[test]
fn many_apps_are_counted_together() {
    let mut stats = Stats::default();
    for number in 0..LIST_LIMIT + 5 {
        let app = Arc::new(App {
            bundle_id: format!("app{number}").into(),
            platform: Platform::Ios,
        });
        let mut settled = sample::settled(1, Outcome::Accepted, 0, "");
        Arc::make_mut(&mut settled.event).app = app;
        let chunk = ChunkStats::released(&[Arc::clone(&settled.event)], 0);
        stats.chunk(Moment::default(), &chunk);
        stats.settled(Moment::default(), &settled);
    }
    assert_eq!(stats.totals.rows_by_app().len(), LIST_LIMIT);
    assert_eq!(stats.totals.more_apps().count(Outcome::Accepted), 5);
    assert_eq!(stats.totals.unknown_app().count(Outcome::Accepted), 0);
    let more = stats.totals.by_app.more().sorted();
    assert_eq!(more.len(), 1);
    assert_eq!(more[0].1.count(State::Accepted).money.to_string(), "9.95");
    assert_eq!(more[0].1.count(State::Pending).rows, 0);
}

#[test]
fn names_beyond_the_limit_end_where_they_began() {
    let mut stats = Stats::default();
    let mut events = Vec::new();
    for number in 0..LIST_LIMIT + 500 {
        let mut settled = sample::settled(1, Outcome::Accepted, 0, "");
        let event = Arc::make_mut(&mut settled.event);
        event.kind = Kind::Event;
        event.contribution.label = format!("event {number}").into();
        events.push(settled);
    }
    let read: Vec<_> = events.iter().map(|settled| settled.event.clone()).collect();
    stats.chunk(Moment::default(), &ChunkStats::released(&read, 0));
    events
        .iter()
        .for_each(|settled| stats.settled(Moment::default(), settled));
    assert_eq!(stats.totals.names().len(), LIST_LIMIT);
    assert_eq!(stats.totals.more_names(), 500);
    let accepted = Rows::from(stats.totals.by_name.more()).count(Outcome::Accepted);
    assert_eq!(accepted, 500);
}

#[test]
fn money_moves_with_its_row() {
    let stats = sample::stats();
    let line = stats.totals.revenue();
    assert_eq!(line[0].1.valid.money.to_string(), "15.92");
    assert_eq!(money(&stats, State::Accepted), "3.98");
    assert_eq!(money(&stats, State::InDoubt), "3.98");
    assert_eq!(money(&stats, State::Earlier), "1.99");
    assert_eq!(money(&stats, State::Repeated), "0");
    assert_eq!(money(&stats, State::Pending), "0.00");
    assert_eq!(money(&stats, State::Rejected), "1.99");
}

#[test]
fn an_old_row_that_the_ledger_knows_is_no_longer_filtered() {
    let mut stats = Stats::default();
    stats.chunk(Moment::default(), &sample::chunk(0, 0, 2));
    let settled = sample::settled(1, Outcome::Duplicate, 0, "id");
    stats.known_although_old(Moment::default(), &settled, true);
    assert_eq!(stats.filters.count(&"too_old".into()), 1);
    assert_eq!(money(&stats, State::Filtered), "1.99");
    assert_eq!(money(&stats, State::Earlier), "1.99");
    assert_eq!(stats.rows().count(Outcome::Filtered), 1);
}

#[test]
fn accepted_rows_count_on_the_day_of_their_arrival() {
    const HOUR: u64 = 3_600_000_000;
    let started = Timestamp::constant(20_000 * 86_400 + 23 * 3_600, 0);
    let mut stats = Stats::new(started);
    stats.chunk(Moment::default(), &sample::chunk(2, 0, 0));
    for hours in [0, 2] {
        let settled = sample::settled(1, Outcome::Accepted, 200, "");
        stats.settled(Moment(hours * HOUR), &settled);
    }
    let days = stats.totals.by_arrival.sorted();
    let days: Vec<_> = days
        .iter()
        .map(|(day, units)| {
            (
                **day,
                units.sorted()[0].1.count(State::Accepted).money.to_string(),
            )
        })
        .collect();
    assert_eq!(days, [(20_000, "1.99".into()), (20_001, "1.99".into())]);
}
