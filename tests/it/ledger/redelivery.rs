//! Vendors deliver rows again that have changed since: `RevenueCat` recommends "new and updated
//! transactions only". Each new purchase is sent in its night, none twice, and what changed is said.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;

use super::place::{Ended, Place};
use super::tenjin::{Tenjin, wait};

/// A transaction as `RevenueCat` has it now.
#[derive(Debug, Clone, PartialEq)]
struct Transaction {
    id: usize,
    cents: usize,
    idfa: Option<usize>,
    country: &'static str,
    refunded: bool,
}

impl Transaction {
    fn new(id: usize) -> Self {
        Transaction {
            id,
            cents: 99 + id % 7 * 100,
            idfa: None,
            country: "US",
            refunded: false,
        }
    }

    fn price(&self) -> String {
        format!("{}.{:02}", self.cents / 100, self.cents % 100)
    }

    fn line(&self) -> String {
        let Transaction { id, .. } = self;
        let day = 1 + id / 200;
        let (hour, minute, second) = (id / 60 % 24, id % 60, id * 7 % 60);
        let ids = self.idfa.map_or(String::new(), |idfa| {
            format!(
                ",\"\"$idfa\"\":{{\"\"value\"\":\"\"{idfa:08X}-0000-4000-8000-00000000000A\"\"}}"
            )
        });
        let refunded = if self.refunded {
            "2026-05-01 00:00:00"
        } else {
            ""
        };
        format!(
            "user-{id},user-{id},{},premium,2026-03-{day:02} {hour:02}:{minute:02}:{second:02},\
             app_store,false,false,PURCHASED,tx-{id},{refunded},USD,{},{},\
             \"{{\"\"$ip\"\":{{\"\"value\"\":\"\"203.0.113.20\"\"}},\"\"$tenjinId\"\":\
             {{\"\"value\"\":\"\"{id:08x}a8a14c8b8d880305ee6a3ca9\"\"}},\"\"$idfv\"\":\
             {{\"\"value\"\":\"\"{id:08X}-BAD1-43FB-8558-0305FAE64FF9\"\"}}{ids}}}\",17.1,\
             com.example.game",
            self.country,
            self.price(),
            self.price(),
        )
    }
}

const HEADER: &str = "rc_original_app_user_id,rc_last_seen_app_user_id_alias,country,\
    product_identifier,start_time,store,is_trial_period,is_sandbox,ownership_type,\
    store_transaction_id,refunded_at,purchased_currency,purchase_price_in_purchased_currency,\
    purchase_price_in_usd,reserved_subscriber_attributes,os_version,bundle_id";

fn csv(rows: &[Transaction]) -> String {
    let mut text = format!("{HEADER}\n");
    for row in rows {
        writeln!(text, "{}", row.line()).unwrap();
    }
    text
}

/// One night's delivery: one file, or several packed ones in a folder of their own.
fn deliver(place: &Place, night: usize, rows: &[Transaction], files: usize) -> String {
    if files == 1 {
        let name = format!("night-{night}.csv");
        place.write(&name, &csv(rows));
        return name;
    }
    let folder = place.path(&format!("nights-{night}"));
    std::fs::create_dir(&folder).unwrap();
    for (number, part) in rows.chunks(rows.len().div_ceil(files)).enumerate() {
        let file = std::fs::File::create(folder.join(format!("{number}.csv.gz"))).unwrap();
        let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
        packed.write_all(csv(part).as_bytes()).unwrap();
        packed.finish().unwrap();
    }
    format!("nights-{night}/*.csv.gz")
}

const MAPPED: &str = "--map app_version=store_transaction_id --quiet";

/// What a person does after a kill: looks every row in doubt up on the dashboard.
fn look_up(place: &Place, tenjin: &Tenjin) {
    let recorded: BTreeSet<String> = tenjin.so_far().into_iter().map(|r| r.mark).collect();
    let listed = place.command("ledger list --in-doubt --output json").end();
    let listed = listed.expect(0).report;
    let lines: Vec<serde_json::Value> = match &listed {
        serde_json::Value::String(text) => text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
        serde_json::Value::Null => Vec::new(),
        one => vec![one.clone()],
    };
    for row in lines {
        let request = row["request"].as_str().unwrap();
        let mark = request
            .split('&')
            .find_map(|pair| pair.strip_prefix("app_version="));
        let answer = if recorded.contains(mark.unwrap()) {
            "accepted"
        } else {
            "resend"
        };
        let (file, line) = (row["file"].as_str().unwrap(), &row["line"]);
        let resolve = format!("ledger resolve --row {file}:{line} --as {answer}");
        place.command(&resolve).end().expect(0);
    }
}

fn nights(seed: u64, nights: usize, each: usize) {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let mut dice = fastrand::Rng::with_seed(seed);
    let mut all: Vec<Transaction> = Vec::new();
    for night in 0..nights {
        let mut rows = Vec::new();
        let mut changed = BTreeMap::new();
        let share = dice.usize(5..=30);
        for row in &mut all {
            if dice.usize(0..100) >= 20 {
                continue;
            }
            if dice.usize(0..100) < share {
                match dice.usize(0..4) {
                    0 => row.idfa = Some(night + 1),
                    1 => row.cents += 100,
                    2 => row.refunded = true,
                    _ => row.country = "DE",
                }
            }
            rows.push(row.clone());
        }
        let first = all.len();
        all.extend((first..first + each).map(Transaction::new));
        rows.extend_from_slice(&all[first..]);
        dice.shuffle(&mut rows);
        // What was sent is the first delivery of a transaction.
        for row in rows.iter().filter(|row| row.id < first) {
            let before = Transaction::new(row.id);
            if row.refunded {
                changed.insert(row.id, "refunded");
            } else if row.cents != before.cents || row.idfa != before.idfa {
                changed.insert(row.id, "changed");
            }
        }
        let files = *dice.choice(&[1, 1, 3]).unwrap();
        let arguments = format!("{} {MAPPED}", deliver(&place, night, &rows, files));
        let is_killed = night % 3 == 2;
        if is_killed {
            killed(&place, &tenjin, &arguments, dice.usize(0..each));
        }
        let ended = place.upload(&tenjin.server, &arguments).end().expect(0);
        let context = format!("seed {seed}, night {night}: {ended:#?}");
        let recorded = tenjin.so_far();
        let marks: BTreeSet<&str> = recorded.iter().map(|event| event.mark.as_str()).collect();
        assert_eq!(recorded.len(), all.len(), "none twice, {context}");
        assert_eq!(marks.len(), all.len(), "each in its night, {context}");
        if !is_killed {
            assert_eq!(ended.rows("accepted"), each as u64, "{context}");
            let refunds = changed.values().filter(|what| **what == "refunded");
            let duplicates = rows.len() - each - refunds.count();
            assert_eq!(ended.rows("duplicate"), duplicates as u64, "{context}");
        }
        assert_eq!(listed(&ended), changed, "{context}");
    }
}

/// Kills an upload, and lets the next one find out what is in doubt, which a person resolves.
fn killed(place: &Place, tenjin: &Tenjin, arguments: &str, after: usize) {
    let moment = tenjin.requests() + after as u64;
    let mut running = place.upload(&tenjin.server, arguments).start();
    wait(|| running.has_ended() || tenjin.requests() >= moment);
    running.kill();
    let next = place.upload(&tenjin.server, arguments).end();
    assert!(matches!(next.code, Some(0 | 1)), "{next:#?}");
    look_up(place, tenjin);
}

/// The rows that the report lists as changed, each with both amounts.
fn listed(ended: &Ended) -> BTreeMap<usize, &'static str> {
    let mut found = BTreeMap::new();
    for row in ended.report["changed"].as_array().unwrap() {
        let id = row["event_id"].as_str().unwrap().trim_start_matches("tx-");
        let before = Transaction::new(id.parse().unwrap());
        assert_eq!(row["sent_amount"], before.price().as_str(), "{row}");
        assert_eq!(row["sent_currency"], "USD");
        assert!(row["now_amount"].is_string(), "{row}");
        let what = if row["what"] == "refunded" {
            "refunded"
        } else {
            "changed"
        };
        found.insert(before.id, what);
    }
    found
}

#[test]
fn thirty_nights_of_new_and_updated_transactions() {
    nights(1, 30, 12);
}

#[test]
#[ignore = "takes minutes"]
fn many_nights_of_many() {
    (2..12).for_each(|seed| nights(seed, 30, 120));
}

#[test]
fn half_of_yesterday_again_does_not_keep_todays_from_going() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    let first: Vec<Transaction> = (0..1_500).map(Transaction::new).collect();
    place.write("one.csv", &csv(&first));
    let one = place
        .upload(&tenjin.server, &format!("one.csv {MAPPED}"))
        .end()
        .expect(0);
    assert_eq!(one.four(), [1_500, 0, 0, 0]);
    let mut second: Vec<Transaction> = (0..750).map(|n| Transaction::new(n * 2)).collect();
    for row in second.iter_mut().step_by(10) {
        row.idfa = Some(7);
    }
    second.extend((1_500..2_000).map(Transaction::new));
    place.write("two.csv", &csv(&second));
    let two = place
        .upload(&tenjin.server, &format!("two.csv {MAPPED}"))
        .end()
        .expect(0);
    assert_eq!(two.four(), [500, 750, 0, 0]);
    assert_eq!(two.report["changed_rows"], 75);
    let text = std::fs::read_to_string(two.reports.join("changed.csv")).unwrap();
    assert_eq!(text.lines().count(), 76);
    let run = one.report["run_id"].as_str().unwrap();
    let expected = format!(
        "changed,two.csv,2,purchase,com.example.game,ios,premium,tx-0,2026-03-01T00:00:00Z,ids,\
         0.99,USD,0.99,USD,one.csv:2 of run {run}"
    );
    assert_eq!(text.lines().nth(1), Some(expected.as_str()));
}
