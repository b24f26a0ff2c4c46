-- The ledger, version 1. Times are µs since 1970 UTC; a NULL time is "the row says none".

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value ANY
) WITHOUT ROWID;

-- One upload. ended_at is NULL while it runs, and for ever if it was killed before recovery.
CREATE TABLE run (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    scope      TEXT NOT NULL,        -- the endpoint's name: 'tenjin', 'sandbox', an origin
    host       TEXT NOT NULL,
    pid        INTEGER NOT NULL,
    boot       TEXT NOT NULL,        -- which boot of the machine, '' where that is unknown
    recipe     INTEGER NOT NULL,     -- version of the fingerprint recipe
    started_at INTEGER NOT NULL,
    ended_at   INTEGER
);

CREATE TABLE input (
    id      INTEGER PRIMARY KEY,
    run     INTEGER NOT NULL REFERENCES run (id),
    number  INTEGER NOT NULL,        -- counted from 0 within its run
    name    TEXT NOT NULL,
    digest  BLOB,                    -- of its content
    sample  BLOB,                    -- of the fingerprints it yielded first
    UNIQUE (run, number)
);
CREATE INDEX input_digest ON input (digest) WHERE digest IS NOT NULL;

CREATE TABLE app (
    id        INTEGER PRIMARY KEY,
    bundle_id TEXT NOT NULL,
    platform  TEXT NOT NULL,
    UNIQUE (bundle_id, platform)
);

-- What each run had accepted, by app.
CREATE TABLE tally (
    run        INTEGER NOT NULL REFERENCES run (id),
    app        INTEGER NOT NULL REFERENCES app (id),
    accepted   INTEGER NOT NULL,
    undated    INTEGER NOT NULL,     -- those among them without a time
    first_time INTEGER,
    last_time  INTEGER,
    PRIMARY KEY (run, app)
) WITHOUT ROWID;

-- Where remembered events came from; entries of content and ids point here.
CREATE TABLE origin (
    id    INTEGER PRIMARY KEY,
    input INTEGER NOT NULL REFERENCES input (id),
    app   INTEGER NOT NULL REFERENCES app (id),
    day   INTEGER NOT NULL,          -- of the event's time, days since 1970; -1 if it has none
    UNIQUE (input, app, day)
);

-- Every row that is not settled: claimed by the run that is sending, in doubt, or released.
CREATE TABLE pending (
    id           INTEGER PRIMARY KEY,
    state        INTEGER NOT NULL,   -- 0 claimed, 1 in doubt, 2 released
    slot         INTEGER NOT NULL,   -- where its steps are written, while it is claimed
    run          INTEGER NOT NULL REFERENCES run (id),
    input        INTEGER NOT NULL REFERENCES input (id),
    line         INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    app          INTEGER NOT NULL REFERENCES app (id),
    time         INTEGER,
    installation INTEGER NOT NULL,
    id_key       BLOB,               -- NULL: the source gives no id
    fingerprint  BLOB NOT NULL,
    content_key  BLOB,               -- NULL: its content does not identify it
    from_ledger  INTEGER NOT NULL,   -- 1: released before, so kept if it is not accepted
    name         TEXT NOT NULL,
    amount       TEXT,
    currency     TEXT,
    body         TEXT NOT NULL,      -- the request
    text         BLOB NOT NULL       -- the record as it stood in the input
);
CREATE INDEX held_id      ON pending (id_key)      WHERE state > 0 AND id_key IS NOT NULL;
CREATE INDEX held_content ON pending (content_key) WHERE state > 0 AND content_key IS NOT NULL;

-- Remembered for good. An entry of content is key (16 bytes), origin and mark (4, little-endian:
-- origin * 4 + 1 sent without an id + 2 sent with one); an entry of ids is key (16), the first 4
-- bytes of the fingerprint, origin (4), line (4). Single entries would cost a page each, so
-- they wait in fresh in the order of acceptance, and move in sorted packs to content and ids:
-- the id of a pack is level * 2^60 + the first 60 bits of its last key.
CREATE TABLE fresh   (id INTEGER PRIMARY KEY, content BLOB NOT NULL, ids BLOB NOT NULL);
CREATE TABLE content (id INTEGER PRIMARY KEY, entries BLOB NOT NULL);
CREATE TABLE ids     (id INTEGER PRIMARY KEY, entries BLOB NOT NULL);

-- Rows dated before it were forgotten and are not sent.
CREATE TABLE horizon (
    scope  TEXT NOT NULL,
    app    INTEGER NOT NULL REFERENCES app (id),
    before INTEGER NOT NULL,
    PRIMARY KEY (scope, app)
) WITHOUT ROWID;

-- For people: what was accepted, by run and app.
CREATE VIEW accepted AS
    SELECT run.name AS run, run.scope, app.bundle_id, app.platform, tally.accepted,
           datetime(tally.first_time / 1000000, 'unixepoch') AS first_event,
           datetime(tally.last_time / 1000000, 'unixepoch') AS last_event
    FROM tally JOIN run ON run.id = tally.run JOIN app ON app.id = tally.app;
