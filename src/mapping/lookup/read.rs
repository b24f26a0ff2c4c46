//! From a file to a table: the same reader as for inputs, so plain or compressed, CSV or NDJSON.
//!
//! Columns are found by the fields' own names. A line that is damaged, or has no key or no id, is
//! counted and left out; a file without the columns is an error.

use std::path::Path;

use anyhow::{Context, bail, ensure};

use super::table::{Entry, Long, Packed, Pick, Scope, Table};
use super::{KeyField, Whose};
use crate::input::{self, Chunk, Location, OtherHeader, ReadOptions};
use crate::mapping::{Binding, Mapping, Members, Wishes, each_record};
use crate::model::{shown, without_guard};
use crate::named_file::nearest_file;
use crate::parse;
use crate::schema::{Form, Key};

/// Keys are counted in 32 bits.
const MOST: usize = u32::MAX as usize;

/// Reads the file of `--lookup`.
///
/// # Errors
/// The file cannot be read to its end, has no column for the key, or none for an id.
pub fn read(path: &Path, field: KeyField, pick: Pick) -> anyhow::Result<Table> {
    if !path.exists() {
        anyhow::bail!(
            "--lookup {}: there is no such file{}",
            shown(&path.to_string_lossy()),
            nearest_file(path)
        );
    }
    fill(path, field, pick).with_context(|| {
        let path = shown(&path.to_string_lossy());
        format!("--lookup {path}")
    })
}

fn fill(path: &Path, field: KeyField, pick: Pick) -> anyhow::Result<Table> {
    let location = Location::File(path.to_owned());
    let mut source = input::open(0, &location, &ReadOptions::default())?;
    let mapping = Mapping::new(&Wishes::default())?;
    let binding = match source.header() {
        Some(header) => {
            let binding = mapping.bind_csv(header.names())?;
            check(&binding, field)?;
            binding
        }
        None => mapping.bind_json(),
    };
    let mut members = Members::new(&binding);
    let mut reader = Reader::new(&binding, field);
    while let Some(chunk) = source.next_chunk()? {
        reader.take(&mut members, &chunk).map_err(|other| {
            let line = other.0.line;
            anyhow::anyhow!("line {line} is the header of another table: read one at a time")
        })?;
        ensure!(reader.entries.len() < MOST, "it has too many rows");
    }
    Ok(reader.finish(pick))
}

/// What to do about a table whose columns have names of its own.
const NAMES: &str = "give its columns the names of Tenjin's fields";

fn check(binding: &Binding, field: KeyField) -> anyhow::Result<()> {
    let key = field.key();
    if !binding.has(key.name()) {
        bail!("it has no column {key}, which --lookup-key names; {NAMES}");
    }
    let gives = |id: &Key| *id != key && binding.has(id.name());
    if !Key::DEVICE_IDS.iter().any(gives) {
        let names: Vec<_> = Key::DEVICE_IDS
            .iter()
            .filter(|id| **id != key)
            .map(|id| id.name())
            .collect();
        bail!("it has none of the columns {}; {NAMES}", names.join(", "));
    }
    Ok(())
}

/// Gathers entries.
struct Reader<'b> {
    binding: &'b Binding,
    field: KeyField,
    scope: Option<Scope>,
    entries: Vec<Entry>,
    long: Long,
    rows: u32,
    unusable: u64,
}

impl<'b> Reader<'b> {
    fn new(binding: &'b Binding, field: KeyField) -> Self {
        Reader {
            binding,
            field,
            scope: None,
            entries: Vec::new(),
            long: Long::default(),
            rows: 0,
            unusable: 0,
        }
    }

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
        // The first row decides for NDJSON what the header decides for CSV.
        let scope = *self.scope.get_or_insert_with(|| Scope {
            bundle_id: text(Key::BundleId).is_some(),
            platform: text(Key::Platform).is_some(),
        });
        let whose = Whose {
            bundle_id: text(Key::BundleId).filter(|text| !parse::is_placeholder(text)),
            platform: text(Key::Platform).and_then(parse::platform),
        };
        // The table may be our own list of users, filled in.
        let canonical = self
            .field
            .canonical(without_guard(text(self.field.key())?))?;
        let key = scope.hash(&canonical, whose)?;
        let own = self.field.key();
        let ids = Key::DEVICE_IDS.map(|id| match text(id).filter(|text| !text.is_empty()) {
            Some(text) if id != own => Packed::read(form(id), text, &mut self.long),
            _ => Packed::default(),
        });
        let order = self.rows.to_be_bytes();
        let is_empty = ids.iter().all(|id| id.is_none());
        (!is_empty).then_some(Entry { key, order, ids })
    }

    fn finish(self, pick: Pick) -> Table {
        let scope = self.scope.unwrap_or_default();
        let mut table = Table::new(self.field, scope, self.entries, pick);
        table.long = self.long.texts;
        table.unusable = self.unusable;
        table
    }
}

fn form(id: Key) -> Form {
    match id {
        Key::AdvertisingId => Form::AdvertisingId,
        Key::DeveloperDeviceId => Form::DeviceId,
        _ => Form::Uuid,
    }
}
