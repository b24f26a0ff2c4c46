//! A preset, printed, edited, and used as a mapping file.

use tenjin_s2s::mapping::presets::Preset;

use super::{root, rows};
use crate::support::Scene;

fn edited(name: &str, from: &str, to: &str) -> (tempfile::TempDir, String) {
    let text = Preset::find(name).unwrap().text;
    assert!(text.contains(from), "{from}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my.toml");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    let option = format!("--mapping={}", path.display());
    (folder, option)
}

fn with(mapping: &str, fixture: &str, more: &[&str]) -> anyhow::Result<String> {
    let path = root().join("fixtures/presets").join(fixture);
    let path = path.display().to_string();
    let mut options = vec![path.as_str(), mapping, "--max-age=none"];
    options.extend(more);
    rows(&options)
}

#[test]
fn an_edited_preset_gives_the_edited_result() {
    let fixture = "appsflyer/display-names.csv";
    let (_folder, mapping) = edited("appsflyer", "# timezone = \"UTC\"", "timezone = \"UTC\"");
    let (_other, renamed) = edited(
        "appsflyer",
        "[fields]",
        "timezone = \"UTC\"\n[rename]\naf_level_achieved = \"level_up\"\n[fields]",
    );
    let plain = with(&mapping, fixture, &[]).unwrap();
    let renamed = with(&renamed, fixture, &[]).unwrap();
    assert!(plain.contains("event=af_level_achieved"));
    assert!(renamed.contains("event=level_up") && !renamed.contains("event=af_level_achieved"));
    assert_eq!(
        plain.matches("product_id=").count(),
        renamed.matches("product_id=").count()
    );
}

#[test]
fn the_command_line_wins_over_the_file() {
    let (_folder, mapping) = edited("appsflyer", "# timezone = \"UTC\"", "timezone = \"UTC\"");
    let more = ["--override=currency=CHF", "--map=app_version=SDK Version"];
    let made = with(&mapping, "appsflyer/display-names.csv", &more).unwrap();
    assert!(made.contains("currency=CHF") && !made.contains("currency=USD"));
    assert!(made.contains("app_version=v6.14.0") && !made.contains("app_version=3.1.0"));
}

#[test]
fn faults_of_a_mapping_file_have_a_place_and_a_proposal() {
    let wrong = |from: &str, to: &str| {
        let (_folder, mapping) = edited("max", from, to);
        let said = with(&mapping, "max/impressions.csv", &[]).unwrap_err();
        let said = format!("{said:#}");
        said.split_once("my.toml:")
            .map_or(said.clone(), |(_, rest)| rest.to_owned())
    };
    let line = |part: &str| {
        let text = Preset::find("max").unwrap().text;
        text.lines()
            .position(|line| line.starts_with(part))
            .unwrap()
            + 1
    };
    assert_eq!(
        wrong("revenue_decimal =", "revenue_decimel ="),
        format!(
            "{}:1: fields: there is no field `revenue_decimel`; did you mean `revenue_decimal` or `revenue_cpm`?",
            line("revenue_decimal")
        )
    );
    assert_eq!(
        wrong(
            "revenue_decimal = { column = \"Revenue\"",
            "revenue_decimal = { column = \"Revenu\""
        ),
        format!(
            "{}:1: there is no column `Revenu`; did you mean `Revenue`?; if an export may lack it, write \"Revenu?\"",
            line("revenue_decimal")
        )
    );
    assert_eq!(
        wrong("timezone = \"UTC\"", "timezone = \"Mars/Olympus\""),
        format!(
            "{}:12: timezone: no known zone; try UTC, Europe/Berlin or -05:00",
            line("timezone")
        )
    );
    assert_eq!(
        wrong(
            "currency = { constant = \"USD\" }",
            "currency = { constant = \"DOLLAR\" }"
        ),
        format!(
            "{}:1: currency: DOLLAR: not an ISO 4217 currency code: write an ISO 4217 code, as EUR or USD",
            line("currency")
        )
    );
}

/// What the libraries that read a file call wrong, they say in types of Rust: users read words.
#[test]
fn a_value_of_the_wrong_type_is_told_in_words_with_its_place() {
    for (text, error) in [
        (
            "[fields]\nprice = { column = \"a\", scale = \"-6\" }\n",
            "my.toml:2:33: \"-6\" is a text: write a whole number, without quotes",
        ),
        (
            "[fields]\nprice = 5\n",
            "my.toml:2:9: 5 is a number: write a column in quotes, or a table such as { column = \
             \"…\", scale = -6 }",
        ),
        (
            "[fields]\nprice = { column = \"a\", when = { column = \"b\", yes = true } }\n",
            "my.toml:2:32: a table stands here: write a list in brackets, [ … ]",
        ),
        (
            "[fields]\nprice = { column = \"a\", when = [{ yes = true }] }\n",
            "my.toml:2:33: `column` is missing in this table",
        ),
        (
            "[rename]\na = 5\n",
            "my.toml:2:5: 5 is a number: write a text in quotes",
        ),
        (
            "[[kind]]\nis = 5\n",
            "my.toml:2:6: write one of the known words, in quotes",
        ),
        (
            "[[example]]\nrow = 5\n",
            "my.toml:2:7: write the row as a table of its columns, or as a line of NDJSON in quotes",
        ),
        (
            "[fields]\nprice = \"a\"\nprice = \"b\"\n",
            "my.toml:3:1: duplicate key",
        ),
        (
            "[fields]\nprice = a\n",
            "my.toml:2:9: there is no value here, or a text without its quotes",
        ),
        (
            "[fields]\nprice = \"a\\q\"\n",
            "my.toml:2:12: a backslash means something in double quotes: write it twice, or the text \
             in single quotes",
        ),
        (
            "[fields]\nprice = \"a\" b\n",
            "my.toml:2:13: nothing more may stand on this line",
        ),
    ] {
        let scene = Scene::with("e.csv", "event\na\n");
        scene.file("my.toml", text);
        let run = scene.run("validate e.csv --mapping my.toml");
        let said = run.complains(error).exits(2).stderr;
        for raw in ["invalid type", "expected", "sequence", "i32", "untagged"] {
            assert!(!said.contains(raw), "{said}");
        }
    }
    let scene = Scene::with("e.csv", "event\na\n");
    scene.file("c.toml", "rate = \n");
    let run = scene.run("validate e.csv --config c.toml");
    let why = "c.toml:1:8: there is no value here, or a text without its quotes";
    run.complains(why).exits(2);
}
