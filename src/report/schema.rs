//! The JSON Schema of `report.json` (draft 2020-12), shipped with the program.
//!
//! It names every key and forbids all others, so that a key that nobody described is a red test
//! and not a surprise for a script.

/// The schema, as a document.
pub const SCHEMA: &str = include_str!("report.schema.json");

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::{Value, json};

    use super::super::json::{self as report, VERSION};
    use super::super::plan::{PlanFacts, PlannedRequest};
    use super::super::run::RunFacts;
    use super::super::tests::sample;
    use super::super::warning::WarningCode;
    use super::*;
    use crate::model::{Code, Outcome, StopReason};
    use crate::stats::Stats;

    fn schema() -> Value {
        serde_json::from_str(SCHEMA).unwrap()
    }

    /// What is wrong with a document.
    fn faults(document: &Value) -> Vec<String> {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        let errors = validator.iter_errors(document);
        errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }

    fn document(books: &Stats, run: &RunFacts, plan: Option<&PlanFacts>) -> Value {
        serde_json::from_str(&report::document(books, run, plan)).unwrap()
    }

    #[test]
    fn describes_full_and_empty_reports() {
        let none: [String; 0] = [];
        let full = document(&sample::books(), &sample::run("upload"), None);
        assert_eq!(faults(&full), none);
        let empty = document(&Stats::default(), &sample::run("validate"), None);
        assert_eq!(faults(&empty), none);
        let plan = PlanFacts {
            requests: 8,
            first_requests: vec![PlannedRequest::default()],
        };
        let planned = document(&sample::books(), &sample::run("upload"), Some(&plan));
        assert_eq!(faults(&planned), none);
    }

    #[test]
    fn forbids_keys_that_nobody_described() {
        let good = document(&sample::books(), &sample::run("upload"), None);
        let places = [
            "",
            "/rows",
            "/requests",
            "/timeline/0",
            "/rejections/0/examples/0",
        ];
        for place in places {
            let mut document = good.clone();
            document.pointer_mut(place).unwrap()["surprise"] = json!(1);
            assert_eq!(faults(&document).len(), 1, "{place}");
        }
        let mut less = good.clone();
        less.as_object_mut().unwrap().remove("totals");
        assert_eq!(faults(&less).len(), 1);
    }

    #[test]
    fn knows_every_word() {
        let schema = schema();
        let words = |name: &str| schema["$defs"][name]["enum"].clone();
        assert_eq!(words("outcome"), json!(Outcome::ALL));
        assert_eq!(words("code"), json!(Code::ALL));
        assert_eq!(words("warning_code"), json!(WarningCode::ALL));
        assert_eq!(words("stop_reason"), json!(StopReason::ALL));
        assert_eq!(schema["properties"]["version"]["const"], json!(VERSION));
    }
}
