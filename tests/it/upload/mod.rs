//! `upload`, as its users meet it: the built binary against servers on this machine.

#![allow(clippy::unwrap_used, reason = "tests")]

mod agreement;
mod apps;
mod bounds;
mod broken_stream;
mod changed;
mod conflicts;
mod discretion;
mod escapes;
mod first_steps;
mod formats;
mod misplaced_keys;
mod money;
mod order;
mod outputs;
mod patience;
mod proxies;
mod rehearsal;
mod report_dir;
mod rules;
mod signals;
mod subscriptions;
mod totals;
mod unasked;
mod usage;
mod walls;
