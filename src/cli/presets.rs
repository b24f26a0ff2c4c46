//! The options of `presets`.

use clap::Args;

use super::global::AnswerArgs;
use super::values::PresetName;

/// `tenjin-s2s presets`
#[derive(Debug, Args)]
pub struct PresetsArgs {
    /// Which preset to print
    #[arg(value_parser = PresetName { auto: false })]
    pub name: Option<String>,
    /// In what form to answer
    #[command(flatten)]
    pub answer: AnswerArgs,
}
