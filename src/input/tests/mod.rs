//! Tests of reading as a whole; [`seen`] serves those of single files, too.

mod csv;
mod laws;
mod reading;
mod rejects;
pub(super) mod seen;
mod wild;
