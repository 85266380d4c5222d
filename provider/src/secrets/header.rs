//! What is secret in the values of headers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pactwork_contract::is_secret_header;

use super::REDACTED;

/// Schemes of credentials (the registry of RFC 9110, 16.4.1); behind any other first
/// word stands nothing that we would know.
const SCHEMES: &[&str] = &["basic", "bearer", "digest", "dpop", "negotiate", "token"];

/// A header's value as it may be shown. Of one whose name says that it is a secret,
/// that is the scheme of its credentials, or the names and attributes of its cookies.
pub(crate) fn shown_header(name: &str, value: &str) -> String {
    if !is_secret_header(name) || value.is_empty() {
        return value.into();
    }
    match name.to_ascii_lowercase().as_str() {
        "set-cookie" => shown_set_cookie(value),
        "cookie" => value
            .split(';')
            .map(|cookie| shown_pair(cookie.trim()))
            .collect::<Vec<_>>()
            .join("; "),
        _ => match scheme(value) {
            Some((scheme, _)) => format!("{scheme} {REDACTED}"),
            None => REDACTED.into(),
        },
    }
}

/// The parts of a header's value that are secrets by themselves.
pub(super) fn credentials(name: &str, value: &str) -> Vec<String> {
    if name.eq_ignore_ascii_case("cookie") {
        let values = value.split(';').filter_map(|each| each.split_once('='));
        return values.map(|(_, value)| value.trim().into()).collect();
    }
    let Some((scheme, credentials)) = scheme(value) else {
        return Vec::new();
    };
    let mut parts = vec![credentials.to_owned()];
    if scheme.eq_ignore_ascii_case("basic")
        && let Ok(decoded) = STANDARD.decode(credentials)
        && let Ok(pair) = String::from_utf8(decoded)
    {
        parts.extend(pair.split_once(':').map(|(_, password)| password.into()));
        parts.push(pair);
    }
    parts
}

fn scheme(value: &str) -> Option<(&str, &str)> {
    let (scheme, credentials) = value.trim().split_once(' ')?;
    let known = SCHEMES
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    known.then(|| (scheme, credentials.trim()))
}

/// The attributes are no secrets (RFC 6265, 4.1).
fn shown_set_cookie(value: &str) -> String {
    let (pair, attributes) = match value.find(';') {
        Some(end) => value.split_at(end),
        None => (value, ""),
    };
    shown_pair(pair) + attributes
}

fn shown_pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, _)) => format!("{name}={REDACTED}"),
        None => REDACTED.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_secret_in_a_secret_header_is_shown() {
        for (name, value, shown) in [
            ("Content-Type", "text/plain", "text/plain"),
            ("Authorization", "Bearer abc", "Bearer [redacted]"),
            ("Authorization", "abc def", "[redacted]"),
            ("Authorization", "", ""),
            ("X-Api-Key", "abc", "[redacted]"),
            (
                "Cookie",
                "a=b; c=d; e",
                "a=[redacted]; c=[redacted]; [redacted]",
            ),
            (
                "Set-Cookie",
                "id=abc; Path=/; HttpOnly",
                "id=[redacted]; Path=/; HttpOnly",
            ),
            ("set-cookie", "id=abc", "id=[redacted]"),
        ] {
            assert_eq!(shown_header(name, value), shown, "{name}: {value}");
        }
    }
}
