//! Family `input`: bytes to rows.
//!
//! [`locate()`] turns arguments into places, [`open`] turns a place into a [`Source`], a source
//! gives [`Chunk`]s of whole records in input order, and a chunk gives its rows, on any thread.
//! Each row comes out exactly once, with the physical line at which it starts; what is wrong
//! with one row never touches the next. Nothing here knows what a column means.

mod boundary;
mod cells;
mod chunk;
mod csv_rows;
mod damage;
mod decode;
mod encoding;
mod first_lines;
mod growth;
mod header;
mod json_rows;
mod locate;
mod opening;
mod original_rows;
mod recognise;
pub mod rejects;
mod source;
mod stream;
mod width;

#[cfg(test)]
mod tests;

pub use chunk::Chunk;
pub use growth::{Extent, Growth};
pub use header::{Format, Header, NotUtf8, OtherHeader, ReadOptions};
pub use locate::{Location, locate};
pub use source::{ReadError, Source, open};
pub use stream::extent;
