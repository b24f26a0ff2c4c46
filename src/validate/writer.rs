//! A valid row becomes an event: body, identity, installation, worth. The body is
//! form-urlencoded, in the order of the table.

use std::fmt::Write;
use std::sync::Arc;

use super::parsed::Parsed;
use super::seen::Seen;
use super::{Build, Checked, whole_row};
use crate::mapping::Feed;
use crate::model::{
    App, Contribution, Event, Fault, Fingerprint, Identity, Installation, Kind, Origin, RawRow,
    UserIds,
};
use crate::parse::{self, Context, Fixes, UuidText, Value};
use crate::schema::{self, Form, Key, Need};
use crate::stats::{Amount, ChunkStats, IdSeen, RowIdentity};
use crate::validate::identity::{self, Content, Id, Recipe};

/// What names an installation, the best one first.
const IDS: [Key; 3] = [
    Key::AnalyticsInstallationId,
    Key::AdvertisingId,
    Key::DeveloperDeviceId,
];

/// Writes events, and keeps its buffers.
#[derive(Debug, Default)]
pub(super) struct Writer {
    body: String,
    recipe: Recipe,
}

impl Writer {
    /// A valid row, as what `rules.build` asks for.
    pub(super) fn build(
        &mut self,
        row: &RawRow<'_>,
        parsed: &Parsed<'_>,
        seen: &Seen,
        label: Arc<str>,
        stats: &mut ChunkStats,
    ) -> Checked {
        match parsed.rules.build {
            Build::Events | Build::Requests => Checked::Event(self.event(row, parsed, seen, label)),
            Build::Ids => {
                let id = self.id_seen(row.place.line, parsed, seen, label);
                stats.ids.extend(id);
                Checked::Valid
            }
            Build::Nothing => Checked::Valid,
        }
    }

    /// The event of a row without faults.
    pub(super) fn event(
        &mut self,
        row: &RawRow<'_>,
        parsed: &Parsed<'_>,
        seen: &Seen,
        label: Arc<str>,
    ) -> Arc<Event> {
        if parsed.rules.build == Build::Requests {
            write(&mut self.body, parsed);
        }
        Arc::new(Event {
            place: row.place,
            kind: parsed.kind,
            app: Arc::clone(&seen.app),
            body: self.body.as_str().into(),
            text: row.text.into(),
            installation: installation(parsed, seen),
            time: parsed.time(),
            contribution: Contribution {
                label,
                revenue: whole_row::revenue(parsed),
            },
            identity: self.identity(parsed, &seen.app),
            origin: row.origin.map(|(file, line)| Origin {
                file: file.into(),
                line,
            }),
        })
    }

    /// Its id, and what decides whether another row with it is the same event. Of money without an
    /// id the content, since copies of it would go as well.
    fn id_seen(
        &mut self,
        line: u64,
        parsed: &Parsed<'_>,
        seen: &Seen,
        label: Arc<str>,
    ) -> Option<IdSeen> {
        let identity = match self.id(parsed, &seen.app) {
            Some(id) => RowIdentity {
                content: id,
                has_id: true,
            },
            None if parsed.kind.is_money() && parsed.time().is_some() => RowIdentity {
                content: self.fingerprint(parsed, &seen.app),
                has_id: false,
            },
            None => return None,
        };
        Some(IdSeen {
            identity,
            line,
            time: parsed.time(),
            label,
            revenue: whole_row::revenue(parsed),
        })
    }

    /// What identifies a row that a rule leaves out with this amount; nothing, if it has neither id
    /// nor time.
    pub(super) fn left(
        &mut self,
        parsed: &Parsed<'_>,
        app: &App,
        amount: Amount,
    ) -> Option<RowIdentity> {
        let identity = self.identity(parsed, app);
        (identity.id.is_some() || parsed.time().is_some()).then(|| RowIdentity {
            content: identity::of_left(&identity, amount, &mut self.recipe),
            has_id: identity.id.is_some(),
        })
    }

    /// The hash of its id, if it has one.
    fn id(&mut self, parsed: &Parsed<'_>, app: &App) -> Option<Fingerprint> {
        let (id, source) = (parsed.event_id()?, &parsed.binding.id_source);
        let recipe = &mut self.recipe;
        Some(identity::of_id(source, parsed.kind, app, id, recipe))
    }

    fn identity(&mut self, parsed: &Parsed<'_>, app: &App) -> Identity {
        let source = |key: Key| said_by_source(parsed, key);
        let ids = IDS.map(|key| Id::of(source(key)));
        let user = source(Key::CustomerUserId).text();
        let joined = IDS.map(|key| match source(key) {
            Value::Absent => Id::of(parsed.get(key)).map(|id| identity::device(key.name(), id)),
            _ => None,
        });
        Identity {
            id: self.id(parsed, app),
            id_text: parsed.event_id().map(start),
            fingerprint: self.fingerprint(parsed, app),
            people: people(ids, user),
            joined,
        }
    }

    fn fingerprint(&mut self, parsed: &Parsed<'_>, app: &App) -> Fingerprint {
        let source = |key: Key| said_by_source(parsed, key);
        let content = Content {
            kind: parsed.kind,
            app,
            time: parsed.time(),
            ids: IDS.map(|key| Id::of(source(key))),
            user: source(Key::CustomerUserId).text(),
            event_id: parsed.event_id(),
        };
        let sent = |key| before_override(parsed, key);
        identity::fingerprint(&content, sent, &mut self.recipe)
    }
}

fn people(ids: [Option<Id<'_>>; 3], user: Option<&str>) -> UserIds {
    let mut people = UserIds::default();
    for (at, (key, id)) in IDS.into_iter().zip(ids).enumerate() {
        people.0[at] = id.map(|id| identity::device(key.name(), id));
    }
    people.0[IDS.len()] = user.map(|user| identity::person(Key::CustomerUserId.name(), user));
    people
}

/// As much of an id as is ever shown, and one more to tell that there is more.
fn start(id: &str) -> Box<str> {
    let end = id.char_indices().nth(Fault::VALUE_LIMIT + 1);
    id[..end.map_or(id.len(), |(at, _)| at)].into()
}

/// The first of the three ids that the row has, also from constants.
pub(super) fn installation(parsed: &Parsed<'_>, seen: &Seen) -> Installation {
    IDS.into_iter()
        .find_map(|key| Id::of(parsed.get(key)))
        .map_or(Installation(seen.seed), |id| {
            identity::installation(seen.seed, id)
        })
}

/// What the source says of a field, whatever is sent instead.
fn said_by_source<'v>(parsed: &Parsed<'v>, key: Key) -> Value<'v> {
    match parsed.binding.feed(key) {
        Feed::Constant(_) => hidden(parsed, key).unwrap_or(Value::Absent),
        _ if parsed.joined.contains(&key) => Value::Absent,
        _ => parsed.get(key),
    }
}

fn hidden<'v>(parsed: &Parsed<'v>, key: Key) -> Option<Value<'v>> {
    let record = &parsed.record;
    let text = parsed.binding.hidden(key)?.text(key, record).ok()??;
    let field = schema::field(parsed.kind, key)?;
    let platform = parsed.platform();
    if text.is_empty() || !field.may_be_on(platform) {
        return None;
    }
    let context = Context {
        platform,
        ..Context::default()
    };
    let fixes = &mut Fixes::default();
    parse::read(field.form, text, context, record.arena, fixes).ok()
}

/// What the source says of a field that `--override` replaces, else what is sent: an event stays
/// the same event whatever is made of it.
fn before_override<'v>(parsed: &Parsed<'v>, key: Key) -> Value<'v> {
    hidden(parsed, key)
        .filter(|value| !value.is_absent())
        .unwrap_or(parsed.get(key))
}

/// Writes the parameters of a valid row.
pub(super) fn write(body: &mut String, parsed: &Parsed<'_>) {
    let rules = parsed.rules;
    body.clear();
    for field in schema::table(parsed.kind)
        .iter()
        .filter(|field| !field.is_ours())
    {
        let value = parsed.get(field.key);
        match field.form {
            Form::Literal(text) => pair(body, field.key, text),
            _ if value.is_absent() && field.need == Need::KeyPresent => pair(body, field.key, ""),
            _ if value.is_absent() => {}
            Form::Uuid | Form::AdvertisingId | Form::DeviceId => {
                // What the row did not have has no form to be kept.
                let joined = parsed.joined.contains(&field.key);
                let ours = joined.then_some(parsed.kind == Kind::AdImpression);
                if let Some(dashed) = rules.id_format.dashes(parsed.kind).or(ours) {
                    id(body, field.key, value, dashed);
                } else {
                    let text = parsed.binding.text(&parsed.record, field.key);
                    pair(body, field.key, text.ok().flatten().unwrap_or_default());
                }
            }
            _ => plain(body, field.key, value),
        }
    }
    if let Some(time) = parsed.time()
        && !parsed.has(Key::SentAt)
        && (parsed.kind == Kind::AdImpression
            || rules.send_event_time && parsed.kind != Kind::Attribution)
    {
        plain(body, Key::SentAt, Value::Time(time));
    }
}

fn id(body: &mut String, key: Key, value: Value<'_>, dashed: bool) {
    match value {
        Value::Uuid(bytes) => pair(body, key, UuidText::new(&bytes, dashed).as_str()),
        other => plain(body, key, other),
    }
}

fn plain(body: &mut String, key: Key, value: Value<'_>) {
    // Writing to a string cannot fail.
    let _ = match value {
        Value::Absent => Ok(()),
        Value::Uuid(bytes) => {
            pair(body, key, UuidText::new(&bytes, false).as_str());
            Ok(())
        }
        Value::Amount(amount) => write!(name(body, key), "{amount}"),
        Value::Integer(number) => write!(name(body, key), "{number}"),
        Value::Time(micros) => write!(name(body, key), "{}", micros.div_euclid(1_000)),
        Value::Country([a, b]) => write!(name(body, key), "{}{}", char::from(a), char::from(b)),
        Value::Currency(currency) => write!(name(body, key), "{}", currency.code()),
        Value::Text(_) | Value::Hex(_) | Value::Word(_) | Value::Platform(_) => {
            pair(body, key, value.text().unwrap_or_default());
            Ok(())
        }
    };
}

fn pair(body: &mut String, key: Key, text: &str) {
    name(body, key).extend(form_urlencoded::byte_serialize(text.as_bytes()));
}

/// Field names need no encoding.
fn name(body: &mut String, key: Key) -> &mut String {
    if !body.is_empty() {
        body.push('&');
    }
    body.push_str(key.name());
    body.push('=');
    body
}
