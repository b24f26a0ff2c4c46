//! `tenjin-s2s`: exports of app events in, accepted events and a true report out.
//!
//! One road, walked in one direction:
//!
//! ```text
//! input      bytes -> rows                  (csv, ndjson, gzip, zstd, stdin)
//! mapping    the export's columns -> Tenjin's fields
//! normalise  row x mapping x schema -> Event or Rejection
//! pipeline   feed (rayon) -> claim -> send -> settle
//! report     outcomes -> bytes              (json, rejects, outcomes, terminal)
//! ```
//!
//! The words everybody speaks are plain types without I/O: [`row`], [`kind`], [`event`],
//! [`outcome`], [`wire`], [`clock`], [`secret`]. Imports point down only:
//! words <- stations <- road <- door.

pub mod clock;
pub mod event;
pub mod kind;
pub mod ledger;
pub mod outcome;
pub mod row;
pub mod secret;
pub mod wire;
