//! The alert rules are about metrics and words that the program writes.

use std::collections::BTreeSet;

use tenjin_s2s::model::Outcome;

use super::tool::{checks, packaging};
use crate::support::{Rows, Scene, StandIn};

fn rules() -> String {
    std::fs::read_to_string(packaging("prometheus/alerts.yml")).unwrap()
}

/// Every name of a metric in a text.
fn names(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split(|c: char| !is_part(c));
    let names = words.filter(|word| word.starts_with("tenjin_s2s_"));
    names.map(str::to_owned).collect()
}

#[test]
fn their_metrics_are_written() {
    let scene = Scene::with("events.csv", Rows::sound(20, 1).csv);
    let server = StandIn::well();
    let upload = "events.csv --rate unlimited --metrics-file tenjin.prom";
    scene.upload(&server.url(), upload).exits(0);
    let written = names(&scene.read("tenjin.prom"));
    let asked = names(&rules());
    assert!(asked.len() >= 6, "{asked:?}");
    let unknown: Vec<_> = asked.difference(&written).collect();
    assert!(unknown.is_empty(), "{unknown:?} of {written:?}");
}

#[test]
fn their_outcomes_are_outcomes() {
    let rules = rules();
    let labels = rules.split("outcome").skip(1).filter_map(|rest| {
        let rest = rest.strip_prefix("=~").or(rest.strip_prefix('='))?;
        rest.strip_prefix('"')?.split('"').next()
    });
    let words: Vec<&str> = labels.flat_map(|label| label.split('|')).collect();
    assert_eq!(words.len(), 4, "{words:?}");
    for word in words {
        let is_outcome = Outcome::ALL.iter().any(|outcome| outcome.name() == word);
        assert!(is_outcome, "{word}");
    }
}

#[test]
fn they_speak_when_they_should_and_only_then() {
    let folder = packaging("prometheus");
    checks(&folder, "promtool check rules alerts.yml");
    checks(&folder, "promtool test rules alerts.test.yml");
}
