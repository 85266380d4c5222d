use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Map, Value};

/// JSON whose members stand in the order given; the members of a borrowed
/// value are sorted, whatever order serde_json keeps them in.
pub(crate) enum Ordered<'a> {
    Object(Vec<(Cow<'a, str>, Ordered<'a>)>),
    Array(Vec<Ordered<'a>>),
    Borrowed(&'a Value),
    Text(Cow<'a, str>),
    Value(Value),
}

impl<'a> Ordered<'a> {
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn array(items: impl IntoIterator<Item = Ordered<'a>>) -> Self {
        Self::Array(items.into_iter().collect())
    }

    pub(crate) fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Pretty JSON, two spaces a level; writing to memory cannot fail.
    pub(super) fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// Members under way.
#[derive(Default)]
pub(super) struct Members<'a>(Vec<(Cow<'a, str>, Ordered<'a>)>);

impl<'a> Members<'a> {
    pub(super) fn add(&mut self, key: impl Into<Cow<'a, str>>, value: Ordered<'a>) -> &mut Self {
        self.0.push((key.into(), value));
        self
    }

    pub(super) fn add_all(&mut self, members: &'a Map<String, Value>) -> &mut Self {
        self.0.extend(
            members
                .iter()
                .map(|(key, value)| (key.into(), Ordered::Borrowed(value))),
        );
        self
    }

    /// Sorts what follows the first `fixed` members.
    pub(super) fn sorted_after(mut self, fixed: usize) -> Ordered<'a> {
        let fixed = fixed.min(self.0.len());
        self.0[fixed..].sort_by(|(left, _), (right, _)| left.cmp(right));
        Ordered::Object(self.0)
    }

    pub(super) fn sorted(self) -> Ordered<'a> {
        self.sorted_after(0)
    }
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
            Self::Array(items) => serializer.collect_seq(items),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Value(value) => SortedValue(value).serialize(serializer),
            Self::Borrowed(value) => SortedValue(value).serialize(serializer),
        }
    }
}

struct SortedValue<'a>(&'a Value);

impl Serialize for SortedValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(object) => {
                let mut members: Vec<_> = object.iter().collect();
                members.sort_by_key(|(key, _)| key.as_str());
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members {
                    map.serialize_entry(key, &SortedValue(value))?;
                }
                map.end()
            }
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&SortedValue(item))?;
                }
                list.end()
            }
            other => other.serialize(serializer),
        }
    }
}
