//! The forms in which a text may be seen again.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986, 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// In base64, shorter texts look like others.
const SHORTEST_IN_BASE64: usize = 6;

/// The text itself, percent-encoded, as JSON writes it, and as part of base64.
pub(super) fn of(text: &str) -> Vec<String> {
    let encoded = utf8_percent_encode(text, RESERVED).to_string();
    let in_json = in_json(text);
    let mut forms = vec![
        text.into(),
        encoded.replace("%20", "+"),
        small_digits(&encoded),
        encoded,
        in_json.replace('/', "\\/"),
        in_ascii(&in_json),
        in_ascii(&in_json.replace('/', "\\/")),
        in_json,
    ];
    if text.len() >= SHORTEST_IN_BASE64 {
        forms.extend((0..3).flat_map(|offset| in_base64(text.as_bytes(), offset)));
    }
    forms
}

/// Without the quotes around it.
fn in_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].into()
}

fn in_ascii(json: &str) -> String {
    let mut escaped = String::new();
    for unit in json.encode_utf16() {
        match u8::try_from(unit).ok().filter(u8::is_ascii) {
            Some(ascii) => escaped.push(ascii.into()),
            None => escaped += &format!("\\u{unit:04x}"),
        }
    }
    escaped
}

/// `%2F` as `%2f`.
fn small_digits(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut small: String = parts.next().unwrap_or_default().into();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        small += &format!("%{}{rest}", digits.to_lowercase());
    }
    small
}

/// The characters that stand for these bytes alone, when so many bytes (modulo 3) stand
/// before them.
fn in_base64(bytes: &[u8], offset: usize) -> [String; 2] {
    let shifted = [&[0; 2][..offset], bytes].concat();
    // Each character stands for six bits.
    let first = (offset * 8).div_ceil(6);
    let end = shifted.len() * 8 / 6;
    [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD].map(|engine| engine.encode(&shifted)[first..end].into())
}
