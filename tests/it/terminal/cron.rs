//! Cron: a clean night says nothing at all, a bad one says what suffices to act, in few lines.

use super::screens::compare;
use crate::support::{Behaviour, Ended, Reply, Rows, Run, Scene, Scripted};

/// A night: its export, and the ledger that is there already.
fn night(rows: Rows) -> Scene {
    let scene = Scene::with("events.csv", rows.csv);
    scene.file("first.csv", Rows::sound(1, 99).csv);
    scene
        .run("upload first.csv -q --sandbox --ledger ledger.sqlite --report-dir first")
        .exits(0);
    scene
}

fn upload<'s>(scene: &'s Scene, server: &Scripted) -> Run<'s> {
    scene
        .run("upload events.csv -q --rate unlimited --ledger ledger.sqlite --report-dir report")
        .arg("--endpoint-url")
        .arg(server.url())
}

/// What cron sends: nothing on stderr, and few lines on stdout.
#[track_caller]
fn mail(ended: &Ended) -> &str {
    assert_eq!((ended.announced.as_str(), ended.stderr.as_str()), ("", ""));
    assert!(ended.stdout.lines().count() < 20, "{}", ended.stdout);
    ended.stdout.trim_end()
}

#[test]
fn a_new_ledger_is_announced_even_to_the_quiet() {
    let server = Scripted::new(vec![], Behaviour::accepted());
    let scene = Scene::with("events.csv", Rows::sound(40, 1).csv);
    let first = upload(&scene, &server).exits(0);
    assert_eq!(
        first.announced,
        "tenjin-s2s: created a new ledger, which knows of nothing sent before: ledger.sqlite\n"
    );
    assert_eq!((first.stdout.as_str(), first.stderr.as_str()), ("", ""));
}

#[test]
fn a_clean_night_says_nothing_at_all() {
    let server = Scripted::new(vec![], Behaviour::accepted());
    let scene = night(Rows::sound(40, 1));
    // The second night's export overlaps with the first one's.
    for _ in 0..2 {
        let ended = upload(&scene, &server).exits(0);
        assert_eq!(ended.announced, "");
        assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
    }
}

#[test]
fn a_night_with_rejects() {
    let server = Scripted::new(vec![], Behaviour::accepted());
    let scene = night(Rows::damaged(60, 1));
    let ended = upload(&scene, &server).prints().exits(1);
    compare("cron_rejects", mail(&ended));
}

#[test]
fn a_night_with_a_wrong_key() {
    let server = Scripted::new(vec![], Behaviour::reply(401, "unauthorized"));
    let scene = night(Rows::sound(60, 1));
    let ended = upload(&scene, &server).prints().exits(5);
    compare("cron_wrong_key", mail(&ended));
}

#[test]
fn a_night_in_which_everything_goes_wrong() {
    let rule = |seen: &crate::support::Seen| match seen.body.len() % 4 {
        0 => Behaviour::reply(202, "invalid device identifier"),
        1 => Behaviour::Reply(Reply::new(500, "oh").header("no-retry", "true")),
        _ => Behaviour::accepted(),
    };
    let server = Scripted::ruled(rule);
    let scene = night(Rows::damaged(200, 1));
    let ended = upload(&scene, &server)
        .args(["--max-failures=100%", "--concurrency=1"])
        .prints()
        .exits(1);
    let text = mail(&ended);
    compare("cron_everything", text);
    for words in [
        "rejected by validation",
        "refused by the server",
        "in doubt",
        "/report.html\n",
        "tenjin-s2s ledger resolve --from ",
    ] {
        assert!(text.contains(words), "{words}:\n{text}");
    }
}

#[test]
fn a_night_of_old_rows() {
    let server = Scripted::new(vec![], Behaviour::accepted());
    let scene = night(Rows::sound(20, 1));
    let old = scene.read("events.csv");
    let year = old.lines().nth(1).unwrap().split(',').nth(1).unwrap()[..4].to_owned();
    scene.file("events.csv", old.replace(&format!(",{year}-"), ",2020-"));
    let ended = upload(&scene, &server).prints().exits(1);
    compare("cron_too_old", mail(&ended));
}

#[test]
fn a_night_that_cannot_begin() {
    let scene = Scene::new();
    let ended = scene
        .run("upload none.csv -q --ledger ledger.sqlite")
        .mutters()
        .exits(2);
    assert_eq!(
        ended.stderr,
        "error: input \"none.csv\": there is no such file\n"
    );
    assert_eq!(ended.stdout, "");
}
