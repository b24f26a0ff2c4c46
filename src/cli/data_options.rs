//! The options that describe the data: all that a file found in the working directory may set.
//!
//! Such a file may have come with a download. Whoever made the folder made the data, too, so it may
//! say how to read it; where keys go, what is written and what is sent is the user's alone to say.

use crate::report::layout::wrapped;

/// Their names in the file. Options that are not here are refused, new ones included.
pub const DATA_OPTIONS: [&str; 11] = [
    "format",
    "delimiter",
    "encoding",
    "preset",
    "mapping",
    "map",
    "kind",
    "timezone",
    "time_format",
    "decimal_comma",
    "decimal_point",
];

/// The rule and the list, as help shows it.
pub(super) fn paragraph() -> String {
    let names = wrapped(&DATA_OPTIONS.join(", "), 94);
    format!(
        "\
A tenjin-s2s.toml that is found in the working directory may have come with a download, so
it may only say how to read the data; your own file counts for the rest. Its keys:
  {}",
        names.join("\n  ")
    )
}
