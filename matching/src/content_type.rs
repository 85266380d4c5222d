//! Content types (RFC 9110, section 8.3): what a body is, and whether one
//! content type may stand for another.

/// What a body of a content type is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
    Text,
    /// `application/x-www-form-urlencoded`: fields by name.
    Form,
    /// `multipart/*`: parts, each of a content type of its own.
    Multipart,
    /// Read as nothing: compared byte by byte.
    Bytes,
}

/// Content types that are text and do not begin with `text/`.
const TEXT: &[&str] = &[
    "application/ecmascript",
    "application/graphql",
    "application/javascript",
    "application/jsonl",
    "application/jwt",
    "application/sql",
    "application/toml",
    "application/x-javascript",
    "application/x-ndjson",
    "application/x-yaml",
    "application/yaml",
];

/// How the names of content types that are JSON end.
const JSON: &[&str] = &["/json", "/x-json", "+json"];

impl Format {
    /// The format of a content type, by its name or its structured suffix (RFC 6839).
    pub(crate) fn of(content_type: &str) -> Self {
        let name = essence(content_type);
        if JSON.iter().any(|ending| name.ends_with(ending)) {
            return Self::Json;
        }
        if matches!(name.as_str(), "application/xml" | "text/xml") || name.ends_with("+xml") {
            return Self::Xml;
        }
        if name == "application/x-www-form-urlencoded" {
            return Self::Form;
        }
        if name.starts_with("multipart/") {
            return Self::Multipart;
        }
        if name.starts_with("text/") || TEXT.contains(&name.as_str()) || name.ends_with("+yaml") {
            return Self::Text;
        }
        Self::Bytes
    }
}

/// Type and subtype in lower case, without parameters.
pub(crate) fn essence(content_type: &str) -> String {
    let end = content_type.find(';').unwrap_or(content_type.len());
    content_type[..end].trim().to_ascii_lowercase()
}

/// Whether the actual has the expected type and at least its parameters, in any
/// order and case (RFC 9110, section 8.3.1). A multipart's boundary is each
/// sender's own choice and says nothing (RFC 2046, section 5.1.1).
pub(crate) fn accepts(expected: &str, actual: &str) -> bool {
    let name = first(expected, ';');
    let actual_name = first(actual, ';');
    // What is no media type, as in some `Accept` headers of tests, is compared as it is.
    let same = match name.contains('/') {
        true => name.eq_ignore_ascii_case(actual_name),
        false => name == actual_name,
    };
    if !same {
        return false;
    }
    let is_multipart = Format::of(expected) == Format::Multipart;
    let actual: Vec<_> = parameters(actual).map(folded).collect();
    parameters(expected)
        .map(folded)
        .filter(|(name, _)| !(is_multipart && name == "boundary"))
        .all(|parameter| actual.contains(&parameter))
}

/// The value of a parameter, by its name in lower case; without quotes.
pub(crate) fn parameter(content_type: &str, name: &str) -> Option<String> {
    parameters(content_type)
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| unquoted(value))
}

fn parameters(content_type: &str) -> impl Iterator<Item = (&str, &str)> {
    let parameters = split(content_type, ';').skip(1);
    parameters
        .filter(|text| !text.is_empty())
        .map(|text| match text.split_once('=') {
            Some((name, value)) => (name.trim(), value.trim()),
            None => (text, ""),
        })
}

fn folded((name, value): (&str, &str)) -> (String, String) {
    let value = unquoted(value).to_ascii_lowercase();
    (name.to_ascii_lowercase(), value)
}

/// The text of a quoted string (RFC 9110, section 5.6.4); any other as it is.
fn unquoted(value: &str) -> String {
    let inner = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    match inner {
        // A path of Windows in a file name is no escape.
        Some(inner) => inner.replace("\\\"", "\""),
        None => value.into(),
    }
}

fn first(text: &str, separator: char) -> &str {
    split(text, separator).next().unwrap_or_default()
}

/// Splits at a separator that is not within double quotes, and trims.
pub(crate) fn split(text: &str, separator: char) -> impl Iterator<Item = &str> + Clone {
    let mut quoted = false;
    let mut escaped = false;
    text.split(move |c| {
        quoted ^= c == '"' && !escaped;
        escaped = quoted && c == '\\' && !escaped;
        c == separator && !quoted
    })
    .map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        for (content_type, format) in [
            ("application/json", Format::Json),
            ("Application/JSON; charset=utf-8", Format::Json),
            ("application/vnd.orders.v1+json", Format::Json),
            ("text/plain", Format::Text),
            ("text/csv;header=present", Format::Text),
            ("application/graphql", Format::Text),
            ("application/xml", Format::Xml),
            ("text/xml", Format::Xml),
            ("application/atom+xml", Format::Xml),
            ("text/json", Format::Json),
            (" Application/X-JSON ;v=1", Format::Json),
            ("application/openapi+yaml", Format::Text),
            ("application/x-www-form-urlencoded", Format::Form),
            ("multipart/form-data; boundary=x", Format::Multipart),
            ("Multipart/Mixed", Format::Multipart),
            ("image/png", Format::Bytes),
            ("", Format::Bytes),
        ] {
            assert_eq!(Format::of(content_type), format, "{content_type}");
        }
    }

    #[test]
    fn the_expected_parameters_have_to_be_there() {
        for (expected, actual, accepted) in [
            ("application/json", "application/json; charset=UTF-8", true),
            (
                "application/json;charset=utf-8",
                "application/json; charset=UTF-8",
                true,
            ),
            (
                "application/json; charset=UTF-16",
                "application/json; charset=UTF-8",
                false,
            ),
            ("application/json; charset=utf-8", "application/json", false),
            ("a/b; x=1; y=2", "A/B;y=2;x=1", true),
            ("a/b; x=\"1;2\"", "a/b; x=\"1;2\"", true),
            ("a/b; x=1", "a/b; x=\"1\"", true),
            ("a/b; x=\"1\\\";2\"", "a/b; x=\"1\\\";3\"", false),
            ("a/b ; x = 1", "a/b;x=1", true),
            (
                "multipart/mixed; boundary=a",
                "multipart/mixed; boundary=b",
                true,
            ),
            (
                "multipart/mixed; type=a",
                "multipart/mixed; boundary=b",
                false,
            ),
            ("a/b", "a/c", false),
            ("abc", "Abc", false),
            ("a/b", "", false),
        ] {
            assert_eq!(accepts(expected, actual), accepted, "{expected} {actual}");
        }
    }

    #[test]
    fn parameters_by_name() {
        for (content_type, value) in [
            ("text/plain; charset=UTF-8", Some("UTF-8")),
            ("text/plain;Charset=\"utf 8\"", Some("utf 8")),
            ("text/plain; x=\"; charset=a\"; charset=b", Some("b")),
            ("text/plain; charset", Some("")),
            ("text/plain", None),
        ] {
            assert_eq!(
                parameter(content_type, "charset").as_deref(),
                value,
                "{content_type}"
            );
        }
    }
}
