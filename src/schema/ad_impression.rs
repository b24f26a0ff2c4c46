//! `ad_impression`: impression-level ad revenue (ILRD).
//!
//! Sent to `/v0/ad_impressions`. Only for accounts that Tenjin has allowed, and only where the
//! mediation is not integrated already, else revenue doubles. Its booleans are `true`/`false`,
//! except the consent flags.

#[allow(clippy::wildcard_imports, reason = "the table is made of them")]
use super::shared::*;
use super::{Field, Form, Key, Need, Side, Source};
use Source::Documented;

const MEDIATIONS: &[&str] = &[
    "max",
    "ironsource",
    "admob",
    "topon",
    "cas",
    "tradplus",
    "custom",
];

const FORMATS: &[&str] = &[
    "banner",
    "mrec",
    "xpromo",
    "native",
    "leaderboard",
    "leader",
    "interstitial",
    "inter",
    "rewarded",
    "reward",
    "rewarded_interstitial",
    "rewarded_inter",
];

const STORES: &[&str] = &["unspecified", "googleplay", "amazon", "other"];

/// A screen's edge in pixels.
const EDGE: u32 = 100_000;

/// iOS then needs both of the other ids, Android `analytics_installation_id`.
const DEVICE: Need = Need::When("no advertising_id");

const fn text(key: Key, doc: &'static str) -> Field {
    Field::optional(key, Form::Text(SHORT), Documented, doc)
}

pub(super) const FIELDS: &[Field] = &[
    KIND,
    EVENT_TIME,
    EVENT_ID,
    BUNDLE_ID,
    PLATFORM,
    Field {
        need: Need::Optional,
        loss: super::Loss::Value,
        ..OS_VERSION
    },
    ANALYTICS_INSTALLATION_ID.needed(DEVICE),
    Field {
        doc: "IDFA, GAID or OAID",
        ..ADVERTISING_ID
    }
    .needed(Need::When("no other id")),
    Field {
        doc: "IDFV; only iOS needs it",
        ..DEVELOPER_DEVICE_ID
    }
    .needed(DEVICE),
    APP_VERSION.needed(Need::Always),
    IP_ADDRESS.needed(Need::Always),
    Field::required(
        Key::AdRevenueMediation,
        Form::Choice(MEDIATIONS),
        Documented,
        "who mediates",
    ),
    Field::required(
        Key::NetworkName,
        Form::Text(SHORT),
        Documented,
        "which network paid",
    ),
    Field::optional(
        Key::RevenueDecimal,
        Form::Amount,
        Documented,
        "the revenue of this impression, in major units",
    )
    .needed(Need::When("no revenue_cpm")),
    Field::optional(
        Key::RevenueCpm,
        Form::Amount,
        Documented,
        "the revenue of a thousand such; revenue_decimal goes first",
    )
    .needed(Need::When("no revenue_decimal")),
    CURRENCY,
    Field {
        form: Form::Truth,
        ..LIMIT_AD_TRACKING
    },
    Field::optional(Key::OptIn, Form::Truth, Documented, "the user opted in").guarded(),
    AD_USER_DATA,
    AD_PERSONALIZATION,
    Field::optional(
        Key::SentAt,
        Form::Millis,
        Documented,
        "when it happened, in milliseconds since 1970; filled from event_time",
    ),
    Field::optional(
        Key::AdFormat,
        Form::Choice(FORMATS),
        Documented,
        "what was shown",
    ),
    text(Key::AdUnitId, "which unit of the app"),
    Field::optional(
        Key::ConnectionType,
        Form::Choice(&["mobile", "wifi"]),
        Documented,
        "mobile or wifi",
    ),
    Field::optional(
        Key::SourceAppStore,
        Form::Choice(STORES),
        Documented,
        "the store it was installed from",
    )
    .only(Side::Android),
    Field::optional(
        Key::Language,
        Form::Language,
        Documented,
        "two lower-case letters",
    ),
    Field::optional(
        Key::AppVersionCode,
        Form::Digits(19),
        Documented,
        "Android's version code",
    )
    .only(Side::Android),
    text(Key::DeviceProduct, "Android's product name").only(Side::Android),
    Field {
        group: None,
        only: Some(Side::Android),
        ..OS_VERSION_RELEASE
    },
    COUNTRY,
    Field {
        key: Key::MediationCountry,
        doc: "the country as the mediation sees it",
        ..COUNTRY
    },
    text(Key::Precision, "how exact the revenue is"),
    text(Key::CreativeId, "which creative"),
    text(Key::Placement, "where in the app"),
    text(Key::NetworkPlacement, "where, in the network's words"),
    text(Key::AuctionId, "which auction"),
    Field {
        group: None,
        ..BUILD_ID
    },
    text(Key::Carrier, "the mobile carrier"),
    text(Key::Device, "the device"),
    text(Key::DeviceBrand, "its brand"),
    text(Key::DeviceManufacturer, "its maker"),
    Field {
        group: None,
        ..DEVICE_MODEL
    },
    Field {
        group: None,
        ..LOCALE
    },
    text(Key::Timezone, "the device's time zone"),
    Field::optional(
        Key::UserAgent,
        Form::Text(LONG),
        Documented,
        "the device's user agent",
    ),
    text(Key::SessionId, "the app's session"),
    Field::optional(
        Key::ScreenHeight,
        Form::Count(EDGE),
        Documented,
        "in pixels",
    ),
    Field::optional(Key::ScreenWidth, Form::Count(EDGE), Documented, "in pixels"),
];
