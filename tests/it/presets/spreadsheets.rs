//! Exports that went through somebody's spreadsheet: no row passes that did not pass before, no
//! amount changes, and every row that is left out is named.
//!
//! And the same exports with options that say something else than the rows do.

use std::path::Path;

use tenjin_s2s::plan::Reading;
use tenjin_s2s::schema::Key;

use super::{presets, rows, runs_of};

/// A way in which a file is damaged, and whether all of its rows can still be read.
struct Damage {
    name: &'static str,
    csv: fn(Vec<Vec<String>>) -> Vec<u8>,
    ndjson: Option<fn(String) -> String>,
    is_harmless: bool,
}

const DAMAGES: [Damage; 7] = [
    Damage {
        name: "German booleans",
        csv: |records| written(changed(records, |cell| truth(cell, "WAHR", "FALSCH"))),
        ndjson: Some(|text| json_truth(&text, "WAHR", "FALSCH")),
        is_harmless: true,
    },
    Damage {
        name: "French booleans",
        csv: |records| written(changed(records, |cell| truth(cell, "VRAI", "FAUX"))),
        ndjson: Some(|text| json_truth(&text, "VRAI", "FAUX")),
        is_harmless: true,
    },
    Damage {
        name: "unknown booleans",
        csv: |records| written(changed(records, |cell| truth(cell, "XJA", "XNEIN"))),
        ndjson: Some(|text| json_truth(&text, "XJA", "XNEIN")),
        is_harmless: false,
    },
    Damage {
        name: "decimal commas",
        csv: |records| written(changed(records, comma)),
        ndjson: None,
        is_harmless: false,
    },
    Damage {
        name: "two-digit years",
        csv: |records| written(changed(records, |cell| year(cell, ""))),
        ndjson: None,
        is_harmless: false,
    },
    Damage {
        name: "years of the first century",
        csv: |records| written(changed(records, |cell| year(cell, "00"))),
        ndjson: None,
        is_harmless: false,
    },
    Damage {
        name: "saved by a spreadsheet",
        csv: saved,
        ndjson: None,
        is_harmless: true,
    },
];

/// Every cell but those of the header.
fn changed(
    mut records: Vec<Vec<String>>,
    change: impl Fn(&str) -> Option<String>,
) -> Vec<Vec<String>> {
    for cell in records.iter_mut().skip(1).flatten() {
        if let Some(made) = change(cell) {
            *cell = made;
        }
    }
    records
}

fn truth(cell: &str, yes: &str, no: &str) -> Option<String> {
    match cell.to_ascii_lowercase().as_str() {
        "true" => Some(yes.to_owned()),
        "false" => Some(no.to_owned()),
        _ => None,
    }
}

fn json_truth(text: &str, yes: &str, no: &str) -> String {
    let mut text = text.to_owned();
    for (word, made) in [("true", yes), ("false", no)] {
        text = text
            .replace(&format!(":{word}"), &format!(":\"{made}\""))
            .replace(&format!(": {word}"), &format!(": \"{made}\""));
    }
    text
}

fn comma(cell: &str) -> Option<String> {
    let (whole, cents) = cell.split_once('.')?;
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_amount = are_digits(whole.strip_prefix('-').unwrap_or(whole)) && are_digits(cents);
    is_amount.then(|| format!("{whole},{cents}"))
}

fn year(cell: &str, century: &str) -> Option<String> {
    let rest = cell.strip_prefix("20")?;
    let is_date = rest.len() > 6 && rest.as_bytes()[2] == b'-' && rest.as_bytes()[5] == b'-';
    is_date.then(|| format!("{century}{rest}"))
}

fn written(records: Vec<Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    for record in records {
        writer.write_record(record).unwrap();
    }
    writer.into_inner().unwrap()
}

/// Semicolons, a BOM, CRLF, and everything quoted.
fn saved(records: Vec<Vec<String>>) -> Vec<u8> {
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .quote_style(csv::QuoteStyle::Always)
        .flexible(true)
        .from_writer(Vec::new());
    for record in records {
        writer.write_record(record).unwrap();
    }
    bytes.extend(writer.into_inner().unwrap());
    bytes
}

fn records(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let first = text.lines().next().unwrap_or_default();
    let count = |mark: char| first.matches(mark).count();
    let delimiter = if count(';') > count(',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let record = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
    reader.records().map(|each| record(each.unwrap())).collect()
}

/// What became of each row, in their order: without its line.
fn fates(text: &str) -> Vec<String> {
    let mut fates: Vec<String> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("      ") {
            Some(more) => {
                let last = fates.last_mut().unwrap();
                last.push('\n');
                last.push_str(more);
            }
            None if line.starts_with("  ") => {
                let (_, fate) = line.trim_start().split_once(' ').unwrap();
                fates.push(fate.to_owned());
            }
            None => {}
        }
    }
    fates
}

fn passes(fate: &str) -> bool {
    !fate.starts_with("rejected") && !fate.starts_with("filtered")
}

/// The values that money depends on.
fn money(fate: &str) -> Vec<&str> {
    let names = [
        "price=",
        "quantity=",
        "currency=",
        "revenue_decimal=",
        "revenue_cpm=",
    ];
    let is_money = |line: &&str| names.iter().any(|name| line.starts_with(name));
    fate.lines().filter(is_money).collect()
}

/// The run of a fixture, with its file in another place.
fn with_file(options: &[String], file: &Path) -> Vec<String> {
    let mut options = options.to_vec();
    *options.last_mut().unwrap() = file.display().to_string();
    options
}

fn fates_of(options: &[String]) -> Vec<String> {
    let words: Vec<&str> = options.iter().map(String::as_str).collect();
    fates(&rows(&words).unwrap_or_else(|error| panic!("{options:?}: {error:#}")))
}

/// Every fixture with its run.
fn all_runs() -> Vec<Vec<String>> {
    presets::ALL
        .iter()
        .filter(|preset| Path::new("fixtures/presets").join(preset.name).exists())
        .flat_map(|preset| runs_of(preset.name))
        .collect()
}

#[test]
fn no_damage_lets_a_row_pass_that_did_not_pass_before() {
    let folder = tempfile::tempdir().unwrap();
    for run in all_runs() {
        let path = Path::new(run.last().unwrap());
        let is_json = path.extension().is_some_and(|ending| ending == "ndjson");
        let before = fates_of(&run);
        for damage in &DAMAGES {
            let bytes = match (is_json, damage.ndjson) {
                (false, _) => (damage.csv)(records(path)),
                (true, Some(change)) => change(std::fs::read_to_string(path).unwrap()).into_bytes(),
                (true, None) => continue,
            };
            let damaged = folder.path().join(path.file_name().unwrap());
            std::fs::write(&damaged, bytes).unwrap();
            let after = fates_of(&with_file(&run, &damaged));
            let what = format!("{}: {}", path.display(), damage.name);
            assert_eq!(after.len(), before.len(), "{what}: a row is not named");
            for (before, after) in before.iter().zip(&after) {
                if damage.is_harmless {
                    assert_eq!(
                        passes(after),
                        passes(before),
                        "{what}: {before}\nis now {after}"
                    );
                }
                if passes(after) {
                    assert!(passes(before), "{what}: {before}\npasses as {after}");
                    assert_eq!(money(after), money(before), "{what}");
                }
            }
        }
    }
}

#[test]
fn decimal_commas_that_are_said_change_no_amount() {
    let folder = tempfile::tempdir().unwrap();
    for run in all_runs() {
        let path = Path::new(run.last().unwrap());
        if path.extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        let before = fates_of(&run);
        let damaged = folder.path().join(path.file_name().unwrap());
        std::fs::write(&damaged, written(changed(records(path), comma))).unwrap();
        let mut run = with_file(&run, &damaged);
        run.insert(0, "--decimal-comma".to_owned());
        let after = fates_of(&run);
        for (before, after) in before
            .iter()
            .zip(&after)
            .filter(|(before, after)| passes(before) && passes(after))
        {
            assert_eq!(money(after), money(before), "{}", path.display());
        }
        let count = |fates: &[String]| {
            fates
                .iter()
                .filter(|fate| !money(fate).is_empty() && passes(fate))
                .count()
        };
        assert!(
            count(&after) > 0 || count(&before) == 0,
            "{}",
            path.display()
        );
    }
}

#[test]
fn a_row_of_totals_never_passes() {
    let folder = tempfile::tempdir().unwrap();
    for run in all_runs() {
        let path = Path::new(run.last().unwrap());
        if path.extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        let mut records = records(path);
        let width = records[0].len();
        let sum = |column: usize| -> Option<f64> {
            let cells = records
                .iter()
                .skip(1)
                .filter_map(|record| record.get(column));
            let numbers: Vec<f64> = cells.filter_map(|cell| cell.parse().ok()).collect();
            (!numbers.is_empty()).then(|| numbers.iter().sum())
        };
        let cell = |column: usize| sum(column).map_or(String::new(), |sum| format!("{sum:.2}"));
        let mut totals: Vec<String> = (0..width).map(cell).collect();
        totals[0] = "Total".to_owned();
        records.push(totals);
        let damaged = folder.path().join(path.file_name().unwrap());
        std::fs::write(&damaged, written(records)).unwrap();
        let (before, after) = (fates_of(&run), fates_of(&with_file(&run, &damaged)));
        assert_eq!(after.len(), before.len() + 1, "{}", path.display());
        assert!(
            !passes(after.last().unwrap()),
            "{}: {after:?}",
            path.display()
        );
        assert_eq!(before, after[..before.len()], "{}", path.display());
    }
}

#[test]
fn what_is_set_replaces_nothing_that_a_row_says() {
    let others = [
        "--bundle-id=com.example.other",
        "--platform=amazon",
        "--set=currency=CHF",
        "--set=quantity=7",
        "--set=country=CH",
        "--set=app_version=9.9.9",
        "--set=product_id=other",
        "--set=customer_user_id=nobody",
    ];
    for run in all_runs() {
        let is_free = |option: &&str| {
            let name = option.rsplit_once('=').unwrap().0;
            !run.iter().any(|given| given.starts_with(name))
        };
        let mut changed: Vec<String> = others
            .into_iter()
            .filter(is_free)
            .map(str::to_owned)
            .collect();
        changed.extend(run.iter().cloned());
        for (before, after) in fates_of(&run).iter().zip(fates_of(&changed)) {
            if !passes(&after) {
                continue;
            }
            // A row that lacked something may pass now; what it said it still says.
            let kept = before
                .lines()
                .filter(|line| passes(before) && line.contains('='));
            for value in kept.filter(|line| !line.ends_with('=')) {
                assert!(
                    after.lines().any(|line| line == value),
                    "{run:?}: {value}\n{after}"
                );
            }
            if !money(before).is_empty() {
                assert_eq!(money(before), money(&after), "{run:?}");
            }
        }
    }
}

/// The columns that say when rows were.
fn time_columns(options: &[String]) -> String {
    let words: Vec<&str> = options.iter().map(String::as_str).collect();
    let typed = super::typed(&words);
    let opened = Reading::decide(&typed, false, false)
        .unwrap()
        .open()
        .unwrap();
    let binding = &opened[0].binding;
    let columns = Key::TIMES.iter().filter_map(|key| binding.source_of(*key));
    columns.collect::<Vec<_>>().join("||")
}

/// The file of a run with these columns, or members, emptied in every row.
fn emptied(path: &Path, columns: &str) -> Vec<u8> {
    let plain = |name: &str| name.to_lowercase().replace([' ', '_', '-'], "");
    let names: Vec<String> = columns.split("||").map(plain).collect();
    if path.extension().is_some_and(|ending| ending == "csv") {
        let mut records = records(path);
        let header = records[0].clone();
        for record in records.iter_mut().skip(1) {
            for (cell, name) in record.iter_mut().zip(&header) {
                if names.contains(&plain(name)) {
                    cell.clear();
                }
            }
        }
        return written(records);
    }
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().map(|line| {
        let Ok(mut object) = serde_json::from_str(line) else {
            return line.to_owned();
        };
        names.iter().for_each(|path| clear(&mut object, path));
        serde_json::to_string(&object).unwrap()
    });
    lines.collect::<Vec<_>>().join("\n").into_bytes()
}

/// Nobody knows how old money without a time is: no limit of age lets it pass, nor does it become
/// something else.
#[test]
fn money_whose_time_is_empty_never_passes_an_age_limit() {
    let folder = tempfile::tempdir().unwrap();
    let mut checked = Vec::new();
    for preset in presets::ALL {
        for run in runs_of(preset.name) {
            let path = Path::new(run.last().unwrap());
            let file = folder.path().join(path.file_name().unwrap());
            let mut limited = with_file(&run, &file);
            limited.retain(|option| !option.starts_with("--max-age"));
            std::fs::copy(path, &file).unwrap();
            limited.insert(0, "--max-age=36500d".to_owned());
            let before = fates_of(&limited);
            let columns = time_columns(&limited);
            std::fs::write(&file, emptied(path, &columns)).unwrap();
            let after = fates_of(&limited);
            assert_eq!(after.len(), before.len(), "{}", path.display());
            for (before, after) in before.iter().zip(&after) {
                let is_money = passes(before) && !money(before).is_empty();
                if is_money {
                    assert!(
                        after.starts_with("rejected") && after.contains("missing_field"),
                        "{}: {before}\nis now {after}",
                        path.display()
                    );
                    checked.push(preset.name);
                }
            }
        }
    }
    checked.dedup();
    let with_money = presets::ALL.len() - ["revenuecat-customers"].len();
    assert_eq!(checked.len(), with_money, "{checked:?}");
}

/// Nothing at this path of an object.
fn clear(object: &mut serde_json::Map<String, serde_json::Value>, path: &str) {
    let plain = |name: &str| name.to_lowercase().replace([' ', '_', '-'], "");
    for (name, value) in object {
        let name = plain(name);
        if name == path {
            *value = serde_json::Value::Null;
        } else if let (Some(inner), Some(object)) = (
            path.strip_prefix(&name)
                .and_then(|rest| rest.strip_prefix('.')),
            value.as_object_mut(),
        ) {
            clear(object, inner);
        }
    }
}
