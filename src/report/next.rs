//! The next command to type: what the summary ends with.
//!
//! One thing at a time, the most urgent first: go on, then look, then mend, then send.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::control::left_out;
use super::escape::argument;
use super::files::Places;
use super::further;
use super::ink::Tone;
use super::paper::Paper;
use super::run::{RunFacts, Status};
use crate::outcome::{Outcome, StopReason};
use crate::stats::Stats;
use crate::stats::reasons::Said;

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
    pub fn text(&self, paper: Paper) -> String {
        let ink = paper.ink;
        let mut out = ink.labelled("Next", &self.advice);
        let command = self.command.as_deref().unwrap_or_default();
        for line in paper.command(command) {
            out += &ink.tone(Tone::Strong, &line);
            out.push('\n');
        }
        out
    }

    pub(super) fn new(
        advice: impl Into<Cow<'static, str>>,
        command: impl Into<Option<String>>,
    ) -> Self {
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
        return again(run, places);
    }
    if sends && count(Outcome::InDoubt) > 0 {
        let next = doubt(books, run, places);
        return if places.rejects.is_empty() {
            next
        } else {
            and_mend(next, places)
        };
    }
    if count(Outcome::Rejected) > 0 {
        return further::next(books, run).unwrap_or_else(|| mend(run, places));
    }
    if !sends {
        return send(books, run);
    }
    if count(Outcome::Refused) > 0 {
        let advice = "fix or drop the refused rows (see outcomes.ndjson), then run again:";
        return Next::new(advice, run.command_line("upload", &run.typed_inputs));
    }
    if left_out(books, run) > 0 {
        let inputs = format!("{} --max-age none", run.typed_inputs);
        let advice = "rows were left out as too old; if they are to be sent all the same:";
        return Next::new(advice, run.command_line("upload", inputs.trim_start()));
    }
    if run.sandbox && count(Outcome::Accepted) > 0 {
        return in_earnest(run);
    }
    Next::new("nothing to do", None)
}

/// After a rehearsal.
fn in_earnest(run: &RunFacts) -> Next {
    let words = run.options.split(' ');
    let options: Vec<&str> = words.filter(|word| *word != "--sandbox").collect();
    let in_earnest = RunFacts {
        options: options.join(" "),
        ..run.clone()
    };
    if in_earnest.options == run.options {
        return Next::new("nothing to do: this was a rehearsal", None);
    }
    let advice =
        "this was a rehearsal; with the app's SDK key in `TENJIN_SDK_KEY`, to Tenjin itself:";
    Next::new(advice, in_earnest.command_line("upload", &run.typed_inputs))
}

fn again(run: &RunFacts, places: &Places) -> Next {
    if !places.not_sent.is_empty() {
        let advice = "the stream is gone; upload the rows that were not sent:";
        return Next::new(advice, run.command_line("upload", &input(&places.not_sent)));
    }
    Next::new(go_on(run), run.command_line("upload", &run.typed_inputs))
}

/// What to see to before a run that stopped is started again.
fn go_on(run: &RunFacts) -> Cow<'static, str> {
    let Some(reason) = run.stop_reason else {
        return once_more(run).into();
    };
    match reason {
        StopReason::Unauthorized | StopReason::AppDisabled => key(run).into(),
        StopReason::NoSuchApp => {
            "check bundle_id and platform against the dashboard, then run again:".into()
        }
        StopReason::Canary | StopReason::MaxFailures => {
            "look at the reasons above, then run again to go on:".into()
        }
        StopReason::Strict => "fix the rejected rows, then run again:".into(),
        StopReason::DiskFull => "make room on the disk, then run again to go on:".into(),
        StopReason::LedgerBusy => {
            "close the program that has the ledger's database open, then run again to go on:".into()
        }
        StopReason::LedgerFailed => "see to the ledger, then run again to go on:".into(),
        StopReason::NoIdentity => "see to what identifies rows, then run again to go on:".into(),
        StopReason::InputError => "fix the input, then run again to go on:".into(),
        StopReason::AskedToWait => "run again later to go on:".into(),
        StopReason::Unreachable if run.endpoint.is_some() => {
            "check --endpoint-url, and whether that server runs, then run again to go on:".into()
        }
        StopReason::Unreachable => {
            "check the network (and the proxy variables, if there is a proxy), then run again to \
             go on:"
                .into()
        }
        StopReason::Interrupted => once_more(run).into(),
    }
}

fn once_more(run: &RunFacts) -> &'static str {
    if run.ledger {
        "run again to go on (what was accepted is not sent again):"
    } else {
        "run again to go on:"
    }
}

fn key(run: &RunFacts) -> String {
    let source = match &run.key_source {
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
        return Next::new(advice, "tenjin-s2s ledger status".to_owned());
    }
    if run.ledger {
        let command = format!(
            "tenjin-s2s ledger resolve --run {} --as accepted",
            run.run_id
        );
        let advice = "look for the rows in doubt on the dashboard, then (or `--as resend`):";
        return Next::new(advice, command);
    }
    let advice = "look for the rows in doubt on the dashboard; upload what is not there:";
    let files =
        (!places.in_doubt.is_empty()).then(|| run.command_line("upload", &input(&places.in_doubt)));
    Next::new(advice, files)
}

/// Rows in doubt come first, but rejected ones must not be forgotten over them.
fn and_mend(next: Next, places: &Places) -> Next {
    let advice = format!("fix and upload {}; {}", input(&places.rejects), next.advice);
    Next::new(advice, next.command)
}

fn mend(run: &RunFacts, places: &Places) -> Next {
    if places.rejects.is_empty() {
        let inputs = format!("{} --report-dir report", run.typed_inputs);
        let advice = "write the rejected rows to files, to fix them there:";
        return Next::new(advice, run.command_line("validate", inputs.trim_start()));
    }
    let inputs = input(&places.rejects);
    let advice = match run.command {
        "validate" => "fix the rejected rows in their file, then check that:",
        _ => "fix the rejected rows in their file, then upload that:",
    };
    Next::new(advice, run.command_line(run.command, &inputs))
}

fn send(books: &Stats, run: &RunFacts) -> Next {
    if books.rows().count(Outcome::NotSent) == 0 {
        return none(books, run);
    }
    if run.dry_run && !run.has_key && !run.sandbox {
        let inputs = format!("{} --sandbox", run.typed_inputs);
        let advice = "no key is set, so rehearse it against a stand-in for Tenjin:";
        return Next::new(advice, run.command_line("upload", inputs.trim_start()));
    }
    if run.dry_run {
        let command = run.command_line("upload", &run.typed_inputs);
        return Next::new("send it:", command);
    }
    let inputs = format!("{} --dry-run", run.typed_inputs);
    let command = run.command_line("upload", inputs.trim_start());
    Next::new("see what an upload would do:", command)
}

/// Why there is nothing to send, if the user can change that.
fn none(books: &Stats, run: &RunFacts) -> Next {
    let too_old = books.filters.count(&Cow::Borrowed(TOO_OLD));
    if too_old == 0 || !run.default_max_age {
        return Next::new("nothing to send", None);
    }
    let inputs = format!("{} --max-age none", run.typed_inputs);
    let advice = "all that is left is older than 7 days, and Tenjin would date it today; if it \
                  shall be sent all the same:";
    Next::new(advice, run.command_line(run.command, inputs.trim_start()))
}

/// One file, or the folder of several: both are inputs.
fn input(files: &[PathBuf]) -> String {
    let path = match files {
        [file] => file,
        [file, ..] => file.parent().unwrap_or(file),
        [] => Path::new("-"),
    };
    argument(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::clock::Moment;

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
        let places = Places {
            rejects,
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
        assert_eq!(after("upload", &[Refused], same), again);
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
            run.options += " --sandbox";
        };
        assert_eq!(after("upload", &[Accepted], rehearsed), again);
        assert_eq!(after("upload", &[Accepted], |run| run.sandbox = true), "");
    }
}
