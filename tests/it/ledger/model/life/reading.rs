//! A batch of rows: what exports tell, and what the ledger must say to it.

use tenjin_s2s::ledger::{Decision, Earlier, Intent, Ledger};

use super::super::world::{HOUR, Row, Way};
use super::Life;
use super::run::Run;
use super::sending::Claim;

impl Life {
    pub(super) fn batch(
        &mut self,
        ledger: &mut Ledger,
        run: &mut Run,
        (rows, files): (&[(u32, usize)], &[String]),
    ) {
        let mut asked = Vec::new();
        for &(input, deal) in rows {
            run.lines += 1;
            let fact = self
                .model
                .facts
                .iter()
                .rev()
                .find(|fact| fact.row.deal == deal);
            let known = (fact, !run.read.insert(deal));
            let mut row = self
                .world
                .told(deal, run.asking.zone, known, &mut self.dice);
            let is_as_it_was = row
                == Row {
                    id: row.id.clone(),
                    ..self.world.deals[deal].row.clone()
                };
            row.time = row.time.map(|time| time + run.asking.zone * HOUR);
            (row.input, row.line) = (input, run.lines);
            row.file.clone_from(&files[input as usize]);
            let intent = match self.dice.u8(0..40) {
                0 => Intent::Recognise,
                1 => Intent::Refund,
                _ => Intent::Send,
            };
            asked.push((row, intent, is_as_it_was));
        }
        let expected: Vec<String> = asked
            .iter()
            .map(|(row, intent, _)| self.model.ask(row, *intent, &mut run.asking))
            .collect();
        let events = asked
            .iter()
            .map(|(row, intent, _)| (row.event().into(), *intent));
        let answers = ledger.decide(events.collect());
        let answers = answers.unwrap_or_else(|error| panic!("{}: {error}", self.context()));
        for ((answer, expected), (row, _, is_as_it_was)) in answers.iter().zip(expected).zip(asked)
        {
            let context = self.context();
            assert_eq!(
                word(answer),
                expected,
                "{context} {row:?} {:#?} {:#?}",
                self.model.of(row.deal),
                self.world.deals[row.deal].history
            );
            self.told(&row, &expected, (is_as_it_was, run));
            if let Decision::Send(id, _) = answer {
                let (file, line, deal) = (row.file, row.line, row.deal);
                run.claims.push(Claim::new(*id, (file, line), deal));
            }
            self.tally.count("rows");
            if let Decision::LooksSent(_) = answer {
                self.tally.count("rows left out as sent");
            }
        }
        self.committed = self.model.clone();
    }

    /// What the ledger has answered changes what may be told of a deal from now on.
    fn told(&mut self, row: &Row, answer: &str, (is_as_it_was, run): (bool, &Run)) {
        let deal = &mut self.world.deals[row.deal];
        let (number, zone, new_identity) = (
            run.asking.run,
            run.asking.zone,
            run.asking.new_identity.is_some(),
        );
        let meant = if new_identity { " --new-identity" } else { "" };
        let Row {
            id,
            time,
            product,
            cents,
            user,
            file,
            line,
            ..
        } = row;
        deal.history.push(format!(
            "run {number} (zone {zone}{meant}) {file}:{line} {id:?} {time:?} {product} {cents} {user:?}: {answer}"
        ));
        let known = ["send", "duplicate", "held"]
            .iter()
            .any(|word| answer.starts_with(word));
        if row.id.is_some() && known && is_as_it_was {
            deal.is_linked = true;
        }
        if answer == "maybe_lost" {
            deal.zone = Some(zone);
        }
        if answer == "send" {
            (deal.sent, deal.zone) = (Some(row.clone()), Some(zone));
            deal.row.id = row.id.clone().or(deal.row.id.take());
            if deal.way == Way::Mixed && row.id.is_none() {
                deal.row.user = row.user;
            }
            deal.excused |= new_identity;
        }
    }
}

/// An answer in the model's words.
fn word(answer: &Decision) -> String {
    let at = |earlier: &Earlier| match earlier.line {
        Some(line) => format!("{}:{line}", earlier.file),
        None => "forgotten".into(),
    };
    match answer {
        Decision::Send(..) => "send".into(),
        Decision::Duplicate(_, how, earlier) => {
            let changed = if earlier.changes.any() {
                " changed"
            } else {
                ""
            };
            let known = earlier.line.map(|_| format!(" {}", at(earlier)));
            format!(
                "duplicate {}{}{changed}",
                how.name(),
                known.unwrap_or_default()
            )
        }
        Decision::Refunded(_, earlier) => format!("refunded {}", at(earlier)),
        Decision::InDoubt(_, earlier) => format!("held {}", at(earlier)),
        Decision::IdConflict(_, earlier) => format!("conflict {}", at(earlier)),
        Decision::IdChanged(_, earlier) => format!("id_changed {}", at(earlier)),
        Decision::MaybeLost(_) => "maybe_lost".into(),
        Decision::OtherIdentity(_) => "other_identity".into(),
        Decision::Forgotten(..) => "forgotten".into(),
        Decision::Unknown(_) => "unknown".into(),
        Decision::LooksSent(_) => "looks_sent".into(),
        Decision::Unremembered(..) | Decision::MissingIdentity(_) => {
            format!("{answer:?}")
        }
    }
}
