//! What tests of the report share.

pub(crate) mod sample;
