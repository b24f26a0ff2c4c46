//! How exports in the wild call what Tenjin's fields are, the surest name first, and what they say
//! of a row beside.
//!
//! Without case, spaces, underscores and dashes, as all names are compared. The names are those
//! of shops' order exports, of app analytics, and of the vendors that have a preset.

use crate::forms::yes_no;
use crate::model::plain;
use crate::schema::Key;

/// What a column says of a row that decides what money it is, and whether it is any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// The platform.
    Platform,
    /// The currency of the amount.
    Currency,
    /// How many were bought.
    Quantity,
    /// Yes, or a word such as `sandbox`: nobody paid.
    Test,
    /// The same by a no.
    Live,
    /// Yes, an amount or a time: the money went back.
    Refund,
    /// A word: `Refunded`, `failed`.
    Status,
}

impl Meaning {
    /// The field that takes such a column, if there is one.
    pub fn field(self) -> Option<Key> {
        match self {
            Meaning::Platform => Some(Key::Platform),
            Meaning::Currency => Some(Key::Currency),
            Meaning::Quantity => Some(Key::Quantity),
            Meaning::Test | Meaning::Live | Meaning::Refund | Meaning::Status => None,
        }
    }

    /// What a column of this name says, if it says any of it. A path is known by its end.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let name = plain(name.trim_matches(['{', '}', '[', ']']));
        let end = name
            .rsplit('.')
            .next()
            .unwrap_or(&name)
            .trim_start_matches('$');
        let of_field = |meaning: &Meaning| {
            let key = meaning.field();
            key.is_some_and(|key| end == plain(key.name()) || names(key).any(|known| known == end))
        };
        let fields = [Meaning::Platform, Meaning::Currency, Meaning::Quantity];
        let is_called = |names: &str| names.split_whitespace().any(|known| known == end);
        let other = || OTHERS.iter().find(|(_, names)| is_called(names));
        let is_status = || end.ends_with("status") || end.ends_with("state");
        let known = fields.into_iter().find(of_field);
        let known = known.or_else(|| Some(other()?.0));
        known.or_else(|| is_status().then_some(Meaning::Status))
    }
}

impl Meaning {
    /// Whether a cell says that nobody paid, or that nothing is left of it.
    pub(crate) fn denies_payment(self, text: &str) -> bool {
        let Some(text) = text.get(..text.floor_char_boundary(LONGEST)) else {
            return false;
        };
        let word = text.trim().to_lowercase();
        match self {
            Meaning::Platform | Meaning::Currency | Meaning::Quantity => false,
            Meaning::Test => yes_no(&word) == Some(true) || TESTS.contains(&word.as_str()),
            Meaning::Live => yes_no(&word) == Some(false) || TESTS.contains(&word.as_str()),
            Meaning::Status => is_unpaid(&word),
            Meaning::Refund => !is_nothing(&word),
        }
    }
}

/// The most bytes of a cell that are looked at.
const LONGEST: usize = 100;
/// What is no purchase where the column says of which sort it is.
const TESTS: &[&str] = &[
    "sandbox",
    "test",
    "testing",
    "tests",
    "dev",
    "development",
    "debug",
    "staging",
    "qa",
    "xcode",
    "prueba",
    "pruebas",
    "prova",
    "essai",
    "teste",
];
/// What shops' exports say of a payment that was none, or of which nothing is left.
const UNPAID: &[&str] = &[
    "refund",
    "fail",
    "cancel",
    "declin",
    "void",
    "chargeback",
    "pending",
    "unpaid",
    "revers",
    "storn",
    "erstatt",
    "fehlgeschlagen",
    "abgebrochen",
    "abgelehnt",
    "ausstehend",
    "rembours",
    "échou",
    "echou",
    "annul",
    "refus",
    "reembols",
    "fallid",
    "anulad",
    "pendiente",
    "rechaz",
    "rimbors",
    "fallit",
    "rifiut",
    "estorn",
    "falhou",
    "recus",
    "pendente",
];

fn is_unpaid(word: &str) -> bool {
    UNPAID.iter().any(|stem| word.contains(stem))
}

/// No, zero, or a word for neither.
fn is_nothing(word: &str) -> bool {
    let is_zero = || {
        let is_part = |c: char| c.is_ascii_digit() || !c.is_alphanumeric();
        word.chars().all(is_part) && !word.contains(|c: char| ('1'..='9').contains(&c))
    };
    let denies = ["not ", "no ", "non ", "nicht ", "kein", "não "];
    is_zero() || yes_no(word) == Some(false) || denies.iter().any(|no| word.starts_with(no))
}

/// What no field takes.
const OTHERS: &[(Meaning, &str)] = &[
    (
        Meaning::Test,
        "test istest testkauf testmode testpurchase testorder istestorder testbestellung sandbox \
         issandbox sandboxpurchase environment env mode umgebung achattest commandetest essai \
         environnement prueba esprueba compraprueba compradeprueba entorno prova acquistotest \
         acquistodiprova ambiente teste eteste compradeteste compratest",
    ),
    (
        Meaning::Live,
        "live livemode islive production isproduction",
    ),
    (
        Meaning::Refund,
        "refund refunded isrefund isrefunded wasrefunded refundedat refunddate refundtime \
         amountrefunded refundedamount refundamount erstattet erstattung erstattetam \
         rückerstattung rückerstattet storniert storno remboursé rembourse remboursement reembolso \
         reembolsado rimborsato rimborso estornado estorno chargeback chargedback",
    ),
    (
        Meaning::Status,
        "statut estado etat état stato situação situacao",
    ),
];

/// The names of a field, its own aside.
pub(crate) fn names(key: Key) -> std::str::SplitWhitespace<'static> {
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
        "os osname operatingsystem deviceplatform appplatform clientplatform plattform \
         betriebssystem plateforme systeme système plataforma sistema sistemaoperativo \
         sistemaoperacional piattaforma store",
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
        "unitprice itemprice einzelpreis stückpreis prixunitaire preciounitario prezzounitario \
         preçounitário precounitario preis prix precio prezzo preço preco priceamount amount \
         revenue total totalprice linetotal ordertotal gross grossamount purchaseamount value \
         betrag gesamtbetrag summe umsatz montant montanttotal importe importo valor",
    ),
    (
        Key::Quantity,
        "qty count units menge anzahl stück stueck stückzahl quantité quantite cantidad quantità \
         quantita quantidade",
    ),
    (
        Key::Currency,
        "currencycode currencyiso curr isocurrency pricecurrency revenuecurrency ordercurrency \
         transactioncurrency waehrung währung währungscode devise monnaie divisa moneda valuta \
         moeda",
    ),
];
