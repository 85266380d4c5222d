//! What is made anew each time: each function takes an example and says how other
//! values are made, and with which matcher these agree.
//!
//! A mock provider answers with new values, and so does the consumer's handler get
//! its messages; the pact is recorded with the example. A request is expected as its
//! example stands; new values are put into it where the real provider is verified.
//! A generator is a JSON value in the integration JSON format
//! (`{"pact:generator:type": …, "value": …}`) and can stand wherever
//! [matchers](crate::matchers) can.
//!
//! ```
//! use pactwork_consumer::generators::{from_state, random_integer, random_uuid};
//! use pactwork_consumer::{get, status};
//! use serde_json::json;
//!
//! let request = get(from_state("/users/${id}", "/users/7"));
//! let response = status(200).json(json!({
//!     "id": from_state("${id}", 7),
//!     "session": random_uuid("c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f"),
//!     "visits": random_integer(1..=1000, 12),
//! }));
//! # let _ = (request, response);
//! ```

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use crate::matchers;

const MATCHER: &str = "pact:matcher:type";

/// Adds a generator to a matcher or an example.
fn generated(definition: impl Into<Value>, name: &str, attributes: &[(&str, Value)]) -> Value {
    let mut definition = definition.into();
    if definition.get(MATCHER).is_none() {
        definition = json!({ "value": definition });
    }
    definition["pact:generator:type"] = name.into();
    for (name, value) in attributes {
        definition[name] = value.clone();
    }
    definition
}

/// What the provider states return when the provider is verified, put into an
/// expression: `/users/${id}`. In the consumer's test the example stands.
///
/// In a response the provider has to answer with the state's value. The example may
/// be a matcher, for a provider that may answer otherwise: `from_state("${id}",
/// integer(7))`; give one as well where another implementation of Pact verifies the
/// provider, since some compare with the example. The value is of the example's type.
pub fn from_state(expression: impl Into<String>, example: impl Into<Value>) -> Value {
    let example = example.into();
    let data_type = match example.get("value").unwrap_or(&example) {
        Value::String(_) => "STRING",
        Value::Bool(_) => "BOOLEAN",
        Value::Number(number) if number.is_f64() => "DECIMAL",
        Value::Number(_) => "INTEGER",
        _ => "RAW",
    };
    let expression = expression.into().into();
    let attributes = [("expression", expression), ("dataType", data_type.into())];
    generated(example, "ProviderState", &attributes)
}

/// A whole number from this range.
pub fn random_integer(range: RangeInclusive<i64>, example: i64) -> Value {
    let attributes = [
        ("min", (*range.start()).into()),
        ("max", (*range.end()).into()),
    ];
    generated(matchers::integer(example), "RandomInt", &attributes)
}

/// A number with a fractional part and so many digits in all.
pub fn random_decimal(digits: u8, example: f64) -> Value {
    let attributes = [("digits", digits.into())];
    generated(matchers::decimal(example), "RandomDecimal", &attributes)
}

/// So many hexadecimal digits.
pub fn random_hexadecimal(digits: u16, example: impl Into<String>) -> Value {
    let matcher = matchers::regex(format!("^[0-9a-fA-F]{{{digits}}}$"), example);
    generated(matcher, "RandomHexadecimal", &[("digits", digits.into())])
}

/// Text of so many letters and digits; any text will do.
pub fn random_string(size: u16, example: impl Into<String>) -> Value {
    let attributes = [("size", size.into())];
    generated(matchers::string(example), "RandomString", &attributes)
}

/// True or false.
pub fn random_boolean(example: bool) -> Value {
    generated(matchers::boolean(example), "RandomBoolean", &[])
}

/// A UUID in its usual form of 36 characters.
pub fn random_uuid(example: impl Into<String>) -> Value {
    generated(matchers::uuid(example), "Uuid", &[])
}

/// Text the whole of which matches a regular expression, without look-around.
pub fn random_regex(pattern: impl Into<String>, example: impl Into<String>) -> Value {
    generated(matchers::regex(pattern, example), "Regex", &[])
}

/// A date in this format, as seen from the present day: `now + 2 days`, `next week`,
/// `last friday`; the empty text for the present day.
pub fn date_from(
    format: impl Into<String>,
    expression: impl Into<String>,
    example: impl Into<String>,
) -> Value {
    let attributes = [("expression", expression.into().into())];
    generated(matchers::date(format, example), "Date", &attributes)
}

/// A time in this format, as seen from the present one: `now + 2 hours`, `noon`,
/// `3 o'clock pm`.
pub fn time_from(
    format: impl Into<String>,
    expression: impl Into<String>,
    example: impl Into<String>,
) -> Value {
    let attributes = [("expression", expression.into().into())];
    generated(matchers::time(format, example), "Time", &attributes)
}

/// A date and time in this format, as seen from the present moment: a date's
/// expression, and behind `@` a time's: `tomorrow @ noon + 5 minutes`.
pub fn datetime_from(
    format: impl Into<String>,
    expression: impl Into<String>,
    example: impl Into<String>,
) -> Value {
    let attributes = [("expression", expression.into().into())];
    generated(matchers::datetime(format, example), "DateTime", &attributes)
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
    let attributes = [("example", example.clone().into())];
    generated(
        matchers::regex(pattern, example),
        "MockServerURL",
        &attributes,
    )
}
