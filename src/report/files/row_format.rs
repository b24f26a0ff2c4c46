//! How a row stands in a file that people mend and upload again.
//!
//! Our columns come first, then the record's text unchanged; what cannot stand as a record goes
//! into `_raw`, see [`rejects`]. The reader takes these files back as input, so the format is a contract.
//! No cell of ours is a formula to a spreadsheet.

use std::sync::Arc;

use crate::input::rejects;
use crate::model::{Event, Fault, Place, Rejection};
use crate::report::escape;
use crate::report::figures::thousands;

/// How much is told about a rejected row. What a million rows have in common need not be said a
/// million times: a report must not outgrow its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verbosity {
    /// Every fault, with its culprit and its hint.
    Whole,
    /// Code and field of the first few.
    Brief,
}

impl Verbosity {
    /// How many rejected rows of an input are told about in whole.
    pub(super) const ROWS: u64 = 1_000;
    /// How many faults of a row are told in brief.
    const FAULTS: usize = 2;

    /// For the row with this number among the rejected ones of its input, counted from 1.
    pub(super) fn of(number: u64) -> Self {
        if number <= Self::ROWS {
            Verbosity::Whole
        } else {
            Verbosity::Brief
        }
    }

    /// The faults that are listed.
    pub(super) fn faults(self, all: &[Fault]) -> &[Fault] {
        match self {
            Verbosity::Whole => all,
            Verbosity::Brief => &all[..all.len().min(Self::FAULTS)],
        }
    }
}

/// One row, and why it is here.
#[derive(Debug, Clone)]
pub(super) struct Entry<'r> {
    /// Where it starts.
    pub(super) place: Place,
    /// The record's text.
    pub(super) text: &'r [u8],
    /// Whether `text` can stand as a record.
    pub(super) is_record: bool,
    /// Whether a text that cannot is left out.
    pub(super) is_cut: bool,
    /// Several are joined by `; `.
    pub(super) reason: String,
    /// The fields of the reasons, in the same order.
    pub(super) field: String,
    /// What to do about them, in the same order; empty in brief.
    pub(super) hint: String,
}

impl<'r> Entry<'r> {
    /// A rejected row.
    pub(super) fn rejected(rejection: &'r Rejection, detail: Verbosity) -> Self {
        let joined = |part: fn(&Fault) -> &str| {
            let listed = detail.faults(&rejection.faults);
            let parts: Vec<_> = listed.iter().map(part).collect();
            parts.join("; ")
        };
        let hint = match detail {
            Verbosity::Whole => joined(|fault| &fault.hint),
            Verbosity::Brief => String::new(),
        };
        Entry {
            place: rejection.place,
            text: &rejection.text,
            is_record: rejection.is_record,
            is_cut: false,
            reason: joined(|fault| fault.code.name()),
            field: joined(|fault| &fault.field),
            hint,
        }
    }

    /// A valid row that did not arrive.
    pub(super) fn event(event: &'r Event, reason: &str) -> Self {
        Entry {
            place: event.place,
            text: &event.text,
            is_record: true,
            is_cut: false,
            reason: reason.into(),
            field: String::new(),
            hint: String::new(),
        }
    }
}

impl Entry<'_> {
    /// The same with a note in the place of its text, which cannot stand as a record.
    pub(super) fn cut(&self, source: &Source) -> Self {
        let (bytes, file, line) = (self.text.len(), source.name(), self.place.line);
        Entry {
            hint: format!(
                "its {} bytes are left out, for the report would outgrow its input: see \
                 {file}:{line}",
                thousands(bytes)
            ),
            is_cut: true,
            ..self.clone()
        }
    }
}

/// The first line of an input's file.
pub(super) fn header(source: &Source) -> String {
    let Shape::Csv { delimiter, header } = &source.shape else {
        return String::new();
    };
    let between = char::from(*delimiter).to_string();
    let ours = rejects::BEFORE.join(&between);
    format!("{ours}{between}{header}{between}_raw\n")
}

/// One row as it stands in the file.
pub(super) fn record(source: &Source, entry: &Entry<'_>) -> Vec<u8> {
    match &source.shape {
        Shape::Csv { delimiter, header } => csv_record(source, entry, *delimiter, header),
        Shape::Ndjson => ndjson_record(source, entry),
    }
}

fn csv_record(source: &Source, entry: &Entry<'_>, delimiter: u8, header: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(entry.text.len() + 128);
    let line = entry.place.line.to_string();
    let file = relative(source.name());
    for text in [&entry.reason, &entry.field, &entry.hint, &file, &line] {
        out.extend(escape::cell(text, delimiter).as_bytes());
        out.push(delimiter);
    }
    if entry.is_record && std::str::from_utf8(entry.text).is_ok() {
        out.extend(entry.text);
        out.push(delimiter);
    } else {
        out.extend(std::iter::repeat_n(delimiter, columns(header, delimiter)));
        out.extend(raw_cell(entry).as_bytes());
    }
    out.push(b'\n');
    out
}

/// The cell `_raw`.
fn raw_cell(entry: &Entry<'_>) -> String {
    let line = raw(entry);
    if rejects::is_text(&line) {
        // It has no quotes of its own.
        return format!("\"{line}\"");
    }
    // Base64 may begin with a plus, which is a formula; the reader trims.
    let guard = if line.starts_with('+') { " " } else { "" };
    format!("{guard}{line}")
}

/// The line; or that it is not here, which cannot be read back as one.
fn raw(entry: &Entry<'_>) -> String {
    if entry.is_cut {
        "(left out)".into()
    } else {
        rejects::raw_cell(entry.text)
    }
}

/// A relative path that a spreadsheet would take for a formula, as the same path without harm.
fn relative(path: &str) -> String {
    let guard = if path.starts_with(['=', '+', '-', '@']) {
        "./"
    } else {
        ""
    };
    format!("{guard}{path}")
}

/// How many cells a header has.
fn columns(header: &str, delimiter: u8) -> usize {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .from_reader(header.as_bytes());
    let mut cells = csv::ByteRecord::new();
    match reader.read_byte_record(&mut cells) {
        Ok(true) => cells.len(),
        _ => 1,
    }
}

fn ndjson_record(source: &Source, entry: &Entry<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(entry.text.len() + 128);
    let ours = [&entry.reason, &entry.field, &entry.hint, source.name()];
    for (index, (name, text)) in rejects::BEFORE.iter().zip(ours).enumerate() {
        let opening = if index == 0 { '{' } else { ',' };
        let text = serde_json::Value::from(text).to_string();
        let text = escape::json(&text);
        out.extend(format!("{opening}\"{name}\":{text}").as_bytes());
    }
    out.extend(format!(",\"_line\":{}", entry.place.line).as_bytes());
    match members(entry) {
        Some([]) => out.push(b'}'),
        Some(members) => {
            out.push(b',');
            out.extend(members);
            out.push(b'}');
        }
        None => {
            let line = serde_json::Value::from(raw(entry)).to_string();
            out.extend(format!(",\"_raw\":{}}}", escape::json(&line)).as_bytes());
        }
    }
    out.push(b'\n');
    out
}

/// The inside of an object, unchanged.
fn members<'r>(entry: &Entry<'r>) -> Option<&'r [u8]> {
    let text = std::str::from_utf8(entry.text).ok()?;
    let inside = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let whole = entry.is_record && !inside.contains(['\n', '\r']);
    whole.then(|| inside.trim().as_bytes())
}

/// An input as the report's files see it: its name, and the shape of its records.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path as the user gave it, `-` for standard input.
    pub path: String,
    /// How its records are written.
    pub shape: Shape,
}

/// How an input's records are written.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Records with a header.
    Csv {
        /// The byte between cells.
        delimiter: u8,
        /// The header's text in UTF-8 as it stands in the input, without BOM and line ending.
        header: Arc<str>,
    },
    /// One object a line.
    Ndjson,
}

impl Source {
    /// Whether the rows cannot be read a second time.
    pub fn is_stdin(&self) -> bool {
        self.path == "-"
    }

    /// The name in `_file`, in examples and in messages.
    pub fn name(&self) -> &str {
        if self.is_stdin() { "stdin" } else { &self.path }
    }

    /// The name for a file about the `number`th input: `3-events.csv`. Harmless whatever the
    /// input is called.
    pub fn file_name(&self, number: u32) -> String {
        let base = self.name().rsplit(['/', '\\']).next().unwrap_or_default();
        let base = without(base, &[".gz", ".zst"]);
        let stem = without(base, &[".csv", ".tsv", ".ndjson", ".jsonl", ".json"]);
        let plain = |c: char| {
            if c.is_alphanumeric() || "._-".contains(c) {
                c
            } else {
                '_'
            }
        };
        let stem: String = stem.chars().map(plain).take(60).collect();
        let extension = match self.shape {
            Shape::Csv { .. } => "csv",
            Shape::Ndjson => "ndjson",
        };
        format!("{number}-{stem}.{extension}")
    }
}

fn without<'n>(name: &'n str, endings: &[&str]) -> &'n str {
    let ending = |ending: &&&str| {
        let start = name.len().saturating_sub(ending.len());
        start > 0
            && name
                .get(start..)
                .is_some_and(|end| end.eq_ignore_ascii_case(ending))
    };
    match endings.iter().find(ending) {
        Some(ending) => &name[..name.len() - ending.len()],
        None => name,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::model::Code;
    use crate::report::tests::sample;

    fn written(source: &Source, rejection: &Rejection) -> String {
        let bytes = record(source, &Entry::rejected(rejection, Verbosity::Whole));
        String::from_utf8(bytes).unwrap()
    }

    fn semicolons() -> Source {
        Source {
            path: "a;b.csv".into(),
            shape: Shape::Csv {
                delimiter: b';',
                header: "id;price".into(),
            },
        }
    }

    #[test]
    fn the_header_stays_as_it_was() {
        let comma = "_reason,_field,_hint,_file,_line,id,\"Unit price\",_raw\n";
        assert_eq!(header(&sample::csv("events.csv")), comma);
        let semicolon = "_reason;_field;_hint;_file;_line;id;price;_raw\n";
        assert_eq!(header(&semicolons()), semicolon);
        assert_eq!(header(&sample::ndjson("-")), "");
    }

    #[test]
    fn the_record_stays_as_it_was() {
        let text = "7,\"say \"\"=1+1\"\",\nnew line\"";
        let faults = vec![
            sample::price_fault("x"),
            Fault::new(Code::MissingIp, "ip_address", "", "map it, or \"none\""),
        ];
        let rejection = sample::rejection(41, text, faults);
        let expected = "invalid_number; missing_ip,price; ip_address,\
            \"decimal commas need a mapping that says so; map it, or \"\"none\"\"\",\
            events.csv,41,7,\"say \"\"=1+1\"\",\nnew line\",\n";
        assert_eq!(written(&sample::csv("events.csv"), &rejection), expected);
    }

    #[test]
    fn semicolons_quote_what_holds_several_reasons() {
        let fault = || sample::price_fault("x");
        let rejection = sample::rejection(2, "1;2", vec![fault(), fault()]);
        let expected = "\"invalid_number; invalid_number\";\"price; price\";\
            \"decimal commas need a mapping that says so; decimal commas need a mapping that \
            says so\";\"a;b.csv\";2;1;2;\n";
        assert_eq!(written(&semicolons(), &rejection), expected);
    }

    #[test]
    fn hostile_text_is_neither_formula_nor_terminal() {
        let fault = Fault::new(
            Code::InvalidChoice,
            "@SUM(1)\u{202e}",
            "=cmd()",
            "=cmd|' /C calc'!A0\u{1b}[2J",
        );
        let rejection = sample::rejection(2, "1,2", vec![fault]);
        let expected = "invalid_choice,'@SUM(1)\\u{202e},'=cmd|' /C calc'!A0\\u{1b}[2J,\
            ./=x.csv,2,1,2,\n";
        assert_eq!(written(&sample::csv("=x.csv"), &rejection), expected);
    }

    #[test]
    fn what_is_no_record_goes_into_raw() {
        let fault = Fault::new(Code::InvalidUtf8, "", "", "save the file as UTF-8");
        let mut rejection = sample::rejection(3, "", vec![fault]);
        rejection.is_record = false;
        rejection.text = b"\xf8,\"open".as_slice().into();
        let expected = "invalid_utf8,,save the file as UTF-8,stdin,3,,, +CwibxBlbg==\n";
        let expected = expected.replace("+CwibxBlbg==", &STANDARD.encode(&rejection.text));
        assert!(expected.contains(", +"), "{expected}");
        assert_eq!(written(&sample::csv("-"), &rejection), expected);

        let expected = format!(
            "{{\"_reason\":\"invalid_utf8\",\"_field\":\"\",\"_hint\":\"save the file as UTF-8\",\
             \"_file\":\"stdin\",\"_line\":3,\"_raw\":\"{}\"}}\n",
            STANDARD.encode(&rejection.text)
        );
        assert_eq!(written(&sample::ndjson("-"), &rejection), expected);
    }

    #[test]
    fn a_damaged_row_is_hardly_longer_than_it_was() {
        for line in ["x", "aa\",\"bb", "\"", "\\\"", "\u{540d},", "{\"a\":\"b"] {
            for length in [100, 400, 30_000] {
                let fault = Fault::new(Code::MalformedRow, "", "", "");
                let mut rejection = sample::rejection(3, &line.repeat(length), vec![fault]);
                rejection.is_record = false;
                for source in [sample::csv("a.csv"), sample::ndjson("a.ndjson")] {
                    let more = written(&source, &rejection).len() - rejection.text.len();
                    assert!(more < 200, "{line} {length}: {more}");
                }
            }
        }
    }

    #[test]
    fn objects_keep_their_members_as_they_were() {
        let fault = || {
            vec![Fault::new(
                Code::InvalidTime,
                "event_time",
                "",
                "\u{9b}say \"when\"",
            )]
        };
        let ours = "{\"_reason\":\"invalid_time\",\"_field\":\"event_time\",\
            \"_hint\":\"\\u009bsay \\\"when\\\"\",\"_file\":\"a.ndjson\",\"_line\":5";
        for (text, members) in [
            (
                " {\"a\": 1.50, \"b\":\"\\u001b\"} ",
                ",\"a\": 1.50, \"b\":\"\\u001b\"}\n",
            ),
            ("{}", "}\n"),
            ("[1]", ",\"_raw\":\"WzFd\"}\n"),
        ] {
            let rejection = sample::rejection(5, text, fault());
            let text = written(&sample::ndjson("a.ndjson"), &rejection);
            assert_eq!(text, format!("{ours}{members}"));
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        }
    }

    #[test]
    fn file_names_are_harmless() {
        let named = |path: &str| {
            let source = Source {
                path: path.into(),
                shape: Shape::Ndjson,
            };
            source.file_name(2)
        };
        assert_eq!(named("-"), "2-stdin.ndjson");
        assert_eq!(named("a/b/Events.JSONL.GZ"), "2-Events.ndjson");
        assert_eq!(named("..\\..\\x y.csv.zst"), "2-x_y.ndjson");
        assert_eq!(named("a/../"), "2-.ndjson");
        assert_eq!(named("\u{1b}[2J\u{202e}é.txt"), "2-__2J_é.txt.ndjson");
        assert_eq!(named(&"x".repeat(300)).len(), 2 + 60 + 7);
    }
}
