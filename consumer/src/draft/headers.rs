//! Which headers a draft keeps. A consumer relies on few of those that come, so what
//! is kept is a short list; what is neither kept nor noise is named in a note.

use super::derive::Side;

/// Kept of every request.
const OF_REQUESTS: &[&str] = &["accept", "content-type"];

/// Kept of every answer.
const OF_RESPONSES: &[&str] = &["content-type", "location"];

/// What shows who asks; kept of requests with a placeholder.
const CREDENTIALS: &[&str] = &[
    "api-key",
    "apikey",
    "authorization",
    "ocp-apim-subscription-key",
    "private-token",
    "x-access-token",
    "x-api-key",
    "x-api-token",
    "x-auth-token",
    "x-functions-key",
];

/// About one connection (RFC 9110, section 7.6.1): never in a pact.
const HOP_BY_HOP: &[&str] = &[
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Set by clients, servers, caches and browsers whatever is asked: not worth a note.
const NOISE: &[&str] = &[
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "accept-ranges",
    "age",
    "allow",
    "alt-svc",
    "cache-control",
    "cf-cache-status",
    "cf-ray",
    "content-encoding",
    "content-length",
    "content-security-policy",
    "date",
    "dnt",
    "etag",
    "expect",
    "expires",
    "forwarded",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "last-modified",
    "nel",
    "origin",
    "permissions-policy",
    "pragma",
    "priority",
    "purpose",
    "referer",
    "referrer-policy",
    "report-to",
    "server",
    "server-timing",
    "strict-transport-security",
    "timing-allow-origin",
    "traceparent",
    "tracestate",
    "upgrade-insecure-requests",
    "user-agent",
    "vary",
    "via",
    "x-content-type-options",
    "x-correlation-id",
    "x-download-options",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-frame-options",
    "x-permitted-cross-domain-policies",
    "x-powered-by",
    "x-real-ip",
    "x-request-id",
    "x-requested-with",
    "x-response-time",
    "x-runtime",
    "x-xss-protection",
];

/// How the names of further noise begin.
const NOISY_BEGINNINGS: &[&str] = &[":", "access-control-", "cross-origin-", "sec-"];

/// What becomes of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Kept,
    /// Left out, which is not worth a word.
    Noise,
    /// Left out, and named.
    LeftOut,
}

/// What becomes of a header; `named` are those that were asked for, `name` is in
/// small letters.
pub(super) fn fate(name: &str, side: Side, named: &[String]) -> Fate {
    let is_in = |names: &[&str]| names.contains(&name);
    let asked_for = named.iter().any(|named| named.eq_ignore_ascii_case(name));
    let kept = match side {
        Side::Request => is_in(OF_REQUESTS) || is_in(CREDENTIALS),
        Side::Response => is_in(OF_RESPONSES),
    };
    let noisy = |beginning: &&str| name.starts_with(beginning);
    match () {
        () if is_in(HOP_BY_HOP) => Fate::Noise,
        () if kept || asked_for => Fate::Kept,
        () if is_in(NOISE) || NOISY_BEGINNINGS.iter().any(noisy) => Fate::Noise,
        () => Fate::LeftOut,
    }
}

/// The name as it is usually written, whichever version of HTTP it came by.
pub(super) fn spelled(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        format!("{}{}", first.to_uppercase(), rest.to_lowercase())
    });
    words.collect::<Vec<_>>().join("-")
}

/// A content type without what every reader assumes (RFC 8259, section 11).
pub(super) fn content_type(value: &str) -> String {
    let mut parameters = value.split(';').map(str::trim);
    let essence = parameters.next().unwrap_or_default().to_ascii_lowercase();
    let assumed = |parameter: &&str| {
        let parameter = parameter.to_ascii_lowercase().replace([' ', '"'], "");
        parameter != "charset=utf-8" && !parameter.is_empty()
    };
    let told: Vec<_> = parameters.filter(assumed).collect();
    match told.is_empty() {
        true => essence,
        false => format!("{essence};{}", told.join(";")),
    }
}

/// A content type's name alone.
pub(super) fn essence(value: &str) -> String {
    let essence = value.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_headers_are_kept() {
        let named = ["X-Tenant".to_owned(), "connection".to_owned()];
        for (name, request, response) in [
            ("accept", Fate::Kept, Fate::LeftOut),
            ("content-type", Fate::Kept, Fate::Kept),
            ("location", Fate::LeftOut, Fate::Kept),
            ("authorization", Fate::Kept, Fate::LeftOut),
            ("cookie", Fate::LeftOut, Fate::LeftOut),
            ("x-tenant", Fate::Kept, Fate::Kept),
            ("x-total-count", Fate::LeftOut, Fate::LeftOut),
            ("connection", Fate::Noise, Fate::Noise),
            ("etag", Fate::Noise, Fate::Noise),
            ("sec-fetch-mode", Fate::Noise, Fate::Noise),
            (":authority", Fate::Noise, Fate::Noise),
        ] {
            assert_eq!(fate(name, Side::Request, &named), request, "{name}");
            assert_eq!(fate(name, Side::Response, &named), response, "{name}");
        }
    }

    #[test]
    fn names_and_content_types_have_one_form() {
        assert_eq!(spelled("content-type"), "Content-Type");
        assert_eq!(spelled("X-API-KEY"), "X-Api-Key");
        for (value, expected) in [
            ("application/json; charset=utf-8", "application/json"),
            ("Application/JSON;charset=\"UTF-8\"", "application/json"),
            (
                "text/html; charset=iso-8859-1",
                "text/html;charset=iso-8859-1",
            ),
            (
                "application/vnd.a+json; v=1; charset=utf-8",
                "application/vnd.a+json;v=1",
            ),
        ] {
            assert_eq!(content_type(value), expected);
        }
    }
}
