//! A row on its way to being an event: what was read so far, and what was wrong.
//!
//! Fields are read one by one here; what only several of them together can say is in
//! `whole_row`.

use std::borrow::Cow;

use crate::mapping::{Asked, Binding, Feed, Record};
use crate::model::{App, Code, Fault, Kind, Platform, shown};
use crate::parse::{self, Arena, Context, Fix, Fixes, Nothing, Value};
use crate::schema::{self, Field, Group, Key, Loss, Need, Side};
use crate::stats::Remark;
use crate::validate::identity::Id;

use super::Rules;

/// Fields whose value and amount belong together.
const MONEY: [Key; 6] = [
    Key::Currency,
    Key::Price,
    Key::Quantity,
    Key::Postcut,
    Key::RevenueDecimal,
    Key::RevenueCpm,
];

/// What a subscription is recognised by: on Android, on iOS.
const SUBSCRIPTION_IDS: [Key; 2] = [Key::GooglePlayPurchaseToken, Key::OriginalTransactionId];

/// The values of one row, by name.
pub(super) struct Draft<'v> {
    pub(super) kind: Kind,
    values: [Value<'v>; Key::COUNT],
    pub(super) faults: Vec<Fault>,
    pub(super) fixes: Fixes,
    /// Bad optional values, which are left out.
    pub(super) dropped: Vec<Fault>,
    /// What people should know about it, with what it says.
    pub(super) remarks: Vec<(Remark, Box<str>)>,
    /// Ids that the row did not have itself.
    pub(super) joined: Vec<Key>,
    /// A bad address: whether it costs the row depends on the advertising id.
    pub(super) bad_ip: Option<Fault>,
}

impl<'v> Draft<'v> {
    pub(super) fn new(kind: Kind) -> Self {
        Draft {
            kind,
            values: [Value::Absent; Key::COUNT],
            faults: Vec::new(),
            fixes: Fixes::default(),
            dropped: Vec::new(),
            remarks: Vec::new(),
            joined: Vec::new(),
            bad_ip: None,
        }
    }

    /// Reads every field that the kind has. No time may be later than `latest`.
    pub(super) fn read(
        &mut self,
        record: &Record<'v, '_>,
        binding: &'v Binding,
        rules: &Rules,
        latest: Option<i64>,
    ) {
        let mut context = Context {
            platform: None,
            timezone: rules.timezone.as_ref().or(binding.timezone.as_ref()),
            dashes: rules.id_format.dashes(self.kind),
            latest,
        };
        if binding.fills_by_platform() {
            let platform = binding.taken(record, Key::Platform, None);
            context.platform = platform.and_then(parse::platform);
        }
        for asked in binding.plan(self.kind) {
            self.field(asked, record, context, rules);
            if asked.field.key == Key::Platform {
                context.platform = self.platform();
            }
        }
        self.fixes.add(record.notes.fixes());
        self.replaced(record, binding, context);
    }

    /// What the row says, else what is set for rows that say nothing.
    fn field(
        &mut self,
        asked: &'v Asked,
        record: &Record<'v, '_>,
        context: Context<'_>,
        rules: &Rules,
    ) {
        let field = asked.field;
        let found = match asked.feed.text(field.key, record) {
            Ok(found) => found,
            Err(unread) => return self.bad(field, unread.at(field.name()), rules),
        };
        let own = match found {
            Some(text) if !text.is_empty() => self.value(field, text, record, context, rules),
            _ => Some(Value::Absent),
        };
        let Some(own) = own else { return };
        let fill = asked.fill.get(context.platform);
        match (own, fill) {
            (Value::Absent, None) => self.missing(field, found, context.platform, rules),
            (Value::Absent, Some(fill)) => self.fill(field, fill, record, context, rules),
            (value, fill) => {
                self.set(field.key, value);
                if let (Some(text), Some(fill)) = (found, fill) {
                    self.compare(field, text, fill, context);
                }
            }
        }
    }

    /// The value of a text; nothing if it has been dealt with.
    fn value(
        &mut self,
        field: &Field,
        text: &'v str,
        record: &Record<'v, '_>,
        context: Context<'_>,
        rules: &Rules,
    ) -> Option<Value<'v>> {
        if let (Some(side), Some(platform)) = (field.only, context.platform)
            && !side.has(platform)
        {
            self.fixes.note(Fix::OtherPlatformLeftOut);
            return None;
        }
        match parse::read(field.form, text, context, record.arena, &mut self.fixes) {
            Ok(value) => Some(value),
            Err(error) => {
                self.bad(field, error.at(field.key, text), rules);
                None
            }
        }
    }

    fn fill(
        &mut self,
        field: &Field,
        text: &'v str,
        record: &Record<'v, '_>,
        context: Context<'_>,
        rules: &Rules,
    ) {
        match self.value(field, text, record, context, rules) {
            None => {}
            Some(Value::Absent) => self.missing(field, Some(text), context.platform, rules),
            Some(value) => {
                self.set(field.key, value);
                if Id::of(value).is_some() || field.key == Key::CustomerUserId {
                    self.joined.push(field.key);
                }
            }
        }
    }

    /// A row that says something else than `--set` keeps it; but an amount that `--set` was meant
    /// for must not go under what the row says of another one.
    fn compare(&mut self, field: &Field, text: &str, fill: &str, context: Context<'_>) {
        let (arena, mut fixes) = (Arena::default(), Fixes::default());
        let set = parse::read(field.form, fill, context, &arena, &mut fixes);
        if set.is_ok_and(|set| set.is_absent() || set == self.get(field.key)) {
            return;
        }
        let key = field.key;
        if MONEY.contains(&key) {
            let hint = format!(
                "--set fills empty cells only, and this row says something else; if all rows have \
                 it, say --override {key}={fill}"
            );
            self.fault(Code::ContradictsSet, key, text, hint);
        } else {
            self.remarks.push((Remark::KeptBesideSet(key), shown(text)));
        }
    }

    /// What `--override` takes the place of is said.
    fn replaced(&mut self, record: &Record<'v, '_>, binding: &'v Binding, context: Context<'_>) {
        for key in binding.overridden().filter(|key| *key != Key::Kind) {
            let Some(feed) = binding.hidden(key) else {
                continue;
            };
            let Some(field) = schema::field(self.kind, key) else {
                continue;
            };
            let text = match feed.text(key, record) {
                Ok(Some(text)) if !Nothing::of(field.form).says(text) => text,
                Ok(_) => continue,
                Err(unread) => unread.text,
            };
            let arena = record.arena;
            let said = parse::read(field.form, text, context, arena, &mut Fixes::default());
            if said.map_or(true, |said| said != self.get(key)) {
                self.remarks.push((Remark::Overridden(key), shown(text)));
            }
        }
    }

    /// A rule of the mapping could not read the row: said once, where a field says the same.
    pub(super) fn doubt(&mut self, fault: Fault) {
        let is_said = |known: &Fault| known.code == fault.code && known.value == fault.value;
        if !self.faults.iter().any(is_said) {
            self.faults.push(fault);
        }
    }

    /// Whether a bad address costs the row depends on what else there is.
    fn bad(&mut self, field: &Field, fault: Fault, rules: &Rules) {
        if field.key == Key::IpAddress && field.loss == Loss::Value {
            self.bad_ip = Some(fault);
        } else {
            self.refuse(field, fault, rules);
        }
    }

    fn refuse(&mut self, field: &Field, fault: Fault, rules: &Rules) {
        if field.loss == Loss::Row || self.is_needed(field, self.platform(), rules) {
            self.faults.push(fault);
        } else {
            self.dropped.push(fault);
        }
    }

    /// `found` is what stands there instead of a value, if there is a column at all.
    fn missing(
        &mut self,
        field: &Field,
        found: Option<&str>,
        platform: Option<Platform>,
        rules: &Rules,
    ) {
        if field.key == Key::Quantity && found.is_none() {
            self.fixes.note(Fix::QuantityDefault);
            self.set(Key::Quantity, Value::Integer(1));
            return;
        }
        if self.is_needed(field, platform, rules) {
            let hint = missing_hint(field, found.is_some());
            self.fault(
                Code::MissingField,
                field.key,
                found.unwrap_or_default(),
                hint,
            );
        }
    }

    fn is_needed(&self, field: &Field, platform: Option<Platform>, rules: &Rules) -> bool {
        field.is_needed(platform, |group| self.is_required(group, platform, rules))
    }

    /// Whether this group is asked for, of all rows or of this row's app.
    pub(super) fn is_required(
        &self,
        group: Group,
        platform: Option<Platform>,
        rules: &Rules,
    ) -> bool {
        let of_app = |known: &super::KnownApp| {
            known.require.contains(&group)
                && Some(known.app.platform) == platform
                && self.text(Key::BundleId) == Some(&*known.app.bundle_id)
        };
        rules.require.contains(&group)
            || rules
                .apps
                .as_ref()
                .is_some_and(|apps| apps.iter().any(of_app))
    }

    pub(super) fn fault(
        &mut self,
        code: Code,
        key: Key,
        value: &str,
        hint: impl Into<Cow<'static, str>>,
    ) {
        self.faults.push(Fault::new(code, key.name(), value, hint));
    }

    pub(super) fn get(&self, key: Key) -> Value<'v> {
        self.values[key as usize]
    }

    pub(super) fn set(&mut self, key: Key, value: Value<'v>) {
        self.values[key as usize] = value;
    }

    pub(super) fn has(&self, key: Key) -> bool {
        !self.get(key).is_absent()
    }

    pub(super) fn text(&self, key: Key) -> Option<&'v str> {
        self.get(key).text()
    }

    pub(super) fn platform(&self) -> Option<Platform> {
        match self.get(Key::Platform) {
            Value::Platform(platform) => Some(platform),
            _ => None,
        }
    }

    /// When it happened. An ad impression may say it in `sent_at` alone, a subscription in
    /// `purchase_date`: the two times that Tenjin documents.
    pub(super) fn time(&self) -> Option<i64> {
        let keys = [Key::EventTime, Key::SentAt, Key::PurchaseDate];
        keys.into_iter().find_map(|key| match self.get(key) {
            Value::Time(time) => Some(time),
            _ => None,
        })
    }

    /// What the row is recognised by. A subscription is one, whatever its renewals are called.
    pub(super) fn event_id(&self) -> Option<&'v str> {
        let keys = match self.kind {
            Kind::Subscription => SUBSCRIPTION_IDS.as_slice(),
            _ => &[Key::EventId],
        };
        keys.iter().find_map(|key| self.text(*key))
    }

    /// The app, where the row names one.
    pub(super) fn app(&self) -> Option<(&'v str, Platform)> {
        Some((self.text(Key::BundleId)?, self.platform()?))
    }
}

fn missing_hint(field: &Field, has_column: bool) -> Cow<'static, str> {
    let key = field.key;
    match key {
        Key::AnalyticsInstallationId => {
            "join it from a table with --lookup FILE, or, only for apps without the SDK, make it with --derive-installation-id FIELD".into()
        }
        Key::Currency if has_column => {
            "fill the cell; if all rows without one have the same, say it with --set currency=CODE".into()
        }
        Key::DeveloperDeviceId => {
            "iOS needs the IDFV: name its column with --map developer_device_id=COLUMN, or join it with --lookup FILE".into()
        }
        _ => match field.group {
            Some(group) if field.need == Need::Optional => {
                format!("--require {} asks for it: give it a column or a value", group.name()).into()
            }
            _ if has_column => "fill the cell; Tenjin requires it".into(),
            _ => format!("name its column with --map {key}=COLUMN, or its value for all rows with --set {key}=VALUE").into(),
        },
    }
}

/// What the source says of a field, whatever is sent instead.
pub(super) fn said_by_source<'v>(
    draft: &Draft<'v>,
    record: &Record<'v, '_>,
    binding: &'v Binding,
    key: Key,
) -> Value<'v> {
    match binding.feed(key) {
        Feed::Constant(_) => hidden(draft, record, binding, key).unwrap_or(Value::Absent),
        _ if draft.joined.contains(&key) => Value::Absent,
        _ => draft.get(key),
    }
}

fn hidden<'v>(
    draft: &Draft<'v>,
    record: &Record<'v, '_>,
    binding: &'v Binding,
    key: Key,
) -> Option<Value<'v>> {
    let text = binding.hidden(key)?.text(key, record).ok()??;
    let field = schema::field(draft.kind, key)?;
    let platform = draft.platform();
    let is_its = |side: &Side| platform.is_none_or(|platform| side.has(platform));
    if text.is_empty() || !field.only.as_ref().is_none_or(is_its) {
        return None;
    }
    let context = Context {
        platform,
        ..Context::default()
    };
    parse::read(
        field.form,
        text,
        context,
        record.arena,
        &mut Fixes::default(),
    )
    .ok()
}

/// What the source says of a field that `--override` replaces, else what is sent: an event stays
/// the same event whatever is made of it.
pub(super) fn before_override<'v>(
    draft: &Draft<'v>,
    record: &Record<'v, '_>,
    binding: &'v Binding,
    key: Key,
) -> Value<'v> {
    let said = binding
        .hidden(key)
        .and_then(|_| hidden(draft, record, binding, key));
    said.filter(|value| !value.is_absent())
        .unwrap_or(draft.get(key))
}

/// The app as an owned key.
pub(super) fn owned(app: (&str, Platform)) -> App {
    App {
        bundle_id: app.0.into(),
        platform: app.1,
    }
}
