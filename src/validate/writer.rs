//! A valid row becomes an event: body, identity, installation, worth.

use std::sync::Arc;

use super::parsed::Parsed;
use super::seen::Seen;
use super::{Build, body, whole_row};
use crate::mapping::Feed;
use crate::model::{
    App, Contribution, Event, Fault, Fingerprint, Identity, Installation, Origin, People, RawRow,
};
use crate::parse::{self, Context, Fixes, Value};
use crate::schema::{self, Key};
use crate::stats::{Amount, IdSeen, RowIdentity};
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
    /// The event of a row without faults.
    pub(super) fn event(
        &mut self,
        row: &RawRow<'_>,
        parsed: &Parsed<'_>,
        seen: &Seen,
        label: Arc<str>,
    ) -> Arc<Event> {
        if parsed.rules.build == Build::Requests {
            body::write(&mut self.body, parsed);
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

    /// Its id, if it has one, and what decides whether another row with it is the same event.
    pub(super) fn id_seen(
        &mut self,
        line: u64,
        parsed: &Parsed<'_>,
        seen: &Seen,
        label: Arc<str>,
    ) -> Option<IdSeen> {
        Some(IdSeen {
            id: self.id(parsed, &seen.app)?,
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
        let sent = |key| before_override(parsed, key);
        let content = Content {
            kind: parsed.kind,
            app,
            time: parsed.time(),
            ids,
            user,
            event_id: parsed.event_id(),
        };
        Identity {
            id: self.id(parsed, app),
            id_text: parsed.event_id().map(start),
            fingerprint: identity::fingerprint(&content, sent, &mut self.recipe),
            people: people(ids, user),
            joined,
        }
    }
}

fn people(ids: [Option<Id<'_>>; 3], user: Option<&str>) -> People {
    let mut people = People::default();
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
