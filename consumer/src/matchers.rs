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
#[cfg(feature = "schemars")]
mod of_type;
mod own;
mod several;

pub use each_like::{EachLike, each_like};
#[cfg(feature = "schemars")]
pub use of_type::of_type;
pub use own::{FromFn, Matcher, from_fn};
pub(crate) use own::{problem, problems};
pub(crate) use several::escaped;
pub use several::{all_of, nullable, one_of};

use serde_json::{Map, Value, json};

const UUID: &str = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

fn matcher(name: &str, example: impl Matcher) -> Value {
    json!({ "pact:matcher:type": name, "value": example.definition() })
}

fn with(mut matcher: Value, member: &str, value: impl Into<Value>) -> Value {
    matcher[member] = value.into();
    matcher
}

/// The same JSON type as the example, and so for everything inside it. The example may
/// be of any type that derives `Serialize`.
///
/// ```
/// use pactwork_consumer::matchers::like;
/// use serde::Serialize;
///
/// #[derive(Serialize)]
/// struct Order {
///     id: u64,
///     customer: String,
/// }
///
/// let order = like(&Order { id: 7, customer: "Mary".into() });
/// assert_eq!(order["value"]["customer"], "Mary");
/// ```
pub fn like(example: impl Matcher) -> Value {
    matcher("type", example)
}

/// Equal to the example; for a part of something that is otherwise matched by type.
pub fn equal_to(example: impl Matcher) -> Value {
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
pub fn number(example: impl Matcher) -> Value {
    matcher("number", example)
}

/// True or false.
pub fn boolean(example: bool) -> Value {
    matcher("boolean", example)
}

/// JSON null. In `json!`, to which `null` is a word of its own, it is written with its
/// path:
///
/// ```
/// use pactwork_consumer::matchers;
///
/// let body = serde_json::json!({ "deleted": matchers::null() });
/// assert_eq!(body["deleted"]["pact:matcher:type"], "null");
/// ```
pub fn null() -> Value {
    matcher("null", Value::Null)
}

/// Any text.
pub fn string(example: impl Into<String>) -> Value {
    matcher("type", example.into())
}

/// Text the whole of which matches a regular expression.
///
/// ```
/// let sku = pactwork_consumer::matchers::regex("^[A-Z]{3}-[0-9]+$", "ABC-1");
/// assert_eq!(sku["value"], "ABC-1");
/// ```
pub fn regex(pattern: impl Into<String>, example: impl Into<String>) -> Value {
    with(matcher("regex", example.into()), "regex", pattern.into())
}

/// A UUID in its usual form of 36 characters.
///
/// ```
/// let id = pactwork_consumer::matchers::uuid("c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f");
/// assert_eq!(id["pact:matcher:type"], "regex");
/// ```
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

/// Text that contains this text; the example is the text itself. With another example:
/// `all_of([includes("ell")], "hello")`.
pub fn includes(text: impl Into<String>) -> Value {
    matcher("include", text.into())
}

/// Present, and neither null nor empty.
pub fn not_empty(example: impl Matcher) -> Value {
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
///
/// Several matchers for each key are one [`all_of`]. Needs a pact of version 4.
pub fn each_key(key: impl Matcher, example: impl Matcher) -> Value {
    each("eachKey", &key, example)
}

/// An object or a list with any number of values, each of which keeps a matcher, or
/// several in [`all_of`]. Needs a pact of version 4.
///
/// ```
/// use pactwork_consumer::matchers::{each_value, integer};
/// use serde_json::json;
///
/// let stock = each_value(integer(100), json!({ "ABC-1": 100 }));
/// assert_eq!(stock["pact:matcher:type"], "eachValue");
/// ```
pub fn each_value(value: impl Matcher, example: impl Matcher) -> Value {
    each("eachValue", &value, example)
}

fn each(name: &str, rule: &impl Matcher, example: impl Matcher) -> Value {
    match several::each_rule(rule) {
        Ok(rules) => with(matcher(name, example), "rules", rules),
        Err(reason) => problem(format!("{name}: {reason}")),
    }
}

/// An object with any keys, whose values are all as the example's are: equal to it, or
/// keeping the matchers in it. [`each_value`] says more, in a pact of version 4.
///
/// ```
/// use pactwork_consumer::matchers::{integer, values};
/// use serde_json::json;
///
/// let stock = values(json!({ "ABC-1": { "amount": integer(100) } }));
/// assert_eq!(stock["pact:matcher:type"], "values");
/// ```
pub fn values(example: impl Matcher) -> Value {
    matcher("values", example)
}

/// Text that is of a content type, by what it is itself: `content_type("text/html", "<p/>")`.
/// For bodies that are no text there is `.body_of_type(…)`, and `.file(…)`.
///
/// ```
/// use pactwork_consumer::matchers::content_type;
/// use pactwork_consumer::status;
/// use serde_json::json;
///
/// let page = status(200).header("Content-Type", "text/html").text(content_type("text/html", "<html/>"));
/// let logo = status(200).json(json!({ "svg": content_type("image/svg+xml", "<svg/>") }));
/// # let _ = (page, logo);
/// ```
pub fn content_type(name: impl Into<String>, example: impl Into<String>) -> Value {
    let rule = json!({ "pact:matcher:type": "contentType", "value": name.into() });
    json!({ "pact:matcher:type": [rule], "value": example.into() })
}

/// A list that contains, in any order and among others, an element for each variant.
/// Needs a pact of version 4.
///
/// ```
/// use pactwork_consumer::matchers::{array_containing, like};
/// use serde_json::json;
///
/// let links = array_containing([
///     json!({ "rel": "self", "href": like("/orders/7") }),
///     json!({ "rel": "lines", "href": like("/orders/7/lines") }),
/// ]);
/// assert_eq!(links["variants"][1]["rel"], "lines");
/// ```
pub fn array_containing<V: Matcher>(variants: impl IntoIterator<Item = V>) -> Value {
    let variants: Vec<Value> = variants.into_iter().map(|each| each.definition()).collect();
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
pub fn from_state(expression: impl Into<String>, example: impl Matcher) -> Value {
    let example = example.definition();
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
pub fn generated(generator: &str, attributes: Value, matcher: impl Matcher) -> Value {
    let mut definition = match matcher.definition() {
        Value::Object(matcher) if matcher.contains_key("pact:matcher:type") => matcher,
        example => Map::from_iter([("value".into(), example)]),
    };
    if let Value::Object(attributes) = attributes {
        definition.extend(attributes);
    }
    definition.insert("pact:generator:type".into(), generator.into());
    definition.into()
}
