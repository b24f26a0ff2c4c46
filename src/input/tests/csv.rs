//! CSV records into cells: lines, quotes, widths, faults.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::seen::{rest, rows, rows_with, source, told};
use crate::input::header::ReadOptions;
use crate::model::Cells;

#[test]
fn lines_are_physical_after_quoted_newlines_and_blank_lines() {
    let text = "\n\na,b\r\n1,\"x\r\ny\"\r\n\r\n  \r\n2,z\r\n3,\"\"\"q\"\"\"\r\n4,\"last\"";
    assert_eq!(
        rows(text),
        ["4: 1|x\r\ny", "8: 2|z", "9: 3|\"q\"", "10: 4|last"]
    );
}

#[test]
fn ragged_rows_are_damaged_alone_and_the_hint_counts() {
    let text = "a,b,c\n1,2\n1,2,3\n1,2,3,4\n4,5,6\n";
    assert_eq!(
        rows(text),
        [
            "2: (malformed_row)",
            "3: 1|2|3",
            "4: (malformed_row)",
            "5: 4|5|6"
        ]
    );
    let mut source = source(text.as_bytes(), &ReadOptions::default(), 1024);
    let mut hints = Vec::new();
    source
        .next_chunk()
        .unwrap()
        .unwrap()
        .for_each(|row| {
            if let Cells::Damaged(fault) = row.cells {
                hints.push(format!("{}: {}", fault.value, fault.hint));
            }
        })
        .unwrap();
    assert_eq!(
        hints,
        [
            "1,2: 2 cells found, 3 expected as in the header; the row is cut short or lacks a \
             delimiter: write what is missing, empty cells too",
            "1,2,3,4: 4 cells found, 3 expected as in the header; put cells that hold the \
             delimiter in quotes",
        ]
    );
}

#[test]
fn delimiters_at_the_end_of_every_row_are_read_over() {
    assert_eq!(
        rows("a,b\n1,2,\n3,,\n,,\n4,5,\n"),
        ["2: 1|2", "3: 3|", "4: (empty)", "5: 4|5"]
    );
    // without one a row may have lost a cell
    assert_eq!(
        rows("a,b\n1,2,,\n3,4,,\n5,6,,\n7,8\n"),
        ["2: 1|2", "3: 3|4", "4: 5|6", "5: (malformed_row)"]
    );
    // and at the end of some rows only they may be cells that belong elsewhere
    assert_eq!(rows("a,b\n1,2\n3,4,\n"), ["2: 1|2", "3: (malformed_row)"]);
    assert_eq!(
        rows("a,b\n3,4,\n1,2\n5,6\n"),
        ["2: (malformed_row)", "3: 1|2", "4: 5|6"]
    );
}

#[test]
fn a_last_column_without_a_name_is_read_over_as_long_as_it_is_empty() {
    assert_eq!(
        rows("a\tb\t\n1\t2\t\n3\t4\tx\n5\t\t\n"),
        ["2: 1|2", "3: (malformed_row)", "4: 5|"]
    );
    assert_eq!(rows("a,b,\n1,2\n3,4\n"), ["2: 1|2", "3: 3|4"]);
}

#[test]
fn a_header_among_the_rows_is_named_and_another_one_ends_reading() {
    assert_eq!(
        rows("a,b\n1,2\na,\"b\"\n3,4\n"),
        ["2: 1|2", "3: (malformed_row)", "4: 3|4"]
    );
    for text in ["a,b\n1,2\nb,a\n3,4\n", "a,b\n1,2\na,b,c\n3,4,5\n"] {
        let mut source = source(text.as_bytes(), &ReadOptions::default(), 1024);
        let (seen, ended) = rest(&mut source);
        assert_eq!(told(&seen), ["2: 1|2"]);
        assert_eq!(ended.unwrap_err(), "another header in line 3");
    }
}

#[test]
fn rows_of_only_empty_cells_are_empty_and_blank_lines_are_none() {
    assert_eq!(
        rows("a,b\n,\n\n , \n\"\",\"\"\n,,,\n1,\n"),
        [
            "2: (empty)",
            "4: (empty)",
            "5: (empty)",
            "6: (empty)",
            "7: 1|"
        ]
    );
    assert_eq!(rows("a\tb\n\t\n1\t2\n"), ["2: (empty)", "3: 1|2"]);
    assert_eq!(rows("a\n\"\"\n\nx\n"), ["2: (empty)", "4: x"]);
}

#[test]
fn an_unclosed_quote_costs_its_first_line() {
    assert_eq!(
        rows("a,b\n1,\"open\n2,x\n3,\"y\"\n"),
        ["2: (malformed_row)", "3: 2|x", "4: 3|y"]
    );
    assert_eq!(
        rows("a,b\n1,\"in\"ch\n2,x\n"),
        ["2: (malformed_row)", "3: 2|x"]
    );
    assert_eq!(
        rows("a,b\n1,\"two\nlines\" and\n2,x\n"),
        ["2: (malformed_row)", "3: (malformed_row)", "4: 2|x"]
    );
    assert_eq!(rows("a,b\n1,x\n2,\"open"), ["2: 1|x", "3: (malformed_row)"]);
}

#[test]
fn a_thousand_lines_are_the_most_that_quotes_hold() {
    let held = |lines: usize| format!("a,b\n1,\"{}\"\n2,x\n", "\n".repeat(lines - 1));
    assert_eq!(rows(held(1_000))[1..], ["1002: 2|x"]);
    let over = rows(held(1_001));
    assert_eq!(over[0], "2: (malformed_row)");
    assert_eq!(over[over.len() - 1], "1003: 2|x");
}

#[test]
fn a_quote_inside_an_unquoted_cell_is_text() {
    assert_eq!(
        rows("a,b\n5\" disk,x\"y\"\n \"z\",\"\"\n"),
        ["2: 5\" disk|x\"y\"", "3:  \"z\"|"]
    );
}

#[test]
fn bytes_that_are_not_utf8_cost_their_row() {
    assert_eq!(
        rows(b"a,b\n1,\xE9t\xE9\n2,\"\xFF\"\n3,\xC3\xA9\n\0,\x1B[31m\n"),
        [
            "2: (invalid_utf8)",
            "3: (invalid_utf8)",
            "4: 3|é",
            "5: \0|\u{1b}[31m"
        ]
    );
}

#[test]
fn text_is_the_record_as_it_stands_there() {
    let seen = rows_with(b"a,b\n1,\"x\"\"\"\r\n", &ReadOptions::default(), 64);
    assert_eq!(seen[0].text, b"1,\"x\"\"\"");
}
