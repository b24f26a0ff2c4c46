//! Rows that a rule leaves out.

#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;

fn filtered(trial: &Trial) -> (Filter, bool) {
    match trial.csv().0 {
        Checked::Filtered { filter, event, .. } => (filter, event.is_some()),
        other => panic!("not filtered: {other:?}"),
    }
}

fn aged(text: &str) -> Trial {
    good(Kind::Purchase)
        .with("event_time", text)
        .rules(|rules| rules.max_age = Some(Duration::from_secs(7 * 86_400)))
}

#[test]
fn ad_impressions_need_permission() {
    let trial = good(Kind::AdImpression).rules(|rules| rules.allow.clear());
    let (filter, _) = filtered(&trial);
    assert_eq!(filter, Filter::KindNotAllowed(Kind::AdImpression));
    let (_, stats) = trial.csv();
    let filters: Vec<_> = stats
        .filters
        .iter()
        .map(|(name, count)| (&**name, *count))
        .collect();
    assert_eq!(filters, [("ad_impression_not_allowed", 1)]);
}

#[test]
fn attributions_need_permission_and_an_id() {
    let trial = good(Kind::Attribution).rules(|rules| rules.allow.clear());
    let (filter, _) = filtered(&trial);
    assert_eq!(filter, Filter::KindNotAllowed(Kind::Attribution));
    let one = good(Kind::Attribution).without("advertising_id");
    assert!(matches!(one.csv().0, Checked::Valid));
    let none = one.without("developer_device_id");
    assert!(matches!(none.csv().0, Checked::Rejected(_)));
}

#[test]
fn a_mapping_file_leaves_rows_out_for_its_reasons() {
    let text =
        "[[filter]]\nreason = \"sandbox\"\nwhen = [{ column = \"env\", in = [\"Sandbox\"] }]";
    let file = Arc::new(crate::mapping::File::parse("my.toml", text).unwrap());
    let mapping = good(Kind::Purchase).mapping().over(&file, None).unwrap();
    let binding = mapping.bind_csv(&["env".to_owned()]).unwrap();
    for (cell, is_left_out) in [("SANDBOX", true), ("production", false), ("", false)] {
        let (checked, _) = good(Kind::Purchase).check(&binding, Cells::Csv(&[cell.into()]));
        let reason = match checked {
            Checked::Filtered { filter, .. } => Some(filter),
            _ => None,
        };
        let expected = is_left_out.then(|| Filter::Mapping("sandbox".into()));
        // A row of one empty cell is an empty row only to the reader.
        assert_eq!(
            reason.filter(|filter| *filter != Filter::EmptyRow),
            expected
        );
    }
}

#[test]
fn old_rows_are_left_out() {
    assert_eq!(
        filtered(&aged("2026-11-15T11:59:59Z")),
        (Filter::TooOld, false)
    );
    assert!(matches!(
        aged("2026-11-15T12:00:00Z").csv().0,
        Checked::Valid
    ));
    let timeless = aged("").without("event_time");
    assert!(matches!(timeless.csv().0, Checked::Valid));
}

#[test]
fn an_old_row_need_not_be_right_but_a_right_one_has_its_event() {
    let wanted = aged("2026-01-01T00:00:00Z").rules(|rules| rules.build = Build::Requests);
    assert_eq!(filtered(&wanted), (Filter::TooOld, true));
    assert_eq!(
        filtered(&wanted.with("price", "x")),
        (Filter::TooOld, false)
    );
    assert_eq!(
        filtered(&aged("2026-01-01T00:00:00Z").with("price", "x")),
        (Filter::TooOld, false)
    );
}

#[test]
fn empty_rows_are_left_out() {
    let binding = good(Kind::Open).mapping().bind_json();
    let (checked, stats) = good(Kind::Open).check(&binding, Cells::Empty);
    assert!(matches!(
        checked,
        Checked::Filtered {
            filter: Filter::EmptyRow,
            ..
        }
    ));
    assert_eq!(
        (stats.read, states(&stats)),
        (1, vec![(State::Filtered, 1)])
    );
    let mut hollow = good(Kind::Open).with("event", "");
    hollow.wishes.kind = None;
    for (_, cell) in &mut hollow.cells {
        cell.clear();
    }
    assert_eq!(filtered(&hollow).0, Filter::EmptyRow);
}
