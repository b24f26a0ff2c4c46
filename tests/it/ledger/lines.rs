//! Lines of one order, renewals of one subscription, copies in exports without ids: each purchase
//! goes once, and no revenue vanishes without a word.

use std::fmt::Write as _;

use super::place::{Ended, Place};
use super::tenjin::Tenjin;

/// A purchase: its order, when (a day of May 2026), what, how much, and which renewal it is.
type Line = (&'static str, &'static str, &'static str, &'static str, u32);

fn csv(lines: &[Line]) -> String {
    let mut text = String::from(
        "kind,order_id,renewal,event_time,bundle_id,platform,analytics_installation_id,\
         advertising_id,os_version,product_id,price,quantity,currency\n",
    );
    for (order, day, product, price, renewal) in lines {
        writeln!(
            text,
            "purchase,{order},{renewal},2026-05-{day}T10:00:00Z,com.example.game,android,\
             0000000a00004000800000000000000a,0000000b-0000-4000-8000-00000000000b,34,{product},\
             {price},1,USD"
        )
        .unwrap();
    }
    text
}

const LINES: [Line; 3] = [
    ("O-1", "01", "coins", "1.00", 0),
    ("O-1", "01", "gems", "2.00", 0),
    ("O-1", "01", "hat", "3.00", 0),
];
const RENEWALS: [Line; 3] = [
    ("T-1", "01", "premium", "9.99", 0),
    ("T-1", "08", "premium", "9.99", 1),
    ("T-1", "15", "premium", "9.99", 2),
];

fn upload(tenjin: &Tenjin, place: &Place, lines: &[Line], arguments: &str) -> Ended {
    let name = arguments.split(' ').next().unwrap();
    place.write(name, &csv(lines));
    place.upload(&tenjin.server, arguments).end()
}

/// Line, value and hint of the rows that were rejected because of their ids.
fn conflicts(ended: &Ended) -> Vec<(u64, String, String)> {
    let rejections = ended.report["rejections"].as_array().unwrap();
    let mut found = Vec::new();
    for rejection in rejections {
        assert_eq!(rejection["code"], "id_conflict", "{rejection:#}");
        for example in rejection["examples"].as_array().unwrap() {
            let text = |part: &str| example[part].as_str().unwrap().to_owned();
            found.push((
                example["line"].as_u64().unwrap(),
                text("value"),
                text("hint"),
            ));
        }
    }
    found
}

/// Money by outcome: read, accepted, sent earlier, rejected.
fn money(ended: &Ended) -> [&str; 4] {
    let totals = &ended.report["totals"];
    let sum = |of: &'static str| {
        let sums = if of == "read" {
            &totals[of]
        } else {
            &totals["outcomes"][of]
        };
        sums["revenue"]["USD"].as_str().unwrap_or("0")
    };
    ["read", "accepted", "earlier", "rejected"].map(sum)
}

#[test]
fn lines_of_one_order_are_conflicts_that_are_said_in_any_run() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let send = |name: &str, lines: &[Line]| {
        upload(
            &tenjin,
            &place,
            lines,
            &format!("{name} --map event_id=order_id"),
        )
    };
    let first = send("day1.csv", &LINES).expect(1);
    assert_eq!(money(&first), ["6.00", "1.00", "0", "5.00"]);
    let found = conflicts(&first);
    let lines: Vec<u64> = found.iter().map(|(line, ..)| *line).collect();
    assert_eq!(lines, [3, 4]);
    for ((_, value, hint), product) in found.iter().zip(["gems", "hat"]) {
        assert_eq!(value, "O-1");
        let said = format!("day1.csv:2 has this id with the product `coins`, here `{product}`;");
        assert!(hint.starts_with(&said), "{hint}");
    }
    // Alone on later days they are another product under a known id.
    let run = first.report["run_id"].as_str().unwrap();
    for (name, line, price) in [("day2.csv", 1, "2.00"), ("day3.csv", 2, "3.00")] {
        let later = send(name, &LINES[line..=line]).expect(1);
        assert_eq!(money(&later), [price, "0", "0", price]);
        let found = conflicts(&later);
        let said = format!("day1.csv:2 of run {run} has this id with the product `coins`, here");
        assert!(
            found.len() == 1 && found[0].2.starts_with(&said),
            "{found:?}"
        );
    }
    // The line that was sent is known, and said to have changed.
    let changed = send("day4.csv", &[("O-1", "01", "coins", "1.50", 0)]).expect(0);
    assert_eq!(money(&changed), ["1.50", "0", "1.50", "0"]);
    assert_eq!(changed.report["changed_rows"], 1);
    assert_eq!(tenjin.requests(), 1);
}

#[test]
fn a_joined_id_tells_lines_and_renewals_apart() {
    let cases = [
        (LINES, "order_id+product_id", "6.00"),
        (RENEWALS, "order_id+renewal", "29.97"),
    ];
    for (lines, id, all) in cases {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        let joined = format!("--map event_id={id}");
        let first = upload(&tenjin, &place, &lines, &format!("all.csv {joined}")).expect(0);
        assert_eq!(money(&first), [all, all, "0", "0"]);
        for line in lines {
            let again = upload(&tenjin, &place, &[line], &format!("one.csv {joined}")).expect(0);
            assert_eq!(again.four(), [0, 1, 0, 0], "{line:?}");
        }
        assert_eq!(tenjin.requests(), 3);
    }
}

#[test]
fn renewals_under_one_id_are_conflicts_that_are_said() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let first = upload(
        &tenjin,
        &place,
        &RENEWALS,
        "all.csv --map event_id=order_id",
    )
    .expect(1);
    assert_eq!(money(&first), ["29.97", "9.99", "0", "19.98"]);
    assert_eq!(conflicts(&first).len(), 2);
}

/// A vendor whose exports give purchases no id: header, a purchase of so many cents, arguments.
struct Vendor {
    header: &'static str,
    line: fn(usize) -> String,
    arguments: &'static str,
}

const VENDORS: [Vendor; 2] = [
    Vendor {
        header: "AppsFlyer ID,Event Time,Event Name,Event Revenue,Event Revenue Currency,Platform,\
                 OS Version,Bundle ID,Advertising ID,tenjin_installation_id",
        line: |cents| {
            format!(
                "17-{cents},2026-05-01 10:00:{:02},af_purchase,0.{cents:02},USD,android,14,\
                 com.example.game,0000000b-0000-4000-8000-00000000000b,\
                 0000000a000040008000000000{cents:06}",
                cents % 60
            )
        },
        arguments: "--preset appsflyer --timezone UTC",
    },
    Vendor {
        header: "activity_kind,created_at,event_name,revenue_float,currency,gps_adid,os_name,\
                 os_version,bundle_id,tenjin_installation_id",
        line: |cents| {
            format!(
                "event,{},purchase,0.{cents:02},USD,0000000b-0000-4000-8000-00000000000b,android,\
                 34,com.example.game,0000000a000040008000000000{cents:06}",
                1_777_629_600 + cents
            )
        },
        arguments: "--preset adjust",
    },
];

#[test]
fn of_exports_without_ids_what_overlaps_goes_once_and_copies_are_said() {
    for vendor in VENDORS {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        let send = |name: &str, cents: &[usize]| {
            let mut text = format!("{}\n", vendor.header);
            for cents in cents {
                writeln!(text, "{}", (vendor.line)(*cents)).unwrap();
            }
            place.write(name, &text);
            place
                .upload(&tenjin.server, &format!("{name} {}", vendor.arguments))
                .end()
                .expect(0)
        };
        // The purchases of 30 and 40 cents stand there twice: twins, or copies.
        let monday = send("monday.csv", &[10, 20, 30, 30, 40, 40, 50]);
        assert_eq!(monday.four(), [7, 0, 0, 0], "{monday:#?}");
        assert_eq!(money(&monday), ["2.20", "2.20", "0", "0"]);
        let said =
            "2 rows of money without event_id that repeat a row of the same input (USD 0.70)";
        let warnings = monday.report["warnings"].to_string();
        assert!(warnings.contains(said), "{warnings}");
        let tuesday = send("tuesday.csv", &[30, 30, 40, 40, 50, 60, 70, 70]);
        assert_eq!(tuesday.four(), [3, 5, 0, 0], "{tuesday:#?}");
        assert_eq!(money(&tuesday), ["3.90", "2.00", "1.90", "0"]);
        // A third of the same second and amount is one more.
        assert_eq!(send("wednesday.csv", &[30, 30, 30]).four(), [1, 2, 0, 0]);
        assert_eq!(tenjin.requests(), 11);
    }
}
