//! What only a mapping file can say: fields in another unit or in other words, and rows to leave out.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::Columns;
use super::looks::texts;
use super::sample;
use super::{Mends, Proposal};
use crate::mapping::{HUNDREDTHS, Meaning, name_of_power};
use crate::model::{Currency, Platform, drives_terminal, shown};
use crate::parse::{self, currency_code};
use crate::schema::Key;

impl Columns<'_> {
    /// What a mapping file has to say of rows: platforms in other words, and what to leave out.
    pub(super) fn of_rows(&self) -> impl Iterator<Item = Proposal> {
        let platforms = self.other_platforms();
        platforms.into_iter().chain(self.no_payments())
    }

    /// Words for the platform that are not known: some seem to mean one that Tenjin takes, and the
    /// others are left out.
    fn other_platforms(&self) -> Vec<Proposal> {
        let Some((column, others)) = self.platform_words() else {
            return Vec::new();
        };
        let (alike, others): (BTreeSet<&str>, BTreeSet<&str>) = others
            .into_iter()
            .partition(|word| platform_like(word).is_some());
        let left_out = (!others.is_empty())
            .then(|| self.leave_out(Meaning::Platform, column, [others, BTreeSet::new()]));
        let read = (!alike.is_empty()).then(|| words(column, &alike));
        read.into_iter().chain(left_out).collect()
    }

    /// The column of the platform, and its words that are not known.
    pub(super) fn platform_words(&self) -> Option<(&str, BTreeSet<&str>)> {
        let key = Key::Platform;
        let guessed = self.guessed[key as usize].map(|column| column.name.clone());
        let name = guessed.or_else(|| self.binding.source_of(key))?;
        let mut columns = self.sample.columns.iter();
        let column = columns.find(|column| column.name == name)?;
        let others = texts(self.cells(key)).filter(|text| parse::platform(text).is_none());
        let others: BTreeSet<&str> = others.collect();
        // What a mapping makes of other words it says itself.
        let is_read = others.iter().all(|text| !parse::is_placeholder(text));
        let is_ours = sample::is_ours(self.binding) && is_read;
        let is_few = !others.is_empty() && others.len() <= WORDS;
        (is_ours && is_few).then_some((&*column.name, others))
    }

    /// Whether words of the platform are to be read by a table, which `--map` would go before.
    pub(super) fn needs_platform_table(&self) -> bool {
        let words = self.platform_words();
        words.is_some_and(|(_, words)| words.iter().any(|word| platform_like(word).is_some()))
    }

    /// The columns that say which payments were none, and what they say.
    fn no_payments(&self) -> impl Iterator<Item = Proposal> {
        let free = self.free.iter().filter(|column| self.is_left(column));
        free.filter_map(|column| {
            let meaning = column.meaning(self.binding)?;
            if meaning.field().is_some() {
                return None;
            }
            let is_none = |text: &&str| meaning.denies_payment(text);
            let (none, others): (BTreeSet<&str>, BTreeSet<&str>) =
                texts(&column.cells).partition(is_none);
            // Later rows may say what the first ones do not.
            Some(Proposal {
                likely: !none.is_empty() && self.has(Key::Price),
                needed: false,
                ..self.leave_out(meaning, &column.name, [none, others])
            })
        })
    }

    fn leave_out(&self, meaning: Meaning, column: &str, words: [BTreeSet<&str>; 2]) -> Proposal {
        let [words, others] = words.map(|words| words.into_iter().map(str::to_owned).collect());
        Proposal::leave_out(LeaveOut {
            meaning,
            column: column.to_owned(),
            words,
            others,
            may_lack: self.sample.may_lack(column),
        })
    }

    /// A field whose column says by its name that it holds micros or cents.
    pub(super) fn scaled(&self, key: Key, column: &str, power: i32) -> Proposal {
        let said = self.cells(Key::Currency);
        let said = texts(said).filter_map(currency_code);
        let said: BTreeSet<Currency> = match self.binding.fill(Key::Currency).get(None) {
            Some(fill) => said.chain(currency_code(fill)).collect(),
            None => said.collect(),
        };
        let guessed = self.guessed[Key::Currency as usize].map(|column| column.name.clone());
        let of = guessed.or_else(|| self.binding.source_of(Key::Currency));
        let line = scaled_line(key, column, power, of.as_deref(), said.iter().copied());
        let decimals = without_hundredths(said.iter().copied());
        let by_currency = match said_decimals(&decimals) {
            said if power == HUNDREDTHS && !said.is_empty() => {
                format!(" as each currency has decimals ({said})")
            }
            _ => String::new(),
        };
        let about = format!(
            "`{}` is named after {}: the line of [fields] below, in a mapping file, scales \
             it{by_currency};",
            shown(column),
            name_of_power(power)
        );
        Proposal::new(Mends::Line { key, line, about }, "", "")
    }
}

/// The most different words of a column whose rows are left out by words.
const WORDS: usize = 20;
/// How many of them are named.
const NAMED: usize = 3;

/// Rows that a filter has to leave out: payments that were none, other platforms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaveOut {
    /// What the column says.
    pub meaning: Meaning,
    /// Its name.
    pub column: String,
    /// What it says of them.
    pub words: BTreeSet<String>,
    /// What it says of the other rows.
    pub others: BTreeSet<String>,
    /// Whether rows, or whole inputs, may lack the column.
    pub may_lack: bool,
}

impl LeaveOut {
    /// The first few words.
    pub fn said(&self) -> String {
        let words = self.words.iter().take(NAMED).map(String::as_str);
        words.collect::<Vec<_>>().join(", ")
    }

    /// The filter, as a mapping file has it.
    pub fn filter(&self) -> String {
        let test = match self.meaning {
            // Whatever is filled went back, but for words that say no.
            Meaning::Refund if self.others.is_empty() => "filled = true".to_owned(),
            Meaning::Refund => format!("filled = true, not_in = {}", list(&self.others)),
            _ => format!("in = {}", list(&self.words)),
        };
        let reason = match self.meaning {
            Meaning::Platform => "other_platform",
            _ => "no_payment",
        };
        let name = if self.may_lack {
            quoted(&format!("{}?", self.column))
        } else {
            reference(&self.column)
        };
        format!("[[filter]]\nreason = \"{reason}\"\nwhen = [{{ column = {name}, {test} }}]\n")
    }
}

/// The platform that a word seems to mean: `andr.`, `iOS 17`, `Google Play Store`, `adnroid`.
fn platform_like(word: &str) -> Option<Platform> {
    let letters = word.chars().filter(|c| c.is_alphabetic());
    let letters: String = letters.flat_map(char::to_lowercase).collect();
    let starts = |stems: &str| stems.split(' ').any(|stem| letters.starts_with(stem));
    let is_near = |name: &str| strsim::damerau_levenshtein(&letters, name) <= name.len() / 3;
    if starts("andr googleplay playstore gplay") || is_near("android") {
        Some(Platform::Android)
    } else if starts("ios iphone ipad ipod appstore") || is_near("iphone") {
        Some(Platform::Ios)
    } else {
        None
    }
}

/// The table that reads words of the platform.
fn words(column: &str, alike: &BTreeSet<&str>) -> Proposal {
    let key = Key::Platform;
    let read = |word: &&str| {
        let platform = platform_like(word)?;
        Some(format!("{} = {}", quoted(word), quoted(platform.name())))
    };
    let table: Vec<String> = alike.iter().filter_map(read).collect();
    let said: Vec<&str> = alike.iter().take(NAMED).copied().collect();
    let line = format!(
        "{key} = {{ column = {}, table = {{ {} }} }}",
        reference(column),
        table.join(", ")
    );
    let about = format!(
        "`{}` says {}: the table of [fields] below, in a mapping file, reads these words; if they \
         are not of these platforms, mend it;",
        shown(column),
        shown(&said.join(", "))
    );
    Proposal::new(Mends::Line { key, line, about }, "", "")
}

/// A column as a mapping file names it.
fn reference(column: &str) -> String {
    // A mark at the end of a reference has a meaning of its own.
    let mark = if column.ends_with('?') { "?" } else { "" };
    quoted(&format!("{column}{mark}"))
}

/// The line of a mapping file that takes a field from a column of micros or cents. Amounts in minor
/// units are scaled by what their currencies have, where not all of these (`currencies`) have
/// hundredths; `of` is the column that says which one it is.
pub fn scaled_line(
    key: Key,
    column: &str,
    power: i32,
    of: Option<&str>,
    currencies: impl Iterator<Item = Currency>,
) -> String {
    let column = reference(column);
    let scaled = |when: &str, decimals: u32| match decimals {
        0 => format!("column = {column}{when}"),
        decimals => format!("column = {column}{when}, scale = -{decimals}"),
    };
    let others = without_hundredths(currencies);
    let Some((last, decimals)) = others.iter().next().filter(|_| power == HUNDREDTHS) else {
        return format!("{key} = {{ column = {column}, scale = {power} }}");
    };
    let Some(of) = of.map(reference) else {
        return format!("{key} = {{ {} }}", scaled("", *last));
    };
    let when = |test: &str, codes: &BTreeSet<String>| {
        format!(", when = [{{ column = {of}, {test} = {} }}]", list(codes))
    };
    // Those with the fewest decimals are what is left in the end.
    let mut line = match last {
        0 => column.clone(),
        last => format!("{{ {} }}", scaled(&when("in", decimals), *last)),
    };
    for (decimals, codes) in others.iter().skip(1) {
        line = format!(
            "{{ {}, or = {line} }}",
            scaled(&when("in", codes), *decimals)
        );
    }
    let all: BTreeSet<String> = others.values().flatten().cloned().collect();
    format!(
        "{key} = {{ {}, or = {line} }}",
        scaled(&when("not_in", &all), 2)
    )
}

/// The codes of those that have no hundredths, by how many decimals they have.
pub fn without_hundredths(
    currencies: impl Iterator<Item = Currency>,
) -> BTreeMap<u32, BTreeSet<String>> {
    let mut others: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    for currency in currencies {
        if let Some(decimals) = currency.decimals().filter(|decimals| *decimals != 2) {
            let codes = others.entry(decimals).or_default();
            codes.insert(currency.code().to_owned());
        }
    }
    others
}

/// What they have, in words: `JPY has 0, KWD has 3`. Of many only the first.
pub fn said_decimals(others: &BTreeMap<u32, BTreeSet<String>>) -> String {
    let codes = others.iter().flat_map(|(decimals, codes)| {
        let codes = codes.iter().take(NAMED);
        codes.map(move |code| format!("{code} has {decimals}"))
    });
    codes.collect::<Vec<_>>().join(", ")
}

fn list(words: &BTreeSet<String>) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!("[{}]", words.join(", "))
}

/// A text as TOML has it, harmless for a terminal.
fn quoted(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if drives_terminal(c) => format!("\\U{:08X}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<Vec<_>>().concat())
}
