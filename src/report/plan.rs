//! What a run would do: the answer to `--dry-run`.

use std::time::Duration;

use serde::Serialize;

use super::changed;
use super::control::{self, Against};
use super::escape::harmless;
use super::figures::{counted, span};
use super::files::Places;
use super::headline::because;
use super::layout::Layout;
use super::layout::{INDENT, Style, Tone, WIDTH, wrapped};
use super::next::next;
use super::run::{RunFacts, Status};
use super::table::outcomes;
use super::why;
use crate::model::{StopReason, shown};
use crate::stats::{LIST_LIMIT, Stats};

/// How many reasons a plan shows.
const REASONS: usize = 3;

/// How many keys a plan shows.
const KEYS: usize = 5;

/// What the road knows about a run that does not happen.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PlanFacts {
    /// Requests that would leave, retries apart.
    pub requests: u64,
    /// The first requests, as they would go.
    pub first_requests: Vec<PlannedRequest>,
    /// Which key serves what.
    pub keys: Vec<PlannedKey>,
    /// How many more there are.
    pub keys_more: usize,
}

/// Where a key is from: never a key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PlannedKey {
    /// The app, `com.example.game (ios)`; none if it serves every row.
    pub app: Option<String>,
    /// Where it is read from.
    pub source: String,
}

/// One request as it would go. The key is not part of it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PlannedRequest {
    /// Where its row is from: `events.csv:2`.
    pub row: String,
    /// The URL.
    pub url: String,
    /// The form-urlencoded body.
    pub body: String,
}

impl PlanFacts {
    /// Nothing planned yet; the keys are known before the first row.
    pub fn new(run: &RunFacts) -> Self {
        let key = |app: Option<String>, source: &str| PlannedKey {
            app,
            source: source.into(),
        };
        let one = run.key_source.iter().map(|source| key(None, source));
        let own = run.app_keys.iter();
        let own = own.map(|(app, source)| key(Some(shown(&app.to_string()).into()), source));
        let all = one.chain(own).filter(|_| !run.sandbox);
        PlanFacts {
            keys: all.clone().take(LIST_LIMIT).collect(),
            keys_more: all.skip(LIST_LIMIT).count(),
            ..PlanFacts::default()
        }
    }

    /// How long the requests take at this many a second; `None` if nothing limits them.
    pub fn time(&self, rate: Option<f64>) -> Option<Duration> {
        let rate = rate.filter(|rate| *rate > 0.0)?;
        Duration::try_from_secs_f64(self.requests as f64 / rate).ok()
    }
}

/// The plan, for people.
pub fn plan(
    books: &Stats,
    run: &RunFacts,
    facts: &PlanFacts,
    places: &Places,
    layout: Layout,
) -> String {
    let style = layout.style;
    let mut out = style.tone(Tone::Strong, "Dry run: nothing was sent.") + "\n";
    if run.status == Status::Stopped {
        let reason = run.stop_reason.map_or("", StopReason::meaning);
        let text = format!("An upload would stop: {reason}.");
        out += &(style.tone(Tone::Bad, &text) + "\n");
        out += &style.labelled("Because", &because(run));
    }
    out += &style.labelled("Would send", &pace(run, facts));
    out += &keys(run, facts, style);
    out += &outcomes(books, run, layout);
    let reasons = why::rejections(books, run, REASONS, style).into_iter();
    let reasons = reasons.map(|(_, text)| text);
    let why: String = reasons.chain(why::more(books, REASONS, places)).collect();
    out += &style.titled("Why", &why);
    out += &control::totals(books, Against::Valid, style);
    out += &control::times(books, run, style);
    out += &changed::lines(&books.changed, places.folder.is_some(), style);
    out += &control::aside(books, run, style);
    out += &super::terminal::warnings(run, places, style);
    out += &first(&facts.first_requests, style);
    out + &next(books, run, places).text(layout)
}

fn pace(run: &RunFacts, facts: &PlanFacts) -> String {
    let server = shown(run.server());
    let requests = format!("{} to {server}", counted(facts.requests, "request"));
    match (run.rate, facts.time(run.rate)) {
        (Some(rate), Some(time)) => format!("{requests}: {} at {rate}/s", span(time)),
        _ => format!("{requests}, as fast as it answers"),
    }
}

/// Which key serves what, where that is not plain: never a key.
fn keys(run: &RunFacts, facts: &PlanFacts, style: Style) -> String {
    if facts.keys.len() < 2 && !run.is_account_key {
        return String::new();
    }
    let named = facts.keys.iter().take(KEYS).map(|key| {
        let app = key.app.as_deref().unwrap_or("every app");
        format!("{app}: {}", key.source)
    });
    let more = facts.keys.len().saturating_sub(KEYS) + facts.keys_more;
    let more = (more > 0).then(|| {
        let keys = counted(more as u64, "more key");
        format!("{keys} (tenjin-s2s config)")
    });
    let parts: Vec<String> = named.chain(more).collect();
    style.listed("Keys", &parts, ";")
}

/// The first request as it would go; of those behind it, where they go. `--output json` has them
/// whole.
fn first(requests: &[PlannedRequest], style: Style) -> String {
    let Some((first, others)) = requests.split_first() else {
        return String::new();
    };
    let mut out = style.labelled("First", &goes(first));
    out += &style.labelled("", "Authorization: Basic (SDK key, hidden)");
    let body = harmless(&first.body).replace('&', " &");
    for line in wrapped(&body, WIDTH - INDENT) {
        out += &style.labelled("", &line.replace(" &", "&"));
    }
    let others: Vec<_> = others.iter().map(goes).collect();
    out + &style.listed("Then", &others, ",")
}

fn goes(request: &PlannedRequest) -> String {
    format!(
        "POST {} ({})",
        harmless(&request.url),
        harmless(&request.row)
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;
    use crate::model::Moment;

    #[test]
    fn says_what_would_happen_and_never_the_key() {
        let mut books = Stats::default();
        books.chunk(Moment::default(), &sample::chunk(1_500, 1, 20));
        books.send_none();
        let mut run = sample::run("upload");
        run.dry_run = true;
        let facts = PlanFacts {
            requests: 1_500,
            first_requests: vec![
                PlannedRequest {
                    row: "events.csv:2".into(),
                    url: "https://track.tenjin.com/v0/purchase".into(),
                    body: "analytics_installation_id=0123456789abcdef0123456789abcdef&bundle_id=\
                       com.example.game&platform=ios&price=1.99&currency=USD"
                        .into(),
                },
                PlannedRequest {
                    row: "events.csv:3".into(),
                    url: "https://track.tenjin.com/v0/event".into(),
                    body: "event=x".into(),
                },
            ],
            ..PlanFacts::default()
        };
        insta::assert_snapshot!(plan(&books, &run, &facts, &Places::default(), Layout::default()), @r###"
Dry run: nothing was sent.
Would send 1,500 requests to Tenjin: 15 s at 100/s
    1,521 rows read from events.csv (4.1 kB)
    1,500 valid                   98.6 %
        1 rejected by validation   0.1 %
       20 filtered                 1.3 %  too_old
Revenue    USD 2,985.00
Events     purchase 1,500
Happened   20 rows left out as too old: `--max-age none` sends them all the
           same. Tenjin dates events when they arrive, not when they happened;
           `--send-event-time` adds the undocumented `sent_at`.
First      POST https://track.tenjin.com/v0/purchase (events.csv:2)
           Authorization: Basic (SDK key, hidden)
           analytics_installation_id=0123456789abcdef0123456789abcdef
           &bundle_id=com.example.game&platform=ios&price=1.99&currency=USD
Then       POST https://track.tenjin.com/v0/event (events.csv:3)
Next       write the rejected rows to files, to fix them there:
  tenjin-s2s upload --kind purchase events.csv --dry-run --report-dir report
"###);
    }
}
