//! The command that gets further with an export that the program does not know.
//!
//! Proposals were made from its first rows; here they are held against what was wrong with all of
//! them, so that nothing is proposed that no row asked for.

use std::collections::BTreeSet;

use super::headline::Next;
use super::{Reason, View};
use crate::mapping::guess::{self, LeaveOut, Mends, PLACEHOLDER, Proposal, YOUR_FORMAT};
use crate::mapping::lookup::Counts;
use crate::mapping::presets::TENJIN;
use crate::mapping::{Meaning, OBJECT, ONE_OR_A_THOUSAND, OTHER_CURRENCY, RefundSign};
use crate::model::text::argument;
use crate::model::{Code, Outcome, shown};
use crate::parse;
use crate::schema::Key;
use crate::stats::Remark;
use crate::stats::reasons::Words;

/// What makes installation ids.
const DERIVE: &str = "--derive-installation-id";

/// The next command, if options would fix what most of the rejected rows have; or what to do with
/// the export where no option would.
pub(super) fn next(view: &View<'_>) -> Option<Next> {
    let (run, rows) = (view.run, view.rows);
    let looked_at = rows.read.saturating_sub(rows.count(Outcome::Filtered));
    let reasons = view.rejections.iter();
    let derives = run.typed.has(DERIVE);
    let is_common = |one: &&Reason<'_>| {
        // A table leaves rows as they are that have an IDFV.
        let by_part = is_of_form(one) || !derives && lacks(one, Key::DeveloperDeviceId);
        let is_part = by_part && one.count >= 3 && one.count * 20 > looked_at;
        is_part || one.count * 2 > looked_at
    };
    let common: Vec<&Reason<'_>> = reasons.filter(is_common).collect();
    if let Some(advice) = common.iter().find_map(|reason| unanswered(reason, view)) {
        return Some(Next::new(advice, None));
    }
    let times = common.iter().filter(|one| one.code == Code::InvalidTime);
    let times = times.flat_map(|reason| &reason.examples);
    let times = guess::time_formats(times.map(|example| example.value));
    let proposals = of_all_rows(view);
    if common.iter().any(|one| one.code == Code::UnknownKind)
        && let Some(sign) = proposals.iter().find_map(refunds)
    {
        let advice = format!(
            "{sign} says that these rows are refunds, and Tenjin takes no refunds: do not send them; \
             if they are something else, say what (--kind), then validate again"
        );
        return Some(Next::new(advice, None));
    }
    let mut chosen = chosen(&common, &proposals);
    let is_new = |one: &&Proposal| proposals.iter().all(|other| other.words != one.words);
    chosen.extend(times.iter().filter(is_new));
    chosen.retain(|one| may_derive(view, one));
    // What else there is to say is seen once rows can be read.
    if chosen.iter().any(|one| one.mends == Mends::Encoding) {
        chosen.retain(|one| one.mends == Mends::Encoding);
    }
    let chosen = guess::compatible(chosen);
    let is_needed = chosen.iter().any(|proposal| proposal.needed);
    let next = is_needed.then(|| command(view, &chosen)).flatten();
    next.or_else(|| common.iter().find_map(|reason| member_of(reason)))
}

fn refunds(proposal: &Proposal) -> Option<&RefundSign> {
    match &proposal.mends {
        Mends::Refunds(sign) => Some(sign),
        _ => None,
    }
}

/// A field that is given an object none of whose members is known: only the user can name one.
fn member_of(reason: &Reason<'_>) -> Option<Next> {
    let field = Key::find(reason.field).filter(|_| holds_object(reason))?;
    let advice = format!(
        "`{field}` is given an object: name the member that is meant (--map \
         {field}=COLUMN.MEMBER), then validate again"
    );
    Some(Next::new(advice, None))
}

fn holds_object(reason: &Reason<'_>) -> bool {
    let mut examples = reason.examples.iter();
    reason.code == Code::InvalidShape && examples.any(|example| example.hint == OBJECT)
}

/// Valid rows that are no payments, as a column says that nothing takes: before they are sent, they
/// are to be left out.
pub(super) fn leave_out(view: &View<'_>) -> Option<Next> {
    let columns: Vec<&str> = denying(view).map(|(_, column, _)| column).collect();
    let is_about_them = |proposal: &&Proposal| {
        matches!(&proposal.mends, Mends::LeaveOut(rows)
            if rows.meaning.field().is_none() && columns.contains(&rows.column.as_str()))
    };
    let proposals = of_all_rows(view);
    let chosen: Vec<&Proposal> = proposals.iter().filter(is_about_them).collect();
    (!chosen.is_empty()).then(|| command(view, &chosen))?
}

/// The columns that say of valid rows that nobody paid, with all their words for it.
fn denying<'v>(view: &View<'v>) -> impl Iterator<Item = (Meaning, &'v str, &'v Words)> {
    let remarks = view.stats.remarks.iter();
    remarks.filter_map(|(remark, rows)| match remark {
        Remark::ColumnSays(meaning, column) if meaning.field().is_none() => {
            Some((*meaning, &**column, &rows.words))
        }
        _ => None,
    })
}

/// The proposals with what all rows have shown, beyond the first of them: other words for payments
/// that were none, and columns that had none there.
fn of_all_rows(view: &View<'_>) -> Vec<Proposal> {
    let run = view.run;
    let mut proposals = run.proposals.clone();
    for (meaning, column, words) in denying(view) {
        let is_known =
            |one: &Proposal| matches!(&one.mends, Mends::LeaveOut(rows) if rows.column == column);
        let at = proposals.iter().position(is_known).unwrap_or_else(|| {
            proposals.push(Proposal {
                needed: false,
                words: guess::words_of_file(run.typed.has("--mapping")),
                ..Proposal::leave_out(LeaveOut {
                    meaning,
                    column: column.to_owned(),
                    words: BTreeSet::new(),
                    others: BTreeSet::new(),
                    may_lack: true,
                })
            });
            proposals.len() - 1
        });
        proposals[at].likely = true;
        let Mends::LeaveOut(rows) = &mut proposals[at].mends else {
            continue;
        };
        rows.words
            .extend(words.iter().map(|word| (**word).to_owned()));
        let payments = view.stats.remarks.of_payments(column);
        rows.others.extend(payments.map(str::to_owned));
    }
    proposals
}

/// The command with these proposals, unless it was typed just now.
fn command(view: &View<'_>, chosen: &[&Proposal]) -> Option<Next> {
    let run = view.run;
    let (mut fields, mut filters) = (String::new(), String::new());
    let mut words: Vec<&str> = Vec::new();
    for proposal in chosen {
        let is_first = fields.is_empty() && filters.is_empty();
        match &proposal.mends {
            Mends::Line { line, .. } => fields.extend([line, "\n"]),
            Mends::LeaveOut(rows) => filters += &rows.filter(),
            _ => {}
        }
        if is_first || !proposal.needs_file() {
            words.extend(proposal.words());
        }
        if is_first && proposal.needs_file() {
            // A mapping file goes over a preset only where that is named.
            let preset = run.inputs.first().and_then(|input| input.preset.as_deref());
            let preset = preset.filter(|preset| *preset != TENJIN && !words.is_empty());
            words.extend(preset.into_iter().flat_map(|preset| ["--preset", preset]));
        }
    }
    let lines = match fields.as_str() {
        "" => filters,
        fields => format!("[fields]\n{fields}{filters}"),
    };
    if lines.is_empty() && run.typed.says(words.iter().copied()) {
        return None;
    }
    let plan = run.dry_run.then_some("--dry-run");
    let command = run.typed.line(run.command, words.into_iter().chain(plan));
    let advice = advice(chosen, run.typed.has(DERIVE));
    Some(Next {
        lines,
        ..Next::new(advice, command)
    })
}

/// What a few rows lack never becomes an option for all. How times and numbers are written is
/// another matter: an option for it leaves all others as they are.
fn is_of_form(reason: &Reason<'_>) -> bool {
    let is_platform = reason.field == Key::Platform.name();
    matches!(
        reason.code,
        Code::InvalidTime | Code::InvalidNumber | Code::InvalidUtf8
    ) || reason.code == Code::InvalidChoice && is_platform
}

/// A row is taken for what the fields say that it has: an object in one of these says nothing.
fn hides_kind(reason: &Reason<'_>) -> bool {
    let telling = [
        Key::Kind,
        Key::Event,
        Key::ProductId,
        Key::Price,
        Key::Currency,
    ];
    holds_object(reason) && telling.iter().any(|key| key.name() == reason.field)
}

fn lacks(reason: &Reason<'_>, key: Key) -> bool {
    reason.code == Code::MissingField && reason.field == key.name()
}

/// What only the user knows, or what only the export can mend: no row is to be fixed by itself.
fn unanswered(reason: &Reason<'_>, view: &View<'_>) -> Option<&'static str> {
    let example = reason.examples.first()?;
    match reason.code {
        Code::InvalidNumber if example.hint == ONE_OR_A_THOUSAND => Some(
            "pass the option that fits all amounts: --decimal-comma (1.000 is a thousand) or \
             --decimal-point (1.000 is one)",
        ),
        Code::InvalidNumber if example.hint == OTHER_CURRENCY => Some(
            "amounts name another currency than the rows do: map the column of the amounts' own \
             currency (--map currency=COLUMN), or correct the export; then run it again",
        ),
        Code::InvalidTime if parse::day_of_spreadsheet(example.value).is_some() => Some(
            "times are numbers of days, as a spreadsheet keeps them: format their column as date and \
             time there (yyyy-mm-dd hh:mm:ss), export it again, then validate that",
        ),
        Code::MissingField | Code::AmbiguousLookup if may_be_looked_up(reason.field) => {
            not_found(view.stats.lookups)
        }
        _ => None,
    }
}

/// What to see to where no row has got anything from the table, by what most rows met there.
fn not_found(counts: Counts) -> Option<&'static str> {
    let reasons = [
        (
            counts.unknown_key,
            "no row was found in the lookup table: check that --lookup-key names the field whose \
             values the table has, written as there",
        ),
        (
            counts.no_key,
            "the rows have no key to find them in the lookup table by: map its column with --map \
             FIELD=COLUMN, FIELD being that of --lookup-key",
        ),
        (
            counts.other_app,
            "the lookup table has the keys of the rows for other apps or platforms only: check \
             bundle_id and platform, of the rows and in the table",
        ),
        (
            counts.several_apps,
            "the lookup table has the keys of the rows for several apps or platforms, and the rows \
             do not say theirs: map their columns (--map platform=COLUMN), or say it for all rows \
             (--platform, --bundle-id)",
        ),
    ];
    let has_found = counts.hits + counts.useless + counts.ambiguous > 0;
    let most = reasons.into_iter().rev().max_by_key(|(rows, _)| *rows);
    most.filter(|(rows, _)| *rows > 0 && !has_found)
        .map(|(_, advice)| advice)
}

fn may_be_looked_up(field: &str) -> bool {
    let app = [Key::BundleId, Key::Platform];
    let mut keys = Key::DEVICE_IDS.into_iter().chain(app);
    keys.any(|key| key.name() == field)
}

/// If nobody knows what the rows are, everything that the first rows show; else what the reasons
/// ask for, and columns that are known besides.
fn chosen<'p>(reasons: &[&Reason<'_>], proposals: &'p [Proposal]) -> Vec<&'p Proposal> {
    let is_unknown = reasons
        .iter()
        .any(|reason| reason.code == Code::UnknownKind);
    let is_hidden = reasons.iter().any(|reason| hides_kind(reason));
    let is_asked = |proposal: &&Proposal| {
        let asked = reasons.iter().any(|reason| mends(proposal, reason));
        let is_wanted = is_unknown || !proposal.needed || is_hidden && proposal.names_column();
        asked || proposal.likely && is_wanted
    };
    proposals.iter().filter(is_asked).collect()
}

/// Installation ids are made for all rows or for none: not where some of them have a real one.
fn may_derive(view: &View<'_>, proposal: &Proposal) -> bool {
    if proposal.words[0] != DERIVE {
        return true;
    }
    let rows_of = |is: &dyn Fn(&Reason<'_>) -> bool| -> u64 {
        let reasons = view.rejections.iter().filter(|reason| is(reason));
        reasons.map(|reason| reason.count).sum()
    };
    let lacking = rows_of(&|reason| lacks(reason, Key::AnalyticsInstallationId));
    // A fault of the line, of its kind or of a rule's column: the ids were not looked at.
    let unread =
        rows_of(&|reason| reason.code == Code::UnknownKind || Key::find(reason.field).is_none());
    let rejected = view.count(Outcome::Rejected);
    rejected + view.count(Outcome::Filtered) == view.rows.read && lacking + unread >= rejected
}

fn mends(proposal: &Proposal, reason: &Reason<'_>) -> bool {
    let example = |is: fn(&str, &str) -> bool| {
        let mut examples = reason.examples.iter();
        examples.any(|example| is(example.value, example.hint))
    };
    match (&proposal.mends, reason.code) {
        (Mends::Kind, Code::UnknownKind)
        | (Mends::Ip, Code::MissingIp)
        | (Mends::Encoding, Code::InvalidUtf8) => true,
        (Mends::TimeFormat, Code::InvalidTime) => {
            example(|value, _| !parse::time_formats(value).is_empty())
        }
        (Mends::Field(key) | Mends::Line { key, .. }, Code::InvalidShape) => {
            reason.field == key.name() && proposal.names_column() && holds_object(reason)
        }
        (Mends::Field(key) | Mends::Line { key, .. }, Code::MissingField) => lacks(reason, *key),
        (Mends::LeaveOut(rows), Code::MissingField | Code::InvalidChoice) => {
            let key = rows.meaning.field();
            key.is_some_and(|key| reason.field == key.name())
        }
        // Where nothing says what the rows are, purchase fields or an event's name do.
        (Mends::Field(_) | Mends::Line { .. }, Code::UnknownKind) => {
            proposal.needed && proposal.likely
        }
        (Mends::Zone, Code::InvalidTime) => example(|value, hint| {
            hint.starts_with("no zone") || !parse::time_formats(value).is_empty()
        }),
        (Mends::Line { key, .. }, Code::InvalidChoice) => reason.field == key.name(),
        (Mends::Amounts, Code::InvalidNumber) => example(|value, _| {
            value.contains([',', '\'', '’']) || parse::split_mark(value).is_some()
        }),
        _ => false,
    }
}

/// What the user has to look at in the command, most important first.
fn advice(chosen: &[&Proposal], derives: bool) -> String {
    let has = |option: &str| chosen.iter().any(|proposal| proposal.words[0] == option);
    let any = |is: &dyn Fn(&str) -> bool| chosen.iter().any(|proposal| is(&proposal.words[1]));
    let own = format!("put your own in the place of {PLACEHOLDER}…;");
    let said = |is: bool, text: &str| is.then(|| text.to_owned());
    let first = [
        said(
            true,
            "check these guesses against the file, then validate again:",
        ),
        said(any(&|value| value.contains(PLACEHOLDER)), &own),
        said(
            any(&|value| value == YOUR_FORMAT),
            "choose the format in which day and month are right (the hint above has both);",
        ),
        said(has("--timezone"), "name the zone of its times;"),
    ];
    let last = [
        said(
            has("--lookup"),
            "the table is Tenjin's raw data export, or yours of users;",
        ),
        said(
            has("--lookup") && derives,
            "it replaces --derive-installation-id, which makes no IDFV;",
        ),
        said(
            has(DERIVE),
            "derived ids are for apps without Tenjin's SDK, others join them with `--lookup FILE \
             --lookup-key FIELD`;",
        ),
        said(
            has("--allow-missing-ip"),
            "without an address Tenjin places users where this runs;",
        ),
    ];
    let columns = chosen.iter().map(|proposal| about_columns(proposal));
    let all = first.into_iter().chain(columns).chain(last).flatten();
    let all = all.collect::<Vec<_>>().join(" ");
    all.trim_end_matches([';', ':']).to_owned() + ":"
}

/// What to decide about columns.
fn about_columns(proposal: &Proposal) -> Option<String> {
    match &proposal.mends {
        Mends::LeaveOut(rows) => {
            let what = match rows.meaning.field() {
                Some(_) => "of platforms that Tenjin does not take",
                None => "no payment",
            };
            Some(format!(
                "rows that are {what} (`{}`: {}) must be left out: put the [[filter]] below into a \
                 mapping file;",
                shown(&rows.column),
                shown(&rows.said())
            ))
        }
        Mends::Line { about, .. } => Some(about.clone()),
        Mends::LineTotal { price, quantity } => {
            let [option, value] = &proposal.words;
            let otherwise = match option.as_str() {
                "--override" => format!("leave {option} {value} out"),
                _ => format!(
                    "put --map {} in the place of {option} {value}",
                    argument(&format!("quantity={quantity}"))
                ),
            };
            Some(format!(
                "is `{}` the price of one, or of all (`{}`)? {value} takes it for that of all, \
                 if it is of one, {otherwise};",
                shown(price),
                shown(quantity)
            ))
        }
        _ => None,
    }
}
