//! `--metrics-file`, as a collector reads it: there after every run, also after those that failed.

#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "tests; numbers that are written and read again are the same"
)]

use std::collections::BTreeMap;

use crate::support::{Behaviour, KEY, Rows, Scene, Scripted, StandIn, eventually};

/// The file as a collector reads it: name with labels -> value. Whatever the format forbids is a
/// panic (<https://prometheus.io/docs/instrumenting/exposition_formats/>).
fn metrics(scene: &Scene) -> BTreeMap<String, f64> {
    let text = scene.read("tenjin.prom");
    assert!(text.ends_with('\n'));
    assert!(!text.contains(KEY));
    let mut file = File::default();
    text.lines().for_each(|line| file.line(line));
    for family in &file.families {
        let prefix = |name: &&String| name.split('{').next() == Some(family.as_str());
        assert!(
            file.values.keys().any(|name| prefix(&name)),
            "{family} is empty"
        );
    }
    file.values
}

/// What has been read so far.
#[derive(Default)]
struct File {
    /// Every family, in order; the last one is the one whose samples follow.
    families: Vec<String>,
    helped: String,
    values: BTreeMap<String, f64>,
}

impl File {
    fn line(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(is_name(name) && !help.is_empty(), "{line}");
            // A backslash may only stand for itself or a line break.
            let escaped = help.replace("\\\\", "").replace("\\n", "");
            assert!(!escaped.contains('\\'), "{line}");
            assert!(
                !self.families.iter().any(|family| family == name),
                "{name} twice"
            );
            name.clone_into(&mut self.helped);
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(name, self.helped, "HELP and TYPE stand together");
            assert_eq!(kind, "gauge", "{line}");
            self.families.push(name.to_owned());
        } else {
            self.sample(line);
        }
    }

    fn sample(&mut self, line: &str) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        let bare = name.split('{').next().unwrap();
        assert_eq!(
            self.families.last().map(String::as_str),
            Some(bare),
            "{line}"
        );
        assert!(is_name(bare), "{line}");
        if let Some(labels) = name.strip_prefix(bare).filter(|labels| !labels.is_empty()) {
            labels_are_right(labels);
        }
        let value: f64 = value.parse().unwrap();
        assert!(value.is_finite(), "{line}");
        assert_eq!(
            self.values.insert(name.to_owned(), value),
            None,
            "{name} twice"
        );
    }
}

fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    !name.starts_with(|c: char| c.is_ascii_digit()) && !name.is_empty() && name.chars().all(is_part)
}

/// `{a="x",b="y"}`: names are names, values are closed and escaped, no name comes twice.
#[track_caller]
fn labels_are_right(labels: &str) {
    let inside = labels
        .strip_prefix('{')
        .and_then(|labels| labels.strip_suffix('}'));
    let mut rest = inside.unwrap();
    let mut names = Vec::new();
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").unwrap();
        assert!(
            is_name(name) && !name.contains(':') && !names.contains(&name),
            "{labels}"
        );
        names.push(name);
        let mut end = 0;
        let bytes = after.as_bytes();
        while bytes[end] != b'"' {
            if bytes[end] == b'\\' {
                assert!(matches!(bytes[end + 1], b'\\' | b'"' | b'n'), "{labels}");
                end += 1;
            }
            end += 1;
        }
        rest = &after[end + 1..];
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
}

fn success(scene: &Scene) -> (f64, f64, bool) {
    let metrics = metrics(scene);
    (
        metrics["tenjin_s2s_run_success"],
        metrics["tenjin_s2s_exit_code"],
        metrics.contains_key("tenjin_s2s_last_success_timestamp_seconds"),
    )
}

#[test]
fn says_what_the_report_says() {
    let scene = Scene::with("events.csv", Rows::damaged(300, 2).csv);
    let stand_in = StandIn::with("http202=5%");
    let ended = scene
        .upload(
            &stand_in.url(),
            "events.csv --rate unlimited --max-failures 100% --metrics-file tenjin.prom",
        )
        .exits(1);
    let (metrics, report) = (metrics(&scene), ended.report());
    for outcome in ["accepted", "rejected", "refused", "in_doubt", "not_sent"] {
        let name = format!("tenjin_s2s_rows{{outcome=\"{outcome}\"}}");
        assert_eq!(metrics[&name], report.rows(outcome) as f64, "{outcome}");
    }
    let totals = &report.json["totals"];
    for rows in ["valid", "accepted"] {
        for (currency, amount) in totals[rows]["revenue"].as_object().unwrap() {
            let name = format!("tenjin_s2s_revenue{{currency=\"{currency}\",rows=\"{rows}\"}}");
            let amount: f64 = amount.as_str().unwrap().parse().unwrap();
            assert_eq!(metrics[&name], amount, "{name}");
        }
    }
    assert_eq!(
        metrics["tenjin_s2s_requests"],
        report.json["requests"]["sent"]
    );
    assert_eq!(success(&scene), (0.0, 1.0, false));
}

#[test]
fn a_later_failure_keeps_the_time_of_the_last_success() {
    let scene = Scene::with("events.csv", Rows::sound(20, 2).csv);
    let run = "upload events.csv --sandbox --rate unlimited --metrics-file tenjin.prom";
    scene.run(run).prints().exits(0);
    assert_eq!(success(&scene), (1.0, 0.0, true));
    let first = metrics(&scene)["tenjin_s2s_last_success_timestamp_seconds"];
    scene
        .run("upload none.csv --sandbox --metrics-file tenjin.prom")
        .complains("none.csv")
        .exits(2);
    assert_eq!(success(&scene), (0.0, 2.0, true));
    let metrics = metrics(&scene);
    assert_eq!(metrics["tenjin_s2s_last_success_timestamp_seconds"], first);
    assert_eq!(metrics["tenjin_s2s_rows_read"], 0.0);
}

#[test]
fn a_wrong_key_and_a_missing_one_leave_metrics() {
    let scene = Scene::with("events.csv", Rows::sound(20, 2).csv);
    let stand_in = StandIn::with("http401=100%");
    let url = stand_in.url();
    let upload = "events.csv --rate unlimited --metrics-file tenjin.prom";
    scene.upload(&url, upload).mutters().exits(5);
    assert_eq!(success(&scene), (0.0, 5.0, false));
    let info = "tenjin_s2s_run_info{status=\"stopped\",stop_reason=\"unauthorized\"";
    assert!(scene.read("tenjin.prom").contains(info));
    let again = "events.csv --metrics-file tenjin.prom --report-dir again";
    let url = format!("upload --endpoint-url {url} {again}");
    scene
        .run(&url)
        .without_key()
        .complains("TENJIN_SDK_KEY")
        .exits(2);
    assert_eq!(success(&scene), (0.0, 2.0, false));
}

#[test]
fn a_server_that_is_not_there_leaves_metrics() {
    let scene = Scene::with("events.csv", Rows::sound(20, 2).csv);
    scene
        .upload(
            "http://127.0.0.1:1",
            "events.csv --retries 0 --max-wait 1ms --metrics-file tenjin.prom",
        )
        .mutters()
        .exits(3);
    let metrics = metrics(&scene);
    assert_eq!(metrics["tenjin_s2s_exit_code"], 3.0);
    assert_eq!(metrics["tenjin_s2s_rows{outcome=\"accepted\"}"], 0.0);
    assert_eq!(metrics["tenjin_s2s_rows_read"], 20.0);
}

#[test]
fn a_dry_run_leaves_the_last_runs_metrics_alone() {
    let scene = Scene::with("events.csv", Rows::sound(20, 2).csv);
    let last = "# HELP tenjin_s2s_run_success X.\ntenjin_s2s_run_success 1\n";
    scene.file("tenjin.prom", last);
    scene
        .run("upload events.csv --dry-run --metrics-file tenjin.prom")
        .prints()
        .exits(0);
    assert_eq!(scene.read("tenjin.prom"), last);
}

#[test]
fn a_run_that_finds_the_ledger_taken_leaves_metrics_where_there_are_none() {
    let scene = Scene::with("events.csv", Rows::sound(20, 2).csv);
    let hung = StandIn::with("hang=100%");
    let first = scene.upload(&hung.url(), "events.csv --timeout 5m").start();
    eventually("the first run sends", || hung.server.stats().requests > 0);
    let url = hung.url();
    let second = format!("upload --endpoint-url {url} events.csv --metrics-file tenjin.prom");
    scene.run(&second).complains("is in use by run").exits(4);
    let now = metrics(&scene);
    assert_eq!(now["tenjin_s2s_exit_code"], 4.0);
    assert_eq!(now["tenjin_s2s_run_success"], 0.0);
    let info = "tenjin_s2s_run_info{status=\"failed\",stop_reason=\"ledger_in_use\"";
    assert!(now.keys().any(|name| name.starts_with(info)), "{now:#?}");
    // Those of another run say more than that this one could not begin.
    let last = "# HELP tenjin_s2s_run_success X.\ntenjin_s2s_run_success 1\n";
    scene.file("tenjin.prom", last);
    scene.run(&second).complains("is in use by run").exits(4);
    assert_eq!(scene.read("tenjin.prom"), last);
    drop(first);
}

/// A purchase that happened so many hours before now, and when that was.
fn purchase(now: jiff::Timestamp, hours: i64, price: &str) -> (String, f64) {
    let time = now - jiff::SignedDuration::from_hours(hours);
    let row = format!(
        "purchase,{time},{hours},com.example.game,ios,17.5,11111111-2222-4333-8444-555555555555,\
         11111111-2222-4333-8444-555555555556,9.9.9.9,US,gold,{price},1,USD\n"
    );
    (row, time.as_second() as f64)
}

const PURCHASES: &str = "kind,event_time,event_id,bundle_id,platform,os_version,\
                         analytics_installation_id,developer_device_id,ip_address,country,product_id,price,quantity,\
                         currency\n";

#[test]
fn an_export_that_no_longer_grows_and_money_that_is_too_old_are_seen() {
    let now = jiff::Timestamp::now();
    let (old, _) = purchase(now, 24 * 8, "4.99");
    let (fresh, at) = purchase(now, 2, "0.99");
    let scene = Scene::with("rows.csv", format!("{PURCHASES}{old}{fresh}"));
    let server = StandIn::well();
    let upload = "rows.csv --max-age 7d --metrics-file tenjin.prom";
    scene.upload(&server.url(), upload).exits(0);
    let first = metrics(&scene);
    let newest = |rows: &str| format!("tenjin_s2s_newest_event_time_seconds{{rows=\"{rows}\"}}");
    let revenue = |rows: &str| format!("tenjin_s2s_revenue{{currency=\"USD\",rows=\"{rows}\"}}");
    assert_eq!(first[&newest("valid")], at);
    assert_eq!(first[&newest("accepted")], at);
    assert_eq!(first["tenjin_s2s_filtered{reason=\"too_old\"}"], 1.0);
    assert_eq!(first["tenjin_s2s_filtered{reason=\"other\"}"], 0.0);
    assert_eq!(first[&revenue("too_old")], 4.99);
    assert_eq!(first[&revenue("filtered")], 4.99);
    assert_eq!(first[&revenue("accepted")], 0.99);
    assert_eq!(first["tenjin_s2s_ledger_released"], 0.0);
    // The same rows again the next night: nothing is accepted, and the times stay.
    scene.upload(&server.url(), upload).exits(0);
    let second = metrics(&scene);
    assert_eq!(second["tenjin_s2s_rows{outcome=\"accepted\"}"], 0.0);
    assert_eq!(second[&newest("valid")], at);
    assert_eq!(second[&newest("accepted")], at);
}

#[test]
fn rows_in_doubt_and_released_ones_stay_until_they_are_gone() {
    let now = jiff::Timestamp::now();
    let (lost, _) = purchase(now, 3, "4.99");
    let (next, _) = purchase(now, 2, "0.99");
    let scene = Scene::with("lost.csv", format!("{PURCHASES}{lost}"));
    scene.file("next.csv", format!("{PURCHASES}{next}"));
    let server = Scripted::new(vec![Behaviour::CloseAfterRead], Behaviour::accepted());
    let url = server.url();
    let first = scene
        .upload(&url, "lost.csv --metrics-file tenjin.prom")
        .mutters()
        .exits(1);
    assert_eq!(metrics(&scene)["tenjin_s2s_ledger_in_doubt"], 1.0);
    // A run that never looked into the ledger knows nothing new of it.
    let run = format!("upload --endpoint-url {url} none.csv --metrics-file tenjin.prom");
    scene.run(&run).complains("none.csv").exits(2);
    let after = metrics(&scene);
    assert_eq!(after["tenjin_s2s_ledger_in_doubt"], 1.0);
    let info = "tenjin_s2s_run_info{status=\"failed\",stop_reason=\"usage\"";
    assert!(
        after.keys().any(|name| name.starts_with(info)),
        "{after:#?}"
    );
    let id = first.report().json["run_id"].as_str().unwrap();
    scene
        .run(&format!("ledger resolve --run {id} --as resend"))
        .prints()
        .mutters()
        .exits(0);
    let upload = "next.csv --metrics-file tenjin.prom";
    scene.upload(&url, upload).mutters().exits(1);
    let released = metrics(&scene);
    assert_eq!(released["tenjin_s2s_ledger_in_doubt"], 0.0);
    assert_eq!(released["tenjin_s2s_ledger_released"], 1.0);
    let warnings = "tenjin_s2s_warnings{code=\"rows_left_over\"}";
    assert_eq!(released[warnings], 1.0);
    let run = "upload --from-ledger --metrics-file tenjin.prom --endpoint-url";
    scene
        .run(&format!("{run} {url}"))
        .prints()
        .mutters()
        .exits(0);
    assert_eq!(metrics(&scene)["tenjin_s2s_ledger_released"], 0.0);
}

#[test]
fn a_rehearsal_leaves_the_outputs_of_real_runs_alone() {
    let scene = Scene::with("events.csv", Rows::sound(20, 2).csv);
    let last = "# HELP tenjin_s2s_run_success X.\ntenjin_s2s_run_success 1\n";
    scene.file("tenjin.prom", last);
    scene.file(
        "own.toml",
        "metrics_file = \"tenjin.prom\"\nreport_dir = \"real\"\nrate = \"unlimited\"\n",
    );
    let run = "upload events.csv --sandbox --config own.toml";
    scene
        .run(run)
        .prints()
        .complains("metrics_file (own.toml:1) and the report_dir (own.toml:2) of real runs")
        .exits(0);
    assert_eq!(scene.read("tenjin.prom"), last);
    assert!(!scene.path("real").exists());
    // What was typed is meant, and so is a file that is all about rehearsals.
    scene
        .run(&format!("{run} --metrics-file tenjin.prom -q"))
        .mutters()
        .prints()
        .exits(0);
    assert_eq!(success(&scene), (1.0, 0.0, true));
    scene.file("own.toml", "sandbox = true\nreport_dir = \"rehearsed\"\n");
    scene
        .run("upload events.csv --config own.toml")
        .prints()
        .mutters()
        .exits(0);
    assert!(scene.path("rehearsed/latest").exists());
}

#[test]
fn an_interrupted_run_leaves_metrics() {
    let scene = Scene::with("events.csv", Rows::sound(20, 2).csv);
    let hung = StandIn::with("hang=100%");
    let upload = "events.csv --timeout 1s --retries 0 --metrics-file tenjin.prom";
    let mut run = scene.upload(&hung.url(), upload).start();
    eventually("it sends", || hung.server.stats().requests > 0);
    run.signal("TERM");
    assert_eq!(run.ended().status.code(), Some(143));
    let now = metrics(&scene);
    assert_eq!(now["tenjin_s2s_exit_code"], 143.0);
    assert!(now["tenjin_s2s_run_duration_seconds"] > 0.0);
    let info = "tenjin_s2s_run_info{status=\"interrupted\",stop_reason=\"interrupted\"";
    assert!(now.keys().any(|name| name.starts_with(info)), "{now:#?}");
}

#[test]
fn a_broken_configuration_leaves_metrics_and_keeps_the_last_success() {
    let scene = Scene::with("events.csv", Rows::sound(20, 2).csv);
    let upload = "upload events.csv --sandbox --rate unlimited --metrics-file tenjin.prom";
    scene.run(upload).prints().exits(0);
    let before = metrics(&scene);
    let broken = scene.file("broken.toml", "rate = \n");
    scene
        .run(upload)
        .arg("--config")
        .arg(&broken)
        .complains("broken.toml:1")
        .exits(2);
    let after = metrics(&scene);
    assert_eq!(after["tenjin_s2s_exit_code"], 2.0);
    let name = "tenjin_s2s_last_success_timestamp_seconds";
    assert_eq!(after[name], before[name]);
    // A name in the environment that no option has is such a mistake, too.
    scene
        .run("upload events.csv --sandbox")
        .env("TENJIN_S2S_METRICS_FILE", "other.prom")
        .env("TENJIN_S2S_RATES", "1/s")
        .complains("did you mean `TENJIN_S2S_RATE`?")
        .exits(2);
    assert!(
        scene
            .read("other.prom")
            .contains("tenjin_s2s_exit_code 2\n")
    );
}

#[cfg(unix)]
#[test]
fn the_collector_may_read_it_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::with("events.csv", Rows::sound(5, 2).csv);
    let line = format!(
        "umask 077; exec {} upload events.csv --sandbox -q --metrics-file tenjin.prom",
        env!("CARGO_BIN_EXE_tenjin-s2s")
    );
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &line]).current_dir(scene.path("."));
    command.env_clear().env("HOME", scene.path("."));
    assert!(command.status().unwrap().success());
    let about = std::fs::metadata(scene.path("tenjin.prom")).unwrap();
    assert_eq!(about.permissions().mode() & 0o777, 0o644);
    metrics(&scene);
}

#[test]
fn a_place_that_cannot_be_written_is_said_before_anything_is_sent() {
    let scene = Scene::with("events.csv", Rows::sound(20, 2).csv);
    let stand_in = StandIn::well();
    scene
        .upload(
            &stand_in.url(),
            "events.csv --metrics-file none/tenjin.prom",
        )
        .complains("its folder does not exist")
        .exits(2)
        .has_no_report();
    assert_eq!(stand_in.recorded(), []);
}

#[test]
fn a_file_that_cannot_be_written_spoils_a_good_run() {
    let server = StandIn::well();
    let scene = Scene::with("rows.csv", Rows::sound(20, 1).csv);
    // A folder in which nobody can make a file, not even root.
    let ended = scene
        .upload(&server.url(), "rows.csv --metrics-file /proc/tenjin.prom")
        .mutters()
        .exits(1);
    assert!(
        ended
            .stderr
            .starts_with("error: --metrics-file /proc/tenjin.prom: "),
        "{}",
        ended.stderr
    );
    assert_eq!(ended.report().rows("accepted"), 20);
}
