//! The faults on demand: their names, what each does, and how often each shall happen.
//!
//! A fault is one of two sorts: before recording (the event is not recorded) or after it
//! (the event is recorded, whatever the client saw).

use crate::model::words::words;
use std::str::FromStr;

words! {
    /// Something that goes wrong with one request.
    pub enum Fault {
        /// 429, in half of the cases with `Retry-After: 1`.
        Http429 = "http429",
        /// 503.
        Http503 = "http503",
        /// 500, and not recorded.
        Http500 = "http500",
        /// Recorded, then 500.
        Late500 = "late500",
        /// The connection is reset and nothing is recorded. The head of the request has been read
        /// by then, which a client cannot tell from a reset before it.
        Reset = "reset",
        /// Recorded, then the connection is closed without an answer.
        Lost = "lost",
        /// Recorded, then a 200 that breaks off before its announced length.
        Cut = "cut",
        /// Never answered and not recorded; held until the client leaves or the server stops.
        Hang = "hang",
        /// 200 with `{"code":400}`, not recorded.
        Code400 = "code400",
        /// 200 with a page of HTML, not recorded.
        Garbage = "garbage",
        /// Recorded, and the 200 comes one byte at a time.
        Slow = "slow",
        /// 400.
        Http400 = "http400",
        /// 401 `unauthorized`: a wall.
        Http401 = "http401",
        /// 403 without a known text: somebody's opinion of one row.
        Http403 = "http403",
        /// 404 without a known text: the same.
        Http404 = "http404",
        /// 404 `no such app`: a wall.
        NoSuchApp = "no_such_app",
        /// 202 `invalid device identifier`.
        Http202 = "http202",
        /// 202 `not logged`: a wall.
        NotLogged = "not_logged",
        /// 202 `ignored`.
        Ignored = "ignored",
        /// 302 to another place.
        Http302 = "http302",
        /// 408.
        Http408 = "http408",
        /// 500 with `no-retry: true`, not recorded.
        NoRetry = "no_retry",
    }
}

impl Fault {
    /// Whether the event is recorded although the client hears something else, or nothing.
    pub fn records(self) -> bool {
        matches!(
            self,
            Fault::Late500 | Fault::Lost | Fault::Cut | Fault::Slow
        )
    }
}

impl FromStr for Fault {
    type Err = FaultsError;

    fn from_str(name: &str) -> Result<Self, FaultsError> {
        let known = |fault: &Fault| fault.name() == name;
        let found = Fault::ALL.into_iter().find(known);
        found.ok_or_else(|| FaultsError::Unknown(crate::model::shown(name)))
    }
}

/// Which faults shall happen, and how often. None by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults {
    /// In millionths; at most a million altogether.
    shares: Vec<(Fault, u32)>,
}

/// One whole, in the unit of the shares.
pub(super) const WHOLE: u32 = 1_000_000;

impl Faults {
    /// Whether nothing shall go wrong.
    pub fn is_empty(&self) -> bool {
        self.shares.is_empty()
    }

    /// The fault that a throw of the dice below [`WHOLE`] stands for.
    pub(super) fn pick(&self, throw: u32) -> Option<Fault> {
        let mut bound = 0;
        let mut shares = self.shares.iter();
        let hit = shares.find(|(_, share)| {
            bound += share;
            throw < bound
        });
        hit.map(|(fault, _)| *fault)
    }
}

/// Why a list of faults was not understood.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultsError {
    /// No such name.
    #[error("`{name}` is no fault; the faults are {}", names(), name = .0)]
    Unknown(Box<str>),
    /// Something else than `NAME=P%`.
    #[error("`{0}`: a fault is written NAME=P%, such as http429=5% or hang=0.1%")]
    Form(Box<str>),
    /// The same name again.
    #[error("`{0}` is there twice")]
    Twice(Fault),
    /// More than everything.
    #[error("the faults add up to more than 100%")]
    TooMuch,
}

impl FromStr for Faults {
    type Err = FaultsError;

    /// Takes `http429=5%,hang=0.1%`; the empty text means none.
    fn from_str(text: &str) -> Result<Self, FaultsError> {
        let mut shares: Vec<(Fault, u32)> = Vec::new();
        for item in text.split(',').map(str::trim).filter(|i| !i.is_empty()) {
            let bad = || FaultsError::Form(crate::model::shown(item));
            let (name, percent) = item.split_once('=').ok_or_else(bad)?;
            let fault: Fault = name.trim().parse()?;
            if shares.iter().any(|(known, _)| *known == fault) {
                return Err(FaultsError::Twice(fault));
            }
            shares.push((fault, share(percent.trim()).ok_or_else(bad)?));
        }
        if shares
            .iter()
            .map(|(_, share)| u64::from(*share))
            .sum::<u64>()
            > u64::from(WHOLE)
        {
            return Err(FaultsError::TooMuch);
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

fn names() -> String {
    Fault::ALL.map(Fault::name).join(", ")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_every_fault_is_at_its_place() {
        for (place, fault) in Fault::ALL.into_iter().enumerate() {
            assert_eq!(fault.name().parse(), Ok(fault));
            assert_eq!(fault as usize, place);
        }
    }

    #[test]
    fn shares_become_ranges_of_the_dice() {
        let faults: Faults = "http429=5%, hang=0.1%,reset=0%".parse().unwrap();
        let picks = [0, 49_999, 50_000, 50_999, 51_000].map(|throw| faults.pick(throw));
        let (first, second) = (Some(Fault::Http429), Some(Fault::Hang));
        assert_eq!(picks, [first, first, second, second, None]);
        assert!("".parse::<Faults>().unwrap().is_empty());
        assert_eq!(
            "lost=100%".parse::<Faults>().unwrap().pick(999_999),
            Some(Fault::Lost)
        );
    }

    #[test]
    fn errors_name_the_culprit_and_the_known() {
        let error = |text: &str| text.parse::<Faults>().unwrap_err().to_string();
        assert!(error("http418=1%").starts_with("`http418` is no fault; the faults are http429, "));
        for text in [
            "lost",
            "lost=5",
            "lost=-1%",
            "lost=1e1%",
            "lost=1.%",
            "lost=0.00001%",
        ] {
            assert_eq!(text.parse::<Faults>(), Err(FaultsError::Form(text.into())));
        }
        assert_eq!(error("lost=1%,lost=2%"), "`lost` is there twice");
        assert_eq!(
            error("lost=60%,cut=40.0001%"),
            "the faults add up to more than 100%"
        );
    }
}
