//! `tenjin-s2s test MAPPING...`: runs the examples that stand in mapping files.
//!
//! Needs no export, no key and no network; the age limit and `--allow` do not count. A file
//! without examples is a usage error, so that a check in CI cannot pass by testing nothing.

mod check;
mod output;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};

use crate::cli::TestArgs;
use crate::mapping::File;
use crate::mapping::presets::Preset;
use crate::model::Exit;
use crate::plan;
use crate::run::streams::Streams;

/// A mapping file or a preset.
struct Subject {
    file: Arc<File>,
    preset: Option<&'static str>,
}

/// How one example ended.
struct Case {
    /// The file or the preset.
    mapping: String,
    /// Where the example starts.
    line: usize,
    about: String,
    /// What differs, a line each: `- ` is expected, `+ ` is what came instead.
    difference: Vec<String>,
}

pub(super) fn run(args: &TestArgs, streams: Streams) -> anyhow::Result<Exit> {
    let mut cases = Vec::new();
    for name in &args.mappings {
        cases.extend(cases_of(name, &subject(name)?)?);
    }
    streams.result(&output::render(&cases, args.output)?)?;
    let all_hold = cases.iter().all(|case| case.difference.is_empty());
    Ok(if all_hold {
        Exit::Done
    } else {
        Exit::Incomplete
    })
}

/// A file of this name, else the preset.
fn subject(name: &str) -> anyhow::Result<Subject> {
    let path = Path::new(name);
    if path.exists() || name.contains(['/', '.']) {
        let file = plan::mapping_file(path, "--mapping")?;
        return Ok(Subject { file, preset: None });
    }
    let preset = Preset::find(name).context("neither a file nor a preset")?;
    Ok(Subject {
        file: preset.tested(),
        preset: Some(preset.name),
    })
}

fn cases_of(name: &str, subject: &Subject) -> anyhow::Result<Vec<Case>> {
    let examples = subject.file.examples()?;
    if examples.is_empty() {
        bail!("{name}: it has no [[example]], so nothing can be tested");
    }
    let case = |(line, example)| {
        let difference = check::difference(subject, example)
            .with_context(|| format!("{name}:{line}: the example cannot be run"))?;
        Ok(Case {
            mapping: name.to_owned(),
            line,
            about: example.about.clone(),
            difference,
        })
    };
    examples.into_iter().map(case).collect()
}
