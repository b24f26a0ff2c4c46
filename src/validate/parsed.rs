//! The values of one row by field, and what was found wrong with them.

use std::borrow::Cow;

use super::Rules;
use crate::mapping::{Binding, Record};
use crate::model::{Code, Fault, Kind, Platform};
use crate::parse::{Fixes, Value};
use crate::schema::Key;
use crate::stats::Remark;

/// What a subscription is recognised by: on Android, on iOS.
const SUBSCRIPTION_IDS: [Key; 2] = [Key::GooglePlayPurchaseToken, Key::OriginalTransactionId];

/// The values of one row, by name, with what they are read from and by.
pub(super) struct Parsed<'v> {
    pub(super) kind: Kind,
    pub(super) record: Record<'v, 'v>,
    pub(super) binding: &'v Binding,
    pub(super) rules: &'v Rules,
    values: [Value<'v>; Key::COUNT],
    pub(super) faults: Vec<Fault>,
    pub(super) fixes: Fixes,
    /// Bad optional values, which are left out.
    pub(super) dropped: Vec<Fault>,
    /// What people should know about it, with what it says.
    pub(super) remarks: Vec<(Remark, Box<str>)>,
    /// Ids that the row did not have itself.
    pub(super) joined: Vec<Key>,
    /// Whether the table says which app or platform it is of.
    pub(super) app_joined: bool,
    /// A bad address: whether it costs the row depends on the advertising id.
    pub(super) bad_ip: Option<Fault>,
}

impl<'v> Parsed<'v> {
    pub(super) fn new(
        kind: Kind,
        record: Record<'v, 'v>,
        binding: &'v Binding,
        rules: &'v Rules,
    ) -> Self {
        Parsed {
            kind,
            record,
            binding,
            rules,
            values: [Value::Absent; Key::COUNT],
            faults: Vec::new(),
            fixes: Fixes::default(),
            dropped: Vec::new(),
            remarks: Vec::new(),
            joined: Vec::new(),
            app_joined: false,
            bad_ip: None,
        }
    }

    /// A rule of the mapping could not read the row: said once, where a field says the same.
    pub(super) fn doubt(&mut self, fault: Fault) {
        let is_said = |known: &Fault| known.code == fault.code && known.value == fault.value;
        if !self.faults.iter().any(is_said) {
            self.faults.push(fault);
        }
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

    pub(super) fn has_fault(&self, key: Key) -> bool {
        self.faults.iter().any(|fault| fault.field == key.name())
    }

    /// What was wrong with a field is not, now that it has a value.
    pub(super) fn clear_faults(&mut self, key: Key) {
        self.faults.retain(|fault| fault.field != key.name());
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

    /// Whether the row says something of it, be it wrong.
    pub(super) fn tells(&self, key: Key) -> bool {
        self.has(key) || self.has_fault(key)
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

    /// When it happened.
    pub(super) fn time(&self) -> Option<i64> {
        Key::TIMES.into_iter().find_map(|key| match self.get(key) {
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
