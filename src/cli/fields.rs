//! The options of `fields`.

use clap::{Args, ValueEnum};

use super::values::kind_names;
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
