//! Content codings (RFC 9110, section 8.4), undone for the observation; what is
//! forwarded stays as it is.

use std::io::Read;

/// What is asked of the provider is narrowed to these, so that its answers can be
/// read; any client that takes others takes none as well.
pub const CODINGS: &[&str] = &["gzip", "x-gzip", "deflate", "br", "identity"];

/// How much brotli works on at once.
const BUFFER: usize = 4096;

/// Undoes the codings that `Content-Encoding` lists. The error is a clause.
pub fn decoded(bytes: Vec<u8>, codings: &str, limit: usize) -> Result<Vec<u8>, String> {
    let codings = codings.split(',').map(str::trim);
    let codings: Vec<_> = codings.filter(|coding| !coding.is_empty()).collect();
    // The last one was applied last.
    codings.into_iter().rev().try_fold(bytes, |bytes, coding| {
        match coding.to_ascii_lowercase().as_str() {
            "identity" => Ok(bytes),
            "gzip" | "x-gzip" => all(flate2::read::MultiGzDecoder::new(&*bytes), coding, limit),
            "deflate" => deflated(&bytes, limit),
            "br" => all(
                brotli_decompressor::Decompressor::new(&*bytes, BUFFER),
                coding,
                limit,
            ),
            _ => Err(format!("it is coded as {coding}, which is not read here")),
        }
    })
}

/// Some servers leave the wrapping out that RFC 9110, section 8.4.1.2, asks for.
fn deflated(bytes: &[u8], limit: usize) -> Result<Vec<u8>, String> {
    all(flate2::read::ZlibDecoder::new(bytes), "deflate", limit)
        .or_else(|_| all(flate2::read::DeflateDecoder::new(bytes), "deflate", limit))
}

fn all(decoder: impl Read, coding: &str, limit: usize) -> Result<Vec<u8>, String> {
    let mut decoded = Vec::new();
    decoder
        .take(limit as u64 + 1)
        .read_to_end(&mut decoded)
        .map_err(|_| format!("it is not {coding}, as it says"))?;
    match decoded.len() > limit {
        true => Err(too_large(limit)),
        false => Ok(decoded),
    }
}

/// Why a large body is left out.
pub fn too_large(limit: usize) -> String {
    format!("it is larger than {limit} bytes")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn codings_are_undone() {
        let text = b"some text, some text".to_vec();
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(&text).unwrap();
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
        raw.write_all(&text).unwrap();
        // `some text, some text`, as the reference implementation codes it uncompressed.
        let mut brotli = vec![0x8b, 0x09, 0x80];
        brotli.extend_from_slice(&text);
        brotli.push(0x03);
        for (coded, codings) in [
            (text.clone(), ""),
            (text.clone(), "identity"),
            (gzip(&text), "gzip"),
            (gzip(&text), " GZIP "),
            (zlib.finish().unwrap(), "deflate"),
            (raw.finish().unwrap(), "deflate"),
            (gzip(&gzip(&text)), "gzip, x-gzip"),
            (brotli, "br"),
        ] {
            assert_eq!(decoded(coded, codings, 100), Ok(text.clone()), "{codings}");
        }
    }

    #[test]
    fn what_cannot_be_undone_is_said() {
        for (bytes, codings, expected) in [
            (
                vec![1],
                "zstd",
                "it is coded as zstd, which is not read here",
            ),
            (vec![1], "gzip", "it is not gzip, as it says"),
            (vec![1, 2, 3], "br", "it is not br, as it says"),
            (gzip(&[0; 101]), "gzip", "it is larger than 100 bytes"),
        ] {
            assert_eq!(decoded(bytes, codings, 100), Err(expected.into()));
        }
    }
}
