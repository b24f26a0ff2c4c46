//! Binds a mapping to the columns of an input.
//!
//! What the user said goes first, then the mapping file, then the preset, then names that match
//! on their own. Two columns that would feed the same field are an error that names both:
//! guessing here would be guessing about money.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::bail;

use super::Mapping;
use super::binding::Binding;
use super::feed::{Feed, Made};
use super::file::{FieldTable, File};
use super::layer::Spec;
use super::presets::ORIGIN_OF_PRESETS;
use super::reference::{Finder, Slot, alternatives, bare, may_lack};
use super::rule::{Condition, Rule, Test};
use super::step::{self, Step};
use crate::model::{Kind, plain};
use crate::schema::{self, Form, Key};

impl Mapping {
    /// Binds to the header of a CSV file. A column that an option names and that is not there, or two columns
    /// for one field, are errors that name them.
    pub fn bind_csv(&self, header: &[String]) -> anyhow::Result<Binding> {
        if header.len() >= usize::from(u16::MAX) {
            bail!(
                "the header has {} columns; at most 65,534 can be read",
                header.len()
            );
        }
        self.bind(Finder::new(Some(header)))
    }

    /// Binds to NDJSON, where each row says which members it has.
    #[expect(clippy::missing_panics_doc, reason = "only a header can lack a column")]
    pub fn bind_json(&self) -> Binding {
        let binding = self.bind(Finder::new(None));
        binding.expect("no member is known to be missing")
    }

    fn bind(&self, mut finder: Finder) -> anyhow::Result<Binding> {
        let (mut feeds, mut hidden) = (Vec::with_capacity(Key::COUNT), Vec::new());
        for key in Key::ALL {
            let feed = self.feed(key, &mut finder)?;
            // What is sent hides what the row says, but the column is not unknown.
            feeds.push(match &self.fields[key as usize].replaced {
                Some(value) => {
                    hidden.push((key, feed));
                    Feed::Constant(value.clone())
                }
                None => feed,
            });
        }
        let (kinds, filters) = (self.kinds(&mut finder)?, self.filters(&mut finder)?);
        let mut binding = Binding::new(self, &finder, feeds, hidden);
        (binding.kinds, binding.filters) = (kinds, filters);
        binding.absent_quantity = self.absent_quantity(&binding);
        let times = Key::TIMES.into_iter();
        let times = times.filter(|key| !matches!(binding.feed(*key), Feed::Nothing));
        binding.times = times
            .filter(|key| !binding.is_json() || self.asks_for(*key))
            .collect();
        binding.described = self.describe(&binding);
        Ok(binding)
    }

    /// The column of quantities that the user's mapping file names and that is not there: nobody
    /// says then how many were bought. A preset knows what its export may lack.
    fn absent_quantity(&self, binding: &Binding) -> Option<Arc<str>> {
        let (key, field) = (Key::Quantity, &self.fields[Key::Quantity as usize]);
        let spec = field.spec.as_ref()?;
        let is_absent = matches!(binding.feed(key), Feed::Nothing)
            && field.fill.is_empty()
            && field.column.is_none();
        let name = spec.table.column.as_deref()?;
        (is_absent && !self.is_preset(&spec.file)).then(|| may_lack(name).0.into())
    }

    /// Whether the user or a file names columns for a field, and does not allow that they are absent.
    fn asks_for(&self, key: Key) -> bool {
        let field = &self.fields[key as usize];
        let spec = field.spec.as_ref();
        let said = spec.and_then(|spec| spec.table.column.as_deref());
        field.column.is_some() || said.is_some_and(|column| !may_lack(column).1)
    }

    /// Where a field's text comes from, with all that is done to it.
    fn feed(&self, key: Key, finder: &mut Finder) -> anyhow::Result<Feed> {
        let mut feed = self.renamed(key, self.source(key, finder)?);
        if key.may_be_list() {
            feed.take_lists();
        }
        if let Some(step) = Step::of_numbers(self.numbers)
            && is_of(key, Form::Amount)
        {
            feed = stepped(feed, step);
        }
        let is_time = is_of(key, Form::Time) || is_of(key, Form::Millis);
        if is_time && !self.time_formats.is_empty() {
            feed = stepped(feed, Step::TimeFormat(self.time_formats.clone()));
        }
        // What the user says of empty cells goes before what a file says of them.
        if !self.fields[key as usize].fill.is_empty() {
            feed = without_default(feed);
        }
        Ok(feed)
    }

    fn source(&self, key: Key, finder: &mut Finder) -> anyhow::Result<Feed> {
        let field = &self.fields[key as usize];
        if let Some(reference) = &field.column {
            return Ok(Feed::of(finder.wished(key, reference)?));
        }
        match &field.spec {
            _ if key == Key::SdkVersion => Ok(Feed::Nothing),
            Some(spec) => {
                let feed = self.made(&spec.file, spec.at, &spec.table, finder)?;
                if key == Key::EventId {
                    must_be_decidable(spec, &feed)?;
                }
                Ok(feed)
            }
            None if key.is_of_subscriptions() && !self.may_be_subscriptions(finder) => {
                Ok(Feed::Nothing)
            }
            None => Ok(Feed::of(finder.own(key)?)),
        }
    }

    /// What a file's table says, on these columns.
    fn made(
        &self,
        file: &Arc<File>,
        at: usize,
        table: &FieldTable,
        finder: &mut Finder,
    ) -> anyhow::Result<Feed> {
        let mut slots = |reference: &Option<String>| match reference {
            Some(reference) => said(file, at, reference, finder),
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
            Some(other) => Some(self.made(file, at, &other.0, finder)?),
            None => None,
        };
        let tests = table.when.iter().map(|condition| {
            let slots = self.chosen_by(file, condition, finder)?;
            Ok(Test::new(condition, slots, self.numbers))
        });
        let tests = tests.collect::<anyhow::Result<Vec<_>>>()?;
        let made = Made {
            steps: step::steps(table, divisor),
            default: table.default.as_deref().map(Into::into),
            tests,
            constant,
            slots: columns,
            or: or.filter(|feed| !matches!(feed, Feed::Nothing)),
        };
        let gives = made.default.is_some() || made.or.is_some() || made.constant.is_some();
        let is_plain = made.steps.is_empty() && made.tests.is_empty();
        if !gives && (is_plain || made.slots.is_empty()) {
            return Ok(Feed::of(made.slots));
        }
        Ok(Feed::Made(Box::new(made)))
    }

    /// Whether something may say that a row is a subscription.
    fn may_be_subscriptions(&self, finder: &Finder) -> bool {
        let field = &self.fields[Key::Kind as usize];
        let is_said = || field.column.is_some() || field.spec.is_some();
        let mut rules = self.layers.iter().flat_map(|file| &file.kind);
        match self.fixed.kind {
            Some(kind) => kind == Kind::Subscription,
            None => {
                rules.any(|rule| rule.is == Kind::Subscription)
                    || is_said()
                    || finder.may_have(Key::Kind)
            }
        }
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

    /// The rules of the first layer that has some: they only make sense together.
    fn kinds(&self, finder: &mut Finder) -> anyhow::Result<Vec<Rule<Kind>>> {
        let Some(file) = self.layers.iter().find(|file| !file.kind.is_empty()) else {
            return Ok(Vec::new());
        };
        let cases = file.kind.iter();
        let rules = cases.map(|case| self.rule(case.is, file, &case.when, finder));
        rules.collect()
    }

    fn filters(&self, finder: &mut Finder) -> anyhow::Result<Vec<Rule<Arc<str>>>> {
        let files = self.layers.iter();
        let cases = files.flat_map(|file| file.filter.iter().map(move |case| (file, case)));
        let rules = cases.map(|(file, case)| {
            let reason = case.reason.get_ref().as_str().into();
            self.rule(reason, file, &case.when, finder)
        });
        rules.collect()
    }

    fn rule<T>(
        &self,
        is: T,
        file: &Arc<File>,
        conditions: &[Condition],
        finder: &mut Finder,
    ) -> anyhow::Result<Rule<T>> {
        let tests = conditions.iter().map(|condition| {
            let slots = self.looked_at(file, condition, finder)?;
            Ok(Test::new(condition, slots, self.numbers))
        });
        let tests = tests.collect::<anyhow::Result<_>>()?;
        Ok(Rule { is, tests })
    }

    /// The columns that a condition looks at. Where it looks at all that the file takes for a field,
    /// and that field was given another column, it looks there first: a purchase stays one, and keeps
    /// its id, when its amount is called otherwise.
    fn looked_at(
        &self,
        file: &Arc<File>,
        condition: &Condition,
        finder: &mut Finder,
    ) -> anyhow::Result<Vec<Slot>> {
        let at = condition.column.span().start;
        let (name, _) = may_lack(condition.column.get_ref());
        let mut fields = file
            .fields
            .iter()
            .filter(|(_, spec)| is_all_of(&spec.0, name));
        let key = fields.find_map(|(field, _)| Key::find(field.get_ref()));
        let Some((key, given)) = key.and_then(|key| Some((key, self.given_instead(key, file)?)))
        else {
            return said(file, at, condition.column.get_ref(), finder);
        };
        let mut slots = self.given_columns(key, given, finder)?;
        slots.extend(said(file, at, &format!("{name}?"), finder)?);
        Ok(slots)
    }

    /// The columns that a field's condition looks at. Where it asks which of several columns an amount
    /// was taken from, and the amount was given another one, that one answers: the currency of the
    /// first column is not taken for the amount of the second.
    fn chosen_by(
        &self,
        file: &Arc<File>,
        condition: &Condition,
        finder: &mut Finder,
    ) -> anyhow::Result<Vec<Slot>> {
        let (name, _) = may_lack(condition.column.get_ref());
        for key in Key::AMOUNTS
            .into_iter()
            .filter(|_| condition.asks_only_whether_filled())
        {
            let mut fields = file.fields.iter();
            let spec = fields.find(|(field, _)| Key::find(field.get_ref()) == Some(key));
            if let (Some((_, spec)), Some(given)) = (spec, self.given_instead(key, file))
                && let Some(given) = standing_for(&spec.0, name, given)
            {
                return self.given_columns(key, &given, finder);
            }
        }
        self.looked_at(file, condition, finder)
    }

    /// The columns that the user, or a file above this one, gave a field.
    fn given_instead(&self, key: Key, file: &Arc<File>) -> Option<&str> {
        let field = &self.fields[key as usize];
        let other = field.spec.as_ref();
        let other = other.filter(|spec| !Arc::ptr_eq(&spec.file, file));
        let other = || other.and_then(|spec| spec.table.column.as_deref());
        field.column.as_deref().or_else(other)
    }

    fn given_columns(
        &self,
        key: Key,
        given: &str,
        finder: &mut Finder,
    ) -> anyhow::Result<Vec<Slot>> {
        let field = &self.fields[key as usize];
        match &field.spec {
            _ if given.is_empty() => Ok(Vec::new()),
            Some(spec) if field.column.is_none() => said(&spec.file, spec.at, given, finder),
            _ => finder.wished(key, given),
        }
    }
}

/// An id that counts under a condition on a column that is not there would count for no row, and
/// rows that were sent by their ids would go again.
fn must_be_decidable(spec: &Spec, feed: &Feed) -> anyhow::Result<()> {
    let Feed::Made(made) = feed else {
        return Ok(());
    };
    let mut tests = made.tests.iter().zip(&spec.table.when);
    let absent = tests.find(|(test, _)| test.slots().is_empty() && !made.slots.is_empty());
    let Some((_, condition)) = absent else {
        return Ok(());
    };
    let (name, _) = may_lack(condition.column.get_ref());
    let text = format!(
        "event_id counts by what the column `{name}` says, which is not there: name it as it is \
         called now (--map price=COLUMN, if it is the amount), or take every row's id (--map \
         event_id=COLUMN)"
    );
    Err(spec.file.wrong(spec.at, &text))
}

/// A feed with one more step; constants are what the user wrote, and stay.
fn stepped(feed: Feed, step: Step) -> Feed {
    let mut made = match feed {
        Feed::Nothing | Feed::Constant(_) => return feed,
        Feed::Columns(slots) => Made {
            slots,
            ..Made::default()
        },
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

/// The columns of a reference, each as they are compared.
fn names(reference: &str) -> Vec<String> {
    let names = alternatives(may_lack(reference).0).into_iter();
    names.map(|name| plain(bare(name))).collect()
}

/// Whether a condition looks at all that a field is taken from, be it in another order.
fn is_all_of(table: &FieldTable, name: &str) -> bool {
    let wanted = names(name);
    let column = |table: &FieldTable| table.column.as_deref().map(names);
    let all: Vec<String> = table.with_others().filter_map(column).flatten().collect();
    column(table).is_some_and(|first| first == wanted)
        || !all.is_empty()
            && all.iter().all(|name| wanted.contains(name))
            && wanted.iter().all(|name| all.contains(name))
}

/// Of the columns that an amount was given, those that stand for the alternatives of this name; one
/// that the file does not know stands for its first. Nothing, if the file does not choose between
/// these columns.
fn standing_for(table: &FieldTable, name: &str, given: &str) -> Option<String> {
    let (chain, wanted) = (names(table.column.as_deref()?), names(name));
    let is_choice = table.or.is_none() && wanted.iter().all(|name| chain.contains(name));
    if !is_choice || wanted.len() == chain.len() {
        return None;
    }
    let stands = |given: &&str| {
        let given = plain(bare(given));
        let known = Some(&given).filter(|given| chain.contains(given));
        wanted.contains(known.unwrap_or(&chain[0]))
    };
    let given = alternatives(may_lack(given).0).into_iter();
    Some(given.filter(stands).collect::<Vec<_>>().join("||"))
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
    let kinds = Kind::ALL.into_iter();
    let mut fields = kinds.filter_map(|kind| schema::field(kind, key));
    fields.any(|field| field.form == form)
}

/// The columns that a file names.
fn said(file: &File, at: usize, reference: &str, finder: &mut Finder) -> anyhow::Result<Vec<Slot>> {
    let slots = finder.said(&file.origin, reference)?;
    slots.ok_or_else(|| {
        let lacks = finder.lacks(reference);
        // A preset is not the user's to edit.
        if file.origin.starts_with(ORIGIN_OF_PRESETS) {
            return file.wrong(at, &lacks);
        }
        let remedy = format!("if an export may lack it, write \"{reference}?\"");
        file.wrong(at, &format!("{lacks}; {remedy}"))
    })
}
