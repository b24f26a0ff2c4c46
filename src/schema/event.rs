//! `event`: a custom event.
//!
//! Sent to `/v0/event`. An installation's open must come before its events, and Tenjin keeps at
//! most 500 different names for one app.

#[allow(clippy::wildcard_imports, reason = "the table is made of them")]
use super::shared::*;
use super::{Field, Form, Group, Key, Source};

/// Tenjin's page: the name must be under 80 characters.
const NAME: usize = 79;

pub(super) const FIELDS: &[Field] = &[
    KIND,
    EVENT_TIME,
    EVENT_ID,
    BUNDLE_ID,
    PLATFORM,
    OS_VERSION,
    ANALYTICS_INSTALLATION_ID,
    ADVERTISING_ID,
    DEVELOPER_DEVICE_ID,
    CUSTOMER_USER_ID,
    SDK_VERSION,
    APP_VERSION.of(Group::GoogleAds),
    IP_WITHOUT_ID,
    COUNTRY,
    LIMIT_AD_TRACKING,
    AD_USER_DATA,
    AD_PERSONALIZATION,
    TRACKING_STATUS,
    OS_VERSION_RELEASE,
    BUILD_ID,
    LOCALE,
    DEVICE_MODEL,
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
