//! What happens to one request: the order of judgement, and the entry in the books.
//!
//! The rate limit speaks first, then a fault that keeps the event out, then the contract; a
//! fault that comes after recording speaks last. (A reset is earlier than all of these.)

use super::answer::{ACCEPTED, Answer, SLOW_DOWN};
use super::books::{Books, Ending, Entry};
use super::contract::{self, Denial, Sound};
use super::faults::Fault;
use super::head::{Head, Route};
use super::record;
use super::shared::Shared;
use super::weather::Hit;

/// What the client gets.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reaction {
    /// A whole answer.
    Answer(Answer),
    /// The accepting answer, one byte at a time.
    Slow,
    /// The accepting answer without its end.
    Cut,
    /// Nothing; the connection is closed.
    Lost,
    /// Nothing; the connection stays.
    Hang,
}

/// Decides, and enters it in the books.
pub(super) fn react(shared: &Shared, head: &Head, body: &[u8], hit: Option<Hit>) -> Reaction {
    let (early, late) = match hit {
        Some(hit) if hit.fault.records() => (None, Some(hit)),
        other => (other, None),
    };
    // everything that takes time comes before the lock
    let verdict = contract::check(head, body, &shared.keys);
    let sound = verdict.is_ok() && early.is_none();
    let identity = (sound && shared.identities).then(|| identity(head.route, body));
    let parameters = (sound && shared.records).then(|| record::parameters(body));

    let mut books = shared.books();
    let now = shared.now();
    books.arrive(now);
    let reaction = match (books.admit(now), early, verdict) {
        (false, _, _) => Reaction::Answer(SLOW_DOWN),
        (true, Some(hit), _) => strike(&mut books, hit),
        (true, None, Err(denial)) => deny(&mut books, denial),
        (true, None, Ok(Sound { no_ip })) => {
            books.record(&Entry {
                route: head.route,
                identity,
                no_ip,
                at_ms: shared.epoch_ms(now),
                parameters: parameters.as_deref(),
            });
            late.map_or(Reaction::Answer(ACCEPTED), |hit| strike(&mut books, hit))
        }
    };
    books.end(head.route, ending(&reaction));
    reaction
}

fn strike(books: &mut Books, hit: Hit) -> Reaction {
    books.fault(hit.fault);
    match hit.fault {
        Fault::Slow => Reaction::Slow,
        Fault::Cut => Reaction::Cut,
        Fault::Lost => Reaction::Lost,
        Fault::Hang => Reaction::Hang,
        _ => Reaction::Answer(Answer::to(hit)),
    }
}

fn deny(books: &mut Books, denial: Denial) -> Reaction {
    books.deny(&denial);
    Reaction::Answer(denial.answer)
}

fn ending(reaction: &Reaction) -> Ending {
    match reaction {
        Reaction::Answer(answer) => Ending::Status(answer.status),
        Reaction::Slow => Ending::Status(ACCEPTED.status),
        Reaction::Cut => Ending::Broken(Fault::Cut),
        Reaction::Lost => Ending::Broken(Fault::Lost),
        Reaction::Hang => Ending::Broken(Fault::Hang),
    }
}

/// Same path, same body: the same event, or its twin.
fn identity(route: Route, body: &[u8]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(route.path().as_bytes());
    hasher.update(b"\n");
    hasher.update(body);
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(first)
}
