//! How a file is read: shapes, encodings, times in two columns, and files that are no exports.

use std::ffi::OsString;

use super::{validate, wild};
use crate::support::{Ended, Scene};

/// Columns of a sound purchase, and one such row with its time left open.
const COLUMNS: &str = "kind,event_id,event_time,analytics_installation_id,advertising_id,\
    bundle_id,platform,os_version,app_version,country,product_id,price,quantity,currency";

fn purchase(id: &str, time: &str) -> String {
    format!(
        "purchase,{id},{time},11111111-2222-4333-8444-555555555555,\
         aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee,com.example.game,android,34,1.0,US,coins,4.99,1,USD"
    )
}

fn two_rows() -> String {
    let rows = [
        COLUMNS.to_owned(),
        purchase("p1", "2026-11-25T10:00:00Z"),
        purchase("p2", "2026-11-25T11:00:00Z"),
    ];
    rows.join("\n") + "\n"
}

/// Code, line and hint of every example of a rejection.
fn rejections(ended: &Ended) -> Vec<String> {
    let report = &ended.report().json;
    let reasons = report["rejections"].as_array().unwrap().iter();
    let told = reasons.flat_map(|reason| {
        let code = reason["code"].as_str().unwrap().to_owned();
        let examples = reason["examples"].as_array().unwrap().clone();
        examples.into_iter().map(move |example| {
            let hint = example["hint"].as_str().unwrap();
            format!("{code} {}: {hint}", example["line"])
        })
    });
    told.collect()
}

fn warnings(ended: &Ended) -> String {
    let warnings = ended.report()["warnings"].as_array().unwrap();
    let told = warnings.iter().map(|warning| match warning.as_str() {
        Some(text) => text.to_owned(),
        None => warning.to_string(),
    });
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_last_column_without_a_name_is_ignored() {
    let scene = wild("adjust_real.tsv");
    let ended = validate(&scene, "adjust_real.tsv").ends();
    assert_eq!(ended.report().rows("read"), 10);
    let told = rejections(&ended);
    assert!(!told.iter().any(|told| told.starts_with("malformed_row")));
}

#[test]
fn delimiters_at_the_end_of_every_row_are_ignored() {
    let scene = wild("trailrows.csv");
    let ended = validate(&scene, "trailrows.csv").exits(0);
    assert_eq!(ended.report().rows("read"), 2);
    assert_eq!(ended.report().rows("rejected"), 0);
}

#[test]
fn a_short_row_is_not_about_quotes() {
    let scene = wild("shortrow.csv");
    let ended = validate(&scene, "shortrow.csv").exits(1);
    let hint = "16 cells found, 17 expected as in the header; the row is cut short or lacks a \
                delimiter: write what is missing, empty cells too";
    let expected = [2, 3].map(|line| format!("malformed_row {line}: {hint}"));
    assert_eq!(rejections(&ended), expected);
}

#[test]
fn a_header_in_the_middle_is_called_one() {
    let scene = wild("hdrmid.csv");
    let ended = validate(&scene, "hdrmid.csv").exits(1);
    assert_eq!(ended.report().rows("read"), 5);
    let hint = "this is the header again, as where files were joined; take the line out";
    assert_eq!(rejections(&ended), [format!("malformed_row 4: {hint}")]);
}

#[test]
fn another_order_of_columns_sends_nothing() {
    let scene = wild("reorder.csv");
    let said = "reorder.csv:4: a second header, whose columns are not those of the first, or in \
                another order: two exports in one file; put what begins here into a file of its own";
    for command in [
        "validate --max-age none",
        "upload --dry-run --max-age none",
        "upload --sandbox --max-age none --report-dir report --output json",
    ] {
        let run = scene.run(&format!("{command} reorder.csv")).prints();
        let ended = run.complains(said).exits(2);
        assert!(
            !ended.stdout.contains("\"accepted\": 2"),
            "{}",
            ended.stdout
        );
    }
    assert_eq!(scene.report("report").rows("accepted"), 0);
}

#[test]
fn what_is_no_export_is_called_what_it_is() {
    for (name, said) in [
        (
            "noheader.csv",
            "noheader.csv: the first line is a row and not a header: its cell 3 is \
             \"2026-11-25T10:00:00Z\"; put a line with the names of the columns before it",
        ),
        (
            "html.csv",
            "html.csv: this is a web page or XML and no export; was a log-in page saved instead?",
        ),
        (
            "appmetrica_events.json",
            "appmetrica_events.json: the rows stand in a list inside of one object; make it one \
             object a line, for instance with: jq -c '.data[]'",
        ),
    ] {
        let scene = wild(name);
        for command in ["validate", "upload --sandbox", "upload --dry-run"] {
            scene
                .run(&format!("{command} {name}"))
                .complains(said)
                .exits(2);
        }
    }
}

#[test]
fn an_input_without_rows_is_said_even_to_the_quiet() {
    let scene = wild("headeronly.csv");
    let said = "headeronly.csv has no rows; if that is as it should be, pass --min-rows 0";
    for quiet in ["", "-q"] {
        let run = scene.run(&format!("validate {quiet} headeronly.csv"));
        let run = if quiet.is_empty() {
            run.says("no rows")
        } else {
            run.complains(said)
        };
        run.exits(0);
        let ended = validate(&scene, &format!("{quiet} headeronly.csv")).exits(0);
        assert!(warnings(&ended).contains(said), "{}", warnings(&ended));
        std::fs::remove_dir_all(scene.path("report")).unwrap();
    }
    scene
        .run("validate -q --min-rows 0 headeronly.csv")
        .exits(0);
    // As where a variable with the name of a file is empty.
    scene
        .run("validate -q")
        .complains(
            "stdin has no rows, and was read since no INPUT was named; if that is as it should be, \
             pass --min-rows 0",
        )
        .exits(0);
    for command in ["validate", "upload --sandbox", "upload --dry-run"] {
        scene
            .run(&format!("{command} --min-rows 1 headeronly.csv"))
            .complains("0 rows in all inputs, and --min-rows asks for 1; nothing was sent")
            .exits(2);
    }
}

#[test]
fn too_few_rows_send_nothing_and_enough_go() {
    let scene = Scene::with("a.csv", two_rows());
    scene.file(
        "b.csv",
        two_rows()
            .replace(",p1,", ",q1,")
            .replace(",p2,", ",q2,")
            .replace("11-25", "11-26"),
    );
    scene
        .run("upload --sandbox --max-age none --report-dir report --min-rows 5 a.csv b.csv")
        .complains("4 rows in all inputs, and --min-rows asks for 5; nothing was sent")
        .exits(2);
    assert!(!scene.path("report").exists());
    scene
        .run("upload --sandbox --max-age none --report-dir report --min-rows 4 a.csv b.csv")
        .prints()
        .exits(0);
}

#[test]
fn a_stream_with_too_few_rows_says_so_at_its_end() {
    let scene = Scene::new();
    let ended = scene
        .run("upload --sandbox --max-age none --report-dir report --output json --min-rows 5 -")
        .stdin(two_rows())
        .mutters()
        .exits(5);
    assert_eq!(ended.report()["stop_reason"], "min_rows");
    assert_eq!(
        ended.report().counts(),
        [("accepted", 2), ("read", 2)].into()
    );
    scene
        .run("validate --max-age none --min-rows 5 -")
        .stdin(two_rows())
        .says("2 rows in all inputs, and --min-rows asks for 5")
        .exits(2);
}

#[test]
fn an_archive_that_is_cut_off_ends_a_dry_run_as_it_would_the_upload() {
    let scene = wild("trunc.csv.gz");
    let said = "trunc.csv.gz: cut off after line 1331; the file is not complete";
    for command in ["validate", "upload --dry-run"] {
        scene
            .run(&format!("{command} --max-age none trunc.csv.gz"))
            .complains(said)
            .prints()
            .exits(2);
    }
    let ended = scene
        .run("upload --sandbox --rate unlimited --max-age none trunc.csv.gz")
        .complains(said)
        .prints()
        .ends();
    assert_ne!(ended.status.code(), Some(0));
}

#[test]
fn an_encoding_is_named_and_then_read() {
    let text = two_rows().replace("coins", "M\u{fc}nzen");
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap()).collect();
    let scene = Scene::with("latin.csv", latin);
    let ended = validate(&scene, "latin.csv").exits(1);
    assert_eq!(ended.report().rows("rejected"), 2);
    for told in rejections(&ended) {
        let said = "is not UTF-8; it looks like windows-1252: pass --encoding windows-1252";
        assert!(
            told.starts_with("invalid_utf8 ") && told.ends_with(said),
            "{told}"
        );
    }
    std::fs::remove_dir_all(scene.path("report")).unwrap();
    let ended = validate(&scene, "--encoding latin1 latin.csv").exits(0);
    assert_eq!(ended.report().rows("rejected"), 0);
    scene
        .run("validate --encoding klingon latin.csv")
        .complains("no known encoding; write utf-8, windows-1252, iso-8859-15, shift_jis")
        .exits(2);
}

#[test]
fn a_day_and_a_time_of_day_are_joined_and_read_as_they_are_written() {
    let columns = COLUMNS.replace("event_time", "Datum,Uhrzeit");
    let row = |id, time: &str| purchase(id, time);
    let text = [
        columns,
        row("p1", "31.01.2026,13:45"),
        row("p2", "2026-02-01,00:00:01"),
    ]
    .join("\n");
    let scene = Scene::with("german.csv", text);
    scene.file("my.toml", "[fields]\nevent_time = { column = \"Datum+Uhrzeit\", time_format = [\"%m/%d/%y %H:%M\", \"%d.%m.%Y %H:%M\"] }\n");
    let by_option = "--map event_time=Datum+Uhrzeit --time-format";
    let formats = ["%m/%d/%y %H:%M", "--time-format", "%d.%m.%Y %H:%M"];
    for run in [
        validate(&scene, by_option).args(formats),
        validate(&scene, "--mapping my.toml"),
    ] {
        let ended = run
            .args(["--timezone", "Europe/Berlin", "german.csv"])
            .exits(0);
        let times = &ended.report()["event_time"];
        assert_eq!(times["first"], "2026-01-31T12:45:00Z");
        assert_eq!(times["last"], "2026-01-31T23:00:01Z");
        std::fs::remove_dir_all(scene.path("report")).unwrap();
    }
    validate(&scene, "german.csv --map event_time=Datum+Uhrzei")
        .complains("there is no column `Uhrzei`; did you mean `Uhrzeit`?")
        .exits(2);
    validate(&scene, "german.csv --time-format yyyy-MM-dd")
        .complains("\"yyyy-MM-dd\" is not a format of a date and a time")
        .exits(2);
}

#[test]
fn columns_of_an_id_are_joined() {
    let columns = COLUMNS.replace("event_id", "transaction,renewal");
    let rows = ["t1,1", "t1,2", "t1,1"].map(|id| purchase(id, "2026-11-25T10:00:00Z"));
    let scene = Scene::with("joined.csv", [columns, rows.join("\n")].join("\n"));
    let ended = scene
        .run("upload --sandbox --max-age none --report-dir report --output json")
        .args(["--map", "event_id=transaction+renewal", "joined.csv"])
        .ends();
    let expected = [("accepted", 2), ("duplicate", 1), ("read", 3)];
    assert_eq!(ended.report().counts(), expected.into());
}

#[test]
fn a_path_that_no_row_has_is_named_also_from_a_mapping_file() {
    let row = r#"{"kind":"open","user":{"id":"u1"},"bundle_id":"com.example.game"}"#;
    let scene = Scene::with("rows.ndjson", format!("{row}\n{row}\n"));
    scene.file(
        "my.toml",
        "[fields]\ncustomer_user_id = \"user.idd\"\nevent = \"nowhere?\"\n\
         [[filter]]\nreason = \"test\"\nwhen = [{ column = \"usr.id\", filled = true }]\n",
    );
    let ended = validate(&scene, "--mapping my.toml rows.ndjson").ends();
    let said = warnings(&ended);
    for sentence in [
        "my.toml:2:1: `user.idd`: none of the first rows has it; did you mean `user.id`?",
        "my.toml:6:20: `usr.id`: none of the first rows has it; did you mean `user.id`?",
    ] {
        assert!(said.contains(sentence), "{said}");
    }
    assert!(!said.contains("nowhere"), "{said}");
}

#[test]
fn a_path_without_end_is_refused_at_once() {
    let scene = Scene::with("rows.ndjson", "{\"a\":1}\n");
    let path = format!("event={}", vec!["a"; 10_000].join("."));
    scene
        .run("validate rows.ndjson --map")
        .arg(path)
        .complains("--map event: a path may lead through 32 members at most")
        .exits(2);
}

#[test]
fn a_stray_pair_of_quotes_says_how_far_it_goes() {
    let mut lines = vec!["kind,note,id".to_owned()];
    lines.extend((2..40).map(|line| format!("open,{line},x")));
    lines[2] = "open,\"3,x".into();
    lines[33] = "open,34\",x".into();
    let scene = Scene::with("quotes.csv", lines.join("\n"));
    let ended = validate(&scene, "quotes.csv").ends();
    let told = rejections(&ended);
    let said = "lines 3 to 34 are one record, since a quoted cell goes over line ends: if they \
                are several rows, a quote in line 3 is one too many";
    assert!(told.iter().any(|told| told.contains(said)), "{told:#?}");
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf8_are_read_by_name_and_by_pattern() {
    use std::os::unix::ffi::OsStringExt;
    let scene = Scene::new();
    let name = OsString::from_vec(b"caf\xE9.csv".to_vec());
    std::fs::write(scene.path("").join(&name), two_rows()).unwrap();
    let by_name = scene
        .run("validate --max-age none")
        .arg(&name)
        .says("2 valid")
        .exits(0);
    assert!(
        by_name.stdout.contains("$'caf\\351.csv'"),
        "{}",
        by_name.stdout
    );
    scene
        .run("validate --max-age none caf*.csv")
        .says("2 valid")
        .exits(0);
    scene
        .run("validate --max-age none .")
        .says("2 valid")
        .exits(0);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_said() {
    let scene = Scene::new();
    std::os::unix::fs::symlink("export-1.csv", scene.path("latest.csv")).unwrap();
    for input in ["latest.csv", "."] {
        scene
            .run(&format!("validate {input}"))
            .complains("it is a link to \"export-1.csv\", which is not there")
            .exits(2);
    }
    scene.file("export-1.csv", "");
    scene
        .run("validate -q latest.csv")
        .complains("latest.csv has no rows")
        .exits(0);
}
