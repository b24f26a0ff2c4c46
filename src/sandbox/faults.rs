//! The faults on demand: their names, what each does, how often each shall happen, and which one
//! happens next.
//!
//! A fault is one of two sorts: before recording (the event is not recorded) or after it
//! (the event is recorded, whatever the client saw). One seeded generator decides for all requests,
//! and outages overrule it. The same seed gives the same faults in the same order; which request
//! meets which is certain for a client with one connection only.

use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::answer::{Answer, INVALID_DEVICE, UNAUTHORIZED, answer};
use crate::model::shown;
use crate::model::words::words;

words! {
    /// Something that goes wrong with one request. Behind each name stands whether the event is
    /// recorded although the client hears something else, and what it hears, if that is an answer.
    pub enum Fault: (bool, Option<Answer>) {
        /// 429, in half of the cases with `Retry-After: 1`.
        Http429 = "http429": says(429, r#"{"error":"too many requests"}"#),
        /// 503.
        Http503 = "http503": says(503, r#"{"error":"service unavailable"}"#),
        /// 500, and not recorded.
        Http500 = "http500": says(500, SERVER_ERROR),
        /// Recorded, then 500.
        Late500 = "late500": (true, Some(answer(500, SERVER_ERROR))),
        /// The connection is reset and nothing is recorded. The head of the request has been read
        /// by then, which a client cannot tell from a reset before it.
        Reset = "reset": (false, None),
        /// Recorded, then the connection is closed without an answer.
        Lost = "lost": (true, None),
        /// Recorded, then a 200 that breaks off before its announced length.
        Cut = "cut": (true, None),
        /// Never answered and not recorded; held until the client leaves or the server stops.
        Hang = "hang": (false, None),
        /// 200 with `{"code":400}`, not recorded.
        Code400 = "code400": says(200, r#"{"code":400}"#),
        /// 200 with a page of HTML, not recorded.
        Garbage = "garbage": (false, Some(PAGE)),
        /// Recorded, and the 200 comes one byte at a time.
        Slow = "slow": (true, None),
        /// 400.
        Http400 = "http400": says(400, r#"{"error":"bad request"}"#),
        /// 401 `unauthorized`: it stops the app.
        Http401 = "http401": (false, Some(UNAUTHORIZED)),
        /// 403 without a known text: it is about one row.
        Http403 = "http403": says(403, r#"{"error":"forbidden"}"#),
        /// 404 without a known text: the same.
        Http404 = "http404": says(404, r#"{"error":"not found"}"#),
        /// 404 `no such app`: it stops the app.
        NoSuchApp = "no_such_app": says(404, r#"{"error":"no such app"}"#),
        /// 202 `invalid device identifier`.
        Http202 = "http202": (false, Some(INVALID_DEVICE)),
        /// 202 `not logged`: it stops the app.
        NotLogged = "not_logged": says(202, r#"{"error":"not logged"}"#),
        /// 202 `ignored`.
        Ignored = "ignored": says(202, r#"{"error":"ignored"}"#),
        /// 302 to another place.
        Http302 = "http302": (false, Some(answer(302, "").with("location: /elsewhere\r\n"))),
        /// 408.
        Http408 = "http408": says(408, r#"{"error":"request timeout"}"#),
        /// 500 with `no-retry: true`, not recorded.
        NoRetry = "no_retry": (false, Some(answer(500, SERVER_ERROR).with("no-retry: true\r\n"))),
    }
}

const SERVER_ERROR: &str = r#"{"error":"internal server error"}"#;
const PAGE: Answer =
    answer(200, "<html><body><h1>It works!</h1></body></html>").with("content-type: text/html\r\n");

/// Not recorded, and answered so.
const fn says(status: u16, body: &'static str) -> (bool, Option<Answer>) {
    (false, Some(answer(status, body)))
}

impl Fault {
    /// Whether the event is recorded although the client hears something else, or nothing.
    pub fn records(self) -> bool {
        self.more().0
    }

    /// What the client hears, unless it is half an answer or none.
    pub(super) fn answer(self) -> Option<Answer> {
        self.more().1
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = |fault: &Fault| fault.name() == name;
        Fault::ALL.into_iter().find(known).ok_or_else(|| {
            let names = Fault::ALL.map(Fault::name).join(", ");
            format!("`{}` is no fault; the faults are {names}", shown(name))
        })
    }
}

/// Which faults shall happen, and how often. None by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults {
    /// In millionths; at most a million altogether.
    shares: Vec<(Fault, u32)>,
}

/// One whole, in the unit of the shares.
const WHOLE: u32 = 1_000_000;

impl Faults {
    /// The fault that a number below [`WHOLE`] stands for.
    fn pick(&self, throw: u32) -> Option<Fault> {
        let mut bound = 0;
        let mut shares = self.shares.iter();
        let hit = shares.find(|(_, share)| {
            bound += share;
            throw < bound
        });
        hit.map(|(fault, _)| *fault)
    }
}

impl FromStr for Faults {
    type Err = String;

    /// Takes `http429=5%,hang=0.1%`; the empty text means none.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut shares: Vec<(Fault, u32)> = Vec::new();
        for item in text.split(',').map(str::trim).filter(|i| !i.is_empty()) {
            let bad = || {
                format!(
                    "`{}`: a fault is written NAME=P%, such as http429=5% or hang=0.1%",
                    shown(item)
                )
            };
            let (name, percent) = item.split_once('=').ok_or_else(bad)?;
            let fault: Fault = name.trim().parse()?;
            if shares.iter().any(|(known, _)| *known == fault) {
                return Err(format!("`{fault}` is given twice"));
            }
            shares.push((fault, share(percent.trim()).ok_or_else(bad)?));
        }
        let sum: u64 = shares.iter().map(|(_, share)| u64::from(*share)).sum();
        if sum > u64::from(WHOLE) {
            return Err("the faults add up to more than 100%".into());
        }
        Ok(Faults { shares })
    }
}

/// `0.1%` in millionths: three digits, a point, four digits at most.
fn share(percent: &str) -> Option<u32> {
    let number = percent.strip_suffix('%')?.trim_end();
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits =
        |t: &str, most| (1..=most).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 3) || !digits(part, 4) {
        return None;
    }
    format!("{whole}{part:0<4}").parse().ok()
}

/// A state in which nothing gets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// It is over.
    None,
    /// Connections are refused; those that exist are reset.
    Refuse,
    /// Every request meets this fault.
    All(Fault),
}

impl FromStr for Outage {
    type Err = String;

    /// Takes `none`, `refuse` and the name of any fault.
    fn from_str(name: &str) -> Result<Self, String> {
        Ok(match name {
            "none" => Outage::None,
            "refuse" => Outage::Refuse,
            fault => Outage::All(fault.parse()?),
        })
    }
}

/// A fault that shall happen to a request now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    /// Which one.
    pub(super) fault: Fault,
    /// Whether a 429 carries a `Retry-After`: half of them do.
    pub(super) with_retry_after: bool,
}

/// The generator and the outage.
pub(super) struct FaultSource {
    faults: Faults,
    inner: Mutex<Inner>,
}

struct Inner {
    random: fastrand::Rng,
    outage: Option<(Fault, Option<Instant>)>,
}

impl FaultSource {
    pub(super) fn new(faults: Faults, seed: u64) -> Self {
        let inner = Inner {
            random: fastrand::Rng::with_seed(seed),
            outage: None,
        };
        FaultSource {
            faults,
            inner: Mutex::new(inner),
        }
    }

    /// Every request meets this fault until then, or until told otherwise.
    pub(super) fn set(&self, outage: Option<(Fault, Option<Instant>)>) {
        self.lock().outage = outage;
    }

    /// What happens to one request.
    pub(super) fn next(&self, now: Instant) -> Option<Hit> {
        let mut inner = self.lock();
        if let Some((_, Some(end))) = inner.outage
            && end <= now
        {
            inner.outage = None;
        }
        let fault = match inner.outage {
            Some((fault, _)) => Some(fault),
            None => self.faults.pick(inner.random.u32(0..WHOLE)),
        };
        fault.map(|fault| Hit {
            fault,
            with_retry_after: inner.random.bool(),
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for fault in Fault::ALL {
            assert_eq!(fault.name().parse(), Ok(fault));
        }
    }

    #[test]
    fn shares_become_ranges_of_the_dice() {
        let faults: Faults = "http429=5%, hang=0.1%,reset=0%".parse().unwrap();
        let picks = [0, 49_999, 50_000, 50_999, 51_000].map(|throw| faults.pick(throw));
        let (first, second) = (Some(Fault::Http429), Some(Fault::Hang));
        assert_eq!(picks, [first, first, second, second, None]);
        assert_eq!("".parse(), Ok(Faults::default()));
        assert_eq!(
            "lost=100%".parse::<Faults>().unwrap().pick(999_999),
            Some(Fault::Lost)
        );
    }

    #[test]
    fn errors_name_the_culprit_and_the_known() {
        let error = |text: &str| text.parse::<Faults>().unwrap_err();
        assert!(error("http418=1%").starts_with("`http418` is no fault; the faults are http429, "));
        for text in [
            "lost",
            "lost=5",
            "lost=-1%",
            "lost=1e1%",
            "lost=1.%",
            "lost=0.00001%",
        ] {
            assert!(error(text).starts_with(&format!("`{text}`: a fault is written NAME=P%")));
        }
        assert_eq!(error("lost=1%,lost=2%"), "`lost` is given twice");
        assert_eq!(
            error("lost=60%,cut=40.0001%"),
            "the faults add up to more than 100%"
        );
    }

    fn throws(seed: u64) -> Vec<Option<Hit>> {
        let source = FaultSource::new("http429=30%,lost=20%".parse().unwrap(), seed);
        let now = Instant::now();
        (0..10_000).map(|_| source.next(now)).collect()
    }

    #[test]
    fn a_seed_decides_and_the_shares_hold() {
        let first = throws(7);
        assert_eq!(first, throws(7));
        assert_ne!(first, throws(8));
        let count = |fault| {
            first
                .iter()
                .flatten()
                .filter(|hit| hit.fault == fault)
                .count()
        };
        assert!((2_800..3_200).contains(&count(Fault::Http429)));
        assert!((1_850..2_150).contains(&count(Fault::Lost)));
        let with = |hit: &&Hit| hit.with_retry_after;
        let with = first.iter().flatten().filter(with).count();
        assert!((2_300..2_700).contains(&with));
    }

    #[test]
    fn an_outage_overrules_and_ends_by_itself() {
        let source = FaultSource::new(Faults::default(), 0);
        let now = Instant::now();
        let fault = |at| source.next(at).map(|hit| hit.fault);
        assert_eq!(fault(now), None);
        source.set(Some((Fault::Reset, Some(now + Duration::from_secs(300)))));
        assert_eq!(fault(now + Duration::from_secs(299)), Some(Fault::Reset));
        assert_eq!(fault(now + Duration::from_secs(300)), None);
        assert_eq!(fault(now), None);
    }

    #[test]
    fn outages_have_names() {
        assert_eq!("none".parse(), Ok(Outage::None));
        assert_eq!("refuse".parse(), Ok(Outage::Refuse));
        assert_eq!("http500".parse(), Ok(Outage::All(Fault::Http500)));
        assert!("rain".parse::<Outage>().is_err());
    }
}
