//! Every preset, against exports made after the vendors' documented headers.
//!
//! `fixtures/presets/NAME/` holds the exports, `tests/it/presets/NAME.args` the options of the run,
//! `tests/it/presets/NAME.golden` what each row became. `BLESS=1 cargo test --test it presets::` writes
//! the golden files; read the difference before you commit it.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod attribution;
mod edited;
mod examples;
mod language;
mod recognised;
mod renamed;
mod spreadsheets;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Parser;
use tenjin_s2s::cli::{Cli, Command, InputArgs};
use tenjin_s2s::delivery::feed::{self, Delivery};
use tenjin_s2s::mapping::presets;
use tenjin_s2s::model::Kind;
use tenjin_s2s::plan::Reading;
use tenjin_s2s::validate::Build;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The input options as the command line would give them.
fn typed(options: &[&str]) -> InputArgs {
    let words = ["tenjin-s2s", "validate"].iter().chain(options);
    match Cli::parse_from(words).command {
        Command::Validate(args) => args.input,
        _ => unreachable!(),
    }
}

/// What each row becomes, a line or two each, under its file and the preset that was taken.
fn rows(options: &[&str]) -> anyhow::Result<String> {
    let mut options = options.to_vec();
    options.push("--outcomes=all");
    let typed = typed(&options);
    let reading = Reading::decide(&typed, false, false)?;
    let opened = reading.open()?;
    let titles: Vec<String> = opened.iter().map(title).collect();
    let mut lines: BTreeMap<(u32, u64), String> = BTreeMap::new();
    let mut deliveries = feed::start(opened, reading.checking(Build::Requests))?;
    while let Some(delivery) = deliveries.take() {
        let Delivery::Rows(checked) = delivery else {
            continue;
        };
        for row in checked.rows {
            let (event, place) = (&row.event, row.event.place);
            let body = event.body.replace('&', "\n      ");
            let name = match event.kind {
                Kind::Event => &event.contribution.label,
                kind => kind.name(),
            };
            let text = format!("{} {name}\n      {body}", event.kind);
            lines.insert((place.input, place.line), text);
        }
        for row in checked.rejections {
            let mut text = "rejected".to_owned();
            for fault in &row.faults {
                let _ = write!(
                    text,
                    "\n      {} {} {:?}",
                    fault.code, fault.field, fault.value
                );
            }
            lines.insert((row.place.input, row.place.line), text);
        }
        for (place, filter) in checked.filtered {
            lines.insert(
                (place.input, place.line),
                format!("filtered {}", filter.name()),
            );
        }
    }
    let mut out = String::new();
    for (input, title) in (0..).zip(titles) {
        let _ = writeln!(out, "{title}");
        for ((_, line), text) in lines.range((input, 0)..=(input, u64::MAX)) {
            let _ = writeln!(out, "  {line} {text}");
        }
    }
    Ok(out)
}

fn title(input: &feed::Opened) -> String {
    let name = Path::new(input.source.name()).file_name().unwrap();
    let preset = input.binding.preset().unwrap_or("none");
    format!("{}: preset {preset}", name.to_string_lossy())
}

/// A preset's runs, one for each fixture, with the options of all and those behind its name.
fn runs_of(name: &str) -> Vec<Vec<String>> {
    let args = std::fs::read_to_string(root().join(format!("tests/it/presets/{name}.args")));
    let args = args.unwrap_or_else(|_| panic!("{name}: no tests/it/presets/{name}.args"));
    let folder = root().join(format!("fixtures/presets/{name}"));
    let files = std::fs::read_dir(&folder).unwrap_or_else(|_| panic!("{name}: no fixtures"));
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    let run = |file: &PathBuf| {
        let own = format!("{}: ", file.file_name().unwrap().to_string_lossy());
        let lines = args.lines();
        let options = lines.filter(|line| line.starts_with("--") || line.starts_with(&own));
        let bare = options.map(|line| line.strip_prefix(&own).unwrap_or(line).to_owned());
        bare.chain([file.display().to_string()]).collect()
    };
    files.iter().map(run).collect()
}

/// What the rows of all its fixtures become.
fn made_of(name: &str) -> String {
    let run = |options: &Vec<String>| {
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        rows(&options).unwrap_or_else(|error| panic!("{name}: {error:#}"))
    };
    runs_of(name).iter().map(run).collect()
}

#[test]
fn the_requests_of_every_preset_are_the_golden_ones() {
    let mut wrong = Vec::new();
    for preset in presets::ALL {
        let name = preset.name;
        let made = made_of(name);
        let rows = made.lines().filter(|line| !line.starts_with("     "));
        assert!(rows.count() > 20, "{name}: too few rows");
        let golden = root().join(format!("tests/it/presets/{name}.golden"));
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&golden, &made).unwrap();
        }
        if std::fs::read_to_string(&golden).unwrap_or_default() != made {
            wrong.push(name);
        }
        for line in made.lines().filter(|line| line.contains(": preset ")) {
            assert!(line.ends_with(&format!(": preset {name}")), "{line}");
        }
    }
    assert!(
        wrong.is_empty(),
        "not as in the golden file: {wrong:?}; BLESS=1 shows how"
    );
}
