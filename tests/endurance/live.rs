//! Standard input is a stream: whoever writes a row a second sees each one arrive.

use std::time::Duration;

use crate::support::{Rows, Scene, StandIn, eventually, now};
use crate::turn;

#[test]
fn each_ndjson_row_arrives_within_a_second_and_a_half() {
    let rows = Rows::sound(3, 1);
    let text = String::from_utf8(rows.csv).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let lines = reader.records().map(|record| {
        let record = record.unwrap();
        let cells = header
            .iter()
            .zip(&record)
            .filter(|(_, cell)| !cell.is_empty());
        let object: std::collections::BTreeMap<_, _> = cells.collect();
        serde_json::to_string(&object).unwrap() + "\n"
    });
    arrives(&lines.collect::<Vec<_>>());
}

#[test]
fn each_csv_row_arrives_within_a_second_and_a_half() {
    // the note of the first generated row has two lines: a record may come in pieces
    let text = String::from_utf8(Rows::sound(3, 1).csv).unwrap();
    let mut lines = text.split_inclusive('\n');
    let first: String = lines.by_ref().take(3).collect();
    let pieces = std::iter::once(first).chain(lines.map(str::to_owned));
    arrives(&pieces.collect::<Vec<_>>());
}

/// Writes one piece a second, and waits for its row before the next.
fn arrives(pieces: &[String]) {
    let _turn = turn();
    assert_eq!(pieces.len(), 3);
    let (scene, server) = (Scene::new(), StandIn::well());
    let mut run = scene.upload(&server.url(), "-").start();
    for (index, piece) in pieces.iter().enumerate() {
        std::thread::sleep(Duration::from_secs(1));
        let written = u64::try_from(now() / 1_000).unwrap();
        run.write(piece);
        eventually("the row arrives", || server.so_far().len() > index);
        let late = server.so_far()[index].at_ms.saturating_sub(written);
        assert!(late <= 1_500, "row {index} took {late} ms");
    }
    let ended = run.ended();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert_eq!(
        ended.report().counts(),
        [("read", 3), ("accepted", 3)].into()
    );
}
