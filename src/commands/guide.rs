//! `tenjin-s2s guide [NAME]`: what the guides are about, and one of them to read.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::cli::guides::{ALL, Guide};
use crate::cli::{GuideArgs, OutputArg};
use crate::model::Exit;
use crate::run::streams::Streams;

pub(super) fn run(args: &GuideArgs, streams: Streams) -> anyhow::Result<Exit> {
    let wanted = args.name.as_deref();
    let guide = ALL.iter().find(|guide| Some(guide.name) == wanted);
    let answer = match (guide, args.answer.output) {
        (Some(guide), OutputArg::Text) => guide.text.to_owned(),
        (Some(guide), OutputArg::Json) => {
            let mut about = about(guide);
            about["text"] = json!(guide.text);
            format!("{about:#}\n")
        }
        (None, OutputArg::Text) => list(),
        (None, OutputArg::Json) => {
            format!("{:#}\n", ALL.iter().map(about).collect::<Value>())
        }
    };
    streams.result(&answer)?;
    Ok(Exit::Done)
}

fn about(guide: &Guide) -> Value {
    json!({"name": guide.name, "title": guide.title()})
}

fn list() -> String {
    let width = ALL.iter().map(|guide| guide.name.len()).max();
    let width = width.unwrap_or_default();
    let mut out = String::new();
    for guide in ALL {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{:width$}  {}", guide.name, guide.title());
    }
    out
}
