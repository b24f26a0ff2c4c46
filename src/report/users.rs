//! Users whose rows were rejected since they lack an id: what an analyst hands to the app's team.
//!
//! One row for each user, with what is missing and what it is worth. Bounded: rows of users beyond
//! the first [`USERS`] are counted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use super::escape::cell;
use super::figures::counted;
use crate::model::{App, Code, Rejection};
use crate::schema::Key;
use crate::stats::{Amount, Sums};

/// The file's name.
pub(super) const FILE: &str = "users_without_ids.csv";

/// How many users are kept in memory until the file is written.
const USERS: usize = 50_000;

const COLUMNS: &str = "user_field,user,bundle_id,platform,missing,rows,revenue\n";

/// By which field, by which value, and of which app.
type Named = (&'static str, Box<str>, Option<Arc<App>>);

/// Users by app, and by what names them.
#[derive(Debug, Default)]
pub(super) struct Users {
    known: BTreeMap<Named, Lacking>,
    /// By the field that names them.
    fields: BTreeMap<&'static str, u64>,
    more: u64,
}

#[derive(Debug, Default)]
struct Lacking {
    fields: BTreeSet<&'static str>,
    rows: Sums,
}

/// How many there are, for the summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Users, and the rows of those there was no room for.
    pub text: String,
    /// The field that most of them can be looked up by.
    pub field: &'static str,
}

impl Users {
    /// Looks whose row it is.
    pub(super) fn look(&mut self, rejection: &Rejection) {
        let Some(user) = &rejection.user else { return };
        let key = (user.field, user.id.clone(), rejection.app.clone());
        if self.known.len() >= USERS && !self.known.contains_key(&key) {
            self.more += 1;
            return;
        }
        *self.fields.entry(user.field).or_default() += 1;
        let lacking = self.known.entry(key).or_default();
        let missing = rejection.faults.iter();
        let missing = missing.filter(|fault| fault.code == Code::MissingField);
        let missing = missing.filter_map(|fault| Key::find(&fault.field));
        let missing = missing
            .filter(|key| Key::DEVICES.contains(key))
            .map(Key::name);
        lacking.fields.extend(missing);
        let amount = user.revenue;
        lacking
            .rows
            .add(amount.map_or(Amount::None, |(amount, currency)| {
                Amount::Of(amount, currency)
            }));
    }

    /// The whole file; nothing if there is no user.
    pub(super) fn csv(&self) -> Option<String> {
        let mut out = COLUMNS.to_owned();
        for ((field, user, app), lacking) in &self.known {
            let fields: Vec<&str> = lacking.fields.iter().copied().collect();
            let revenue = lacking.rows.revenue();
            let revenue = revenue.map(|(of, count)| format!("{} {}", of.code(), count.money));
            let revenue: Vec<String> = revenue.collect();
            let app = app.as_deref();
            let cells = [
                *field,
                &**user,
                app.map_or("", |app| &app.bundle_id),
                app.map_or("", |app| app.platform.name()),
                &fields.join(" "),
                &lacking.rows.rows().to_string(),
                &revenue.join(" + "),
            ];
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{}", cells.map(|text| cell(text, b',')).join(","));
        }
        (!self.known.is_empty()).then_some(out)
    }

    /// What the summary says of them.
    pub(super) fn found(&self) -> Option<Found> {
        let (field, _) = self.fields.iter().max_by_key(|(_, rows)| **rows)?;
        let rows: u64 = self.known.values().map(|lacking| lacking.rows.rows()).sum();
        let users = counted(self.known.len() as u64, "user");
        let more = match self.more {
            0 => String::new(),
            more => format!(", and {} of others", counted(more, "row")),
        };
        Some(Found {
            text: format!("{users} with {}{more}", counted(rows, "row")),
            field,
        })
    }
}
