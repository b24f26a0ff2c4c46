//! The options of `fields`.

use clap::Args;

use super::values::kind_names;
use crate::kind::Kind;

/// `tenjin-s2s fields`
#[derive(Debug, Args)]
pub struct FieldsArgs {
    /// Only this kind
    #[arg(value_parser = kind_names())]
    pub kind: Option<Kind>,
    /// The form of the answer
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub output: crate::fields::FieldsForm,
    /// Print the JSON Schema of report.json instead
    #[arg(long, conflicts_with_all = ["kind", "output"])]
    pub report_schema: bool,
}
