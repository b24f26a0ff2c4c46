//! What an input holds, in a hash: to find out later whether it still begins with the same text.

use std::path::Path;
use std::sync::Arc;

use super::locate::Location;
use super::stream::Stream;

const PIECE: usize = 256 << 10;

/// The length of a file's text, decompressed and decoded, and its hash: of all of it, or of no more
/// than its first `most` bytes.
///
/// # Errors
/// What cannot be opened or read.
pub fn digest(path: &Path, most: Option<u64>) -> anyhow::Result<(u64, [u8; 16])> {
    let mut stream = Stream::open(&Location::File(path.to_owned()), None, &Arc::default())?;
    let mut hasher = blake3::Hasher::new();
    let mut left = most.unwrap_or(u64::MAX);
    let mut buffer = Vec::with_capacity(PIECE);
    while left > 0 {
        buffer.clear();
        let wanted = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        let filled = stream.fill(&mut buffer, wanted)?;
        if filled == 0 {
            break;
        }
        hasher.update(&buffer);
        left -= filled as u64;
    }
    let mut digest = [0; 16];
    digest.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    Ok((most.unwrap_or(u64::MAX) - left, digest))
}
