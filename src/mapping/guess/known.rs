//! How exports in the wild call what Tenjin's fields are, the surest name first.
//!
//! Without case, spaces, underscores and dashes, as all names are compared. The names are those
//! of shops' order exports, of app analytics, and of the vendors that have a preset.

use crate::schema::Key;

/// The names of a field, its own aside.
pub(super) fn names(key: Key) -> std::str::SplitWhitespace<'static> {
    let line = NAMES.iter().find(|(known, _)| *known == key);
    line.map_or("", |(_, names)| names).split_whitespace()
}

const NAMES: &[(Key, &str)] = &[
    (Key::Kind, "rowkind recordkind"),
    (
        Key::EventTime,
        "eventtime eventtimestamp eventdate eventdatetime occurredat happenedat \
         purchasedat purchasedate purchasetime transactiondate transactiontime paidat \
         orderdate ordertime orderedat timestamp datetime time ts date clienttime clientts \
         createdat created createddate createddate(utc) created(utc) servertime bestelldatum \
         kaufdatum datum zeit zeitpunkt fecha data",
    ),
    (
        Key::EventId,
        "transactionid storetransactionid orderid orderno ordernumber purchaseid \
         receiptid eventuuid messageid insertid $insertid uuid rowid bestellnummer bestellnr \
         bestellung auftragsnummer order id invoiceid",
    ),
    (
        Key::BundleId,
        "bundleidentifier bundle packagename apppackagename package appid app \
         applicationid appidentifier appnamespace namespace appname",
    ),
    (
        Key::Platform,
        "os osname deviceplatform appplatform clientplatform store",
    ),
    (
        Key::OsVersion,
        "osver deviceosversion systemversion iosversion androidversion apilevel sdkint \
         deviceos osversionname os",
    ),
    (
        Key::AnalyticsInstallationId,
        "tenjininstallationid tenjinid installationid",
    ),
    (
        Key::AdvertisingId,
        "idfa gaid gpsadid googleadid googleadvertisingid aaid oaid ifa \
         advertisingidentifier deviceadid iosifa googleaid",
    ),
    (
        Key::DeveloperDeviceId,
        "idfv vendorid vendoridentifier identifierforvendor iosifv androidid deviceid",
    ),
    (
        Key::CustomerUserId,
        "customerid customer userid uid user appuserid accountid playerid memberid \
         profileid externalid distinctid kundennummer kundenid kunde player",
    ),
    (
        Key::AppVersion,
        "appver appversionname version buildversion",
    ),
    (
        Key::IpAddress,
        "ip clientip deviceip userip remoteaddr remoteip",
    ),
    (
        Key::Country,
        "countrycode countryiso geoipcountrycode geo land",
    ),
    (Key::DeviceModel, "model device devicename devicetype"),
    (
        Key::Event,
        "eventname eventtype action actionname name type",
    ),
    (
        Key::ProductId,
        "sku productsku product productname productidentifier itemid item itemname \
         articleid artikelnummer artikel produkt offerid planid",
    ),
    (
        Key::Price,
        "unitprice itemprice priceamount amount revenue total totalprice linetotal \
         ordertotal gross grossamount purchaseamount value einzelpreis preis betrag summe \
         umsatz",
    ),
    (Key::Quantity, "qty count units menge anzahl"),
    (
        Key::Currency,
        "currencycode currencyiso curr isocurrency waehrung währung",
    ),
];
