//! What may vary: each function takes an example and says what else would do.
//!
//! A matcher is a JSON value in the integration JSON format
//! (`{"pact:matcher:type": …, "value": …}`), so it can stand anywhere in a
//! `json!` body, and as the value of a header, a query parameter or a path.
//!
//! ```
//! use pactwork_consumer::matchers::{datetime, each_like, integer, regex, uuid};
//! use pactwork_consumer::{get, status};
//! use serde_json::json;
//!
//! let request = get(regex(r"^/orders/\d+$", "/orders/7")).query("page", integer(2));
//! let response = status(200).header("ETag", regex(r#"^".+"$"#, "\"a1\"")).json(json!({
//!     "id": uuid("c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f"),
//!     "at": datetime("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-05-01T10:00:00+02:00"),
//!     "lines": each_like(json!({ "amount": integer(2) })),
//! }));
//! # let _ = (request, response);
//! ```

mod each_like;

pub use each_like::{EachLike, each_like};

use serde_json::{Map, Value, json};

const UUID: &str = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

fn matcher(name: &str, example: impl Into<Value>) -> Value {
    json!({ "pact:matcher:type": name, "value": example.into() })
}

fn with(mut matcher: Value, member: &str, value: impl Into<Value>) -> Value {
    matcher[member] = value.into();
    matcher
}

/// The same JSON type as the example, and so for everything inside it.
pub fn like(example: impl Into<Value>) -> Value {
    matcher("type", example)
}

/// Equal to the example; for a part of something that is otherwise matched by type.
pub fn equal_to(example: impl Into<Value>) -> Value {
    matcher("equality", example)
}

/// A number without a fractional part.
pub fn integer(example: i64) -> Value {
    matcher("integer", example)
}

/// A number with a fractional part.
pub fn decimal(example: f64) -> Value {
    matcher("decimal", example)
}

/// Any number.
pub fn number(example: impl Into<Value>) -> Value {
    matcher("number", example)
}

/// True or false.
pub fn boolean(example: bool) -> Value {
    matcher("boolean", example)
}

/// JSON null.
pub fn null() -> Value {
    matcher("null", Value::Null)
}

/// Any text.
pub fn string(example: impl Into<String>) -> Value {
    matcher("type", example.into())
}

/// Text the whole of which matches a regular expression.
pub fn regex(pattern: impl Into<String>, example: impl Into<String>) -> Value {
    with(matcher("regex", example.into()), "regex", pattern.into())
}

/// A UUID in its usual form of 36 characters.
pub fn uuid(example: impl Into<String>) -> Value {
    regex(UUID, example)
}

/// A date and time in this format (patterns of Java's `DateTimeFormatter`, as
/// the Pact specification has it): `yyyy-MM-dd'T'HH:mm:ssXXX`.
pub fn datetime(format: impl Into<String>, example: impl Into<String>) -> Value {
    with(matcher("datetime", example.into()), "format", format.into())
}

/// A date in this format: `yyyy-MM-dd`.
pub fn date(format: impl Into<String>, example: impl Into<String>) -> Value {
    with(matcher("date", example.into()), "format", format.into())
}

/// A time in this format: `HH:mm:ss`.
pub fn time(format: impl Into<String>, example: impl Into<String>) -> Value {
    with(matcher("time", example.into()), "format", format.into())
}

/// Text that contains this text; the example is the text itself.
pub fn includes(text: impl Into<String>) -> Value {
    matcher("include", text.into())
}

/// Present, and neither null nor empty.
pub fn not_empty(example: impl Into<Value>) -> Value {
    matcher("notEmpty", example)
}

/// A semantic version (semver 2.0): `1.2.3`.
pub fn semver(example: impl Into<String>) -> Value {
    matcher("semver", example.into())
}

/// An object with any keys, each of which keeps a matcher.
///
/// ```
/// use pactwork_consumer::matchers::{each_key, regex};
/// use serde_json::json;
///
/// let prices = each_key(regex(r"^[A-Z]{3}-\d+$", "ABC-1"), json!({ "ABC-1": 100 }));
/// assert_eq!(prices["pact:matcher:type"], "eachKey");
/// ```
pub fn each_key(key: impl Into<Value>, example: impl Into<Value>) -> Value {
    with(matcher("eachKey", example), "rules", vec![key.into()])
}

/// An object or a list with any number of values, each of which keeps a matcher.
pub fn each_value(value: impl Into<Value>, example: impl Into<Value>) -> Value {
    with(matcher("eachValue", example), "rules", vec![value.into()])
}

/// A list that contains, in any order and among others, an element for each variant.
pub fn array_containing<V: Into<Value>>(variants: impl IntoIterator<Item = V>) -> Value {
    let variants: Vec<Value> = variants.into_iter().map(Into::into).collect();
    let mut definition = Map::new();
    definition.insert("pact:matcher:type".into(), "arrayContains".into());
    definition.insert("variants".into(), variants.into());
    definition.into()
}

/// What a matching rule expression says, such as
/// `atLeast(1), eachValue(matching(integer, 7))`; its example is the
/// expression's. The language is described at
/// [`pactwork_matching::expression`].
///
/// ```
/// use pactwork_consumer::matchers::expression;
/// use pactwork_consumer::status;
/// use serde_json::json;
///
/// let response = status(200).json(json!({ "ids": expression("eachValue(matching(integer, 7))") }));
/// # let _ = response;
/// ```
pub fn expression(expression: impl Into<String>) -> Value {
    json!({ "pact:match": expression.into() })
}

/// A value that the provider is asked for with what its provider states returned,
/// such as `/users/${id}`; in the consumer's test it is the example, and the value is
/// of the example's type.
///
/// In a response the provider has to answer with the states' value. The example may be
/// a matcher, for a provider that may answer otherwise; give one as well where another
/// implementation of Pact verifies the provider, since some compare with the example.
///
/// ```
/// use pactwork_consumer::matchers::{from_state, integer};
/// use pactwork_consumer::{get, status};
/// use serde_json::json;
///
/// let request = get(from_state("/users/${id}", "/users/7"));
/// let response = status(200).json(json!({ "id": from_state("${id}", integer(7)) }));
/// # let _ = (request, response);
/// ```
pub fn from_state(expression: impl Into<String>, example: impl Into<Value>) -> Value {
    let example = example.into();
    let data_type = match example.get("value").unwrap_or(&example) {
        Value::String(_) => "STRING",
        Value::Bool(_) => "BOOLEAN",
        Value::Number(number) if number.is_f64() => "DECIMAL",
        Value::Number(_) => "INTEGER",
        _ => "RAW",
    };
    let attributes = json!({ "expression": expression.into(), "dataType": data_type });
    generated("ProviderState", attributes, example)
}

/// A value that is made anew each time: a generator by the name of the Pact
/// specification, with its attributes, beside a matcher for what it makes. The usual
/// ones have words of their own in [`generators`](crate::generators).
///
/// ```
/// use pactwork_consumer::matchers::{generated, integer};
/// use serde_json::json;
///
/// let id = generated("RandomInt", json!({ "min": 1, "max": 9 }), integer(7));
/// assert_eq!(id["pact:generator:type"], "RandomInt");
/// ```
pub fn generated(generator: &str, attributes: Value, matcher: impl Into<Value>) -> Value {
    let mut definition = match matcher.into() {
        Value::Object(matcher) if matcher.contains_key("pact:matcher:type") => matcher,
        example => Map::from_iter([("value".into(), example)]),
    };
    if let Value::Object(attributes) = attributes {
        definition.extend(attributes);
    }
    definition.insert("pact:generator:type".into(), generator.into());
    definition.into()
}
