//! `--new-identity` over an export that holds rows which were sent: how much is said before anything
//! goes, and `--skip-alike` leaves it out.

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
                the same app, user, product and amount, whatever the time; if they are the same, they \
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
