//! `tenjin-s2s`: exports of app events in, accepted events and a true report out.
//!
//! The modules. Each may use those above it, and none below:
//!
//! ```text
//! model       plain types without I/O: App, Kind, Row, Event, Outcome, Exit, Rate, Secret, Clock
//! named_file  a small file that the user names: read whole and bounded
//! toml_words  what is wrong with a TOML file, in words
//! keys        where an SDK key comes from: environment, file or program
//! schema      what Tenjin takes: one table of fields for each kind
//! parse       text -> value: ids, money, times, countries, versions
//! input       bytes -> rows: CSV, NDJSON, compression, encodings
//! mapping     columns -> fields: presets, lookup, guesses for unknown headers
//! stats       one account of a run: counts, money, reasons, times
//! validate    row x mapping x schema -> Event or Rejection; what identifies an event
//! ledger      what was sent, in SQLite: claim, settle, recover, query
//! http        one request -> one reply, and what it means
//! report      that account as bytes: text, HTML, JSON, metrics, files of rows
//! reconcile   Tenjin's own export against the ledger
//! progress    standard error: a bar, lines, JSON or nothing
//! delivery    what goes when: claims, pace, retries, stop rules, threads
//! sandbox     the stand-in server; knows nothing of the client's tables
//! cli         what can be typed, with the configuration file and the environment as its defaults
//! plan        typed -> decided: every decision before row one
//! run         a run from its first row to its end
//! commands    one file for each command
//! ```

pub mod cli;
pub mod commands;
pub mod delivery;
pub mod http;
pub mod input;
pub mod keys;
pub mod ledger;
pub mod mapping;
pub mod model;
pub mod named_file;
pub mod parse;
pub mod plan;
pub mod progress;
pub mod reconcile;
pub mod report;
pub mod run;
pub mod sandbox;
pub mod schema;
pub mod stats;
pub mod toml_words;
pub mod validate;
