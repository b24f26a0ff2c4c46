//! Power lost at random moments: what was synced is known, since every call of the program was
//! written down; of the rest anything may have lasted. The program itself then goes on.
//!
//! One run is written down and cut at many moments. Whatever was handed to the network before the
//! cut counts as recorded by Tenjin; the next run has the folder as [`super::disk`] makes it up
//! and another boot of the machine. A failure names its seed; `POWER_SEED=n` runs that one alone.

use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::disk::Luck;
use super::killing::recovered;
use super::place::{Ended, Place, Run};
use super::reboot::{can_show, restarted};
use super::replay::Replay;
use super::rows::Row;
use super::tenjin::{Recorded, Tenjin};
use super::trace::{self, Trace};

const LEDGER: &str = "books/of/ledger.sqlite";

#[test]
fn nothing_is_lost_or_doubled_by_power_losses() {
    if can_show() {
        campaign(0..5, 120, 6);
    }
}

#[test]
#[ignore = "takes minutes; see the head of main.rs"]
fn power_in_full() {
    if can_show() {
        campaign(0..40, 400, 40);
        // long enough that the WAL is written back on the way, and begun anew
        campaign(1000..1004, 2_400, 60);
    }
}

/// A disk that does not keep what was synced must be found out, or these tests see nothing.
#[test]
fn a_disk_that_lies_is_found_out() {
    if !can_show() {
        return;
    }
    let mut ordeal = Ordeal::new(0, 60);
    let folder = ordeal.disk(0);
    let (_, trace) = ordeal.write_down(&folder);
    let luck = Luck {
        kept: 0.0,
        honest: false,
    };
    let next = ordeal.cut(&folder, &trace, trace.moments.len(), luck);
    assert_eq!((ordeal.sent.len(), ordeal.tenjin.so_far().len()), (60, 60));
    let last = ordeal.run(&next, None).end().expect(0);
    assert!(last.err.contains("created a new ledger"), "{}", last.err);
    assert_eq!(ordeal.tenjin.so_far().len(), 120, "all of it once more");
    // and an honest one keeps all, however little of the rest lasts
    let luck = Luck {
        honest: true,
        ..luck
    };
    let next = ordeal.cut(&folder, &trace, trace.moments.len(), luck);
    let last = ordeal.run(&next, None).end().expect(0);
    assert_eq!(last.four(), [0, 60, 0, 0]);
}

fn campaign(seeds: std::ops::Range<u64>, rows: usize, cuts: usize) {
    let only = std::env::var("POWER_SEED").ok();
    let only: Option<u64> = only.map(|seed| seed.parse().unwrap());
    let (mut losses, mut in_doubt, mut most) = (0, 0, 0.0_f64);
    for seed in seeds.filter(|seed| only.is_none_or(|only| only == *seed)) {
        let mut ordeal = Ordeal::new(seed, rows);
        let folder = ordeal.disk(0);
        let (ended, trace) = ordeal.write_down(&folder);
        assert_eq!(ended.expect(0).four(), [rows as u64, 0, 0, 0]);
        for _ in 0..cuts {
            ordeal.lose_power(&folder, &trace);
        }
        losses += ordeal.losses;
        in_doubt += ordeal.in_doubt;
        most = most.max(ordeal.most);
    }
    let text = format!(
        "{losses} power losses over {rows} rows: {in_doubt} rows in doubt, at most {most:.2} \
         batches at once\n"
    );
    let _ = std::io::stdout().write_all(text.as_bytes());
    assert!(only.is_some() || in_doubt > 0);
}

/// One input, and one run of it that is cut again and again.
struct Ordeal {
    seed: u64,
    dice: fastrand::Rng,
    rows: Vec<Row>,
    tenjin: Tenjin,
    place: Place,
    batch: u64,
    may_repeat: bool,
    arguments: String,
    folders: u32,
    /// Marks handed to the network before the last cut.
    sent: Vec<String>,
    losses: u64,
    in_doubt: u64,
    most: f64,
}

impl Ordeal {
    fn new(seed: u64, count: usize) -> Ordeal {
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
        let place = Place::new();
        place.export("in.csv", &rows);
        let long = count > 1_000;
        let batch = if long {
            5
        } else {
            dice.choice([5, 20, 60]).unwrap()
        };
        let concurrency = dice.choice([1, 4, 16]).unwrap();
        // Opens and events may go twice where that is the policy, and never otherwise.
        let may_repeat = seed % 2 == 1;
        let policy = if may_repeat { "auto" } else { "hold" };
        let arguments =
            format!("in.csv --in-doubt {policy} --concurrency {concurrency} --batch-size {batch}");
        Ordeal {
            seed,
            dice,
            rows,
            tenjin: Tenjin::new(),
            place,
            batch,
            may_repeat,
            arguments,
            folders: 0,
            sent: Vec::new(),
            losses: 0,
            in_doubt: 0,
            most: 0.0,
        }
    }

    /// A folder that is a disk of its own.
    fn disk(&self, number: u32) -> PathBuf {
        let folder = self.place.path(&format!("disk-{number}"));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn run(&self, disk: &Path, log: Option<&Path>) -> Run {
        let name = disk.file_name().unwrap().to_str().unwrap();
        let arguments = format!("{} --ledger {name}/{LEDGER}", self.arguments);
        let run = self.place.upload(&self.tenjin.server, &arguments);
        let run = match log {
            Some(log) => trace::traced(run, log),
            None => run,
        };
        let boot = self.place.path(&format!("boot-{name}"));
        std::fs::write(&boot, format!("boot-of-{name}\n")).unwrap();
        restarted(run, &boot)
    }

    /// A whole run, and its calls.
    fn write_down(&self, disk: &Path) -> (Ended, Trace) {
        let log = disk.with_extension("log");
        let before = disk.with_extension("before");
        copy(disk, &before);
        let ended = self.run(disk, Some(&log)).end();
        (ended, Trace::read(&log))
    }

    /// The folder that the next run finds if power is lost at this moment; notes what was sent.
    fn cut(&mut self, disk: &Path, trace: &Trace, moment: usize, luck: Luck) -> PathBuf {
        for text in trace.sent(moment) {
            let mark = text
                .split('&')
                .find_map(|pair| pair.strip_prefix("app_version="));
            self.sent.extend(mark.map(str::to_owned));
        }
        self.folders += 1;
        let next = self.disk(self.folders);
        let before = disk.with_extension("before");
        let left = Replay::new(&before, disk, disk.parent().unwrap()).until(trace, moment);
        left.survivors(luck, &mut self.dice, &next);
        next
    }

    /// Power is lost once or twice, then the program completes.
    fn lose_power(&mut self, first: &Path, trace: &Trace) {
        self.sent.clear();
        let luck = self.luck();
        let moment = self.moment(trace);
        let mut disk = self.cut(first, trace, moment, luck);
        let mut doubts = Vec::new();
        if self.dice.u8(0..3) == 0 {
            let (ended, again) = self.write_down(&disk);
            let luck = self.luck();
            let moment = self.moment(&again);
            doubts.push(ended);
            disk = self.cut(&disk, &again, moment, luck);
        }
        let before = self.tenjin.so_far().len();
        let last = self.run(&disk, None).end();
        let recorded = self.tenjin.so_far().split_off(before);
        self.check(&last, &recorded);
        doubts.push(last);
        for ended in &doubts {
            self.losses += 1;
            let in_doubt = recovered(&ended.err).unwrap_or(0);
            self.in_doubt += in_doubt;
            self.most = self.most.max(in_doubt as f64 / self.batch as f64);
            let seed = self.seed;
            assert!(
                in_doubt <= 2 * self.batch,
                "seed {seed}: {in_doubt} in doubt: {ended:#?}"
            );
        }
    }

    /// Any moment, but those of opening and of closing the ledger are as likely as all others.
    fn moment(&mut self, trace: &Trace) -> usize {
        let end = trace.moments.len();
        let mut sends = (0..end).filter(|moment| trace.is_send(*moment));
        let (first, last) = (sends.next(), sends.next_back());
        match self.dice.u8(0..4) {
            0 => self.dice.usize(0..=first.unwrap_or(end)),
            1 => self.dice.usize(last.unwrap_or(0)..=end),
            _ => self.dice.usize(0..=end),
        }
    }

    fn luck(&mut self) -> Luck {
        let kept = self.dice.choice([0.0, 0.1, 0.5, 0.9, 1.0]).unwrap();
        Luck { kept, honest: true }
    }

    fn check(&self, last: &Ended, recorded: &[Recorded]) {
        let seed = self.seed;
        assert!(matches!(last.code, Some(0 | 1)), "seed {seed}: {last:#?}");
        assert_eq!(last.report["status"], "complete", "seed {seed}: {last:#?}");
        let before: HashSet<&str> = self.sent.iter().map(String::as_str).collect();
        let now: HashSet<&str> = recorded.iter().map(|event| event.mark.as_str()).collect();
        self.check_order(before.union(&now).count(), recorded);
        let named: HashMap<u64, String> = last.named().into_iter().collect();
        for (row, line) in self.rows.iter().zip(2..) {
            let mark = row.mark.as_str();
            let (before, now) = (before.contains(mark), now.contains(mark));
            let outcome = named.get(&line).map_or("accepted", String::as_str);
            let is_true = match outcome {
                // what is in doubt and no money goes again
                "accepted" => now && (!before || self.may_repeat && row.kind != "purchase"),
                "duplicate" => before && !now,
                // it may not have left, but then nobody could know
                "in_doubt" => !now,
                _ => false,
            };
            assert!(
                is_true,
                "seed {seed}: {mark} is {outcome}, sent before: {before}, now: {now}: {last:#?}"
            );
        }
    }

    /// Nothing was sent twice in all runs together, and the rows of an installation in order.
    fn check_order(&self, different: usize, recorded: &[Recorded]) {
        let mut last_of: HashMap<usize, usize> = HashMap::new();
        let marks = self
            .sent
            .iter()
            .chain(recorded.iter().map(|event| &event.mark));
        let mut numbers: Vec<usize> = marks.map(|mark| Row::number_of(mark)).collect();
        if self.may_repeat {
            let mut seen = HashSet::new();
            let is_money = |number: usize| self.rows[number].kind == "purchase";
            numbers.retain(|number| seen.insert(*number) || is_money(*number));
        }
        assert_eq!(numbers.len(), different, "seed {}: {numbers:?}", self.seed);
        for number in numbers {
            let before = last_of.insert(self.rows[number].installation, number);
            assert!(
                before < Some(number),
                "seed {}: {before:?}, then {number}",
                self.seed
            );
        }
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}
