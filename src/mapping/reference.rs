//! What a user calls a column: a name, a dotted path, several of which the first that is filled
//! counts, `a||b`, or several that are joined, `a+b`.
//!
//! A path goes into an object, or into a cell that holds JSON; a segment may stand in double
//! quotes. Which dots belong to the name and which lead inside is known only when the columns
//! are, so a reference keeps its text and answers with every way to read it.

use std::collections::BTreeSet;

use anyhow::bail;

use crate::input::rejects;
use crate::model::plain;
use crate::model::text::proposal;
use crate::schema::Key;

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

/// A column that a row does not have.
pub(super) const NOWHERE: u16 = u16::MAX;

/// A column by its number, and the way inside.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    pub(crate) column: u16,
    pub(crate) path: Vec<Box<str>>,
    /// What is joined to it, each the first that is not empty.
    pub(crate) rest: Vec<Vec<Slot>>,
    /// Whether a list of one value is that value. Anywhere else it has the wrong shape.
    pub(super) may_be_list: bool,
}

impl Slot {
    /// A whole column, or what a path leads to in it.
    pub(super) fn new(column: usize, path: Vec<Box<str>>) -> Self {
        Slot {
            column: u16::try_from(column).unwrap_or(NOWHERE),
            path,
            rest: Vec::new(),
            may_be_list: false,
        }
    }

    /// Itself, and those that are joined to it.
    pub(super) fn all(&self) -> impl Iterator<Item = &Slot> {
        std::iter::once(self).chain(self.rest.iter().flatten())
    }
}

/// Finds columns, and remembers which something looks at.
pub(super) struct Finder {
    /// The header, or the members that something names.
    pub(super) columns: Vec<String>,
    is_json: bool,
    used: BTreeSet<u16>,
}

impl Finder {
    /// Of a header, or of objects, whose members are known when their rows come.
    pub(super) fn new(header: Option<&[String]>) -> Self {
        Finder {
            columns: header.unwrap_or_default().to_vec(),
            is_json: header.is_none(),
            used: BTreeSet::new(),
        }
    }

    /// The columns of a header that nothing looks at, with their numbers.
    pub(super) fn unmapped(&self) -> Option<Vec<(u16, &str)>> {
        let names = (0..).zip(self.columns.iter().map(String::as_str));
        // Our own columns of a rejects file feed nothing, and need no remark.
        let is_unmapped =
            |(at, name): &(u16, &str)| !self.used.contains(at) && !rejects::is_ours(name);
        (!self.is_json).then(|| names.filter(is_unmapped).collect())
    }

    /// Whether some row may have a column of this field's own name.
    pub(super) fn may_have(&self, key: Key) -> bool {
        let mut columns = self.columns.iter();
        self.is_json || columns.any(|name| Key::find(name) == Some(key))
    }

    /// The column of a field's own name.
    pub(super) fn own(&mut self, key: Key) -> anyhow::Result<Vec<Slot>> {
        if self.is_json {
            return Ok(self.members(key.name()));
        }
        let what = format!("the field {key}");
        let found = find(&what, key.name(), &self.columns, Tie::Refused)?;
        let found = found.map(|at| Slot::new(at, Vec::new()));
        Ok(self.used(found.into_iter().collect()))
    }

    /// The columns of `--map`: the whole text as a header, else each alternative, and all of
    /// them must be there.
    pub(super) fn wished(&mut self, key: Key, reference: &str) -> anyhow::Result<Vec<Slot>> {
        if self.is_json {
            return Ok(self.anywhere(reference));
        }
        let what = format!("--map {key}={reference}");
        if let Some(at) = find(&what, reference, &self.columns, Tie::Exact)? {
            return Ok(self.used(vec![Slot::new(at, Vec::new())]));
        }
        let mut slots = Vec::new();
        for name in alternatives(reference) {
            let Some(slot) = self.one(&what, name)? else {
                let parts = parts(name);
                let lacks = |part: &&&str| matches!(self.single(&what, part), Ok(None));
                let name = parts.iter().find(lacks).unwrap_or(&name);
                bail!("{what}: {}", self.lacks(name))
            };
            slots.push(slot);
        }
        Ok(self.used(slots))
    }

    /// The columns that a mapping file names: those alternatives that are there, and one at
    /// least, unless a `?` at the end allows none. Else nothing.
    pub(super) fn said(
        &mut self,
        origin: &str,
        reference: &str,
    ) -> anyhow::Result<Option<Vec<Slot>>> {
        let (reference, may_lack) = may_lack(reference);
        if self.is_json {
            return Ok(Some(self.anywhere(reference)));
        }
        let mut slots = Vec::new();
        for name in alternatives(reference) {
            slots.extend(self.one(origin, name)?);
        }
        let is_there = may_lack || !slots.is_empty();
        Ok(is_there.then(|| self.used(slots)))
    }

    /// That none of the columns of a reference is there, with the nearest name.
    pub(super) fn lacks(&self, reference: &str) -> String {
        let names = alternatives(reference);
        let (near, names) = (self.near(&names), names.join("` or `"));
        format!("there is no column `{names}`{near}")
    }

    fn used(&mut self, slots: Vec<Slot>) -> Vec<Slot> {
        let all = slots.iter().flat_map(Slot::all);
        self.used.extend(all.map(|slot| slot.column));
        slots
    }

    /// The columns that are called nearly like the first of these that has such.
    fn near(&self, names: &[&str]) -> String {
        let known = || self.columns.iter().map(String::as_str);
        let mut near = names.iter().map(|name| proposal(name, known()));
        near.find(|near| !near.is_empty()).unwrap_or_default()
    }

    fn anywhere(&mut self, reference: &str) -> Vec<Slot> {
        let mut slots = Vec::new();
        for name in alternatives(reference) {
            slots.extend(self.members(name));
            if let [first, others @ ..] = parts(name).as_slice()
                && !others.is_empty()
            {
                let rest: Vec<Vec<Slot>> = others.iter().map(|part| self.members(part)).collect();
                slots.extend(self.members(first).into_iter().map(|slot| Slot {
                    rest: rest.clone(),
                    ..slot
                }));
            }
        }
        slots
    }

    /// Every member that a name may mean.
    fn members(&mut self, name: &str) -> Vec<Slot> {
        let mut number = |name: &str| {
            let mut columns = self.columns.iter();
            let at = columns.position(|known| plain(known) == plain(name));
            at.unwrap_or_else(|| {
                self.columns.push(name.to_owned());
                self.columns.len() - 1
            })
        };
        let ways = readings(name).into_iter();
        ways.map(|way| Slot::new(number(&way.column), way.path))
            .collect()
    }

    /// A column of this name, or the columns that the name joins.
    fn one(&self, what: &str, name: &str) -> anyhow::Result<Option<Slot>> {
        if let Some(slot) = self.single(what, name)? {
            return Ok(Some(slot));
        }
        let parts = parts(name);
        let [first, others @ ..] = parts.as_slice() else {
            return Ok(None);
        };
        let Some(first) = self.single(what, first)?.filter(|_| !others.is_empty()) else {
            return Ok(None);
        };
        let mut rest = Vec::new();
        for part in others {
            match self.single(what, part)? {
                Some(slot) => rest.push(vec![slot]),
                None => return Ok(None),
            }
        }
        Ok(Some(Slot { rest, ..first }))
    }

    fn single(&self, what: &str, name: &str) -> anyhow::Result<Option<Slot>> {
        for way in readings(name) {
            if let Some(at) = find(what, &way.column, &self.columns, Tie::Exact)? {
                return Ok(Some(Slot::new(at, way.path)));
            }
        }
        Ok(None)
    }
}

/// Whether a header has a column of this name. What a path would find in its cells is not known.
pub(crate) fn is_in_header(header: &[String], reference: &str) -> bool {
    let found = |name: &&str| matches!(find("", name, header, Tie::Exact), Ok(Some(_)));
    alternatives(reference).iter().any(found)
}

/// What decides between columns that are spelt alike.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tie {
    /// The exact spelling.
    Exact,
    /// Nothing: the user has to.
    Refused,
}

/// The column of this name: the exact one, else the only one that is spelt alike.
fn find(what: &str, name: &str, header: &[String], tie: Tie) -> anyhow::Result<Option<usize>> {
    let wanted = plain(bare(name));
    let alike: Vec<usize> = (0..header.len())
        .filter(|at| plain(bare(&header[*at])) == wanted)
        .collect();
    match alike.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(*only)),
        [first, second, ..] => match alike.iter().find(|at| header[**at] == name) {
            Some(exact) if tie == Tie::Exact => Ok(Some(*exact)),
            _ => bail!(
                "{what}: two columns match, `{}` and `{}`; choose one with --map",
                header[*first],
                header[*second]
            ),
        },
    }
}

/// Without the braces of Adjust's definitions: `{idfa}`, `[callback]`.
pub(super) fn bare(name: &str) -> &str {
    let within = |open, close| name.strip_prefix(open)?.strip_suffix(close);
    within('{', '}')
        .or_else(|| within('[', ']'))
        .unwrap_or(name)
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
