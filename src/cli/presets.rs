//! The options of `presets`.

use clap::Args;

use super::global::OutputArg;
use super::values::PresetName;

/// `tenjin-s2s presets`
#[derive(Debug, Args)]
pub struct PresetsArgs {
    /// Which preset to print
    #[arg(value_parser = PresetName { auto: false })]
    pub name: Option<String>,
    /// The form of the answer
    #[arg(
        long,
        value_name = "FORM",
        default_value = "text",
        env = "TENJIN_S2S_OUTPUT"
    )]
    pub output: OutputArg,
}
