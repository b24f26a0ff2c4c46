//! What happens to rows that are claimed, and how a run ends.

use tenjin_s2s::ledger::{ClaimId, Ledger, Witness};
use tenjin_s2s::model::Outcome;

use super::super::facts::{Fact, State};
use super::super::files::{self, Image};
use super::Life;
use super::run::Run;

/// A row that may leave.
pub(super) struct Claim {
    id: ClaimId,
    file: String,
    line: u64,
    deal: usize,
    is_fresh: bool,
    /// Its answer has not come yet.
    is_awaited: bool,
}

impl Claim {
    pub(super) fn new(id: ClaimId, (file, line): (String, u64), deal: usize) -> Claim {
        Claim {
            id,
            file,
            line,
            deal,
            is_fresh: true,
            is_awaited: false,
        }
    }
}

/// An outcome that is written with the next row that leaves.
pub(super) type Waiting = Option<(ClaimId, (String, u64), Outcome)>;

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Finish,
    Kill,
    PowerLoss,
}

impl Life {
    /// Up to so many things happen to rows that are claimed.
    pub(super) fn act(&mut self, ledger: &Ledger, run: &mut Run, most: usize) {
        let mut acts = 0;
        for mut claim in std::mem::take(&mut run.claims) {
            if acts >= most || claim.is_awaited || self.dice.u8(0..8) == 0 {
                run.claims.push(claim);
                continue;
            }
            acts += 1;
            if claim.is_fresh && self.dice.u8(0..10) == 0 {
                self.settle(
                    ledger,
                    (claim.id, (claim.file, claim.line), Outcome::NotSent),
                );
                continue;
            }
            self.leave(ledger, run, &claim);
            if let Some(outcome) = self.answer(&claim) {
                run.waiting = Some((claim.id, (claim.file, claim.line), outcome));
            } else {
                let is_recorded = self.world.deals[claim.deal].recorded > 0;
                claim.is_fresh = false;
                claim.is_awaited = is_recorded || self.dice.bool();
                if !claim.is_awaited {
                    ledger.journal().returned(claim.id).unwrap();
                    let at = self.model.at(&claim.file, claim.line).unwrap();
                    self.model.facts[at].state = State::Claimed { left: false };
                }
                run.claims.push(claim);
            }
            if self.dice.bool()
                && let Some(waiting) = run.waiting.take()
            {
                self.settle(ledger, waiting);
            }
        }
        if most == usize::MAX
            && self.dice.bool()
            && let Some(waiting) = run.waiting.take()
        {
            self.settle(ledger, waiting);
        }
    }

    fn leave(&mut self, ledger: &Ledger, run: &mut Run, claim: &Claim) {
        match run.waiting.take() {
            Some((before, place, outcome)) if claim.is_fresh => {
                ledger
                    .journal()
                    .leaving_after(claim.id, (before, outcome))
                    .unwrap();
                self.settled(&place.0, place.1, outcome);
            }
            waiting => {
                waiting
                    .into_iter()
                    .for_each(|waiting| self.settle(ledger, waiting));
                ledger.journal().leaving(claim.id).unwrap();
            }
        }
        let at = self.model.at(&claim.file, claim.line).unwrap();
        self.model.facts[at].state = State::Claimed { left: true };
        self.tally.count("requests");
        let left = format!("{}:{} left", claim.file, claim.line);
        self.world.deals[claim.deal].history.push(left);
    }

    /// What Tenjin does with the request, and what is known of it; nothing if it is still awaited, or
    /// certainly was not recorded and waits for its next try.
    fn answer(&mut self, claim: &Claim) -> Option<Outcome> {
        let is_recorded = self.dice.u8(0..10) < 7;
        if !is_recorded {
            return [Outcome::Refused, Outcome::Failed, Outcome::InDoubt]
                .get(self.dice.usize(0..4))
                .copied();
        }
        self.world.deals[claim.deal].recorded += 1;
        let deal = &self.world.deals[claim.deal];
        let twice = deal.recorded > 1 && deal.row.kind.is_money() && !deal.excused;
        assert!(!twice, "{} twice: {deal:#?}", self.context());
        [Outcome::Accepted; 8]
            .into_iter()
            .chain([Outcome::InDoubt])
            .nth(self.dice.usize(0..10))
    }

    fn settle(
        &mut self,
        ledger: &Ledger,
        (id, (file, line), outcome): (ClaimId, (String, u64), Outcome),
    ) {
        ledger.journal().settle(id, outcome);
        self.settled(&file, line, outcome);
    }

    fn settled(&mut self, file: &str, line: u64, outcome: Outcome) {
        let at = self.model.at(file, line).unwrap();
        let deal = self.model.facts[at].row.deal;
        self.world.deals[deal]
            .history
            .push(format!("{file}:{line} {}", outcome.name()));
        self.model.settle(at, outcome);
    }

    pub(super) fn end(&mut self, ledger: Ledger, run: Run, end: End) {
        self.witness = Witness {
            report: self.folder.path().join("report.json"),
            ..ledger.witness()
        };
        self.dead = Some(true);
        self.rebooted = end == End::PowerLoss;
        match end {
            End::Finish => {
                if let Some(waiting) = run.waiting {
                    self.settle(&ledger, waiting);
                }
                ledger.finish().unwrap();
                self.committed = self.model.clone();
                let claimed = |fact: &Fact| matches!(fact.state, State::Claimed { .. });
                self.dead = self.model.facts.iter().any(claimed).then_some(true);
                self.closed();
            }
            End::Kill => {
                let image = Image::of(self.folder.path());
                drop(ledger);
                image.put(self.folder.path());
                self.tally.count("kills");
            }
            End::PowerLoss => {
                let now = Image::of(self.folder.path());
                drop(ledger);
                let left = run.synced.after_power_loss(&now, &mut self.dice);
                left.put(self.folder.path());
                files::reboot(&self.path());
                self.whole = Some(std::mem::replace(&mut self.model, self.committed.clone()));
                self.dead = Some(false);
                self.closed();
                self.tally.count("power losses");
            }
        }
    }
}
