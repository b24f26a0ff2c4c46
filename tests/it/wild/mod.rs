//! Files as people have them, in `fixtures/wild/`: what each gives, and what it must never give.
//!
//! One module for each part of the way: what a cell means, how a file is read, what a vendor's
//! export is.
#![allow(clippy::unwrap_used, reason = "tests")]

mod amounts;
mod beside;
mod chains;
mod columns;
mod currencies;
mod cut;
mod leads_on;
mod line_totals;
mod newcomer;
mod no_export;
mod platforms;
mod presets;
mod proposals;
mod reading;
mod refunds;
mod remedies;
mod totals;
mod twice;
mod units;
mod values;

use std::path::{Path, PathBuf};

use crate::support::{Run, Scene};

/// The place of a file of `fixtures/`.
fn fixture(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("fixtures").join(name)
}

/// A scene with this file of `fixtures/wild/` in it, under the same name.
fn wild(name: &str) -> Scene {
    let path = fixture("wild").join(name);
    let content = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Scene::with(name, content)
}

/// `validate` with its report in `report/`; the files' dates stand still, so no age limit.
fn validate<'s>(scene: &'s Scene, arguments: &str) -> Run<'s> {
    scene
        .run(&format!(
            "validate --max-age none --report-dir report --output json {arguments}"
        ))
        .without_key()
        .mutters()
}
