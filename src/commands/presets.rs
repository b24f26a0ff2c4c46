//! `tenjin-s2s presets [NAME]`: what ships, and one of them as a mapping file to edit.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::cli::{OutputArg, PresetsArgs};
use crate::mapping::presets::{ALL, Preset};
use crate::model::Exit;
use crate::run::streams::Streams;

pub(super) fn run(args: &PresetsArgs, streams: Streams) -> anyhow::Result<Exit> {
    let preset = args.name.as_deref().map(Preset::find).transpose()?;
    match (preset, args.answer.output) {
        (Some(preset), OutputArg::Text) => streams.result(preset.text)?,
        (Some(preset), OutputArg::Json) => {
            let mut about = about(preset);
            about["mapping"] = json!(preset.text);
            streams.result(&format!("{about:#}\n"))?;
        }
        (None, OutputArg::Text) => streams.result(&list())?,
        (None, OutputArg::Json) => {
            let all: Vec<Value> = ALL.iter().map(about).collect();
            streams.result(&format!("{:#}\n", Value::Array(all)))?;
        }
    }
    Ok(Exit::Done)
}

fn about(preset: &Preset) -> Value {
    let file = preset.file();
    json!({
        "name": preset.name,
        "about": file.about,
        "needs": file.needs,
        "recognise": file.recognise,
    })
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
