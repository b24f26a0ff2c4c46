//! The names of all fields: Tenjin's parameters and our three.
//!
//! A name is a small number here, so that a row's values live in an array and rules that look at
//! several fields need no text. Names match without regard to case, spaces, underscores and
//! dashes.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::model::plain;
use crate::model::words::words;

words! {
    /// The name of a field, in the order in which people meet them.
    pub enum Key {
        Kind = "kind",
        EventTime = "event_time",
        EventId = "event_id",
        BundleId = "bundle_id",
        Platform = "platform",
        OsVersion = "os_version",
        AnalyticsInstallationId = "analytics_installation_id",
        AdvertisingId = "advertising_id",
        DeveloperDeviceId = "developer_device_id",
        CustomerUserId = "customer_user_id",
        SdkVersion = "sdk_version",
        AppVersion = "app_version",
        IpAddress = "ip_address",
        Country = "country",
        LimitAdTracking = "limit_ad_tracking",
        AdUserData = "ad_user_data",
        AdPersonalization = "ad_personalization",
        TrackingStatus = "tracking_status",
        OptIn = "opt_in",
        OsVersionRelease = "os_version_release",
        BuildId = "build_id",
        Locale = "locale",
        DeviceModel = "device_model",
        Referrer = "referrer",
        OdmInfo = "odm_info",
        Event = "event",
        Value = "value",
        ProductId = "product_id",
        Price = "price",
        Quantity = "quantity",
        Currency = "currency",
        Postcut = "postcut",
        AdRevenueMediation = "ad_revenue_mediation",
        NetworkName = "network_name",
        RevenueDecimal = "revenue_decimal",
        RevenueCpm = "revenue_cpm",
        AdUnitId = "ad_unit_id",
        AdFormat = "ad_format",
        SentAt = "sent_at",
        ConnectionType = "connection_type",
        SourceAppStore = "source_app_store",
        Language = "language",
        AppVersionCode = "app_version_code",
        DeviceProduct = "device_product",
        MediationCountry = "mediation_country",
        Precision = "precision",
        CreativeId = "creative_id",
        Placement = "placement",
        NetworkPlacement = "network_placement",
        AuctionId = "auction_id",
        Carrier = "carrier",
        Device = "device",
        DeviceBrand = "device_brand",
        DeviceManufacturer = "device_manufacturer",
        Timezone = "timezone",
        UserAgent = "user_agent",
        SessionId = "session_id",
        ScreenHeight = "screen_height",
        ScreenWidth = "screen_width",
        GooglePlayPurchaseToken = "google_play_purchase_token",
        PurchaseDate = "purchase_date",
        Receipt = "receipt",
        Signature = "signature",
        TransactionId = "transaction_id",
        OriginalTransactionId = "original_transaction_id",
        IosStoreKitTransaction = "ios_store_kit_transaction",
        Environment = "environment",
    }
}

impl Key {
    /// How many names there are.
    pub const COUNT: usize = Key::ALL.len();

    /// The ids of rows and of users: one value for all rows that lack one would make them one.
    pub const IDS: [Key; 5] = [
        Key::EventId,
        Key::AnalyticsInstallationId,
        Key::AdvertisingId,
        Key::DeveloperDeviceId,
        Key::CustomerUserId,
    ];

    /// The field that this name means, however it is spelt.
    pub fn find(name: &str) -> Option<Key> {
        static PLAIN: LazyLock<HashMap<String, Key>> =
            LazyLock::new(|| Key::ALL.map(|key| (plain(key.name()), key)).into());
        PLAIN.get(&plain(name)).copied()
    }

    /// What names one device or one installation: one value for all rows would make one user of
    /// all.
    pub const DEVICE_IDS: [Key; 3] = [
        Key::AnalyticsInstallationId,
        Key::AdvertisingId,
        Key::DeveloperDeviceId,
    ];

    /// When a row was, the first that it says. An ad impression may say it in `sent_at` alone, a
    /// subscription in `purchase_date`: the two times that Tenjin documents.
    pub const TIMES: [Key; 3] = [Key::EventTime, Key::SentAt, Key::PurchaseDate];

    /// The amounts of money.
    pub const AMOUNTS: [Key; 3] = [Key::Price, Key::RevenueDecimal, Key::RevenueCpm];

    /// Whether only a subscription has it. Columns of these names mean other things in exports
    /// that have none.
    pub const fn is_of_subscriptions(self) -> bool {
        matches!(
            self,
            Key::GooglePlayPurchaseToken
                | Key::PurchaseDate
                | Key::Receipt
                | Key::Signature
                | Key::TransactionId
                | Key::OriginalTransactionId
                | Key::IosStoreKitTransaction
                | Key::Environment
        )
    }

    /// Whether a list of one value may stand for it: `AppsFlyer` has products so.
    pub const fn may_be_list(self) -> bool {
        matches!(self, Key::ProductId)
    }

    /// Whether its text may be an object of JSON.
    pub const fn may_be_json(self) -> bool {
        matches!(self, Key::Receipt | Key::IosStoreKitTransaction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_however_they_are_spelt() {
        for spelt in ["ip_address", "IP Address", "ip-address", "IPAddress"] {
            assert_eq!(Key::find(spelt), Some(Key::IpAddress), "{spelt}");
        }
        assert_eq!(Key::find("ip.address"), None);
    }

    #[test]
    fn no_two_names_are_alike() {
        for key in Key::ALL {
            assert_eq!(Key::find(key.name()), Some(key));
        }
    }
}
