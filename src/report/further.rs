//! The command that gets further with an export that the program does not know.
//!
//! Proposals were made from its first rows; here they are held against what was wrong with all of
//! them, so that nothing is proposed that no row asked for.

use super::escape::argument;
use super::next::Next;
use super::run::RunFacts;
use crate::guess::{Mends, PLACEHOLDER, Proposal};
use crate::outcome::Outcome;
use crate::row::Code;
use crate::schema::Key;
use crate::stats::Stats;
use crate::stats::reasons::Reason;

/// The next command, if options would mend what most of the rejected rows have.
pub(super) fn next(books: &Stats, run: &RunFacts) -> Option<Next> {
    let reasons = books.rejections.ranked();
    let most = books.rows().count(Outcome::Rejected).div_ceil(2);
    let common: Vec<&Reason> = reasons
        .into_iter()
        .filter(|reason| reason.count >= most)
        .collect();
    let chosen = chosen(&common, &run.further);
    if !chosen.iter().any(|proposal| proposal.needed) {
        return None;
    }
    let mut words = vec![run.typed_inputs.clone()];
    words.extend(
        chosen
            .iter()
            .flat_map(|proposal| proposal.words())
            .map(argument),
    );
    words.extend(run.dry_run.then(|| "--dry-run".to_owned()));
    let command = run.command_line(run.command, words.join(" ").trim_start());
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
    let mut chosen: Vec<&Proposal> = further.iter().filter(is_asked).collect();
    // A table has the installation ids, too; both together are refused.
    if chosen
        .iter()
        .any(|proposal| proposal.words[0] == "--lookup")
    {
        chosen.retain(|proposal| proposal.words[0] != "--derive-installation-id");
    }
    let gives_ip = [
        Mends::Field(Key::IpAddress),
        Mends::Field(Key::AdvertisingId),
    ];
    if chosen
        .iter()
        .any(|proposal| gives_ip.contains(&proposal.mends))
    {
        chosen.retain(|proposal| proposal.mends != Mends::Ip);
    }
    chosen
}

fn mends(proposal: &Proposal, reason: &Reason) -> bool {
    let example = |is: fn(&str, &str) -> bool| {
        let mut examples = reason.examples.iter();
        examples.any(|example| is(&example.value, &example.hint))
    };
    match (proposal.mends, reason.code) {
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
