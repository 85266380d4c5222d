//! Names with values, as queries and forms are written: `a=1&b=2&a=3`
//! (WHATWG URL, "application/x-www-form-urlencoded parsing").

use std::borrow::Cow;

use indexmap::IndexMap;
use percent_encoding::percent_decode;

use crate::charset::Charset;

/// Values by name, in the order of their first appearance.
pub(crate) type Parameters<'a> = IndexMap<Cow<'a, str>, Vec<Cow<'a, str>>>;

/// Reads names and values; `+` is a space, a name without `=` has an empty value.
pub(crate) fn parse(text: &[u8], charset: Charset) -> Parameters<'_> {
    let mut parameters = Parameters::new();
    let pairs = text.split(|byte| *byte == b'&');
    for pair in pairs.filter(|pair| !pair.is_empty()) {
        let end = pair.iter().position(|byte| *byte == b'=');
        let (name, value) = match end {
            Some(end) => (&pair[..end], &pair[end + 1..]),
            None => (pair, &b""[..]),
        };
        let values = parameters.entry(decode(name, charset)).or_default();
        values.push(decode(value, charset));
    }
    parameters
}

fn decode(text: &[u8], charset: Charset) -> Cow<'_, str> {
    let is_plain = text.is_ascii() && !text.iter().any(|byte| matches!(byte, b'+' | b'%'));
    if is_plain && let Ok(text) = std::str::from_utf8(text) {
        return text.into();
    }
    let spaced: Vec<_> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    let bytes: Cow<'_, [u8]> = percent_decode(&spaced).into();
    match charset.decode_part(&bytes) {
        Ok(text) => text.into_owned().into(),
        Err(_) => as_written(text).into(),
    }
}

/// What does not decode to text stays as it is written, so that different bytes
/// stay different; the case of hexadecimal digits does not count (RFC 3986,
/// section 6.2.2.1), and a byte that had to be encoded is.
pub(crate) fn as_written(text: &[u8]) -> String {
    let mut written = String::with_capacity(text.len());
    let mut digits = 0;
    for byte in text {
        let c = char::from(*byte);
        match c {
            '%' => digits = 2,
            _ if digits > 0 && c.is_ascii_hexdigit() => {
                digits -= 1;
                written.push(c.to_ascii_uppercase());
                continue;
            }
            _ => digits = 0,
        }
        match byte.is_ascii() {
            true => written.push(c),
            false => written.push_str(&format!("%{byte:02X}")),
        }
    }
    written
}

/// An expected value that could only be given as it is written is one that does
/// not decode; its digits are put in the case that the actual's are.
pub(crate) fn expected(text: &str) -> String {
    match percent_decode(text.as_bytes()).decode_utf8() {
        Ok(_) => text.into(),
        Err(_) => as_written(text.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        for (text, pairs) in [
            ("", &[][..]),
            ("a=1&b=2&a=3", &[("a", &["1", "3"][..]), ("b", &["2"])]),
            ("a&b=&=c", &[("a", &[""]), ("b", &[""]), ("", &["c"])]),
            ("&&a=1&", &[("a", &["1"])]),
            ("a=b=c", &[("a", &["b=c"])]),
            ("a[]=1&a%5B%5d=2", &[("a[]", &["1", "2"])]),
            ("x+y=%2B+%20", &[("x y", &["+  "])]),
            ("a=%C3%a9&b=é", &[("a", &["é"]), ("b", &["é"])]),
            ("a=1;b=2", &[("a", &["1;b=2"])]),
            (
                "a=%&b=%z&c=%4",
                &[("a", &["%"]), ("b", &["%z"]), ("c", &["%4"])],
            ),
            ("a=%ff&b=%Ff+c", &[("a", &["%FF"]), ("b", &["%FF+c"])]),
        ] {
            let parsed = parse(text.as_bytes(), Charset::UTF_8);
            let parsed: Vec<_> = parsed
                .iter()
                .map(|(name, values)| (&**name, values.iter().map(|v| &**v).collect::<Vec<_>>()))
                .collect();
            let pairs: Vec<_> = pairs.iter().map(|(n, v)| (*n, v.to_vec())).collect();
            assert_eq!(parsed, pairs, "{text}");
        }
    }

    #[test]
    fn different_bytes_stay_different() {
        let values = |text: &[u8]| parse(text, Charset::UTF_8)["a"][0].clone().into_owned();
        assert_ne!(values(b"a=%ff"), values(b"a=%fe"));
        assert_ne!(values(b"a=\xff"), values(b"a=\xfe"));
        assert_eq!(values(b"a=\xff"), values(b"a=%fF"));
        assert_eq!(expected("%ff"), "%FF");
        assert_eq!(expected("100%, %c3%a9"), "100%, %c3%a9");
    }
}
