//! What can stand where a value stands, and words of one's own.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// Why a value could not be made stands under this name in place of it, and is a
/// problem of the definition that it stands in.
const PROBLEM: &str = "pactwork:problem";

/// What can stand in a definition: an example, a matcher, or a structure of both.
///
/// Whatever [serde] can write is one, so that values of the consumer's own types,
/// `json!` with [matchers](crate::matchers) in it, texts and numbers can stand in
/// bodies, paths, queries, headers, cookies, forms and metadata alike. What a
/// vocabulary of one's own returns is `impl Matcher`:
///
/// ```
/// use pactwork_consumer::matchers::{Matcher, integer, regex};
/// use pactwork_consumer::{get, status};
/// use serde_json::json;
///
/// fn money(amount: i64) -> impl Matcher {
///     json!({ "amount": integer(amount), "currency": regex("^[A-Z]{3}$", "EUR") })
/// }
///
/// fn order_number(example: &str) -> impl Matcher {
///     regex("^ABC-[0-9]+$", example)
/// }
///
/// let request = get("/orders").query("number", order_number("ABC-7"));
/// let response = status(200)
///     .header("X-Order", order_number("ABC-7"))
///     .json(json!({ "number": order_number("ABC-7"), "total": money(995) }));
/// # let _ = (request, response);
/// ```
///
/// A word that is made anew at each use is a closure in [`from_fn`].
pub trait Matcher: Serialize {
    /// The definition in the integration JSON format.
    fn definition(&self) -> Value {
        serde_json::to_value(self)
            .unwrap_or_else(|error| problem(format!("it cannot be written as JSON: {error}")))
    }
}

impl<T: Serialize + ?Sized> Matcher for T {}

/// A word of one's own from a closure; made by [`from_fn`].
#[derive(Clone, Copy)]
pub struct FromFn<F>(F);

impl<F> std::fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FromFn")
    }
}

/// A matcher that a closure makes each time it is used.
///
/// ```
/// use std::sync::atomic::{AtomicI64, Ordering};
///
/// use pactwork_consumer::matchers::{from_fn, integer};
/// use serde_json::json;
///
/// let last = AtomicI64::new(6);
/// let next_id = from_fn(|| integer(last.fetch_add(1, Ordering::Relaxed) + 1));
/// let body = json!([{ "id": next_id }, { "id": next_id }]);
/// assert_eq!(body[0]["id"]["value"], 7);
/// assert_eq!(body[1]["id"]["value"], 8);
/// ```
pub fn from_fn<M: Matcher, F: Fn() -> M>(make: F) -> FromFn<F> {
    FromFn(make)
}

impl<M: Matcher, F: Fn() -> M> Serialize for FromFn<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.0)().serialize(serializer)
    }
}

/// A definition that has no meaning, and why.
pub(crate) fn problem(reason: impl Into<String>) -> Value {
    json!({ PROBLEM: reason.into() })
}

/// Why a definition, or anything in it, has no meaning.
pub(crate) fn problems(definition: &Value) -> Vec<&str> {
    match definition {
        Value::Object(members) => match members.get(PROBLEM) {
            Some(Value::String(reason)) => vec![reason],
            _ => members.values().flat_map(problems).collect(),
        },
        Value::Array(elements) => elements.iter().flat_map(problems).collect(),
        _ => Vec::new(),
    }
}
