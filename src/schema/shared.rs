//! The fields that several kinds have, each said once.
//!
//! Tenjin documents no limit of length but the event's name; the limits of other texts are ours,
//! wide enough for honest values and small enough to keep a request small.

use super::{Field, Form, Group, Key, Need, Side, Source};
use Source::{Code, Documented, Ours};

/// Names, versions, models.
pub(super) const SHORT: usize = 255;
/// Referrers, user agents, ids of others.
pub(super) const LONG: usize = 1_000;

/// The table of `open`, `event` or `purchase`: what the three have in common, stated here once,
/// then what the kind has of its own. `app_version` stands among the common fields, but not every
/// kind needs it for the same partners.
macro_rules! with_common {
    ($app_version:expr, $($own:expr),+ $(,)?) => {
        &[
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
            $app_version,
            IP_WITHOUT_ID,
            COUNTRY,
            LIMIT_AD_TRACKING,
            AD_USER_DATA,
            AD_PERSONALIZATION,
            OS_VERSION_RELEASE,
            BUILD_ID,
            LOCALE,
            DEVICE_MODEL,
            $($own),+
        ]
    };
}

pub(super) use with_common;

pub(super) const KIND: Field = Field::optional(
    Key::Kind,
    Form::Kind,
    Ours,
    "which request the row becomes; without it the other fields decide",
)
.guarded();

pub(super) const EVENT_TIME: Field = Field::optional(
    Key::EventTime,
    Form::Time,
    Ours,
    "when it happened: for identity, order, age and the report; Tenjin dates by arrival",
)
.guarded();

pub(super) const EVENT_ID: Field = Field::optional(
    Key::EventId,
    Form::SourceId(LONG),
    Ours,
    "the row's identity at the source: the same id is the same event in any file and run",
)
.guarded();

pub(super) const BUNDLE_ID: Field = Field::required(
    Key::BundleId,
    Form::BundleId(SHORT),
    Documented,
    "the app: com.tenjin.wordfinder",
);

pub(super) const PLATFORM: Field = Field::required(
    Key::Platform,
    Form::Platform,
    Documented,
    "ios, android, amazon, or android_other (Android without Google Play)",
);

pub(super) const OS_VERSION: Field = Field::required(
    Key::OsVersion,
    Form::OsVersion,
    Documented,
    "Android: the API level (34), not the release (14); iOS: 17.5",
);

pub(super) const ANALYTICS_INSTALLATION_ID: Field = Field::required(
    Key::AnalyticsInstallationId,
    Form::Uuid,
    Documented,
    "the id of the installation; all rows of one install have the same one",
);

pub(super) const ADVERTISING_ID: Field = Field::optional(
    Key::AdvertisingId,
    Form::AdvertisingId,
    Documented,
    "IDFA, GAID or OAID; sent empty when the user opted out",
)
.needed(Need::KeyPresent);

pub(super) const DEVELOPER_DEVICE_ID: Field =
    Field::optional(Key::DeveloperDeviceId, Form::DeviceId, Documented, "IDFV")
        .needed(Need::On(Side::Ios));

pub(super) const CUSTOMER_USER_ID: Field = Field::optional(
    Key::CustomerUserId,
    Form::UserId(LONG),
    Documented,
    "the customer's own id of the user",
)
.guarded();

pub(super) const SDK_VERSION: Field = Field::required(
    Key::SdkVersion,
    Form::Literal("server"),
    Documented,
    "always the word server; added by this tool",
);

pub(super) const APP_VERSION: Field = Field::optional(
    Key::AppVersion,
    Form::Text(SHORT),
    Documented,
    "the app's version: 1.0.3",
);

pub(super) const IP_ADDRESS: Field = Field::optional(
    Key::IpAddress,
    Form::Ip,
    Documented,
    "IPv4 or IPv6 of the device; when absent, the sending server's counts",
);

/// For open, event and purchase; an ad impression always needs it.
pub(super) const IP_WITHOUT_ID: Field = Field {
    need: Need::When("no usable advertising_id"),
    ..IP_ADDRESS
};

pub(super) const COUNTRY: Field = Field::optional(
    Key::Country,
    Form::Country,
    Documented,
    "ISO 3166-1 alpha-2, upper case",
);

pub(super) const LIMIT_AD_TRACKING: Field = Field::optional(
    Key::LimitAdTracking,
    Form::Flag,
    Documented,
    "1 when the user limits ad tracking",
)
.guarded();

pub(super) const AD_USER_DATA: Field = Field::optional(
    Key::AdUserData,
    Form::Flag,
    Code,
    "consent (EEA, DMA): user data may go to ad partners; left out when unknown",
)
.guarded();

pub(super) const AD_PERSONALIZATION: Field = Field::optional(
    Key::AdPersonalization,
    Form::Flag,
    Code,
    "consent (EEA, DMA): ads may be personalised; left out when unknown",
)
.guarded();

pub(super) const TRACKING_STATUS: Field = Field::optional(
    Key::TrackingStatus,
    Form::Choice(&["0", "1", "2", "3"]),
    Code,
    "iOS: 0 not determined, 1 restricted, 2 denied, 3 authorized",
)
.guarded()
.only(Side::Ios)
.of(Group::MetaAem);

pub(super) const OS_VERSION_RELEASE: Field = Field::optional(
    Key::OsVersionRelease,
    Form::Text(SHORT),
    Documented,
    "the release that os_version belongs to: 14",
)
.of(Group::GoogleAds);

pub(super) const BUILD_ID: Field = Field::optional(
    Key::BuildId,
    Form::Text(SHORT),
    Documented,
    "UP1A.231005.007",
)
.of(Group::GoogleAds);

pub(super) const LOCALE: Field =
    Field::optional(Key::Locale, Form::Text(SHORT), Documented, "en_US").of(Group::GoogleAds);

pub(super) const DEVICE_MODEL: Field =
    Field::optional(Key::DeviceModel, Form::Text(SHORT), Documented, "Pixel 8")
        .of(Group::GoogleAds);

pub(super) const CURRENCY: Field = Field::required(
    Key::Currency,
    Form::Currency,
    Documented,
    "ISO 4217, upper case",
);
