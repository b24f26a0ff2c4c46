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
