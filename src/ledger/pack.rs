//! Sorted entries of one key and a payload each, in packs of a page: how they are cut, found and
//! merged.

/// 16 bytes of a hash.
pub(super) type Key = [u8; 16];

/// Bytes of a pack that fit in one page of 4,096 beside what `SQLite` keeps there.
const PAGE_ROOM: usize = 4_052;

/// A pack goes by its last key: a page of the table holds one pack, and pages are found by the
/// last number in them, so that looking for a key reads the one page that may have it.
pub(super) fn pack_id(level: usize, key: &Key) -> i64 {
    let first = key[..8]
        .iter()
        .fold(0, |first, &byte| first << 8 | u64::from(byte));
    let prefix = first >> 4;
    ((level as u64) << 60 | prefix).cast_signed()
}

/// The packs of a slice: from and to.
pub(super) fn slice_ids(level: usize, slice: u8) -> (i64, i64) {
    let (mut first, mut last) = ([0; 16], [0xff; 16]);
    (first[0], last[0]) = (slice, slice);
    (pack_id(level, &first), pack_id(level, &last))
}

/// The four bytes of a payload from here on, as they were written little-endian.
pub(super) fn number_at(payload: &[u8], at: usize) -> u32 {
    payload[at..at + 4]
        .iter()
        .rfold(0, |number, &byte| number << 8 | u32::from(byte))
}

/// The keys of these entries.
pub(super) fn keys(entries: &[u8], width: usize) -> impl Iterator<Item = Key> {
    entries.chunks_exact(width).map(key_of)
}

/// The key of the entry that starts here.
pub(super) fn key_of(entry: &[u8]) -> Key {
    let mut key = [0; 16];
    key.copy_from_slice(&entry[..16]);
    key
}

/// The payload of the entry that starts here.
pub(super) fn payload_of<const P: usize>(entry: &[u8]) -> [u8; P] {
    let mut payload = [0; P];
    payload.copy_from_slice(&entry[16..16 + P]);
    payload
}

/// The payload of this key, if the pack has it.
pub(super) fn search<const P: usize>(pack: &[u8], key: &Key) -> Option<[u8; P]> {
    let width = 16 + P;
    let (mut low, mut high) = (0, pack.len() / width);
    while low < high {
        let middle = low.midpoint(high);
        let entry = &pack[middle * width..][..width];
        match entry[..16].cmp(key) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return Some(payload_of(entry)),
        }
    }
    None
}

/// Merges two sorted runs; of equal keys, `newer`'s entry stays.
pub(super) fn merge(newer: &[u8], older: &[u8], width: usize) -> Vec<u8> {
    let mut merged = Vec::with_capacity(newer.len() + older.len());
    let mut old = older.chunks_exact(width).peekable();
    for entry in newer.chunks_exact(width) {
        while let Some(before) = old.next_if(|o| o[..16] < entry[..16]) {
            merged.extend_from_slice(before);
        }
        old.next_if(|o| o[..16] == entry[..16]);
        merged.extend_from_slice(entry);
    }
    old.for_each(|entry| merged.extend_from_slice(entry));
    merged
}

/// Cuts sorted entries into packs. Keys that start with the same 60 bits stay in one pack, since
/// those bits are how it is found.
pub(super) fn packs(entries: &[u8], width: usize) -> impl Iterator<Item = &[u8]> {
    let most = PAGE_ROOM / width * width;
    let mut rest = entries;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let prefix = |at: usize| pack_id(0, &key_of(&rest[at..]));
        let mut cut = most.min(rest.len());
        while cut < rest.len() && prefix(cut) == prefix(cut - width) {
            cut += width;
        }
        let (pack, after) = rest.split_at(cut);
        rest = after;
        Some(pack)
    })
}
