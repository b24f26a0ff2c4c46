//! `tenjin-s2s`: exports of app events in, accepted events and a true report out.
//!
//! One road, walked in one direction:
//!
//! ```text
//! input      bytes -> rows                  (csv, ndjson, gzip, zstd, stdin)
//! mapping    the export's columns -> Tenjin's fields
//! schema     what Tenjin takes, as tables; forms: text -> value
//! normalise  row x mapping x schema -> Event or Rejection
//! pipeline   feed (rayon) -> claim -> send -> settle
//! stats      one account of all rows: counts, money, reasons, times
//! report     stats -> bytes              (json, rejects, outcomes, terminal)
//! ```
//!
//! The words everybody speaks are plain types without I/O: [`row`], [`kind`], [`event`],
//! [`outcome`], [`wire`], [`clock`], [`secret`]. Imports point down only:
//! words <- stations <- road <- door.

pub mod app_keys;
pub mod bookkeeper;
pub mod bounded;
pub mod bug;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod console;
pub mod event;
pub mod exit;
pub mod fields;
pub mod forms;
pub mod guess;
pub mod guides;
pub mod identity;
pub mod input;
pub mod keys;
pub mod kind;
pub mod ledger;
pub mod lookup;
pub mod mapping;
mod nearest;
pub mod normalise;
pub mod outcome;
pub mod pipeline;
pub mod plan;
pub mod presets;
pub mod rate;
pub mod report;
pub mod row;
pub mod sandbox;
pub mod schema;
pub mod secret;
pub mod signals;
pub mod stats;
pub mod transport;
pub mod verdict;
pub mod warnings;
pub mod wire;
