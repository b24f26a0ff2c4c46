//! What may change between two runs without a row being sent again.

use std::fmt::Write;

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
        // rows that have none get one
        "first.csv --set customer_user_id=ann",
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

/// Purchases of users, without any id of a device.
fn of_users(place: &Place, name: &str, mapped: &str) {
    let mut text = format!("kind,event_time,bundle_id,platform,os_version,ip_address,{mapped},");
    text += "app_version,product_id,price,quantity,currency\n";
    for number in 0..40 {
        let user = number % 7;
        let _ = writeln!(
            text,
            "purchase,2026-03-01T00:00:{number:02}Z,com.example.game,android,34,198.51.100.7,\
             user-{user},r{number},coins,0.99,1,USD"
        );
    }
    place.write(name, &text);
}

/// A table of the users' ids; another one for another `round`.
fn table(place: &Place, round: u32) {
    let mut text = String::from("customer_user_id,analytics_installation_id,advertising_id\n");
    for user in 0..7 {
        let advertising = if round == 0 {
            String::new()
        } else {
            format!("{:032x}", 77 + user)
        };
        let _ = writeln!(
            text,
            "user-{user},{round:08x}00004000800000000000000{user},{advertising}"
        );
    }
    place.write("users.csv", &text);
}

const BY_USER: &str = "--lookup users.csv --lookup-key customer_user_id";
const DERIVED: &str = "--derive-installation-id customer_user_id";

#[test]
fn where_the_ids_come_from() {
    let lookup = format!("in.csv {BY_USER}");
    let derived = format!("in.csv {DERIVED}");
    let ways = [lookup.as_str(), &derived];
    for first in ways {
        let (tenjin, place) = (Tenjin::new(), Place::new());
        of_users(&place, "in.csv", "customer_user_id");
        table(&place, 0);
        let sent = place.upload(&tenjin.server, first).end().expect(0);
        assert_eq!(sent.four(), [40, 0, 0, 0]);
        // the table is refreshed: other installations, and advertising ids
        table(&place, 1);
        for second in ways {
            let again = place.upload(&tenjin.server, second).end().expect(0);
            assert_eq!(again.four(), [0, 40, 0, 0], "{first}, then {second}");
        }
        assert_eq!(tenjin.requests(), 40);
    }
}

#[test]
fn the_name_of_a_column() {
    let (tenjin, place) = (Tenjin::new(), Place::new());
    of_users(&place, "in.csv", "customer_user_id");
    of_users(&place, "other.csv", "Player");
    table(&place, 0);
    let first = format!("in.csv {BY_USER}");
    place.upload(&tenjin.server, &first).end().expect(0);
    let mapped = format!("other.csv {BY_USER} --map customer_user_id=Player");
    let again = place.upload(&tenjin.server, &mapped).end().expect(0);
    assert_eq!(again.four(), [0, 40, 0, 0]);
    assert_eq!(tenjin.requests(), 40);
}
