//! `event`: a custom event.
//!
//! Sent to `/v0/event`. An installation's open must come before its events, and Tenjin keeps at
//! most 500 different names for one app.

#[allow(clippy::wildcard_imports, reason = "the table is made of them")]
use super::shared::*;
use super::{Field, Form, Group, Key, Source};

/// Tenjin's page: the name must be under 80 characters.
const NAME: usize = 79;

pub(super) const FIELDS: &[Field] = with_common![
    APP_VERSION.of(Group::GoogleAds),
    TRACKING_STATUS,
    Field::required(
        Key::Event,
        Form::Text(NAME),
        Source::Documented,
        "the event's name, under 80 characters",
    ),
    Field::optional(
        Key::Value,
        Form::Integer,
        Source::Documented,
        "a whole number; Tenjin sums and averages it",
    ),
];
