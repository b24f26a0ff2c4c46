//! What becomes of rows: a good one of each kind, changed cell by cell.

mod bodies;
mod faults;
mod filters;
mod fixes;
mod identities;
mod kinds;
mod laws;
mod tallies;

use std::borrow::Cow;

use super::*;
use crate::mapping::{Mapping, Numbers, Wishes};
use crate::model::{Code, Fault, Place};
use crate::stats::State;

/// 2026-11-22T12:00:00Z
const NOW: i64 = 1_795_348_800_000_000;

const INSTALLATION: &str = "550e8400e29b41d4a716446655440000";
const IDFA: &str = "6d92078a8246444fa9bb8e8a1c2b3d4e";
const IDFV: &str = "0123456789abcdef0123456789abcdef";

/// A row and what is said about it.
#[derive(Debug, Clone)]
struct Trial {
    cells: Vec<(String, String)>,
    wishes: Wishes,
    rules: Rules,
}

/// A good row of this kind: on iOS, with everything that is required.
fn good(kind: Kind) -> Trial {
    let mut trial = Trial {
        cells: Vec::new(),
        wishes: Wishes::default(),
        rules: Rules {
            now: NOW,
            ..Rules::default()
        },
    };
    trial.wishes.kind = Some(kind);
    trial.rules.allow = Kind::ALL.to_vec();
    trial = trial
        .with("bundle_id", "com.example.game")
        .with("platform", "ios")
        .with("os_version", "17.5")
        .with("analytics_installation_id", INSTALLATION)
        .with("advertising_id", IDFA)
        .with("developer_device_id", IDFV);
    match kind {
        Kind::Open | Kind::Attribution => trial,
        Kind::Event => trial.with("event", "level_up"),
        Kind::Purchase => trial
            .with("product_id", "coins")
            .with("price", "4.99")
            .with("quantity", "2")
            .with("currency", "USD"),
        Kind::Subscription => trial
            .with("product_id", "premium")
            .with("price", "9.99")
            .with("currency", "USD")
            .with("receipt", "e30.e30.sig")
            .with("transaction_id", "2000000002")
            .with("original_transaction_id", "2000000001")
            .with(
                "ios_store_kit_transaction",
                "{\"transactionId\":\"2000000002\"}",
            ),
        Kind::AdImpression => trial
            .with("app_version", "1.0")
            .with("ip_address", "203.0.113.9")
            .with("ad_revenue_mediation", "max")
            .with("network_name", "AdMob")
            .with("revenue_decimal", "0.0012")
            .with("currency", "USD"),
    }
}

/// The same on Android.
fn android(kind: Kind) -> Trial {
    let trial = good(kind)
        .with("platform", "android")
        .with("os_version", "34")
        .without("developer_device_id");
    if kind != Kind::Subscription {
        return trial;
    }
    trial
        .without("transaction_id")
        .without("original_transaction_id")
        .without("ios_store_kit_transaction")
        .with("google_play_purchase_token", "token.AO-J1O")
}

impl Trial {
    fn with(mut self, column: &str, cell: &str) -> Self {
        match self.cells.iter_mut().find(|(name, _)| name == column) {
            Some((_, old)) => cell.clone_into(old),
            None => self.cells.push((column.to_owned(), cell.to_owned())),
        }
        self
    }

    fn without(mut self, column: &str) -> Self {
        self.cells.retain(|(name, _)| name != column);
        self
    }

    fn set(mut self, field: &str, value: &str) -> Self {
        self.wishes.set.push((field.to_owned(), value.to_owned()));
        self
    }

    fn map(mut self, field: &str, column: &str) -> Self {
        self.wishes.map.push((field.to_owned(), column.to_owned()));
        self
    }

    fn decimals(mut self, numbers: Numbers) -> Self {
        self.wishes.numbers = numbers;
        self
    }

    fn rules(mut self, change: impl FnOnce(&mut Rules)) -> Self {
        change(&mut self.rules);
        self
    }

    fn mapping(&self) -> Mapping {
        Mapping::new(&self.wishes).expect("a mapping that can be")
    }

    /// What becomes of it as a row of a CSV file.
    fn csv(&self) -> (Checked, ChunkStats) {
        let header: Vec<String> = self.cells.iter().map(|(name, _)| name.clone()).collect();
        let cells: Vec<Cow<'_, str>> = self
            .cells
            .iter()
            .map(|(_, cell)| cell.as_str().into())
            .collect();
        let binding = self
            .mapping()
            .bind_csv(&header)
            .expect("a header that can be");
        self.check(&binding, Cells::Csv(&cells))
    }

    /// What becomes of it as a line of NDJSON.
    fn json(&self) -> (Checked, ChunkStats) {
        let text = |cell: &String| serde_json::Value::from(cell.as_str()).to_string();
        let values: Vec<String> = self.cells.iter().map(|(_, cell)| text(cell)).collect();
        let members: Vec<(Cow<'_, str>, &str)> = self
            .cells
            .iter()
            .zip(&values)
            .map(|((name, _), value)| (name.as_str().into(), value.as_str()))
            .collect();
        self.check(&self.mapping().bind_json(), Cells::Json(&members))
    }

    /// What becomes of a line that is no record.
    fn damaged(&self) -> (Checked, ChunkStats) {
        let fault = Fault::new(Code::MalformedRow, "", "x", "as the reader says");
        self.check(&self.mapping().bind_json(), Cells::Damaged(fault))
    }

    fn check(&self, binding: &Binding, cells: Cells<'_>) -> (Checked, ChunkStats) {
        let mut stats = ChunkStats::default();
        let row = RawRow::new(Place { input: 0, line: 2 }, b"the record", cells);
        let checked = Normaliser::new(binding, &self.rules).check(&row, &mut stats);
        (checked, stats)
    }

    /// The event, of a row that is good; the same for CSV and NDJSON.
    fn event(&self) -> Event {
        let wanted = self.clone().rules(|rules| rules.build = Build::Requests);
        let [csv, json] = [wanted.csv().0, wanted.json().0].map(|checked| match checked {
            Checked::Event(event) => Arc::unwrap_or_clone(event),
            other => panic!("no event: {other:?}"),
        });
        assert_eq!(csv.body, json.body);
        assert_eq!(csv.identity, json.identity);
        assert!(matches!(self.csv().0, Checked::Valid));
        csv
    }

    fn body(&self) -> String {
        self.event().body.into()
    }

    /// The faults, of a row that is rejected; the same for CSV and NDJSON.
    fn faults(&self) -> Vec<Fault> {
        let [csv, json] = [self.csv().0, self.json().0].map(|checked| match checked {
            Checked::Rejected(rejection) => rejection.faults,
            other => panic!("not rejected: {other:?}"),
        });
        assert_eq!(csv, json);
        csv
    }

    /// The only fault.
    fn fault(&self) -> Fault {
        let mut faults = self.faults();
        assert_eq!(faults.len(), 1, "{faults:?}");
        faults.remove(0)
    }

    /// The names of the fixes, of a row that is good.
    fn fixed(&self) -> Vec<&'static str> {
        let (checked, stats) = self.csv();
        assert!(matches!(checked, Checked::Valid), "{checked:?}");
        stats.fixes().map(|(name, _)| name).collect()
    }
}

/// How many rows are in which state.
fn states(stats: &ChunkStats) -> Vec<(State, u64)> {
    stats
        .counts()
        .map(|(_, state, count)| (state, count.rows))
        .collect()
}

/// The value of a parameter in a body.
fn sent(body: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(body.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}
