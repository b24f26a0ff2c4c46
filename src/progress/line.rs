//! What is going on, in one line of a width: the state first, then facts by importance, as many
//! as there is room for. Nothing is ever cut in its middle but a state that is too long alone.

use std::time::Duration;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::snapshot::{Reason, Snapshot, Waiting};
use crate::model::Outcome;
use crate::report::escape::harmless;
use crate::report::figures::{span, thousands};
use crate::report::layout::{Style, Tone};

const BETWEEN: &str = " · ";

/// The line; coloured text is as wide as plain text.
pub(super) fn line(snapshot: &Snapshot, width: usize, style: Style) -> String {
    let (tone, states) = states(snapshot);
    let fits = states.iter().find(|state| state.width() <= width);
    let state = fits.or(states.last()).map(String::as_str);
    let state = cut(state.unwrap_or_default(), width);
    let mut used = state.width();
    let mut out = style.tone(tone, &state);
    for (tone, fact) in facts(snapshot) {
        let more = BETWEEN.width() + fact.width();
        if used + more > width {
            break;
        }
        used += more;
        out.push_str(BETWEEN);
        out.push_str(&tone.map_or_else(|| fact.clone(), |tone| style.tone(tone, &fact)));
    }
    out
}

/// What is going on, the fullest words first.
fn states(snapshot: &Snapshot) -> (Tone, Vec<String>) {
    match &snapshot.waiting {
        Some(waiting) => (Tone::Open, waits(waiting)),
        None if snapshot.sends => {
            let rate = thousands(snapshot.rate.round());
            (Tone::Good, vec![format!("sending {rate}/s")])
        }
        None => (Tone::Good, vec!["reading".into()]),
    }
}

fn waits(waiting: &Waiting) -> Vec<String> {
    let most = match waiting.reason {
        Reason::NoAnswer | Reason::Ending => "up to ",
        Reason::AskedToPause | Reason::Retry => "",
    };
    let time = whole(waiting.time);
    let why = harmless(&waiting.why);
    let brief = why.split(" (").next().unwrap_or_default();
    vec![
        format!("waiting {most}{time}: {why}"),
        format!("waiting {most}{time}: {brief}"),
        format!("waiting {most}{time}"),
    ]
}

/// A wait is told in whole seconds, and never as none.
fn whole(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    match seconds.max(1) {
        seconds @ 1..10 => format!("{seconds} s"),
        seconds => span(Duration::from_secs(seconds)),
    }
}

/// What else there is to say, the most important first.
fn facts(snapshot: &Snapshot) -> Vec<(Option<Tone>, String)> {
    let rows = &snapshot.rows;
    let count = |outcome| rows.count(outcome);
    let some = |count: u64, name: &str, tone| {
        (count > 0).then(|| (tone, format!("{} {name}", thousands(count))))
    };
    let percent = snapshot.part().map(|part| {
        // All is only all.
        let percent = (part * 100.0).floor();
        (None, format!("{percent} %"))
    });
    let left = snapshot
        .left
        .map(|left| (None, format!("{} left", whole(left))));
    let read = Some((None, format!("{} read", thousands(rows.read))));
    let rejected = some(count(Outcome::Rejected), "rejected", Some(Tone::Bad));
    let facts = if snapshot.sends {
        vec![
            percent,
            left,
            some(count(Outcome::Accepted), "accepted", None),
            some(
                count(Outcome::Refused) + count(Outcome::Failed),
                "refused or failed",
                Some(Tone::Bad),
            ),
            some(count(Outcome::InDoubt), "in doubt", Some(Tone::Bad)),
            rejected,
            some(count(Outcome::Duplicate), "duplicate", None),
            read,
        ]
    } else {
        vec![percent, left, read, rejected]
    };
    facts.into_iter().flatten().collect()
}

fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.into();
    }
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used < width
    };
    let mut out: String = text.chars().take_while(fits).collect();
    if width > 0 {
        out.push('…');
    }
    out
}
