//! The words that options about inputs take.

use clap::ValueEnum;

/// Which of several values a look-up takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PickArg {
    /// The last one in the file
    Last,
}

/// Which rows outcomes.ndjson names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutcomesArg {
    /// Rows that need attention
    Problems,
    /// Duplicate and filtered rows too
    All,
}

/// What makes a run fail that ends well otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOnArg {
    /// Warnings that are not accepted
    Warnings,
}

/// The format of inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// By content
    Auto,
    /// A header and records
    Csv,
    /// One JSON object a line
    Ndjson,
}

/// How ids are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum IdFormatArg {
    /// 32 lower-case hex digits
    Plain,
    /// With dashes
    Dashed,
    /// As the input has them
    Keep,
}
