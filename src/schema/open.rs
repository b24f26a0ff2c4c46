//! `open`: the first one of an installation is its install, later ones are sessions.
//!
//! Sent to `/v0/event` without `event`.

#[allow(clippy::wildcard_imports, reason = "the table is made of them")]
use super::shared::*;
use super::{Field, Form, Key, Source};

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
    APP_VERSION,
    IP_WITHOUT_ID,
    COUNTRY,
    LIMIT_AD_TRACKING,
    AD_USER_DATA,
    AD_PERSONALIZATION,
    OS_VERSION_RELEASE,
    BUILD_ID,
    LOCALE,
    DEVICE_MODEL,
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
