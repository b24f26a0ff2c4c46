//! Tenjin's export as rows that can be compared: the same reader and the same mapping language as
//! for inputs.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context, bail};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::Choice;
use crate::input::Source;
use crate::ledger::compare::{Comparison, ExportRow, What};
use crate::mapping::{self, Binding, Mapping, Members, Record, Wishes, each_record};
use crate::model::{Code, Fault, Kind, Place, Platform, UserIds, shown};
use crate::parse::{self, Context as FormContext, Fixes, Value, end_of_next_year};
use crate::schema::{self, Key};
use crate::validate::identity::{self, Id};
use crate::validate::revenue_of;

/// The mapping file that ships: `reconcile --print-mapping`.
pub const MAPPING: &str = include_str!("export.toml");

/// How many rows that cannot be read are shown.
const EXAMPLES: usize = 3;
/// How many apps are remembered; an export with more is taken to have them all.
const APPS: usize = 10_000;

/// What names a device or a person, in the order of [`UserIds`].
const IDS: [Key; 4] = [
    Key::AnalyticsInstallationId,
    Key::AdvertisingId,
    Key::DeveloperDeviceId,
    Key::CustomerUserId,
];

/// What an amount is made of.
const MONEY: [Key; 5] = [
    Key::Currency,
    Key::Price,
    Key::Quantity,
    Key::RevenueDecimal,
    Key::RevenueCpm,
];

/// The mapping of the export: this file, else the one that ships.
///
/// # Errors
/// It is no mapping file.
pub fn mapping(file: Option<Arc<mapping::File>>) -> anyhow::Result<Mapping> {
    let file = match file {
        Some(file) => file,
        None => Arc::new(mapping::File::parse("reconcile --print-mapping", MAPPING)?),
    };
    Mapping::new(&Wishes::default())?.over(&file, None)
}

/// One file of the export.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Export {
    /// Its name.
    pub path: String,
    /// Rows that are compared.
    pub rows: u64,
    /// Rows of other apps, or of no kind that its mapping names.
    pub others: u64,
    /// Rows that cannot be read.
    pub unreadable: u64,
    /// The first of those, a sentence each.
    pub examples: Vec<String>,
    #[serde(skip)]
    kinds: Vec<Kind>,
    #[serde(skip)]
    apps: BTreeSet<(String, String)>,
}

impl Export {
    /// Whether its mapping names this kind.
    pub(super) fn names(&self, kind: &str) -> bool {
        self.kinds.iter().any(|known| known.name() == kind)
    }

    /// Whether it has a row of this app.
    pub(super) fn has(&self, app: &(String, String)) -> bool {
        self.apps.len() >= APPS || self.apps.contains(app)
    }
}

/// Reads exports into the comparison.
#[derive(Debug)]
pub struct Reader {
    comparison: Comparison,
    exports: Vec<Export>,
}

impl Reader {
    /// Nothing was read yet.
    ///
    /// # Errors
    /// There is no room for temporary files.
    pub fn new() -> anyhow::Result<Self> {
        Ok(Reader {
            comparison: Comparison::new()?,
            exports: Vec::new(),
        })
    }

    /// Reads a file to its end.
    ///
    /// # Errors
    /// It lacks a column, or cannot be read to its end.
    pub fn read(
        &mut self,
        source: &mut Source,
        mapping: &Mapping,
        choice: &Choice,
    ) -> anyhow::Result<()> {
        let name = source.name().to_owned();
        let binding = match source.header() {
            Some(header) => mapping.bind_csv(header.names()),
            None => Ok(mapping.bind_json()),
        };
        let binding = binding.with_context(|| name.clone())?;
        let mut export = Export {
            path: name.clone(),
            kinds: binding.kinds(),
            ..Export::default()
        };
        if export.kinds.is_empty() {
            bail!("the export's mapping says of no row what it is: it needs [[kind]] rules");
        }
        let file = u32::try_from(self.exports.len()).unwrap_or(u32::MAX);
        let mut members = Members::new(&binding);
        while let Some(chunk) = source.next_chunk()? {
            let mut rows = Vec::new();
            each_record(&mut members, &chunk, |place, row| {
                match row
                    .map_err(Clone::clone)
                    .and_then(|row| read(row, &binding))
                {
                    Err(fault) => export.cannot_read(place, &fault),
                    Ok(Some(row)) if choice.takes(&row.what.bundle_id, &row.what.platform) => {
                        let line = place.line;
                        rows.push(ExportRow { file, line, ..row });
                    }
                    Ok(_) => export.others += 1,
                }
            })
            .map_err(|other| {
                let line = other.0.line;
                anyhow::anyhow!("{name}:{line}: the header of another table: read one at a time")
            })?;
            for row in &rows {
                export.take(row);
                self.comparison.add(row)?;
            }
        }
        self.exports.push(export);
        Ok(())
    }

    /// All files were read.
    pub(super) fn finish(self) -> (Comparison, Vec<Export>) {
        (self.comparison, self.exports)
    }
}

impl Export {
    fn take(&mut self, row: &ExportRow) {
        self.rows += 1;
        let app = (row.what.bundle_id.clone(), row.what.platform.clone());
        if self.apps.len() < APPS {
            self.apps.insert(app);
        }
    }

    fn cannot_read(&mut self, place: Place, fault: &Fault) {
        self.unreadable += 1;
        if self.examples.len() < EXAMPLES {
            let Fault {
                code, field, value, ..
            } = fault;
            let field = match &**field {
                "" => String::new(),
                field => format!(" {field}"),
            };
            let path = shown(&self.path);
            let code = code.name();
            self.examples.push(format!(
                "{path}:{}:{field}: \"{value}\" ({code})",
                place.line
            ));
        }
    }
}

/// The row; nothing if it is of no kind that is compared.
fn read<'c>(row: &Record<'c, '_>, binding: &'c Binding) -> Result<Option<ExportRow>, Fault> {
    let Some(kind) = binding.kind_of(row)? else {
        return Ok(None);
    };
    let mut cells = Cells {
        row,
        binding,
        kind,
        platform: None,
        zone: binding.timezone.clone().unwrap_or(TimeZone::UTC),
    };
    let Value::Platform(platform) = cells.needed(Key::Platform)? else {
        return Ok(None);
    };
    cells.platform = Some(platform);
    let Value::Time(at) = cells.needed(Key::EventTime)? else {
        return Ok(None);
    };
    let name = schema::name(kind)
        .map(|key| cells.needed(key))
        .transpose()?;
    let what = What {
        kind: kind.name().into(),
        bundle_id: cells
            .needed(Key::BundleId)?
            .text()
            .unwrap_or_default()
            .into(),
        platform: platform.name().into(),
        name: name.and_then(Value::text).unwrap_or_default().into(),
    };
    Ok(Some(ExportRow {
        file: 0,
        line: 0,
        what,
        at,
        revenue: cells.revenue()?,
        people: cells.people()?,
        state: binding.left_out(row)?.map(|state| state.to_string()),
    }))
}

/// One row, field by field.
struct Cells<'r, 'c, 'k> {
    row: &'r Record<'c, 'k>,
    binding: &'c Binding,
    kind: Kind,
    platform: Option<Platform>,
    zone: TimeZone,
}

impl<'c> Cells<'_, 'c, '_> {
    fn value(&self, key: Key) -> Result<Value<'c>, Fault> {
        let Some(field) = schema::field(self.kind, key) else {
            return Ok(Value::Absent);
        };
        let text = self.binding.text(self.row, key);
        let text = text.map_err(|unread| unread.at(key.name()))?;
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(Value::Absent);
        };
        if !field.may_be_on(self.platform) {
            return Ok(Value::Absent);
        }
        let context = FormContext {
            platform: self.platform,
            timezone: Some(&self.zone),
            latest: end_of_next_year(jiff::Timestamp::now().as_microsecond()),
            ..FormContext::default()
        };
        let (arena, mut fixes) = (self.row.arena, Fixes::default());
        let value = parse::read(field.form, text, context, arena, &mut fixes);
        value.map_err(|error| error.at(key, text))
    }

    fn needed(&self, key: Key) -> Result<Value<'c>, Fault> {
        match self.value(key)? {
            Value::Absent => Err(Fault::new(Code::MissingField, key.name(), "", "")),
            value => Ok(value),
        }
    }

    fn revenue(&self) -> Result<Option<crate::model::Revenue>, Fault> {
        if !self.kind.is_money() {
            return Ok(None);
        }
        let mut values = [Value::Absent; MONEY.len()];
        for (value, key) in values.iter_mut().zip(MONEY) {
            *value = self.value(key)?;
        }
        let get = |wanted: Key| {
            let at = MONEY.iter().position(|key| *key == wanted);
            at.map_or(Value::Absent, |at| values[at])
        };
        match revenue_of(self.kind, get) {
            Some(revenue) => Ok(Some(revenue)),
            None => Err(Fault::new(Code::MissingField, Key::Price.name(), "", "")),
        }
    }

    fn people(&self) -> Result<UserIds, Fault> {
        let mut people = UserIds::default();
        for (own, key) in people.0.iter_mut().zip(IDS) {
            let value = self.value(key)?;
            *own = match key {
                Key::CustomerUserId => value.text().map(|user| identity::person(key.name(), user)),
                _ => Id::of(value).map(|id| identity::device(key.name(), id)),
            };
        }
        Ok(people)
    }
}
