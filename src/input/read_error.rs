//! Why reading an input ended early.

use std::io;

use super::stream::Shrunk;

/// Why reading an input ended early. Whole records before it were delivered.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Compressed data stops in the middle.
    #[error("{name}: cut off after line {line}; the file is not complete")]
    CutOff {
        /// The input.
        name: String,
        /// The last whole line.
        line: u64,
    },
    /// The file got shorter while it was read.
    #[error("{name}: {why} after line {line}; read it when nobody writes to it")]
    Shrunk {
        /// The input.
        name: String,
        /// The last whole line.
        line: u64,
        /// By how much.
        why: io::Error,
    },
    /// It could be opened before the run began, and now it cannot.
    #[error("{name}: cannot be opened again: {error:#}")]
    Again {
        /// The input.
        name: String,
        /// What the system said.
        error: anyhow::Error,
    },
    /// Its columns are no longer those that were bound.
    #[error("{name}: its header changed after the run had begun; run it again")]
    Changed {
        /// The input.
        name: String,
    },
    /// The disk, the pipe or the decompressor failed.
    #[error("{name}: cannot be read on after line {line}: {why}")]
    Io {
        /// The input.
        name: String,
        /// The last whole line.
        line: u64,
        /// What the system said; not named `source`, since it is part of the text.
        why: io::Error,
    },
}

impl ReadError {
    /// What reading said behind the last whole line.
    pub(super) fn after(name: &str, line: u64, why: io::Error) -> Self {
        let name = name.to_owned();
        let has_shrunk = why
            .get_ref()
            .is_some_and(<dyn std::error::Error + Send + Sync>::is::<Shrunk>);
        match why.kind() {
            _ if has_shrunk => ReadError::Shrunk { name, line, why },
            io::ErrorKind::UnexpectedEof => ReadError::CutOff { name, line },
            _ => ReadError::Io { name, line, why },
        }
    }
}
