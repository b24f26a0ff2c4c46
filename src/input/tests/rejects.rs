//! Files of rejects, read back.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::seen::{rows, rows_with};
use crate::input::header::ReadOptions;

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
