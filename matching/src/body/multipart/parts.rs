//! Multipart bodies as they are written (RFC 2046, section 5.1; RFC 7578), read
//! in one pass over the bytes.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use memchr::{memchr, memmem};

use crate::content_type::parameter;

/// How many headers a part may have: expected ones are looked for among the actual ones.
const MAX_HEADERS: usize = 1_000;

/// One part.
#[derive(Debug, PartialEq)]
pub(super) struct Part<'a> {
    /// Names and values in their order.
    pub(super) headers: Vec<(String, String)>,
    /// What the part holds, decoded where its headers say so.
    pub(super) content: Cow<'a, [u8]>,
}

impl Part<'_> {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    pub(super) fn name(&self) -> Option<String> {
        parameter(self.header("content-disposition")?, "name")
    }

    /// Whether a file name is given (RFC 7578, section 4.2).
    pub(super) fn is_file(&self) -> bool {
        let names = ["filename", "filename*"];
        self.header("content-disposition").is_some_and(|value| {
            let mut names = names.iter();
            names.any(|name| parameter(value, name).is_some())
        })
    }
}

/// The boundary that the first line of a body gives.
pub(super) fn boundary(bytes: &[u8]) -> Option<&str> {
    let end = memchr(b'\n', bytes)?;
    let line = std::str::from_utf8(&bytes[..end]).ok()?;
    let boundary = line.strip_prefix("--")?.trim_end();
    (!boundary.is_empty()).then_some(boundary)
}

/// Reads the parts between the delimiters; the error says what is wrong.
pub(super) fn read<'a>(bytes: &'a [u8], boundary: &str) -> Result<Vec<Part<'a>>, String> {
    let marker = format!("--{boundary}");
    let mut parts = Vec::new();
    let mut start = None;
    for at in memmem::find_iter(bytes, &marker) {
        let Some(after) = delimiter(bytes, at, marker.len()) else {
            continue;
        };
        if let Some(start) = start {
            parts.push(part(&bytes[start..at.max(start)])?);
        }
        match after {
            After::End => return Ok(parts),
            After::Part(next) => start = Some(next),
        }
    }
    Err(match start {
        None => format!("the delimiter {marker} is not there"),
        Some(_) => format!("the last delimiter {marker}-- is not there"),
    })
}

enum After {
    /// The next part begins at this offset.
    Part(usize),
    End,
}

/// What follows a marker, if it stands in a line of its own.
fn delimiter(bytes: &[u8], at: usize, length: usize) -> Option<After> {
    if at > 0 && bytes[at - 1] != b'\n' {
        return None;
    }
    let rest = &bytes[at + length..];
    let (rest, dashes) = match rest.strip_prefix(b"--") {
        Some(rest) => (rest, 2),
        None => (rest, 0),
    };
    let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    let blank = blank.count();
    let line_end = match &rest[blank..] {
        [b'\r', b'\n', ..] => 2,
        [b'\n', ..] => 1,
        [] if dashes > 0 => 0,
        _ => return None,
    };
    match dashes {
        0 => Some(After::Part(at + length + blank + line_end)),
        _ => Some(After::End),
    }
}

/// Reads one part; the line end before the next delimiter is none of it.
fn part(bytes: &[u8]) -> Result<Part<'_>, String> {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let mut rest = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let mut headers: Vec<(String, String)> = Vec::new();
    while !rest.is_empty() {
        let end = memchr(b'\n', rest);
        let line = &rest[..end.unwrap_or(rest.len())];
        rest = end.map_or(&[], |end| &rest[end + 1..]);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        let line = text(line);
        let is_full = headers.len() == MAX_HEADERS;
        match (line.starts_with([' ', '\t']), headers.last_mut()) {
            // A folded line belongs to the one before (RFC 5322, section 2.2.3).
            (true, Some((_, value))) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            _ if is_full => {
                return Err(format!("a part has more than {MAX_HEADERS} headers"));
            }
            _ => headers.push(header(&line)?),
        }
    }
    let mut part = Part {
        headers,
        content: rest.into(),
    };
    if let Some(decoded) = base64_of(&part, rest) {
        part.content = decoded.into();
    }
    Ok(part)
}

fn header(line: &str) -> Result<(String, String), String> {
    let (name, value) = line.split_once(':').ok_or_else(|| {
        let begin: String = line.chars().take(40).collect();
        format!("\"{begin}\" is no header of a part, since it has no colon")
    })?;
    Ok((name.trim().into(), value.trim().into()))
}

/// A header's bytes; those that are no text are shown escaped, so that they stay different.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => bytes.escape_ascii().to_string(),
    }
}

/// What a part in base64 holds. One that cannot be decoded is taken as it is.
fn base64_of(part: &Part<'_>, content: &[u8]) -> Option<Vec<u8>> {
    let encoding = part.header("content-transfer-encoding")?;
    if !encoding.eq_ignore_ascii_case("base64") {
        return None;
    }
    let letters = content.iter().copied().filter(|b| !b.is_ascii_whitespace());
    STANDARD.decode(letters.collect::<Vec<_>>()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(bytes: &[u8]) -> Result<Vec<String>, String> {
        let parts = read(bytes, "x")?;
        let shown = parts.iter().map(|part| {
            let headers = part.headers.iter().map(|(n, v)| format!("{n}={v};"));
            format!(
                "{}{}",
                headers.collect::<String>(),
                part.content.escape_ascii()
            )
        });
        Ok(shown.collect())
    }

    #[test]
    fn every_layout_is_read() {
        for (body, parts) in [
            (
                &b"--x\r\nA: b\r\n\r\nhello\r\n--x--\r\n"[..],
                &["A=b;hello"][..],
            ),
            (b"--x\nA: b\n\nhello\n--x--", &["A=b;hello"]),
            (
                b"preamble\r\n--x \t\r\n\r\na\r\n--x\r\n\r\nb\r\n--x-- \r\nepilogue",
                &["a", "b"],
            ),
            (b"--x\r\nA: b\r\n\tc\r\n\r\n\r\n--x--", &["A=b c;"]),
            (b"--x\r\nA: b\r\n\r\n--x--", &["A=b;"]),
            (
                b"--x\r\n\r\na--x\r\n--xy\r\n\r\n--x--",
                &["a--x\\r\\n--xy\\r\\n"],
            ),
            (b"--x\r\n\r\n\xff\0\r\n--x--", &["\\xff\\x00"]),
            (b"--x\r\n\r\na\r\n\r\n--x--", &["a\\r\\n"]),
            (b"--x\r\n--x--", &[""]),
            (b"--x--", &[]),
            (
                b"--x\r\ncontent-transfer-encoding: BASE64\r\n\r\naGVs\r\nbG8=\r\n--x--",
                &["content-transfer-encoding=BASE64;hello"],
            ),
            (
                b"--x\r\nContent-Transfer-Encoding: base64\r\n\r\n?\r\n--x--",
                &["Content-Transfer-Encoding=base64;?"],
            ),
        ] {
            let parts = parts.iter().map(ToString::to_string).collect();
            assert_eq!(contents(body), Ok(parts), "{}", body.escape_ascii());
        }
    }

    #[test]
    fn what_is_not_a_multipart_body() {
        for (body, reason) in [
            (&b""[..], "the delimiter --x is not there"),
            (b"a --x\r\n\r\n", "the delimiter --x is not there"),
            (b"--x", "the delimiter --x is not there"),
            (b"--x\r\n\r\na\r\n", "the last delimiter --x-- is not there"),
            (
                b"--x\r\nhello\r\n\r\n--x--",
                "\"hello\" is no header of a part, since it has no colon",
            ),
        ] {
            assert_eq!(
                contents(body),
                Err(reason.into()),
                "{}",
                body.escape_ascii()
            );
        }
    }

    #[test]
    fn names_and_file_names() {
        for (disposition, name, is_file) in [
            ("form-data; name=\"a\"", Some("a"), false),
            ("form-data; name=a; filename=\"C:\\b\"", Some("a"), true),
            (
                "form-data; Name=\"a;\\\"b\"; filename*=UTF-8''c",
                Some("a;\"b"),
                true,
            ),
            ("attachment", None, false),
        ] {
            let part = Part {
                headers: vec![("Content-Disposition".into(), disposition.into())],
                content: Cow::Borrowed(b""),
            };
            assert_eq!(part.name().as_deref(), name, "{disposition}");
            assert_eq!(part.is_file(), is_file, "{disposition}");
        }
    }

    #[test]
    fn the_boundary_of_the_first_line() {
        for (body, found) in [
            (&b"--a b\r\n"[..], Some("a b")),
            (b"--a\n", Some("a")),
            (b"--\r\n", None),
            (b"a\r\n", None),
            (b"--a", None),
            (b"--\xff\r\n", None),
        ] {
            assert_eq!(boundary(body), found, "{}", body.escape_ascii());
        }
    }
}
