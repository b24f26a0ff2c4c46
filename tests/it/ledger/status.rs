//! What `ledger status` and `ledger forget` say to a person who does not know what to do next.

use jiff::Timestamp;
use tenjin_s2s::sandbox::{Fault, Outage};

use super::place::Place;
use super::rows::{Row, csv_in_order};
use super::tenjin::Tenjin;

fn rows(numbers: std::ops::Range<usize>) -> Vec<Row> {
    numbers.map(|number| Row::nth(number, 50)).collect()
}

fn says(place: &Place, arguments: &str) -> String {
    let ended = place.command(arguments).end().expect(0);
    ended.report.as_str().unwrap().to_owned()
}

#[test]
fn every_run_with_open_rows_has_a_command_and_many_are_counted() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    tenjin.server.outage(Outage::All(Fault::Reset), None);
    let mut runs = Vec::new();
    for number in 0..7 {
        let file = format!("{number}.csv");
        place.export(&file, &rows(number * 5..number * 5 + 5));
        let ended = place.upload(&tenjin.server, &format!("{file} --retries 0"));
        let report = ended.end().expect(1).report;
        runs.push(report["run_id"].as_str().unwrap().to_owned());
    }
    let resolve =
        |run: &String, how: &str| format!("tenjin-s2s ledger resolve --run {run} --as {how}");
    let next = |runs: &[String], how: &str, more: &str| {
        let commands: Vec<_> = runs.iter().map(|run| resolve(run, how)).collect();
        format!("{}{more}", commands.join("\n  "))
    };
    let look = "Next: look for the rows in doubt on the dashboard: tenjin-s2s ledger list --in-doubt\n\
         then say of each whether it is there: accepted or resend, with `ledger resolve`, in a \
         column `_answer`\nof the file in in_doubt/ of its run's report (--from FILE), or by its \
         place (--row FILE:LINE --as ANSWER)\n";
    let status = says(&place, "ledger status");
    assert!(status.ends_with(look), "{status}");

    for run in &runs {
        says(&place, &format!("ledger resolve --run {run} --as resend"));
    }
    let origin = tenjin.server.url();
    let expected = format!(
        "Next: upload the input of the released rows again, or send them as they were read: \
         tenjin-s2s upload --from-ledger --endpoint-url {origin}\nor drop them: {}\n",
        next(&runs[..5], "dropped", "\n  and the same for 2 more runs")
    );
    let status = says(&place, "ledger status");
    assert!(status.ends_with(&expected), "{status}");
}

#[test]
fn a_copy_is_called_one() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(0..10));
    place.upload(&tenjin.server, "in.csv").end().expect(0);
    assert!(!says(&place, "ledger status").contains("Next:"));
    says(&place, "ledger backup copy.sqlite");
    let status = says(&place, "ledger --ledger copy.sqlite status");
    let expected = "Next: upload refuses this ledger: this is a copy, which cannot know \
                    what was sent after it was made: tenjin-s2s ledger recover --ledger \
                    copy.sqlite\n";
    assert!(status.ends_with(expected), "{status}");
    // So is one that was made otherwise, of the database alone.
    std::fs::copy(place.ledger(), place.path("other.sqlite")).unwrap();
    let status = says(&place, "ledger --ledger other.sqlite status");
    let expected = "Next: upload refuses this ledger: its journal (.steps) is missing, as \
                    it is beside a copy";
    assert!(status.contains(expected), "{status}");
    let json = place.command("ledger --ledger other.sqlite status --output json");
    let behind = &json.end().expect(0).report["behind"];
    assert!(
        behind
            .as_str()
            .unwrap()
            .starts_with("its journal (.steps) is missing")
    );
}

#[test]
fn nothing_forgotten_is_explained() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    place.export("in.csv", &rows(0..10));
    place.upload(&tenjin.server, "in.csv").end().expect(0);
    let nothing = "0 events forgotten\n  the oldest is dated 2026-03-01 00:00 UTC\n";
    assert_eq!(says(&place, "ledger forget --older-than 3000d"), nothing);
    let rows_at: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    let age = Timestamp::now().duration_since(rows_at).as_secs() - 13 * 3_600;
    let said = says(&place, &format!("ledger forget --older-than {age}s"));
    let kept =
        format!("{nothing}  10 events of that age kept: only what is dated before 2026-02-28 ");
    assert!(said.starts_with(&kept), "{said}");
    let end = " UTC goes, 26 hours earlier, since another time zone may date a row otherwise\n";
    assert!(said.ends_with(end), "{said}");
}

/// One export for each currency: each stops once, and then they go in turns.
#[test]
fn two_values_of_set_stay_side_by_side_once_they_are_meant() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let export = |name: &str, from: usize| {
        let purchases = (from..from + 10).filter(|number| number % 5 == 2);
        let rows: Vec<_> = purchases.map(|number| Row::nth(number, 50)).collect();
        let text = csv_in_order(&rows, |cells| cells.retain(|(name, _)| *name != "currency"));
        place.write(name, &text);
    };
    for (number, name) in ["us1.csv", "eu1.csv", "us2.csv", "eu2.csv", "gb1.csv"]
        .iter()
        .enumerate()
    {
        export(name, number * 10);
    }
    let upload = |words: &str| place.upload(&tenjin.server, words).end();
    let (usd, eur) = ("--set currency=USD", "--set currency=EUR");
    assert_eq!(
        upload(&format!("us1.csv {usd}")).expect(0).four(),
        [2, 0, 0, 0]
    );
    upload(&format!("eu1.csv {eur}")).expect(2);
    let meant = upload(&format!("eu1.csv {eur} --new-identity")).expect(0);
    assert_eq!(meant.four(), [2, 0, 0, 0]);
    for (words, four) in [
        (format!("us2.csv {usd} --dry-run"), None),
        (format!("us2.csv {usd}"), Some([2, 0, 0, 0])),
        (format!("eu2.csv {eur}"), Some([2, 0, 0, 0])),
        (format!("us1.csv {usd}"), Some([0, 2, 0, 0])),
    ] {
        let ended = upload(&words).expect(0);
        assert!(four.is_none_or(|four| ended.four() == four), "{words}");
    }
    // A third one is as new as the second was, and another column is no value of --set.
    upload("gb1.csv --set currency=GBP").expect(2);
    upload(&format!("us2.csv {usd} --map customer_user_id=app_version")).expect(2);
    assert_eq!(tenjin.server.stats().accepted, 8);
}
