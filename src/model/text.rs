//! Text for people: foreign text made harmless, arguments quoted for a shell, so that a proposed
//! command can be pasted, and names as people type them.
//!
//! Of names, case, spaces, underscores and dashes do not count.

use std::ffi::OsStr;
use std::fmt::Write;

use super::Fault;

/// Foreign text, safe for a terminal: cut to [`Fault::VALUE_LIMIT`] characters; control characters,
/// direction marks and invisible characters are escaped.
pub fn shown(text: &str) -> Box<str> {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == Fault::VALUE_LIMIT {
            out.push('…');
            break;
        }
        if drives_terminal(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out.into()
}

/// Whether a character could drive a terminal, or make text look like other text: control characters,
/// line ends, direction marks, and invisible characters (Unicode's `Default_Ignorable_Code_Point`,
/// except the two variation selectors of emoji).
pub fn drives_terminal(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0d}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a spreadsheet takes a cell of this text for a formula. Where we write one, an apostrophe
/// stands before it.
pub fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// A cell's text without the apostrophe that we write before a formula.
pub fn without_guard(cell: &str) -> &str {
    let guarded = cell.strip_prefix('\'');
    guarded.filter(|text| is_formula(text)).unwrap_or(cell)
}

/// What the ledger calls all of Tenjin's hosts.
pub const SCOPE_TENJIN: &str = "tenjin";
/// What it calls the stand-in of `upload --sandbox`.
pub const SCOPE_SANDBOX: &str = "sandbox";

/// The most names that are all listed.
const FEW: usize = 5;

/// The least similarity (Jaro-Winkler, 0 to 1) of a name that is proposed beside others.
const SIMILAR: f64 = 0.8;
/// The least similarity of a name that is proposed alone.
const VERY_SIMILAR: f64 = 0.85;
/// How much less similar than the best name another one may be.
const BEHIND: f64 = 0.1;
/// The most names in one proposal.
const PROPOSALS: usize = 3;

/// A name without what does not count: case, spaces, underscores, dashes.
pub fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Names with their similarity to the wrong one, the nearest first.
fn ranked<'n>(wrong: &str, names: impl Iterator<Item = &'n str>) -> Vec<(f64, &'n str)> {
    let wrong = plain(wrong);
    let mut near: Vec<(f64, &str)> = names
        .map(|name| (strsim::jaro_winkler(&wrong, &plain(name)), name))
        .filter(|(likeness, _)| *likeness >= SIMILAR)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    near.dedup();
    near
}

/// The most similar name, if one is similar enough.
pub(crate) fn nearest<'n>(wrong: &str, known: &[&'n str]) -> Option<&'n str> {
    let first = ranked(wrong, known.iter().copied()).into_iter().next();
    first
        .filter(|(likeness, _)| *likeness >= VERY_SIMILAR)
        .map(|(_, name)| name)
}

/// `; did you mean `x`?` with the nearest name alone, or nothing.
pub(crate) fn did_you_mean(wrong: &str, known: &[&str]) -> String {
    nearest(wrong, known).map_or(String::new(), |word| {
        format!("; did you mean `{}`?", shown(word))
    })
}

/// `; did you mean …?` with the nearest names, or nothing.
pub(crate) fn proposal<'n>(wrong: &str, names: impl Iterator<Item = &'n str>) -> String {
    let near = ranked(wrong, names);
    let best = near.first().map_or(0.0, |(likeness, _)| *likeness);
    let near: Vec<String> = near
        .iter()
        .take_while(|(likeness, _)| *likeness > best - BEHIND)
        .take(PROPOSALS)
        .map(|(_, name)| format!("`{}`", shown(name)))
        .collect();
    match near.as_slice() {
        [] => String::new(),
        names => format!("; did you mean {}?", names.join(" or ")),
    }
}

/// [`proposal`]; if no name is near, `; there are …` with all names, if they are few.
pub(crate) fn among(wrong: &str, names: &[&str]) -> String {
    let near = proposal(wrong, names.iter().copied());
    if near.is_empty() && names.len() <= FEW {
        return format!("; there are {}", names.join(", "));
    }
    near
}

/// An argument, quoted if need be. What would drive the terminal is written as bash, zsh and ksh
/// read it: `$'a\033.csv'`.
pub fn argument(text: &str) -> String {
    if text.chars().any(drives_terminal) {
        return dollar_quoted(text);
    }
    let plain = |c: char| c.is_alphanumeric() || "_./:=@%+,-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.into()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// The same for a name that may not be UTF-8.
pub fn any_argument(name: &OsStr) -> String {
    if let Some(text) = name.to_str() {
        return argument(text);
    }
    let bytes = name.as_encoded_bytes().iter();
    let written = bytes.map(|&byte| match byte {
        b'\'' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    });
    format!("$'{}'", written.collect::<String>())
}

fn dollar_quoted(text: &str) -> String {
    let mut out = String::from("$'");
    for c in text.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            c if drives_terminal(c) => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    // Octal has a fixed length, so what follows is not taken for a part of it.
                    let _ = write!(out, "\\{byte:03o}");
                }
            }
            c => out.push(c),
        }
    }
    out + "'"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_comes_first_and_three_are_enough() {
        let names = [
            "Event Time",
            "event_name",
            "Event Names",
            "event_nam",
            "IDFA",
        ];
        assert_eq!(
            proposal("Event Name", names.into_iter()),
            "; did you mean `event_name` or `Event Names` or `event_nam`?"
        );
        assert_eq!(proposal("xyz", names.into_iter()), "");
        let twice = ["report_dir", "retries", "report_dir"];
        assert_eq!(
            proposal("report-dirs", twice.into_iter()),
            "; did you mean `report_dir`?"
        );
    }

    #[test]
    fn a_few_names_are_listed_where_none_is_near() {
        assert_eq!(
            among("iso", &["ios", "android"]),
            "; there are ios, android"
        );
        assert_eq!(
            among("androit", &["ios", "android"]),
            "; did you mean `android`?"
        );
        assert_eq!(among("x", &["a", "b", "c", "d", "e", "f"]), "");
    }

    #[test]
    fn the_nearest_word_or_none() {
        let known = ["appsflyer", "adjust", "adapty"];
        assert_eq!(
            did_you_mean("appsflier", &known),
            "; did you mean `appsflyer`?"
        );
        assert_eq!(did_you_mean("Adjst", &known), "; did you mean `adjust`?");
        assert_eq!(did_you_mean("quite else", &known), "");
    }
}

#[cfg(test)]
mod shell_tests {
    use super::*;

    #[test]
    fn arguments_survive_a_shell() {
        let written = ["a/b.csv", "a b.csv", "it's", ""].map(argument);
        assert_eq!(written, ["a/b.csv", "'a b.csv'", "'it'\\''s'", "''"]);
        let written = argument("it's\u{1b}7\u{202e}\\.csv");
        assert_eq!(written, "$'it\\'s\\0337\\342\\200\\256\\\\.csv'");
    }
}
