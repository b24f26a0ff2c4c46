//! `report.json`: what there is to say as one document for programs, and the JSON Schema of it
//! (draft 2020-12), shipped with the program.
//!
//! The schema names every key and forbids all others, so that a key that nobody described is a red
//! test and not a surprise for a script.

use super::escape;
use super::view::View;

/// The schema, as a document.
pub const SCHEMA: &str = include_str!("report.schema.json");

/// The document as text.
#[expect(clippy::missing_panics_doc, reason = "every key is a string")]
pub fn document(view: &View<'_>) -> String {
    let text =
        serde_json::to_string_pretty(view).expect("the keys are strings and the values are plain");
    escape::json(&text).into_owned() + "\n"
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::{Value, json};

    use super::super::run::Places;
    use super::super::run::RunFacts;
    use super::super::run::{PlanFacts, PlannedKey, PlannedRequest};
    use super::super::tests::sample;
    use super::super::view::VERSION;
    use super::super::warning::WarningCode;
    use super::*;
    use crate::model::{Code, Outcome, StopReason};
    use crate::stats::Stats;

    fn text(stats: &Stats, run: &RunFacts, plan: Option<&PlanFacts>) -> String {
        document(&View::new(stats, run, plan, Places::default()))
    }

    #[test]
    fn has_every_key_of_the_contract() {
        let text = text(&sample::stats(), &sample::run("upload"), None);
        if std::env::var_os("BLESS").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/example.json");
            assert!(std::fs::write(path, &text).is_ok());
        }
        assert_eq!(text, include_str!("example.json"));
    }

    #[test]
    fn an_empty_run_has_a_report_too() {
        let run = RunFacts::default();
        let text = text(&Stats::default(), &run, None);
        let report: Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(report["status"], "running");
        assert_eq!(report["rows"]["read"], 0);
        assert_eq!(report["requests"]["latency_ms"], Value::Null);
    }

    #[test]
    fn money_keeps_its_digits() {
        let text = text(&sample::stats(), &sample::run("upload"), None);
        let report: Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(report["totals"]["valid"]["revenue"]["USD"], "15.92");
    }

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

    fn parsed(stats: &Stats, run: &RunFacts, plan: Option<&PlanFacts>) -> Value {
        serde_json::from_str(&text(stats, run, plan)).unwrap()
    }

    #[test]
    fn describes_full_and_empty_reports() {
        let none: [String; 0] = [];
        let full = parsed(&sample::stats(), &sample::run("upload"), None);
        assert_eq!(faults(&full), none);
        let empty = parsed(&Stats::default(), &sample::run("validate"), None);
        assert_eq!(faults(&empty), none);
        let plan = PlanFacts {
            requests: 8,
            first_requests: vec![PlannedRequest::default()],
            keys: vec![PlannedKey::default()],
            keys_more: 0,
        };
        let planned = parsed(&sample::stats(), &sample::run("upload"), Some(&plan));
        assert_eq!(faults(&planned), none);
    }

    #[test]
    fn forbids_keys_that_nobody_described() {
        let good = parsed(&sample::stats(), &sample::run("upload"), None);
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

    /// Writes a list of words into the schema: `BLESS=1 cargo test knows_every_word`.
    fn bless(list: &str, words: &[&str]) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/report.schema.json");
        let text = std::fs::read_to_string(path).unwrap();
        let start = format!("    \"{list}\": {{\n      \"enum\": [\n");
        let (before, rest) = text.split_once(&start).unwrap();
        let (_, after) = rest.split_once("\n      ]").unwrap();
        let words: Vec<_> = words
            .iter()
            .map(|word| format!("        \"{word}\""))
            .collect();
        let words = words.join(",\n");
        std::fs::write(path, format!("{before}{start}{words}\n      ]{after}")).unwrap();
    }

    #[test]
    fn knows_every_word() {
        let schema = schema();
        let lists = [
            ("outcome", Outcome::ALL.map(Outcome::name).to_vec()),
            ("code", Code::ALL.map(Code::name).to_vec()),
            (
                "warning_code",
                WarningCode::ALL.map(WarningCode::name).to_vec(),
            ),
            (
                "stop_reason",
                StopReason::ALL.map(StopReason::name).to_vec(),
            ),
        ];
        for (list, words) in lists {
            if std::env::var_os("BLESS").is_some() {
                bless(list, &words);
            }
            assert_eq!(schema["$defs"][list]["enum"], json!(words), "{list}");
        }
        assert_eq!(schema["properties"]["version"]["const"], json!(VERSION));
    }
}
