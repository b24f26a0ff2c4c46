//! `tenjin-s2s presets [NAME]` and `tenjin-s2s guide [NAME]`: what ships, and one of them to read.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::cli::{GuideArgs, OutputArg, PresetsArgs, guides};
use crate::mapping::presets::{self, Preset};
use crate::model::Exit;
use crate::run::streams::Streams;

/// One thing that ships.
struct Entry {
    name: &'static str,
    /// What stands beside its name in the list.
    about: &'static str,
    text: &'static str,
    /// What programs are told of it, but for its text.
    object: Value,
}

pub(super) fn presets(args: &PresetsArgs, streams: Streams) -> anyhow::Result<Exit> {
    let wanted = args.name.as_deref().map(Preset::find).transpose()?;
    let entry = |preset: &'static Preset| {
        let file = preset.file();
        Entry {
            name: preset.name,
            about: &file.about,
            text: preset.text,
            object: json!({
                "name": preset.name,
                "about": file.about,
                "needs": file.needs,
                "recognise": file.recognise,
            }),
        }
    };
    let all = presets::ALL.iter().map(entry);
    let wanted = wanted.map(|preset| preset.name);
    answer(
        all.collect(),
        wanted,
        "mapping",
        args.answer.output,
        streams,
    )
}

pub(super) fn guides(args: &GuideArgs, streams: Streams) -> anyhow::Result<Exit> {
    let entry = |guide: &guides::Guide| Entry {
        name: guide.name,
        about: guide.title(),
        text: guide.text,
        object: json!({ "name": guide.name, "title": guide.title() }),
    };
    let all = guides::ALL.iter().map(entry);
    answer(
        all.collect(),
        args.name.as_deref(),
        "text",
        args.answer.output,
        streams,
    )
}

/// All of them, or the one of this name, whose text programs find under `text_key`.
fn answer(
    all: Vec<Entry>,
    wanted: Option<&str>,
    text_key: &str,
    form: OutputArg,
    streams: Streams,
) -> anyhow::Result<Exit> {
    let one = all.iter().find(|entry| Some(entry.name) == wanted);
    let answer = match (one, form) {
        (Some(entry), OutputArg::Text) => entry.text.to_owned(),
        (Some(entry), OutputArg::Json) => {
            let mut object = entry.object.clone();
            object[text_key] = json!(entry.text);
            format!("{object:#}\n")
        }
        (None, OutputArg::Text) => list(&all),
        (None, OutputArg::Json) => {
            let objects: Value = all.into_iter().map(|entry| entry.object).collect();
            format!("{objects:#}\n")
        }
    };
    streams.result(&answer)?;
    Ok(Exit::Done)
}

fn list(all: &[Entry]) -> String {
    let width = all.iter().map(|entry| entry.name.len()).max();
    let width = width.unwrap_or_default();
    let mut out = String::new();
    for Entry { name, about, .. } in all {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{name:width$}  {about}");
    }
    out
}
