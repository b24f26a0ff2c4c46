//! What was typed wrong, and the nearest right thing where clap does not know it.

use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::report::escape::argument;

/// What clap could not read, or what it was asked to print.
#[derive(Debug)]
pub struct Mistake(pub clap::Error);

impl Mistake {
    /// What to do, where a file stands in the place of a command.
    pub fn tip(&self) -> Option<String> {
        if self.0.kind() != ErrorKind::InvalidSubcommand {
            return None;
        }
        let Some(ContextValue::String(word)) = self.0.get(ContextKind::InvalidSubcommand) else {
            return None;
        };
        Path::new(word).exists().then(|| {
            format!(
                "tip: say what to do with it: tenjin-s2s validate {}",
                argument(word)
            )
        })
    }
}
