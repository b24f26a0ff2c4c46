//! Remarks about valid rows as warnings: the code and the sentence of each.

use crate::model::shell::argument;
use crate::model::shown;
use crate::report::figures::counted;
use crate::report::money;
use crate::report::warning::{Warning, WarningCode};
use crate::schema::Key;
use crate::stats::Remark;
use crate::stats::reasons::Remarked;

/// One remark, with how many rows it is about and the first of them.
pub(super) fn remarked(remark: &Remark, example: &Remarked, file: &str) -> Warning {
    let rows = counted(example.sums.rows(), "row");
    let worth = match money::readable(&example.sums).as_str() {
        "" => rows.clone(),
        money => format!("{rows} ({money})"),
    };
    let first = format!("as {file}:{}: \"{}\"", example.place.line, example.value);
    let (code, text) = match remark {
        Remark::KeptBesideSet(key) => (
            WarningCode::Other,
            format!(
                "{key}: {rows} with another value than the one that was set kept it, {first}; \
                 --override {key}=VALUE would replace it"
            ),
        ),
        Remark::Overridden(key) => (
            WarningCode::Other,
            format!("--override {key} replaced another value in {rows}, {first}"),
        ),
        Remark::MoreDecimals(currency) => (
            WarningCode::Other,
            format!(
                "{rows} with more decimals than {} has, {first}: is it another currency?",
                currency.code()
            ),
        ),
        Remark::UnknownToSdk(currency) => (
            WarningCode::Other,
            format!(
                "{rows} in {}, {first}: Tenjin's own SDK drops purchases in this currency; look at \
                 the dashboard whether they arrive",
                currency.code()
            ),
        ),
        Remark::NoQuantity(column) => (
            WarningCode::ColumnAbsent,
            format!(
                "quantity: the mapping names column {}, which {file} does not have: {worth} that \
                 are purchases go as 1 each; name the column that counts, or say \
                 quantity = {{ constant = \"1\" }}",
                shown(column)
            ),
        ),
        Remark::LineTotal(columns) => {
            let (price, quantity) = (shown(&columns.price), shown(&columns.quantity));
            let text = format!(
                "price looks like a total: for the same product {price} grows with {quantity}, and \
                 {worth} go as price x quantity, {first}: if {price} is for all of a row, say \
                 --override quantity=1"
            );
            (WarningCode::PriceLooksLikeATotal, text)
        }
        Remark::NamedCurrency(named, column) => (
            WarningCode::ColumnsDisagree,
            format!(
                "column {} is named after {code}, and {worth} of it go under another currency, \
                 {first}: take the amounts from another column, or the currency (--map \
                 currency=COLUMN, --set currency={code})",
                shown(column),
                code = named.code()
            ),
        ),
        Remark::ColumnSays(meaning, column) => (
            WarningCode::ColumnsDisagree,
            contradicted(meaning.field(), column, &worth, &first),
        ),
    };
    Warning::new(code, text)
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
             {first}, and they go as money: leave them out by a [[filter]] of a mapping file \
             (`tenjin-s2s presets tenjin` shows how)"
        ),
    }
}
