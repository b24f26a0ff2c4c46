//! Rows with neither id nor time.

use std::path::Path;

use super::place::Place;
use super::rows::Row;
use super::tenjin::Tenjin;

fn export(place: &Place, name: &str) {
    let nameless = |number| Row::nth(number, 7).without_time();
    place.export(name, &(0..20).map(nameless).collect::<Vec<_>>());
}

#[test]
fn a_file_of_them_needs_a_name() {
    for name in ["in.csv", "in.ndjson"] {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        export(&place, name);
        let refused = place.upload(&tenjin.server, name).end().expect(2);
        for word in ["--input-name", "event_id", "event_time"] {
            assert!(refused.err.contains(word), "{word}: {}", refused.err);
        }
        assert_eq!(tenjin.requests(), 0);

        let named = format!("{name} --input-name june");
        let first = place.upload(&tenjin.server, &named).end().expect(0);
        assert_eq!(first.four(), [20, 0, 0, 0]);
        let again = place.upload(&tenjin.server, &named).end().expect(0);
        assert_eq!(again.four(), [0, 20, 0, 0]);
        // the file's own name says nothing
        std::fs::rename(place.path(name), place.path("other.csv")).unwrap();
        let named = "other.csv --input-name june";
        let renamed = place.upload(&tenjin.server, named).end().expect(0);
        assert_eq!(renamed.four(), [0, 20, 0, 0]);
        // another name is another input
        let named = "other.csv --input-name july";
        let other = place.upload(&tenjin.server, named).end().expect(0);
        assert_eq!(other.four(), [20, 0, 0, 0]);
        let counts = tenjin.counts();
        assert!(counts.len() == 20 && counts.values().all(|count| *count == 2));
    }
}

#[test]
fn from_standard_input_they_go_unremembered_but_money_does_not() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    export(&place, "in.ndjson");
    let input = place.path("in.ndjson");
    let pipe =
        |arguments: &str, input: &Path| place.upload(&tenjin.server, arguments).end_with(input);
    for _ in 0..2 {
        let ended = pipe("-", &input).expect(1);
        assert_eq!(ended.four(), [12, 0, 0, 8]);
        assert_eq!(ended.report["rejections"][0]["code"], "missing_identity");
        assert_eq!(ended.report["rejections"][0]["count"], 8);
        let warnings = ended.report["warnings"].to_string();
        let expected = "12 rows had neither event_id nor event_time";
        assert!(warnings.contains(expected), "{warnings}");
    }
    let named = pipe("- --input-name june", &input).expect(0);
    assert_eq!(named.four(), [20, 0, 0, 0]);
    let again = pipe("- --input-name june", &input).expect(0);
    assert_eq!(again.four(), [0, 20, 0, 0]);
    let counts = tenjin.counts();
    assert_eq!((counts["r0"], counts["r2"]), (3, 1));
}

#[test]
fn a_late_one_in_a_file_is_rejected_alone() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let mut rows: Vec<Row> = (0..20_000).map(|n| Row::nth(n, 3_000)).collect();
    for number in [19_996, 19_997] {
        rows[number].time.clear();
    }
    place.export("in.csv", &rows);
    for expected in [[19_998, 0, 0, 2], [0, 19_998, 0, 2]] {
        let ended = place.upload(&tenjin.server, "in.csv").end().expect(1);
        assert_eq!(ended.four(), expected);
        let rejection = &ended.report["rejections"][0];
        assert_eq!(rejection["code"], "missing_identity");
        assert_eq!(rejection["examples"][0]["line"], 19_998);
    }
    assert_eq!(tenjin.requests(), 19_998);
}

#[test]
fn one_among_the_first_is_rejected_alone_too() {
    for name in ["in.csv", "in.ndjson"] {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        let mut rows: Vec<Row> = (0..10).map(|n| Row::nth(n, 3)).collect();
        rows[0].time.clear();
        place.export(name, &rows);
        let rehearsal = format!("{name} --dry-run");
        let rehearsal = place.upload(&tenjin.server, &rehearsal).end().expect(1);
        assert_eq!((rehearsal.rows("rejected"), tenjin.requests()), (1, 0));
        let ended = place.upload(&tenjin.server, name).end().expect(1);
        assert_eq!(ended.four(), [9, 0, 0, 1]);
        let rejection = &ended.report["rejections"][0];
        assert_eq!(rejection["code"], "missing_identity");
        let hint = rejection["examples"][0]["hint"].as_str().unwrap();
        assert!(hint.contains("--input-name"), "{hint}");
        // with a name it goes, too, and the others are known
        let named = format!("{name} --input-name june");
        let named = place.upload(&tenjin.server, &named).end().expect(0);
        assert_eq!(named.four(), [1, 9, 0, 0]);
    }
}

#[test]
fn a_second_input_of_them_stops_before_the_first_is_sent() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export(
        "good.csv",
        &(0..10).map(|n| Row::nth(n, 3)).collect::<Vec<_>>(),
    );
    export(&place, "in.ndjson");
    for arguments in ["good.csv in.ndjson", "good.csv in.ndjson --dry-run"] {
        let refused = place.upload(&tenjin.server, arguments).end().expect(2);
        assert!(refused.err.contains("in.ndjson: "), "{}", refused.err);
        assert!(refused.err.contains("--input-name"), "{}", refused.err);
    }
    assert_eq!(tenjin.requests(), 0);
}

#[test]
fn an_input_name_belongs_to_one_content_that_grows() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let rows: Vec<Row> = (0..20).map(|n| Row::nth(n, 7).without_time()).collect();
    let upload = |arguments: &str| {
        let named = format!("{arguments} --input-name june");
        place.upload(&tenjin.server, &named).end()
    };
    place.export("in.ndjson", &rows[..10]);
    assert_eq!(upload("in.ndjson").expect(0).four(), [10, 0, 0, 0]);
    place.export("in.ndjson", &rows[..15]);
    assert_eq!(upload("in.ndjson").expect(0).four(), [5, 10, 0, 0]);
    // Another beginning, a part of it, and what stood there before it grew last.
    for part in [&rows[1..20], &rows[..14], &rows[..10]] {
        place.export("in.ndjson", part);
        for arguments in ["in.ndjson", "in.ndjson --dry-run"] {
            let stopped = upload(arguments).expect(2);
            let said = "in.ndjson: does not begin with what run ";
            assert!(stopped.err.contains(said), "{}", stopped.err);
        }
    }
    place.export("in.ndjson", &rows);
    assert_eq!(upload("in.ndjson").expect(0).four(), [5, 15, 0, 0]);
    assert_eq!(tenjin.requests(), 20);
}

#[test]
fn an_input_name_is_the_name_of_one_input() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    for name in ["a.ndjson", "b.ndjson"] {
        export(&place, name);
    }
    for arguments in ["a.ndjson b.ndjson", "*.ndjson --dry-run"] {
        let named = format!("{arguments} --input-name june");
        let refused = place.upload(&tenjin.server, &named).end().expect(2);
        let said = "--input-name is the name of one content that grows, and here are 2 inputs";
        assert!(refused.err.contains(said), "{}", refused.err);
    }
    assert_eq!(tenjin.requests(), 0);
}
