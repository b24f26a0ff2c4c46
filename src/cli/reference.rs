//! The options of the commands that need no export: `fields`, `presets`, `guide`, `test`.

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};

use super::global::AnswerArgs;
use super::guides;
use super::values::{PresetName, kind_names};
use crate::model::Kind;

/// `tenjin-s2s fields`
#[derive(Debug, Args)]
pub struct FieldsArgs {
    /// Only this kind
    #[arg(value_parser = kind_names())]
    pub kind: Option<Kind>,
    /// The form of the answer
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub output: FieldsForm,
    /// Print the JSON Schema of report.json instead
    #[arg(long, conflicts_with_all = ["kind", "output"])]
    pub report_schema: bool,
}

/// What `fields` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FieldsForm {
    /// A table for people.
    Text,
    /// The tables as JSON.
    Json,
    /// The first line of a CSV file.
    CsvHeader,
    /// That line and a row that is right.
    CsvExample,
    /// A JSON Schema of NDJSON rows.
    JsonSchema,
}

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

/// `tenjin-s2s guide`
#[derive(Debug, Args)]
pub struct GuideArgs {
    /// Which guide to print
    #[arg(value_parser = PossibleValuesParser::new(guides::ALL.iter().map(|guide| guide.name)))]
    pub name: Option<String>,
    /// In what form to answer
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// `tenjin-s2s test`
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Mapping files, or names of presets
    #[arg(value_name = "MAPPING", required = true)]
    pub mappings: Vec<String>,
    /// In what form to answer
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub output: TestForm,
}

/// The forms of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestForm {
    /// For people
    Text,
    /// A list with an object for each example
    Json,
    /// XML that CI servers read
    Junit,
}
