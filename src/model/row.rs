//! A row as it was read: where it starts, its text, its cells.
//!
//! A row borrows from the chunk it was read in and owns nothing. What is wrong with a row is
//! data ([`Fault`]), never an error: bad rows travel beside good ones.

use std::borrow::Cow;
use std::sync::Arc;

use super::words::words;
use super::{App, Kind, Revenue, shown};

/// Where a row starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Which input of the run, counted from 0.
    pub input: u32,
    /// The physical line at which the record starts, counted from 1.
    pub line: u64,
}

/// One record of an input, cut into what the export calls its columns.
#[derive(Debug)]
pub struct RawRow<'c> {
    /// Where it starts.
    pub place: Place,
    /// The record's text as it stands in the input, without its line ending.
    pub text: &'c [u8],
    /// Its cells, or why it has none.
    pub cells: Cells<'c>,
    /// Whether the input ends in an unquoted cell of it, without the line end that those before have.
    pub is_open: bool,
    /// In a file of rejects: the input and the line where it stood at first.
    pub origin: Option<(&'c str, u64)>,
}

impl<'c> RawRow<'c> {
    /// A row that stands where it stood at first.
    pub fn new(place: Place, text: &'c [u8], cells: Cells<'c>) -> Self {
        let origin = None;
        RawRow {
            place,
            text,
            cells,
            is_open: false,
            origin,
        }
    }
}

/// The inside of a row, by format. Lent by the reader for the time of one call.
#[derive(Debug)]
pub enum Cells<'c> {
    /// CSV: one cell for each column of the header, in its order.
    Csv(&'c [Cow<'c, str>]),
    /// NDJSON: the members of the object, as they stand there (values are JSON text).
    Json(&'c [(Cow<'c, str>, &'c str)]),
    /// A record of only empty cells.
    Empty,
    /// Not a record; reading goes on after it.
    Damaged(Fault),
}

words! {
    /// Why a row is rejected. Stable words: scripts compare them.
    pub enum Code: &'static str {
        MissingField = "missing_field": "a required field is empty or has no column",
        InvalidId = "invalid_id": "not an id of a device, an installation or an app",
        InvalidIp = "invalid_ip": "not an IPv4 or IPv6 address",
        MissingIp = "missing_ip": "neither a usable advertising id nor an IP address",
        InvalidCountry = "invalid_country": "not an ISO 3166-1 alpha-2 country code",
        InvalidCurrency = "invalid_currency": "not an ISO 4217 currency code",
        InvalidNumber = "invalid_number": "not a plain decimal number",
        NegativePrice = "negative_price": "below zero; refunds are not supported by Tenjin",
        InvalidInteger = "invalid_integer": "not a whole number in range",
        InvalidChoice = "invalid_choice": "not one of the values that Tenjin takes",
        TooLong = "too_long": "longer than its limit",
        InvalidTime = "invalid_time": "not a time, or a time without a zone",
        InFuture = "in_future": "more than ten minutes ahead of now",
        UnknownApp = "unknown_app": "no SDK key for this app",
        UnknownKind = "unknown_kind": "no column or option gives the kind of this row",
        MalformedRow = "malformed_row": "not a whole record",
        InvalidUtf8 = "invalid_utf8": "not UTF-8 text",
        AmbiguousLookup = "ambiguous_lookup": "the lookup table has several values for this key",
        MissingIdentity = "missing_identity": "money without an id and without a time cannot be recognised again",
        IdConflict = "id_conflict": "the same event id as another row, but another event",
        IdChanged = "id_changed": "the same purchase was sent under another event id",
        InvalidText = "invalid_text": "contains control characters",
        InvalidShape = "invalid_shape": "an object, a list or broken JSON where one value is wanted",
        ContradictsSet = "contradicts_set": "differs from --set in a field of money",
        TotalsRow = "totals_row": "seems to be the total of other rows: it has neither a time nor an id",
    }
}

impl Code {
    /// What it means, in a few words.
    pub fn meaning(self) -> &'static str {
        self.more()
    }
}

/// One thing wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The stable word.
    pub code: Code,
    /// The field (or, before there are fields, empty).
    pub field: Cow<'static, str>,
    /// The bad value as it was read: at most [`Fault::VALUE_LIMIT`] characters, control characters
    /// escaped. Made by [`Fault::new`] only.
    pub value: Box<str>,
    /// What to do about it. Never repeats the cell.
    pub hint: Cow<'static, str>,
}

impl Fault {
    /// How many characters of a bad value are shown.
    pub const VALUE_LIMIT: usize = 120;

    /// A fault; its value is cut and escaped.
    pub fn new(
        code: Code,
        field: impl Into<Cow<'static, str>>,
        value: &str,
        hint: impl Into<Cow<'static, str>>,
    ) -> Self {
        Fault {
            code,
            field: field.into(),
            value: shown(value),
            hint: hint.into(),
        }
    }
}

/// A row that validation refused, with everything a person needs to mend it.
#[derive(Debug, Clone)]
pub struct Rejection {
    /// Where it starts.
    pub place: Place,
    /// The record's text, for the rejects file.
    pub text: Box<[u8]>,
    /// Whether `text` is a record that can stand in a rejects file as it is.
    pub is_record: bool,
    /// Everything that is wrong with it; never empty.
    pub faults: Vec<Fault>,
    /// The kind, where it was known.
    pub kind: Option<Kind>,
    /// The app, where it was known.
    pub app: Option<Arc<App>>,
    /// The user of the row, if it was rejected because it lacks an id.
    pub user: Option<Box<User>>,
}

/// The user of a row that lacks an id, as far as it says who that is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct User {
    /// The field that names them.
    pub field: &'static str,
    /// What it says.
    pub id: Box<str>,
    /// What the row is worth.
    pub revenue: Option<Revenue>,
    /// The hash of that id, as rows that can be sent have it ([`super::UserIds`]).
    pub hash: Option<i64>,
    /// When the row happened, µs since 1970 UTC.
    pub time: Option<i64>,
    /// The event's name, or the product.
    pub label: Box<str>,
}

/// The reason of purchases that cost nothing.
pub const NO_REVENUE: &str = "no_revenue";

/// Why a rule leaves a valid-looking row out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Filter {
    /// Older than `--max-age`.
    TooOld,
    /// Only empty cells.
    EmptyRow,
    /// A kind that needs `--allow`.
    KindNotAllowed(Kind),
    /// A filter of the mapping, by its reason.
    Mapping(Arc<str>),
    /// Dated before what the ledger was told to forget.
    ForgottenPeriod,
    /// `--skip-alike`: money that looks like what was sent, identified otherwise.
    LooksSent,
}

impl Filter {
    /// The word in reports.
    pub fn name(&self) -> Cow<'static, str> {
        match self {
            Filter::TooOld => "too_old".into(),
            Filter::EmptyRow => "empty_row".into(),
            Filter::KindNotAllowed(kind) => format!("{kind}_not_allowed").into(),
            Filter::Mapping(reason) => reason.to_string().into(),
            Filter::ForgottenPeriod => "forgotten_period".into(),
            Filter::LooksSent => "looks_sent".into(),
        }
    }
}
