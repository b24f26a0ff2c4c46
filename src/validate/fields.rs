//! The fields of a row are read one by one; what only several of them together can say is in
//! `whole_row`.

use std::borrow::Cow;

use super::Rules;
use super::enrich;
use super::identity::Id;
use super::parsed::Parsed;
use crate::mapping::{Asked, Binding, OTHER_CURRENCY};
use crate::model::{Code, Fault, Kind, Platform, shown};
use crate::parse::{self, Arena, Context, Fix, Fixes, Placeholders, Value};
use crate::schema::{self, Field, Form, Group, Key, Loss, Need};
use crate::stats::Remark;

/// Fields whose value and amount belong together.
const MONEY: [Key; 6] = [
    Key::Currency,
    Key::Price,
    Key::Quantity,
    Key::Postcut,
    Key::RevenueDecimal,
    Key::RevenueCpm,
];

/// What decides how the fields of rows are read: everything but the row.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    /// No time may be later.
    latest: Option<i64>,
    /// By kind: the fields for which a row can have a value, or be missed.
    asked: [Vec<&'a Asked>; Kind::ALL.len()],
}

impl<'a> Fields<'a> {
    pub(super) fn new(binding: &'a Binding, rules: &'a Rules) -> Self {
        let may_be_missed = |field: &Field| match field.need {
            Need::Always | Need::On(_) => true,
            _ => field.group.is_some_and(|group| rules.may_require(group)),
        };
        let asked = |kind| {
            let asked = binding.plan(kind).iter();
            asked
                .filter(|asked| asked.is_fed() || may_be_missed(asked.field))
                .collect()
        };
        Fields {
            latest: parse::end_of_next_year(rules.now),
            asked: Kind::ALL.map(asked),
        }
    }

    /// Reads every field that the kind of the row has.
    pub(super) fn read<'v>(&self, parsed: &mut Parsed<'v>)
    where
        'a: 'v,
    {
        let (binding, rules) = (parsed.binding, parsed.rules);
        let mut context = Context {
            platform: None,
            timezone: rules.timezone.as_ref().or(binding.timezone.as_ref()),
            dashes: rules.id_format.dashes(parsed.kind),
            latest: self.latest,
        };
        if binding.fills_by_platform() {
            let platform = binding.taken(&parsed.record, Key::Platform, None);
            context.platform = platform.and_then(parse::platform);
        }
        for asked in &self.asked[parsed.kind as usize] {
            parsed.field(asked, context);
            if asked.field.key == Key::Platform {
                enrich::fill_app(parsed);
                context.platform = parsed.platform();
            }
        }
        parsed.fixes.add(parsed.record.notes.fixes());
        parsed.replaced(context);
    }
}

impl<'v> Parsed<'v> {
    /// What the row says, else what is set for rows that say nothing.
    fn field(&mut self, asked: &'v Asked, context: Context<'_>) {
        let field = asked.field;
        let found = match asked.feed.text(field.key, &self.record) {
            Ok(found) => found,
            Err(unread) => return self.bad(field, unread.at(field.name())),
        };
        let own = match found {
            Some(text) if !text.is_empty() => match self.as_people_write(asked, text, context) {
                Some(value) => Some(value),
                None => self.value(field, text, context),
            },
            _ => Some(Value::Absent),
        };
        let Some(own) = own else { return };
        let fill = asked.fill.get(context.platform);
        match (own, fill) {
            (Value::Absent, None) => self.missing(field, found, context.platform),
            (Value::Absent, Some(fill)) => self.fill(field, fill, context),
            (value, fill) => {
                self.set(field.key, value);
                if let (Some(text), Some(fill)) = (found, fill) {
                    self.compare(field, text, fill, context);
                }
            }
        }
    }

    /// The amount with its currency's mark, `4,99 €`, or with marks of thousands, `1'234.50`, where
    /// the user said which mark is that of decimals. Its currency has to be that of the row.
    fn as_people_write(
        &mut self,
        asked: &Asked,
        text: &'v str,
        context: Context<'_>,
    ) -> Option<Value<'v>> {
        let is_amount = asked.field.form == Form::Amount;
        if !is_amount || is_bare(text) || !asked.feed.is_as_written() {
            return None;
        }
        let split = parse::split_mark(text);
        let number = self
            .binding
            .numbers
            .plain(split.map_or(text, |(_, number)| number))?;
        let number = self.record.arena.keep(number);
        let value = parse::read(
            asked.field.form,
            number,
            context,
            self.record.arena,
            &mut self.fixes,
        );
        if let Some((mark, _)) = split {
            let currency = self
                .binding
                .taken(&self.record, Key::Currency, context.platform);
            let currency = currency.and_then(parse::currency_code)?;
            if !currency.is_marked(mark) {
                return None;
            }
        }
        let value = value.ok()?;
        self.fixes.note(Fix::AmountForm);
        Some(value)
    }

    /// The value of a text; nothing if it has been dealt with.
    fn value(&mut self, field: &Field, text: &'v str, context: Context<'_>) -> Option<Value<'v>> {
        if !field.may_be_on(context.platform) {
            self.fixes.note(Fix::OtherPlatformLeftOut);
            return None;
        }
        let arena = self.record.arena;
        match parse::read(field.form, text, context, arena, &mut self.fixes) {
            Ok(value) => Some(value),
            Err(mut error) => {
                if self.names_other_currency(field, text, context) {
                    error.hint = OTHER_CURRENCY.into();
                } else if field.key == Key::Platform {
                    error.hint += ", or leave the row out: Tenjin takes no other platform";
                }
                self.bad(field, error.at(field.key, text));
                None
            }
        }
    }

    /// Whether an amount has the mark of another currency than that of the row.
    fn names_other_currency(&self, field: &Field, text: &str, context: Context<'_>) -> bool {
        let marked = parse::split_mark(text).filter(|_| field.form == Form::Amount);
        let currency = self
            .binding
            .taken(&self.record, Key::Currency, context.platform);
        let currency = currency.and_then(parse::currency_code);
        let both = marked.zip(currency);
        both.is_some_and(|((mark, _), currency)| !currency.is_marked(mark))
    }

    fn fill(&mut self, field: &Field, text: &'v str, context: Context<'_>) {
        match self.value(field, text, context) {
            None => {}
            Some(Value::Absent) => self.missing(field, Some(text), context.platform),
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
                "--set fills empty cells only, and this row says something else: leave --set out \
                 and fill the empty cells; only if this cell is wrong, pass --override {key}={fill}, \
                 which replaces it in all rows"
            );
            self.fault(Code::ContradictsSet, key, text, hint);
        } else {
            self.remarks.push((Remark::KeptBesideSet(key), shown(text)));
        }
    }

    /// What `--override` takes the place of is said.
    fn replaced(&mut self, context: Context<'_>) {
        let (binding, arena) = (self.binding, self.record.arena);
        for key in binding.overridden().filter(|key| *key != Key::Kind) {
            let Some(feed) = binding.hidden(key) else {
                continue;
            };
            let Some(field) = schema::field(self.kind, key) else {
                continue;
            };
            let text = match feed.text(key, &self.record) {
                Ok(Some(text)) if !Placeholders::of(field.form).contain(text) => text,
                Ok(_) => continue,
                Err(unread) => unread.text,
            };
            let said = parse::read(field.form, text, context, arena, &mut Fixes::default());
            if said.map_or(true, |said| said != self.get(key)) {
                self.remarks.push((Remark::Overridden(key), shown(text)));
            }
        }
    }

    /// Whether a bad address costs the row depends on what else there is.
    fn bad(&mut self, field: &Field, fault: Fault) {
        if field.key == Key::IpAddress && field.loss == Loss::Value {
            self.bad_ip = Some(fault);
        } else {
            self.refuse(field, fault);
        }
    }

    fn refuse(&mut self, field: &Field, fault: Fault) {
        if field.loss == Loss::Row || self.is_needed(field, self.platform()) {
            self.faults.push(fault);
        } else {
            self.dropped.push(fault);
        }
    }

    /// `found` is what stands there instead of a value, if there is a column at all.
    fn missing(&mut self, field: &Field, found: Option<&str>, platform: Option<Platform>) {
        if field.key == Key::Quantity && found.is_none() {
            self.fixes.note(Fix::QuantityDefault);
            self.set(Key::Quantity, Value::Integer(1));
            return;
        }
        // Of a platform that Tenjin does not take, nobody needs a version.
        let is_idle = field.key == Key::OsVersion && self.has_fault(Key::Platform);
        if is_idle
            && self
                .faults
                .iter()
                .any(|fault| fault.code == Code::InvalidChoice)
        {
            return;
        }
        if self.is_needed(field, platform) {
            let hint = missing_hint(field, found, self.rules.derive.is_some());
            self.fault(
                Code::MissingField,
                field.key,
                found.unwrap_or_default(),
                hint,
            );
        }
    }

    fn is_needed(&self, field: &Field, platform: Option<Platform>) -> bool {
        field.is_needed(platform, |group| self.is_required(group, platform))
    }

    /// Whether this group is asked for, of all rows or of this row's app.
    pub(super) fn is_required(&self, group: Group, platform: Option<Platform>) -> bool {
        let of_app = |known: &super::KnownApp| {
            known.require.contains(&group)
                && Some(known.app.platform) == platform
                && self.text(Key::BundleId) == Some(&*known.app.bundle_id)
        };
        let mut apps = self.rules.apps.iter().flatten();
        self.rules.require.contains(&group) || apps.any(of_app)
    }
}

/// Digits and a point: most amounts, which are read at once.
fn is_bare(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn missing_hint(field: &Field, found: Option<&str>, derives: bool) -> Cow<'static, str> {
    let (key, has_column) = (field.key, found.is_some());
    match key {
        Key::AnalyticsInstallationId => {
            "join it from a table with --lookup FILE, or, only for apps without the SDK, make it with --derive-installation-id FIELD".into()
        }
        Key::Currency if has_column => {
            "fill the cell; if all rows without one have the same, pass --set currency=CODE".into()
        }
        Key::DeveloperDeviceId if derives => {
            "iOS needs the IDFV: name its column with --map developer_device_id=COLUMN, or join it with --lookup FILE in the place of --derive-installation-id".into()
        }
        Key::DeveloperDeviceId => {
            "iOS needs the IDFV: name its column with --map developer_device_id=COLUMN, or join it with --lookup FILE".into()
        }
        _ => match field.group {
            Some(group) if field.need == Need::Optional => {
                format!("--require {} asks for it: give it a column or a value", group.name()).into()
            }
            _ if found.is_some_and(|found| !found.is_empty()) => {
                "this counts as an empty cell: write the value; Tenjin requires it".into()
            }
            _ if has_column => "fill the cell; Tenjin requires it".into(),
            _ => format!("name its column with --map {key}=COLUMN, or its value for all rows with --set {key}=VALUE").into(),
        },
    }
}
