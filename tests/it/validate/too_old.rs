//! Rows older than the default age limit: `validate` passes them, and says what an upload will do.

use crate::support::{Scene, flat};

const OLD: &str = "kind,event_id,event_time,bundle_id,platform,os_version,analytics_installation_id,\
                   ip_address,event\n\
                   event,e1,2025-03-05T10:00:00Z,com.example.game,android,34,\
                   3f9dda78c8a14c8b8d880305ee6a3ca9,203.0.113.9,share\n\
                   event,e2,2025-03-05T10:00:01Z,com.example.game,android,34,\
                   3f9dda78c8a14c8b8d880305ee6a3ca9,203.0.113.9,share\n";
const TEXT: &str = "2 rows are older than 7 days: an upload would leave them out and end with exit code \
                    1; --max-age none takes them, --max-age 7d leaves them out on purpose";

#[test]
fn validate_passes_what_is_too_old_and_warns() {
    let scene = Scene::with("old.csv", OLD);
    let said = scene.run("validate old.csv").prints().exits(0).stdout;
    assert!(flat(&said).contains(TEXT), "{said}");
    scene
        .run("validate old.csv -q --fail-on warnings")
        .prints()
        .complains(&format!("warning: {TEXT}\n"))
        .exits(1);
    scene
        .run("validate old.csv --output github --fail-on warnings")
        .says(&format!("::error title=too_old::{TEXT}\n"))
        .mutters()
        .exits(1);
    scene.run("upload old.csv --dry-run").prints().exits(1);
}

#[test]
fn an_age_limit_that_was_said_is_no_surprise() {
    let scene = Scene::with("old.csv", OLD);
    for said in ["--max-age 7d", "--max-age none"] {
        let validate = format!("validate old.csv --fail-on warnings --output json {said}");
        let report = scene.run(&validate).exits(0).stdout;
        assert!(!report.contains("\"too_old\",\n"), "{report}");
    }
}

/// Rows that are left out hide their faults: whoever wants them sent is to see these at once.
#[test]
fn an_age_limit_that_hides_most_rows_is_offered_to_be_lifted() {
    let now = jiff::Timestamp::now().strftime("%FT%TZ").to_string();
    let row = |id: usize, time: &str, event: &str| {
        format!(
            "event,e{id},{time},com.example.game,android,34,3f9dda78c8a14c8b8d880305ee6a3ca9,\
             203.0.113.9,{event}\n"
        )
    };
    let (head, old) = (OLD.lines().next().unwrap(), "2025-03-05T10:00:00Z");
    let rows = |of_old: usize| -> String {
        let old = (0..of_old).map(|id| row(id, old, ""));
        let new = (of_old..10).map(|id| row(id, &now, if id == 9 { "" } else { "share" }));
        old.chain(new).collect()
    };
    let scene = Scene::new();
    let offer = "Next most rows are older than 7 days and were left out unchecked: add --max-age \
                 none to see their faults now, if they are to be sent;";
    for (of_old, options, is_offered) in [
        (7, "", true),
        (7, "--max-age none", false),
        (7, "--max-age 7d", false),
        (4, "", false),
    ] {
        scene.file("rows.csv", format!("{head}\n{}", rows(of_old)));
        let said = scene
            .run(&format!("validate rows.csv {options}"))
            .prints()
            .exits(1);
        let text = flat(&said.stdout);
        assert_eq!(
            text.contains(offer),
            is_offered,
            "{of_old} {options}: {text}"
        );
    }
}
