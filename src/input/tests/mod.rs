//! Tests of reading as a whole; [`seen`] serves those of single files, too.

mod laws;
mod reading;
pub(super) mod seen;
mod wild;
