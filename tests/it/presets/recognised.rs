//! Headers that are renamed, reordered, extended or cut.

use super::{root, rows};

fn written(name: &str, text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    let path = path.display().to_string();
    (folder, path)
}

fn fixture(path: &str) -> String {
    std::fs::read_to_string(root().join("fixtures/presets").join(path)).unwrap()
}

fn refusal(options: &[&str]) -> String {
    format!("{:#}", rows(options).unwrap_err())
}

#[test]
fn a_column_that_is_missing_is_named_with_the_nearest_one() {
    let text = fixture("appsflyer/display-names.csv").replacen("Event Name", "Event Nam", 1);
    let (_folder, path) = written("export.csv", &text);
    let said = refusal(&[&path]);
    assert!(
        said.contains("it looks like an export for the preset appsflyer"),
        "{said}"
    );
    assert!(
        said.contains("no column `Event Name`; did you mean `Event Nam` or"),
        "{said}"
    );
    let named = refusal(&[&path, "--preset=appsflyer"]);
    assert!(
        named.contains("there is no column `Event Name`; did you mean `Event Nam` or"),
        "{named}"
    );
}

#[test]
fn names_match_however_they_are_spelt() {
    let text = fixture("max/impressions.csv").replacen("Ad Unit ID", "ad_unit_id", 1);
    let (_folder, path) = written("export.csv", &text.replacen("Date,", "DATE,", 1));
    let made = rows(&[&path, "--max-age=none"]).unwrap();
    assert!(made.starts_with("export.csv: preset max\n"), "{made}");
    assert!(made.contains("filtered ad_impression_not_allowed"));
}

#[test]
fn a_zone_is_never_guessed_where_the_vendor_documents_none() {
    let path = root().join("fixtures/presets/appsflyer/display-names.csv");
    let path = path.display().to_string();
    let made = rows(&[&path, "--max-age=none"]).unwrap();
    assert!(made.contains("invalid_time event_time \"2025-05-01 10:00:09\""));
    assert!(!made.contains("analytics_installation_id="));
}

#[test]
fn a_stranger_is_read_by_our_own_names() {
    let (_folder, path) = written("export.csv", "a,event\n1,2\n");
    let made = rows(&[&path]).unwrap();
    assert!(made.starts_with("export.csv: preset tenjin\n"), "{made}");
}

#[test]
fn sums_per_user_are_no_impressions() {
    let header = "Ad Unit ID,Placement,IDFA,IDFV,User Id,Impressions,Revenue\na,b,,,c,7,0.5\n";
    let (_folder, path) = written("export.csv", header);
    let said = refusal(&[&path]);
    assert!(
        said.ends_with("export.csv: this is MAX's aggregated ad revenue, which is not sent: its rows are sums per user and day and no impressions, and ad revenue is no purchase; instead, export it impression by impression (aggregated=false), or leave it to Tenjin's own integration of MAX (to read it all the same, pass --preset or --mapping)"),
        "{said}"
    );
}

#[test]
fn a_renamed_column_that_the_user_names_counts_for_the_rules_too() {
    let text = fixture("appsflyer/display-names.csv");
    let common = ["--preset=appsflyer", "--timezone=UTC", "--max-age=none"];
    for (column, other, map) in [
        ("Event Name", "Ereignis", "--map=event=Ereignis"),
        ("Event Revenue,", "Umsatz,", "--map=price=Umsatz"),
    ] {
        let (_folder, path) = written("export.csv", &text.replacen(column, other, 1));
        let made = rows(&[&[path.as_str(), map], &common[..]].concat()).unwrap();
        for row in [
            "\n  3 event af_level_achieved\n",
            "\n  4 open open\n",
            "\n  6 purchase purchase\n",
            "\n  11 filtered refund\n",
            "\n  12 filtered ad_revenue\n",
            "\n  31 event af_start_trial\n",
        ] {
            assert!(made.contains(row), "{map} {row}: {made}");
        }
        assert!(made.contains("price=4.99\n      quantity=1\n      currency=USD"));
    }
}

/// What is said of fields that the export does not have.
fn wanting(preset: &str, header: &str, more: &str) -> Vec<String> {
    let scene = crate::support::Scene::with("export.csv", format!("{header}\n"));
    scene.file("table.csv", "customer_user_id,analytics_installation_id\n");
    let words = format!("validate export.csv --preset {preset} --min-rows 0 --output json {more}");
    let ended = scene.run(&words).prints().exits(0);
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let warnings = report["warnings"].as_array().unwrap().iter();
    let wanting = warnings.filter(|warning| warning["code"] == "fields_wanting");
    wanting
        .map(|warning| warning["text"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn an_id_that_is_wanting_is_joined_and_never_set_for_all_rows() {
    let ids = |preset: &str| {
        format!(
            "an export of {preset} does not say analytics_installation_id: join it from a table \
             with --lookup FILE, or give a column with --map FIELD=COLUMN"
        )
    };
    let header = "Event Time,Event Name,AppsFlyer ID,Bundle ID,Platform,OS Version";
    assert_eq!(wanting("appsflyer", header, ""), [ids("appsflyer")]);
    let joined = "--lookup table.csv --lookup-key customer_user_id";
    assert_eq!(wanting("appsflyer", header, joined), [""; 0]);

    let header = fixture("adapty/storage.csv").replacen(",analytics_installation_id", "", 1);
    let header = header.lines().next().unwrap();
    let others = "an export of adapty does not say bundle_id: give it with --set FIELD=VALUE, or a \
                  column with --map FIELD=COLUMN";
    assert_eq!(wanting("adapty", header, ""), [&ids("adapty"), others]);
    assert_eq!(wanting("adapty", header, joined), [others]);
    let set = "--bundle-id com.example.game";
    assert_eq!(wanting("adapty", header, set), [ids("adapty")]);
}
