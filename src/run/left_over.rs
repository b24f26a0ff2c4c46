//! Rows of earlier runs that are free to be sent, and that this run has not sent: they are named, so
//! that nobody forgets them.

use std::collections::HashSet;

use super::bookkeeper::Bookkeeper;
use crate::delivery::claims::Claims;
use crate::ledger;
use crate::model::{Exit, shown};
use crate::report::figures::{counted, sums};
use crate::report::run::{LeftOver, RunFacts};
use crate::report::warning::{Warning, WarningCode};

/// Says which there are; with any, the run is not complete.
pub fn conclude(keeper: &mut Bookkeeper, claims: &Claims) -> Exit {
    let text = match claims.left_over() {
        Ok(left) if left.total.rows == 0 => return Exit::Done,
        Ok(left) => {
            let text = named(&left, &keeper.run);
            keeper.run.left_over = Some(LeftOver {
                rows: left.total.rows,
                revenue: left
                    .total
                    .revenue
                    .iter()
                    .map(|(currency, sum)| (currency.code().to_owned(), sum.to_string()))
                    .collect(),
                inputs: left.inputs,
            });
            text
        }
        // What cannot be read is not nothing.
        Err(error) => format!("nobody knows whether rows of earlier runs are unsent: {error}"),
    };
    keeper.warn(vec![Warning::new(WarningCode::RowsLeftOver, text)]);
    Exit::Incomplete
}

fn named(left: &ledger::LeftOver, run: &RunFacts) -> String {
    let rows = counted(left.total.rows, "row");
    let are = if left.total.rows == 1 { "is" } else { "are" };
    let sums = sums(
        left.total
            .revenue
            .iter()
            .map(|(currency, sum)| (*currency, sum)),
    );
    let inputs = [vec![first_names(&left.inputs)], sums].concat().join(", ");
    let again = run.typed.to_server(["upload", "--from-ledger"]);
    let status = run.typed.about_ledger(["status"]);
    let read = read_now(&left.inputs, run);
    let next = if read.is_empty() {
        format!("upload their input again, or send them as they were read then: {again}")
    } else {
        format!(
            "this run has read {} and not sent them (they are gone from it, filtered or rejected \
             now, or stand where it was not read); only if they are right as they were: {again}",
            first_names(&read)
        )
    };
    format!(
        "{rows} of earlier runs ({inputs}) {are} released and not yet sent: {next}; how to drop \
         them: {status}"
    )
}

/// Those of these inputs that this run has read anew.
fn read_now(inputs: &[String], run: &RunFacts) -> Vec<String> {
    let anew = run.inputs.iter().filter(|input| input.format != "ledger");
    let anew: HashSet<&str> = anew.map(|input| input.path.as_str()).collect();
    let read = inputs.iter().filter(|input| anew.contains(input.as_str()));
    read.cloned().collect()
}

/// The first of these inputs.
pub(super) fn first_names(inputs: &[String]) -> String {
    let first = inputs.iter().take(3);
    let more = (inputs.len() > 3).then(|| "…".into());
    let all: Vec<String> = first
        .map(|input| shown(input).into_string())
        .chain(more)
        .collect();
    all.join(", ")
}
