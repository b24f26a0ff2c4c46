//! The bytes of one input as UTF-8 text: opened, counted, decompressed, decoded.
//!
//! What an input is compressed with is told by its first bytes, never by its name. Of a pipe
//! no more is waited for than it takes to decide.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, bail};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::decode::{Decoded, Gzip};
use super::growth::{Bytes, Extent, Growth, Hashing};
use super::header::ReadOptions;
use super::locate::Location;

/// What a pipe is asked for at a time.
const PIPE_BYTES: usize = 64 * 1024;
const COMPRESSED_BYTES: usize = 64 * 1024;

/// The encoding that the user named, if any.
pub(super) type Told = Option<&'static Encoding>;

/// Things people give to the tool that have to be unpacked or exported first.
const FOREIGN: [(&[u8], &str); 10] = [
    (
        b"PK\x03\x04",
        "a zip archive or a spreadsheet; unpack it, or export it as CSV",
    ),
    (b"\xFD7zXZ\x00", "xz data; unpack it with: xz -d"),
    (b"BZh", "bzip2 data; unpack it with: bzip2 -d"),
    (b"PAR1", "a Parquet file; export it as CSV or NDJSON"),
    (b"Obj\x01", "an Avro file; export it as CSV or NDJSON"),
    (
        b"SQLite format 3\x00",
        "an SQLite database; export a table as CSV",
    ),
    (b"\x7FELF", "a program and no export"),
    (b"%PDF-", "a PDF; export the table as CSV"),
    (b"\x89PNG", "an image and no export"),
    (b"\xFF\xD8\xFF", "an image and no export"),
];
const GZIP: &[u8] = b"\x1F\x8B";
const ZSTD: &[u8] = b"\x28\xB5\x2F\xFD";
/// A byte order mark, and the encoding that it says.
const BOMS: [(&[u8], &Encoding); 3] = [
    (b"\xEF\xBB\xBF", UTF_8),
    (b"\xFF\xFE", UTF_16LE),
    (b"\xFE\xFF", UTF_16BE),
];
/// How our own rejects files begin. They are UTF-8, whatever the export was; a spreadsheet may have
/// saved them as the export was.
const REJECTS: [&[u8]; 2] = [b"_reason", b"{\"_reason\""];

/// How much of a rejects file tells what it was saved as.
const SAMPLE: u64 = 256 << 10;

/// A reader of UTF-8 text.
pub(super) struct Stream {
    reader: Bytes,
    /// A pipe or the like: what is there is taken at once.
    live: bool,
    read: Arc<AtomicU64>,
    size: Option<u64>,
    growth: Option<Growth>,
}

impl Stream {
    /// Opens a location.
    ///
    /// # Errors
    /// What cannot be opened, and what is no text even when decompressed.
    pub(super) fn open(
        location: &Location,
        options: &ReadOptions,
        counter: &Arc<AtomicU64>,
    ) -> anyhow::Result<Self> {
        let mut file = match location {
            Location::File(path) => File::open(path).context("cannot open it")?,
            Location::Stdin => standard_input().context("cannot read standard input")?,
        };
        let about = file.metadata().context("cannot read it")?;
        // Standard input may be a file of which somebody has read the beginning.
        let start = file.stream_position().unwrap_or_default();
        let size = about.is_file().then(|| about.len().saturating_sub(start));
        let is_read_once = size.is_none() || *location == Location::Stdin;
        let follows = options.grows && is_read_once;
        Self::over(Box::new(file), size, (options.encoding, follows), counter)
    }

    /// Reads from anything. Without a size it is taken for a pipe.
    pub(super) fn over(
        raw: Bytes,
        size: Option<u64>,
        (encoding, follows): (Told, bool),
        counter: &Arc<AtomicU64>,
    ) -> anyhow::Result<Self> {
        let raw = Counted {
            inner: raw,
            read: Arc::clone(counter),
            size: size.unwrap_or_default(),
        };
        let mut text = decompressed(Box::new(raw))?;
        let mut growth = None;
        if follows {
            text = Box::new(growth.insert(Growth::over(text)).clone());
        }
        Ok(Stream {
            reader: decoded(text, encoding)?,
            growth,
            live: size.is_none(),
            read: Arc::clone(counter),
            size,
        })
    }

    /// Bytes of the input itself that have been read, for other threads to look at.
    pub(super) fn counter(&self) -> &Arc<AtomicU64> {
        &self.read
    }

    /// What it holds compared with what it held before, if it is followed.
    pub(super) fn growth(&self) -> Option<&Growth> {
        self.growth.as_ref()
    }

    /// Whether it is a pipe or the like: what comes next may take its time.
    pub(super) fn is_live(&self) -> bool {
        self.live
    }

    /// How large the input itself is, where that is known.
    pub(super) fn size(&self) -> Option<u64> {
        self.size
    }

    /// Appends what comes next: of a file as much as is wanted, of a pipe what is there.
    /// Nothing is appended at the end only. What came before an error is kept.
    pub(super) fn fill(&mut self, buffer: &mut Vec<u8>, wanted: usize) -> io::Result<usize> {
        let start = buffer.len();
        let wanted = if self.live {
            wanted.min(PIPE_BYTES)
        } else {
            wanted
        };
        buffer.resize(start + wanted, 0);
        let mut filled = 0;
        let result = loop {
            match self.reader.read(&mut buffer[start + filled..]) {
                Ok(0) => break Ok(filled),
                Ok(length) => filled += length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => break Err(error),
            }
            if self.live || filled == wanted {
                break Ok(filled);
            }
        };
        buffer.truncate(start + filled);
        result
    }
}

/// Standard input without the buffer of `std`, which would hide what it is.
#[cfg(unix)]
fn standard_input() -> io::Result<File> {
    use std::os::fd::AsFd;
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

/// Standard input without the buffer of `std`, which would hide what it is.
#[cfg(windows)]
fn standard_input() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(io::stdin().as_handle().try_clone_to_owned()?.into())
}

fn decompressed(mut raw: Bytes) -> anyhow::Result<Bytes> {
    let known = FOREIGN.iter().map(|(magic, _)| *magic).chain([GZIP, ZSTD]);
    let known: Vec<&[u8]> = known.collect();
    let start = beginning(&mut raw, &known)?;
    if let Some((_, what)) = FOREIGN.iter().find(|(magic, _)| start.starts_with(magic)) {
        bail!("this is {what}");
    }
    let (gzip, zstd) = (start.starts_with(GZIP), start.starts_with(ZSTD));
    let whole = Cursor::new(start).chain(raw);
    Ok(if gzip {
        let buffered = BufReader::with_capacity(COMPRESSED_BYTES, whole);
        Box::new(Gzip::new(buffered))
    } else if zstd {
        let buffered = BufReader::with_capacity(COMPRESSED_BYTES, whole);
        Box::new(zstd::Decoder::with_buffer(buffered).context("cannot read it as zstd")?)
    } else {
        Box::new(whole)
    })
}

/// As UTF-8. A byte order mark counts more than what the user said.
fn decoded(mut text: Bytes, told: Told) -> anyhow::Result<Bytes> {
    let marks: Vec<&[u8]> = BOMS.iter().map(|(bom, _)| *bom).chain(REJECTS).collect();
    let mut start = beginning(&mut text, &marks)?;
    let bom = BOMS.iter().find(|(bom, _)| start.starts_with(bom));
    let is_rejects = REJECTS.iter().any(|mark| start.starts_with(mark));
    let (skipped, encoding) = match bom {
        Some((bom, encoding)) => (bom.len(), *encoding),
        None if is_rejects && told.is_some() => {
            text.by_ref().take(SAMPLE).read_to_end(&mut start)?;
            let saved = told.filter(|_| !is_utf8(&start));
            (0, saved.unwrap_or(UTF_8))
        }
        None => (0, told.unwrap_or(UTF_8)),
    };
    let rest = Cursor::new(start[skipped..].to_vec()).chain(text);
    Ok(if encoding == UTF_8 {
        Box::new(rest)
    } else {
        Box::new(Decoded::new(rest, encoding))
    })
}

/// Whether a beginning is UTF-8, as far as it goes.
fn is_utf8(start: &[u8]) -> bool {
    let result = std::str::from_utf8(start);
    result.is_ok() || result.is_err_and(|error| error.error_len().is_none())
}

/// Reads as far as it takes to tell which of the marks it begins with, if any.
fn beginning(bytes: &mut Bytes, marks: &[&[u8]]) -> anyhow::Result<Vec<u8>> {
    let mut start = Vec::new();
    let open = |start: &[u8]| {
        let could_be = |mark: &&&[u8]| mark.len() > start.len() && mark.starts_with(start);
        marks.iter().any(|mark| could_be(&mark))
    };
    while open(&start) {
        let mut byte = [0];
        match bytes.read(&mut byte) {
            Ok(0) => break,
            Ok(_) => start.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error).context("cannot read it"),
        }
    }
    Ok(start)
}

/// The text of a file: all of it, or no more than its first `most` bytes.
///
/// # Errors
/// What cannot be opened or read.
pub fn extent(path: &Path, most: Option<u64>) -> anyhow::Result<Extent> {
    let file = File::open(path).context("cannot open it")?;
    let mut text = decompressed(Box::new(file))?.take(most.unwrap_or(u64::MAX));
    let mut hashing = Hashing::default();
    io::copy(&mut text, &mut hashing)?;
    Ok(hashing.extent())
}

/// A file got shorter while it was read, so the rest of its rows is not there.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("it got shorter while it was read: {now} of its {was} bytes were there")]
pub(super) struct Shrunk {
    was: u64,
    now: u64,
}

/// Counts what is read.
struct Counted {
    inner: Bytes,
    read: Arc<AtomicU64>,
    /// What must be there at least.
    size: u64,
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(out)?;
        let now = self.read.fetch_add(length as u64, Ordering::Relaxed) + length as u64;
        if length == 0 && !out.is_empty() && now < self.size {
            let was = self.size;
            return Err(io::Error::other(Shrunk { was, now }));
        }
        Ok(length)
    }
}
