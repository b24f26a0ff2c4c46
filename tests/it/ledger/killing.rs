//! The kill campaign: uploads killed at random moments and started again until they complete.
//!
//! Moments are counted in requests that the server has seen, so they do not depend on the speed
//! of the machine. A failure names its seed; `KILL_SEED=n` runs that one alone.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tenjin_s2s::sandbox::Options;

use super::place::{Ended, Place, Running};
use super::rows::Row;
use super::tenjin::{Tenjin, wait};

const FAULTS: &str = "reset=0.8%,lost=0.8%,late500=0.8%,cut=0.8%,hang=0.2%";
const FEW_FAULTS: &str = "reset=0.1%,lost=0.1%,late500=0.1%,cut=0.1%,hang=0.01%";

/// What a campaign has seen, for the sum at its end.
#[derive(Debug, Default, Clone, Copy)]
struct Sum {
    kills: u64,
    requests: u64,
    faults: u64,
    recovered_in_doubt: u64,
    in_doubt: u64,
    most_at_once: u64,
}

#[test]
fn nothing_is_lost_or_doubled_by_kills() {
    campaign(20, 400, FAULTS);
}

#[test]
#[ignore = "takes many minutes; see the head of main.rs"]
fn in_full() {
    campaign(200, 20_000, FEW_FAULTS);
}

/// So many runs with seeds of their own, a few at a time.
fn campaign(runs: u64, rows: usize, faults: &str) {
    let only: Option<u64> = std::env::var("KILL_SEED")
        .ok()
        .map(|seed| seed.parse().unwrap());
    let start = Instant::now();
    let next = AtomicU64::new(only.unwrap_or(0));
    let end = only.map_or(runs, |seed| seed + 1);
    let worker = || {
        let mut sums = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= end {
                return sums;
            }
            sums.push(Ordeal::new(seed, rows, faults).run());
        }
    };
    let sums: Vec<Sum> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4).map(|_| scope.spawn(worker)).collect();
        let joined = workers.into_iter().flat_map(|w| w.join().unwrap());
        joined.collect()
    });
    let total = |part: fn(&Sum) -> u64| sums.iter().map(part).sum::<u64>();
    let message = format!(
        "{} runs over {rows} rows: {} kills, {} requests, {} faults, {} rows in doubt by \
         recoveries (at most {} at once beyond faults), {} in doubt at the end, {:.0?}\n",
        sums.len(),
        total(|s| s.kills),
        total(|s| s.requests),
        total(|s| s.faults),
        total(|s| s.recovered_in_doubt),
        sums.iter().map(|s| s.most_at_once).max().unwrap(),
        total(|s| s.in_doubt),
        start.elapsed()
    );
    let _ = std::io::Write::write_all(&mut std::io::stdout(), message.as_bytes());
    assert!(only.is_some() || total(|s| s.kills) > runs);
}

/// One file, killed and started again until it is through.
struct Ordeal {
    seed: u64,
    dice: fastrand::Rng,
    rows: Vec<Row>,
    /// Whether opens and events may be there twice: not if what is in doubt is held.
    may_repeat: bool,
    tenjin: Tenjin,
    place: Place,
    concurrency: u64,
    arguments: String,
    sum: Sum,
}

impl Ordeal {
    fn new(seed: u64, count: usize, faults: &str) -> Ordeal {
        let mut dice = fastrand::Rng::with_seed(seed);
        let installations = count / dice.usize(3..9);
        let row = |number| {
            let row = Row::nth(number, installations);
            if seed.is_multiple_of(2) {
                row.with_id()
            } else {
                row
            }
        };
        let rows: Vec<Row> = (0..count).map(row).collect();
        let has_faults = !seed.is_multiple_of(4);
        let tenjin = Tenjin::with(Options {
            faults: if has_faults { faults } else { "" }.parse().unwrap(),
            seed,
            ..Options::default()
        });
        let place = Place::new();
        let name = *dice.choice(&["in.csv", "in.ndjson"]).unwrap();
        place.export(name, &rows);
        let concurrency = dice.choice([1, 4, 16, 32]).unwrap();
        let batch = dice.choice([5, 50, 500]).unwrap();
        let policy = *dice.choice(&["auto", "auto", "hold"]).unwrap();
        let arguments = format!(
            "{name} --in-doubt {policy} --timeout 2s --concurrency {concurrency} --batch-size {batch}"
        );
        Ordeal {
            seed,
            dice,
            rows,
            may_repeat: policy == "auto",
            tenjin,
            place,
            concurrency,
            arguments,
            sum: Sum::default(),
        }
    }

    fn run(mut self) -> Sum {
        let most = self.dice.u64(2..=5);
        // faults that the run before lived through, if it was killed
        let mut losses = None;
        let last = loop {
            let before = self.tenjin.faults();
            let running = self
                .place
                .upload(&self.tenjin.server, &self.arguments)
                .start();
            let (ended, killed) = if self.sum.kills < most {
                self.kill(running)
            } else {
                (running.end(), false)
            };
            self.tenjin.wait_idle();
            self.check_recovery(&ended, losses);
            if !killed {
                break ended;
            }
            self.sum.kills += 1;
            // a run that did not come to its recovery leaves the count of its forerunner open
            let faults = self.tenjin.faults() - before;
            losses = Some(
                faults
                    + losses
                        .filter(|_| recovered(&ended.err).is_none())
                        .unwrap_or(0),
            );
        };
        self.check_end(&last);
        self.sum
    }

    /// Kills it at a random moment, unless it ends before.
    fn kill(&mut self, mut running: Running) -> (Ended, bool) {
        let rows = self.rows.len() as u64;
        let lock = self.place.ledger().with_extension("sqlite.lock");
        let signed = format!("{}\n", running.pid());
        let moment = self.tenjin.requests() + self.dice.u64(0..rows / 3);
        let in_recovery = self.dice.u8(0..6) == 0;
        let mut early = false;
        wait(|| {
            early = running.has_ended();
            early
                || if in_recovery {
                    fs::read_to_string(&lock).is_ok_and(|text| text.starts_with(&signed))
                } else {
                    self.tenjin.requests() >= moment
                }
        });
        if early {
            (running.end(), false)
        } else {
            (running.kill(), true)
        }
    }

    /// A kill leaves at most as many rows in doubt as there were connections, beyond those whose
    /// answers were lost anyway.
    fn check_recovery(&mut self, ended: &Ended, lost: Option<u64>) {
        let Some(in_doubt) = recovered(&ended.err) else {
            return;
        };
        let lost = lost.expect("only a killed run is recovered");
        let seed = self.seed;
        assert!(
            in_doubt <= self.concurrency + lost,
            "seed {seed}: {in_doubt} in doubt, {lost} faults: {}",
            ended.err
        );
        self.sum.recovered_in_doubt += in_doubt;
        self.sum.most_at_once = self.sum.most_at_once.max(in_doubt.saturating_sub(lost));
    }

    fn check_end(&mut self, last: &Ended) {
        let seed = self.seed;
        assert!(matches!(last.code, Some(0 | 1)), "seed {seed}: {last:#?}");
        assert_eq!(last.report["status"], "complete", "seed {seed}: {last:#?}");
        let outcomes = self.outcomes(last);
        let again = self
            .place
            .upload(&self.tenjin.server, &self.arguments)
            .end();
        assert_eq!(again.report["requests"]["sent"], 0, "seed {seed}");
        let count = |name| outcomes.iter().filter(|outcome| *outcome == name).count() as u64;
        assert_eq!(again.rows("in_doubt"), count("in_doubt"), "seed {seed}");
        let done = count("accepted") + count("duplicate");
        assert_eq!(again.rows("duplicate"), done, "seed {seed}");

        self.sum.in_doubt = count("in_doubt");
        self.sum.requests = self.tenjin.requests();
        self.sum.faults = self.tenjin.faults();
        let most = self.sum.kills * self.concurrency + self.sum.faults;
        assert!(self.sum.in_doubt <= most, "seed {seed}: {:?}", self.sum);
        self.check_record(&outcomes);
    }

    /// What the last run says of each row; those it does not name were accepted.
    fn outcomes(&self, last: &Ended) -> Vec<String> {
        let first = if self.arguments.starts_with("in.csv") {
            2
        } else {
            1
        };
        let mut outcomes = vec!["accepted".to_owned(); self.rows.len()];
        for (line, outcome) in last.named() {
            outcomes[usize::try_from(line - first).unwrap()] = outcome;
        }
        let count = |name| outcomes.iter().filter(|outcome| *outcome == name).count() as u64;
        let seed = self.seed;
        for name in ["accepted", "duplicate", "in_doubt"] {
            assert_eq!(
                count(name),
                last.rows(name),
                "seed {seed}: {name} {last:#?}"
            );
        }
        assert_eq!(last.rows("read"), self.rows.len() as u64);
        let all = count("accepted") + count("duplicate") + count("in_doubt");
        assert_eq!(all, self.rows.len() as u64, "seed {seed}: {last:#?}");
        outcomes
    }

    fn check_record(&mut self, outcomes: &[String]) {
        let seed = self.seed;
        let tenjin = std::mem::replace(&mut self.tenjin, Tenjin::new());
        let recorded = tenjin.recorded();
        let mut times: HashMap<usize, u64> = HashMap::new();
        let mut last_of: HashMap<usize, usize> = HashMap::new();
        for event in &recorded {
            let number = Row::number_of(&event.mark);
            let count = times.entry(number).or_default();
            *count += 1;
            if *count == 1 {
                let installation = self.rows[number].installation;
                let before = last_of.insert(installation, number);
                assert!(
                    before < Some(number),
                    "seed {seed}: {before:?}, then {number}"
                );
            } else {
                assert_ne!(event.path, "/v0/purchase", "seed {seed}: {number} twice");
                assert!(self.may_repeat, "seed {seed}: {number} twice");
            }
        }
        let twice = recorded.len() - times.len();
        assert!(
            twice as u64 <= self.sum.faults + self.sum.kills * self.concurrency,
            "seed {seed}: {twice} twice"
        );
        let recorded: HashSet<usize> = times.into_keys().collect();
        for (number, outcome) in outcomes.iter().enumerate() {
            let known = recorded.contains(&number) || outcome == "in_doubt";
            assert!(
                known,
                "seed {seed}: {number} is {outcome}, and Tenjin has it not"
            );
        }
    }
}

/// `… was killed: of what it was sending, 3 rows accepted, 2 in doubt, 7 not sent`
pub fn recovered(err: &str) -> Option<u64> {
    let (_, counts) = err.split_once(": of what it was sending, ")?;
    let (before, _) = counts.split_once(" in doubt, ")?;
    let number = before.rsplit(' ').next()?;
    Some(number.replace(',', "").parse().unwrap())
}

#[test]
fn recoveries_are_read() {
    let text = "run 1 of x (in.csv) was killed: of what it was sending, 1,203 rows accepted, 12 in doubt, 7 not sent";
    assert_eq!(recovered(text), Some(12));
    assert_eq!(recovered("nothing"), None);
}
