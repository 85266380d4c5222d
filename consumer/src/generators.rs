//! What is made anew each time: each function takes an example and says how other
//! values are made, and with which matcher these agree.
//!
//! A mock provider answers with new values, and a consumer's handler gets messages
//! with them; the pact is recorded with the example. In a request the consumer sends
//! what its matcher allows, and new values go to the real provider when it is
//! verified. A generator is a JSON value in the integration JSON format
//! (`{"pact:generator:type": …, "value": …}`) and can stand wherever
//! [matchers] can; [`generated`] is for any that has no word here,
//! [`from_state`](matchers::from_state) for what provider states return.
//!
//! ```
//! use pactwork_consumer::generators::{date_from, random_integer, random_uuid};
//! use pactwork_consumer::status;
//! use serde_json::json;
//!
//! let response = status(200).json(json!({
//!     "expires": date_from("yyyy-MM-dd", "now + 2 days", "2026-05-01"),
//!     "session": random_uuid("c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f"),
//!     "visits": random_integer(1..=1000, 12),
//! }));
//! # let _ = response;
//! ```

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use crate::matchers::{self, generated};

/// A whole number from this range.
pub fn random_integer(range: RangeInclusive<i64>, example: i64) -> Value {
    let attributes = json!({ "min": range.start(), "max": range.end() });
    generated("RandomInt", attributes, matchers::integer(example))
}

/// A number with a fractional part and so many digits in all.
pub fn random_decimal(digits: u8, example: f64) -> Value {
    let attributes = json!({ "digits": digits });
    generated("RandomDecimal", attributes, matchers::decimal(example))
}

/// So many hexadecimal digits.
pub fn random_hexadecimal(digits: u16, example: impl Into<String>) -> Value {
    let matcher = matchers::regex(format!("^[0-9a-fA-F]{{{digits}}}$"), example);
    generated("RandomHexadecimal", json!({ "digits": digits }), matcher)
}

/// Text of so many letters and digits; any text will do.
pub fn random_string(size: u16, example: impl Into<String>) -> Value {
    let attributes = json!({ "size": size });
    generated("RandomString", attributes, matchers::string(example))
}

/// True or false.
pub fn random_boolean(example: bool) -> Value {
    generated("RandomBoolean", json!({}), matchers::boolean(example))
}

/// A UUID in its usual form of 36 characters.
pub fn random_uuid(example: impl Into<String>) -> Value {
    generated("Uuid", json!({}), matchers::uuid(example))
}

/// How a UUID is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UuidFormat {
    /// 32 digits without dashes.
    Simple,
    /// `c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f`
    LowerCaseHyphenated,
    /// `C9EA4BB9-39E2-4B14-A1B0-0C3A3E3B3A4F`
    UpperCaseHyphenated,
    /// `urn:uuid:c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f`
    Urn,
}

impl UuidFormat {
    /// The name that the Pact specification gives it, and its pattern.
    fn name_and_pattern(self) -> (&'static str, String) {
        let hyphenated = |digit: &str| {
            format!("{digit}{{8}}-{digit}{{4}}-{digit}{{4}}-{digit}{{4}}-{digit}{{12}}")
        };
        let (name, pattern) = match self {
            Self::Simple => ("simple", "[0-9a-f]{32}".into()),
            Self::LowerCaseHyphenated => ("lower-case-hyphenated", hyphenated("[0-9a-f]")),
            Self::UpperCaseHyphenated => ("upper-case-hyphenated", hyphenated("[0-9A-F]")),
            Self::Urn => ("URN", format!("urn:uuid:{}", hyphenated("[0-9a-f]"))),
        };
        (name, format!("^{pattern}$"))
    }
}

/// A UUID in one of the formats of version 4 of the specification.
///
/// ```
/// use pactwork_consumer::generators::{UuidFormat, random_uuid_in};
///
/// let id = random_uuid_in(UuidFormat::Simple, "c9ea4bb939e24b14a1b00c3a3e3b3a4f");
/// assert_eq!(id["format"], "simple");
/// ```
pub fn random_uuid_in(format: UuidFormat, example: impl Into<String>) -> Value {
    let (name, pattern) = format.name_and_pattern();
    let matcher = matchers::regex(pattern, example);
    generated("Uuid", json!({ "format": name }), matcher)
}

/// Text the whole of which matches a regular expression, without look-around.
pub fn random_regex(pattern: impl Into<String>, example: impl Into<String>) -> Value {
    generated("Regex", json!({}), matchers::regex(pattern, example))
}

/// A date in this format, as seen from the present day: `now + 2 days`, `next week`,
/// `last friday`; the empty text for the present day.
pub fn date_from(
    format: impl Into<String>,
    expression: impl Into<String>,
    example: impl Into<String>,
) -> Value {
    let attributes = json!({ "expression": expression.into() });
    generated("Date", attributes, matchers::date(format, example))
}

/// A time in this format, as seen from the present one: `now + 2 hours`, `noon`,
/// `3 o'clock pm`.
pub fn time_from(
    format: impl Into<String>,
    expression: impl Into<String>,
    example: impl Into<String>,
) -> Value {
    let attributes = json!({ "expression": expression.into() });
    generated("Time", attributes, matchers::time(format, example))
}

/// A date and time in this format, as seen from the present moment: a date's
/// expression, and behind `@` a time's: `tomorrow @ noon + 5 minutes`.
pub fn datetime_from(
    format: impl Into<String>,
    expression: impl Into<String>,
    example: impl Into<String>,
) -> Value {
    let attributes = json!({ "expression": expression.into() });
    generated("DateTime", attributes, matchers::datetime(format, example))
}

/// A URL of the provider: in the consumer's test one that leads to the mock provider.
/// The pattern is that of the path, the example a path.
pub fn mock_provider_url(pattern: impl Into<String>, example: impl Into<String>) -> Value {
    let pattern = pattern.into();
    let pattern = format!(
        ".*({})$",
        pattern.trim_start_matches('^').trim_end_matches('$')
    );
    let example = format!("http://localhost{}", example.into());
    let attributes = json!({ "example": example });
    generated(
        "MockServerURL",
        attributes,
        matchers::regex(pattern, example),
    )
}
