//! An export whose amounts stand in a column of another name, given with `--map`: each row is the
//! same event as before, with the same id and the same money.

use std::path::Path;

use tenjin_s2s::delivery::feed::{self, Delivery};
use tenjin_s2s::mapping::presets;
use tenjin_s2s::plan::Reading;
use tenjin_s2s::schema::Key;
use tenjin_s2s::validate::Build;

use super::{rows, runs_of, typed};

/// The columns of a file's prices.
fn prices(options: &[&str]) -> Vec<String> {
    let typed = typed(options);
    let reading = Reading::decide(&typed, false, false).unwrap();
    let price = reading.open().unwrap()[0].binding.source_of(Key::Price);
    let columns = price.iter().flat_map(|columns| columns.split("||"));
    columns.map(str::to_owned).collect()
}

/// The ids of the rows that would go.
fn ids(options: &[&str]) -> Vec<(u64, Option<String>)> {
    let typed = typed(options);
    let reading = Reading::decide(&typed, false, false).unwrap();
    let mut deliveries =
        feed::start(reading.open().unwrap(), reading.checking(Build::Events)).unwrap();
    let mut ids = Vec::new();
    while let Some(delivery) = deliveries.take() {
        if let Delivery::Rows(checked) = delivery {
            ids.extend(checked.rows.iter().map(|row| {
                let id = row.event.identity.id_text.as_deref();
                (row.event.place.line, id.map(str::to_owned))
            }));
        }
    }
    ids
}

/// The file with another name in its header.
fn renamed(path: &str, from: &str, to: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let (header, rest) = text.split_once('\n')?;
    let names = header.split(',').map(|name| {
        let bare = name
            .trim_end_matches('\r')
            .trim_matches('"')
            .trim_start_matches('\u{feff}');
        if bare == from { to } else { name }
    });
    let new: Vec<&str> = names.collect();
    let new = new.join(",");
    (new != header).then(|| format!("{new}\n{rest}"))
}

#[test]
fn no_preset_takes_a_row_for_another_when_its_amount_is_called_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let mut tried = Vec::new();
    // Segment's orders have their amount in a second column, for which the one of `--map` stands, too.
    for preset in presets::ALL
        .iter()
        .filter(|preset| preset.name != "segment")
    {
        for options in runs_of(preset.name) {
            let (file, options) = options.split_last().unwrap();
            if Path::new(file)
                .extension()
                .is_none_or(|ending| ending != "csv")
            {
                continue;
            }
            let preset_option = format!("--preset={}", preset.name);
            let mut base: Vec<&str> = options.iter().map(String::as_str).collect();
            base.push(&preset_option);
            let before = [&base[..], &[file]].concat();
            let columns = prices(&before);
            let Some(text) = columns
                .first()
                .and_then(|price| renamed(file, price, "Betrag 1"))
            else {
                continue;
            };
            let copy = folder.path().join(Path::new(file).file_name().unwrap());
            std::fs::write(&copy, text).unwrap();
            let others = columns[1..].iter().map(|column| format!("||{column}"));
            let map = format!("--map=price=Betrag 1{}", others.collect::<String>());
            let after = [&base[..], &[&map, copy.to_str().unwrap()]].concat();
            assert_eq!(ids(&after), ids(&before), "{file}: {map}");
            let made = rows(&after).unwrap().replace("Betrag 1", &columns[0]);
            assert_eq!(made, rows(&before).unwrap(), "{file}: {map}");
            tried.push(preset.name);
        }
    }
    tried.dedup();
    assert!(tried.len() >= 6, "{tried:?}");
}
