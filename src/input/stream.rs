//! The bytes of one input as UTF-8 text: opened, counted, decompressed, decoded.
//!
//! What an input is compressed with is told by its first bytes, never by its name. Of a pipe
//! no more is waited for than it takes to decide.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, bail};
use encoding_rs::{UTF_16BE, UTF_16LE};

use super::locate::Location;
use super::utf16::Utf16;

/// What a pipe is asked for at a time.
const PIPE_BYTES: usize = 64 * 1024;
const COMPRESSED_BYTES: usize = 64 * 1024;

type Bytes = Box<dyn Read + Send>;

/// Things people give to the tool that have to be unpacked or exported first.
const FOREIGN: [(&[u8], &str); 6] = [
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
];
const GZIP: &[u8] = b"\x1F\x8B";
const ZSTD: &[u8] = b"\x28\xB5\x2F\xFD";
const BOMS: [&[u8]; 3] = [b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF"];

/// A reader of UTF-8 text.
pub(super) struct Stream {
    reader: Bytes,
    /// A pipe or the like: what is there is taken at once.
    live: bool,
    read: Arc<AtomicU64>,
    size: Option<u64>,
}

impl Stream {
    /// Opens a location.
    ///
    /// # Errors
    /// What cannot be opened, and what is no text even when decompressed.
    pub(super) fn open(location: &Location) -> anyhow::Result<Self> {
        let file = match location {
            Location::File(path) => File::open(path).context("cannot open it")?,
            Location::Stdin => standard_input().context("cannot read standard input")?,
        };
        let about = file.metadata().context("cannot read it")?;
        let size = about.is_file().then_some(about.len());
        Self::over(Box::new(file), size)
    }

    /// Reads from anything. Without a size it is taken for a pipe.
    pub(super) fn over(raw: Bytes, size: Option<u64>) -> anyhow::Result<Self> {
        let read = Arc::new(AtomicU64::new(0));
        let counted = Counted {
            inner: raw,
            read: Arc::clone(&read),
        };
        let reader = decoded(decompressed(Box::new(counted))?)?;
        Ok(Stream {
            reader,
            live: size.is_none(),
            read,
            size,
        })
    }

    /// Bytes of the input itself that have been read, for other threads to look at.
    pub(super) fn counter(&self) -> &Arc<AtomicU64> {
        &self.read
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
        Box::new(flate2::bufread::MultiGzDecoder::new(buffered))
    } else if zstd {
        let buffered = BufReader::with_capacity(COMPRESSED_BYTES, whole);
        Box::new(zstd::Decoder::with_buffer(buffered).context("cannot read it as zstd")?)
    } else {
        Box::new(whole)
    })
}

fn decoded(mut text: Bytes) -> anyhow::Result<Bytes> {
    let start = beginning(&mut text, &BOMS)?;
    let bom = BOMS.iter().position(|bom| start.starts_with(bom));
    let skipped = bom.map_or(0, |at| BOMS[at].len());
    let rest = Cursor::new(start[skipped..].to_vec()).chain(text);
    Ok(match bom {
        Some(1) => Box::new(Utf16::new(rest, UTF_16LE)),
        Some(2) => Box::new(Utf16::new(rest, UTF_16BE)),
        _ => Box::new(rest),
    })
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

/// Counts what is read.
struct Counted {
    inner: Bytes,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(out)?;
        self.read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}
