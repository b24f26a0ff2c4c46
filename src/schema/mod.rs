//! What Tenjin takes, as tables: one for each kind, one line for each field.
//!
//! Each line states requirement, form, limit, what a bad value costs, and where we know it from.
//! Validation, `fields`, the JSON Schema and the CSV template come from here. Sources: Tenjin's SDKs and
//! <https://tenjin.com/docs/tenjin-server-to-server-s2s>, with the pages on set-up and ad revenue beside it.

mod ad_impression;
mod key;
mod tables;

pub use key::Key;

use crate::model::words::words;
use crate::model::{Kind, Platform};

/// The fields of a kind, ours first. What decides how others are read (`platform`) comes before
/// them.
pub const fn table(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Open => tables::OPEN,
        Kind::Event => tables::EVENT,
        Kind::Purchase => tables::PURCHASE,
        Kind::AdImpression => ad_impression::FIELDS,
        Kind::Attribution => tables::ATTRIBUTION,
        Kind::Subscription => tables::SUBSCRIPTION,
    }
}

/// The line of this field in the table of this kind.
pub fn field(kind: Kind, key: Key) -> Option<&'static Field> {
    table(kind).iter().find(|field| field.key == key)
}

/// The field that rows of a kind are named and summed by: an event's name, else the product.
pub fn name(kind: Kind) -> Option<Key> {
    const NAMES: [Option<Key>; Kind::ALL.len()] = names();
    NAMES[kind as usize]
}

const fn names() -> [Option<Key>; Kind::ALL.len()] {
    let mut names = [None; Kind::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        let mut fields = table(Kind::ALL[at]);
        while let [field, others @ ..] = fields {
            if matches!(field.key, Key::Event | Key::ProductId) {
                names[at] = Some(field.key);
            }
            fields = others;
        }
        at += 1;
    }
    names
}

/// One field of one kind.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub key: Key,
    /// What its text must look like.
    pub form: Form,
    /// When it must be there.
    pub need: Need,
    /// The one platform family that has it, if it is not for all.
    pub only: Option<Side>,
    /// `--require` makes it required.
    pub group: Option<Group>,
    /// What a bad value costs.
    pub loss: Loss,
    /// Where we know it from.
    pub source: Source,
    /// One line for people.
    pub doc: &'static str,
}

/// When a field must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// In every row.
    Always,
    /// The parameter is always sent, empty when there is no value.
    KeyPresent,
    /// On platforms of this family.
    On(Side),
    /// In the case that this text says; decided where several fields are looked at together.
    When(&'static str),
    /// Never.
    Optional,
}

/// What a value must look like, and how it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One of our kinds. Not sent.
    Kind,
    /// A point of time; see `parse::time`. Not sent.
    Time,
    /// The row's identity at the source, at most this many characters. Not sent.
    SourceId(usize),
    /// An id that the customer gave, at most this many characters.
    UserId(usize),
    /// Always this text, whatever the row says.
    Literal(&'static str),
    /// Text of at most this many characters.
    Text(usize),
    /// An app's bundle id or package name, at most this many characters.
    BundleId(usize),
    /// One of the four platforms.
    Platform,
    /// An API level on Android, digits and dots on iOS.
    OsVersion,
    /// A UUID.
    Uuid,
    /// An advertising id: a UUID; on devices without Google Play also other hex.
    AdvertisingId,
    /// A vendor's device id: a UUID on iOS; also other hex on Android.
    DeviceId,
    /// IPv4 or IPv6.
    Ip,
    /// ISO 3166-1 alpha-2.
    Country,
    /// ISO 4217.
    Currency,
    /// An amount: a plain decimal, not negative.
    Amount,
    /// A whole number that may be negative.
    Integer,
    /// A whole number above zero, up to this.
    Count(u32),
    /// Only digits, at most this many.
    Digits(usize),
    /// Yes or no, sent as `1` or `0`.
    Flag,
    /// Yes or no, sent as `true` or `false`.
    Truth,
    /// One of these words, in lower case.
    Choice(&'static [&'static str]),
    /// Two letters, in lower case.
    Language,
    /// A point of time, sent as milliseconds since 1970.
    Millis,
}

/// What a bad value costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// The whole row: identity, money, consent, and what is required.
    Row,
    /// Only the value: the row goes on without it, and the drop is counted.
    Value,
}

/// A platform family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// iOS.
    Ios,
    /// Android, with or without Google Play, and Amazon.
    Android,
}

impl Side {
    /// Whether this platform belongs to the family.
    pub fn has(self, platform: Platform) -> bool {
        platform.is_android() == (self == Side::Android)
    }
}

words! {
    /// A set of fields that an advertising partner needs: `--require`.
    pub enum Group {
        /// What Google Ads asks of app conversions.
        GoogleAds = "google-ads",
        /// What Meta's aggregated event measurement asks on iOS.
        MetaAem = "meta-aem",
    }
}

words! {
    /// Where a fact about Tenjin comes from.
    pub enum Source {
        /// Tenjin's or a partner's documentation.
        Documented = "documented",
        /// The official SDKs or an integration's code.
        Code = "seen in code",
        /// Our inference.
        Inferred = "inferred",
        /// It is ours, not Tenjin's.
        Ours = "ours",
    }
}

impl Field {
    /// A field that Tenjin documents and that rows may lack.
    const fn new(key: Key, form: Form) -> Self {
        Field {
            key,
            form,
            need: Need::Optional,
            only: None,
            group: None,
            loss: Loss::Value,
            source: Source::Documented,
            doc: "",
        }
    }

    const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    const fn from(mut self, source: Source) -> Self {
        self.source = source;
        self
    }

    const fn required(self) -> Self {
        self.needed(Need::Always)
    }

    const fn needed(mut self, need: Need) -> Self {
        self.need = need;
        self.loss = Loss::Row;
        self
    }

    /// A bad value rejects the row although the field is optional: identity, money, consent.
    const fn costs_row(mut self) -> Self {
        self.loss = Loss::Row;
        self
    }

    const fn of(mut self, group: Group) -> Self {
        self.group = Some(group);
        self
    }

    const fn only(mut self, side: Side) -> Self {
        self.only = Some(side);
        self
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.key.name()
    }

    /// Whether it is one of our three, which are never sent.
    pub fn is_ours(&self) -> bool {
        matches!(self.form, Form::Kind | Form::Time | Form::SourceId(_))
    }

    /// Whether a row on this platform may have it; if the platform is not known, it may.
    pub fn may_be_on(&self, platform: Option<Platform>) -> bool {
        let both = self.only.zip(platform);
        both.is_none_or(|(side, platform)| side.has(platform))
    }

    /// Whether this field of a row on this platform must have a value, with these groups asked
    /// for. [`Need::When`] is not decided here.
    pub fn is_needed(&self, platform: Option<Platform>, groups: impl Fn(Group) -> bool) -> bool {
        let is_on = |side: Side| platform.is_some_and(|platform| side.has(platform));
        match self.need {
            Need::Always => true,
            Need::On(side) => is_on(side),
            Need::KeyPresent | Need::When(_) | Need::Optional => {
                self.only.is_none_or(is_on) && self.group.is_some_and(groups)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_names_no_field_twice() {
        for kind in Kind::ALL {
            let mut keys: Vec<_> = table(kind).iter().map(|field| field.key).collect();
            keys.sort_unstable();
            let count = keys.len();
            keys.dedup();
            assert_eq!(keys.len(), count, "{kind}");
        }
    }

    #[test]
    fn rows_are_named_by_their_event_or_product() {
        let names = Kind::ALL.map(|kind| (kind.name(), name(kind).map(Key::name)));
        let expected = [
            ("open", None),
            ("event", Some("event")),
            ("purchase", Some("product_id")),
            ("ad_impression", None),
            ("attribution", None),
            ("subscription", Some("product_id")),
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn every_name_is_in_a_table() {
        for key in Key::ALL {
            assert!(
                Kind::ALL.into_iter().any(|kind| field(kind, key).is_some()),
                "{key}"
            );
        }
    }

    #[test]
    fn the_platform_is_read_before_what_depends_on_it() {
        for kind in Kind::ALL {
            let at = |wanted: Key| table(kind).iter().position(|field| field.key == wanted);
            for later in [Key::OsVersion, Key::AdvertisingId, Key::DeveloperDeviceId] {
                assert!(
                    at(later).is_none_or(|place| at(Key::Platform) < Some(place)),
                    "{kind}: {later}"
                );
            }
        }
    }

    #[test]
    fn identity_money_and_consent_cost_the_row() {
        let precious = [
            Key::AnalyticsInstallationId,
            Key::AdvertisingId,
            Key::DeveloperDeviceId,
            Key::EventId,
            Key::EventTime,
            Key::ProductId,
            Key::Price,
            Key::Quantity,
            Key::Currency,
            Key::Postcut,
            Key::RevenueDecimal,
            Key::RevenueCpm,
            Key::LimitAdTracking,
            Key::AdUserData,
            Key::AdPersonalization,
            Key::TrackingStatus,
            Key::OptIn,
        ];
        for kind in Kind::ALL {
            for line in table(kind)
                .iter()
                .filter(|line| precious.contains(&line.key))
            {
                assert_eq!(line.loss, Loss::Row, "{kind}: {}", line.name());
            }
        }
    }
}
