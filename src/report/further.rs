//! The command that gets further with an export that the program does not know.
//!
//! Proposals were made from its first rows; here they are held against what was wrong with all of
//! them, so that nothing is proposed that no row asked for.

use super::next::Next;
use super::run::RunFacts;
use crate::mapping::guess::{self, Mends, PLACEHOLDER, Proposal};
use crate::model::{Code, Outcome, shown};
use crate::schema::Key;
use crate::stats::Stats;
use crate::stats::reasons::Reason;

/// The next command, if options would mend what most of the rejected rows have.
pub(super) fn next(books: &Stats, run: &RunFacts) -> Option<Next> {
    let reasons = books.rejections.ranked();
    let rows = books.rows();
    let looked_at = rows.read.saturating_sub(rows.count(Outcome::Filtered));
    // What a few rows lack never becomes an option for all.
    let is_common = |reason: &&Reason| reason.count * 2 > looked_at;
    let common: Vec<&Reason> = reasons.into_iter().filter(is_common).collect();
    let chosen = chosen(&common, &run.further);
    let chosen = guess::together(
        chosen
            .into_iter()
            .filter(|one| may_derive(books, one))
            .collect(),
    );
    let words = || chosen.iter().flat_map(|proposal| proposal.words());
    if !chosen.iter().any(|proposal| proposal.needed) || run.typed.says(words()) {
        return None;
    }
    let plan = run.dry_run.then_some("--dry-run");
    let command = run.typed.line(run.command, words().chain(plan));
    Some(Next::new(advice(&chosen), command))
}

/// If nobody knows what the rows are, everything that the first rows show; else what the reasons
/// ask for, and columns that are known besides.
fn chosen<'p>(reasons: &[&Reason], further: &'p [Proposal]) -> Vec<&'p Proposal> {
    let is_unknown = reasons
        .iter()
        .any(|reason| reason.code == Code::UnknownKind);
    let is_asked = |proposal: &&Proposal| {
        let asked = reasons.iter().any(|reason| mends(proposal, reason));
        asked || proposal.likely && (is_unknown || !proposal.needed)
    };
    further.iter().filter(is_asked).collect()
}

/// Installation ids are made for all rows or for none: not where some of them have a real one.
fn may_derive(books: &Stats, proposal: &Proposal) -> bool {
    if proposal.words[0] != "--derive-installation-id" {
        return true;
    }
    let reasons = books.rejections.ranked();
    let rows_of = |is: &dyn Fn(&Reason) -> bool| -> u64 {
        let reasons = reasons.iter().filter(|reason| is(reason));
        reasons.map(|reason| reason.count).sum()
    };
    let lacking = rows_of(&|reason| {
        reason.code == Code::MissingField && reason.field == Key::AnalyticsInstallationId.name()
    });
    // A fault of the line, of its kind or of a rule's column: the ids were not looked at.
    let unread =
        rows_of(&|reason| reason.code == Code::UnknownKind || Key::find(&reason.field).is_none());
    let rows = books.rows();
    let rejected = rows.count(Outcome::Rejected);
    rejected + rows.count(Outcome::Filtered) == rows.read && lacking + unread >= rejected
}

fn mends(proposal: &Proposal, reason: &Reason) -> bool {
    let example = |is: fn(&str, &str) -> bool| {
        let mut examples = reason.examples.iter();
        examples.any(|example| is(&example.value, &example.hint))
    };
    match (&proposal.mends, reason.code) {
        (Mends::Kind, Code::UnknownKind) | (Mends::Ip, Code::MissingIp) => true,
        (Mends::Field(key), Code::MissingField) => reason.field == key.name(),
        // Where nothing says what the rows are, purchase fields or an event's name do.
        (Mends::Field(_), Code::UnknownKind) => proposal.needed && proposal.likely,
        (Mends::Zone, Code::InvalidTime) => example(|_, hint| hint.starts_with("no zone")),
        (Mends::Comma, Code::InvalidNumber) => example(|value, _| value.contains(',')),
        _ => false,
    }
}

/// What the user has to look at in the command, most important first.
fn advice(chosen: &[&Proposal]) -> String {
    let has = |option: &str| chosen.iter().any(|proposal| proposal.words[0] == option);
    let mut parts = vec!["check what the file seems to say, and look again:".to_owned()];
    if chosen
        .iter()
        .any(|proposal| proposal.words[1].contains(PLACEHOLDER))
    {
        parts.push(format!("put your own in the place of {PLACEHOLDER}…;"));
    }
    if has("--timezone") {
        parts.push("name the zone of its times;".to_owned());
    }
    for proposal in chosen {
        if let Mends::Status { column, said } = &proposal.mends {
            parts.push(format!(
                "rows that are no payment (`{}`: {}) must be left out, by a [[filter]] of a \
                 mapping file (tenjin-s2s presets tenjin shows how);",
                shown(column),
                shown(said)
            ));
        }
    }
    if has("--lookup") {
        parts.push("the table is Tenjin's raw data export, or yours of users;".to_owned());
    }
    if has("--derive-installation-id") {
        parts.push(
            "derived ids are for apps without Tenjin's SDK, others join them with `--lookup FILE \
             --lookup-key FIELD`;"
                .to_owned(),
        );
    }
    if has("--allow-missing-ip") {
        parts.push("without an address Tenjin places users where this runs;".to_owned());
    }
    let last = parts.pop().unwrap_or_default();
    parts.push(last.trim_end_matches([';', ':']).to_owned() + ":");
    parts.join(" ")
}
