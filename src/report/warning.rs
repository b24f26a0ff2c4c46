//! Warnings: what people should know about a run that ends well, each with a code by which one
//! can be accepted for good.

use serde::Serialize;

use crate::model::Place;
use crate::model::words::words;

/// How much a warning weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// A person must see it: then it is said to the quiet, too.
    Pressing,
    /// People should know it.
    Usual,
    /// It only tells how it went.
    Note,
}

words! {
    /// What a warning is about, and how much it weighs. Stable words: `accept_warnings` and scripts
    /// name them.
    pub enum WarningCode: Weight {
        /// Rows hold amounts that are not sent, and no rule says why.
        AmountsLeftOut = "amounts_left_out": Weight::Pressing,
        /// Rows that were sent have another amount now.
        AmountsChanged = "amounts_changed": Weight::Pressing,
        /// Optional values were left out of more than a tenth of the rows.
        ValuesDropped = "values_dropped": Weight::Pressing,
        /// An input has no rows.
        NoRows = "no_rows": Weight::Pressing,
        /// An upload would leave rows out as too old, though nobody has said so.
        TooOld = "too_old": Weight::Usual,
        /// An app has no key that can be read.
        AppCannotSend = "app_cannot_send": Weight::Pressing,
        /// An app has more event names than Tenjin takes.
        TooManyNames = "too_many_names": Weight::Usual,
        /// Events came before the open of their installation.
        EventsBeforeOpen = "events_before_open": Weight::Usual,
        /// What came of the look-ups.
        LookedUp = "looked_up": Weight::Note,
        /// An earlier run did not end as it should have.
        RunRecovered = "run_recovered": Weight::Note,
        /// Rows will not be recognised if they come again.
        NotRecognised = "not_recognised": Weight::Usual,
        /// The export does not say something that Tenjin wants.
        FieldsWanting = "fields_wanting": Weight::Usual,
        /// A column that was asked for is in none of the first rows.
        ColumnAbsent = "column_absent": Weight::Usual,
        /// Rows of earlier runs are still to be sent.
        RowsLeftOver = "rows_left_over": Weight::Pressing,
        /// Rows of earlier runs are in doubt.
        RowsInDoubt = "rows_in_doubt": Weight::Pressing,
        /// The vendor may report the same money to Tenjin by itself.
        MayCountTwice = "may_count_twice": Weight::Usual,
        /// Tenjin counts no subscription without the store's credentials.
        SubscriptionsNeedCredentials = "subscriptions_need_credentials": Weight::Usual,
        /// A product was sent as a subscription and as a purchase.
        SubscriptionAndPurchase = "subscription_and_purchase": Weight::Usual,
        /// Money repeats within one input.
        MoneyRepeated = "money_repeated": Weight::Usual,
        /// Purchases are like ones that were sent, but for their amount, currency or product.
        MoneyAlike = "money_alike": Weight::Pressing,
        /// Money was not sent since it is dated before what the ledger was told to forget.
        MoneyForgotten = "money_forgotten": Weight::Pressing,
        /// A column says something else of rows than what is sent, and it decides about money.
        ColumnsDisagree = "columns_disagree": Weight::Pressing,
        /// The price seems to be that of all that a row counts, and is sent for each of them.
        PriceLooksLikeATotal = "price_looks_like_a_total": Weight::Pressing,
        /// The price is taken from a column of micros or cents as it stands, or by a scale that is not
        /// that of its currency.
        PriceNotScaled = "price_not_scaled": Weight::Pressing,
        /// Rows go as money, and the name of their file or of a filled column says that they are
        /// refunds.
        LooksLikeRefunds = "looks_like_refunds": Weight::Pressing,
        /// The last line of a file has no line end, and its last cell may be cut.
        LastLineOpen = "last_line_open": Weight::Pressing,
        /// Installation ids are made from another id.
        IdsDerived = "ids_derived": Weight::Usual,
        /// No row of the table of ids can give one.
        LookupTableIdle = "lookup_table_idle": Weight::Usual,
        /// Values stayed that say something else than what was set.
        ValuesKept = "values_kept": Weight::Usual,
        /// Values were replaced by what overrides them.
        ValuesOverridden = "values_overridden": Weight::Usual,
        /// Amounts have more decimals than their currency.
        TooManyDecimals = "too_many_decimals": Weight::Usual,
        /// Tenjin's own SDK drops purchases in this currency.
        CurrencyUnknownToSdk = "currency_unknown_to_sdk": Weight::Usual,
        /// Not every row was compared with all others.
        ComparedInPart = "compared_in_part": Weight::Usual,
        /// One key, and rows of several apps: the upload itself would stop.
        OneKeySeveralApps = "one_key_several_apps": Weight::Usual,
        /// Another program keeps the ledger's log from being emptied.
        LedgerLogLarge = "ledger_log_large": Weight::Usual,
        /// Money that is left out counts once for each file that has it.
        CountedPerFile = "counted_per_file": Weight::Usual,
    }
}

impl WarningCode {
    /// In the order in which they are told.
    pub(super) fn weight(self) -> Weight {
        self.more()
    }

    /// Whether a person must see it: then it is said to the quiet, too.
    pub fn must_be_seen(self) -> bool {
        self.more() == Weight::Pressing
    }

    /// What stands before it.
    pub fn label(self) -> &'static str {
        if self.is_remark() { "Note" } else { "Warning" }
    }

    /// Whether it is about how the money of valid rows goes: of duplicates none does.
    pub fn is_about_what_goes(self) -> bool {
        matches!(
            self,
            WarningCode::ColumnsDisagree
                | WarningCode::PriceLooksLikeATotal
                | WarningCode::PriceNotScaled
                | WarningCode::LooksLikeRefunds
                | WarningCode::LastLineOpen
        )
    }

    /// Whether it only tells how it went.
    pub fn is_remark(self) -> bool {
        self.more() == Weight::Note
    }
}

/// A warning in a sentence: bounded and harmless by whoever gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// What it is about.
    pub code: WarningCode,
    /// The sentence.
    pub text: String,
    /// The first row that it is about.
    #[serde(skip)]
    pub place: Option<Place>,
}

impl Warning {
    /// A warning of this code.
    pub fn new(code: WarningCode, text: impl Into<String>) -> Self {
        Warning {
            code,
            text: text.into(),
            place: None,
        }
    }

    /// The same, of rows of which this is the first.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        Warning {
            place: Some(place),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_serde_writes() {
        for code in WarningCode::ALL {
            let written = serde_json::to_value(code).unwrap_or_default();
            assert_eq!(written, code.name());
        }
    }

    /// What wakes people at night, and what is only told: neither list changes by itself.
    #[test]
    fn a_person_must_see_these_and_need_not_accept_those() {
        let of = |weight| {
            let codes = WarningCode::ALL.into_iter();
            let codes = codes.filter(|code| code.weight() == weight);
            codes.map(WarningCode::name).collect::<Vec<_>>()
        };
        let pressing = [
            "amounts_left_out",
            "amounts_changed",
            "values_dropped",
            "no_rows",
            "app_cannot_send",
            "rows_left_over",
            "rows_in_doubt",
            "money_alike",
            "money_forgotten",
            "columns_disagree",
            "price_looks_like_a_total",
            "price_not_scaled",
            "looks_like_refunds",
            "last_line_open",
        ];
        assert_eq!(of(Weight::Pressing), pressing);
        assert_eq!(of(Weight::Note), ["looked_up", "run_recovered"]);
    }
}
