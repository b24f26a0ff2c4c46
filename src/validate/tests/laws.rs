//! What holds for every row, also for hostile ones.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::schema::Key;

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        ".*",
        "[-0-9.,eE+]{1,40}",
        "[0-9a-fA-F-]{16,64}",
        "20[0-9]{2}-[01][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-5][0-9]:[0-6][0-9](\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-9]{2})?",
        select(vec![
            "ios",
            "android",
            "Amazon",
            "event",
            "purchase",
            "USD",
            "de",
            "1",
            "true",
            "null",
            "{\"a\":1}",
            "{",
            "[1",
            "\"x"
        ])
        .prop_map(str::to_owned),
    ]
}

fn key() -> impl Strategy<Value = &'static str> {
    select(Key::ALL.to_vec()).prop_map(Key::name)
}

fn trial() -> impl Strategy<Value = Trial> {
    let changes = proptest::collection::vec((key(), cell()), 0..12);
    (0..5_usize, changes, any::<bool>()).prop_map(|(at, changes, events)| {
        let mut trial = good(*Kind::ALL.get(at).unwrap_or(&Kind::Event));
        if at == Kind::ALL.len() {
            trial.wishes.kind = None;
        }
        trial = trial.rules(|rules| {
            rules.build = if events {
                Build::Requests
            } else {
                Build::Nothing
            };
            rules.max_age = Some(Duration::from_secs(86_400));
            rules.timezone = Some(jiff::tz::TimeZone::UTC);
        });
        changes
            .iter()
            .fold(trial, |trial, (name, cell)| trial.with(name, cell))
    })
}

proptest! {
    #[test]
    fn every_row_has_exactly_one_outcome(trial in trial()) {
        for (checked, stats) in [trial.csv(), trial.json()] {
            let state = match &checked {
                Checked::Event(_) | Checked::Valid => State::Pending,
                Checked::Rejected(rejection) => {
                    prop_assert!(!rejection.faults.is_empty());
                    State::Rejected
                }
                Checked::Filtered { .. } => State::Filtered,
            };
            prop_assert_eq!(states(&stats), [(state, 1)]);
            prop_assert_eq!(stats.read, 1);
        }
    }

    #[test]
    fn csv_and_ndjson_say_the_same(trial in trial()) {
        let said = |checked: Checked| match checked {
            Checked::Event(event) => format!("{} {:?}", event.body, event.identity),
            Checked::Rejected(rejection) => format!("{:?}", rejection.faults),
            other => format!("{other:?}"),
        };
        prop_assert_eq!(said(trial.csv().0), said(trial.json().0));
    }

    #[test]
    fn a_body_can_be_read_back_and_never_has_an_empty_value(trial in trial()) {
        if let (Checked::Event(event), _) = trial.csv() {
            for (name, value) in form_urlencoded::parse(event.body.as_bytes()) {
                prop_assert!(Key::find(&name).is_some());
                prop_assert!(!value.is_empty() || name == "advertising_id", "{name}");
            }
        }
    }

    #[test]
    fn a_hint_never_repeats_the_cell(text in "[a-z]{3}@=[a-z]{5,20}", at in 0..4_usize) {
        let kind = Kind::ALL[at];
        for key in Key::ALL {
            if let (Checked::Rejected(rejection), _) = good(kind).with(key.name(), &text).csv() {
                for fault in rejection.faults {
                    prop_assert!(!fault.hint.contains(&text), "{}", fault.hint);
                }
            }
        }
    }
}
