//! From a file to a table: the same reader as for inputs, so plain or compressed, CSV or NDJSON.
//!
//! Columns are found by the fields' own names, else by the names that exports give them. A line that is
//! damaged, or has no key or no id, is counted and left out; a file without the columns is an
//! error.

use std::path::Path;

use anyhow::{Context, bail, ensure};

use super::table::{Entry, Packed, Pick, Table, Texts, hash};
use super::{KeyField, Whose};
use crate::input::{self, Chunk, Location, OtherHeader, ReadOptions};
use crate::mapping::Binding;
use crate::mapping::field_names::names;
use crate::mapping::guess::Sample;
use crate::mapping::{Mapping, Members, Wishes, each_record};
use crate::model::{plain, shown, without_guard};
use crate::named_file::nearest_file;
use crate::parse;
use crate::schema::{Form, Key};

/// Keys are counted in 32 bits.
const MOST: usize = u32::MAX as usize;

/// Reads the file of `--lookup`; `options` are those of the inputs.
///
/// # Errors
/// The file cannot be read to its end, has no column for the key, or none for an id.
pub fn read(
    path: &Path,
    options: &ReadOptions,
    field: KeyField,
    pick: Pick,
) -> anyhow::Result<Table> {
    if !path.exists() {
        anyhow::bail!(
            "--lookup {}: there is no such file{}",
            shown(&path.to_string_lossy()),
            nearest_file(path)
        );
    }
    fill(path, options, field, pick).with_context(|| {
        let path = shown(&path.to_string_lossy());
        format!("--lookup {path}")
    })
}

fn fill(path: &Path, options: &ReadOptions, field: KeyField, pick: Pick) -> anyhow::Result<Table> {
    let location = Location::File(path.to_owned());
    let options = ReadOptions {
        format: None,
        grows: false,
        ..options.clone()
    };
    let mut source = input::open(0, &location, &options)?;
    let columns = match source.header() {
        Some(header) => header.names().to_vec(),
        None => Sample::of(&source)
            .names()
            .iter()
            .map(ToString::to_string)
            .collect(),
    };
    let mapping = Mapping::new(&Wishes {
        map: usual_names(&columns),
        ..Wishes::default()
    })?;
    let binding = if source.header().is_some() {
        let binding = mapping.bind_csv(&columns)?;
        check(&binding, field, &columns)?;
        binding
    } else {
        mapping.bind_json()
    };
    let mut members = Members::new(&binding);
    let mut reader = Reader {
        binding: &binding,
        field,
        entries: Vec::new(),
        texts: Texts::default(),
        rows: 0,
        unusable: 0,
    };
    while let Some(chunk) = source.next_chunk()? {
        reader.take(&mut members, &chunk).map_err(|other| {
            let line = other.0.line;
            anyhow::anyhow!("line {line} is the header of another table: read one at a time")
        })?;
        ensure!(reader.entries.len() < MOST, "it has too many rows");
    }
    let rest = (reader.texts, reader.unusable);
    Ok(Table::new(field, reader.entries, rest, pick))
}

/// The fields that a table is asked for, beside the app that its ids are of.
const ASKED: [Key; 6] = [
    Key::CustomerUserId,
    Key::AnalyticsInstallationId,
    Key::AdvertisingId,
    Key::DeveloperDeviceId,
    Key::BundleId,
    Key::Platform,
];

/// The columns of fields that no column has the name of, by the names that exports give them. A
/// table of both platforms may have its advertising and device ids in two columns.
fn usual_names(columns: &[String]) -> Vec<(String, String)> {
    let called = |name: &str| columns.iter().find(|column| plain(column) == name);
    let lacking = ASKED
        .into_iter()
        .filter(|key| called(&plain(key.name())).is_none());
    let found = lacking.filter_map(|key| {
        let has_two = matches!(key, Key::AdvertisingId | Key::DeveloperDeviceId);
        let found = names(key).filter_map(called).map(String::as_str);
        let found: Vec<&str> = found
            .take(if has_two { columns.len() } else { 1 })
            .collect();
        (!found.is_empty()).then(|| (key.name().to_owned(), found.join("||")))
    });
    found.collect()
}

fn check(binding: &Binding, field: KeyField, columns: &[String]) -> anyhow::Result<()> {
    let key = field.key();
    let ids = Key::DEVICE_IDS.into_iter().filter(|id| *id != key);
    let ids: Vec<&str> = ids.map(Key::name).collect();
    let lacks = if !binding.has(key.name()) {
        format!("{key}, which --lookup-key names")
    } else if !ids.iter().any(|id| binding.has(id)) {
        ids.join(" or ")
    } else {
        return Ok(());
    };
    let shown: Vec<_> = columns.iter().take(NAMED).map(|name| shown(name)).collect();
    let more = if columns.len() > NAMED { ", …" } else { "" };
    bail!(
        "none of its columns (`{}`{more}) is known as {lacks}: rename the one that is",
        shown.join("`, `")
    )
}

/// How many columns are named.
const NAMED: usize = 10;

/// Gathers entries.
struct Reader<'b> {
    binding: &'b Binding,
    field: KeyField,
    entries: Vec<Entry>,
    texts: Texts,
    rows: u32,
    unusable: u64,
}

impl Reader<'_> {
    fn take(&mut self, known: &mut Members, chunk: &Chunk) -> Result<(), OtherHeader> {
        let binding = self.binding;
        each_record(known, chunk, |_, row| {
            self.rows = self.rows.saturating_add(1);
            let entry = row.ok();
            let entry =
                entry.and_then(|row| self.entry(|key| binding.text(row, key).ok().flatten()));
            match entry {
                Some(entry) => self.entries.push(entry),
                None => self.unusable += 1,
            }
        })
    }

    fn entry<'v>(&mut self, text: impl Fn(Key) -> Option<&'v str>) -> Option<Entry> {
        let whose = whose(&text)?;
        // The table may be our own list of users, filled in.
        let own = self.field.key();
        let canonical = self.field.canonical(without_guard(text(own)?))?;
        let ids = Key::DEVICE_IDS.map(|id| match text(id).filter(|text| !text.is_empty()) {
            Some(text) if id != own => Packed::read(form(id), text, &mut self.texts),
            _ => Packed::default(),
        });
        let is_empty = ids.iter().all(|id| id.is_none());
        (!is_empty).then(|| Entry {
            key: hash(&canonical),
            bundle_id: self.texts.number(whose.bundle_id.unwrap_or_default()),
            platform: whose.platform,
            order: self.rows.to_be_bytes(),
            ids,
        })
    }
}

/// The app that a line is about, as far as it says; none if what it says cannot be read. An empty cell
/// means any: our own list of users has none where a row did not say its app.
fn whose<'v>(text: impl Fn(Key) -> Option<&'v str>) -> Option<Whose<'v>> {
    let said = |key| text(key).filter(|text| !text.is_empty() && !parse::is_placeholder(text));
    let (bundle_id, platform) = (said(Key::BundleId), said(Key::Platform));
    let whose = Whose {
        bundle_id,
        platform: platform.and_then(parse::platform),
    };
    (platform.is_some() == whose.platform.is_some()).then_some(whose)
}

fn form(id: Key) -> Form {
    match id {
        Key::AdvertisingId => Form::AdvertisingId,
        Key::DeveloperDeviceId => Form::DeviceId,
        _ => Form::Uuid,
    }
}
