//! Rows as exports have them, each with a mark that the server sees and no identity covers.

use std::fmt::Write;

use serde_json::{Map, Value};

/// One row. Empty texts are empty cells.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// `open`, `event` or `purchase`.
    pub kind: &'static str,
    /// Told apart by it on the server: sent as `app_version`.
    pub mark: String,
    /// Whose it is.
    pub installation: usize,
    /// `event_time`.
    pub time: String,
    /// `event_id`.
    pub id: String,
    /// What makes it an event of its own: its value, or its price in cents.
    pub number: usize,
}

impl Row {
    /// Row `number` of an export with so many installations: a fifth are opens, two fifths money.
    pub fn nth(number: usize, installations: usize) -> Row {
        let second = number / 2;
        let (hour, minute, second) = (second / 3600 % 24, second / 60 % 60, second % 60);
        let day = number / 172_800 + 1;
        Row {
            kind: ["open", "event", "purchase", "event", "purchase"][number % 5],
            mark: format!("r{number}"),
            installation: number * 7 % installations,
            time: format!("2026-03-{day:02}T{hour:02}:{minute:02}:{second:02}Z"),
            id: String::new(),
            number,
        }
    }

    /// The same with an id.
    pub fn with_id(mut self) -> Row {
        self.id = format!("id-{}", self.number);
        self
    }

    /// The same without a time.
    pub fn without_time(mut self) -> Row {
        self.time.clear();
        self
    }

    /// Which row of [`Row::nth`] has this mark.
    pub fn number_of(mark: &str) -> usize {
        mark.trim_start_matches('r').parse().unwrap()
    }

    fn cells(&self) -> [(&'static str, String); 15] {
        let only = |kind: &str, text: String| {
            if self.kind == kind {
                text
            } else {
                String::new()
            }
        };
        let uuid = |head: u32| format!("{head:08x}00004000800000000{:07x}", self.installation);
        [
            ("kind", self.kind.into()),
            ("event_time", self.time.clone()),
            ("event_id", self.id.clone()),
            ("bundle_id", "com.example.game".into()),
            ("platform", "android".into()),
            ("analytics_installation_id", uuid(0xa)),
            ("advertising_id", uuid(0xb)),
            ("os_version", "34".into()),
            ("app_version", self.mark.clone()),
            ("event", only("event", "level_up".into())),
            ("value", only("event", self.number.to_string())),
            ("product_id", only("purchase", "coins".into())),
            (
                "price",
                only(
                    "purchase",
                    format!("{}.{:02}", self.number / 100, self.number % 100),
                ),
            ),
            ("quantity", only("purchase", "1".into())),
            ("currency", only("purchase", "USD".into())),
        ]
    }
}

/// A CSV export of these rows. Columns without any value are left out.
pub fn csv(rows: &[Row]) -> String {
    csv_in_order(rows, |_| ())
}

/// The same with its columns in another order.
pub fn csv_in_order(rows: &[Row], arrange: impl Fn(&mut Vec<(&'static str, String)>)) -> String {
    let all: Vec<_> = rows.iter().map(Row::cells).collect();
    let used = |column: usize| all.iter().any(|cells| !cells[column].1.is_empty());
    let used: Vec<usize> = (0..15).filter(|column| used(*column)).collect();
    let mut out = String::new();
    for cells in &all {
        let mut cells: Vec<_> = used.iter().map(|column| cells[*column].clone()).collect();
        arrange(&mut cells);
        if out.is_empty() {
            let names: Vec<_> = cells.iter().map(|(name, _)| *name).collect();
            writeln!(out, "{}", names.join(",")).unwrap();
        }
        let texts: Vec<_> = cells.iter().map(|(_, text)| text.as_str()).collect();
        writeln!(out, "{}", texts.join(",")).unwrap();
    }
    out
}

/// An NDJSON export of these rows.
pub fn ndjson(rows: &[Row]) -> String {
    let object = |row: &Row| {
        let members = row.cells().into_iter().filter(|(_, text)| !text.is_empty());
        let members: Map<String, Value> = members
            .map(|(name, text)| (name.into(), text.into()))
            .collect();
        Value::from(members).to_string() + "\n"
    };
    rows.iter().map(object).collect()
}
