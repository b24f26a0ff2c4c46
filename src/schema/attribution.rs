//! `attribution`: marks a user as known, so that an import of history makes no new installs.
//!
//! Sent to `/v0/import_attribution`. Tenjin documents nothing of it: the path and the four
//! parameters are those of the one public importer (firsttrydotco/tenjin-revenuecat-importer).

#[allow(clippy::wildcard_imports, reason = "the table is made of them")]
use super::shared::*;
use super::{Field, Form, Key, Need, Source};

pub(super) const FIELDS: &[Field] = &[
    KIND,
    EVENT_TIME,
    EVENT_ID,
    Field::required(
        Key::BundleId,
        Form::BundleId(SHORT),
        Source::Code,
        "the app: com.tenjin.wordfinder",
    ),
    Field::required(
        Key::Platform,
        Form::Platform,
        Source::Code,
        "ios, android, amazon, or android_other (Android without Google Play)",
    ),
    Field::optional(
        Key::AdvertisingId,
        Form::AdvertisingId,
        Source::Code,
        "IDFA, GAID or OAID, this or developer_device_id; sent empty when there is none",
    )
    .needed(Need::KeyPresent),
    Field::optional(
        Key::DeveloperDeviceId,
        Form::DeviceId,
        Source::Code,
        "IDFV; this or advertising_id",
    )
    .guarded(),
];
