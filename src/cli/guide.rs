//! The options of `guide`.

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::global::AnswerArgs;
use crate::cli::guides::ALL;

/// `tenjin-s2s guide`
#[derive(Debug, Args)]
pub struct GuideArgs {
    /// Which guide to print
    #[arg(value_parser = PossibleValuesParser::new(ALL.iter().map(|guide| guide.name)))]
    pub name: Option<String>,
    /// In what form to answer
    #[command(flatten)]
    pub answer: AnswerArgs,
}
