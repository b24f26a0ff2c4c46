//! The same events in every form that exports come in: the same requests on the wire.

use std::collections::BTreeMap;
use std::io::Write;

use super::first_steps::mended;
use crate::support::{Recorded, Scene, StandIn};

/// What was recorded, by installation, in order.
type Wire = BTreeMap<String, Vec<(String, BTreeMap<String, String>)>>;

/// The events of this input as they arrive.
fn wire(name: &str, content: impl AsRef<[u8]>, arguments: &str) -> Wire {
    let scene = Scene::with(name, content);
    arrived(|url| {
        let upload = scene.upload(url, arguments).arg(name);
        upload.exits(0);
    })
}

fn arrived(upload: impl FnOnce(&str)) -> Wire {
    let server = StandIn::well();
    upload(&server.url());
    let mut wire = Wire::new();
    for event in server.recorded() {
        let Recorded { path, params, .. } = event;
        let installation = params["analytics_installation_id"].clone();
        wire.entry(installation).or_default().push((path, params));
    }
    wire
}

/// The events of one platform, since one key is one app.
fn events() -> String {
    let text = mended();
    let lines = text.lines();
    let android = lines.filter(|line| !line.contains(",ios,") && !line.contains("ad_impression,"));
    android.fold(String::new(), |text, line| text + line + "\n")
}

fn plain() -> Wire {
    let wire = wire("events.csv", events(), "--rate unlimited");
    assert_eq!(wire.values().map(Vec::len).sum::<usize>(), 24);
    assert_eq!(wire.len(), 4);
    wire
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// One object a line; empty cells are no members.
fn ndjson() -> String {
    let text = events();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let mut out = String::new();
    for record in reader.records() {
        let record = record.unwrap();
        let cells = header
            .iter()
            .zip(&record)
            .filter(|(_, cell)| !cell.is_empty());
        let object: BTreeMap<_, _> = cells.collect();
        out += &(serde_json::to_string(&object).unwrap() + "\n");
    }
    out
}

#[test]
fn other_separators_and_line_ends_change_nothing() {
    let plain = plain();
    let semicolons = events().replace(',', ";");
    assert_eq!(wire("export.csv", &semicolons, ""), plain);
    assert_eq!(wire("export.csv", semicolons, "--delimiter ;"), plain);
    assert_eq!(wire("export.tsv", events().replace(',', "\t"), ""), plain);
    assert_eq!(
        wire("export.csv", events().replace('\n', "\r\n"), ""),
        plain
    );
}

#[test]
fn other_encodings_change_nothing() {
    let plain = plain();
    let marked = format!("\u{feff}{}", events());
    assert_eq!(wire("export.csv", marked, ""), plain);
    assert_eq!(wire("export.csv", utf16(&events()), ""), plain);
}

#[test]
fn compression_changes_nothing_whatever_the_name() {
    let plain = plain();
    let events = events();
    assert_eq!(wire("export.csv.gz", gzip(events.as_bytes()), ""), plain);
    assert_eq!(wire("export.csv.zst", zstd(events.as_bytes()), ""), plain);
    assert_eq!(wire("export.csv", gzip(events.as_bytes()), ""), plain);
    assert_eq!(wire("export.csv", zstd(events.as_bytes()), ""), plain);
}

#[test]
fn ndjson_is_the_same_events() {
    let plain = plain();
    assert_eq!(wire("export.ndjson", ndjson(), ""), plain);
    assert_eq!(wire("export.gz", gzip(ndjson().as_bytes()), ""), plain);
}

#[test]
fn standard_input_is_the_same_events() {
    let plain = plain();
    for bytes in [
        events().into_bytes(),
        ndjson().into_bytes(),
        gzip(events().as_bytes()),
        zstd(ndjson().as_bytes()),
        utf16(&events()),
    ] {
        let scene = Scene::new();
        let wire = arrived(|url| {
            let upload = scene.upload(url, "-").stdin(bytes);
            upload.exits(0);
        });
        assert_eq!(wire, plain);
    }
}

#[test]
fn columns_may_stand_in_any_order_and_in_several_files() {
    let plain = plain();
    let text = events();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut backwards = csv::Writer::from_writer(Vec::new());
    let header = reader.headers().unwrap().clone();
    backwards.write_record(header.iter().rev()).unwrap();
    for record in reader.records() {
        let record = record.unwrap();
        backwards.write_record(record.iter().rev()).unwrap();
    }
    let backwards = backwards.into_inner().unwrap();
    assert_eq!(wire("export.csv", backwards, ""), plain);

    let (header, rest) = text.split_once('\n').unwrap();
    let (first, second) = rest.split_at(rest.match_indices('\n').nth(10).unwrap().0 + 1);
    let scene = Scene::with("exports/1.csv", format!("{header}\n{first}"));
    scene.file("exports/2.csv", format!("{header}\n{second}"));
    for inputs in ["exports", "exports/*.csv", "exports/1.csv exports/2.csv"] {
        let wire = arrived(|url| {
            scene.upload(url, inputs).prints().exits(0);
        });
        assert_eq!(wire, plain, "{inputs}");
    }
}
