//! Text in the charset that its content type declares (RFC 9110, section 8.3.2).

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

#[cfg(test)]
use crate::content_type;

/// The text of bytes: in the encoding of their byte order mark, else in the declared
/// charset, else UTF-8. The error says what is wrong.
#[cfg(test)]
pub(crate) fn decode<'b>(
    bytes: &'b [u8],
    content_type: Option<&str>,
) -> Result<Cow<'b, str>, String> {
    let charset = content_type.and_then(|declared| content_type::parameter(declared, "charset"));
    decode_from(bytes, charset.as_deref())
}

/// The same, with the charset by name.
pub(crate) fn decode_from<'b>(
    bytes: &'b [u8],
    charset: Option<&str>,
) -> Result<Cow<'b, str>, String> {
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, &bytes[length..]),
        None => (named(charset)?, bytes),
    };
    if encoding == UTF_8 {
        return match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.into()),
            Err(error) => Err(error.to_string()),
        };
    }
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or_else(|| format!("the bytes are not {}", encoding.name()))
}

fn named(charset: Option<&str>) -> Result<&'static Encoding, String> {
    match charset {
        None => Ok(UTF_8),
        Some(name) => Encoding::for_label(name.as_bytes())
            .ok_or_else(|| format!("the charset \"{name}\" is not known")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_charset_is_read() {
        for (content_type, bytes, text) in [
            (None, &b"caf\xc3\xa9"[..], Ok("café")),
            (Some("text/plain"), b"\xef\xbb\xbfa", Ok("a")),
            (
                Some("text/plain; charset=ISO-8859-1"),
                b"caf\xe9",
                Ok("café"),
            ),
            (
                Some("text/plain;charset=\"windows-1252\""),
                b"\x80",
                Ok("€"),
            ),
            (Some("text/plain; Charset=utf-16le"), b"a\0\xe9\0", Ok("aé")),
            (Some("text/plain"), b"\xff\xfea\0", Ok("a")),
            (Some("text/plain; charset=shift_jis"), b"\x83\x65", Ok("テ")),
            (
                Some("text/plain; charset=klingon"),
                b"a",
                Err("the charset \"klingon\" is not known"),
            ),
            (
                None,
                b"a\xff",
                Err("invalid utf-8 sequence of 1 bytes from index 1"),
            ),
            (
                Some("text/plain; charset=euc-jp"),
                b"\xff",
                Err("the bytes are not EUC-JP"),
            ),
        ] {
            let found = decode(bytes, content_type);
            let found = found.as_deref().map_err(String::as_str);
            assert_eq!(found, text, "{content_type:?}");
        }
    }
}
