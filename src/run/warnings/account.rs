//! What the account of a run shows that people should know: amounts, values, look-ups and remarks.

use crate::mapping::guess::{said_decimals, scaled_line, without_hundredths};
use crate::mapping::{AmountUnit, LineTotal, RefundSign, lookup, name_of_power, power_in};
use crate::model::text::argument;
use crate::model::{Currency, DEFAULT_MAX_AGE_DAYS, Fault, shown};
use crate::report::figures::{self, counted, thousands};
use crate::report::run::RunFacts;
use crate::report::warning::{Warning, WarningCode};
use crate::schema::Key;
use crate::stats::reasons::Remarked;
use crate::stats::{Cause, Left, Remark, Stats, Sums, Surplus};

/// A value that is left out of more than one in this many valid rows is worth a warning.
const DROPPED_PART: u64 = 10;
/// The most warnings of a sort.
const MOST: usize = 5;

/// What came of the look-ups: which of both sides lacks what.
fn looked_up(counts: lookup::Counts) -> Option<Warning> {
    let rest = [
        (
            counts.useless,
            "found in it without an id that the row lacks",
        ),
        (counts.no_key, "without a key"),
        (counts.unknown_key, "with a key that it does not have"),
        (
            counts.other_app,
            "with a key that it has for another app or platform",
        ),
        (
            counts.several_apps,
            "without app or platform, with a key that it has for several",
        ),
        (
            counts.ambiguous,
            "with a key that has several different values there",
        ),
    ];
    let rest = rest.iter().filter(|(rows, _)| *rows > 0);
    let rest: Vec<String> = rest
        .map(|(rows, what)| format!("; {} {what}", thousands(*rows)))
        .collect();
    (counts != lookup::Counts::default()).then(|| {
        let text = format!(
            "--lookup: {} got ids from the table{}",
            counted(counts.hits, "row"),
            rest.concat()
        );
        Warning::new(WarningCode::LookedUp, text)
    })
}

/// What `validate` passes and an upload ends with 1 for.
fn too_old(stats: &Stats, run: &RunFacts) -> Option<Warning> {
    let rows = stats.too_old();
    (run.command == "validate" && run.default_max_age && rows > 0).then(|| {
        let text = format!(
            "{} {} older than {days} days: an upload would leave them out and end with exit code \
             1; --max-age none takes them, --max-age {days}d leaves them out on purpose",
            counted(rows, "row"),
            if rows == 1 { "is" } else { "are" },
            days = DEFAULT_MAX_AGE_DAYS
        );
        Warning::new(WarningCode::TooOld, text)
    })
}

/// What the account of a run shows that people should know. `has_report`: rows are listed in files;
/// `read`: the columns that amounts are read from.
pub(super) fn of_stats(
    stats: &Stats,
    run: &RunFacts,
    has_report: bool,
    read: &[&str],
) -> Vec<Warning> {
    let left = stats.left_out.ranked().into_iter();
    let undecided = left.filter(|left| !left.why.is_decided()).take(MOST);
    let amounts = undecided.map(|left| {
        let text = amounts(&left, read.contains(&left.column));
        Warning::new(WarningCode::AmountsLeftOut, text)
    });
    let repriced = figures::warning(&stats.changed.news, has_report).into_iter();
    let repriced = repriced.map(|text| Warning::new(WarningCode::AmountsChanged, text));
    let valid = stats.rows().valid;
    let dropped = stats.dropped_fields.ranked().into_iter();
    let many = dropped
        .filter(|(_, count)| *count > valid / DROPPED_PART)
        .take(MOST);
    let dropped = many.map(|((field, code), count)| {
        let text = format!(
            "{}: the value was left out of {} of {} ({}: {})",
            shown(field),
            thousands(count),
            counted(valid, "valid row"),
            code,
            code.meaning()
        );
        Warning::new(WarningCode::ValuesDropped, text)
    });
    let looked_up = looked_up(stats.lookups).into_iter();
    let too_old = too_old(stats, run).into_iter();
    amounts
        .chain(repriced)
        .chain(dropped)
        .chain(looked_up)
        .chain(too_old)
        .collect()
}

/// Which amounts nobody has decided about, and what to do: to map their column, unless it `is_read`.
fn amounts(left: &Left<'_>, is_read: bool) -> String {
    let column = shown(left.column);
    let map = format!("map the column ({})", map_price(left.column));
    let rows = counted(left.rows(), "row");
    let money = figures::readable(left.sums);
    match left.why {
        Cause::Goes(kind) => format!(
            "column {column} holds amounts in {rows} that go as `{kind}`, without money ({money}): \
             if that is revenue, {}",
            if is_read {
                "have such rows go as purchases (--kind, or a [[kind]] of a mapping file)".into()
            } else {
                map + ", and have such rows go as purchases"
            }
        ),
        Cause::Denied(rule) | Cause::Rule(rule) => format!(
            "{rows} {} left out as {}, but column {column} holds amounts ({money}): if that is \
             revenue, {}",
            if left.rows() == 1 { "was" } else { "were" },
            shown(rule),
            if is_read { "change that rule" } else { &map }
        ),
    }
}

/// How a column becomes the price: one of micros or cents never by its bare name.
pub(super) fn map_price(column: &str) -> String {
    match power_in(column) {
        Some(power) => {
            let line = scaled_line(Key::Price, column, power, None, std::iter::empty());
            format!("{} under [fields] of a mapping file", shown(&line))
        }
        None => format!("--map {}", argument(&format!("price={}", shown(column)))),
    }
}

/// One remark, with how many rows it is about and the first of them.
pub(super) fn remarked(remark: &Remark, example: &Remarked, file: &str, stats: &Stats) -> Warning {
    let rows = counted(example.sums.rows(), "row");
    let worth = match figures::readable(&example.sums).as_str() {
        "" => rows.clone(),
        money => format!("{rows} ({money})"),
    };
    let first = format!("as {file}:{}: \"{}\"", example.place.line, example.value);
    let text = match remark {
        Remark::KeptBesideSet(key) => format!(
            "{key}: {rows} with another value than the one that was set kept it, {first}; \
             --override {key}=VALUE would replace it"
        ),
        Remark::Overridden(key) => {
            format!("--override {key} replaced another value in {rows}, {first}")
        }
        Remark::MoreDecimals(currency, surplus) => format!(
            "{rows} with more decimals than {} has, {first}: {}",
            currency.code(),
            more_decimals(*surplus)
        ),
        Remark::UnknownToSdk(currency) => format!(
            "{rows} in {}, {first}: Tenjin's own SDK drops purchases in this \
             currency; check on the dashboard that they arrive",
            currency.code()
        ),
        Remark::NoQuantity(column) => format!(
            "quantity: the mapping names column {}, which {file} does not have: {worth} that \
             are purchases go as 1 each; name the column that counts, or say \
             quantity = {{ constant = \"1\" }}",
            shown(column)
        ),
        Remark::LineTotal(columns) => line_total(columns, &worth, &first),
        Remark::OpenEnd(key) => format!(
            "the last line has no line end, as those before it have, and may be cut in its last \
             cell, the {key}, {first}, in {worth}: compare it with the source; if your exporter \
             never ends the last line, accept_warnings = [\"last_line_open\"] says so"
        ),
        Remark::NotScaled(key, unit) => {
            let all = stats.totals.revenue().into_iter();
            let all: Vec<Currency> = all.map(|(currency, _)| currency).collect();
            not_scaled(*key, unit, [&worth, &first], &example.sums, &all)
        }
        Remark::Refund(sign) => refunds(sign, &worth, &first),
        Remark::NamedCurrency(named, column) => format!(
            "column {} is named after {code}, and {worth} of it go under another currency, \
             {first}: take the amounts from another column, or the currency (--map \
             currency=COLUMN, --set currency={code})",
            shown(column),
            code = named.code()
        ),
        Remark::ColumnSays(meaning, column) => {
            contradicted(meaning.field(), column, &worth, &first)
        }
    };
    Warning::new(code_of(remark), text).at(example.place)
}

fn code_of(remark: &Remark) -> WarningCode {
    match remark {
        Remark::KeptBesideSet(_) => WarningCode::ValuesKept,
        Remark::Overridden(_) => WarningCode::ValuesOverridden,
        Remark::MoreDecimals(..) => WarningCode::TooManyDecimals,
        Remark::UnknownToSdk(_) => WarningCode::CurrencyUnknownToSdk,
        Remark::NoQuantity(_) => WarningCode::ColumnAbsent,
        Remark::LineTotal(_) => WarningCode::PriceLooksLikeATotal,
        Remark::NotScaled(..) => WarningCode::PriceNotScaled,
        Remark::Refund(_) => WarningCode::LooksLikeRefunds,
        Remark::OpenEnd(_) => WarningCode::LastLineOpen,
        Remark::NamedCurrency(..) | Remark::ColumnSays(..) => WarningCode::ColumnsDisagree,
    }
}

fn more_decimals(surplus: Surplus) -> &'static str {
    match surplus {
        Surplus::Thousands => {
            "a thousands point? Then say --decimal-comma; or is it another currency?"
        }
        Surplus::Float => "a float that was not rounded? Round in the exporter",
        Surplus::Currency => "is it another currency?",
    }
}

/// A price that grows with the quantity.
fn line_total(columns: &LineTotal, worth: &str, first: &str) -> String {
    let (price, quantity) = (shown(&columns.price), shown(&columns.quantity));
    format!(
        "price looks like a total: for the same product {price} grows with {quantity}, and \
         {worth} go as price x quantity, {first}: if {price} is for all of a row, pass \
         --override quantity=1"
    )
}

/// Amounts of a column that is named after micros or cents, or of one that is scaled as cents are
/// although their currencies have none. `all`: the currencies of the run.
fn not_scaled(
    key: Key,
    unit: &AmountUnit,
    [worth, first]: [&str; 2],
    sums: &Sums,
    all: &[Currency],
) -> String {
    let column = &unit.column;
    let of = unit.currency.as_deref();
    let line = scaled_line(key, column, unit.power, of, all.iter().copied());
    // A name that is too long to be shown cannot be typed from here either.
    let is_short = |name: &str| name.chars().count() <= Fault::VALUE_LIMIT;
    let line = if is_short(column) && of.is_none_or(is_short) {
        line.into()
    } else {
        shown(&line)
    };
    let column = shown(column);
    if unit.is_scaled {
        let others = without_hundredths(sums.revenue().map(|(currency, _)| currency));
        return format!(
            "column {column} is scaled by {power}, and {worth} are of currencies with another number \
             of decimals ({}), {first}: write {line} under [fields] of the mapping file",
            said_decimals(&others),
            power = unit.power
        );
    }
    format!(
        "column {column} is named after {}, and {worth} go with its amounts as they stand, {first}: \
         leave --map {key} out, and write {line} under [fields] of a mapping file",
        name_of_power(unit.power)
    )
}

/// Rows that go as money from an input of refunds.
fn refunds(sign: &RefundSign, worth: &str, first: &str) -> String {
    format!(
        "{sign} says that its rows are refunds, and {worth} go as money, {first}: Tenjin takes no \
         refunds, so do not send them; if they are purchases all the same, accept_warnings = \
         [\"looks_like_refunds\"] says so"
    )
}

/// What a column says of rows that go otherwise, and what to do.
fn contradicted(field: Option<Key>, column: &str, rows: &str, first: &str) -> String {
    let shown = shown(column);
    let map = |field: &str| argument(&format!("{field}={column}"));
    match field {
        Some(Key::Quantity) => format!(
            "column {shown} says another quantity than what is sent of {rows}, {first}: map it \
             (--map {}), or say that the price is for all of them (--set quantity=1)",
            map("quantity")
        ),
        Some(field) => format!(
            "column {shown} says another {field} than what is sent of {rows}, {first}: map it \
             (--map {})",
            map(field.name())
        ),
        None => format!(
            "column {shown} says of {rows} that they are tests, were refunded or not paid, \
             {first}, and they go as money: leave them out by a [[filter]] of a mapping file, \
             which `tenjin-s2s validate` proposes"
        ),
    }
}
