//! What identifies an event, so that it is not sent twice.
//!
//! The fingerprint is a BLAKE3 hash over a fixed list of values per kind, in canonical form and
//! each with its length, so that column order, format, constants and id style cannot change it.
//! The recipe is versioned and pinned by golden hashes: a change would send old events again.

use rust_decimal::Decimal;

use super::whole_row::revenue_of;
use crate::model::{App, Currency, Fingerprint, Identity, Installation, Kind, Revenue};
use crate::parse::{UuidText, Value};
use crate::schema::Key;
use crate::stats::Amount;

/// The version of the recipe: the first byte of what is hashed.
pub const RECIPE: u8 = 1;

/// Set apart what is hashed for a fingerprint, for an id, and for a row that is left out.
const CONTENT: u8 = b'c';
const ID: u8 = b'i';
const LEFT: u8 = b'l';

/// An id in canonical form: lower-case hex without dashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Id<'v> {
    /// A UUID.
    Uuid([u8; 16]),
    /// Other hex, in lower case.
    Hex(&'v str),
}

impl<'v> Id<'v> {
    /// The id that a value is, if it is one.
    pub fn of(value: Value<'v>) -> Option<Self> {
        match value {
            Value::Uuid(bytes) => Some(Id::Uuid(bytes)),
            Value::Hex(text) => Some(Id::Hex(text)),
            _ => None,
        }
    }
}

/// What an event is, as far as its identity goes. Ids are those that the source gave: never from
/// a lookup, a derivation, `--set` or a default.
#[derive(Debug, Clone, Copy)]
pub struct Content<'v> {
    /// Which request it becomes.
    pub kind: Kind,
    /// Whose it is.
    pub app: &'v App,
    /// µs since 1970 UTC.
    pub time: Option<i64>,
    /// `analytics_installation_id`, `advertising_id`, `developer_device_id`.
    pub ids: [Option<Id<'v>>; 3],
    /// `customer_user_id`.
    pub user: Option<&'v str>,
    /// What names the event itself, where its kind has it.
    pub event_id: Option<&'v str>,
}

/// The hash of the content; what the kind adds to it is got by field. The row is valid, so that
/// nothing is missing.
pub fn fingerprint<'v>(
    content: &Content<'v>,
    get: impl Fn(Key) -> Value<'v>,
    recipe: &mut Recipe,
) -> Fingerprint {
    recipe.start(CONTENT, content.kind, content.app);
    recipe.number(content.time.map(|time| whole(content.kind, time)));
    for id in content.ids {
        recipe.id(id);
    }
    recipe.text(content.user);
    let text = |key: Key| Some(get(key).text().unwrap_or_default());
    match content.kind {
        Kind::Open | Kind::Attribution => {}
        Kind::Event => {
            recipe.text(text(Key::Event));
            recipe.number(match get(Key::Value) {
                Value::Integer(value) => Some(value),
                _ => None,
            });
        }
        Kind::Purchase => {
            recipe.text(text(Key::ProductId));
            recipe.amount(revenue_of(content.kind, &get));
        }
        Kind::Subscription => {
            recipe.text(content.event_id);
            recipe.text(text(Key::ProductId));
        }
        Kind::AdImpression => {
            recipe.text(get(Key::AdUnitId).text());
            recipe.text(text(Key::NetworkName));
            recipe.amount(revenue_of(content.kind, &get));
        }
    }
    recipe.hash()
}

/// Vendors change between seconds and milliseconds from one export to the next, and money must
/// not go twice for it.
fn whole(kind: Kind, time: i64) -> i64 {
    if kind.is_money() {
        time - time.rem_euclid(1_000_000)
    } else {
        time
    }
}

/// The hash of an id of a device or a person, by the field it stands in: what is kept of it in the
/// ledger, and found again by who has the id.
pub fn person(field: &str, id: &str) -> i64 {
    // At once: a hasher that takes pieces costs more than their copy.
    let whole = [field, id].join("\0");
    word(blake3::hash(whole.as_bytes()).as_bytes()).cast_signed()
}

/// The same of an id in canonical form.
pub fn device(field: &str, id: Id<'_>) -> i64 {
    match id {
        Id::Uuid(bytes) => person(field, UuidText::new(&bytes, false).as_str()),
        Id::Hex(text) => person(field, text),
    }
}

/// The hash of an `event_id`, within its source, kind and app.
pub fn of_id(source: &str, kind: Kind, app: &App, id: &str, recipe: &mut Recipe) -> Fingerprint {
    recipe.start(ID, kind, app);
    recipe.text(Some(source));
    recipe.text(Some(id));
    recipe.hash()
}

/// The hash of a row that is left out: its content and id, and its amount, which may be below zero
/// and so is no part of what could be sent.
pub fn of_left(identity: &Identity, amount: Amount, recipe: &mut Recipe) -> Fingerprint {
    recipe.bytes.clear();
    recipe.bytes.extend([RECIPE, LEFT]);
    recipe.part(Some(&identity.fingerprint.0));
    recipe.part(identity.id.as_ref().map(|id| id.0.as_slice()));
    if let Amount::Of(amount, currency) = amount {
        recipe.amount(Some((amount, currency)));
    }
    recipe.hash()
}

/// What is about to be hashed; kept between rows for its memory.
#[derive(Debug, Default)]
pub struct Recipe {
    bytes: Vec<u8>,
}

impl Recipe {
    fn start(&mut self, what: u8, kind: Kind, app: &App) {
        self.bytes.clear();
        self.bytes.extend([RECIPE, what]);
        self.text(Some(kind.name()));
        self.text(Some(&app.bundle_id));
        self.text(Some(app.platform.name()));
    }

    /// Nothing is one byte, so that nothing and an empty text differ.
    fn part(&mut self, part: Option<&[u8]>) {
        let Some(part) = part else {
            self.bytes.push(0);
            return;
        };
        self.bytes.push(1);
        self.bytes.extend((part.len() as u64).to_le_bytes());
        self.bytes.extend(part);
    }

    fn text(&mut self, text: Option<&str>) {
        self.part(text.map(str::as_bytes));
    }

    fn number(&mut self, number: Option<i64>) {
        self.part(
            number
                .map(i64::to_le_bytes)
                .as_ref()
                .map(<[u8; 8]>::as_slice),
        );
    }

    fn id(&mut self, id: Option<Id<'_>>) {
        match id {
            Some(Id::Uuid(bytes)) => self.text(Some(UuidText::new(&bytes, false).as_str())),
            Some(Id::Hex(text)) => self.text(Some(text)),
            None => self.text(None),
        }
    }

    fn amount(&mut self, revenue: Option<Revenue>) {
        let (amount, currency) = revenue.unwrap_or((Decimal::ZERO, Currency(*b"XXX")));
        // 5, 5.0 and 5.00 are the same money.
        let amount = amount.normalize();
        self.part(Some(&amount.mantissa().to_le_bytes()));
        self.part(Some(&amount.scale().to_le_bytes()));
        self.part(Some(&currency.0));
    }

    fn hash(&self) -> Fingerprint {
        let mut short = [0; 16];
        short.copy_from_slice(&blake3::hash(&self.bytes).as_bytes()[..16]);
        Fingerprint(short)
    }
}

/// The seed of an app's installations.
pub fn seed(app: &App) -> u64 {
    word(blake3::hash(format!("{}\0{}", app.bundle_id, app.platform).as_bytes()).as_bytes())
}

/// What names an installation, within its app. Only orders rows within one run, so that mixing
/// is enough: two installations that fall together wait for each other, no more.
pub fn installation(seed: u64, id: Id<'_>) -> Installation {
    let (high, low) = match id {
        Id::Uuid(bytes) => (word(&bytes), word(&bytes[8..])),
        Id::Hex(text) => (word(blake3::hash(text.as_bytes()).as_bytes()), 0),
    };
    let mixed = mix(high ^ seed, low ^ 0x9e37_79b9_7f4a_7c15);
    Installation(mix(mixed ^ seed, 0xd6e8_feb8_6659_fd93))
}

/// Both halves of a product, folded: every bit of the factors reaches every bit of the result.
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    let low = u64::try_from(product & u128::from(u64::MAX)).unwrap_or_default();
    let high = u64::try_from(product >> 64).unwrap_or_default();
    low ^ high
}

fn word(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .take(8)
        .fold(0, |word, byte| word << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Platform;

    fn app() -> App {
        App {
            bundle_id: "com.example.game".into(),
            platform: Platform::Ios,
        }
    }

    fn print(kind: Kind, own: &[(Key, Value<'_>)]) -> String {
        let content = Content {
            kind,
            app: &app(),
            time: Some(1_795_348_800_000_000),
            ids: [
                Some(Id::Uuid([0x5a; 16])),
                None,
                Some(Id::Hex("0123456789abcdef")),
            ],
            user: Some("user 1"),
            event_id: None,
        };
        let get = |key| {
            let found = own.iter().find(|(known, _)| *known == key);
            found.map_or(Value::Absent, |(_, value)| *value)
        };
        hex(fingerprint(&content, get, &mut Recipe::default()))
    }

    fn hex(print: Fingerprint) -> String {
        UuidText::new(&print.0, false).as_str().to_owned()
    }

    fn amount(text: &str) -> Value<'static> {
        Value::Amount(text.parse().unwrap_or_default())
    }

    const USD: (Key, Value<'static>) = (Key::Currency, Value::Currency(Currency(*b"USD")));

    /// These are in people's ledgers. If this test fails, do not bless it: give the recipe a new
    /// version, and look up the old one too.
    #[test]
    fn golden_hashes() {
        let event = [
            (Key::Event, Value::Text("level_up")),
            (Key::Value, Value::Integer(-3)),
        ];
        let purchase = [
            (Key::ProductId, Value::Text("coins")),
            (Key::Price, amount("4.990")),
            (Key::Quantity, Value::Integer(2)),
            USD,
        ];
        let impression = [
            (Key::NetworkName, Value::Text("AdMob")),
            (Key::RevenueDecimal, amount("0.0012")),
            USD,
        ];
        for (kind, own, hash) in [
            (Kind::Open, &[][..], "807a0f4adff1366dd664c9d7dcc25dfc"),
            (Kind::Event, &event, "af74c8eae7facc9c5c5a0b07903e695b"),
            (
                Kind::Purchase,
                &purchase,
                "5234128f0ebd13ecfea1f38c162d63ce",
            ),
            (
                Kind::AdImpression,
                &impression,
                "4dfacac1fd59511ae12acdbe67473409",
            ),
        ] {
            assert_eq!(print(kind, own), hash, "{kind}");
        }
        let id = of_id(
            "orders",
            Kind::Purchase,
            &app(),
            "A-1",
            &mut Recipe::default(),
        );
        assert_eq!(hex(id), "0df9ff9ac621209b33ee831c1d059162");
    }

    #[test]
    fn money_is_told_apart_by_whole_seconds() {
        let of = |kind, time| {
            let content = Content {
                kind,
                app: &app(),
                time: Some(time),
                ids: [None; 3],
                user: None,
                event_id: None,
            };
            fingerprint(&content, |_| Value::Absent, &mut Recipe::default())
        };
        assert_eq!(of(Kind::Purchase, 5_999_999), of(Kind::Purchase, 5_000_000));
        assert_ne!(of(Kind::Purchase, 5_999_999), of(Kind::Purchase, 6_000_000));
        assert_ne!(of(Kind::Event, 5_999_999), of(Kind::Event, 5_000_000));
    }

    #[test]
    fn parts_cannot_run_into_each_other() {
        let event = |value| print(Kind::Event, &[(Key::Value, value)]);
        assert_ne!(event(Value::Absent), event(Value::Integer(0)));
        let impression = |ad_unit_id, network_name| {
            let own = [
                (Key::AdUnitId, ad_unit_id),
                (Key::NetworkName, Value::Text(network_name)),
                (Key::RevenueDecimal, amount("1")),
                USD,
            ];
            print(Kind::AdImpression, &own)
        };
        let text = Value::Text;
        assert_ne!(impression(text("ab"), "c"), impression(text("a"), "bc"));
        assert_ne!(impression(text(""), "c"), impression(Value::Absent, "c"));
    }

    #[test]
    fn installations_spread() {
        let of = |number: u128| installation(seed(&app()), Id::Uuid(number.to_be_bytes())).0;
        let mut low: Vec<u64> = (0..100_000)
            .map(|number| of(number) & 0xffff_ffff)
            .collect();
        low.sort_unstable();
        low.dedup();
        // By chance about one pair in 100,000 shares half of its bits.
        assert!(low.len() > 99_990, "{}", low.len());
    }
}
