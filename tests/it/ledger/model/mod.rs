//! The ledger against a model of its rules over random steps: deliveries that overlap and change,
//! kills and power losses at any moment, lost, old, cut and damaged files, recoveries, resolving,
//! forgetting, other zones.
//!
//! The model ([`facts`], [`rules`]) is a list of facts and knows nothing of the ledger's code: it says what the
//! ledger must answer to every row, and what must stand in the tables after every opening. The
//! world ([`world`]) knows besides what Tenjin has recorded: no money is ever recorded twice.
//!
//! A million steps: `cargo test --release --test it -- --ignored --nocapture a_million_steps`

mod facts;
mod files;
mod life;
mod rules;
mod world;

use std::time::Instant;

use life::Life;

/// Lives one after the other until so many steps are done; `MODEL_SEED` lives one of them again.
fn walk(first: u64, steps: u64) {
    if let Some(seed) = std::env::var("MODEL_SEED").ok().map(|s| s.parse().unwrap()) {
        Life::new(seed).live();
        return;
    }
    let (start, mut seed, mut total) = (Instant::now(), first, life::Tally::default());
    while total.steps < steps {
        total += Life::new(seed).live();
        seed += 1;
    }
    let lives = seed - first;
    let message = format!("{lives} lives, {total}, {:.0?}\n", start.elapsed());
    let _ = std::io::Write::write_all(&mut std::io::stdout(), message.as_bytes());
    assert!(total.has_everything(), "{total}");
}

#[test]
fn the_ledger_and_the_model_agree() {
    walk(0, 12_000);
}

#[test]
#[ignore = "a minute or two: see the module's documentation"]
fn a_million_steps() {
    walk(1_000_000, 1_000_000);
}
