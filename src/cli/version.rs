//! What `--version` says: the number, the commit and what is compiled in. `-V` says the number.

use crate::ledger::sqlite_version;

/// Everything that tells one build from another; the first line is the number alone.
pub(super) fn long() -> String {
    format!(
        "{}\ncommit    {}\ntarget    {}\nfeatures  gzip, zstd, SQLite {}, TLS by rustls",
        env!("CARGO_PKG_VERSION"),
        env!("BUILT_FROM"),
        env!("BUILT_FOR"),
        sqlite_version(),
    )
}
