//! What a user calls a column: a name, a dotted path, several of which the first that is filled
//! counts, `a||b`, or several that are joined, `a+b`.
//!
//! A path goes into an object, or into a cell that holds JSON; a segment may stand in double
//! quotes. Which dots belong to the name and which lead inside is known only when the columns
//! are, so a reference keeps its text and answers with every way to read it.

/// One way to find a value: a column by its name, and the way inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    /// The column's name, as the user wrote it.
    pub(super) column: String,
    /// The segments behind it; empty for the cell itself.
    pub(super) path: Vec<Box<str>>,
}

/// The alternatives of `a||b`. Bars in braces are part of a name: Adjust's `{idfa||gps_adid}`.
pub(super) fn alternatives(reference: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let (mut start, mut braced) = (0, false);
    for (at, c) in reference.char_indices() {
        match c {
            '{' => braced = true,
            '}' => braced = false,
            '|' if !braced && reference[at..].starts_with("||") => {
                names.push(&reference[start..at]);
                start = at + 2;
            }
            _ => {}
        }
    }
    names.push(reference.get(start..).unwrap_or_default());
    names
        .into_iter()
        .map(|name| name.trim().trim_matches('|').trim())
        .filter(|name| !name.is_empty())
        .collect()
}

/// The columns of `date+time`, which are joined with a space between them; one, if none are.
pub(super) fn parts(name: &str) -> Vec<&str> {
    let parts: Vec<&str> = name.split('+').map(str::trim).collect();
    if parts.iter().any(|part| part.is_empty()) {
        return vec![name];
    }
    parts
}

/// How deep a path may lead. Nobody's export is deeper, and every way to read it is tried.
const DEEPEST: usize = 32;

/// Whether a reference names something that can be looked for.
///
/// # Errors
/// What is wrong with it.
pub(super) fn check(reference: &str) -> anyhow::Result<()> {
    let names = alternatives(reference);
    anyhow::ensure!(!names.is_empty(), "names no column");
    let is_deep = |name: &&str| segments(name).len() > DEEPEST;
    if names
        .iter()
        .flat_map(|name| parts(name))
        .any(|name| is_deep(&name))
    {
        anyhow::bail!("a path may lead through {DEEPEST} members at most");
    }
    Ok(())
}

/// The name without the `?` that allows an input to lack it, and whether there was one.
pub(super) fn may_lack(reference: &str) -> (&str, bool) {
    let reference = reference.trim();
    match reference.strip_suffix('?') {
        Some(name) => (name, true),
        None => (reference, false),
    }
}

/// Every way to read a name with dots, the longest column name first.
pub(super) fn readings(name: &str) -> Vec<Reading> {
    let segments = segments(name);
    let mut ways = vec![Reading {
        column: name.to_owned(),
        path: Vec::new(),
    }];
    for cut in (1..segments.len()).rev() {
        ways.push(Reading {
            column: segments[..cut].join("."),
            path: segments[cut..].iter().map(|s| s.as_str().into()).collect(),
        });
    }
    ways
}

/// Cuts at dots that do not stand in double quotes, and takes the quotes off.
pub(super) fn segments(name: &str) -> Vec<String> {
    let mut segments = vec![String::new()];
    let mut quoted = false;
    for c in name.chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => segments.push(String::new()),
            _ => segments.last_mut().expect("never empty").push(c),
        }
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(column: &str, path: &[&str]) -> Reading {
        Reading {
            column: column.to_owned(),
            path: path.iter().map(|s| (*s).into()).collect(),
        }
    }

    #[test]
    fn a_path_is_read_in_every_way_the_longest_name_first() {
        assert_eq!(
            readings("attributes.$idfa.value"),
            [
                way("attributes.$idfa.value", &[]),
                way("attributes.$idfa", &["value"]),
                way("attributes", &["$idfa", "value"]),
            ]
        );
    }

    #[test]
    fn quotes_keep_dots_together() {
        let ways = readings(r#"a."b.c".d"#);
        assert_eq!(ways.last(), Some(&way("a", &["b.c", "d"])));
    }

    #[test]
    fn a_plus_joins() {
        assert_eq!(parts("Date + Time"), ["Date", "Time"]);
        for name in ["a", "a+", "+a", "C++"] {
            assert_eq!(parts(name), [name]);
        }
    }

    #[test]
    fn a_path_without_end_is_refused() {
        let path = |depth: usize| vec!["a"; depth].join(".");
        assert!(check(&path(32)).is_ok());
        for reference in [path(33), path(20_000), format!("b||c+{}", path(33))] {
            let said = check(&reference).map_err(|error| error.to_string());
            assert_eq!(
                said,
                Err("a path may lead through 32 members at most".to_owned())
            );
        }
        assert!(check(" || ").is_err());
    }

    #[test]
    fn bars_part_alternatives() {
        assert_eq!(alternatives("idfa || gps_adid||"), ["idfa", "gps_adid"]);
    }
}
