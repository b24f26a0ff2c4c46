//! Users whose rows were rejected since they lack an id: what an analyst hands to the app's team,
//! and what comes back is a table for `--lookup`.
//!
//! One row for each user of each app, with an empty cell for the id that is missing, and what it is
//! worth. Bounded: rows of users beyond the first [`USERS`] are counted.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use serde::Serialize;

use super::escape::cell;
use super::figures::counted;
use crate::model::{App, Code, Event, Kind, Rejection, Revenue};
use crate::schema::Key;
use crate::stats::Sums;

/// The file's name.
pub const FILE: &str = "users_without_ids.csv";

/// How many users are kept in memory until the file is written.
const USERS: usize = 50_000;

/// What a table gives beside ids.
const APP: [Key; 2] = [Key::BundleId, Key::Platform];

/// By which field, by which value, and of which app.
type Named = (Key, Box<str>, Option<Arc<App>>);

/// Users by app, and by what names them.
#[derive(Debug, Default)]
pub(super) struct Users {
    known: BTreeMap<Named, Lacking>,
    /// Rows by the field that names their user.
    fields: BTreeMap<Key, u64>,
    /// Their rows, by what tells them again. Bounded as the users are: further ones stay.
    rows: HashMap<u64, (Named, Option<Revenue>)>,
    /// Rows of users that there is no room for.
    more: u64,
    /// Rows that lack an id and name nobody.
    nameless: u64,
}

#[derive(Debug, Default)]
struct Lacking {
    fields: BTreeSet<Key>,
    rows: Sums,
}

/// What is in the file, and how it is used once it is filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Its name, in the folder of the report.
    pub file: &'static str,
    /// How many users it has.
    pub users: u64,
    /// How many rows are theirs.
    pub rows: u64,
    /// Rows of users that there was no room for.
    pub more: u64,
    /// Rows that lack an id and name nobody: no table can find theirs.
    pub nameless: u64,
    /// The columns to fill in.
    pub missing: Vec<&'static str>,
    /// What the rows lack besides, and no table for `--lookup` gives.
    pub also_missing: Vec<&'static str>,
    /// The field that most of the users can be looked up by.
    pub lookup_key: &'static str,
}

impl Users {
    /// Looks whose row it is.
    pub(super) fn look(&mut self, rejection: &Rejection) {
        let Some(user) = &rejection.user else {
            let lacks_id = missing(rejection).any(|key| Key::DEVICE_IDS.contains(&key));
            self.nameless += u64::from(lacks_id);
            return;
        };
        let Some(field) = Key::find(user.field) else {
            return;
        };
        let key = (field, user.id.clone(), rejection.app.clone());
        if self.known.len() >= USERS && !self.known.contains_key(&key) {
            self.more += 1;
            return;
        }
        *self.fields.entry(field).or_default() += 1;
        if let (Some(hash), Some(app), Some(kind)) = (user.hash, &rejection.app, rejection.kind)
            && self.rows.len() < USERS
        {
            let row = row_of(hash, kind, app, (user.time, &user.label));
            self.rows.insert(row, (key.clone(), user.revenue));
        }
        let lacking = self.known.entry(key).or_default();
        lacking.fields.extend(missing(rejection));
        lacking.rows.add(user.revenue.into());
    }

    /// A row went, now or before: if it was rejected in another input, its user is asked for it no
    /// more.
    pub(super) fn went(&mut self, event: &Event) {
        if self.rows.is_empty() {
            return;
        }
        let what = (event.time, &*event.contribution.label);
        let people = event.identity.people.0.into_iter().flatten();
        let mut rows = people.map(|hash| row_of(hash, event.kind, &event.app, what));
        let Some((user, revenue)) = rows.find_map(|row| self.rows.remove(&row)) else {
            return;
        };
        if let Some(rows) = self.fields.get_mut(&user.0) {
            *rows -= 1;
        }
        self.fields.retain(|_, rows| *rows > 0);
        if let Some(lacking) = self.known.get_mut(&user) {
            lacking.rows.take(revenue.into());
            if lacking.rows.rows() == 0 {
                self.known.remove(&user);
            }
        }
    }

    /// What any of them lacks: what a table gives, and what else.
    fn missing(&self) -> (BTreeSet<Key>, BTreeSet<Key>) {
        let lacking = self.known.values().flat_map(|lacking| &lacking.fields);
        let is_given = |key: &Key| Key::DEVICE_IDS.contains(key) || APP.contains(key);
        lacking.copied().partition(is_given)
    }

    /// The whole file; nothing if there is no user. Its columns are those of a table for `--lookup`,
    /// and what there is to know beside them.
    pub(super) fn csv(&self) -> Option<String> {
        let others = self.missing().0.into_iter();
        let others = others.filter(|key| !self.fields.contains_key(key) && !APP.contains(key));
        let ids: Vec<Key> = self.fields.keys().copied().chain(others).collect();
        let beside = ["bundle_id", "platform", "missing", "rows", "revenue"];
        let header = ids.iter().map(|key| key.name()).chain(beside);
        let mut out = header.collect::<Vec<_>>().join(",") + "\n";
        for ((field, user, app), lacking) in &self.known {
            let app = app.as_deref();
            let missing: Vec<&str> = lacking.fields.iter().map(|key| key.name()).collect();
            let revenue = lacking.rows.revenue();
            let revenue = revenue.map(|(of, count)| format!("{} {}", of.code(), count.money));
            let revenue: Vec<String> = revenue.collect();
            let own = |key: &Key| if key == field { &**user } else { "" };
            let beside = [
                app.map_or("", |app| &app.bundle_id),
                app.map_or("", |app| app.platform.name()),
                &missing.join(" "),
                &lacking.rows.rows().to_string(),
                &revenue.join(" + "),
            ];
            let cells = ids.iter().map(own).chain(beside);
            let cells: Vec<String> = cells.map(|text| cell(text, b',')).collect();
            out += &(cells.join(",") + "\n");
        }
        (!self.known.is_empty()).then_some(out)
    }

    /// What the summary says of them.
    pub(super) fn found(&self) -> Option<Found> {
        let (field, _) = self.fields.iter().max_by_key(|(_, rows)| **rows)?;
        // One who has several apps stands there for each.
        let mut last = None;
        let (missing, also_missing) = self.missing();
        let names = |keys: BTreeSet<Key>| keys.into_iter().map(Key::name).collect();
        let users = self
            .known
            .keys()
            .filter(|(field, user, _)| last.replace((*field, user)) != Some((*field, user)));
        Some(Found {
            file: FILE,
            users: users.count() as u64,
            rows: self.fields.values().sum(),
            more: self.more,
            missing: names(missing),
            also_missing: names(also_missing),
            nameless: self.nameless,
            lookup_key: field.name(),
        })
    }
}

/// The fields that a row lacks.
fn missing(rejection: &Rejection) -> impl Iterator<Item = Key> {
    let missing = rejection.faults.iter();
    let missing = missing.filter(|fault| fault.code == Code::MissingField);
    missing.filter_map(|fault| Key::find(&fault.field))
}

/// What tells a row again that lacked an id at first: whose it is, what it is, and the second of its
/// time.
fn row_of(user: i64, kind: Kind, app: &App, (time, label): (Option<i64>, &str)) -> u64 {
    let mut hasher = DefaultHasher::new();
    let second = time.map(|time| time.div_euclid(1_000_000));
    (user, kind, app, second, label).hash(&mut hasher);
    hasher.finish()
}

impl Found {
    /// How many there are, and what to do with the file.
    pub fn text(&self, file: &str) -> String {
        let users = counted(self.users, "user");
        let lack = if self.users == 1 { "lacks" } else { "lack" };
        let rows = counted(self.rows, "row");
        let more = match self.more {
            0 => String::new(),
            more => format!(", and {} of others", counted(more, "row")),
        };
        let columns = self.missing.join(", ");
        let also = match self.also_missing.join(", ") {
            none if none.is_empty() => none,
            names => {
                format!(
                    " (rows also lack {names}, which no table gives: --map FIELD=COLUMN, --set)"
                )
            }
        };
        let nameless = match self.nameless {
            0 => String::new(),
            rows => format!(
                " ({} without any user lack one, too, and no table can find it)",
                counted(rows, "row")
            ),
        };
        format!(
            "{users} with {rows}{more} {lack} an id{nameless}: {file} lists them for the app's team \
             to fill in {columns}{also}"
        )
    }
}
