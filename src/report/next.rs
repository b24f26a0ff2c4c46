//! The next command to type: what the summary ends with.
//!
//! One thing at a time, the most urgent first: go on, then look, then mend, then send.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::control::left_out;
use super::files::Places;
use super::layout::Layout;
use super::layout::Tone;
use super::proposals;
use super::run::{RunFacts, Status};
use crate::model::shell::argument;
use crate::model::{App, Code, Outcome, StopReason};
use crate::stats::Stats;
use crate::stats::reasons::{Reason, Said};

/// How the reason of a row begins that an earlier run left in doubt.
pub const HELD: &str = "in doubt since ";

/// The reason of rows that the age limit leaves out.
const TOO_OLD: &str = "too_old";

/// What to do, and the command for it, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// A sentence.
    pub advice: Cow<'static, str>,
    /// A whole command line.
    pub command: Option<String>,
}

impl Next {
    /// The advice, and the command on lines of its own: whole, so that it can be copied.
    pub fn text(&self, layout: Layout) -> String {
        let style = layout.style;
        let mut out = style.labelled("Next", &self.advice);
        let command = self.command.as_deref().unwrap_or_default();
        for line in layout.command(command) {
            out += &style.tone(Tone::Strong, &line);
            out.push('\n');
        }
        out
    }

    fn new(advice: impl Into<Cow<'static, str>>, command: impl Into<Option<String>>) -> Self {
        Next {
            advice: advice.into(),
            command: command.into(),
        }
    }
}

/// Decides what comes next.
pub fn next(books: &Stats, run: &RunFacts, places: &Places) -> Next {
    let count = |outcome| books.rows().count(outcome);
    let sends = run.sends();
    let stopped = matches!(run.status, Status::Stopped | Status::Interrupted);
    if sends && (stopped || count(Outcome::Failed) + count(Outcome::NotSent) > 0) {
        return again(books, run, places);
    }
    if let Some(advice) = to_fix(books, run) {
        return Next::new(advice, None);
    }
    if run.several_apps && !sends {
        return several_apps(run, places);
    }
    if sends && count(Outcome::InDoubt) > 0 {
        let next = doubt(books, run, places);
        return if places.rejects.is_empty() {
            next
        } else {
            and_mend(next, places)
        };
    }
    if let Some(next) = other_events(books) {
        return next;
    }
    let only_totals = has_only_totals(books);
    if count(Outcome::Rejected) > 0
        && !only_totals
        && let Some(next) = proposals(books, run).or_else(|| mend(books, run, places))
    {
        return next;
    }
    let without = Places {
        rejects: Vec::new(),
        ..places.clone()
    };
    let places = if only_totals { &without } else { places };
    if !sends {
        return send(books, run, places);
    }
    if count(Outcome::Refused) > 0 {
        let advice = "fix or drop the refused rows in their file, then upload that:";
        let fixed = run.typed.on(input(&places.refused));
        return Next::new(advice, fixed.line("upload", []));
    }
    if left_out(books, run) > 0 {
        let advice = "rows were left out as too old; if they are to be sent all the same:";
        return Next::new(advice, run.typed.line("upload", ["--max-age", "none"]));
    }
    if books.changed.repriced.rows > 0 {
        let advice = "hold the rows whose amount has changed against the dashboard (changed.csv)";
        return Next::new(advice, None);
    }
    if run.sandbox && count(Outcome::Accepted) > 0 {
        return in_earnest(run, places);
    }
    Next::new("nothing to do", None)
}

/// One key, and rows of several apps: the upload itself would stop.
fn several_apps(run: &RunFacts, places: &Places) -> Next {
    let advice = "each app on each platform has a key of its own: name them under [apps] in a file \
                  and say --config FILE; or, if one key serves them all:";
    let advice = when_fixed(places, "", advice);
    let account = ["--key-scope", "account"];
    if run.dry_run {
        let words = account.into_iter().chain(["--dry-run"]);
        return Next::new(advice, run.typed.line("upload", words));
    }
    let command = run.typed.without("--sandbox").line("upload", account);
    Next::new(format!("this was a rehearsal; {advice}"), command)
}

/// Whether nothing was rejected but rows of totals, which nobody is to fix.
fn has_only_totals(books: &Stats) -> bool {
    let reasons = books.rejections.ranked();
    let is_totals = |reason: &&Reason| reason.code == Code::TotalsRow;
    !reasons.is_empty() && reasons.iter().all(is_totals)
}

/// What would mend rejected rows.
fn proposals(books: &Stats, run: &RunFacts) -> Option<Next> {
    let (advice, command) = proposals::next(books, run)?;
    Some(Next::new(advice, command))
}

/// After a rehearsal.
fn in_earnest(run: &RunFacts, places: &Places) -> Next {
    if run.several_apps {
        return several_apps(run, places);
    }
    let in_earnest = run.typed.without("--sandbox");
    if in_earnest == run.typed {
        return Next::new("nothing to do: this was a rehearsal", None);
    }
    let advice =
        "this was a rehearsal; with the app's SDK key in `TENJIN_SDK_KEY`, to Tenjin itself:";
    let command = in_earnest.line("upload", []);
    Next::new(when_fixed(places, "", advice), command)
}

fn again(books: &Stats, run: &RunFacts, places: &Places) -> Next {
    if !places.not_sent.is_empty() {
        let advice = "the stream is gone; upload the rows that were not sent:";
        let rest = run.typed.on(input(&places.not_sent));
        return Next::new(advice, rest.line("upload", []));
    }
    match to_fix(books, run) {
        Some(advice) => Next::new(advice, None),
        None => Next::new(go_on(books, run), run.typed.line("upload", [])),
    }
}

/// After a fault of the input or of the options the same command would end the same way.
fn to_fix(books: &Stats, run: &RunFacts) -> Option<&'static str> {
    let wall = books.walls.first_key_value();
    match run.stop_reason.or(wall.map(|(_, reason)| *reason))? {
        StopReason::NoSuchApp => {
            Some("check bundle_id and platform against the dashboard, and put them right")
        }
        StopReason::Strict => {
            Some("fix the rejected rows in the input (the report names them), then run it again")
        }
        StopReason::MaxRejected => {
            Some("fix the rejected rows, or the mapping (the report names them), then run it again")
        }
        StopReason::InputError => Some("fix the input, then run it again"),
        StopReason::MinRows => Some("look why the export is so short, then run it again"),
        StopReason::NoIdentity => Some("see to what identifies rows, then run it again"),
        _ => None,
    }
}

/// What to see to before a run that stopped is started again.
fn go_on(books: &Stats, run: &RunFacts) -> Cow<'static, str> {
    let wall = books.walls.first_key_value();
    let Some(reason) = run.stop_reason.or(wall.map(|(_, reason)| *reason)) else {
        return once_more(run).into();
    };
    match reason {
        StopReason::Unauthorized | StopReason::AppDisabled => {
            key(run, wall.map(|(app, _)| &**app)).into()
        }
        StopReason::Canary | StopReason::MaxFailures => {
            "look at the reasons above, then run again to go on:".into()
        }
        StopReason::DiskFull => "make room on the disk, then run again to go on:".into(),
        StopReason::ReportFailed => {
            "see that the folder of reports can be written (--report-dir), then run again to go on:"
                .into()
        }
        StopReason::LedgerBusy => {
            "close the program that has the ledger's database open, then run again to go on:".into()
        }
        StopReason::LedgerFailed => "see to the ledger, then run again to go on:".into(),
        StopReason::ReadError => "see that the input can be read, then run again to go on:".into(),
        StopReason::AskedToWait => "run again later to go on:".into(),
        StopReason::Unreachable if run.endpoint.is_some() => {
            "check --endpoint-url, and whether that server runs, then run again to go on:".into()
        }
        StopReason::Unreachable => {
            "check the network (and the proxy variables, if there is a proxy), then run again to \
             go on:"
                .into()
        }
        StopReason::Interrupted
        | StopReason::NoSuchApp
        | StopReason::Strict
        | StopReason::NoIdentity
        | StopReason::MaxRejected
        | StopReason::MinRows
        | StopReason::InputError => once_more(run).into(),
    }
}

fn once_more(run: &RunFacts) -> &'static str {
    if run.ledger {
        "run again to go on (what was accepted is not sent again):"
    } else {
        "run again to go on:"
    }
}

fn key(run: &RunFacts, app: Option<&App>) -> String {
    let source = match run.key_source(app) {
        Some(source) => format!("the {source}"),
        None => "the configuration".into(),
    };
    format!(
        "put the app's SDK key (Tenjin's dashboard, the app's settings) into {source}, then run \
         again to go on:"
    )
}

fn doubt(books: &Stats, run: &RunFacts, places: &Places) -> Next {
    let since_earlier = |said: &&Said| said.reason.starts_with(HELD);
    if books
        .endings
        .ranked(Outcome::InDoubt)
        .iter()
        .any(since_earlier)
    {
        let advice = "rows are in doubt since an earlier run; see which, and decide:";
        return Next::new(advice, run.typed.about_ledger(["status"]));
    }
    if run.ledger {
        let words = ["resolve", "--run", &run.run_id, "--as", "accepted"];
        let advice = "look for the rows in doubt on the dashboard, then (or `--as resend`):";
        return Next::new(advice, run.typed.about_ledger(words));
    }
    let advice = "look for the rows in doubt on the dashboard; upload what is not there:";
    let files = run.typed.on(input(&places.in_doubt));
    Next::new(
        advice,
        (!places.in_doubt.is_empty()).then(|| files.line("upload", [])),
    )
}

/// Where most rejected rows have the id of another event, nothing of theirs is to be edited.
fn other_events(books: &Stats) -> Option<Next> {
    let first = books.rejections.ranked().into_iter().next()?;
    let advice = "the same id stands on different events (id_conflict): leave the ids as they are, \
                  and map what tells the events apart as the hint above says; or leave out the row \
                  that is wrong";
    (first.code == Code::IdConflict).then(|| Next::new(advice, None))
}

/// Rows in doubt come first, but rejected ones must not be forgotten over them.
fn and_mend(next: Next, places: &Places) -> Next {
    let rejects = shown(input(&places.rejects));
    let advice = format!("fix and upload {rejects}; {}", next.advice);
    Next::new(advice, next.command)
}

/// The rejected rows, in files that can be mended. Where nothing was sent and the files are there,
/// the valid rows come first.
fn mend(books: &Stats, run: &RunFacts, places: &Places) -> Option<Next> {
    if places.rejects.is_empty() {
        let advice = "write the rejected rows to files, to fix them there:";
        // The options of an upload are none of `validate`'s.
        let plan = run.dry_run.then_some("--dry-run");
        let words = plan.into_iter().chain(["--report-dir", "report"]);
        let command = run.typed.line(run.command, words);
        return Some(Next::new(advice, command));
    }
    let rows = books.rows();
    let is_rehearsal = run.sandbox && rows.count(Outcome::Accepted) > 0;
    if is_rehearsal || !run.sends() && rows.count(Outcome::NotSent) > 0 {
        return None;
    }
    let rejects = run.typed.on(input(&places.rejects));
    let advice = match run.command {
        "validate" => "fix the rejected rows in their file, then check that:",
        _ => "fix the rejected rows in their file, then upload that:",
    };
    Some(Next::new(advice, rejects.line(run.command, [])))
}

fn send(books: &Stats, run: &RunFacts, places: &Places) -> Next {
    if books.rows().count(Outcome::NotSent) == 0 {
        return none(books, run);
    }
    let with = |more: &'static str| run.typed.line("upload", [more]);
    let (advice, command) = if run.dry_run && !run.has_key && !run.sandbox {
        let advice = "no key is set, so rehearse it against a stand-in for Tenjin:";
        (advice, with("--sandbox"))
    } else if run.dry_run {
        ("send it:", run.typed.line("upload", []))
    } else {
        ("see what an upload would do:", with("--dry-run"))
    };
    Next::new(when_fixed(places, "the others: ", advice), command)
}

/// Names the file of rejected rows, if there is one, before what is to be done with all others.
fn when_fixed(places: &Places, others: &str, advice: &'static str) -> Cow<'static, str> {
    if places.rejects.is_empty() {
        return advice.into();
    }
    let rejects = shown(input(&places.rejects));
    format!("fix the rejected rows in {rejects} when you can; {others}{advice}").into()
}

/// Why there is nothing to send, if the user can change that.
fn none(books: &Stats, run: &RunFacts) -> Next {
    let too_old = books.filters.count(&Cow::Borrowed(TOO_OLD));
    if too_old == 0 || !run.default_max_age {
        return Next::new("nothing to send", None);
    }
    let plan = run.dry_run.then_some("--dry-run");
    let words = ["--max-age", "none"].into_iter().chain(plan);
    let advice = "all that is left is older than 7 days, and Tenjin would date it today; if it \
                  shall be sent all the same:";
    Next::new(advice, run.typed.line(run.command, words))
}

/// One file, or the folder of several: both are inputs.
fn input(files: &[PathBuf]) -> &Path {
    match files {
        [file] => file,
        [file, ..] => file.parent().unwrap_or(file),
        [] => Path::new("-"),
    }
}

/// The same in a sentence.
fn shown(path: &Path) -> String {
    argument(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::super::typed::Typed;
    use super::*;
    use crate::model::Moment;

    fn after(command: &'static str, outcomes: &[Outcome], edit: impl Fn(&mut RunFacts)) -> String {
        let mut books = Stats::default();
        let rejected = outcomes.iter().filter(|o| **o == Outcome::Rejected).count() as u64;
        let valid = outcomes.len() as u64 - rejected;
        books.chunk(Moment::default(), &sample::chunk(valid, rejected, 0));
        for outcome in outcomes.iter().filter(|o| **o != Outcome::Rejected) {
            books.settled(Moment::default(), &sample::settled(1, *outcome, 0, ""));
        }
        let mut run = sample::run(command);
        edit(&mut run);
        let rejects = if rejected > 0 && command == "upload" {
            vec!["r/rejects/1-a b.csv".into()]
        } else {
            Vec::new()
        };
        let refused = outcomes.contains(&Outcome::Refused);
        let refused = refused.then(|| "r/refused/1-a.csv".into());
        let places = Places {
            rejects,
            refused: refused.into_iter().collect(),
            ..Places::default()
        };
        next(&books, &run, &places).command.unwrap_or_default()
    }

    #[test]
    fn the_next_command_can_be_typed() {
        use Outcome::{Accepted, Failed, InDoubt, NotSent, Refused, Rejected};
        let same = |_: &mut RunFacts| {};
        let again = "tenjin-s2s upload --kind purchase events.csv";
        assert_eq!(after("upload", &[Accepted], same), "");
        assert_eq!(after("upload", &[Failed, InDoubt, Rejected], same), again);
        assert_eq!(
            after("upload", &[Refused], same),
            "tenjin-s2s upload --kind purchase r/refused/1-a.csv"
        );
        assert_eq!(
            after("upload", &[InDoubt, Rejected], |run| run.ledger = true),
            "tenjin-s2s ledger resolve --run r1 --as accepted"
        );
        assert_eq!(
            after("upload", &[Rejected, Accepted], same),
            "tenjin-s2s upload --kind purchase 'r/rejects/1-a b.csv'"
        );
        assert_eq!(
            after("validate", &[Rejected, NotSent], same),
            "tenjin-s2s validate --kind purchase events.csv --report-dir report"
        );
        assert_eq!(
            after("validate", &[NotSent], same),
            "tenjin-s2s upload --kind purchase events.csv --dry-run"
        );
        let planned = |run: &mut RunFacts| (run.dry_run, run.has_key) = (true, true);
        assert_eq!(after("upload", &[NotSent], planned), again);
        assert_eq!(
            after("upload", &[NotSent], |run| run.dry_run = true),
            "tenjin-s2s upload --kind purchase events.csv --sandbox"
        );
        let rehearsed = |run: &mut RunFacts| {
            run.sandbox = true;
            run.typed = Typed::of(&["--kind", "purchase", "--sandbox"], &["events.csv"]);
        };
        assert_eq!(after("upload", &[Accepted], rehearsed), again);
        assert_eq!(after("upload", &[Accepted], |run| run.sandbox = true), "");
    }
}
