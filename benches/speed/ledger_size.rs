//! How large a ledger is that remembers much.

use anyhow::Result;

use crate::remembering;
use crate::sizes::Sizes;
use crate::table::Table;
use crate::workshop::Workshop;

/// 2 GB for ten million, with the hashes that `find` and `reconcile` look for.
const GOAL: f64 = 200.0;
/// With fewer, what does not grow with them would count.
const ENOUGH: u64 = 1_000_000;

pub(crate) fn measure(_: &Workshop, sizes: &Sizes, table: &mut Table) -> Result<()> {
    let events = sizes.remembered;
    let bytes = std::fs::metadata(remembering::kept(events)?)?.len();
    let each = bytes as f64 / events as f64;
    let what = format!("size of a ledger of {events}");
    let measured = format!("{bytes} bytes = {each:.1} each");
    if events < ENOUGH {
        table.note(what, measured);
    } else {
        let goal = format!("at most {GOAL} each, 2 GB for 10 million");
        table.goal(what, "", measured, goal, each <= GOAL);
    }
    Ok(())
}
