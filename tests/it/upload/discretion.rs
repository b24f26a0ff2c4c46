//! The key appears nowhere: not in files, outputs or process arguments, whatever servers answer.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use tenjin_s2s::sandbox::{Keys, Options};

use crate::support::{
    Behaviour, Deaf, Ended, KEY, Reply, Rows, Run, Scene, Scripted, Seen, StandIn, eventually,
};

/// The key in every form in which it travels.
fn forms() -> Vec<Vec<u8>> {
    let password = format!("{KEY}:");
    [
        KEY.to_owned(),
        STANDARD.encode(&password),
        STANDARD_NO_PAD.encode(KEY),
        percent_encoded(&password),
    ]
    .map(|form| form.to_lowercase().into_bytes())
    .into()
}

fn percent_encoded(text: &str) -> String {
    let codes: Vec<_> = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
    codes.concat()
}

#[track_caller]
fn is_clean(what: &str, bytes: &[u8]) {
    let bytes = bytes.to_ascii_lowercase();
    for form in forms() {
        let found = bytes.windows(form.len()).any(|window| window == form);
        assert!(
            !found,
            "{what} holds the key:\n{}",
            String::from_utf8_lossy(&bytes)
        );
    }
}

#[track_caller]
fn all_clean(scene: &Scene, ended: &Ended) {
    is_clean("stdout", ended.stdout.as_bytes());
    is_clean("stderr", ended.stderr.as_bytes());
    for path in scene.files() {
        is_clean(
            &path.display().to_string(),
            path.to_string_lossy().as_bytes(),
        );
        is_clean(&path.display().to_string(), &std::fs::read(&path).unwrap());
    }
}

fn scene() -> Scene {
    Scene::with("rows.csv", Rows::damaged(100, 1).csv)
}

/// Runs it, says everything it can, and looks everywhere.
fn looks(run: impl FnOnce(&Scene) -> Run<'_>, code: i32) -> Ended {
    let scene = scene();
    let ended = run(&scene).arg("--verbose").prints().mutters().exits(code);
    all_clean(&scene, &ended);
    ended
}

#[test]
fn when_all_is_well_or_nobody_is_there() {
    let server = StandIn::well();
    looks(
        |scene| scene.upload(&server.url(), "rows.csv --outcomes all"),
        1,
    );
    assert_eq!(server.server.stats().accepted, 90);
    looks(|scene| scene.run("upload rows.csv --dry-run"), 1);
    looks(
        |scene| scene.run("validate rows.csv --report-dir report"),
        1,
    );
    let deaf = Deaf::new();
    let arguments = "rows.csv --retries 0 --max-wait 200ms";
    looks(|scene| scene.upload(&deaf.url(), arguments), 3);
}

#[test]
fn when_the_key_is_wrong() {
    let server = StandIn::new(Options {
        keys: Keys::only("ANOTHER"),
        ..Options::default()
    });
    looks(|scene| scene.upload(&server.url(), "rows.csv"), 5);
}

/// An answer that says back everything it has heard, and the key in plain.
fn echo(status: u16, request: &Seen) -> Reply {
    let heard = request.header("authorization").unwrap();
    assert_eq!(
        heard,
        format!("Basic {}", STANDARD.encode(format!("{KEY}:")))
    );
    let body = format!("{KEY} {heard} {} unknown thing {KEY}", request.body);
    Reply::new(status, body)
        .header("www-authenticate", heard)
        .header("location", &format!("http://127.0.0.1:1/{KEY}"))
        .header("retry-after", KEY)
        .header(KEY, KEY)
}

#[test]
fn when_the_server_says_everything_back() {
    for status in [200, 201, 202, 302, 400, 401, 403, 404, 418, 422, 500] {
        let server = Scripted::ruled(move |request| Behaviour::Reply(echo(status, request)));
        let scene = scene();
        let ended = scene
            .upload(&server.url(), "rows.csv --retries 0 --limit 12 --verbose")
            .mutters();
        let mut run = ended.start();
        let ended = run.ended();
        assert!(
            matches!(ended.status.code(), Some(1 | 3 | 5)),
            "{status}: {}",
            ended.stderr
        );
        assert!(!server.seen().is_empty());
        all_clean(&scene, &ended);
    }
}

#[test]
fn when_answers_are_json_with_the_key_in_their_code() {
    for body in [
        format!(r#"{{"code":400,"error":"{KEY}"}}"#),
        format!(r#"{{"code":"{KEY}"}}"#),
        format!(r#"{{"{KEY}":200}}"#),
    ] {
        let server = Scripted::new([], Behaviour::Reply(Reply::new(200, body)));
        let scene = scene();
        let mut run = scene
            .upload(&server.url(), "rows.csv --retries 0 --limit 12 --verbose")
            .start();
        all_clean(&scene, &run.ended());
    }
}

#[test]
fn when_answers_are_no_http_at_all() {
    for bytes in [
        format!("{KEY}\r\n\r\n"),
        format!("HTTP/1.1 {KEY}\r\n\r\n"),
        format!("HTTP/1.1 200 {KEY}\r\n{KEY}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\ncontent-length: {KEY}\r\n\r\n"),
    ] {
        let server = Scripted::new([], Behaviour::Raw(bytes.into_bytes()));
        let scene = scene();
        let mut run = scene
            .upload(&server.url(), "rows.csv --retries 0 --limit 6 --verbose")
            .start();
        let ended = run.ended();
        assert!(
            matches!(ended.status.code(), Some(1 | 3)),
            "{}",
            ended.stderr
        );
        all_clean(&scene, &ended);
    }
}

#[test]
fn when_everything_goes_wrong() {
    let server = StandIn::with(
        "http500=4%,late500=4%,reset=4%,lost=4%,cut=4%,code400=4%,garbage=4%,http400=4%,\
         http403=1%,http404=1%,http202=4%,ignored=4%,http302=4%,no_retry=4%",
    );
    let scene = scene();
    let mut run = scene
        .upload(
            &server.url(),
            "rows.csv --retries 1 --max-failures 100% --verbose",
        )
        .start();
    let ended = run.ended();
    assert_eq!(ended.report()["status"], "complete", "{}", ended.stderr);
    all_clean(&scene, &ended);
}

#[test]
fn when_the_key_comes_from_a_file_that_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let server = Scripted::new([], Behaviour::accepted());
    for (mode, content) in [(0o644, KEY.to_owned()), (0o600, format!("{KEY} {KEY}"))] {
        let scene = Scene::with("rows.csv", Rows::sound(10, 1).csv);
        // outside of the scene, where nothing is searched for the key
        let outside = tempfile::tempdir().unwrap();
        let key = outside.path().join("key");
        std::fs::write(&key, content).unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
        let ended = scene
            .upload(&server.url(), "rows.csv --sdk-key-file")
            .arg(&key)
            .without_key()
            .prints()
            .complains("key file")
            .exits(2);
        all_clean(&scene, &ended);
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_key_file_serves_and_is_not_told() {
    use std::os::unix::fs::PermissionsExt;
    let server = StandIn::new(Options {
        keys: Keys::only(KEY),
        ..Options::default()
    });
    let outside = tempfile::tempdir().unwrap();
    let key = outside.path().join("key");
    std::fs::write(&key, format!("{KEY}\n")).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let file = |scene: &Scene| scene.path("rows.csv");
    looks(
        |scene| {
            scene
                .upload(&server.url(), "--rate unlimited --sdk-key-file")
                .arg(&key)
                .arg(file(scene))
                .without_key()
        },
        1,
    );
    assert_eq!(server.server.stats().accepted, 90);
}

#[cfg(target_os = "linux")]
#[test]
fn while_it_runs_and_when_it_is_killed() {
    let server = Scripted::new(vec![Behaviour::accepted(); 30], Behaviour::Hang);
    let scene = scene();
    let mut run = scene.upload(&server.url(), "rows.csv --verbose").start();
    server.wait_for(31);
    let cmdline = std::fs::read(format!("/proc/{}/cmdline", run.id())).unwrap();
    assert!(cmdline.starts_with(env!("CARGO_BIN_EXE_tenjin-s2s").as_bytes()));
    is_clean("/proc/…/cmdline", &cmdline);
    run.signal("KILL");
    eventually("it is dead", || !run.is_there());
    let ended = run.ended();
    assert_eq!(ended.report()["status"], "running");
    all_clean(&scene, &ended);
}

#[test]
fn the_sandbox_in_the_process_never_hears_the_real_key() {
    // it would refuse to start if it read this: no key has spaces
    let scene = Scene::with("rows.csv", Rows::sound(10, 1).csv);
    scene
        .run("upload rows.csv --sandbox --rate unlimited")
        .env("TENJIN_SDK_KEY", "no key at all")
        .prints()
        .exits(0);
}

#[test]
fn a_row_that_holds_the_key_is_rejected_without_it() {
    let header = "kind,bundle_id,platform,analytics_installation_id,advertising_id,developer_device_id,\
                  os_version,ip_address,event,customer_user_id,event_id\n";
    let ids = "3f2504e04f8911d39a0c0305e82c3301,,3f2504e04f8911d39a0c0305e82c3302,17.5,203.0.113.7";
    let row = |user: &str, id: u8| format!("event,com.example.game,ios,{ids},share,{user},{id}\n");
    let input = [
        header,
        &row("u1", 1),
        &row(KEY, 2),
        &format!("broken \"{KEY}\n"),
        &row("u4", 4),
    ];
    let server = StandIn::well();
    let scene = Scene::with("rows.csv", input.concat());
    let ended = scene
        .upload(&server.url(), "rows.csv --outcomes all --max-failures 100%")
        .prints()
        .mutters()
        .exits(1);
    std::fs::remove_file(scene.path("rows.csv")).unwrap();
    all_clean(&scene, &ended);
    assert_eq!(server.server.stats().accepted, 2);
    assert_eq!(ended.report().json["rows"]["rejected"], 2);
}
