//! How `tenjin-s2s ledger …` answers people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::ledger::{Forgotten, FoundRow, Kept, Listed, Resolution, Resolved, Selection, Unknown};
use crate::model::{SCOPE_SANDBOX, SCOPE_TENJIN, shown};
use crate::report::figures::{counted, thousands, with_sums};
use crate::report::typed::Typed;

/// How many places are named.
pub(super) const PLACES: usize = 5;

/// What a person needs to look the row up on the dashboard; ids are shortened.
pub(super) fn row_text(row: &Listed) -> String {
    let time = row
        .event_time
        .map_or(String::new(), |time| format!(", {}", day(time)));
    let shortened = |name: &str, label: &str| {
        let value = row.parameter(name)?;
        let start: String = value.chars().take(8).collect();
        let more = if start.len() < value.len() { "…" } else { "" };
        Some(format!(", {label} {}{more}", shown(&start)))
    };
    let user = row.parameter("customer_user_id");
    let user = user.map_or(String::new(), |user| format!(", user {}", shown(&user)));
    let device = shortened("advertising_id", "advertising id")
        .or_else(|| shortened("developer_device_id", "device id"))
        .or_else(|| shortened("analytics_installation_id", "installation"));
    let name = named(&row.name);
    let why = match row.why.as_deref() {
        None => String::new(),
        Some("recovered" | "killed") => " (its run was killed)".into(),
        Some("maybe_lost") => " (may have been sent before the ledger was recovered)".into(),
        Some(why) => format!(" ({})", shown(why)),
    };
    format!(
        "{}{why} {}:{} {}{name} of {} ({}){time}{}{user}{}{} [run {}]",
        row.state,
        shown(&row.file),
        row.line,
        row.kind,
        shown(&row.bundle_id),
        row.platform,
        amount(row.amount.as_deref(), row.currency.as_deref()),
        device.unwrap_or_default(),
        elsewhere(&row.scope),
        shown(&row.run)
    )
}

pub(super) fn resolved(
    answers: &[(Selection, Resolution)],
    done: &Resolved,
    typed: &Typed,
) -> String {
    let mut out = decided(answers, done, typed);
    if done.left > 0 {
        let left = counted(done.left, "other row");
        let status = typed.about_ledger(["status"]);
        let _ = writeln!(out, "Left as before: {left} of the run; see: {status}");
    }
    if !done.passed_over.is_empty() {
        let first: Vec<&str> = done
            .passed_over
            .iter()
            .take(PLACES)
            .map(String::as_str)
            .collect();
        let more = if done.passed_over.len() > PLACES {
            ", …"
        } else {
            ""
        };
        let rows = counted(done.passed_over.len() as u64, "row");
        let _ = writeln!(
            out,
            "{rows} decided before, or not in this ledger: {}{more}",
            first.join(", ")
        );
    }
    out
}

/// What has become of the rows that were decided.
fn decided(answers: &[(Selection, Resolution)], done: &Resolved, typed: &Typed) -> String {
    let rows = counted(done.total.rows, "row");
    let all = |how| answers.iter().all(|(_, answer)| *answer == how);
    if all(Resolution::Accepted) {
        let before = match done.released {
            0 => String::new(),
            released => format!(" ({} of them had been released)", thousands(released)),
        };
        format!("{rows} now counted as accepted{before}; never sent again\n")
    } else if all(Resolution::Dropped) {
        let dropped = with_sums(format!("{rows} dropped"), &done.total.revenue);
        format!("{dropped}; an upload of the input sends what was dropped after all\n")
    } else {
        let commands = done.scopes.iter().map(|scope| from_ledger(scope, typed));
        let commands = commands.collect::<Vec<_>>().join("; ");
        match (commands.is_empty(), all(Resolution::Resend)) {
            (true, _) => format!("{rows} decided\n"),
            (_, true) => {
                format!("{rows} released; send with: {commands}\n(or upload the input again)\n")
            }
            (_, false) => format!(
                "{rows} decided; send what was released with: {commands}\n(or upload the input again)\n"
            ),
        }
    }
}

pub(super) fn resolved_json(
    run: Option<&str>,
    answers: &[(Selection, Resolution)],
    done: &Resolved,
) -> Value {
    let word = |how| match how {
        Resolution::Accepted => "accepted",
        Resolution::Resend => "resend",
        Resolution::Dropped => "dropped",
    };
    let mut words: Vec<_> = answers.iter().map(|(_, how)| word(*how)).collect();
    words.dedup();
    let how = if let [one] = words[..] {
        Some(one)
    } else {
        None
    };
    json!({
        "run": run,
        "as": how,
        "rows": done.total.rows,
        "revenue": done.total.revenue.iter()
            .map(|(currency, sum)| (currency.code(), sum.to_string()))
            .collect::<BTreeMap<_, _>>(),
        "released_before": done.released,
        "left": done.left,
        "decided_before": done.passed_over,
    })
}

pub(super) fn found_text(found: &[FoundRow]) -> String {
    let mut out = String::new();
    for row in found {
        let time =
            |time: Option<i64>| time.map_or(String::new(), |time| format!(", {}", day(time)));
        let amount = amount(row.amount.as_deref(), row.currency.as_deref());
        let accepted = row.accepted_at.map(|at| format!(" on {}", day(at)));
        let _ = writeln!(
            out,
            "{}{} {}{} {}{} of {} ({}){}{amount}{} [run {}]",
            row.state,
            accepted.unwrap_or_default(),
            shown(&row.file),
            row.line.map_or(String::new(), |line| format!(":{line}")),
            shown(&row.kind),
            named(&row.name),
            shown(&row.bundle_id),
            shown(&row.platform),
            time(row.event_time),
            elsewhere(&row.scope),
            shown(&row.run)
        );
    }
    out
}

/// Where it was sent, if that was not Tenjin.
pub(super) fn elsewhere(scope: &str) -> String {
    match scope {
        SCOPE_TENJIN => String::new(),
        scope => format!(", sent to {}, not to Tenjin", shown(scope)),
    }
}

/// A space and the name, if there is one.
fn named(name: &str) -> String {
    match name {
        "" => String::new(),
        name => format!(" {}", shown(name)),
    }
}

/// What is said if no row was found: that none was sent only if the ledger knows all of them.
pub(super) fn none_found(unknown: Unknown) -> String {
    if unknown == Unknown::default() {
        return "no such row was sent\n".into();
    }
    let mut out = "no such row is known; but rows are no longer known that were sent:\n".to_owned();
    if unknown.forgotten > 0 {
        let events = counted(unknown.forgotten, "event");
        let _ = writeln!(
            out,
            "  {events} forgotten with their run (only --event-id finds them)"
        );
    }
    if let Some(time) = unknown.horizon {
        let _ = writeln!(out, "  events dated before {} were forgotten", day(time));
    }
    if let Some(time) = unknown.gap_until {
        let _ = writeln!(
            out,
            "  events dated before {} may have been lost before `ledger recover`",
            day(time)
        );
    }
    out
}

/// Where a row of this line may have stood instead.
pub(super) fn other_places(files: &[String], line: u64) -> String {
    let places = files.iter().take(PLACES);
    let places: Vec<_> = places
        .map(|file| format!("{}:{line}", shown(file)))
        .collect();
    if places.is_empty() {
        return String::new();
    }
    format!("  known by this name: {}\n", places.join(", "))
}

fn amount(amount: Option<&str>, currency: Option<&str>) -> String {
    match (amount, currency) {
        (Some(amount), Some(currency)) => format!(", {} {}", shown(currency), shown(amount)),
        _ => String::new(),
    }
}

pub(super) fn forgotten_text(forgotten: &Forgotten) -> String {
    let mut out = format!("{} forgotten\n", counted(forgotten.events, "event"));
    for horizon in &forgotten.horizons {
        let _ = writeln!(
            out,
            "  {} ({}): rows dated before {} will be filtered as forgotten_period",
            shown(&horizon.bundle_id),
            horizon.platform,
            day(horizon.before)
        );
    }
    if let Some(kept) = &forgotten.kept {
        out += &kept_text(kept);
    }
    if forgotten.undated > 0 {
        let _ = writeln!(
            out,
            "  {} had no event_time: nothing keeps them from being sent again",
            counted(forgotten.undated, "event")
        );
    }
    out
}

/// Why nothing was forgotten.
fn kept_text(kept: &Kept) -> String {
    let Kept {
        before,
        recent,
        undated,
        first,
    } = *kept;
    let before = day(before);
    let mut out = match first {
        None => "  no event with an event_time is known\n".to_owned(),
        Some(first) => format!("  the oldest is dated {}\n", day(first)),
    };
    if recent > 0 {
        let events = counted(recent, "event");
        let _ = writeln!(
            out,
            "  {events} of that age kept: only what is dated before {before} goes, 26 hours \
             earlier, since another time zone may date a row otherwise"
        );
    }
    if undated > 0 {
        let events = counted(undated, "event");
        let _ = writeln!(
            out,
            "  {events} without event_time kept: only --run forgets them"
        );
    }
    out
}

pub(super) fn day(micros: i64) -> String {
    let time = Timestamp::from_microsecond(micros).unwrap_or_default();
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// The upload that sends released rows to the endpoint of this name.
pub(super) fn from_ledger(scope: &str, typed: &Typed) -> String {
    let upload = ["upload", "--from-ledger"];
    match scope {
        SCOPE_TENJIN => typed.on_ledger(upload),
        SCOPE_SANDBOX => typed.on_ledger(upload.into_iter().chain(["--sandbox"])),
        origin => typed.on_ledger(upload.into_iter().chain(["--endpoint-url", origin])),
    }
}
