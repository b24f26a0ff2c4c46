//! The tables of all kinds but ad impressions; fields that several kinds have are said once.
//!
//! Tenjin documents no limit of length but the event's name; the limits of other texts are ours,
//! wide enough for honest values and small enough to keep a request small.

use super::{Field, Form, Group, Key, Need, Side, Source};

/// The most characters of names, versions and models.
pub(super) const SHORT: usize = 255;
/// The most characters of referrers, user agents and ids of other systems.
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

pub(super) const KIND: Field = Field::new(Key::Kind, Form::Kind)
    .from(Source::Ours)
    .doc("which request the row becomes; without it the other fields decide")
    .costs_row();

pub(super) const EVENT_TIME: Field = Field::new(Key::EventTime, Form::Time)
    .from(Source::Ours)
    .doc("when it happened: for identity, order, age and the report; Tenjin dates by arrival")
    .costs_row();

pub(super) const EVENT_ID: Field = Field::new(Key::EventId, Form::SourceId(LONG))
    .from(Source::Ours)
    .doc("the row's identity at the source: the same id is the same event in any file and run")
    .costs_row();

pub(super) const BUNDLE_ID: Field = Field::new(Key::BundleId, Form::BundleId(SHORT))
    .required()
    .doc("the app: com.tenjin.wordfinder");

pub(super) const PLATFORM: Field = Field::new(Key::Platform, Form::Platform)
    .required()
    .doc("ios, android, amazon, or android_other (Android without Google Play)");

pub(super) const OS_VERSION: Field = Field::new(Key::OsVersion, Form::OsVersion)
    .required()
    .doc("Android: the API level (34), not the release (14); iOS: 17.5");

pub(super) const ANALYTICS_INSTALLATION_ID: Field =
    Field::new(Key::AnalyticsInstallationId, Form::Uuid)
        .required()
        .doc("the id of the installation; all rows of one install have the same one");

pub(super) const ADVERTISING_ID: Field = Field::new(Key::AdvertisingId, Form::AdvertisingId)
    .doc("IDFA, GAID or OAID; sent empty when the user opted out")
    .needed(Need::KeyPresent);

pub(super) const DEVELOPER_DEVICE_ID: Field = Field::new(Key::DeveloperDeviceId, Form::DeviceId)
    .doc("IDFV")
    .needed(Need::On(Side::Ios));

pub(super) const CUSTOMER_USER_ID: Field = Field::new(Key::CustomerUserId, Form::UserId(LONG))
    .doc("the customer's own id of the user")
    .costs_row();

pub(super) const SDK_VERSION: Field = Field::new(Key::SdkVersion, Form::Literal("server"))
    .required()
    .doc("always the word server; added by this tool");

pub(super) const APP_VERSION: Field =
    Field::new(Key::AppVersion, Form::Text(SHORT)).doc("the app's version: 1.0.3");

pub(super) const IP_ADDRESS: Field = Field::new(Key::IpAddress, Form::Ip)
    .doc("IPv4 or IPv6 of the device; when absent, the sending server's counts");

/// For open, event and purchase; an ad impression always needs it.
pub(super) const IP_WITHOUT_ID: Field = Field {
    need: Need::When("no usable advertising_id"),
    ..IP_ADDRESS
};

pub(super) const COUNTRY: Field =
    Field::new(Key::Country, Form::Country).doc("ISO 3166-1 alpha-2, upper case");

pub(super) const LIMIT_AD_TRACKING: Field = Field::new(Key::LimitAdTracking, Form::Flag)
    .doc("1 when the user limits ad tracking")
    .costs_row();

pub(super) const AD_USER_DATA: Field = Field::new(Key::AdUserData, Form::Flag)
    .from(Source::Code)
    .doc("consent (EEA, DMA): user data may go to ad partners; left out when unknown")
    .costs_row();

pub(super) const AD_PERSONALIZATION: Field = Field::new(Key::AdPersonalization, Form::Flag)
    .from(Source::Code)
    .doc("consent (EEA, DMA): ads may be personalised; left out when unknown")
    .costs_row();

pub(super) const TRACKING_STATUS: Field =
    Field::new(Key::TrackingStatus, Form::Choice(&["0", "1", "2", "3"]))
        .from(Source::Code)
        .doc("iOS: 0 not determined, 1 restricted, 2 denied, 3 authorized")
        .costs_row()
        .only(Side::Ios)
        .of(Group::MetaAem);

pub(super) const OS_VERSION_RELEASE: Field = Field::new(Key::OsVersionRelease, Form::Text(SHORT))
    .doc("the release that os_version belongs to: 14")
    .of(Group::GoogleAds);

pub(super) const BUILD_ID: Field = Field::new(Key::BuildId, Form::Text(SHORT))
    .doc("UP1A.231005.007")
    .of(Group::GoogleAds);

pub(super) const LOCALE: Field = Field::new(Key::Locale, Form::Text(SHORT))
    .doc("en_US")
    .of(Group::GoogleAds);

pub(super) const DEVICE_MODEL: Field = Field::new(Key::DeviceModel, Form::Text(SHORT))
    .doc("Pixel 8")
    .of(Group::GoogleAds);

pub(super) const CURRENCY: Field = Field::new(Key::Currency, Form::Currency)
    .required()
    .doc("ISO 4217, upper case");

/// `open`: the first one of an installation is its install, later ones are sessions.
///
/// Sent to `/v0/event` without `event`.
pub(super) const OPEN: &[Field] = with_common![
    APP_VERSION,
    Field::new(Key::Referrer, Form::Text(LONG)).doc("Google Play's install referrer"),
    Field::new(Key::OdmInfo, Form::Text(LONG)).doc("Google's on-device measurement"),
];

/// The most characters of an event's name: Tenjin's page says under 80.
const MAX_EVENT_NAME: usize = 79;

/// `event`: a custom event.
///
/// Sent to `/v0/event`. An installation's open must come before its events, and Tenjin keeps at
/// most 500 different names for one app.
pub(super) const EVENT: &[Field] = with_common![
    APP_VERSION.of(Group::GoogleAds),
    TRACKING_STATUS,
    Field::new(Key::Event, Form::Text(MAX_EVENT_NAME))
        .required()
        .doc("the event's name, under 80 characters"),
    Field::new(Key::Value, Form::Integer).doc("a whole number; Tenjin sums and averages it"),
];

/// The highest quantity: far above any real row, far below what overflows a total.
const MAX_QUANTITY: u32 = 1_000_000;

/// `purchase`: in-app purchase revenue.
///
/// Sent to `/v0/purchase`. Tenjin multiplies `price` by `quantity`, knows no refunds and does
/// not recognise a purchase that it has already.
pub(super) const PURCHASE: &[Field] = with_common![
    APP_VERSION.of(Group::GoogleAds),
    TRACKING_STATUS,
    Field::new(Key::ProductId, Form::Text(SHORT))
        .required()
        .doc("what was bought"),
    Field::new(Key::Price, Form::Amount)
        .required()
        .doc("the price of one, in major units: 0.99; if it is the line's total, quantity is 1"),
    Field::new(Key::Quantity, Form::Count(MAX_QUANTITY))
        .required()
        .doc("a whole number above 0; 1 when no column is mapped"),
    CURRENCY,
    Field::new(Key::Postcut, Form::Flag)
        .doc("1: the price is after the store's cut; 0: before")
        .costs_row(),
];

/// The most characters of a signed transaction, which has some thousands.
const MAX_RECEIPT: usize = 16_000;

/// `subscription`: a subscription, once and not per renewal.
///
/// Sent to `/v1/subscriptions`. Tenjin documents it for the calls of its SDK, also where a backend
/// handles subscriptions; that the request may come from a server is our inference. On Android
/// Tenjin recognises a token that it has already. The names on iOS are those of the SDK's binary,
/// which refuses a subscription that lacks one of those that are required here. Without the store's
/// credentials in Tenjin's dashboard it is accepted and then dropped.
pub(super) const SUBSCRIPTION: &[Field] = with_common![
    APP_VERSION.of(Group::GoogleAds),
    TRACKING_STATUS,
    Field::new(Key::ProductId, Form::Text(SHORT))
        .required()
        .doc("what was subscribed to"),
    Field::new(Key::Price, Form::Amount)
        .required()
        .doc("the price of one period, in major units: 9.99"),
    CURRENCY,
    Field::new(Key::GooglePlayPurchaseToken, Form::Text(LONG))
        .doc("the purchase's token: what the subscription is recognised by, here and at Tenjin")
        .only(Side::Android)
        .needed(Need::On(Side::Android)),
    Field::new(Key::PurchaseDate, Form::Millis)
        .doc("when it was bought; sent as milliseconds since 1970")
        .only(Side::Android)
        .costs_row(),
    Field::new(Key::Receipt, Form::Text(MAX_RECEIPT))
        .from(Source::Code)
        .doc("iOS: the signed transaction (JWS); Android: the purchase's JSON")
        .needed(Need::On(Side::Ios)),
    Field::new(Key::Signature, Form::Text(LONG))
        .doc("the signature of the purchase's JSON")
        .only(Side::Android),
    Field::new(Key::TransactionId, Form::Text(SHORT))
        .from(Source::Code)
        .doc("the transaction")
        .only(Side::Ios)
        .needed(Need::On(Side::Ios)),
    Field::new(Key::OriginalTransactionId, Form::Text(SHORT))
        .from(Source::Code)
        .doc("the first transaction: what the subscription is recognised by here")
        .only(Side::Ios)
        .needed(Need::On(Side::Ios)),
    Field::new(Key::IosStoreKitTransaction, Form::Text(MAX_RECEIPT))
        .from(Source::Code)
        .doc("the transaction as StoreKit has it")
        .only(Side::Ios)
        .needed(Need::On(Side::Ios)),
    Field::new(Key::Environment, Form::Text(SHORT))
        .from(Source::Code)
        .doc("the store's environment: Production")
        .only(Side::Ios),
];

/// `attribution`: marks a user as known, so that an import of history makes no new installs.
///
/// Sent to `/v0/import_attribution`. Tenjin documents nothing of it: the path and the four
/// parameters are those of the one public importer (firsttrydotco/tenjin-revenuecat-importer).
pub(super) const ATTRIBUTION: &[Field] = &[
    KIND,
    EVENT_TIME,
    EVENT_ID,
    BUNDLE_ID.from(Source::Code),
    PLATFORM.from(Source::Code),
    Field::new(Key::AdvertisingId, Form::AdvertisingId)
        .from(Source::Code)
        .doc("IDFA, GAID or OAID, this or developer_device_id; sent empty when there is none")
        .needed(Need::KeyPresent),
    Field::new(Key::DeveloperDeviceId, Form::DeviceId)
        .from(Source::Code)
        .doc("IDFV; this or advertising_id")
        .costs_row(),
];
