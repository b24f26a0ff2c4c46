//! `report.html`: the page that an analyst shows to others. One file, which asks nobody for
//! anything: no scripts, no fonts, no pictures from elsewhere.
//!
//! A function from the books to text, like every rendering; the numbers are those of
//! `report.json`. Each section is one member with the words and figures, and one template beside
//! it. Every list is bounded, and every value is escaped by [`Harmless`].

mod aside;
mod chart;
mod control;
mod curves;
mod figure;
mod harmless;
mod headline;
mod inputs;
mod mapping;
mod outcomes;
mod reasons;
mod scale;
mod sending;
mod sums;
mod times;

use askama::Template;

pub use harmless::Harmless;

use super::files::Places;
use super::plan::PlanFacts;
use super::run::{RunFacts, Status};
use crate::stats::Stats;

/// Lines that a table of the page has at most.
const LINES: usize = 50;

/// What the page is made of.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'r> {
    /// The numbers.
    pub books: &'r Stats,
    /// The run.
    pub run: &'r RunFacts,
    /// For a dry run.
    pub plan: Option<&'r PlanFacts>,
    /// The files beside the page.
    pub places: &'r Places,
}

impl Facts<'_> {
    /// Whether rows go to a server.
    fn sends(&self) -> bool {
        self.run.sends()
    }

    /// Whose word "accepted" is.
    fn server(&self) -> &str {
        self.run.server()
    }
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'r> {
    style: &'static str,
    version: &'static str,
    run_id: &'r str,
    sends: bool,
    server: &'r str,
    headline: headline::Headline,
    outcomes: outcomes::Outcomes,
    control: control::Control,
    reasons: reasons::Reasons,
    aside: aside::Aside,
    times: Option<times::Times>,
    sending: sending::Sending,
    mapping: mapping::Mapping,
    inputs: inputs::Inputs,
}

/// The page. While the run goes on it says so, and when it was written.
#[expect(clippy::missing_panics_doc, reason = "a string takes everything")]
pub fn page(facts: Facts<'_>) -> String {
    let page = Page {
        style: include_str!("style.css"),
        version: env!("CARGO_PKG_VERSION"),
        run_id: &facts.run.run_id,
        sends: facts.sends(),
        server: facts.run.server(),
        headline: headline::Headline::new(facts),
        outcomes: outcomes::Outcomes::new(facts),
        control: control::Control::new(facts),
        reasons: reasons::Reasons::new(facts),
        aside: aside::Aside::new(facts),
        times: times::Times::new(facts),
        sending: sending::Sending::new(facts),
        mapping: mapping::Mapping::new(facts),
        inputs: inputs::Inputs::new(facts),
    };
    page.render().expect("a string takes everything")
}

/// Whether the run has not said yet how it ended.
fn is_open(run: &RunFacts) -> bool {
    run.status == Status::Running
}
