-- Version 3. Rows that are claimed together stand together in one value until they are settled,
-- which costs far less than a row of pending each. What is kept for longer still moves to pending:
-- rows in doubt, and all that a dead run left.
--
-- rows: as ledger::batch packs them, in the order of their claims, whose numbers follow each other;
-- compressed by zstd.
CREATE TABLE batch (
    id   INTEGER PRIMARY KEY,        -- the number of its first claim
    run  INTEGER NOT NULL REFERENCES run (id),
    rows BLOB NOT NULL
);

-- Which rows of a batch are settled: a byte each, 1 or 0. Apart from the rows, which are large.
CREATE TABLE settled (
    batch INTEGER PRIMARY KEY REFERENCES batch (id),
    rows  BLOB NOT NULL
);
