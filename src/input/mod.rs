//! Family `input`: bytes to rows.
//!
//! [`locate()`] turns arguments into places, [`open`] turns a place into a [`Source`], a source
//! gives [`Chunk`]s of whole records in input order, and a chunk gives its rows, on any thread.
//! Each row comes out exactly once, with the physical line at which it starts; what is wrong
//! with one row never touches the next. Nothing here knows what a column means.

mod boundary;
mod chunk;
mod content;
mod csv_rows;
mod damage;
mod decode;
mod dialect;
mod gzip;
mod header;
mod json_rows;
mod locate;
mod opening;
mod pattern;
pub mod raw_line;
mod recognise;
mod rejects;
mod source;
mod stream;

#[cfg(test)]
mod tests;

pub use chunk::{Chunk, OtherHeader};
pub use content::digest;
pub use dialect::{Format, ReadOptions, UnknownFormat};
pub use header::Header;
pub use locate::{Location, locate};
pub use source::{ReadError, Source, open};
