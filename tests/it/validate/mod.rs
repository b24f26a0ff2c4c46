//! `validate`, as its users meet it: no key, no network, and every fault named and mendable.

#![allow(clippy::unwrap_used, reason = "tests")]

mod alone;
mod annotations;
mod json_values;
mod rejects;
mod row_schema;
mod too_old;
mod users;
