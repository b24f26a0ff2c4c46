//! `--new-identity` over an export that holds rows which were sent: how much is said before anything
//! goes, and `--skip-alike` leaves it out.

use super::overlap::recognised;
use super::place::{Ended, Place};
use super::tenjin::Tenjin;
use crate::support::warnings;

const HEADER: &str = "bundle_id,platform,os_version,ip_address,analytics_installation_id,event_time,\
     product_id,price,currency,customer_user_id\n";

/// A purchase of this user on this day.
fn row(day: &str, user: u8, price: &str) -> String {
    format!(
        "com.example.game,android,34,203.0.113.9,3f9dda78c8a14c8b8d880305ee6a3c{user:02},{day},coins,\
         {price},EUR,user-{user}\n"
    )
}

fn said(ended: &Ended) -> Vec<String> {
    warnings(&ended.report, "money_alike")
}

#[test]
fn money_that_looks_sent_is_said_before_it_goes_and_can_be_left_out() {
    let (mut tenjin, place) = (Tenjin::new(), Place::new());
    // The third of February, read as the second of March.
    let sent = [row("03/02/2026", 1, "4.99"), row("03/02/2026", 2, "4.990")].concat();
    place.write("first.csv", &format!("{HEADER}{sent}"));
    let first = "first.csv --timezone UTC --time-format %m/%d/%Y";
    place.upload(&tenjin.server, first).end().expect(0);
    // The overlap, a renewal of the first user, another amount, and another user.
    let new = [
        row("03/03/2026", 1, "4.99"),
        row("03/02/2026", 2, "9.99"),
        row("03/02/2026", 3, "4.99"),
    ];
    let sent = sent.replace("4.990", "4.99");
    place.write("second.csv", &format!("{HEADER}{sent}{}", new.concat()));
    let second = "second.csv -q --timezone UTC --time-format %d/%m/%Y";
    let run = |tenjin: &Tenjin, more: &str| {
        let words = format!("{second} {more}");
        place.upload(&tenjin.server, &words).end()
    };
    let stopped = run(&tenjin, "").expect(2);
    let way = "--new-identity if these rows are new (with --skip-alike those are left out that look \
               like what was sent)";
    assert!(stopped.err.contains(way), "{}", stopped.err);

    let text = "2 rows of money (EUR 9.98) look like what was sent before and identified otherwise: \
                the same app, user, product and amount, at a time that may be the same; if they are the same, they \
                count twice: --new-identity --skip-alike leaves them out";
    let plan = run(&tenjin, "--new-identity --dry-run").expect(0);
    assert_eq!(
        (plan.rows("not_sent"), said(&plan)),
        (5, vec![text.to_owned()])
    );
    assert!(plan.err.contains(text), "{}", plan.err);

    let skips = "--new-identity --skip-alike";
    for (more, outcome) in [(" --dry-run", "not_sent"), ("", "accepted")] {
        let ended = run(&tenjin, &format!("{skips}{more}")).expect(0);
        assert_eq!(
            (ended.rows(outcome), ended.rows("filtered")),
            (3, 2),
            "{more}"
        );
        assert_eq!(ended.report["filters"]["looks_sent"], 2, "{more}");
        assert_eq!((said(&ended), &*ended.err), (vec![], ""), "{more}");
    }
    assert_eq!(tenjin.requests(), 5);
    // What was left out is known from now on, however the command is written.
    for more in ["", "--new-identity --skip-alike"] {
        let ended = run(&tenjin, more).expect(0);
        assert_eq!(ended.rows("duplicate"), 5, "{more}");
        assert_eq!(recognised(&ended, "looks_sent"), 2, "{more}");
    }
    assert_eq!(tenjin.requests(), 5);
    // Without it they go: that is said before the server is reached at all.
    tenjin.server.stop();
    let ended = run(&tenjin, "--new-identity --max-wait 1s").expect(3);
    assert_eq!((ended.rows("accepted"), ended.rows("duplicate")), (0, 3));
    assert!(
        ended
            .err
            .starts_with(&format!("tenjin-s2s: warning: {text}\n")),
        "{}",
        ended.err
    );
}

#[test]
fn what_was_sent_in_another_zone_stays_in_question_once_that_is_over() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let day =
        |day: u8, hour: u8, user: u8| row(&format!("2026-02-{day:02}T{hour:02}:00"), user, "4.99");
    let (first, second) = ([day(3, 10, 1), day(3, 11, 2)].concat(), day(4, 9, 3));
    place.write("first.csv", &format!("{HEADER}{first}"));
    place.write("second.csv", &format!("{HEADER}{second}"));
    // Besides, another purchase of the first user: it is at another time in every zone.
    let third = format!(
        "{HEADER}{first}{second}{}",
        day(4, 12, 1).replace("12:00", "12:07")
    );
    place.write("third.csv", &third);
    let format = "--time-format %Y-%m-%dT%H:%M";
    let run = |words: &str| {
        place
            .upload(&tenjin.server, &format!("{words} {format}"))
            .end()
    };
    run("first.csv --timezone UTC").expect(0);
    run("second.csv --timezone Europe/Berlin").expect(2);
    run("second.csv --timezone Europe/Berlin --new-identity").expect(0);
    assert_eq!(tenjin.requests(), 3);

    let stopped = run("third.csv --timezone Europe/Berlin").expect(2);
    let why = "third.csv: 2 of its first 4 rows are in question";
    assert!(stopped.err.contains(why), "{}", stopped.err);
    let zones = "the zone of times was UTC, now Europe/Berlin";
    assert!(stopped.err.contains(zones), "{}", stopped.err);
    let ended = run("third.csv --timezone Europe/Berlin --new-identity --skip-alike").expect(0);
    let rows = ["accepted", "duplicate", "filtered"].map(|outcome| ended.rows(outcome));
    assert_eq!(rows, [1, 1, 2]);
    assert_eq!(
        run("third.csv --timezone Europe/Berlin")
            .expect(0)
            .rows("duplicate"),
        4
    );
    assert_eq!(tenjin.requests(), 4);
}

#[test]
fn money_that_went_as_new_is_no_more_in_question() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let rows = |hour: u8| {
        let row = |user| row(&format!("2026-02-03T{hour:02}:00"), user, "4.99");
        format!("{HEADER}{}{}", row(1), row(2))
    };
    place.write("first.csv", &rows(10));
    place.write("second.csv", &rows(12));
    place.write("third.csv", &rows(13));
    let run = |words: &str| {
        place
            .upload(
                &tenjin.server,
                &format!("{words} --time-format %Y-%m-%dT%H:%M"),
            )
            .end()
    };
    run("first.csv --timezone UTC").expect(0);
    let ended = run("second.csv --timezone Europe/Berlin --new-identity").expect(0);
    assert_eq!(said(&ended).len(), 1);
    // Each purchase of the first file is like one purchase, not like all that come later.
    let ended = run("third.csv --timezone Europe/Berlin").expect(0);
    assert_eq!(ended.rows("accepted"), 2);
    assert_eq!(tenjin.requests(), 6);
}
