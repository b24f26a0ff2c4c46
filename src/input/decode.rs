//! Readers that unpack what they read: gzip, and other encodings into UTF-8.
//!
//! Gzip comes in several members one after the other. Tapes and block devices pad it with zeros: like
//! `gzip` itself this reads over them; other bytes behind a member are an error.
//!
//! What the encoding does not allow becomes a byte that is no UTF-8, so that only the row which
//! holds it is rejected, as with every other export.

use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding};
use flate2::bufread::GzDecoder;

const INPUT_BYTES: usize = 64 * 1024;
/// Never part of UTF-8.
const DAMAGE: u8 = 0xFF;

/// A reader of encoded text, without its BOM.
pub(super) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    input: Box<[u8]>,
    ready: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Decoded {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            input: vec![0; INPUT_BYTES].into(),
            ready: Vec::new(),
            taken: 0,
            ended: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        let length = self.inner.read(&mut self.input)?;
        self.ended = length == 0;
        let mut rest = &self.input[..length];
        self.taken = 0;
        self.ready.clear();
        loop {
            let start = self.ready.len();
            // no encoding has more than three bytes of UTF-8 for one of its own; the rest is what the
            // decoder held back
            self.ready.resize(start + 3 * rest.len() + 8, 0);
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
                rest,
                &mut self.ready[start..],
                self.ended,
            );
            self.ready.truncate(start + written);
            rest = &rest[read..];
            match result {
                DecoderResult::InputEmpty => return Ok(()),
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.ready.push(DAMAGE),
            }
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.ready.len() && !self.ended {
            self.refill()?;
        }
        let ready = &self.ready[self.taken..];
        let length = ready.len().min(out.len());
        out[..length].copy_from_slice(&ready[..length]);
        self.taken += length;
        Ok(length)
    }
}

/// A reader of what is compressed.
pub(super) struct Gzip<R> {
    /// Nothing at the end.
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Gzip<R> {
    pub(super) fn new(compressed: R) -> Self {
        Gzip {
            member: Some(GzDecoder::new(compressed)),
        }
    }
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let length = member.read(out)?;
            if length > 0 || out.is_empty() {
                return Ok(length);
            }
            let ended = self.member.take().map(GzDecoder::into_inner);
            self.member = ended.map(next_member).transpose()?.flatten();
        }
        Ok(0)
    }
}

/// The member behind the zeros, if anything is there.
fn next_member<R: BufRead>(mut rest: R) -> io::Result<Option<GzDecoder<R>>> {
    loop {
        let bytes = match rest.fill_buf() {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if bytes.is_empty() {
            return Ok(None);
        }
        let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
        let is_over = zeros < bytes.len();
        rest.consume(zeros);
        if is_over {
            return Ok(Some(GzDecoder::new(rest)));
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use encoding_rs::{UTF_16BE, UTF_16LE};

    /// Gives one byte a read.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let length = self.0.len().min(out.len()).min(1);
            out[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }

    fn decoded(units: &[u16], encoding: &'static Encoding) -> Vec<u8> {
        let bytes: Vec<u8> = units
            .iter()
            .flat_map(|unit| {
                if encoding == UTF_16LE {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            })
            .collect();
        let mut out = Vec::new();
        Decoded::new(Slow(&bytes), encoding)
            .read_to_end(&mut out)
            .unwrap();
        out
    }

    #[test]
    fn both_byte_orders_become_utf8() {
        let units: Vec<u16> = "a;ü;😀\n".encode_utf16().collect();
        for encoding in [UTF_16LE, UTF_16BE] {
            assert_eq!(decoded(&units, encoding), "a;ü;😀\n".as_bytes());
        }
    }

    #[test]
    fn half_a_pair_damages_only_its_place() {
        let units = [u16::from(b'a'), 0xD800, u16::from(b'\n'), u16::from(b'b')];
        assert_eq!(decoded(&units, UTF_16LE), b"a\xFF\nb");
    }

    #[test]
    fn half_a_unit_at_the_end_is_damage_too() {
        let mut out = Vec::new();
        Decoded::new(&b"a\0b"[..], UTF_16LE)
            .read_to_end(&mut out)
            .unwrap();
        assert_eq!(out, b"a\xFF");
    }
}
