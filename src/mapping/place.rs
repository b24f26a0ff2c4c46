//! Where columns are looked for: in the header of a CSV file, or among the members of objects.
//!
//! A header answers at once, so that a name that is not there is an error with a proposal.
//! Objects answer row by row, so every way to read a name is kept.

use std::collections::BTreeSet;

use anyhow::bail;

use super::column::{self, Reading};
use super::file::File;
use super::number::Numbers;
use super::slot::Slot;
use crate::model::names::proposal;
use crate::model::plain;
use crate::schema::Key;

/// Columns to be numbered.
pub(super) enum Place<'h> {
    /// A header, the columns that something looked at, and how amounts are written.
    Header(&'h [String], BTreeSet<usize>, Numbers),
    /// The members that something wishes for, and how texts of amounts are written.
    Members(Vec<String>, Numbers),
}

impl Place<'_> {
    /// How texts of amounts are written here.
    pub(super) fn numbers(&self) -> Numbers {
        match self {
            Place::Header(_, _, numbers) | Place::Members(_, numbers) => *numbers,
        }
    }

    /// The column of a field's own name.
    pub(super) fn own(&mut self, key: Key) -> anyhow::Result<Vec<Slot>> {
        match self {
            Place::Header(header, used, _) => {
                let what = format!("the field {key}");
                let found = find(&what, key.name(), header, Tie::Refused)?;
                used.extend(found);
                Ok(found
                    .map(|at| Slot::new(at, Vec::new()))
                    .into_iter()
                    .collect())
            }
            Place::Members(..) => Ok(self.members(vec![Reading {
                column: key.name().to_owned(),
                path: Vec::new(),
            }])),
        }
    }

    /// The columns of `--map`: the whole text as a header, else each alternative, and all of
    /// them must be there.
    pub(super) fn wished(&mut self, key: Key, reference: &str) -> anyhow::Result<Vec<Slot>> {
        let what = format!("--map {key}={reference}");
        let Place::Header(header, used, _) = self else {
            return Ok(self.anywhere(reference));
        };
        if let Some(at) = find(&what, reference, header, Tie::Exact)? {
            used.insert(at);
            return Ok(vec![Slot::new(at, Vec::new())]);
        }
        let mut slots = Vec::new();
        for name in column::alternatives(reference) {
            let Some(slot) = one(&what, name, header)? else {
                let parts = column::parts(name);
                let lacks = |part: &&&str| matches!(single(&what, part, header), Ok(None));
                let name = parts.iter().find(lacks).unwrap_or(&name);
                let near = proposal(name, header.iter().map(String::as_str));
                bail!("{what}: there is no column `{name}`{near}")
            };
            used.extend(slot.all().map(|slot| usize::from(slot.column)));
            slots.push(slot);
        }
        Ok(slots)
    }

    /// The columns that a mapping file names: those alternatives that are there, and one at
    /// least, unless a `?` at the end allows none.
    pub(super) fn said(
        &mut self,
        file: &File,
        at: usize,
        reference: &str,
    ) -> anyhow::Result<Vec<Slot>> {
        let (reference, may_lack) = may_lack(reference);
        let Place::Header(header, used, _) = self else {
            return Ok(self.anywhere(reference));
        };
        let mut slots = Vec::new();
        for name in column::alternatives(reference) {
            slots.extend(one(&file.origin, name, header)?);
        }
        if slots.is_empty() && !may_lack {
            let names = column::alternatives(reference);
            let known = header.iter().map(String::as_str);
            let near = names.iter().map(|name| proposal(name, known.clone()));
            let near = near.into_iter().find(|near| !near.is_empty());
            let near = near.unwrap_or_default();
            return Err(file.wrong(
                at,
                &format!("there is no column `{}`{near}", names.join("` or `")),
            ));
        }
        let all = slots.iter().flat_map(Slot::all);
        used.extend(all.map(|slot| usize::from(slot.column)));
        Ok(slots)
    }

    fn anywhere(&mut self, reference: &str) -> Vec<Slot> {
        let mut slots = Vec::new();
        for name in column::alternatives(reference) {
            slots.extend(self.members(column::readings(name)));
            if let [first, others @ ..] = column::parts(name).as_slice()
                && !others.is_empty()
            {
                let rest: Vec<Vec<Slot>> = others
                    .iter()
                    .map(|part| self.members(column::readings(part)))
                    .collect();
                let first = self.members(column::readings(first)).into_iter();
                slots.extend(first.map(|slot| Slot {
                    rest: rest.clone(),
                    ..slot
                }));
            }
        }
        slots
    }

    fn members(&mut self, ways: Vec<Reading>) -> Vec<Slot> {
        let Place::Members(members, _) = self else {
            return Vec::new();
        };
        let mut number = |name: &str| {
            let at = members.iter().position(|known| plain(known) == plain(name));
            at.unwrap_or_else(|| {
                members.push(name.to_owned());
                members.len() - 1
            })
        };
        ways.into_iter()
            .map(|way| Slot::new(number(&way.column), way.path))
            .collect()
    }
}

/// Whether a header has a column of this name. What a path would find in its cells is not known.
pub(super) fn is_in(header: &[String], reference: &str) -> bool {
    let names = column::alternatives(reference);
    let found = |name: &&str| matches!(find("", name, header, Tie::Exact), Ok(Some(_)));
    names.iter().any(found)
}

/// The name without `?`, and whether there was one.
pub(super) fn may_lack(reference: &str) -> (&str, bool) {
    let reference = reference.trim();
    match reference.strip_suffix('?') {
        Some(name) => (name, true),
        None => (reference, false),
    }
}

/// A column of this name, or the columns that the name joins.
fn one(what: &str, name: &str, header: &[String]) -> anyhow::Result<Option<Slot>> {
    if let Some(slot) = single(what, name, header)? {
        return Ok(Some(slot));
    }
    let parts = column::parts(name);
    let [first, others @ ..] = parts.as_slice() else {
        return Ok(None);
    };
    let Some(first) = single(what, first, header)?.filter(|_| !others.is_empty()) else {
        return Ok(None);
    };
    let mut rest = Vec::new();
    for part in others {
        match single(what, part, header)? {
            Some(slot) => rest.push(vec![slot]),
            None => return Ok(None),
        }
    }
    Ok(Some(Slot { rest, ..first }))
}

fn single(what: &str, name: &str, header: &[String]) -> anyhow::Result<Option<Slot>> {
    for way in column::readings(name) {
        if let Some(at) = find(what, &way.column, header, Tie::Exact)? {
            return Ok(Some(Slot::new(at, way.path)));
        }
    }
    Ok(None)
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
