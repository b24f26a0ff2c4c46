//! Whether an input begins with what it held before: its text by length and hash, after it was
//! decompressed and before it is decoded.
//!
//! A file is read for that beforehand. What can be read only once is read ahead into a temporary
//! file, as far as is compared, and comes from there when its rows are wanted.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What an input is read from.
pub(super) type Bytes = Box<dyn Read + Send>;

/// How much is read ahead at a time.
const PIECE: usize = 64 << 10;

/// A text, or its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// How many bytes, decompressed.
    pub bytes: u64,
    /// Their hash.
    pub hash: [u8; 16],
}

impl Default for Extent {
    fn default() -> Self {
        Hashing::default().extent()
    }
}

/// What is hashed so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Hashing {
    bytes: u64,
    hasher: blake3::Hasher,
}

impl Hashing {
    fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.hasher.update(bytes);
    }

    pub(super) fn extent(&self) -> Extent {
        let mut hash = [0; 16];
        hash.copy_from_slice(&self.hasher.finalize().as_bytes()[..16]);
        Extent {
            bytes: self.bytes,
            hash,
        }
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.add(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An input that is read only once, followed while it is read.
#[derive(Clone)]
pub struct Growth {
    reading: Arc<Mutex<Followed>>,
    /// Apart from the reader, which may be waiting for more.
    read: Arc<Mutex<Extent>>,
}

struct Followed {
    inner: Bytes,
    hashing: Hashing,
    /// What was read before anything was compared.
    kept: Option<Vec<u8>>,
    /// What was read ahead.
    ahead: Option<File>,
}

impl std::fmt::Debug for Growth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Growth").field(&self.so_far()).finish()
    }
}

impl Growth {
    pub(super) fn over(inner: Bytes) -> Self {
        let followed = Followed {
            inner,
            hashing: Hashing::default(),
            kept: Some(Vec::new()),
            ahead: None,
        };
        Growth {
            reading: Arc::new(Mutex::new(followed)),
            read: Arc::default(),
        }
    }

    /// Whether the input begins with `before`, which may be nothing. Waits until as much has come, or the end. To be asked
    /// before its rows are read.
    ///
    /// # Errors
    /// It cannot be read, or there is no room for a temporary file.
    pub fn begins_with(&self, before: Extent) -> io::Result<bool> {
        let mut followed = lock(&self.reading);
        let kept = followed.kept.take().unwrap_or_default();
        let length = usize::try_from(before.bytes).unwrap_or(usize::MAX);
        let mut compared = Hashing::default();
        compared.add(&kept[..kept.len().min(length)]);
        if kept.len() < length {
            followed.read_ahead(before.bytes)?;
            compared = followed.hashing.clone();
            *lock(&self.read) = compared.extent();
        }
        Ok(compared.extent() == before)
    }

    /// What was read so far: all rows that were taken from it, and what follows them.
    pub fn so_far(&self) -> Extent {
        *lock(&self.read)
    }
}

impl Followed {
    /// Reads up to so many bytes of all into a temporary file.
    fn read_ahead(&mut self, bytes: u64) -> io::Result<()> {
        let mut file = tempfile::tempfile()?;
        let mut piece = vec![0; PIECE];
        while self.hashing.bytes < bytes {
            let left = usize::try_from(bytes - self.hashing.bytes).unwrap_or(PIECE);
            let length = match self.inner.read(&mut piece[..left.min(PIECE)]) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.hashing.add(&piece[..length]);
            file.write_all(&piece[..length])?;
        }
        file.rewind()?;
        self.ahead = Some(file);
        Ok(())
    }
}

impl Read for Growth {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut followed = lock(&self.reading);
        if let Some(file) = &mut followed.ahead {
            let length = file.read(out)?;
            if length > 0 || out.is_empty() {
                return Ok(length);
            }
            followed.ahead = None;
        }
        let length = followed.inner.read(out)?;
        followed.hashing.add(&out[..length]);
        if let Some(kept) = &mut followed.kept {
            kept.extend_from_slice(&out[..length]);
        }
        *lock(&self.read) = followed.hashing.extent();
        Ok(length)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
