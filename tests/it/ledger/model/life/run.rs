//! A run: how it begins, and which rows its inputs hold.

use std::collections::HashSet;

use tenjin_s2s::ledger::{Decision, InputInfo, Ledger, RunInfo};
use tenjin_s2s::model::Kind;

use super::super::facts::State;
use super::super::files::Image;
use super::super::rules::{Asking, NewIdentity};
use super::super::world::Way;
use super::Life;
use super::sending::{Claim, End, Waiting};

/// What a run has in hand.
pub(super) struct Run {
    pub(super) asking: Asking,
    pub(super) claims: Vec<Claim>,
    pub(super) waiting: Waiting,
    /// Deals that it has read.
    pub(super) read: HashSet<usize>,
    pub(super) lines: u64,
    /// The files as the last commit synced them.
    pub(super) synced: Image,
}

impl Life {
    pub(super) fn info(
        &self,
        files: &[String],
        zone: i64,
        (new_identity, named): (Option<NewIdentity>, bool),
    ) -> RunInfo {
        let parts = [
            ("event_id", "id"),
            ("event_time", "at"),
            ("timezone", &zone.to_string()),
        ]
        .map(|(part, from)| (part.to_owned(), from.to_owned()));
        let input = |name: &String| InputInfo {
            name: name.clone(),
            signature: "export".into(),
            identity: parts.clone().into(),
        };
        RunInfo {
            id: format!("run-{}", self.runs),
            inputs: files.iter().map(input).collect(),
            new_identity: new_identity.is_some(),
            skip_alike: new_identity == Some(NewIdentity::SkipAlike),
            input_name: named.then(|| "log".into()),
            ..RunInfo::default()
        }
    }

    pub(super) fn run(&mut self) {
        self.runs += 1;
        for _ in 0..self.dice.usize(0..8) {
            self.world.happen(&mut self.dice);
        }
        let zone = if self.dice.u8(0..10) == 0 { 3 } else { 0 };
        let new_identity = match self.dice.u8(0..60) {
            0 => Some(NewIdentity::Send),
            1 => Some(NewIdentity::SkipAlike),
            _ => None,
        };
        let named = self.dice.u8(0..5) == 0;
        let files: Vec<String> = (0..self.dice.usize(1..4))
            .map(|n| format!("{}-{n}.csv", self.runs))
            .collect();
        let info = self.info(&files, zone, (new_identity, named));
        let opened = Ledger::open(&self.path(), "tenjin", &info, &super::options());
        let opened = opened.unwrap_or_else(|error| panic!("{}: {error}", self.context()));
        assert_eq!(
            opened.recovered.is_some(),
            self.dead.is_some(),
            "{}",
            self.context()
        );
        let mut ledger = opened.ledger;
        self.opened();
        if zone != 0 {
            self.tally.count("runs in another zone");
        }
        if new_identity.is_some() {
            let nameless = self
                .world
                .deals
                .iter_mut()
                .filter(|deal| deal.way != Way::WithId);
            nameless.for_each(|deal| deal.excused = true);
        }
        let mut run = Run {
            asking: Asking::new(self.runs, zone, new_identity),
            claims: Vec::new(),
            waiting: None,
            read: HashSet::new(),
            lines: 1,
            synced: Image::default(),
        };
        self.recovered_and_released(&mut ledger, &mut run, files.len());
        let rows = self.delivery(&files, named, &mut run.read);
        let end = *self
            .dice
            .choice(&[End::Finish, End::Finish, End::Kill, End::PowerLoss])
            .unwrap();
        let mut rest = &rows[..];
        let stop_at = self.dice.usize(0..=rows.len());
        loop {
            let (now, later) = rest.split_at(self.dice.usize(1..12).min(rest.len()));
            self.batch(&mut ledger, &mut run, (now, &files));
            rest = later;
            let is_last = rest.is_empty() || end != End::Finish && rest.len() < stop_at;
            if end == End::PowerLoss && is_last {
                run.synced = Image::of(self.folder.path());
            }
            let acts = if is_last && end != End::Finish {
                self.dice.usize(0..20)
            } else {
                usize::MAX
            };
            self.act(&ledger, &mut run, acts);
            if is_last {
                return self.end(ledger, run, end);
            }
        }
    }

    /// What a recovery has left, and what a person has released, as the run begins.
    fn recovered_and_released(&mut self, ledger: &mut Ledger, run: &mut Run, inputs: usize) {
        let automatic = self.dice.u8(0..4) > 0;
        let resends = |kind: Kind| automatic && !kind.is_money();
        ledger.resend_recovered(|kind, _| resends(kind)).unwrap();
        self.model.resend_recovered(resends);
        if self.dice.bool() {
            return;
        }
        let names = ledger.released_inputs().unwrap();
        let mut expected: Vec<(String, u64)> = self
            .model
            .facts
            .iter()
            .filter(|fact| fact.state == State::Released)
            .map(|fact| (fact.row.file.clone(), fact.row.line))
            .collect();
        let mut taken = Vec::new();
        loop {
            let answers = ledger.claim_released(self.dice.usize(1..5)).unwrap();
            if answers.is_empty() {
                break;
            }
            for answer in &answers {
                let event = match answer {
                    Decision::Send(_, event) | Decision::Duplicate(event, ..) => event,
                    other => panic!("{} {other:?}", self.context()),
                };
                // They are counted after the inputs of the run.
                let file = names[event.place.input as usize - inputs].clone();
                let line = event.place.line;
                let at = self.model.at(&file, line).unwrap();
                let deal = self.model.facts[at].row.deal;
                let goes = self.model.take(at, self.runs);
                assert_eq!(
                    goes,
                    matches!(answer, Decision::Send(..)),
                    "{}",
                    self.context()
                );
                if let Decision::Send(id, _) = answer {
                    run.claims.push(Claim::new(*id, (file.clone(), line), deal));
                }
                taken.push((file, line));
                self.tally.count("rows taken from the ledger");
            }
        }
        expected.sort();
        taken.sort();
        assert_eq!(taken, expected, "{}", self.context());
        self.committed = self.model.clone();
    }

    /// Which deals stand in which input, in their order: the last ones, most of them again.
    fn delivery(
        &mut self,
        files: &[String],
        named: bool,
        read: &mut HashSet<usize>,
    ) -> Vec<(u32, usize)> {
        let mut rows = Vec::new();
        let first = self.world.deals.len().saturating_sub(30);
        for input in 0..u32::try_from(files.len()).unwrap() {
            let mut is_in = false;
            for deal in first..self.world.deals.len() {
                let way = self.world.deals[deal].way;
                if way != (Way::Twin { is_second: true }) {
                    is_in = self.dice.u8(0..10) < 7;
                }
                if is_in && way != Way::Log {
                    rows.push((input, deal));
                    if way == Way::WithId && self.dice.u8(0..20) == 0 {
                        // Under two ids in one input nobody could tell that it is one.
                        read.insert(deal);
                        rows.push((input, deal));
                    }
                }
            }
        }
        if named {
            for _ in 0..self.dice.usize(0..4) {
                self.world.log(&mut self.dice);
            }
            let is_log = |deal: &usize| self.world.deals[*deal].way == Way::Log;
            rows.extend(
                (0..self.world.deals.len())
                    .filter(is_log)
                    .map(|deal| (0, deal)),
            );
        }
        rows
    }
}
