//! The user's words for Tenjin's fields: the command line over the mapping file over the preset.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;

use crate::cli::InputArgs;
use crate::mapping::presets::{Preset, TENJIN};
use crate::mapping::{self, Mapping, Numbers, Wishes};
use crate::named_file::{NamedFile, not_opened};

/// The word that lets each input be recognised.
const AUTO: &str = "auto";

/// Whether each input may be recognised by its columns.
pub(super) fn is_recognised(args: &InputArgs) -> bool {
    args.mapping.is_none() && args.preset == AUTO
}

/// The command line over the mapping file over the preset.
pub(super) fn user_mapping(args: &InputArgs) -> anyhow::Result<Mapping> {
    let mut mapping = Mapping::new(&wishes(args))?;
    if let Some(path) = &args.mapping {
        mapping = mapping.over(&mapping_file(path, "--mapping")?, None)?;
    }
    if args.preset != AUTO {
        let preset = Preset::find(&args.preset).context("--preset")?;
        mapping = match preset.name {
            TENJIN => mapping.as_preset(TENJIN),
            name => mapping.over(preset.file(), Some(name))?,
        };
    }
    Ok(mapping)
}

/// Far above any mapping that a person writes.
const MAPPING_BYTES: usize = 1 << 20;

/// The mapping file at this path, which this option names.
pub fn mapping_file(path: &Path, option: &str) -> anyhow::Result<Arc<mapping::File>> {
    let name = path.display().to_string();
    let what = || format!("{option} {name}");
    let file = NamedFile::open(path)
        .map_err(|error| not_opened(path, error))
        .with_context(what)?;
    let text = file.read_text(MAPPING_BYTES).with_context(what)?;
    Ok(Arc::new(mapping::File::parse(&name, &text)?))
}

fn wishes(args: &InputArgs) -> Wishes {
    Wishes {
        map: args.map.clone(),
        set: args.set.clone(),
        kind: args.kind,
        bundle_id: args.bundle_id.clone(),
        platform: args.platform,
        overrides: args.overrides.clone(),
        numbers: if args.decimal_comma {
            Numbers::Comma
        } else {
            Numbers::Point
        },
        time_formats: args.time_format.clone(),
        ..Wishes::default()
    }
}
