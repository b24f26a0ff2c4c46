//! What ends the help of each command: examples that run (a test runs them), the keys of its
//! JSON, and where else its options can be set. And what a newcomer sees who types nothing.

use super::config::data_options_help;
use crate::report::layout::wrapped;
use crate::sandbox::{Fault, Stats};

/// `tenjin-s2s` alone.
pub const FIRST_STEPS: &str = "\
tenjin-s2s uploads exports of app events (CSV, NDJSON) to Tenjin.

Start with your file; nothing is sent, and no key is needed:
  tenjin-s2s validate EXPORT.csv

It says what is wrong, and ends with the next command to type. On the way:
  tenjin-s2s upload EXPORT.csv --dry-run   what would be sent, and how long
  tenjin-s2s upload EXPORT.csv --sandbox   a trial: nothing reaches Tenjin
  tenjin-s2s upload EXPORT.csv             for real; the key in TENJIN_SDK_KEY

tenjin-s2s presets lists the vendors whose exports are recognised, tenjin-s2s fields what Tenjin
takes, tenjin-s2s --help everything else.
";

/// Ends the help of the program.
pub(super) const PROGRAM: &str = "\
Examples:
  tenjin-s2s validate events.csv
  tenjin-s2s upload events.csv --dry-run
  tenjin-s2s upload events.csv --sandbox

tenjin-s2s COMMAND --help has more; tenjin-s2s guide lists what to do every night, in CI, with rows
in doubt and so on. Exit codes: 0 all is well, 1 some rows did not get through,
2 usage, configuration or input, 3 stopped: run again to go on, 4 another run holds the ledger,
5 stopped: put something right first, 129, 130, 143 ended by a signal.";

macro_rules! examples {
    ($name:ident, $long:ident, $examples:literal, $more:expr) => {
        #[doc = concat!("Ends the short help: ", stringify!($name))]
        pub(super) const $name: &str = concat!("Examples:\n", $examples);
        #[doc = concat!("Ends the long help: ", stringify!($name))]
        pub(super) const $long: &str = concat!("Examples:\n", $examples, "\n\n", $more);
    };
}

macro_rules! elsewhere {
    () => {
        "\
Each option can also be set in the environment (TENJIN_S2S_MAX_AGE for --max-age) and in
tenjin-s2s.toml (max_age = \"3d\"). Options beat the environment, which beats the file.
tenjin-s2s config shows what is in force, and its --help what a file in the working directory may
set. A name there that no option has is an error."
    };
}

examples!(
    VALIDATE,
    VALIDATE_LONG,
    "  tenjin-s2s validate events.csv
  tenjin-s2s validate export/ --map event_time=created_at --timezone UTC
  tenjin-s2s validate shop.csv --map product_id=sku --decimal-comma
  tenjin-s2s validate events.csv --report-dir report --output json > report.json
  tenjin-s2s validate events.csv --output github
  zcat events.ndjson.gz | tenjin-s2s validate -",
    concat!(
        "JSON: the report; tenjin-s2s fields --report-schema prints its schema.\n\n",
        elsewhere!()
    )
);
examples!(
    UPLOAD,
    UPLOAD_LONG,
    "  tenjin-s2s upload events.csv --dry-run
  tenjin-s2s upload events.csv --sandbox
  tenjin-s2s upload purchases.csv --rate 50/s --report-dir reports
  tenjin-s2s upload export/ --quiet --wait-lock 10m --metrics-file tenjin.prom
  zcat events.ndjson.gz | tenjin-s2s upload -",
    concat!(
        "JSON: the report; tenjin-s2s fields --report-schema prints its schema. A dry run adds
plan {requests, first_requests[] {row, url, body}}.\n\n",
        elsewhere!()
    )
);
examples!(
    SANDBOX,
    SANDBOX_LONG,
    "  tenjin-s2s sandbox --listen 127.0.0.1:0 --latency 50ms
  tenjin-s2s sandbox --fault http429=5%,lost=1% --record received.ndjson
  tenjin-s2s sandbox --rate-limit 20/s --key KEY-OF-THE-SANDBOX --seed 7",
    "\
Send to it with tenjin-s2s upload --endpoint-url; GET /stats says what it has counted.
JSON: {listening_on} once it listens, and at its end the counts of GET /stats, a line each.
Each option can also be set in the environment (TENJIN_S2S_LATENCY for --latency)."
);
examples!(
    FIELDS,
    FIELDS_LONG,
    "  tenjin-s2s fields purchase
  tenjin-s2s fields event --output csv-header > events.csv
  tenjin-s2s fields --report-schema > report.schema.json",
    "\
JSON: by kind a list of {name, need, form, sent, if_not_valid, doc, source} and, where there
are some, words and group."
);
examples!(
    PRESETS,
    PRESETS_LONG,
    "  tenjin-s2s presets
  tenjin-s2s presets appsflyer > my.toml
  tenjin-s2s validate export.csv --mapping my.toml",
    "\
JSON: a list of {name, about, needs, recognise}; of one preset that object with its file as
mapping. needs lists the fields that such an export lacks."
);
examples!(
    TEST,
    TEST_LONG,
    "  tenjin-s2s test my.toml
  tenjin-s2s test appsflyer --output junit > examples.xml",
    "\
An example is a row and what it must become: a request with exactly these parameters, a
rejection or a filter. Exit code 1 if one becomes something else.

  [[example]]
  about = \"a purchase\"
  row = { order = \"A-1\", sku = \"gems\", amount = \"4.99\" }
  set = { currency = \"USD\" }          # as --set
  timezone = \"Europe/Berlin\"         # as --timezone
  request = { kind = \"purchase\", product_id = \"gems\", price = \"4.99\", currency = \"USD\" }

  [[example]]
  row = { order = \"A-2\", amount = \"4,99\" }
  rejected = [\"invalid_number price\", \"missing_field\"]

filtered = \"sandbox\" names a rule. A row is CSV if all its values are texts, else NDJSON; a row
in quotes is a line of NDJSON. Empty parameters, sdk_version, event_id and event_time are compared
if request names them.
JSON: a list of {mapping, line, about, passed, difference[]}."
);
examples!(
    GUIDE,
    GUIDE_LONG,
    "  tenjin-s2s guide
  tenjin-s2s guide nightly",
    "JSON: a list of {name, title}; of one guide that object with its text."
);
examples!(
    LEDGER,
    LEDGER_LONG,
    "  tenjin-s2s ledger status
  tenjin-s2s ledger list --in-doubt
  tenjin-s2s ledger resolve --run 20261122T010203Z-1a2b3c4d --as accepted
  tenjin-s2s ledger forget --older-than 400d
  tenjin-s2s ledger export > ledger.ndjson",
    "Times in JSON are microseconds since 1970, UTC."
);
examples!(
    RECONCILE,
    RECONCILE_LONG,
    "  tenjin-s2s reconcile datavault.csv
  tenjin-s2s reconcile datavault.csv --app com.example.game/ios
  tenjin-s2s reconcile datavault.csv --from 2026-11-01 --to 2026-11-30
  tenjin-s2s reconcile datavault.csv --report-dir reports --tolerance 1%
  tenjin-s2s reconcile --print-mapping > columns.toml",
    "\
Rows are the same if kind, app, event or product, amount and currency are, one id of the device or
the user is, and they arrived within a day of each other. Ids that the ledger does not have, since
the source lacked them, are not compared. Exit code 1 if more rows than --tolerance are missing,
have other money, are money that is there again, or cannot be read, or if there was no row to
compare; 2 if the ledger has nothing of that endpoint or app. Rows in doubt are looked for last;
--report-dir writes their answers to in_doubt.csv, for `ledger resolve --from`.

JSON: {version, period {from, to}, exports[] {path, rows, others, unreadable, examples[]},
compared, in_doubt {rows, found, missing, not_comparable}, rows {accepted, found, other_money,
missing, unnamed, unnamed_missing, export, foreign, again},
totals[] {kind, currency, and each of those as {rows, amount}}, groups[] {day, bundle_id, platform,
kind, name, currency, the same}, groups_left_out, differences[] (the columns of differences.csv),
differences_left_out, uncounted[] {state, currency, rows, known, amount}, not_compared, unknown[]}.
unnamed are rows without an id of a sort that the export has, foreign those that the SDK sent."
);
/// Ends the long help of `ledger status`.
pub(super) const STATUS: &str = "\
Examples:
  tenjin-s2s ledger status
  tenjin-s2s ledger status --output json

JSON: {path, version, bytes, runs, apps[] {scope, bundle_id, platform, accepted, first_time,
last_time, horizon, gap_until}, open_runs[] {run, scope, started_at, in_doubt, released,
unsettled}, forgotten}.";
/// Ends the long help of `ledger list`.
pub(super) const LIST: &str = "\
Examples:
  tenjin-s2s ledger list --in-doubt
  tenjin-s2s ledger list --run 20261122T010203Z-1a2b3c4d --output json

JSON, a line for each row: {state, run, file, line, kind, bundle_id, platform, name, event_time,
amount, currency, request, text}.";
/// Ends the long help of `ledger resolve`.
pub(super) const RESOLVE: &str = "\
Examples:
  tenjin-s2s ledger resolve --run 20261122T010203Z-1a2b3c4d --as accepted
  tenjin-s2s ledger resolve --run 20261122T010203Z-1a2b3c4d --as resend
  tenjin-s2s ledger resolve --run 20261122T010203Z-1a2b3c4d --as dropped
  tenjin-s2s ledger resolve --row events.csv:7 --row events.csv:9 --as accepted
  tenjin-s2s ledger resolve --from reports/latest/in_doubt/1-events.csv

Of a run, accepted is about rows in doubt only; dropped gives up its released rows, which an upload
of their input sends after all. JSON: {run, as, rows, revenue, released_before, left,
decided_before[]}.";
/// Ends the long help of `ledger find`.
pub(super) const FIND: &str = "\
Examples:
  tenjin-s2s ledger find --event-id A-1001
  tenjin-s2s ledger find --row events.csv:41
  tenjin-s2s ledger find --user user-7 --output json

The ledger keeps hashes of ids, so only who has an id can look for it. JSON: a list of {state, run,
file, line, kind, bundle_id, platform, name, event_time, accepted_at, amount, currency}; times in
microseconds since 1970 UTC. Of a forgotten row only run, file, kind and app are left. If no such
row is known, the list is empty and the exit code is 1.";
/// Ends the long help of `ledger check`.
pub(super) const CHECK: &str = "\
Examples:
  tenjin-s2s ledger check";
/// Ends the long help of `ledger recover`.
pub(super) const RECOVER: &str = "\
Examples:
  tenjin-s2s ledger recover --ledger restored.sqlite

An older copy cannot know what was sent after it was made. From now on money that it does not know
and that is not dated later than now is in doubt, and never sent by itself; opens and events are
sent.";
/// Ends the long help of `ledger backup`.
pub(super) const BACKUP: &str = "\
Examples:
  tenjin-s2s ledger backup ledger-2026-11-26.sqlite

The first upload with the copy stops and says how to go on, since the copy cannot know what was sent
after it was made.";
/// Ends the long help of `ledger forget`.
pub(super) const FORGET: &str = "\
Examples:
  tenjin-s2s ledger forget --older-than 400d
  tenjin-s2s ledger forget --run 20261122T010203Z-1a2b3c4d

JSON: {events, undated, horizons[] {scope, bundle_id, platform, before}}.";
/// Ends the long help of `ledger export`.
pub(super) const EXPORT: &str = "\
Examples:
  tenjin-s2s ledger export > ledger.ndjson";
/// Ends the short help of `config`.
pub(super) const CONFIG: &str = "\
Examples:
  tenjin-s2s config
  tenjin-s2s config --config tenjin-s2s.toml --output json";
/// Ends the long help of `config`.
pub(super) fn config_long() -> String {
    let keys = "\
It takes the options of upload. JSON: {file, options by name {value[], source},
apps[] {app, key, key_source, require}}; keys are masked.";
    [CONFIG, keys, elsewhere!(), &data_options_help()].join("\n\n")
}
/// Ends the help of `completions`.
pub(super) const COMPLETIONS: &str = "\
Examples:
  source <(tenjin-s2s completions bash)
  tenjin-s2s completions zsh > ~/.zfunc/_tenjin-s2s
  tenjin-s2s completions fish > ~/.config/fish/completions/tenjin-s2s.fish";
/// Ends the help of `man`.
pub(super) const MAN: &str = "\
Examples:
  tenjin-s2s man > tenjin-s2s.1
  tenjin-s2s man upload > tenjin-s2s-upload.1";

/// Ends the long help of `sandbox`: with the names that can be typed and read.
pub(super) fn sandbox_long() -> String {
    let faults = Fault::ALL.map(Fault::name).join(" ");
    let stats = serde_json::to_value(Stats::default()).unwrap_or_default();
    let stats: Vec<&str> = stats
        .as_object()
        .into_iter()
        .flat_map(|o| o.keys())
        .map(String::as_str)
        .collect();
    let listed = |title: &str, names: &str| {
        let lines = wrapped(names, 78);
        format!("{title}\n  {}\n", lines.join("\n  "))
    };
    format!(
        "{SANDBOX_LONG}\n\n{}\n{}",
        listed("Faults:", &faults),
        listed("Keys of GET /stats:", &stats.join(" "))
    )
}
