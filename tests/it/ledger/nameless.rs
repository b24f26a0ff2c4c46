//! Rows with neither id nor time.

use std::path::Path;

use super::place::Place;
use super::rows::Row;
use super::tenjin::{Tenjin, wait};

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

/// Reads standard input from the shell's redirection, which says whether it is a file or a pipe.
const STREAMS: [&str; 4] = [
    "exec \"$@\" <in.ndjson",
    "cat in.ndjson | exec \"$@\"",
    "gzip -c in.ndjson | exec \"$@\"",
    "cat in.ndjson | exec \"$@\" /dev/stdin",
];

#[test]
fn an_input_name_belongs_to_one_stream_that_grows() {
    for shell in STREAMS {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        // More than is read at once.
        let rows: Vec<Row> = (0..900).map(|n| Row::nth(n, 7).without_time()).collect();
        let dash = if shell.contains("/dev/stdin") {
            ""
        } else {
            "-"
        };
        let upload = |more: &str| {
            let named = format!("{more} --input-name june {dash}");
            let run = place.upload(&tenjin.server, &named);
            run.within("sh", &["-c", shell, "sh"]).end()
        };
        let refused = |more: &str| {
            let stopped = upload(more).expect(2);
            let said = "does not begin with what run ";
            assert!(stopped.err.contains(said), "{shell}: {}", stopped.err);
        };
        place.export("in.ndjson", &rows[..600]);
        assert_eq!(upload("").expect(0).four(), [600, 0, 0, 0], "{shell}");
        place.export("in.ndjson", &rows[..800]);
        assert_eq!(upload("--dry-run").expect(0).rows("duplicate"), 600);
        assert_eq!(upload("").expect(0).four(), [200, 600, 0, 0], "{shell}");
        // Another beginning, a part of it, what stood there before it grew last, and nothing.
        for part in [&rows[1..900], &rows[..799], &rows[..600], &[]] {
            place.export("in.ndjson", part);
            refused("");
            refused("--dry-run");
        }
        // One byte in the middle.
        place.export("in.ndjson", &rows);
        let whole = std::fs::read(place.path("in.ndjson")).unwrap();
        let mut damaged = whole.clone();
        damaged[whole.len() / 2] ^= 1;
        std::fs::write(place.path("in.ndjson"), damaged).unwrap();
        refused("");
        assert_eq!(tenjin.requests(), 800, "{shell}");
        std::fs::write(place.path("in.ndjson"), whole).unwrap();
        assert_eq!(upload("").expect(0).four(), [100, 800, 0, 0], "{shell}");
        assert_eq!(upload("").expect(0).four(), [0, 900, 0, 0], "{shell}");
        assert!(tenjin.counts().values().all(|count| *count == 1));
    }
}

#[test]
fn a_file_and_a_stream_of_one_name_are_one_content() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let rows: Vec<Row> = (0..40).map(|n| Row::nth(n, 7).without_time()).collect();
    let upload = |input: &str| {
        let named = format!("{input} --input-name june");
        let run = place.upload(&tenjin.server, &named);
        run.end_with(&place.path("in.ndjson"))
    };
    for (count, input, expected) in [
        (10, "in.ndjson", [10, 0, 0, 0]),
        (20, "-", [10, 10, 0, 0]),
        (40, "in.ndjson", [20, 20, 0, 0]),
    ] {
        place.export("in.ndjson", &rows[..count]);
        assert_eq!(upload(input).expect(0).four(), expected);
    }
    place.export("in.ndjson", &rows[1..]);
    for input in ["-", "in.ndjson"] {
        assert!(upload(input).expect(2).err.contains("does not begin with"));
    }
    assert_eq!(tenjin.requests(), 40);
}

#[test]
fn a_stream_that_was_cut_short_goes_on_under_its_name() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let rows: Vec<Row> = (0..30).map(|n| Row::nth(n, 7).without_time()).collect();
    place.export("in.ndjson", &rows);
    let whole = std::fs::read(place.path("in.ndjson")).unwrap();
    let upload = || {
        let run = place.upload(&tenjin.server, "- --input-name june");
        run.end_with(&place.path("in.ndjson"))
    };
    let ends = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let (tenth, _) = { ends }.nth(9).unwrap();
    // In the middle of the eleventh row.
    std::fs::write(place.path("in.ndjson"), &whole[..tenth + 20]).unwrap();
    assert_eq!(upload().expect(1).four(), [10, 0, 0, 1]);
    std::fs::write(place.path("in.ndjson"), &whole).unwrap();
    assert_eq!(upload().expect(0).four(), [20, 10, 0, 0]);
    assert_eq!(tenjin.requests(), 30);
}

#[test]
fn a_stream_whose_run_was_killed_goes_on_under_its_name() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    // No money: what is in flight at the kill goes again.
    let rows = (0..50).map(|n| Row::nth(n, 7).without_time());
    let rows: Vec<Row> = rows.filter(|row| row.kind != "purchase").collect();
    let fifo = place.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    assert!(made.unwrap().success());
    let live = place.upload(&tenjin.server, "- --input-name june");
    let live = live
        .within("sh", &["-c", "exec \"$@\" <>pipe", "sh"])
        .start();
    place.export("pipe", &rows[..10]);
    wait(|| tenjin.requests() == 10);
    live.kill();
    let upload = || {
        let run = place.upload(&tenjin.server, "- --input-name june");
        run.end_with(&place.path("in.ndjson"))
    };
    place.export("in.ndjson", &rows[5..]);
    assert!(upload().expect(2).err.contains("does not begin with"));
    assert_eq!(tenjin.requests(), 10);
    place.export("in.ndjson", &rows);
    let [accepted, known, ..] = upload().expect(0).four();
    assert!(known >= 9 && accepted + known == 30, "{known} + {accepted}");
    assert_eq!(tenjin.counts().len(), 30);
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
