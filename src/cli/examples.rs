//! The examples that end the help of each command.

/// `validate`
pub(super) const VALIDATE: &str = "Examples:\n  \
    tenjin-s2s validate events.csv\n  \
    tenjin-s2s validate export/ --map event_time=created_at --timezone Europe/Berlin\n  \
    zcat events.ndjson.gz | tenjin-s2s validate -";
/// `upload`
pub(super) const UPLOAD: &str = "Examples:\n  \
    tenjin-s2s upload events.csv --dry-run\n  \
    tenjin-s2s upload events.csv --sandbox\n  \
    tenjin-s2s upload purchases.csv --kind purchase --rate 50/s --report-dir reports\n  \
    tail -F events.ndjson | tenjin-s2s upload -";
/// `sandbox`
pub(super) const SANDBOX: &str = "Examples:\n  \
    tenjin-s2s sandbox --listen 127.0.0.1:8080 --latency 50ms\n  \
    tenjin-s2s sandbox --fault http429=5%,lost=1% --record received.ndjson";
/// `ledger`
pub(super) const LEDGER: &str = "Examples:\n  \
    tenjin-s2s ledger status\n  \
    tenjin-s2s ledger list --in-doubt\n  \
    tenjin-s2s ledger resolve --run 20261122T010203Z-1a2b3c4d --as accepted\n  \
    tenjin-s2s ledger forget --older-than 400d";
/// `config`
pub(super) const CONFIG: &str = "Examples:\n  \
    tenjin-s2s config\n  \
    tenjin-s2s config --config /etc/tenjin-s2s.toml --output json";
/// `presets`
pub(super) const PRESETS: &str = "Examples:\n  \
    tenjin-s2s presets\n  \
    tenjin-s2s presets appsflyer > my.toml\n  \
    tenjin-s2s validate export.csv --mapping my.toml";
/// `fields`
pub(super) const FIELDS: &str = "Examples:\n  \
    tenjin-s2s fields purchase\n  \
    tenjin-s2s fields event --output csv-header > events.csv\n  \
    tenjin-s2s fields --report-schema > report.schema.json";
