//! The first line of the summary: how it ended, in a sentence.

use super::figures::{counted, span};
use super::layout::Layout;
use super::layout::{Tone, WIDTH, wrapped};
use super::run::{RunFacts, Status};
use crate::model::{StopReason, shown};
use crate::stats::Stats;

/// How the run ended; if it stopped, why.
pub(super) fn headline(books: &Stats, run: &RunFacts, layout: Layout) -> String {
    let (tone, text) = sentence(books, run);
    let lines = wrapped(&text, WIDTH);
    let toned = |line: &String| layout.style.tone(tone, line) + "\n";
    let mut out: String = lines.iter().map(toned).collect();
    if run.sandbox {
        out += "(sandbox: nothing reached Tenjin)\n";
    }
    if run.status == Status::Stopped {
        out += &layout.style.labelled("Because", &because(run));
    }
    out
}

fn sentence(books: &Stats, run: &RunFacts) -> (Tone, String) {
    let time = span(run.elapsed);
    let attention = match books.rows().attention(run.sends()) {
        0 => String::new(),
        1 => ", 1 row needs attention".into(),
        rows => format!(", {} need attention", counted(rows, "row")),
    };
    match run.status {
        Status::Running | Status::Complete => {
            let what = if run.command == "validate" {
                format!("Validated in {time}, nothing sent{attention}.")
            } else {
                format!(
                    "Upload complete in {time}{}{attention}.",
                    walled(books, run)
                )
            };
            let tone = if attention.is_empty() {
                Tone::Good
            } else {
                Tone::Open
            };
            (tone, what)
        }
        Status::Interrupted => (Tone::Open, format!("Interrupted after {time}.")),
        Status::Stopped => {
            let text = format!("Stopped after {time}.");
            (Tone::Bad, text)
        }
    }
}

/// Which app stopped while the others went on, why, and whose key it has.
fn walled(books: &Stats, run: &RunFacts) -> String {
    let Some((app, reason)) = books.walls.first_key_value() else {
        return String::new();
    };
    let why = match run.key_source(Some(app)) {
        Some(source) => format!("{}, key from the {source}", reason.name()),
        None => reason.name().into(),
    };
    let others = match books.walls.len() - 1 {
        0 => String::new(),
        others => format!(" and {} stopped", counted(others as u64, "other app")),
    };
    let app = shown(&app.to_string());
    if others.is_empty() {
        format!(", but {app} stopped ({why})")
    } else {
        format!(", but {app} ({why}){others}")
    }
}

pub(super) fn because(run: &RunFacts) -> String {
    let server = shown(run.server());
    match run.stop_reason {
        Some(StopReason::Unauthorized) => format!("{server} does not take the SDK key"),
        Some(StopReason::NoSuchApp) => format!("{server} knows no such app"),
        Some(StopReason::AppDisabled) => format!("{server} has disabled the app's SDK key"),
        Some(StopReason::Canary) => format!("{server} refused all of the first rows"),
        _ => {
            let detail = run.stop_detail.as_deref().unwrap_or("nobody knows why");
            shown(detail.trim_end_matches('.')).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    fn said(edit: impl FnOnce(&mut RunFacts)) -> String {
        let mut run = sample::run("upload");
        edit(&mut run);
        headline(&sample::books(), &run, Layout::default())
    }

    #[test]
    fn says_first_whether_somebody_must_look() {
        assert_eq!(
            said(|_| {}),
            "Upload complete in 2 m 05 s, 6 rows need attention.\n"
        );
        let mut run = sample::run("upload");
        run.sandbox = true;
        assert_eq!(
            headline(&Stats::default(), &run, Layout::default()),
            "Upload complete in 2 m 05 s.\n(sandbox: nothing reached Tenjin)\n"
        );
    }

    #[test]
    fn a_stop_names_who_was_talked_to() {
        let stop = |run: &mut RunFacts, reason| {
            run.status = Status::Stopped;
            run.stop_reason = Some(reason);
            run.stop_detail = Some("no definite answer from x\u{1b}[2J for 15m".into());
        };
        assert_eq!(
            said(|run| stop(run, StopReason::Unauthorized)),
            "Stopped after 2 m 05 s.\n\
             Because    Tenjin does not take the SDK key\n"
        );
        assert_eq!(
            said(|run| {
                stop(run, StopReason::NoSuchApp);
                run.endpoint = Some("http://127.0.0.1:8080".into());
            }),
            "Stopped after 2 m 05 s.\n\
             Because    http://127.0.0.1:8080 knows no such app\n"
        );
        assert_eq!(
            said(|run| stop(run, StopReason::Unreachable)),
            "Stopped after 2 m 05 s.\n\
             Because    no definite answer from x\\u{1b}[2J for 15m\n"
        );
    }
}
