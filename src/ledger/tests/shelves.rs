//! The shelf against a plain map, deep enough for all its levels; and ordinals of long inputs.

use std::collections::HashMap;

use crate::event::Fingerprint;
use crate::ledger::seen::Seen;
use crate::ledger::shelf::{FRESH, Key, Shelf};
use crate::ledger::store;

fn key(number: u64) -> Key {
    blake3::hash(&number.to_le_bytes()).as_bytes()[..16]
        .try_into()
        .unwrap()
}

#[test]
fn a_shelf_keeps_what_was_put_on_it() {
    let connection = store::open_temporary().unwrap();
    let sql = "CREATE TABLE shelf (id INTEGER PRIMARY KEY, entries BLOB NOT NULL)";
    connection.execute_batch(sql).unwrap();
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
        if !shelf.is_moving() && shelf.is_full() {
            shelf.freeze();
        }
        if shelf.is_moving() && number % 500 == 0 {
            shelf.advance(&connection, 5).unwrap();
        }
    }
    assert!(expected.len() > 20 * FRESH);
    let levels: i64 = connection
        .query_row("SELECT max(id) >> 60 FROM shelf", [], |row| row.get(0))
        .unwrap();
    assert_eq!(levels, 2);
    let mut finder = shelf.finder(&connection).unwrap();
    for (key, payload) in &expected {
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
