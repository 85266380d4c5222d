//! Charsets: how the bytes of a text are read (RFC 9110, section 8.3.2).
//! Nothing is replaced while reading, so different bytes never become equal texts.

use std::borrow::Cow;

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

use crate::content_type::parameter;

/// A charset that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Charset(&'static Encoding);

impl Charset {
    pub(crate) const UTF_8: Self = Self(UTF_8);
    pub(crate) const UTF_16: Self = Self(UTF_16BE);

    /// The charset that a content type declares; the error says that it is not known.
    pub(crate) fn declared(content_type: Option<&str>) -> Result<Option<Self>, String> {
        let Some(label) = content_type.and_then(|declared| parameter(declared, "charset")) else {
            return Ok(None);
        };
        // Without a byte order mark it is big-endian (RFC 2781, section 4.3).
        if label.eq_ignore_ascii_case("utf-16") {
            return Ok(Some(Self::UTF_16));
        }
        match Encoding::for_label_no_replacement(label.as_bytes()) {
            Some(encoding) => Ok(Some(Self(encoding))),
            None => Err(format!("the charset \"{label}\" is not known")),
        }
    }

    /// The charset of a JSON document: UTF-8, whatever is declared that is not known
    /// (RFC 8259, sections 8.1 and 11).
    pub(crate) fn of_json(content_type: Option<&str>) -> Self {
        let declared = Self::declared(content_type);
        declared.ok().flatten().unwrap_or(Self::UTF_8)
    }

    /// Reads bytes as text. A byte order mark is passed over, and says in UTF-16
    /// which byte comes first. The error says what is wrong.
    pub(crate) fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>, String> {
        let (encoding, bytes) = match Encoding::for_bom(bytes) {
            Some((marked, length)) if self.accepts_mark(marked) => (marked, &bytes[length..]),
            _ => (self.0, bytes),
        };
        Self(encoding).decode_part(bytes)
    }

    /// Reads a part of a text, where nothing is a byte order mark.
    pub(crate) fn decode_part(self, bytes: &[u8]) -> Result<Cow<'_, str>, String> {
        if self == Self::UTF_8 {
            let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
            return Ok(text.into());
        }
        self.0
            .decode_without_bom_handling_and_without_replacement(bytes)
            .ok_or_else(|| format!("the bytes are not {}", self.0.name()))
    }

    fn accepts_mark(self, marked: &'static Encoding) -> bool {
        let is_wide = |encoding| encoding == UTF_16BE || encoding == UTF_16LE;
        self.0 == marked || (is_wide(self.0) && is_wide(marked))
    }

    /// The bytes of a text as a form sends them.
    pub(crate) fn encode(self, text: &str) -> Cow<'_, [u8]> {
        self.0.encode(text).0
    }

    /// Whether a text may be the bytes of this charset, taken for UTF-8: those of
    /// UTF-16 and ISO-2022-JP can be, and hold what no other text does.
    pub(crate) fn is_undecoded(self, text: &str) -> bool {
        match self.0 {
            encoding if encoding == ISO_2022_JP => text.contains('\x1b'),
            _ => self.accepts_mark(UTF_16LE) && text.contains('\0'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(charset: &str, bytes: &[u8]) -> Result<String, String> {
        let content_type = format!("text/plain; charset={charset}");
        let charset = Charset::declared(Some(&content_type))?.unwrap_or(Charset::UTF_8);
        charset.decode(bytes).map(Cow::into_owned)
    }

    #[test]
    fn every_usual_charset() {
        for (charset, bytes, text) in [
            ("utf-8", &b"\xc3\xa9"[..], "é"),
            ("UTF-8", b"\xef\xbb\xbfa", "a"),
            ("\"utf-8\"", b"a", "a"),
            ("iso-8859-1", b"\xe9", "é"),
            ("US-ASCII", b"a", "a"),
            ("windows-1252", b"\x80", "€"),
            ("Shift_JIS", b"\x93\xfa\x96\x7b", "日本"),
            ("gb18030", b"\xc4\xe3", "你"),
            ("utf-16", b"\xfe\xff\0a", "a"),
            ("utf-16", b"\xff\xfea\0", "a"),
            ("utf-16", b"\0a", "a"),
            ("utf-16le", b"a\0", "a"),
            ("utf-16le", b"\xff\xfea\0", "a"),
            ("utf-16be", b"\0a", "a"),
        ] {
            assert_eq!(decoded(charset, bytes), Ok(text.into()), "{charset}");
        }
        assert_eq!(Charset::declared(Some("text/plain")), Ok(None));
        assert_eq!(Charset::declared(None), Ok(None));
    }

    #[test]
    fn json_is_utf_8_unless_another_charset_is_known() {
        for (content_type, charset) in [
            ("application/json", Some("utf-8")),
            ("application/json; charset=klingon", Some("utf-8")),
            ("application/json; charset=latin1", Some("windows-1252")),
        ] {
            let encoding = charset.and_then(|name| Encoding::for_label(name.as_bytes()));
            assert_eq!(Some(Charset::of_json(Some(content_type)).0), encoding);
        }
    }

    #[test]
    fn text_that_is_still_bytes() {
        let of = |name: &str| Charset(Encoding::for_label(name.as_bytes()).unwrap());
        for (charset, text, undecoded) in [
            ("utf-16be", "\0a", true),
            ("utf-16le", "a", false),
            ("iso-2022-jp", "\x1b$BF|\x1b(B", true),
            ("iso-2022-jp", "日", false),
            ("utf-8", "\0", false),
        ] {
            assert_eq!(
                of(charset).is_undecoded(text),
                undecoded,
                "{charset} {text:?}"
            );
        }
    }

    #[test]
    fn what_cannot_be_read() {
        for (charset, bytes, reason) in [
            (
                "utf-8",
                &b"a\xff"[..],
                "invalid utf-8 sequence of 1 bytes from index 1",
            ),
            ("shift_jis", b"\x80\xff", "the bytes are not Shift_JIS"),
            ("utf-16le", b"a", "the bytes are not UTF-16LE"),
            ("klingon", b"a", "the charset \"klingon\" is not known"),
            ("", b"a", "the charset \"\" is not known"),
            (
                "iso-2022-kr",
                b"a",
                "the charset \"iso-2022-kr\" is not known",
            ),
        ] {
            assert_eq!(decoded(charset, bytes), Err(reason.into()), "{charset}");
        }
    }
}
