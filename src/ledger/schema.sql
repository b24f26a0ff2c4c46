-- The ledger: plain tables, readable with any SQLite client. Times are microseconds since 1970 UTC.
-- Hashes are pseudonyms of ids, not anonymous: who has an id can look for it.

-- What this file is, and how often it was opened for writing.
CREATE TABLE ledger (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    id         BLOB    NOT NULL,   -- drawn when it was created
    generation INTEGER NOT NULL,   -- how often it was opened for writing
    token      INTEGER NOT NULL,   -- drawn at each of these openings
    claims     INTEGER NOT NULL,   -- the number of the last claim
    clean      INTEGER NOT NULL,   -- 1 if the last upload ended as it should
    copied_at  INTEGER,            -- set in a copy that `ledger backup` made
    gap_until  INTEGER             -- of apps that are not known yet; see app
) STRICT;

-- An app at an endpoint.
CREATE TABLE app (
    id        INTEGER PRIMARY KEY,
    scope     TEXT NOT NULL,       -- the endpoint's name
    bundle_id TEXT NOT NULL,
    platform  TEXT NOT NULL,
    horizon   INTEGER,             -- events dated before it were forgotten
    gap_until INTEGER,             -- of events before it some may have been lost: `ledger recover`
    UNIQUE (scope, bundle_id, platform)
) STRICT;

CREATE TABLE run (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    scope      TEXT NOT NULL,
    host       TEXT NOT NULL,
    pid        INTEGER NOT NULL,
    boot       TEXT NOT NULL,      -- of the machine
    generation INTEGER NOT NULL,   -- of the ledger
    started_at INTEGER NOT NULL,
    ended_at   INTEGER             -- empty while it runs, and if it was killed
) STRICT;

CREATE TABLE input (
    id          INTEGER PRIMARY KEY,
    run         INTEGER NOT NULL REFERENCES run (id),
    name        TEXT    NOT NULL,
    identity    TEXT    NOT NULL,  -- how rows are identified, as JSON: columns, zone, constants
    mended      INTEGER NOT NULL DEFAULT 0, -- 1 if only its rejected rows were read, from their file
    input_name  TEXT,              -- --input-name
    bytes       INTEGER,           -- with --input-name: its length, and the hash of it all
    prefix_hash BLOB
) STRICT;
CREATE INDEX input_of_run ON input (run);
CREATE INDEX input_by_name ON input (input_name) WHERE input_name IS NOT NULL;

-- From where an app's rows came, how they were identified, and when they happened.
CREATE TABLE source (
    id         INTEGER PRIMARY KEY,
    app        INTEGER NOT NULL REFERENCES app (id),
    kind       INTEGER NOT NULL REFERENCES kind (id),
    signature  TEXT    NOT NULL,   -- the preset, or the header
    identity   TEXT    NOT NULL,
    first_time INTEGER,
    last_time  INTEGER,
    is_beside  INTEGER NOT NULL DEFAULT 0, -- 1 if its rows are others than those of a source that
                                   -- differs only in constants: --new-identity said so
    is_over    INTEGER NOT NULL DEFAULT 0, -- 1 if rows are read in another way since, and
                                   -- --new-identity said so: money like its own is still in question
    UNIQUE (app, kind, signature, identity)
) STRICT;

CREATE TABLE kind (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- Event names and products.
CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

-- Every event that Tenjin accepted. Never unique: what is true can always be recorded.
CREATE TABLE accepted (
    id             INTEGER PRIMARY KEY,
    run            INTEGER NOT NULL REFERENCES run (id),
    input          INTEGER NOT NULL REFERENCES input (id),
    line           INTEGER NOT NULL,
    app            INTEGER NOT NULL REFERENCES app (id),
    kind           INTEGER NOT NULL REFERENCES kind (id),
    name           INTEGER NOT NULL REFERENCES name (id),
    event_time     INTEGER,
    accepted_at    INTEGER NOT NULL,
    amount         TEXT,            -- exact; see the view events
    currency       TEXT,
    ordinal        INTEGER NOT NULL, -- among rows of its input that have the same fingerprint
    fingerprint    BLOB,            -- of the content; empty if nothing tells it from others
    id_hash        BLOB,            -- of event_id
    installation   INTEGER,         -- hashes of analytics_installation_id,
    advertising_id INTEGER,         -- advertising_id,
    device_id      INTEGER,         -- developer_device_id
    user           INTEGER,         -- and customer_user_id, as the source had them
    joined_installation   INTEGER,  -- the same of ids that were sent and that the source did not
    joined_advertising_id INTEGER,  -- have: for `reconcile`
    joined_device_id      INTEGER
) STRICT;
CREATE INDEX accepted_by_id ON accepted (id_hash) WHERE id_hash IS NOT NULL;
CREATE INDEX accepted_by_content
    ON accepted (app, ifnull(event_time / 1000000, -1), fingerprint, ordinal);

-- Rows that were claimed and have no final outcome.
CREATE TABLE unsettled (
    id             INTEGER PRIMARY KEY, -- the claim's number
    state          TEXT    NOT NULL CHECK (state IN ('claimed', 'in_doubt', 'released')),
    why            TEXT,                -- why it is in doubt; 'recovered', later 'killed': its run was
    slot           INTEGER NOT NULL,    -- in the journal
    from_ledger    INTEGER NOT NULL,    -- 1 if it was released before
    run            INTEGER NOT NULL REFERENCES run (id),
    input          INTEGER NOT NULL REFERENCES input (id),
    line           INTEGER NOT NULL,
    app            INTEGER NOT NULL REFERENCES app (id),
    kind           INTEGER NOT NULL REFERENCES kind (id),
    name           INTEGER NOT NULL REFERENCES name (id),
    event_time     INTEGER,
    amount         TEXT,
    currency       TEXT,
    ordinal        INTEGER NOT NULL,
    fingerprint    BLOB,
    id_hash        BLOB,
    installation   INTEGER,
    advertising_id INTEGER,
    device_id      INTEGER,
    user           INTEGER,
    joined_installation   INTEGER,
    joined_advertising_id INTEGER,
    joined_device_id      INTEGER,
    ordering       INTEGER NOT NULL,    -- rows with the same value go in order
    body           TEXT    NOT NULL,    -- the request
    record         BLOB    NOT NULL     -- the row as it stood in its input
) STRICT;
CREATE UNIQUE INDEX unsettled_by_id ON unsettled (app, id_hash) WHERE id_hash IS NOT NULL;
CREATE UNIQUE INDEX unsettled_by_content
    ON unsettled (app, ifnull(event_time / 1000000, -1), fingerprint, ordinal)
    WHERE fingerprint IS NOT NULL;
CREATE INDEX unsettled_held
    ON unsettled (app, ifnull(event_time / 1000000, -1), kind, name) WHERE state <> 'claimed';

-- Events that are recognised by hashes alone: `ledger forget --run` forgot them, or --skip-alike left
-- them out as what was accepted before, identified otherwise.
CREATE TABLE forgotten (
    id          INTEGER PRIMARY KEY,
    input       INTEGER NOT NULL REFERENCES input (id),
    app         INTEGER NOT NULL REFERENCES app (id),
    kind        INTEGER NOT NULL REFERENCES kind (id),
    ordinal     INTEGER NOT NULL,
    fingerprint BLOB,
    id_hash     BLOB,
    name        BLOB,               -- hashes of the id together with the name or product,
    second      BLOB,               -- with the second of its time,
    amount      BLOB,               -- with the amount
    currency    BLOB,               -- and with the currency: whether another row differs in them
    alike       INTEGER             -- the accepted event it was left out for. Without any hash: that
                                    -- event is like a row that --new-identity sent, and like no other
) STRICT;
CREATE INDEX forgotten_by_id ON forgotten (id_hash) WHERE id_hash IS NOT NULL;
CREATE INDEX forgotten_by_content ON forgotten (fingerprint, ordinal) WHERE fingerprint IS NOT NULL;
CREATE INDEX forgotten_by_alike ON forgotten (alike) WHERE alike IS NOT NULL;

-- What sources have said of events since they were sent, and a run has told: it is no news to the next.
CREATE TABLE told (
    id_hash  BLOB NOT NULL,        -- of event_id
    amount   TEXT NOT NULL,        -- empty if the row is worth nothing now
    currency TEXT NOT NULL,
    run      INTEGER NOT NULL REFERENCES run (id),
    PRIMARY KEY (id_hash, amount, currency)
) STRICT;

-- For people and their queries. `value` is the amount as a number, for sums.
CREATE VIEW events AS
    SELECT accepted.id, run.name AS run, input.name AS file, line, app.scope, bundle_id, platform,
           kind.name AS kind, name.text AS name,
           datetime(event_time / 1000000, 'unixepoch') AS event_time,
           datetime(accepted_at / 1000000, 'unixepoch') AS accepted_at,
           amount, currency, CAST(amount AS REAL) AS value
    FROM accepted
    JOIN run ON run.id = accepted.run JOIN input ON input.id = accepted.input
    JOIN app ON app.id = accepted.app JOIN kind ON kind.id = accepted.kind
    JOIN name ON name.id = accepted.name;
