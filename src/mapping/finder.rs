//! Columns by their numbers: those of a CSV header, or the members of objects.
//!
//! A header answers at once, so that a name that is not there is an error with a proposal.
//! Objects answer row by row, so every way to read a name is kept.

use std::collections::BTreeSet;

use anyhow::bail;

use super::reference;
use crate::input::rejects;
use crate::model::names::proposal;
use crate::model::plain;
use crate::schema::Key;

/// A column that a row does not have.
pub(super) const NOWHERE: u16 = u16::MAX;

/// A column by its number, and the way inside.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    pub(crate) column: u16,
    pub(crate) path: Vec<Box<str>>,
    /// What is joined to it, each the first that is not empty.
    pub(crate) rest: Vec<Vec<Slot>>,
}

impl Slot {
    /// A whole column, or what a path leads to in it.
    pub(super) fn new(column: usize, path: Vec<Box<str>>) -> Self {
        Slot {
            column: u16::try_from(column).unwrap_or(NOWHERE),
            path,
            rest: Vec::new(),
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
        for name in reference::alternatives(reference) {
            let Some(slot) = self.one(&what, name)? else {
                let parts = reference::parts(name);
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
        let (reference, may_lack) = reference::may_lack(reference);
        if self.is_json {
            return Ok(Some(self.anywhere(reference)));
        }
        let mut slots = Vec::new();
        for name in reference::alternatives(reference) {
            slots.extend(self.one(origin, name)?);
        }
        let is_there = may_lack || !slots.is_empty();
        Ok(is_there.then(|| self.used(slots)))
    }

    /// That none of the columns of a reference is there, with the nearest name.
    pub(super) fn lacks(&self, reference: &str) -> String {
        let names = reference::alternatives(reference);
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
        for name in reference::alternatives(reference) {
            slots.extend(self.members(name));
            if let [first, others @ ..] = reference::parts(name).as_slice()
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
        let ways = reference::readings(name).into_iter();
        ways.map(|way| Slot::new(number(&way.column), way.path))
            .collect()
    }

    /// A column of this name, or the columns that the name joins.
    fn one(&self, what: &str, name: &str) -> anyhow::Result<Option<Slot>> {
        if let Some(slot) = self.single(what, name)? {
            return Ok(Some(slot));
        }
        let parts = reference::parts(name);
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
        for way in reference::readings(name) {
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
    reference::alternatives(reference).iter().any(found)
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
                "{what}: two columns match, `{}` and `{}`; say which with --map",
                header[*first],
                header[*second]
            ),
        },
    }
}

/// Without the braces of Adjust's definitions: `{idfa}`, `[callback]`.
fn bare(name: &str) -> &str {
    let within = |open, close| name.strip_prefix(open)?.strip_suffix(close);
    within('{', '}')
        .or_else(|| within('[', ']'))
        .unwrap_or(name)
}
