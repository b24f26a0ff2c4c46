//! What the columns of an unknown export may be: proposals for the next command to type.
//!
//! A guess is never used on its own. It becomes options that a person reads, corrects and types,
//! and each one is checked against the first values of its column before it is proposed.

mod columns;
mod file_lines;
mod line_total;
mod looks;
mod options;
mod sample;

use crate::input::Source;
use crate::mapping::{
    Binding, LineTotal, Meaning, RefundSign, are_points_in_doubt, has_decimal_comma, holds_amounts,
    is_file_of_refunds, share_a_word,
};
use crate::model::Kind;
use crate::parse;
use crate::schema::Key;
use columns::Columns;
pub use file_lines::{LeaveOut, said_decimals, scaled_line, without_hundredths};
use line_total::PriceOf;
use looks::{Cell, texts};
pub use sample::Sample;

/// What every placeholder begins with; options refuse such values.
pub const PLACEHOLDER: &str = "YOUR_";

/// What a proposal would mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mends {
    /// Nobody says what the rows are.
    Kind,
    /// The same, and they seem to be refunds, which are not to be sent.
    Refunds(RefundSign),
    /// A field has no value.
    Field(Key),
    /// Text that is not UTF-8.
    Encoding,
    /// Times without a zone.
    Zone,
    /// Times as a spreadsheet writes them.
    TimeFormat,
    /// Amounts as people write them: with a decimal comma, or with a currency or marks of
    /// thousands.
    Amounts,
    /// Neither advertising id nor address.
    Ip,
    /// The price is that of all that a row counts.
    LineTotal {
        /// The column of the price.
        price: String,
        /// The column that counts.
        quantity: String,
    },
    /// A field that only a mapping file can read: amounts in micros, platforms in other words.
    Line {
        /// The field.
        key: Key,
        /// What the file has to say of it under `[fields]`.
        line: String,
        /// What a person has to look at.
        about: String,
    },
    /// Rows that a filter has to leave out: payments that were none, other platforms.
    LeaveOut(LeaveOut),
}

/// Options that would get further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What for.
    pub mends: Mends,
    /// The option and its value.
    pub words: [String; 2],
    /// Whether the first rows show that it is needed; else a rejected row has to.
    pub likely: bool,
    /// Whether rows would be rejected without it.
    pub needed: bool,
}

/// What the user has said already.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// The zone of times that carry none.
    pub zone: bool,
    /// How amounts are written.
    pub numbers: bool,
    /// How times are written.
    pub times: bool,
    /// Rows may lack an address.
    pub ip: bool,
    /// Ids are joined from a table, or no table can be proposed.
    pub lookup: bool,
    /// There is a mapping file.
    pub mapping: bool,
    /// Installation ids are derived.
    pub derive: bool,
    /// Fields whose columns the user has named, rightly or wrongly.
    pub wished: Vec<Key>,
}

/// What could be said about this input beyond what the mapping knows.
pub fn guess(sample: &Sample, binding: &Binding, said: &Said) -> Vec<Proposal> {
    if sample.is_headless() {
        return Vec::new();
    }
    let columns = Columns::new(sample, binding, &said.wished);
    let kinds = columns.kinds();
    let is_kind_said = binding.kind.is_some() || binding.says_kind() || columns.is_fed(Key::Kind);
    if let Some(sign) = binding.refunds()
        && !is_kind_said
        && kinds.contains(&Kind::Purchase)
    {
        return vec![Proposal::new(Mends::Refunds(sign.clone()), "", "")];
    }
    let mut proposals: Vec<Proposal> = columns.kind(&kinds).into_iter().collect();
    let line_total = columns.line_total(&kinds);
    proposals.extend(columns.fields(&kinds, line_total.is_some()));
    proposals.extend(line_total);
    if let Some(option) = columns.decimals().filter(|_| !said.numbers) {
        proposals.push(Proposal::new(Mends::Amounts, option, ""));
    }
    if !said.zone {
        // A wrong zone moves a day's revenue: only a name that says it is taken at its word.
        let zone = columns.zone();
        let zone = zone.map_or(format!("{PLACEHOLDER}ZONE"), str::to_owned);
        proposals.push(Proposal {
            likely: columns.lack_zone(),
            ..Proposal::new(Mends::Zone, "--timezone", zone)
        });
    }
    if !said.times {
        let times = columns.times();
        proposals.extend(time_formats(times.iter().map(String::as_str)));
    }
    proposals.extend(columns.platform());
    proposals.extend(columns.constants(&kinds));
    if !said.lookup {
        proposals.extend(columns.installation().filter(|_| !said.derive));
        proposals.extend(columns.table());
    }
    if !said.ip {
        proposals.push(Proposal {
            likely: columns.lack_address(),
            ..Proposal::new(Mends::Ip, "--allow-missing-ip", "")
        });
    }
    proposals.extend(columns.of_rows());
    let words = words_of_file(said.mapping);
    for proposal in &mut proposals {
        if proposal.needs_file() {
            proposal.words.clone_from(&words);
        }
    }
    proposals
}

/// The option that names a mapping file, unless there is one.
pub fn words_of_file(is_said: bool) -> [String; 2] {
    if is_said {
        return Default::default();
    }
    ["--mapping".to_owned(), format!("{PLACEHOLDER}MAPPING.toml")]
}

/// The format that only the user can name.
pub const YOUR_FORMAT: &str = "YOUR_TIME_FORMAT";

/// The formats of these times, those that cannot be read as they stand. Which of day and month comes
/// first the user has to say, unless another of the times does.
pub fn time_formats<'t>(times: impl Iterator<Item = &'t str>) -> Vec<Proposal> {
    let mut fitting: Vec<Vec<String>> = times.map(parse::time_formats).collect();
    fitting.retain(|formats| !formats.is_empty());
    let mut formats: Vec<&str> = Vec::new();
    let one = fitting.iter().filter(|formats| formats.len() == 1);
    for format in one.flatten() {
        if !formats.contains(&&**format) {
            formats.push(format);
        }
    }
    let is_open = |several: &&Vec<String>| !several.iter().any(|one| formats.contains(&&**one));
    let open = fitting.iter().find(is_open).map(|_| YOUR_FORMAT);
    let all = formats.iter().copied().chain(open);
    all.map(|format| Proposal::new(Mends::TimeFormat, "--time-format", format))
        .collect()
}

/// Those that go together: one way to an installation id, and a missing address only where nothing
/// else places the user.
pub fn compatible(mut chosen: Vec<&Proposal>) -> Vec<&Proposal> {
    let has = |chosen: &[&Proposal], option: &str| {
        let mut chosen = chosen.iter();
        chosen.any(|proposal| proposal.words[0] == option)
    };
    if has(&chosen, "--lookup") {
        chosen.retain(|proposal| proposal.words[0] != "--derive-installation-id");
    }
    let places = |proposal: &&Proposal| {
        let fields = [Key::IpAddress, Key::AdvertisingId];
        fields
            .into_iter()
            .any(|key| proposal.mends == Mends::Field(key))
    };
    if chosen.iter().any(places) {
        chosen.retain(|proposal| proposal.mends != Mends::Ip);
    }
    chosen
}

/// The column that looks like the price, beside those that the mapping takes.
pub fn price(sample: &Sample, binding: &Binding) -> Option<String> {
    let columns = Columns::new(sample, binding, &[]);
    Some(columns.money()?.name.clone())
}

/// Whether the first amounts leave open what a point in them parts: some have a decimal comma, or,
/// where no vendor's preset knows it, all points have three digits behind them, or there are none.
pub fn are_numbers_in_doubt(source: &mut Source, binding: &Binding) -> bool {
    if !Key::AMOUNTS.iter().any(|key| binding.has(key.name())) {
        return false;
    }
    source.read_first_thousand();
    let seen = Sample::of(source).through(binding);
    let columns = Key::AMOUNTS.map(|key| &seen.cells[key as usize]);
    if columns
        .iter()
        .any(|cells| texts(cells).any(has_decimal_comma))
    {
        return true;
    }
    let thousandths = seen.of_thousandths(binding);
    let in_doubt = |cells: &&Vec<Cell>| {
        let others = cells.iter().filter(|(row, _)| !thousandths.contains(row));
        are_points_in_doubt(others.map(|(_, text)| text.as_str()))
    };
    // Amounts with a point that come later are not to be read by what nobody has shown.
    let has_none = || {
        !columns
            .iter()
            .any(|cells| texts(cells).any(|text| text.contains('.')))
    };
    sample::is_ours(binding) && (columns.iter().any(in_doubt) || has_none())
}

/// Takes down in the binding what the name of the input and its first rows show of money: that it
/// went back, that the price is a row's total, and which columns sort rows by words.
pub fn look_at_money(source: &mut Source, binding: &mut Binding) {
    let has_amounts = Key::AMOUNTS.iter().any(|key| binding.has(key.name()));
    if has_amounts {
        source.read_first_thousand();
    }
    let sample = Sample::of(source);
    binding.refunds = refunds(&sample, source.name(), binding);
    if !has_amounts {
        return;
    }
    let columns = sample.columns.iter();
    let unused: Vec<_> = columns
        .filter(|column| !binding.uses(&column.name))
        .collect();
    // The currency of an amount that is passed over, too, says nothing of the one that is sent.
    let is_of_other = |name: &str| {
        let mut others = unused.iter().map(|column| &column.name);
        others.any(|other| holds_amounts(other) && share_a_word(other, name))
    };
    for column in &unused {
        match column.meaning(binding) {
            Some(Meaning::Currency) if is_of_other(&column.name) => {}
            Some(meaning @ (Meaning::Currency | Meaning::Sort)) => {
                binding.look_at(&column.name, meaning);
            }
            _ => {}
        }
    }
    look_for_totals(&sample, binding);
}

/// What says that all rows are refunds: a column that is filled in nearly all of the first ones and
/// that no rule looks at, or the name of the file. What a vendor's preset takes, it knows.
fn refunds(sample: &Sample, file: &str, binding: &Binding) -> Option<RefundSign> {
    let is_asked = |column: &&sample::Column| {
        !binding.is_tested(&column.name)
            && (sample::is_ours(binding) || !binding.uses(&column.name))
    };
    let mut columns = sample.columns.iter().filter(is_asked);
    let column = columns.find(|column| {
        let is_refund = |text: &&str| Meaning::Refund.denies_payment(text);
        Meaning::of(&column.name) == Some(Meaning::Refund)
            && sample.are_nearly_all(texts(&column.cells).filter(is_refund).count())
    });
    match column {
        Some(column) => Some(RefundSign::Column(column.name.as_str().into())),
        None => is_file_of_refunds(file).then(|| RefundSign::File(file.into())),
    }
}

fn look_for_totals(sample: &Sample, binding: &mut Binding) {
    let columns = [Key::Price, Key::Quantity].map(|key| binding.source_of(key));
    let [Some(price), Some(quantity)] = columns else {
        return;
    };
    let seen = sample.through(binding);
    let asked = line_total::ASKED.map(|key| seen.cells[key as usize].as_slice());
    if line_total::price_of(asked) == PriceOf::All {
        binding.line_total = Some(LineTotal {
            price: price.into(),
            quantity: quantity.into(),
        });
    }
}

/// Columns that may tell rows apart, by their names alone: `--map event_time=created_at`.
pub fn identity(header: &[String], binding: &Binding) -> Option<String> {
    let sample = Sample::named(header);
    let tells = [Mends::Field(Key::EventId), Mends::Field(Key::EventTime)];
    let proposals = guess(&sample, binding, &Said::default());
    let found = proposals
        .iter()
        .find(|proposal| tells.contains(&proposal.mends))?;
    Some(found.words.join(" "))
}

impl Proposal {
    /// One that the first rows show to be needed.
    pub fn new(mends: Mends, option: &str, value: impl Into<String>) -> Self {
        Proposal {
            mends,
            words: [option.to_owned(), value.into()],
            likely: true,
            needed: true,
        }
    }

    /// A filter that a mapping file has to have.
    pub fn leave_out(rows: LeaveOut) -> Self {
        Proposal::new(Mends::LeaveOut(rows), "", "")
    }

    fn map(key: Key, column: &str, needed: bool) -> Self {
        Proposal {
            needed,
            ..Proposal::new(Mends::Field(key), "--map", format!("{key}={column}"))
        }
    }

    /// Whether it says which column is which.
    pub fn names_column(&self) -> bool {
        let is_named = self.words[0] == "--map" && !self.words[1].contains(PLACEHOLDER);
        is_named || matches!(self.mends, Mends::Line { .. })
    }

    /// Whether a mapping file has to say it.
    pub fn needs_file(&self) -> bool {
        matches!(self.mends, Mends::LeaveOut(_) | Mends::Line { .. })
    }

    /// The words, without empty ones.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let words = self.words.iter().map(String::as_str);
        words.filter(|word| !word.is_empty())
    }
}

#[cfg(test)]
mod tests;
