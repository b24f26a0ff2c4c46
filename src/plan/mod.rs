//! From what was typed to what is decided: every decision that can be made before row one.
//!
//! Only this family sees raw options; behind it nothing is optional that need not be. Whatever is
//! wrong with the options is an error here, before anything is read or sent.

pub mod files;
mod opening;
mod reading;
mod rules;
mod sending;

pub use files::must_identify;
pub use reading::Reading;
pub use rules::mapping_file;
pub use sending::Sending;
