//! Our own rejects files, read back: the columns that we put in front and behind do not exist,
//! and a line that could not stand there as a record is taken out of the cell `_raw`.
//!
//! The text of such a row is that of the original record, so that rejects of rejects do not
//! grow. A mended cell counts more than the line beside it.

use std::borrow::Cow;

use super::boundary::{Progress, Trail, Verdict};
use super::chunk::OtherHeader;
use super::csv_rows::{Record, raw_cells, unquoted};
use super::damage;
use super::dialect::Dialect;
use super::json_rows::{self, Members};
use super::raw_line;
use crate::model::{Cells, Code, Fault, RawRow};

/// What stands before the original columns.
pub(super) const BEFORE: [&str; 5] = ["_reason", "_field", "_hint", "_file", "_line"];
/// What stands behind them: a line that is no record.
pub(super) const RAW: &str = "_raw";
/// How many columns are ours.
pub(super) const OWN_COLUMNS: usize = BEFORE.len() + 1;

/// Whether these are the columns of a rejects file.
pub(super) fn is_header(names: &[String]) -> bool {
    names.len() > OWN_COLUMNS
        && BEFORE.iter().zip(names).all(|(own, name)| own == name)
        && names.last().is_some_and(|name| name == RAW)
}

/// The original part of a record or header, between our columns.
pub(super) fn original<'c>(text: &'c str, raw: &[&str]) -> &'c str {
    let width = |cells: &[&str]| cells.iter().map(|cell| cell.len() + 1).sum::<usize>();
    let start = width(&raw[..BEFORE.len()]);
    let end = text.len() - width(&raw[raw.len() - 1..]);
    &text[start..end]
}

/// Cuts a record of a rejects file.
pub(super) fn csv_row(
    record: &Record<'_>,
    dialect: &Dialect,
    visit: &mut impl FnMut(RawRow<'_>),
) -> Result<(), OtherHeader> {
    let origin = origin(record, dialect);
    let origin = origin.as_ref().map(|(file, line)| (file.as_str(), *line));
    let visit = &mut |row: RawRow<'_>| visit(RawRow { origin, ..row });
    match between(record, dialect) {
        Ok(Inner::Record(text)) => Record {
            bytes: text.as_bytes(),
            text: Some(text),
            ..*record
        }
        .cut(dialect, &mut Vec::new(), visit),
        Ok(Inner::Line(line)) => csv_line(&line, record, dialect, visit),
        Err((text, fault)) => {
            visit(RawRow {
                place: record.place,
                text: &text,
                cells: Cells::Damaged(fault),
                origin: None,
            });
            Ok(())
        }
    }
}

/// The original record, if a row holds one.
pub(super) fn inner_record<'c>(record: &Record<'c>, dialect: &Dialect) -> Option<&'c str> {
    match between(record, dialect) {
        Ok(Inner::Record(text)) => Some(text),
        _ => None,
    }
}

/// Where the row stood at first; nothing, if somebody has mended that away.
fn origin(record: &Record<'_>, dialect: &Dialect) -> Option<(String, u64)> {
    let text = record.text(dialect).ok()?;
    let mut raw = raw_cells(text, dialect.delimiter).skip(3);
    let (file, line) = (raw.next()?, raw.next()?);
    first_place(&unquoted(file), &unquoted(line))
}

/// A file name that a spreadsheet would have taken for a formula was written as `./=…`.
fn first_place(file: &str, line: &str) -> Option<(String, u64)> {
    let file = file.strip_prefix("./").unwrap_or(file);
    Some((file.to_owned(), line.trim().parse().ok()?))
}

/// What a rejects file holds for a row.
enum Inner<'c> {
    Record(&'c str),
    Line(Vec<u8>),
}

/// A fault, and the text to show with it.
type Damage<'c> = (Cow<'c, [u8]>, Fault);

fn between<'c>(record: &Record<'c>, dialect: &Dialect) -> Result<Inner<'c>, Damage<'c>> {
    let bytes = record.bytes;
    let text = record.text(dialect).map_err(|fault| {
        let kept = damage::start_of_long(bytes, bytes.len().min(dialect.max_row_bytes));
        let text = if fault.code == Code::TooLong {
            kept
        } else {
            bytes
        };
        (text.into(), fault)
    })?;
    let raw: Vec<&str> = raw_cells(text, dialect.delimiter).collect();
    if raw.len() <= OWN_COLUMNS {
        let expected = dialect.columns + OWN_COLUMNS;
        return Err((bytes.into(), damage::ragged(bytes, raw.len(), expected)));
    }
    let line = unquoted(raw[raw.len() - 1]);
    let mended = &raw[BEFORE.len()..raw.len() - 1];
    let is_blank = |cell: &&str| unquoted(cell).trim().is_empty();
    if line.trim().is_empty() || !mended.iter().all(is_blank) {
        return Ok(Inner::Record(original(text, &raw)));
    }
    unpacked(&line, &unquoted(raw[0]), dialect).map(Inner::Line)
}

/// The line in the cell. What was cut off for its length must not pass for a row.
fn unpacked<'c>(cell: &str, reason: &str, dialect: &Dialect) -> Result<Vec<u8>, Damage<'c>> {
    let Some(line) = raw_line::read(cell) else {
        let hint = "the cell _raw is not as it was written; empty it and fill in the other columns";
        let fault = damage::malformed(cell.as_bytes(), hint);
        return Err((cell.as_bytes().to_vec().into(), fault));
    };
    if reason.trim() == Code::TooLong.name() {
        let fault = damage::too_long(&line, dialect.max_row_bytes);
        return Err((line.into(), fault));
    }
    Ok(line)
}

/// One row for one line, also where it holds the start of another.
fn csv_line(
    line: &[u8],
    outer: &Record<'_>,
    dialect: &Dialect,
    visit: &mut impl FnMut(RawRow<'_>),
) -> Result<(), OtherHeader> {
    let step = Trail::default()
        .step(line, Progress::default(), dialect, true)
        .ok();
    let whole = step.filter(|step| step.next == line.len());
    let record = Record {
        place: outer.place,
        verdict: whole.map_or(Verdict::Unclosed, |step| step.verdict),
        bytes: &line[..whole.map_or(line.len(), |step| step.end)],
        text: None,
    };
    record.cut(dialect, &mut Vec::new(), visit)
}

/// Shows an object that has `_reason`, without the members that are ours.
pub(super) fn json_row(
    place: crate::model::Place,
    members: &Members<'_>,
    dialect: &Dialect,
    visit: &mut impl FnMut(RawRow<'_>),
) {
    let own = |name: &str| name == RAW || BEFORE.contains(&name);
    let (ours, original): (Members<'_>, Members<'_>) =
        members.iter().cloned().partition(|(name, _)| own(name));
    let ours_all = ours;
    let ours = |name: &str| {
        let member = ours_all.iter().find(|(key, _)| key == name);
        member.and_then(|(_, value)| serde_json::from_str::<Cow<'_, str>>(value).ok())
    };
    let line = ours_raw(&ours_all, BEFORE[4]);
    let origin = ours(BEFORE[3])
        .zip(line)
        .and_then(|(file, line)| first_place(&file, line));
    let origin = origin.as_ref().map(|(file, line)| (file.as_str(), *line));
    let mut noted = |row: RawRow<'_>| visit(RawRow { origin, ..row });
    // Erased, since the line in a cell is cut by the function that came by here.
    let mut visit: Box<dyn FnMut(RawRow<'_>)> = Box::new(&mut noted);
    let visit = &mut visit;
    let (Some(line), true) = (ours(RAW), original.is_empty()) else {
        let text = written(&original);
        let cells = json_rows::judged(&original);
        return visit(RawRow {
            place,
            text: text.as_bytes(),
            cells,
            origin: None,
        });
    };
    let reason = ours(BEFORE[0]).unwrap_or_default();
    match unpacked(&line, &reason, dialect) {
        Ok(line) => json_rows::line(place, &line, dialect, &mut Vec::new(), visit),
        Err((line, fault)) => visit(RawRow {
            place,
            text: &line,
            cells: Cells::Damaged(fault),
            origin: None,
        }),
    }
}

/// A member as it stands: a number, or one in quotes.
fn ours_raw<'c>(members: &'c Members<'_>, name: &str) -> Option<&'c str> {
    let member = members.iter().find(|(key, _)| key == name);
    member.map(|(_, value)| value.trim_matches('"'))
}

/// The object without our members; values stay as they stand.
fn written(members: &Members<'_>) -> String {
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("{}:{value}", serde_json::Value::from(name.as_ref())))
        .collect();
    format!("{{{}}}", members.join(","))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;

    use super::super::dialect::ReadOptions;
    use super::super::tests::seen::{rows, rows_with};

    const HEADER: &str = "_reason,_field,_hint,_file,_line,id,note,_raw\n";

    fn base64(line: &[u8]) -> String {
        BASE64_STANDARD.encode(line)
    }

    #[test]
    fn only_the_original_columns_exist() {
        let text = format!("{HEADER}invalid_number,price,\"a, b\",x.csv,7,1,\"x,\"\"y\n\",\n");
        assert_eq!(rows(&text), ["2: 1|x,\"y\n"]);
        let seen = rows_with(text.as_bytes(), &ReadOptions::default(), 64);
        assert_eq!(seen[0].text, b"1,\"x,\"\"y\n\"");
    }

    #[test]
    fn a_line_in_base64_is_judged_again_at_its_place_here() {
        let row = |reason: &str, line: &[u8]| format!("{reason},,h,x.csv,7,,,{}\n", base64(line));
        let text = [
            HEADER,
            &row("malformed_row", b"1,\"open"),
            &row("malformed_row", b"1,2,3"),
            &row("invalid_utf8", b"1,\xFF"),
            &row("malformed_row", b"1,\"fine\nnow\""),
            &row("malformed_row", b"1,a\n2,b"),
            &row("too_long", b"1,cut of"),
            "malformed_row,,h,x.csv,7,,,no*base64\n",
        ]
        .concat();
        assert_eq!(
            rows(&text),
            [
                "2: (malformed_row)",
                "3: (malformed_row)",
                "4: (invalid_utf8)",
                "5: 1|fine\nnow",
                "6: (malformed_row)",
                "7: (too_long)",
                "8: (malformed_row)"
            ]
        );
        let seen = rows_with(text.as_bytes(), &ReadOptions::default(), 64);
        let texts: Vec<&[u8]> = seen.iter().map(|row| row.text.as_slice()).collect();
        let expected: [&[u8]; 6] = [
            b"1,\"open",
            b"1,2,3",
            b"1,\xFF",
            b"1,\"fine\nnow\"",
            b"1,a\n2,b",
            b"1,cut of",
        ];
        assert_eq!(texts[..6], expected);
    }

    #[test]
    fn mended_cells_count_more_than_the_base64_beside_them() {
        let text = format!(
            "{HEADER}malformed_row,,h,x.csv,7,1,mended,{}\n",
            base64(b"1,\"x")
        );
        assert_eq!(rows(text), ["2: 1|mended"]);
    }

    #[test]
    fn rows_that_lost_or_gained_cells_are_damaged_alone() {
        let text = format!("{HEADER}r,,h,x,7,1,2,3,\nr,,h,x,7,1\n1,2\n,,,,,,,\nr,,h,x,7,5,6,\n");
        assert_eq!(
            rows(text),
            [
                "2: (malformed_row)",
                "3: (malformed_row)",
                "4: (malformed_row)",
                "5: (empty)",
                "6: 5|6"
            ]
        );
    }

    #[test]
    fn a_column_called_like_one_of_ours_is_a_column() {
        assert_eq!(rows("_reason,_raw\nx,y\n"), ["2: x|y"]);
        assert_eq!(rows("{\"_raw\":1,\"_file\":2}"), ["1: _raw=1|_file=2"]);
    }

    #[test]
    fn objects_lose_our_members() {
        let own = r#""_reason":"r","_field":"f","_hint":"h","_file":"x","_line":7"#;
        let lines = [
            format!(r#"{{{own},"price":12.50,"a":"é"}}"#),
            format!(r#"{{{own},"_raw":"{}"}}"#, base64(br#"{"a":"#)),
            format!(r#"{{{own},"_raw":"{}"}}"#, base64(br#"{"a":1}"#)),
            format!(r#"{{{own},"a":2,"_raw":"{}"}}"#, base64(b"{")),
            format!(r#"{{{own},"_raw":"%"}}"#),
        ];
        let text = lines.join("\n");
        assert_eq!(
            rows(&text),
            [
                "1: price=12.50|a=\"é\"",
                "2: (malformed_row)",
                "3: a=1",
                "4: a=2",
                "5: (malformed_row)"
            ]
        );
        let seen = rows_with(text.as_bytes(), &ReadOptions::default(), 1 << 20);
        assert_eq!(seen[0].text, r#"{"price":12.50,"a":"é"}"#.as_bytes());
        assert_eq!(seen[1].text, br#"{"a":"#);
    }

    #[test]
    fn a_reject_inside_a_reject_ends() {
        let mut line = br#"{"a":1}"#.to_vec();
        for _ in 0..5 {
            line = format!(r#"{{"_reason":"r","_raw":"{}"}}"#, base64(&line)).into_bytes();
        }
        assert_eq!(rows(line).len(), 1);
    }
}
