//! The next command to type: what the summary ends with.
//!
//! One thing at a time, the most urgent first: go on, then look, then fix, then send.

use std::path::{Path, PathBuf};

use super::headline::{After, Next, after_stop};
use super::{Example, View, proposals};
use crate::model::text::argument;
use crate::model::{Code, DEFAULT_MAX_AGE_DAYS, Outcome, StopReason};
use crate::report::run::{RunFacts, Status};

/// How the reason of a row begins that an earlier run left in doubt.
pub const HELD: &str = "in doubt since ";

/// What the hint of a row says whose time is read otherwise than when it was sent.
pub const OTHER_TIMES: &str = "times are read otherwise now than in that run";

/// Decides what comes next. A command that reads standard input needs what it was fed with.
pub(super) fn next(view: &View<'_>) -> Next {
    let mut next = advised(view);
    if hides_faults(view)
        && !next
            .command
            .as_ref()
            .is_some_and(|line| line.contains("--max-age"))
    {
        let advice = next.advice;
        next.advice = format!(
            "most rows are older than {DEFAULT_MAX_AGE_DAYS} days and were left out unchecked: add \
             --max-age none to see their faults now, if they are to be sent; {advice}"
        )
        .into();
    }
    let mut words = next.command.iter().flat_map(|line| line.split(' '));
    if words.any(|word| word == "-") {
        let advice = next.advice.trim_end_matches(':');
        next.advice = format!("{advice}, behind the same pipe:").into();
    }
    next
}

/// Whether most rows of a trial were left out by an age limit that nobody has asked for.
fn hides_faults(view: &View<'_>) -> bool {
    !view.sends() && view.run.default_max_age && view.too_old() * 2 > view.rows.read
}

fn advised(view: &View<'_>) -> Next {
    let (run, sends) = (view.run, view.sends());
    let has = |outcome| view.count(outcome) > 0;
    let stopped = matches!(run.status, Status::Stopped | Status::Interrupted);
    if run.several_apps && (!sends || stopped) {
        return several_apps(view);
    }
    if sends && (stopped || has(Outcome::Failed) || has(Outcome::NotSent)) {
        return again(view);
    }
    if let Some(After::Fix(advice)) = after_stop(view) {
        return Next::new(advice, None);
    }
    if sends && has(Outcome::InDoubt) {
        return in_doubt(view);
    }
    if let Some(next) = other_events(view) {
        return next;
    }
    if has(Outcome::Rejected)
        && !has_only_totals(view)
        && let Some(next) = proposals::next(view).or_else(|| fix_rejected(view))
    {
        return next;
    }
    if !sends && run.max_age_of_known.is_none() {
        return proposals::leave_out(view).unwrap_or_else(|| send(view));
    }
    if has(Outcome::Refused) {
        let advice = "fix or drop the refused rows in their file, then upload that:";
        let fixed = run.typed.on(input(&view.places.refused));
        return Next::new(advice, fixed.line("upload", []));
    }
    if let Some(max_age) = &run.max_age_of_known {
        return forgotten(view, max_age);
    }
    if view.too_old_unasked() > 0 {
        let advice = "rows were left out as too old; to send them all the same:";
        return Next::new(advice, run.typed.line("upload", ["--max-age", "none"]));
    }
    if view.stats.changed.news.rows > 0 {
        let advice = "hold the rows whose amount has changed against the dashboard (changed.csv)";
        return Next::new(advice, None);
    }
    if run.sandbox && has(Outcome::Accepted) {
        return in_earnest(view);
    }
    Next::new("nothing to do", None)
}

/// Money of a time that the ledger was told to forget, which each later night would end with 1 for.
fn forgotten(view: &View<'_>, max_age: &str) -> Next {
    let run = view.run;
    let advice = "rows of money are dated before what the ledger was told to forget \
                  (forgotten_period); to leave rows of that age out:";
    let plan = run.dry_run.then_some("--dry-run");
    let words = ["--max-age", max_age].into_iter().chain(plan);
    Next::new(advice, run.typed.line("upload", words))
}

/// Whether nothing was rejected but rows of totals, which nobody is to fix.
fn has_only_totals(view: &View<'_>) -> bool {
    let mut reasons = view.rejections.iter();
    !view.rejections.is_empty() && reasons.all(|reason| reason.code == Code::TotalsRow)
}

/// One key, and rows of several apps: the upload itself would stop.
fn several_apps(view: &View<'_>) -> Next {
    let run = view.run;
    let advice = "each app on each platform has a key of its own: name them under [apps] in a file \
                  and pass --config FILE; or, if one key serves them all:";
    let account = ["--key-scope", "account"];
    if run.sends() && !run.sandbox {
        // It has stopped: rows were rejected only for the want of their key.
        return Next::new(advice, run.typed.line("upload", account));
    }
    let advice = when_fixed(view, "", advice);
    if run.dry_run {
        let words = account.into_iter().chain(["--dry-run"]);
        return Next::new(advice, run.typed.line("upload", words));
    }
    let command = run.typed.without("--sandbox").line("upload", account);
    Next::new(
        format!("this was a trial in the sandbox; {advice}"),
        command,
    )
}

/// After a rehearsal.
fn in_earnest(view: &View<'_>) -> Next {
    let run = view.run;
    if run.several_apps {
        return several_apps(view);
    }
    let in_earnest = run.typed.without("--sandbox");
    if in_earnest == run.typed {
        return Next::new("nothing to do: this was a trial in the sandbox", None);
    }
    let keys = match &run.key_source {
        _ if !run.app_keys.is_empty() => "the keys that [apps] names".to_owned(),
        Some(source) => format!("the app's SDK key in {source}"),
        None => "the app's SDK key".to_owned(),
    };
    let advice = format!("this was a trial in the sandbox; with {keys}, to Tenjin itself:");
    Next::new(when_fixed(view, "", &advice), in_earnest.line("upload", []))
}

fn again(view: &View<'_>) -> Next {
    let run = view.run;
    if !view.places.not_sent.is_empty() {
        let advice = "the stream is gone; upload the rows that were not sent:";
        let rest = run.typed.on(input(&view.places.not_sent));
        return Next::new(advice, rest.line("upload", []));
    }
    match after_stop(view) {
        Some(After::Fix(advice)) => Next::new(advice, None),
        Some(After::Again(first)) => {
            let advice = format!("{first}, then run again to go on:");
            Next::new(advice, run.typed.line("upload", []))
        }
        None => Next::new(once_more(run), run.typed.line("upload", [])),
    }
}

fn once_more(run: &RunFacts) -> &'static str {
    match run.stop_reason {
        Some(StopReason::AskedToWait) => "run again later to go on:",
        _ if run.has_ledger => "run again to go on (what was accepted is not sent again):",
        _ => "run again to go on:",
    }
}

/// Rows in doubt come first, but rejected ones must not be forgotten over them.
fn in_doubt(view: &View<'_>) -> Next {
    let mut next = about_doubt(view);
    if !view.places.rejects.is_empty() {
        let rejects = shown(input(&view.places.rejects));
        next.advice = format!("fix and upload {rejects}; {}", next.advice).into();
    }
    next
}

fn about_doubt(view: &View<'_>) -> Next {
    let run = view.run;
    let mut doubts = view.ended(Outcome::InDoubt);
    if doubts.any(|ending| ending.reason.starts_with(HELD)) {
        let advice = "rows are in doubt since an earlier run; see which, and decide:";
        return Next::new(advice, run.typed.about_ledger(["status"]));
    }
    if run.has_ledger {
        return decide(view);
    }
    let advice = "look for the rows in doubt on the dashboard; upload what is not there:";
    let (written, files) = (
        &view.places.in_doubt,
        run.typed.on(input(&view.places.in_doubt)),
    );
    Next::new(
        advice,
        (!written.is_empty()).then(|| files.line("upload", [])),
    )
}

/// Row by row, since some may have arrived and others not.
fn decide(view: &View<'_>) -> Next {
    let (run, files) = (view.run, &view.places.in_doubt);
    let Some(first) = files.first() else {
        let advice = "look for the rows in doubt on the dashboard, and say of each whether it is \
                      there (`ledger resolve --row FILE:LINE`):";
        return Next::new(advice, run.typed.about_ledger(["list", "--in-doubt"]));
    };
    let others = match files.len() {
        1 => "",
        _ => " and to those beside it",
    };
    let advice = format!(
        "look for the rows in doubt on the dashboard; add a column `_answer` to the file \
         below{others}, with accepted (it is there) or resend (it is not) for each row; then:"
    );
    let first = first.to_string_lossy();
    Next::new(
        advice,
        run.typed.about_ledger(["resolve", "--from", &first]),
    )
}

/// Where most rejected rows have the id of another event, or are another one's with a new id, nothing of theirs is to be edited.
fn other_events(view: &View<'_>) -> Option<Next> {
    let first = view.rejections.first()?;
    let is_about_times = |example: &Example<'_>| example.hint.contains(OTHER_TIMES);
    let advice = if first.code == Code::IdChanged {
        "rows are those of purchases that were sent under another id (id_changed): leave them out, or \
         go back to the column that event_id was read from; if they are other purchases, pass \
         --new-identity"
    } else if first.examples.iter().any(is_about_times) {
        "rows that were sent before have other times now (id_conflict): leave the ids as they are, \
         and read times as in that run, or see which is right, as the hint above says"
    } else {
        "the same id stands on different events (id_conflict): leave the ids as they are, and map \
         what tells the events apart as the hint above says; or leave out the row that is wrong"
    };
    matches!(first.code, Code::IdConflict | Code::IdChanged).then(|| Next::new(advice, None))
}

/// The rejected rows, in files where they can be fixed. Where nothing was sent and the files are
/// there, the valid rows come first.
fn fix_rejected(view: &View<'_>) -> Option<Next> {
    let (run, rejects) = (view.run, &view.places.rejects);
    if rejects.is_empty() {
        let advice = "write the rejected rows to files, to fix them there:";
        // The options of an upload are none of `validate`'s.
        let plan = run.dry_run.then_some("--dry-run");
        let words = plan.into_iter().chain(["--report-dir", "report"]);
        let command = run.typed.line(run.command, words);
        return Some(Next::new(advice, command));
    }
    let is_rehearsal = run.sandbox && view.count(Outcome::Accepted) > 0;
    if is_rehearsal || !run.sends() && view.count(Outcome::NotSent) > 0 {
        return None;
    }
    let advice = match run.command {
        "validate" => "fix the rejected rows in their file, then check that:",
        _ => "fix the rejected rows in their file, then upload that:",
    };
    let rejects = run.typed.on(input(rejects));
    Some(Next::new(advice, rejects.line(run.command, [])))
}

fn send(view: &View<'_>) -> Next {
    let run = view.run;
    if view.count(Outcome::NotSent) == 0 {
        return nothing_to_send(view);
    }
    let (advice, more) = if run.dry_run && !run.has_key && !run.sandbox {
        let advice = "no key is set, so try it in the sandbox first:";
        (advice, Some("--sandbox"))
    } else if run.dry_run {
        ("send it:", None)
    } else {
        ("see what an upload would do:", Some("--dry-run"))
    };
    let advice = when_fixed(view, "the others: ", advice);
    Next::new(advice, run.typed.line("upload", more))
}

/// Names the file of rejected rows, if there is one, before what is to be done with all others.
fn when_fixed(view: &View<'_>, others: &str, advice: &str) -> String {
    if view.places.rejects.is_empty() || has_only_totals(view) {
        return advice.to_owned();
    }
    let rejects = shown(input(&view.places.rejects));
    format!("fix the rejected rows in {rejects} when you can; {others}{advice}")
}

/// Why there is nothing to send, if the user can change that.
fn nothing_to_send(view: &View<'_>) -> Next {
    let run = view.run;
    if view.too_old() == 0 || !run.default_max_age {
        return Next::new("nothing to send", None);
    }
    let plan = run.dry_run.then_some("--dry-run");
    let words = ["--max-age", "none"].into_iter().chain(plan);
    let advice = format!(
        "all remaining rows are older than {DEFAULT_MAX_AGE_DAYS} days, and Tenjin would date them \
         today; to send them all the same:"
    );
    Next::new(advice, run.typed.line(run.command, words))
}

/// One file, or the folder of several: both are inputs.
pub(super) fn input(files: &[PathBuf]) -> &Path {
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
    use super::*;
    use crate::model::Moment;
    use crate::report::run::Places;
    use crate::report::tests::sample;
    use crate::report::typed::Typed;
    use crate::stats::Stats;

    fn after(command: &'static str, outcomes: &[Outcome], edit: impl Fn(&mut RunFacts)) -> String {
        let mut stats = Stats::default();
        let rejected = outcomes.iter().filter(|o| **o == Outcome::Rejected).count() as u64;
        let valid = outcomes.len() as u64 - rejected;
        stats.chunk(Moment::default(), &sample::chunk(valid, rejected, 0));
        for outcome in outcomes.iter().filter(|o| **o != Outcome::Rejected) {
            stats.settled(Moment::default(), &sample::settled(1, *outcome, 0, ""));
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
        View::new(&stats, &run, None, places)
            .next
            .command
            .unwrap_or_default()
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
            after("upload", &[InDoubt, Rejected], |run| run.has_ledger = true),
            "tenjin-s2s ledger list --in-doubt"
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
