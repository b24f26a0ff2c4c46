//! Rows that earlier runs left in doubt: said at the end of each run, until somebody decides.

use super::bookkeeper::Bookkeeper;
use crate::delivery::claims::Claims;
use crate::ledger::Total;
use crate::model::Outcome;
use crate::report::figures::{counted, sums};
use crate::report::typed::Typed;
use crate::report::warning::{Warning, WarningCode};

/// Says how many there are beside those that this run has counted itself.
pub(super) fn conclude(keeper: &mut Bookkeeper, claims: &Claims) {
    let own = keeper.books.rows().count(Outcome::InDoubt);
    let text = match claims.doubts() {
        Ok(doubts) => {
            keeper.run.ledger_in_doubt = Some(doubts.rows);
            if doubts.rows <= own {
                return;
            }
            named(&doubts, own, &keeper.run.typed)
        }
        // What cannot be read is not nothing.
        Err(error) => format!("nobody knows whether rows of earlier runs are in doubt: {error}"),
    };
    keeper.warn(vec![Warning::new(WarningCode::RowsInDoubt, text)]);
}

fn named(doubts: &Total, own: u64, typed: &Typed) -> String {
    let rows = counted(doubts.rows, "row");
    let sums = sums(
        doubts
            .revenue
            .iter()
            .map(|(currency, sum)| (*currency, sum)),
    );
    let all = [vec![rows], sums].concat().join(", ");
    let of_run = match own {
        0 => String::new(),
        own => format!(", {own} of them counted above"),
    };
    let list = typed.about_ledger(["list", "--in-doubt"]);
    format!(
        "in doubt since earlier runs: {all}{of_run}; look for them on the dashboard, then \
         decide: {list}"
    )
}
