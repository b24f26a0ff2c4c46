//! Warnings: what people should know about a run that ends well, each with a code by which one
//! can be accepted for good.

use serde::Serialize;

/// What a warning is about. Stable words: `accept_warnings` and scripts name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningCode {
    /// Rows hold amounts that are not sent, and no rule says why.
    AmountsLeftOut,
    /// Rows that were sent have another amount now.
    AmountsChanged,
    /// Optional values were left out of more than a tenth of the rows.
    ValuesDropped,
    /// An input has no rows.
    NoRows,
    /// An app has no key that can be read.
    AppCannotSend,
    /// An app has more event names than Tenjin takes.
    TooManyNames,
    /// Events came before the open of their installation.
    EventsBeforeOpen,
    /// What came of the look-ups.
    LookedUp,
    /// An earlier run did not end as it should have.
    RunRecovered,
    /// Rows will not be recognised if they come again.
    NotRecognised,
    /// The export does not say something that Tenjin wants.
    FieldsWanting,
    /// A column that was asked for is in none of the first rows.
    ColumnAbsent,
    /// Rows of earlier runs are still to be sent.
    RowsLeftOver,
    /// The vendor may report the same money to Tenjin by itself.
    MayCountTwice,
    /// Money repeats within one input.
    MoneyRepeated,
    /// Anything else.
    Other,
}

impl WarningCode {
    /// Every code.
    pub const ALL: [WarningCode; 16] = [
        WarningCode::AmountsLeftOut,
        WarningCode::AmountsChanged,
        WarningCode::ValuesDropped,
        WarningCode::NoRows,
        WarningCode::AppCannotSend,
        WarningCode::TooManyNames,
        WarningCode::EventsBeforeOpen,
        WarningCode::LookedUp,
        WarningCode::RunRecovered,
        WarningCode::NotRecognised,
        WarningCode::FieldsWanting,
        WarningCode::ColumnAbsent,
        WarningCode::RowsLeftOver,
        WarningCode::MayCountTwice,
        WarningCode::MoneyRepeated,
        WarningCode::Other,
    ];

    /// The word in reports and in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            WarningCode::AmountsLeftOut => "amounts_left_out",
            WarningCode::AmountsChanged => "amounts_changed",
            WarningCode::ValuesDropped => "values_dropped",
            WarningCode::NoRows => "no_rows",
            WarningCode::AppCannotSend => "app_cannot_send",
            WarningCode::TooManyNames => "too_many_names",
            WarningCode::EventsBeforeOpen => "events_before_open",
            WarningCode::LookedUp => "looked_up",
            WarningCode::RunRecovered => "run_recovered",
            WarningCode::NotRecognised => "not_recognised",
            WarningCode::FieldsWanting => "fields_wanting",
            WarningCode::ColumnAbsent => "column_absent",
            WarningCode::RowsLeftOver => "rows_left_over",
            WarningCode::MayCountTwice => "may_count_twice",
            WarningCode::MoneyRepeated => "money_repeated",
            WarningCode::Other => "other",
        }
    }

    /// Whether a person must see it: then it is said to the quiet, too.
    pub fn must_be_seen(self) -> bool {
        matches!(
            self,
            WarningCode::AmountsLeftOut
                | WarningCode::AmountsChanged
                | WarningCode::ValuesDropped
                | WarningCode::NoRows
                | WarningCode::AppCannotSend
        )
    }

    /// Whether it only tells how it went.
    pub fn is_remark(self) -> bool {
        matches!(self, WarningCode::LookedUp | WarningCode::RunRecovered)
    }
}

/// A warning in a sentence: bounded and harmless by whoever gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// What it is about.
    pub code: WarningCode,
    /// The sentence.
    pub text: String,
}

impl Warning {
    /// A warning of this code.
    pub fn new(code: WarningCode, text: impl Into<String>) -> Self {
        Warning {
            code,
            text: text.into(),
        }
    }
}

impl From<String> for Warning {
    fn from(text: String) -> Self {
        Warning::new(WarningCode::Other, text)
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
}
