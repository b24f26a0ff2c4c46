//! An event: a row that is known to be valid and normalised. Having one is the proof.
//!
//! It owns everything that sending, the ledger and the report will ask for, so that the chunk it
//! was read from can go.

use std::sync::{Arc, LazyLock};

use rust_decimal::Decimal;

use super::{App, Kind, Place};

/// A row that may be sent. Only `validate` makes one.
#[derive(Debug, Clone)]
pub struct Event {
    /// Where its row starts.
    pub place: Place,
    /// Which request it becomes.
    pub kind: Kind,
    /// Whose it is.
    pub app: Arc<App>,
    /// The request's body, form-urlencoded.
    pub body: Box<str>,
    /// The record's text, for the files of rows in doubt and the ledger.
    pub text: Box<[u8]>,
    /// Rows with the same value go in input order.
    pub installation: Installation,
    /// When it happened, µs since 1970 UTC, if the row says.
    pub time: Option<i64>,
    /// What it counts as in the control totals.
    pub contribution: Contribution,
    /// What identifies it.
    pub identity: Identity,
    /// For a row of a rejects file: where it stood before it was rejected.
    pub origin: Option<Origin>,
}

/// Where a mended row stood before it was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The input's name.
    pub file: Box<str>,
    /// Its line there.
    pub line: u64,
}

/// The hash of what names an installation: `analytics_installation_id`, else `advertising_id`,
/// else `developer_device_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Installation(pub u64);

/// What an event adds to the control totals.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contribution {
    /// The name of an event, the product of a purchase, else empty.
    pub label: Arc<str>,
    /// Its revenue, if it has any.
    pub revenue: Option<Revenue>,
}

/// An amount in major units, and its currency.
pub type Revenue = (Decimal, Currency);

/// An ISO 4217 code, upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency(pub [u8; 3]);

impl serde::Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl Currency {
    /// The code as text.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Every code of three letters, in the order of the alphabet.
    pub fn words() -> impl Iterator<Item = Self> {
        let alphabet = || b'A'..=b'Z';
        let two = alphabet().flat_map(move |a| alphabet().map(move |b| [a, b]));
        two.flat_map(move |[a, b]| alphabet().map(move |c| Currency([a, b, c])))
    }

    /// Whether it is a currency; codes for testing and for none are not.
    pub fn is_known(self) -> bool {
        self.iso().is_some()
    }

    /// How many decimals its amounts have; `None` for gold (XAU) and the like.
    pub fn decimals(self) -> Option<u32> {
        self.iso()?.exponent().map(u32::from)
    }

    /// Whether people mark its amounts so: by its code, or by its symbol.
    pub fn is_marked(self, mark: &str) -> bool {
        let symbol = self.iso().map(|iso| iso.symbol().symbol);
        let is_dollar = |symbol: &String| mark == "$" && symbol.ends_with('$');
        mark.eq_ignore_ascii_case(self.code())
            || symbol.is_some_and(|symbol| symbol == mark || is_dollar(&symbol))
    }

    /// The only currency that is marked so.
    pub fn of_mark(mark: &str) -> Option<Self> {
        let mut marked = Self::words().filter(|word| word.is_marked(mark) && word.is_known());
        let first = marked.next();
        first.filter(|_| marked.next().is_none())
    }

    /// What ISO 4217 says of it, if it is a currency.
    fn iso(self) -> Option<iso_currency::Currency> {
        let [a, b, c] = self
            .0
            .map(|letter| usize::from(letter).wrapping_sub(b'A'.into()));
        let is_word = a < 26 && b < 26 && c < 26;
        is_word.then(|| ISO_4217[(a * 26 + b) * 26 + c]).flatten()
    }
}

/// By the place among [`Currency::words`]: looking for a code in the list costs as much as reading
/// the row that has it.
static ISO_4217: LazyLock<Box<[Option<iso_currency::Currency>]>> = LazyLock::new(|| {
    let known = |word: Currency| match word.code() {
        "XXX" | "XTS" => None,
        code => iso_currency::Currency::from_code(code),
    };
    Currency::words().map(known).collect()
});

/// What identifies an event, so that it is not sent twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The hash of `event_id` with its `id_source`, kind and app, where the row has an id.
    pub id: Option<Fingerprint>,
    /// The start of that id as it was read, to show to people. The ledger does not keep it.
    pub id_text: Option<Box<str>>,
    /// The content, by the versioned recipe.
    pub fingerprint: Fingerprint,
    /// Whose it is, as far as the source says.
    pub people: UserIds,
    /// Hashes of the first three ids of [`UserIds`], where the id that is sent comes from a lookup, a
    /// derivation or `--set`. They do not identify the row, but Tenjin's export shows such an id.
    pub joined: [Option<i64>; 3],
}

impl Identity {
    /// The hashes of all ids that are sent, wherever they come from.
    pub fn sent_ids(&self) -> [Option<i64>; 4] {
        let UserIds([installation, advertising, device, user]) = self.people;
        let [joined_installation, joined_advertising, joined_device] = self.joined;
        [
            installation.or(joined_installation),
            advertising.or(joined_advertising),
            device.or(joined_device),
            user,
        ]
    }
}

/// Hashes of the ids of one person, as the source gave them: `analytics_installation_id`, `advertising_id`,
/// `developer_device_id` and `customer_user_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UserIds(pub [Option<i64>; 4]);

/// Whether two rows are of one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameUser {
    /// They share an id.
    Yes,
    /// No id stands in both.
    Unknown,
    /// Every id that stands in both differs.
    No,
}

impl UserIds {
    /// Compares ids that stand in both.
    pub fn same_user(self, other: UserIds) -> SameUser {
        let both = self.0.into_iter().zip(other.0);
        let both: Vec<bool> = both.filter_map(|(a, b)| Some(a? == b?)).collect();
        match (both.contains(&true), both.is_empty()) {
            (true, _) => SameUser::Yes,
            (_, true) => SameUser::Unknown,
            _ => SameUser::No,
        }
    }
}

/// The first 16 bytes of a BLAKE3 hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(pub [u8; 16]);
