//! The options of `test`.

use clap::{Args, ValueEnum};

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
