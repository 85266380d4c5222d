//! Multipart bodies (RFC 2046, section 5.1; RFC 7578 for forms): taken apart, and
//! written again with a boundary that is always the same.

use super::formats::PLACEHOLDER;
use super::redact::Redactor;

/// The boundary of examples.
pub(super) const BOUNDARY: &str = "pactwork-boundary";

/// A part of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub name: String,
    /// As they were, a line each.
    headers: Vec<String>,
    pub body: Vec<u8>,
}

impl Part {
    /// The content type that the part declares.
    pub fn content_type(&self) -> Option<&str> {
        self.header("content-type")
    }

    fn header(&self, name: &str) -> Option<&str> {
        let split = self.headers.iter().filter_map(|line| line.split_once(':'));
        let mut named = split.filter(|(found, _)| found.trim().eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.trim())
    }
}

/// The parts; `None` where a boundary or a part's name is missing.
pub(super) fn parse(bytes: &[u8], content_type: &str) -> Option<Vec<Part>> {
    let boundary = parameter(content_type, "boundary").filter(|found| !found.is_empty())?;
    let delimiter = format!("\r\n--{boundary}");
    // The first delimiter may begin the body.
    let bytes = [b"\r\n", bytes].concat();
    let mut sections = split(&bytes, delimiter.as_bytes()).into_iter().skip(1);
    let mut parts = Vec::new();
    loop {
        let section = sections.next()?;
        if section.starts_with(b"--") {
            return (!parts.is_empty()).then_some(parts);
        }
        parts.push(part(section)?);
    }
}

fn split<'b>(bytes: &'b [u8], delimiter: &[u8]) -> Vec<&'b [u8]> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    while let Some(at) = position(rest, delimiter) {
        pieces.push(&rest[..at]);
        rest = &rest[at + delimiter.len()..];
    }
    pieces.push(rest);
    pieces
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn part(section: &[u8]) -> Option<Part> {
    let section = &section[position(section, b"\r\n")?..];
    let end = position(section, b"\r\n\r\n")?;
    let head = std::str::from_utf8(&section[..end]).ok()?;
    let mut part = Part {
        name: String::new(),
        headers: head
            .split("\r\n")
            .filter(|line| !line.is_empty())
            .map(String::from)
            .collect(),
        body: section[end + 4..].to_vec(),
    };
    part.name = parameter(part.header("content-disposition")?, "name")?;
    Some(part)
}

/// A parameter of a header's value, without quotes.
fn parameter(value: &str, name: &str) -> Option<String> {
    let parameters = value.split(';').skip(1);
    let mut parameters = parameters.filter_map(|parameter| parameter.split_once('='));
    let (_, value) = parameters.find(|(found, _)| found.trim().eq_ignore_ascii_case(name))?;
    Some(value.trim().trim_matches('"').to_owned())
}

/// Replaces secrets; returns the names of the parts that held some, `None` where one
/// that is no text looks as if it does.
pub(super) fn redact(parts: &mut [Part], redactor: &Redactor) -> Option<Vec<String>> {
    let mut redacted = Vec::new();
    for part in parts {
        for header in &mut part.headers {
            *header = redactor.text(header).into_owned();
        }
        let replaced = match std::str::from_utf8(&part.body) {
            Ok(text) => redactor.field(&part.name, text).into_owned().into_bytes(),
            Err(_) if redactor.is_secret(&part.name) => PLACEHOLDER.into(),
            Err(_) => {
                let text = String::from_utf8_lossy(&part.body);
                if redactor.text(&text) != text {
                    return None;
                }
                part.body.clone()
            }
        };
        part.name = redactor.text(&part.name).into_owned();
        if replaced != part.body {
            redacted.push(part.name.clone());
            part.body = replaced;
        }
    }
    Some(redacted)
}

/// The body with [`BOUNDARY`].
pub(super) fn written(parts: &[Part]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(format!("--{BOUNDARY}\r\n").as_bytes());
        for header in &part.headers {
            bytes.extend_from_slice(format!("{header}\r\n").as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&part.body);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "--x\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\nmary\r\n\
        --x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nhunter2\r\n\
        --x\r\ncontent-disposition: form-data; name=file; filename=\"a.json\"\r\n\
        Content-Type: application/json\r\n\r\n{\"a\":\r\n1}\r\n--x--\r\n";

    #[test]
    fn parts_are_read_and_written_without_secrets() {
        let content_type = "multipart/form-data; boundary=\"x\"";
        let mut parts = parse(FORM.as_bytes(), content_type).unwrap();
        let redactor = Redactor::new(&[], &[]).unwrap();
        assert_eq!(redact(&mut parts, &redactor), Some(vec!["password".into()]));
        assert_eq!(parts[2].content_type(), Some("application/json"));
        let expected = FORM
            .replace("--x", "--pactwork-boundary")
            .replace("hunter2", "redacted");
        assert_eq!(String::from_utf8(written(&parts)).unwrap(), expected);
    }

    #[test]
    fn what_is_no_multipart_body() {
        for (body, content_type) in [
            (FORM, "multipart/form-data"),
            (FORM, "multipart/form-data; boundary=y"),
            ("--x--", "multipart/form-data; boundary=x"),
            ("--x\r\n\r\na\r\n--x--", "multipart/form-data; boundary=x"),
            (&FORM[..FORM.len() - 8], "multipart/form-data; boundary=x"),
        ] {
            assert_eq!(
                parse(body.as_bytes(), content_type),
                None,
                "{body} {content_type}"
            );
        }
    }
}
