//! Rows that were sent, and Tenjin's export of them: some missing, some twice, some with other
//! money, beside rows that an SDK sent.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value;

use super::{now, number};

/// How the export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As public schemas have it: price and currency as they were sent.
    Csv,
    /// A Redshift dump: `t` and `f`, no price, `total_revenue` in US cents.
    Redshift,
}

/// Lines of `sent.csv`, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines {
    pub missing: BTreeSet<u64>,
    pub again: BTreeSet<u64>,
    pub other_money: BTreeSet<u64>,
}

impl Lines {
    /// What `reconcile` names, as JSON or as cells of CSV.
    pub fn named(entries: &[Value]) -> Lines {
        let line = |cell: &Value| match cell.as_str() {
            Some(text) => text.parse().unwrap(),
            None => number(cell),
        };
        let of = |what: &str| -> BTreeSet<u64> {
            let of_this = entries.iter().filter(|entry| entry["what"] == what);
            of_this.map(|entry| line(&entry["line"])).collect()
        };
        Lines {
            missing: of("missing"),
            again: of("again"),
            other_money: of("other_money"),
        }
    }
}

/// The options that compare the days around now, so that no test depends on the hour.
pub fn around() -> String {
    let day = |hours| {
        let time = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours);
        time.strftime("%Y-%m-%d").to_string()
    };
    format!("--from {} --to {}", day(-48), day(48))
}

/// A made pair of files.
pub struct Made {
    pub sent: String,
    pub export: String,
    pub lines: Lines,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Found,
    Missing,
    Again,
    OtherMoney,
}

/// So many of the first purchases are each of these.
pub struct Faults {
    pub missing: usize,
    pub again: usize,
    pub other_money: usize,
}

const SENT: &str = "kind,event_time,event_id,bundle_id,platform,os_version,\
    analytics_installation_id,advertising_id,developer_device_id,ip_address,event,product_id,price,\
    quantity,currency\n";

impl Made {
    /// So many rows, a third of them events, half of them on each platform.
    pub fn new(rows: usize, foreign: usize, faults: &Faults, form: Form) -> Made {
        let mut made = Made {
            sent: SENT.into(),
            export: header(form),
            lines: Lines::default(),
        };
        let mut fates = fates(faults);
        for number in 0..rows {
            let fate = match number % 3 {
                1 => fates.pop().unwrap_or(Fate::Found),
                _ => Fate::Found,
            };
            made.row(number, fate, form);
        }
        assert!(fates.is_empty(), "too few rows");
        for number in 0..foreign {
            // Half of them are of devices whose rows were sent, too.
            let device = if number % 2 == 0 {
                number % rows
            } else {
                rows + number
            };
            let row = Row {
                number: device,
                product: Some(format!("sdk_{}", number % 9)),
            };
            made.export += &row.arrived(form, "USD", 499);
        }
        made
    }

    fn row(&mut self, number: usize, fate: Fate, form: Form) {
        let product = (!number.is_multiple_of(3)).then(|| format!("coins_{}", number % 7));
        let row = Row { number, product };
        let line = number as u64 + 2;
        // In the dump what was sent in another currency stands there in US cents.
        let converted = fate == Fate::OtherMoney && form == Form::Redshift;
        let (sent, found) = match fate {
            Fate::OtherMoney if converted => ("EUR", "USD"),
            Fate::OtherMoney => ("USD", "EUR"),
            _ => ("USD", "USD"),
        };
        self.sent += &row.sent(sent);
        let arrived = row.arrived(form, found, if converted { 543 } else { 499 });
        match fate {
            Fate::Missing => {
                self.lines.missing.insert(line);
                return;
            }
            Fate::Again => {
                self.lines.again.insert(line);
                self.export += &arrived;
            }
            Fate::OtherMoney => {
                self.lines.other_money.insert(line);
            }
            Fate::Found => {}
        }
        self.export += &arrived;
    }
}

fn fates(faults: &Faults) -> Vec<Fate> {
    let of = |fate, count| std::iter::repeat_n(fate, count);
    of(Fate::Missing, faults.missing)
        .chain(of(Fate::Again, faults.again))
        .chain(of(Fate::OtherMoney, faults.other_money))
        .collect()
}

fn header(form: Form) -> String {
    let money = match form {
        Form::Csv => "price,",
        Form::Redshift => "",
    };
    format!(
        "uuid,created_at,acquired_at,event_type,event,bundle_id,platform,os_version,\
         advertising_id,developer_device_id,limit_ad_tracking,country,product_id,currency,{money}\
         quantity,revenue,total_revenue,purchase_state\n"
    )
}

struct Row {
    number: usize,
    /// Nothing for an event.
    product: Option<String>,
}

impl Row {
    fn is_ios(&self) -> bool {
        self.number % 2 == 1
    }

    fn id(&self, letter: &str) -> String {
        format!("{}{:08x}", letter.repeat(24), self.number)
    }

    /// Android has an advertising id, iOS the other one alone.
    fn ids(&self) -> [String; 2] {
        if self.is_ios() {
            [String::new(), self.id("c")]
        } else {
            [self.id("b"), String::new()]
        }
    }

    fn sent(&self, currency: &str) -> String {
        let time = now() - 3_600_000_000 + i64::try_from(self.number).unwrap() * 1_000;
        let time = jiff::Timestamp::from_microsecond(time).unwrap();
        let (platform, os) = if self.is_ios() {
            ("ios", "17.5")
        } else {
            ("android", "34")
        };
        let [advertising, device] = self.ids();
        let installation = self.id("a");
        let (kind, rest) = match &self.product {
            None => ("event", "level_up,,,,".to_owned()),
            Some(product) => ("purchase", format!(",{product},4.99,2,{currency}")),
        };
        format!(
            "{kind},{time},id-{},com.example.puzzle,{platform},{os},{installation},{advertising},\
             {device},203.0.113.9,{rest}\n",
            self.number
        )
    }

    /// `cents` for one piece.
    fn arrived(&self, form: Form, currency: &str, cents: u64) -> String {
        let time = jiff::Timestamp::from_microsecond(now()).unwrap();
        let time = time.strftime("%Y-%m-%d %H:%M:%S");
        let (platform, os) = if self.is_ios() {
            ("ios", "17.5")
        } else {
            ("android", "34")
        };
        let [advertising, device] = self.ids();
        let tracking = match form {
            Form::Csv => "0",
            Form::Redshift => "f",
        };
        let (event, product) = match &self.product {
            None => (("event", "level_up"), ""),
            Some(product) => (("purchase", "purchase"), product.as_str()),
        };
        let mut out = format!(
            "u{},{time},{time},{},{},com.example.puzzle,{platform},{os},{advertising},{device},\
             {tracking},DE,{product},",
            self.number, event.0, event.1
        );
        let both = cents * 2;
        let _ = match (&self.product, form) {
            (None, Form::Csv) => writeln!(out, ",,0,,,"),
            (None, Form::Redshift) => writeln!(out, ",0,,,"),
            (_, Form::Csv) => {
                let price = format!("{}.{:02}", cents / 100, cents % 100);
                writeln!(out, "{currency},{price},2,{},{both},1", both * 7 / 10)
            }
            (_, Form::Redshift) => writeln!(out, "{currency},2,{},{both},1", both * 7 / 10),
        };
        out
    }
}
