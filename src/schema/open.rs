//! `open`: the first one of an installation is its install, later ones are sessions.
//!
//! Sent to `/v0/event` without `event`.

#[allow(clippy::wildcard_imports, reason = "the table is made of them")]
use super::shared::*;
use super::{Field, Form, Key, Source};

pub(super) const FIELDS: &[Field] = with_common![
    APP_VERSION,
    Field::optional(
        Key::Referrer,
        Form::Text(LONG),
        Source::Documented,
        "Google Play's install referrer",
    ),
    Field::optional(
        Key::OdmInfo,
        Form::Text(LONG),
        Source::Documented,
        "Google's on-device measurement",
    ),
];
