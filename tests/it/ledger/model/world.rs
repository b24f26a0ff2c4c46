//! What really happened: purchases and events, what exports say of them night after night, and what
//! Tenjin has recorded.

use std::sync::Arc;

use fastrand::Rng;
use rust_decimal::Decimal;
use tenjin_s2s::model::Place;
use tenjin_s2s::model::{App, Kind, Platform};
use tenjin_s2s::model::{
    Contribution, Currency, Event, Fingerprint, Identity, Installation, UserIds,
};

use super::facts::Fact;

pub const SECOND: i64 = 1_000_000;
pub const HOUR: i64 = 3_600 * SECOND;
/// 2024-05-01 and 2100-01-01: before and after any moment at which a test runs.
pub const ERAS: [i64; 2] = [1_714_521_600 * SECOND, 4_102_444_800 * SECOND];

/// How a deal shows in exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Always with its id; everything else may change.
    WithId,
    /// Sometimes with its id; nothing changes before the id was seen once.
    Mixed,
    /// Without an id, and equal to the one before it or after it, which stands beside it always.
    Twin { is_second: bool },
    /// Neither id nor time: in a log that only grows.
    Log,
}

const TWIN: Way = Way::Twin { is_second: false };

/// Something that happened once.
#[derive(Debug, Clone)]
pub struct Deal {
    pub way: Way,
    pub row: Row,
    /// Its content is no other deal's.
    pub is_unique: bool,
    /// The ledger has seen its id together with its content.
    pub is_linked: bool,
    /// In which zone its time was read when it was claimed or held last.
    pub zone: Option<i64>,
    /// The row that was claimed last for it.
    pub sent: Option<Row>,
    /// How often Tenjin recorded it.
    pub recorded: u32,
    /// The user said that it may be recorded again.
    pub excused: bool,
    /// What was told of it, and what was said to that: for whoever must find out why.
    pub history: Vec<String>,
}

/// A row of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub deal: usize,
    pub app: usize,
    pub kind: Kind,
    pub id: Option<String>,
    pub time: Option<i64>,
    pub product: String,
    pub cents: i64,
    pub device: i64,
    pub user: Option<i64>,
    pub file: String,
    pub input: u32,
    pub line: u64,
}

impl Row {
    pub fn second(&self) -> i64 {
        self.time.map_or(-1, |time| time / SECOND)
    }

    /// All that makes it what it is, without its id.
    pub fn content(&self) -> String {
        let cents = self.kind.is_money().then_some(self.cents);
        let (kind, second) = (self.kind, self.second());
        let Row {
            app,
            product,
            device,
            user,
            ..
        } = self;
        format!("{kind} {app} {second} {product} {cents:?} {device} {user:?}")
    }

    pub fn event(&self) -> Event {
        let hash = |text: &str| {
            let hash = blake3::hash(text.as_bytes());
            Fingerprint(hash.as_bytes()[..16].try_into().unwrap())
        };
        let id = self.id.as_ref();
        let revenue = (Decimal::new(self.cents, 2), Currency(*b"USD"));
        Event {
            place: Place {
                input: self.input,
                line: self.line,
            },
            kind: self.kind,
            app: Arc::new(App {
                bundle_id: "com.example.game".into(),
                platform: [Platform::Ios, Platform::Android][self.app],
            }),
            body: "body".into(),
            text: b"text".as_slice().into(),
            installation: Installation(self.device.cast_unsigned()),
            time: self.time,
            contribution: Contribution {
                label: self.product.as_str().into(),
                revenue: self.kind.is_money().then_some(revenue),
            },
            identity: Identity {
                id: id.map(|id| hash(&format!("{} {} {id}", self.kind, self.app))),
                id_text: None,
                fingerprint: hash(&self.content()),
                people: UserIds([Some(self.device), None, None, self.user]),
                joined: [None; 3],
            },
            origin: None,
        }
    }
}

/// All deals.
#[derive(Default)]
pub struct World {
    pub deals: Vec<Deal>,
    era: usize,
}

impl World {
    /// From now on things happen that no ledger can have lost.
    pub fn next_era(&mut self) {
        self.era = 1;
    }

    /// Something happens.
    pub fn happen(&mut self, dice: &mut Rng) {
        let way = *dice
            .choice(&[Way::WithId, Way::WithId, Way::Mixed, TWIN])
            .unwrap();
        let number = self.deals.len();
        let kinds = [
            Kind::Purchase,
            Kind::Purchase,
            Kind::AdImpression,
            Kind::Event,
            Kind::Open,
        ];
        let minutes = i64::try_from(number).unwrap() * 40 + dice.i64(0..40);
        let mut row = Row {
            deal: number,
            app: dice.usize(0..2),
            kind: *dice.choice(&kinds).unwrap(),
            id: (way != TWIN).then(|| format!("d{number}")),
            time: Some(ERAS[self.era] + minutes * 60 * SECOND),
            product: format!("product {number}"),
            cents: dice.i64(1..4),
            device: dice.i64(1..9),
            user: None,
            file: String::new(),
            input: 0,
            line: 0,
        };
        let is_like_another = way == Way::WithId && dice.u8(0..3) == 0;
        let other = self
            .deals
            .iter_mut()
            .rev()
            .take(6)
            .find(|deal| deal.way == Way::WithId);
        let is_unique = match other.filter(|_| is_like_another) {
            Some(other) => {
                other.is_unique = false;
                row = Row {
                    id: row.id,
                    deal: number,
                    ..other.row.clone()
                };
                false
            }
            None => true,
        };
        let deal = Deal {
            way,
            row,
            is_unique,
            is_linked: false,
            zone: None,
            sent: None,
            recorded: 0,
            excused: false,
            history: Vec::new(),
        };
        if way == TWIN {
            let mut other = deal.clone();
            other.way = Way::Twin { is_second: true };
            other.row.deal += 1;
            self.deals.push(deal);
            self.deals.push(other);
        } else {
            self.deals.push(deal);
        }
    }

    /// A line is written to the log.
    pub fn log(&mut self, dice: &mut Rng) {
        let number = self.deals.len();
        let product = dice.u8(0..2);
        self.deals.push(Deal {
            way: Way::Log,
            row: Row {
                deal: number,
                app: 0,
                kind: Kind::Purchase,
                id: None,
                time: None,
                product: format!("log {product}"),
                cents: 99,
                device: 1,
                user: None,
                file: String::new(),
                input: 0,
                line: 0,
            },
            is_unique: false,
            is_linked: false,
            zone: None,
            sent: None,
            recorded: 0,
            excused: false,
            history: Vec::new(),
        });
    }

    /// What an export says of a deal this time. `fact` is what the ledger knows of it, and `again`
    /// whether the run has read it before.
    pub fn told(
        &self,
        deal: usize,
        zone: i64,
        (fact, again): (Option<&Fact>, bool),
        dice: &mut Rng,
    ) -> Row {
        let deal = &self.deals[deal];
        let other_zone = deal.zone.is_some_and(|then| then != zone);
        let mut row = deal.row.clone();
        match deal.way {
            Way::WithId if !again && dice.u8(0..12) == 0 => {
                // In another zone it would be two changes at once, which nobody can tell.
                mend_id(deal, fact.filter(|fact| fact.zone == zone), &mut row);
            }
            Way::WithId => change(&mut row, dice),
            Way::Mixed if deal.is_linked => change(&mut row, dice),
            Way::Mixed => {
                // The same here.
                if other_zone || dice.bool() {
                    row.id = None;
                }
                let is_open = fact.is_some_and(|fact| fact.is_open() && fact.row.user.is_none());
                if is_open && !again && row.id.is_none() && dice.bool() {
                    row.user = Some(7);
                }
            }
            Way::Twin { .. } | Way::Log => {}
        }
        row
    }
}

/// The vendor writes its ids otherwise, and everything else as it was sent.
fn mend_id(deal: &Deal, fact: Option<&Fact>, row: &mut Row) {
    let Some(fact) = fact.filter(|fact| deal.is_unique && fact.ordinal == 0) else {
        return;
    };
    let mut mended = fact.row.clone();
    mended.time = mended.time.map(|time| time - fact.zone * HOUR);
    mended.id = Some(format!("{}-1", row.id.as_deref().unwrap_or_default()));
    *row = mended;
}

/// The vendor knows more, or something else.
fn change(row: &mut Row, dice: &mut Rng) {
    match dice.u8(0..16) {
        0 => row.cents += 1,
        1 => row.user = Some(5),
        2 => row.product.push_str(" renamed"),
        3 => row.time = row.time.map(|time| time + SECOND),
        4 => row.time = row.time.map(|time| time + 300),
        _ => {}
    }
}
