//! Exports made up from a seed: opens, events and purchases of many installations, and damage
//! of every kind at known lines.
//!
//! Each good row carries a mark of its own (an event's `value`, a purchase's `product_id`), by
//! which a server's record tells it from all others.

use std::fmt::Write;

use fastrand::Rng;

use super::Recorded;

/// A row that goes out.
#[derive(Debug, Clone)]
pub struct Good {
    pub line: u64,
    pub installation: usize,
    pub kind: &'static str,
    pub mark: String,
}

/// A row that is rejected, and the codes of all its faults.
#[derive(Debug, Clone)]
pub struct Bad {
    pub line: u64,
    pub codes: Vec<&'static str>,
}

/// A made-up export.
#[derive(Debug, Default)]
pub struct Rows {
    pub csv: Vec<u8>,
    pub good: Vec<Good>,
    pub bad: Vec<Bad>,
    line: u64,
}

pub const HEADER: [&str; 17] = [
    "kind",
    "event_time",
    "bundle_id",
    "platform",
    "os_version",
    "analytics_installation_id",
    "advertising_id",
    "ip_address",
    "country",
    "limit_ad_tracking",
    "event",
    "value",
    "product_id",
    "price",
    "quantity",
    "currency",
    "note",
];

/// A row: one cell for each column.
type Cells = [String; HEADER.len()];

/// What is done to a sound purchase or event, and the codes that come of it.
type Damage = (&'static [&'static str], fn(&mut Cells));

/// Every way in which a field goes wrong; damaged lines come on top of these.
const DAMAGES: [Damage; 15] = [
    (&["missing_field"], |row| set(row, "product_id", "")),
    (&["invalid_id"], |row| {
        set(row, "analytics_installation_id", "d41d8cd98f00b204");
    }),
    (&["invalid_ip"], |row| {
        set(row, "advertising_id", "");
        set(row, "ip_address", "300.1.1.1");
    }),
    (&["missing_ip"], |row| {
        set(
            row,
            "advertising_id",
            "00000000-0000-0000-0000-000000000000",
        );
        set(row, "ip_address", "");
    }),
    (&["invalid_currency"], |row| set(row, "currency", "EURO")),
    (&["invalid_number"], |row| set(row, "price", "\"12,50\"")),
    (&["negative_price"], |row| set(row, "price", "-1.99")),
    (&["invalid_integer"], |row| set(row, "quantity", "1.5")),
    (&["invalid_choice"], |row| {
        set(row, "limit_ad_tracking", "maybe");
    }),
    (&["too_long"], |row| {
        set(row, "product_id", &"long".repeat(64));
    }),
    (&["invalid_time"], |row| {
        set(row, "event_time", "yesterday");
    }),
    (&["in_future"], |row| {
        // A year further on it would be no time of an event at all.
        let tomorrow = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24);
        set(row, "event_time", &tomorrow.to_string());
    }),
    (&["unknown_kind"], |row| set(row, "kind", "sale")),
    (&["invalid_currency", "missing_field"], |row| {
        set(row, "currency", "EURO");
        set(row, "product_id", "");
    }),
    (&["negative_price"], |row| set(row, "price", "-0.01")),
];

impl Rows {
    /// So many rows of an eighth as many installations; every tenth row is damaged.
    pub fn damaged(rows: usize, seed: u64) -> Self {
        Rows::generate(rows, seed, true)
    }

    /// The same without damage.
    pub fn sound(rows: usize, seed: u64) -> Self {
        Rows::generate(rows, seed, false)
    }

    fn generate(rows: usize, seed: u64, damaged: bool) -> Self {
        let mut random = Rng::with_seed(seed);
        let mut all = Rows::default();
        all.push(HEADER.join(",").as_bytes());
        let first = now() - 3_600_000_000;
        let mut opened = vec![false; (rows / 8).max(1)];
        for number in 0..rows {
            let installation = random.usize(..opened.len());
            // milliseconds apart, all within the last hour, so that no two rows are alike
            let time = first + i64::try_from(number).unwrap() * 1_000;
            if damaged && number % 10 == 9 {
                all.bad(number, sound("purchase", number, installation, time));
                continue;
            }
            let kind = if opened[installation] {
                *random.choice(&["event", "event", "purchase"]).unwrap()
            } else {
                "open"
            };
            opened[installation] = true;
            all.good(kind, number, installation, time);
        }
        all
    }

    fn good(&mut self, kind: &'static str, number: usize, installation: usize, time: i64) {
        let mut cells = sound(kind, number, installation, time);
        if number.is_multiple_of(50) {
            set(&mut cells, "note", "\"two\nlines\"");
        }
        self.good.push(Good {
            line: self.line + 1,
            installation,
            kind,
            mark: mark(kind, number, installation),
        });
        self.push(cells.join(",").as_bytes());
    }

    fn bad(&mut self, number: usize, mut cells: Cells) {
        let line = self.line + 1;
        let turn = number / 10 % (DAMAGES.len() + 3);
        let damage = turn.checked_sub(3).map(|turn| DAMAGES[turn]);
        let (codes, text) = match damage {
            Some((codes, damage)) => {
                damage(&mut cells);
                (codes, cells.join(",").into_bytes())
            }
            None => broken(turn, &cells),
        };
        let codes = codes.to_vec();
        self.bad.push(Bad { line, codes });
        self.push(&text);
    }

    fn push(&mut self, record: &[u8]) {
        self.csv.extend_from_slice(record);
        self.csv.push(b'\n');
        let breaks = memchr::memchr_iter(b'\n', record).count();
        self.line += 1 + u64::try_from(breaks).unwrap();
    }
}

/// Lines that are no records: cut off, a quote that never closes, not UTF-8.
fn broken(turn: usize, cells: &Cells) -> (&'static [&'static str], Vec<u8>) {
    let text = cells.join(",");
    match turn {
        0 => (&["malformed_row"], text[..text.len() - 20].into()),
        1 => (&["malformed_row"], format!("\"{text}").into()),
        _ => {
            let mut bytes = text.into_bytes();
            bytes.extend(b"\xff\xfe");
            (&["invalid_utf8"], bytes)
        }
    }
}

fn sound(kind: &str, number: usize, installation: usize, time: i64) -> Cells {
    let mut row = Cells::default();
    let time = jiff::Timestamp::from_microsecond(time).unwrap();
    for (name, value) in [
        ("kind", kind),
        ("event_time", &time.to_string()),
        ("bundle_id", "com.example.puzzle"),
        ("platform", "android"),
        ("os_version", "34"),
        ("analytics_installation_id", &id("a", installation)),
        ("advertising_id", &id("b", installation)),
        ("ip_address", "203.0.113.9"),
        ("country", "DE"),
        ("limit_ad_tracking", "0"),
    ] {
        set(&mut row, name, value);
    }
    let mark = mark(kind, number, installation);
    match kind {
        "event" => {
            set(&mut row, "event", "level_up");
            set(&mut row, "value", &mark);
        }
        "purchase" => {
            set(&mut row, "product_id", &mark);
            set(&mut row, "price", "4.99");
            set(&mut row, "quantity", "1");
            set(&mut row, "currency", "EUR");
        }
        _ => {}
    }
    row
}

fn mark(kind: &str, number: usize, installation: usize) -> String {
    match kind {
        "event" => number.to_string(),
        "purchase" => format!("p{number}"),
        // an installation has one open
        _ => id("a", installation),
    }
}

fn id(letter: &str, installation: usize) -> String {
    let mut id = letter.repeat(24);
    let _ = write!(id, "{installation:08x}");
    id
}

fn set(row: &mut Cells, name: &str, value: &str) {
    let at = HEADER.iter().position(|column| *column == name).unwrap();
    row[at] = value.into();
}

impl Recorded {
    /// The mark of the row that this was.
    pub fn mark(&self) -> &str {
        let names = ["product_id", "value", "analytics_installation_id"];
        let mut marks = names.into_iter().map(|name| self.get(name));
        marks.find(|mark| !mark.is_empty()).unwrap()
    }
}

/// µs since 1970.
pub fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}
