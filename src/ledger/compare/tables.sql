-- Two lists of the same events, side by side, in a file that goes with the connection.

-- What can be the same: kind, app, and the event's name or the product.
CREATE TABLE what (
    id        INTEGER PRIMARY KEY,
    kind      TEXT NOT NULL,
    bundle_id TEXT NOT NULL,
    platform  TEXT NOT NULL,
    name      TEXT NOT NULL,
    UNIQUE (kind, bundle_id, platform, name)
) STRICT;

-- What the ledger has as accepted; `id` is its number there. Below 0: in doubt.
CREATE TABLE sent (
    id             INTEGER PRIMARY KEY,
    what           INTEGER NOT NULL,
    first          INTEGER NOT NULL, -- it arrived between these two
    last           INTEGER NOT NULL,
    amount         TEXT NOT NULL,    -- normalised; empty if it is no money
    currency       TEXT NOT NULL,
    installation   INTEGER,
    advertising_id INTEGER,
    device_id      INTEGER,
    user           INTEGER
) STRICT;

-- What the export has.
CREATE TABLE found (
    id             INTEGER PRIMARY KEY,
    file           INTEGER NOT NULL,
    line           INTEGER NOT NULL,
    what           INTEGER NOT NULL,
    at             INTEGER NOT NULL,
    amount         TEXT NOT NULL,
    currency       TEXT NOT NULL,
    installation   INTEGER,
    advertising_id INTEGER,
    device_id      INTEGER,
    user           INTEGER,
    state          TEXT,             -- the filter that holds
    how            TEXT CHECK (how IN ('same', 'money', 'again')),
    partner        INTEGER           -- of `sent`
) STRICT;
