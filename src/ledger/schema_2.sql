-- Version 2. Packs stand in more levels than before, so that they are written anew less often:
-- from the newest entries to the oldest the levels 15 to 8, 7 to 4 and 1, 2, 3.
--
-- And filters that say of most keys that content and ids do not have them: one for each
-- slice (level * 256 + first byte of its keys), words of 64 bits, little-endian. A slice without
-- one holds nothing, so those of version 1 get theirs when the ledger is brought to version 2.
CREATE TABLE content_sieve (id INTEGER PRIMARY KEY, bits BLOB NOT NULL);
CREATE TABLE ids_sieve     (id INTEGER PRIMARY KEY, bits BLOB NOT NULL);
