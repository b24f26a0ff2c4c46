//! What black-box tests share: servers that do as they are told.
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
mod reply;
mod scripted;
mod seen;

pub use deaf::Deaf;
pub use reply::Reply;
pub use scripted::{Behaviour, Scripted};
pub use seen::Seen;
