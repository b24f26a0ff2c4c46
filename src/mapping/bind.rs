//! The meeting of a mapping and an input's columns.
//!
//! What the user said goes first, then the mapping file, then the preset, then names that match
//! on their own. Two columns that would feed the same field are an error that names both:
//! guessing here would be guessing about money.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use anyhow::bail;

use super::Mapping;
use super::binding::Binding;
use super::feed::{Feed, Made};
use super::file::{Condition, FieldTable, File};
use super::place::{self, Place};
use super::rule::{FilterRule, KindRule, Test};
use super::slot::Slot;
use super::step::{self, Step};
use crate::model::Kind;
use crate::schema::{self, Form, Key};

/// Our own columns of a rejects file: no need to say that they feed nothing.
pub(super) const REJECTS: [&str; 6] = ["_reason", "_field", "_hint", "_file", "_line", "_raw"];

impl Mapping {
    /// Binds to the header of a CSV file. A wished-for column that is not there, or two columns
    /// for one field, are errors that name them.
    pub fn bind_csv(&self, header: &[String]) -> anyhow::Result<Binding> {
        if header.len() >= usize::from(u16::MAX) {
            bail!(
                "the header has {} columns; at most 65,534 can be read",
                header.len()
            );
        }
        let mut place = Place::Header(header, BTreeSet::new(), self.numbers);
        let (feeds, hidden, kinds, filters) = self.resolve(&mut place)?;
        let Place::Header(_, used, _) = place else {
            bail!("a header stays one");
        };
        let unmapped = header
            .iter()
            .enumerate()
            .filter(|(at, name)| !used.contains(at) && !REJECTS.contains(&name.as_str()))
            .map(|(at, name)| (at, name.clone()))
            .collect();
        let binding = self.binding(header.to_vec(), feeds).hiding(hidden);
        Ok(self.told(binding.with_rules(kinds, filters).with_unmapped(unmapped)))
    }

    /// Binds to NDJSON, where each row says which members it has.
    #[expect(clippy::missing_panics_doc, reason = "it does not")]
    pub fn bind_json(&self) -> Binding {
        let mut place = Place::Members(Vec::new(), self.numbers);
        let resolved = self.resolve(&mut place);
        let (feeds, hidden, kinds, filters) = resolved.expect("no member is known to be missing");
        let columns = match place {
            Place::Members(columns, _) => columns,
            Place::Header(..) => Vec::new(),
        };
        let binding = self.binding(columns, feeds).hiding(hidden);
        self.told(binding.with_rules(kinds, filters))
    }

    fn binding(&self, columns: Vec<String>, feeds: Vec<Feed>) -> Binding {
        Binding::new(columns, feeds, self.fills.clone(), self.fixed.clone())
    }

    /// With what people are told about it.
    fn told(&self, mut binding: Binding) -> Binding {
        binding.preset.clone_from(&self.preset);
        let needs = self.layers.iter().flat_map(|file| &file.needs);
        binding.wanting = needs.filter(|name| !binding.has(name)).cloned().collect();
        let mut said = self.layers.iter();
        binding.also_reports = said.find_map(|file| file.also_reports.clone());
        binding.absent_quantity = self.absent_quantity(&binding);
        binding.described = self.describe(&binding);
        binding
    }

    /// The column of quantities that the user's mapping file names and that is not there: nobody
    /// says then how many were bought. A preset knows what its export may lack.
    fn absent_quantity(&self, binding: &Binding) -> Option<Arc<str>> {
        let (key, spec) = (Key::Quantity, self.specs[Key::Quantity as usize].as_ref()?);
        let is_of_preset = self.preset.is_some()
            && self
                .layers
                .last()
                .is_some_and(|file| Arc::ptr_eq(file, &spec.file));
        let is_absent = matches!(binding.feed(key), Feed::Nothing)
            && binding.fill(key).is_empty()
            && self.columns[key as usize].is_none();
        let name = spec.table.column.as_deref()?;
        (is_absent && !is_of_preset).then(|| place::may_lack(name).0.into())
    }

    fn resolve(&self, place: &mut Place<'_>) -> anyhow::Result<Resolved> {
        let mut feeds = Vec::with_capacity(Key::COUNT);
        let mut hidden = Vec::new();
        for key in Key::ALL {
            let feed = self.feed(key, place)?;
            let mut feed = self.renamed(key, feed);
            if let Some(step) =
                Step::of_numbers(place.numbers()).filter(|_| is_of(key, Form::Amount))
            {
                feed = stepped(feed, step);
            }
            let is_time = is_of(key, Form::Time) || is_of(key, Form::Millis);
            if is_time && !self.time_formats.is_empty() {
                feed = stepped(feed, Step::time_formats(&self.time_formats));
            }
            // What the user says of empty cells goes before what a file says of them.
            if !self.fills[key as usize].is_empty() {
                feed = without_default(feed);
            }
            let Some(value) = self.overrides[key as usize].clone() else {
                feeds.push(feed);
                continue;
            };
            // What is sent hides what the row says, but the column is not unknown.
            hidden.push((key, feed));
            feeds.push(Feed::Constant(value));
        }
        Ok((feeds, hidden, self.kinds(place)?, self.filters(place)?))
    }

    fn feed(&self, key: Key, place: &mut Place<'_>) -> anyhow::Result<Feed> {
        if let Some(reference) = &self.columns[key as usize] {
            let slots = place.wished(key, reference)?;
            return Ok(plain_feed(slots));
        }
        if key == Key::SdkVersion {
            return Ok(Feed::Nothing);
        }
        if key.is_of_subscriptions()
            && self.specs[key as usize].is_none()
            && !self.may_be_subscriptions(place)
        {
            return Ok(Feed::Nothing);
        }
        let Some(spec) = &self.specs[key as usize] else {
            let slots = place.own(key)?;
            return Ok(plain_feed(slots));
        };
        said(&spec.file, spec.at, &spec.table, place)
    }

    /// Whether something may say that a row is a subscription.
    fn may_be_subscriptions(&self, place: &Place<'_>) -> bool {
        let mut rules = self.layers.iter().flat_map(|file| &file.kind);
        match self.fixed.kind {
            Some(kind) => kind == Kind::Subscription,
            None => rules.any(|rule| rule.is == Kind::Subscription) || self.says_kind(place),
        }
    }

    /// Whether a column says what the rows are.
    fn says_kind(&self, place: &Place<'_>) -> bool {
        let key = Key::Kind as usize;
        let is_own = match place {
            Place::Header(header, ..) => {
                header.iter().any(|name| Key::find(name) == Some(Key::Kind))
            }
            Place::Members(..) => true,
        };
        is_own || self.columns[key].is_some() || self.specs[key].is_some()
    }

    /// Event names get their new ones, from wherever they come.
    fn renamed(&self, key: Key, feed: Feed) -> Feed {
        let mut names = HashMap::new();
        for file in self.layers.iter().rev() {
            let renames = file.rename.iter();
            names.extend(renames.map(|(from, to)| (from.clone(), to.as_str().into())));
        }
        if key != Key::Event || names.is_empty() {
            return feed;
        }
        stepped(feed, Step::Rename(names))
    }
}

/// A feed with one more step at its end; constants are what the user wrote, and stay.
fn stepped(feed: Feed, step: Step) -> Feed {
    let of = |slots| Made {
        constant: None,
        slots,
        default: None,
        steps: Vec::new(),
        tests: Vec::new(),
        or: None,
    };
    let mut made = match feed {
        Feed::Nothing | Feed::Constant(_) => return feed,
        Feed::Column(slot) => of(vec![slot]),
        Feed::First(slots) => of(slots),
        Feed::Made(made) => *made,
    };
    // How a text is to be read comes before what is made of it, and also where else it is
    // looked for; the file's own way to read it is the one that is right.
    if matches!(step, Step::Rename(_)) {
        made.steps.push(step);
    } else {
        made.or = made.or.map(|other| stepped(other, step.clone()));
        if !made.steps.iter().any(Step::is_decimal_comma) {
            made.steps.insert(0, step);
        }
    }
    Feed::Made(Box::new(made))
}

fn without_default(feed: Feed) -> Feed {
    match feed {
        Feed::Made(mut made) => {
            made.default = None;
            made.or = made.or.map(without_default);
            Feed::Made(made)
        }
        feed => feed,
    }
}

fn is_of(key: Key, form: Form) -> bool {
    let mut fields = Kind::ALL
        .into_iter()
        .filter_map(|kind| schema::field(kind, key));
    fields.any(|field| field.form == form)
}

type Resolved = (Vec<Feed>, Vec<(Key, Feed)>, Vec<KindRule>, Vec<FilterRule>);

/// What a file's table says, on these columns.
fn said(file: &File, at: usize, table: &FieldTable, place: &mut Place<'_>) -> anyhow::Result<Feed> {
    let mut slots = |reference: &Option<String>| match reference {
        Some(reference) => place.said(file, at, reference),
        None => Ok(Vec::new()),
    };
    let (columns, divisor) = (slots(&table.column)?, slots(&table.divide_by)?);
    let constant: Option<Box<str>> = table.constant.as_deref().map(Into::into);
    if let Some(text) = &constant
        && table.when.is_empty()
    {
        return Ok(Feed::Constant(text.clone()));
    }
    let or = match &table.or {
        Some(other) => Some(said(file, at, &other.0, place)?),
        None => None,
    };
    let made = Made {
        steps: step::steps(table, divisor),
        default: table.default.as_deref().map(Into::into),
        tests: tests(file, &table.when, place)?,
        constant,
        slots: columns,
        or: or.filter(|feed| !matches!(feed, Feed::Nothing)),
    };
    let gives = made.default.is_some() || made.or.is_some() || made.constant.is_some();
    let is_plain = made.steps.is_empty() && made.tests.is_empty();
    if !gives && (is_plain || made.slots.is_empty()) {
        return Ok(plain_feed(made.slots));
    }
    Ok(Feed::Made(Box::new(made)))
}

fn plain_feed(mut slots: Vec<Slot>) -> Feed {
    match slots.len() {
        0 => Feed::Nothing,
        1 => Feed::Column(slots.remove(0)),
        _ => Feed::First(slots),
    }
}

fn tests(
    file: &File,
    conditions: &[Condition],
    place: &mut Place<'_>,
) -> anyhow::Result<Vec<Test>> {
    let mut tests = Vec::new();
    for condition in conditions {
        let at = condition.column.span().start;
        let slots = place.said(file, at, condition.column.get_ref())?;
        tests.push(Test::new(condition, slots, place.numbers()));
    }
    Ok(tests)
}
