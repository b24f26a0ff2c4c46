//! What black-box tests share: servers that do as they are told, and runs of the binary.
//!
//! Each test file compiles this for itself and uses a part of it.
#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    clippy::unwrap_used,
    reason = "each test file uses a part; tests may unwrap"
)]

mod deaf;
mod generate;
pub mod proposals;
pub mod reconciled;
mod reply;
mod report;
mod run;
mod scene;
mod scripted;
mod seen;
pub mod shell;
mod stand_in;

pub use deaf::Deaf;
pub use generate::{Bad, Good, HEADER, Rows, now};
pub use reply::Reply;
pub use report::{Report, number, warnings};
pub use run::{Ended, Run, Running, eventually, flat, for_people, within};
pub use scene::{KEY, Scene, below};
pub use scripted::{Behaviour, Scripted};
pub use seen::Seen;
pub use stand_in::{Recorded, StandIn};
