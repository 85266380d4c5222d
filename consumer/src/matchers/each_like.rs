use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::Matcher;

/// A list whose elements are all like the example; made by [`each_like`].
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct EachLike {
    example: Value,
    min: Option<usize>,
    max: Option<usize>,
    examples: usize,
}

/// A list with at least one element; each element has the example's types, or
/// keeps the matchers in it. [`EachLike::min`] and [`EachLike::max`] say how
/// many elements there may be, [`EachLike::examples`] how many the example has.
///
/// ```
/// use pactwork_consumer::matchers::{each_like, integer};
/// use serde_json::json;
///
/// let body = json!({ "lines": each_like(json!({ "amount": integer(2) })).min(2).max(5) });
/// assert_eq!(body["lines"]["min"], 2);
/// ```
pub fn each_like(example: impl Matcher) -> EachLike {
    EachLike {
        example: example.definition(),
        min: None,
        max: None,
        examples: 1,
    }
}

impl EachLike {
    /// At least so many elements, and so many in the example; 0 allows an empty list.
    pub fn min(mut self, min: usize) -> Self {
        self.min = Some(min);
        self
    }

    /// At most so many elements.
    pub fn max(mut self, max: usize) -> Self {
        self.max = Some(max);
        self
    }

    /// So many elements in the example, where it is more than the least number.
    pub fn examples(mut self, count: usize) -> Self {
        self.examples = count;
        self
    }

    fn to_value(&self) -> Value {
        let mut definition = json!({
            "pact:matcher:type": "type",
            "value": vec![&self.example; self.examples],
            "min": self.min.unwrap_or(1),
        });
        if let Some(max) = self.max {
            definition["max"] = max.into();
        }
        definition
    }
}

impl From<EachLike> for Value {
    fn from(list: EachLike) -> Self {
        list.to_value()
    }
}

impl Serialize for EachLike {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}
