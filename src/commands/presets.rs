//! `tenjin-s2s presets [NAME]`: what ships, and one of them as a mapping file to edit.

use std::fmt::Write;

use super::Talk;
use crate::exit::Exit;
use crate::presets::{ALL, Preset};

pub(super) fn run(name: Option<&str>, talk: Talk) -> anyhow::Result<Exit> {
    match name {
        Some(name) => talk.result(Preset::find(name)?.text)?,
        None => talk.result(&list())?,
    }
    Ok(Exit::Done)
}

fn list() -> String {
    let width = ALL.iter().map(|preset| preset.name.len()).max();
    let width = width.unwrap_or_default();
    let mut out = String::new();
    for preset in ALL {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{:width$}  {}", preset.name, preset.file().about);
    }
    out
}
