//! The shelf against a plain map, deep enough for all its levels; and ordinals of long inputs.

use std::collections::HashMap;

use rusqlite::Connection;

use crate::event::Fingerprint;
use crate::ledger::pack::Key;
use crate::ledger::seen::Seen;
use crate::ledger::shelf::Shelf;
use crate::ledger::store;

fn key(number: u64) -> Key {
    blake3::hash(&number.to_le_bytes()).as_bytes()[..16]
        .try_into()
        .unwrap()
}

#[test]
fn a_shelf_keeps_what_was_put_on_it() {
    let connection = store::open_temporary().unwrap();
    let sql = Shelf::<4>::schema("shelf");
    connection.execute_batch(&sql).unwrap();
    let mut shelf: Shelf<4> = Shelf::open(&connection, "shelf").unwrap();
    let mut expected: HashMap<Key, [u8; 4]> = HashMap::new();
    let mut random = fastrand::Rng::with_seed(7);
    connection.execute_batch("BEGIN").unwrap();
    for number in 0..1_300_000_u64 {
        // Some come again, with another payload.
        let name = if number % 10 == 0 {
            random.u64(..=number)
        } else {
            number
        };
        let payload = u32::try_from(number).unwrap().to_le_bytes();
        shelf.put(key(name), payload);
        expected.insert(key(name), payload);
        // Far more often than when it is full, so that every tier comes into use.
        if !shelf.is_moving() && number % 4_000 == 0 {
            shelf.freeze();
        }
        if shelf.is_moving() && number % 50 == 0 {
            shelf.advance(&connection, 5).unwrap();
        }
    }
    let sql = "SELECT count(DISTINCT id >> 60), sum(id >> 60 = 2) > 1000 FROM shelf";
    let levels: (u32, bool) = connection
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(
        levels,
        (14, true),
        "all runs of both small tiers, and the first large one"
    );
    has(&shelf, &connection, &expected);
    shelf.advance(&connection, 256).unwrap();
    shelf.freeze();
    shelf.advance(&connection, 256).unwrap();
    let again = Shelf::open(&connection, "shelf").unwrap();
    has(&again, &connection, &expected);
    // As version 1 leaves it: without filters.
    connection.execute("DELETE FROM shelf_sieve", []).unwrap();
    Shelf::<4>::sift(&connection, "shelf").unwrap();
    let sifted = Shelf::open(&connection, "shelf").unwrap();
    has(&sifted, &connection, &expected);
}

fn has(shelf: &Shelf<4>, connection: &Connection, expected: &HashMap<Key, [u8; 4]>) {
    let mut finder = shelf.finder(connection).unwrap();
    for (key, payload) in expected {
        assert_eq!(shelf.get(&mut finder, key).unwrap().as_ref(), Some(payload));
    }
    for number in 2_000_000..2_050_000 {
        assert_eq!(shelf.get(&mut finder, &key(number)).unwrap(), None);
    }
}

#[test]
fn equals_are_counted_however_far_apart() {
    let mut seen = Seen::new().unwrap();
    let prints: Vec<Fingerprint> = (0..150_000).map(|n| Fingerprint(key(n))).collect();
    for round in 0..3 {
        for chunk in prints.chunks(1000) {
            let ordinals = seen.ordinals(chunk.iter().map(|print| (0, print))).unwrap();
            assert_eq!(ordinals, vec![round; chunk.len()]);
        }
        let other = seen
            .ordinals(prints[..1000].iter().map(|print| (1, print)))
            .unwrap();
        assert_eq!(other, vec![round; 1000]);
    }
}
