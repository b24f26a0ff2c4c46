//! The configuration file, the environment and the apps, asked of the built program.
#![allow(clippy::unwrap_used, clippy::format_push_string, reason = "tests")]

mod apps;
mod downloaded;
mod file;
mod home;
mod key_sources;
mod lookup;
