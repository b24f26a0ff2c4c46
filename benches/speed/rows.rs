//! The rows that everything is measured with: as a CSV record, as a line of JSON, and as the
//! request they become. The same number is always the same row, and no other number is.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result};

/// How many installations take turns.
const INSTALLATIONS: u64 = 50_021;
/// One row in so many is a purchase, the others are events.
const PURCHASES: u64 = 10;
/// 2026-01-01T00:00:00Z; a row a second from here on.
const START: i64 = 1_767_225_600;

const COLUMNS: [&str; 18] = [
    "event_id",
    "event_time",
    "bundle_id",
    "platform",
    "os_version",
    "analytics_installation_id",
    "advertising_id",
    "app_version",
    "ip_address",
    "country",
    "locale",
    "device_model",
    "event",
    "value",
    "product_id",
    "price",
    "quantity",
    "currency",
];

/// How rows are written.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// A header and records.
    Csv,
    /// An object a line.
    Json,
    /// `event` or `purchase`, a space, and the body of the request: a line each.
    Requests,
}

/// Writes these rows to a new file.
pub(crate) fn write(path: &Path, rows: Range<u64>, form: Form) -> Result<()> {
    write_from(0, path, rows, form)
}

/// The same without the `event_id`, the first of the columns.
pub(crate) fn write_without_ids(path: &Path, rows: Range<u64>, form: Form) -> Result<()> {
    write_from(1, path, rows, form)
}

fn write_from(first: usize, path: &Path, rows: Range<u64>, form: Form) -> Result<()> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    if let Form::Csv = form {
        writeln!(out, "{}", COLUMNS[first..].join(","))?;
    }
    let mut line = String::new();
    for number in rows {
        let cells = cells(number);
        line.clear();
        match form {
            Form::Csv => line.push_str(&cells[first..].join(",")),
            Form::Json => object(&mut line, first, &cells)?,
            Form::Requests => request(&mut line, &cells),
        }
        line.push('\n');
        out.write_all(line.as_bytes())?;
    }
    // Written back now, it does not disturb what is measured next.
    out.into_inner()?.sync_all()?;
    Ok(())
}

fn cells(number: u64) -> [String; COLUMNS.len()] {
    let text = |text: &str| text.to_owned();
    let installation = number % INSTALLATIONS;
    let device = installation.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let time = jiff::Timestamp::new(START + number.cast_signed(), 0).unwrap_or_default();
    let is_purchase = number % PURCHASES == PURCHASES - 1;
    let for_event = |cell: String| if is_purchase { text("") } else { cell };
    let for_purchase = |cell: String| if is_purchase { cell } else { text("") };
    [
        format!("e-{number:010}"),
        time.to_string(),
        text("com.example.game"),
        text("android"),
        (28 + installation % 7).to_string(),
        format!("{device:016x}{:016x}", device ^ 0x5555_5555),
        format!(
            "{:08x}-1111-4222-8333-{:012x}",
            device >> 32,
            device & 0xffff_ffff_ffff
        ),
        format!("2.{}.0", installation % 40),
        format!("203.0.113.{}", installation % 254 + 1),
        text(["US", "DE", "JP", "BR"][usize::try_from(installation % 4).unwrap_or(0)]),
        text("en_US"),
        format!("Pixel {}", installation % 9),
        for_event(format!("level_{}", number % 37)),
        for_event((number % 100).to_string()),
        for_purchase(format!("coins_{}", number % 7)),
        for_purchase(format!("{}.99", number % 20)),
        for_purchase(text("1")),
        for_purchase(text("USD")),
    ]
}

fn object(line: &mut String, first: usize, cells: &[String]) -> Result<()> {
    let mut before = '{';
    for (name, cell) in COLUMNS.iter().zip(cells).skip(first) {
        let bare = matches!(*name, "value" | "price" | "quantity" | "os_version");
        match (cell.is_empty(), bare) {
            (true, _) => continue,
            (_, true) => write!(line, "{before}\"{name}\":{cell}")?,
            _ => write!(line, "{before}\"{name}\":\"{cell}\"")?,
        }
        before = ',';
    }
    line.push('}');
    Ok(())
}

fn request(line: &mut String, cells: &[String]) {
    let is_purchase = !cells[COLUMNS.len() - 1].is_empty();
    line.push_str(if is_purchase { "purchase " } else { "event " });
    let mut body = form_urlencoded::Serializer::new(String::new());
    let sent = COLUMNS.iter().zip(cells).skip(2);
    for (name, cell) in sent.filter(|(_, cell)| !cell.is_empty()) {
        body.append_pair(name, cell);
    }
    body.append_pair("sdk_version", "server");
    line.push_str(&body.finish());
}
