//! What may change between two runs without a row being sent again.

use super::place::Place;
use super::rows::{Row, csv, csv_in_order};
use super::tenjin::Tenjin;

/// Uploads rows with and without ids, then the variant, which must send nothing.
#[track_caller]
fn sends_nothing(variant: impl Fn(&Place, &[Row]), arguments: &str, key: &str) {
    for dress in [|row| row, Row::with_id] {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        let rows: Vec<Row> = (0..50).map(|number| dress(Row::nth(number, 9))).collect();
        place.export("first.csv", &rows);
        variant(&place, &rows);
        let first = place.upload(&tenjin.server, "first.csv").end().expect(0);
        assert_eq!(first.four(), [50, 0, 0, 0]);
        let mut second = place.upload(&tenjin.server, arguments);
        second.command.env("TENJIN_SDK_KEY", key);
        let second = second.end().expect(0);
        assert_eq!(second.four(), [0, 50, 0, 0]);
        assert_eq!(tenjin.requests(), 50);
    }
}

#[test]
fn the_key() {
    sends_nothing(|_, _| (), "first.csv", "ANOTHERKEY987654");
}

#[test]
fn the_order_of_columns() {
    let reversed = |place: &Place, rows: &[Row]| {
        place.write("second.csv", &csv_in_order(rows, |cells| cells.reverse()));
    };
    sends_nothing(reversed, "second.csv", "KEY0123456789");
}

#[test]
fn an_optional_field_and_the_form_of_ids() {
    for arguments in [
        "first.csv --set locale=en_US",
        "first.csv --id-format dashed",
        "first.csv --id-format keep --set country=DE --send-event-time",
        "first.csv --concurrency 1 --batch-size 7 --in-doubt hold",
    ] {
        sends_nothing(|_, _| (), arguments, "KEY0123456789");
    }
}

#[test]
fn the_spelling() {
    let upper = |place: &Place, rows: &[Row]| {
        let text = csv(rows)
            .replace(',', ";")
            .replace("00004000800000000", "-0000-4000-8000-00000")
            .replace("T00:00:", " 00:00:");
        place.write("second.csv", &text.replace("0000a-", "0000A-"));
    };
    sends_nothing(upper, "second.csv", "KEY0123456789");
    let zoned = |place: &Place, rows: &[Row]| {
        let text = csv(rows).replace("T00:", "T02:").replace("Z,", "+02:00,");
        place.write("second.csv", &text.replace(",1,USD", ",01,usd"));
    };
    sends_nothing(zoned, "second.csv", "KEY0123456789");
}
