//! Content types (RFC 9110, section 8.3): what a body is, and whether one
//! content type may stand for another.

/// What a body of a content type is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
    Text,
    /// Read as nothing: compared byte by byte.
    Bytes,
}

/// Content types that are text and do not begin with `text/`.
const TEXT: &[&str] = &[
    "application/graphql",
    "application/javascript",
    "application/jwt",
    "application/sql",
    "application/x-ndjson",
    "application/x-yaml",
    "application/yaml",
];

impl Format {
    /// The format of a content type, by its name or its structured suffix (RFC 6839).
    pub(crate) fn of(content_type: &str) -> Self {
        let name = essence(content_type);
        if matches!(name.as_str(), "application/json" | "text/json") || name.ends_with("+json") {
            return Self::Json;
        }
        if matches!(name.as_str(), "application/xml" | "text/xml") || name.ends_with("+xml") {
            return Self::Xml;
        }
        if name.starts_with("text/") || TEXT.contains(&name.as_str()) {
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
/// order and case (RFC 9110, section 8.3.1).
pub(crate) fn accepts(expected: &str, actual: &str) -> bool {
    let mut expected = split(expected, ';');
    let mut actual = split(actual, ';');
    let name = expected.next().unwrap_or_default();
    let actual_name = actual.next().unwrap_or_default();
    // What is no media type, as in some `Accept` headers of tests, is compared as it is.
    let same = match name.contains('/') {
        true => name.eq_ignore_ascii_case(actual_name),
        false => name == actual_name,
    };
    if !same {
        return false;
    }
    let actual: Vec<_> = actual.filter_map(pair).collect();
    expected
        .filter_map(pair)
        .all(|parameter| actual.contains(&parameter))
}

/// A parameter of a content type, by its name in any case.
pub(crate) fn parameter(content_type: &str, name: &str) -> Option<String> {
    let mut parameters = split(content_type, ';').skip(1);
    parameters.find_map(|text| {
        let (known, value) = text.split_once('=')?;
        let same = known.trim().eq_ignore_ascii_case(name);
        same.then(|| unquoted(value.trim()).to_owned())
    })
}

fn unquoted(value: &str) -> &str {
    value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .unwrap_or(value)
}

fn pair(text: &str) -> Option<(String, String)> {
    if text.is_empty() {
        return None;
    }
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    Some((
        name.trim().to_ascii_lowercase(),
        unquoted(value.trim()).to_ascii_lowercase(),
    ))
}

/// Splits at a separator that is not within double quotes, and trims.
pub(crate) fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
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
            ("a/b", "a/c", false),
            ("abc", "Abc", false),
            ("a/b", "", false),
        ] {
            assert_eq!(accepts(expected, actual), accepted, "{expected} {actual}");
        }
    }
}
