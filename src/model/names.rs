//! Names as people type them: when two are the same, and which is nearest to a wrong one.
//!
//! Case, spaces, underscores and dashes do not count.

use super::shown;

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
