//! What only several fields together can say.
//!
//! The needs that a table marks with `Need::When` are decided here.
//!
//! Rows of totals: what spreadsheets put below the others.
//!
//! Options that supply what such a row lacks (`--set`, `--input-name`) would make a purchase of
//! it, worth as much as all others together. One rule tells it: a cell says "total" and nothing
//! else, and no other cell says when it was or who it was. A true row has one of these from its
//! source, so a product or an event may have such a name.

use rust_decimal::Decimal;

use super::beside;
use super::parsed::Parsed;
use crate::mapping::{Binding, Record};
use crate::model::{Code, Currency, Fault, Kind, Platform};
use crate::parse::{self, Fix, Value};
use crate::schema::{self, Group, Key};
use crate::stats::{Remark, Surplus};

/// Looks at the row as a whole.
pub(super) fn check(parsed: &mut Parsed<'_>) {
    match parsed.kind {
        Kind::AdImpression => {
            device(parsed);
            ad_revenue(parsed);
        }
        Kind::Attribution => known_device(parsed),
        Kind::Open | Kind::Event | Kind::Purchase | Kind::Subscription => {
            address(parsed);
            fill_release(parsed);
        }
    }
    total_fits(parsed);
}

/// Without an advertising id Tenjin goes by the address, and without one by ours.
fn address(parsed: &mut Parsed<'_>) {
    let bad = parsed.bad_ip.take();
    if parsed.has(Key::IpAddress) {
        return;
    }
    // An id that is a fault already would be there, had it been right.
    let needless = parsed.tells(Key::AdvertisingId) || parsed.rules.allow_missing_ip;
    match bad {
        Some(fault) if needless => parsed.dropped.push(fault),
        Some(fault) => parsed.faults.push(fault),
        None if needless => {}
        None => {
            // What the cell holds, if it is an address that locates no user.
            let text = parsed.binding.text(&parsed.record, Key::IpAddress);
            let text = text.ok().flatten();
            let hint = "map the device's address, or accept with --allow-missing-ip that Tenjin places the user where this program runs";
            parsed.fault(
                Code::MissingIp,
                Key::IpAddress,
                text.unwrap_or_default(),
                hint,
            );
        }
    }
}

/// Tenjin's ILRD page: iOS without IDFA needs both other ids, Android one of two.
fn device(parsed: &mut Parsed<'_>) {
    if parsed.tells(Key::AdvertisingId) {
        return;
    }
    let missing: Vec<Key> = [Key::AnalyticsInstallationId, Key::DeveloperDeviceId]
        .into_iter()
        .filter(|key| !parsed.tells(*key))
        .collect();
    let hint = match parsed.platform() {
        Some(Platform::Ios) => {
            "without advertising_id, iOS needs developer_device_id and analytics_installation_id: --lookup FILE joins them"
        }
        Some(_) => "needs advertising_id or analytics_installation_id: --lookup FILE joins them",
        None => return,
    };
    for key in missing {
        if key == Key::AnalyticsInstallationId || parsed.platform() == Some(Platform::Ios) {
            parsed.fault(Code::MissingField, key, "", hint);
        }
    }
}

/// Without an id there is nobody to mark.
fn known_device(parsed: &mut Parsed<'_>) {
    if !parsed.tells(Key::AdvertisingId) && !parsed.tells(Key::DeveloperDeviceId) {
        let hint = "needs advertising_id or developer_device_id: --lookup FILE joins them";
        parsed.fault(Code::MissingField, Key::AdvertisingId, "", hint);
    }
}

fn ad_revenue(parsed: &mut Parsed<'_>) {
    if !parsed.tells(Key::RevenueDecimal) && !parsed.tells(Key::RevenueCpm) {
        let hint = "needs revenue_decimal, or revenue_cpm (for a thousand impressions)";
        parsed.fault(Code::MissingField, Key::RevenueDecimal, "", hint);
    }
}

/// Google Ads wants the release beside the API level: `os_version` had it.
fn fill_release(parsed: &mut Parsed<'_>) {
    let platform = parsed.platform();
    if !parsed.fixes.has(Fix::OsVersionApiLevel)
        || parsed.has(Key::OsVersionRelease)
        || !parsed.is_required(Group::GoogleAds, platform)
    {
        return;
    }
    let (binding, record) = (parsed.binding, &parsed.record);
    if let Some(text) = binding.taken(record, Key::OsVersion, platform) {
        let release = parse::release_of(text);
        parsed.clear_faults(Key::OsVersionRelease);
        parsed.set(Key::OsVersionRelease, Value::Text(release));
        parsed.fixes.note(Fix::OsVersionReleaseFilled);
    }
}

fn total_fits(parsed: &mut Parsed<'_>) {
    if parsed.has(Key::Price)
        && parsed.has(Key::Quantity)
        && amount(parsed.kind, |key| parsed.get(key)).is_none()
    {
        let hint = "too many digits for an exact total of price x quantity";
        parsed.fault(Code::InvalidNumber, Key::Price, "", hint);
    }
}

/// What people should know about its money all the same.
pub(super) fn remark(parsed: &Parsed<'_>) -> Option<(Remark, Box<str>)> {
    let key = Key::AMOUNTS.into_iter().find(|key| parsed.has(*key))?;
    let (Value::Currency(currency), Value::Amount(price)) =
        (parsed.get(Key::Currency), parsed.get(key))
    else {
        return None;
    };
    let remark = |surplus| {
        let remark = Remark::MoreDecimals(currency, surplus);
        Some((remark, price.to_string().into()))
    };
    if key != Key::Price {
        // Revenue of one impression has many decimals.
        return is_of_floats(price).then(|| remark(Surplus::Float))?;
    }
    if NOT_IN_SDK.contains(&currency.code()) {
        return Some((Remark::UnknownToSdk(currency), price.to_string().into()));
    }
    // That says where the decimals come from.
    if beside::wrong_unit(parsed, key).is_some_and(|unit| unit.is_scaled) {
        return None;
    }
    let known = currency.decimals()?;
    let digits = price.normalize().scale();
    match price.scale() {
        // `1.000` yen are rather a thousand.
        3 if known == 0 && !parsed.binding.says_numbers() => remark(Surplus::Thousands),
        _ if digits <= known => None,
        3 => remark(Surplus::Thousands),
        _ if digits > MOST_DECIMALS => remark(Surplus::Float),
        _ => remark(Surplus::Currency),
    }
}

/// The most decimals of a price that people have written.
const MOST_DECIMALS: u32 = 6;

/// Whether an amount is what a float makes of a shorter one: `0.30000000000000004`.
fn is_of_floats(amount: Decimal) -> bool {
    let digits = amount.normalize().to_string();
    let (_, fraction) = digits.split_once('.').unwrap_or_default();
    let is_run = |run: &str| {
        let end = fraction.rfind(run).map(|at| at + run.len());
        end.is_some_and(|end| fraction.len() - end <= LAST_DIGITS)
    };
    fraction.len() >= FLOAT_DECIMALS && (is_run("000000") || is_run("999999"))
}

/// The fewest decimals of a float that is not exact, and the most behind its zeros or nines.
const FLOAT_DECIMALS: usize = 14;
const LAST_DIGITS: usize = 3;

/// Currencies of ISO 4217 that Tenjin's Android SDK (1.23) does not list: it drops such purchases.
const NOT_IN_SDK: [&str; 9] = [
    "BYN", "MRU", "SLE", "SSP", "STN", "VED", "VES", "XCG", "ZWG",
];

/// What the row counts as in the control totals.
pub(super) fn revenue(parsed: &Parsed<'_>) -> Option<(Decimal, Currency)> {
    revenue_of(parsed.kind, |key| parsed.get(key))
}

/// The same, by other values of its fields.
pub(crate) fn revenue_of<'v>(
    kind: Kind,
    get: impl Fn(Key) -> Value<'v>,
) -> Option<(Decimal, Currency)> {
    match get(Key::Currency) {
        Value::Currency(currency) => Some((amount(kind, get)?, currency)),
        _ => None,
    }
}

/// Of fields that a kind does not have there is no value.
fn amount<'v>(kind: Kind, get: impl Fn(Key) -> Value<'v>) -> Option<Decimal> {
    if let Value::Amount(price) = get(Key::Price) {
        return match get(Key::Quantity) {
            Value::Integer(1) => Some(price),
            Value::Integer(quantity) => times(price, quantity),
            _ => schema::field(kind, Key::Quantity)
                .is_none()
                .then_some(price),
        };
    }
    match (get(Key::RevenueDecimal), get(Key::RevenueCpm)) {
        (Value::Amount(revenue), _) => Some(revenue),
        (_, Value::Amount(cpm)) => Some(thousandth(cpm)),
        _ => None,
    }
}

/// Exact, or nothing.
pub(super) fn times(price: Decimal, quantity: i64) -> Option<Decimal> {
    let mantissa = price.mantissa().checked_mul(i128::from(quantity))?;
    Decimal::try_from_i128_with_scale(mantissa, price.scale()).ok()
}

/// The revenue of one impression. Exact for every cpm that has a meaning; the 26th digit behind
/// the point is rounded.
pub(super) fn thousandth(cpm: Decimal) -> Decimal {
    let cpm = cpm.normalize();
    Decimal::try_from_i128_with_scale(cpm.mantissa(), cpm.scale() + 3)
        .unwrap_or_else(|_| cpm / Decimal::ONE_THOUSAND)
}

/// Words for a total, in lower case, by language.
const WORDS: [&str; 6] = [
    // English
    "total|totals|grand total|subtotal|sub total|sum|overall",
    // German
    "summe|gesamt|gesamtsumme|gesamtergebnis|gesamtbetrag|insgesamt|zwischensumme|teilergebnis",
    // French
    "somme|total général|total general|sous-total|ensemble",
    // Italian
    "totale|totali|totale complessivo|somma|subtotale",
    // Spanish, Portuguese
    "suma|suma total|totales|total geral|totais|soma",
    // Dutch, Polish, Turkish, Japanese, Chinese, Russian
    "totaal|razem|suma końcowa|toplam|合計|总计|итого",
];
/// The most bytes of one of them, with what may stand around it.
const LONGEST: usize = 40;

/// What is wrong with the row, if it is one.
pub(super) fn totals_row_fault(binding: &Binding, record: &Record<'_, '_>) -> Option<Fault> {
    if binding.identifies(record, is_total) {
        return None;
    }
    let word = record.find_cell(is_total)?;
    let hint = "a row of totals: it has neither a time nor an id; leave it out of the export";
    Some(Fault::new(Code::TotalsRow, "", &word, hint))
}

/// Whether a cell says so, and nothing else.
fn is_total(cell: &str) -> bool {
    // Nearly every cell: none of the words begins so.
    let is_other = matches!(cell.as_bytes(), [] | [b'0'..=b'9', ..]);
    if is_other || cell.len() > LONGEST {
        return false;
    }
    let word = cell
        .trim()
        .trim_end_matches(|c: char| c == ':' || c.is_whitespace());
    let word = word.to_lowercase();
    let mut words = WORDS.iter().flat_map(|words| words.split('|'));
    words.any(|known| known == word)
}
