//! JSON in a defined order of members, whatever order serde_json keeps them in.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Number, Value};

pub(crate) enum Ordered<'a> {
    Object(Members<'a>),
    Array(Vec<Ordered<'a>>),
    Text(Cow<'a, str>),
    Borrowed(&'a Value),
    Value(Value),
}

impl<'a> Ordered<'a> {
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn array(items: impl IntoIterator<Item = Ordered<'a>>) -> Self {
        Self::Array(items.into_iter().collect())
    }

    pub(super) fn members(members: &'a Map<String, Value>) -> Self {
        Members::default().with(members).into()
    }

    pub(crate) fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Pretty JSON, two spaces a level; writing to memory cannot fail.
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Whether it has more levels of objects and lists; looks no deeper than that.
    pub(super) fn is_deeper_than(&self, levels: usize) -> bool {
        match self {
            Self::Borrowed(value) => is_deeper_than(value, levels),
            Self::Value(value) => is_deeper_than(value, levels),
            Self::Text(_) => false,
            Self::Object(_) | Self::Array(_) if levels == 0 => true,
            Self::Object(members) => {
                let mut members = members.members.iter();
                members.any(|(_, value)| value.is_deeper_than(levels - 1))
            }
            Self::Array(items) => items.iter().any(|item| item.is_deeper_than(levels - 1)),
        }
    }

    /// Puts in what was not understood where it was found; what is understood wins.
    fn fill(&mut self, unknown: &'a Value) {
        match (self, unknown) {
            (Self::Object(members), Value::Object(unknown)) => members.fill(unknown),
            (Self::Array(items), Value::Array(unknown)) => {
                items
                    .iter_mut()
                    .zip(unknown)
                    .for_each(|(item, unknown)| item.fill(unknown));
            }
            _ => {}
        }
    }
}

impl<'a> From<Members<'a>> for Ordered<'a> {
    fn from(members: Members<'a>) -> Self {
        Self::Object(members)
    }
}

/// Whether a value has more levels of objects and lists; looks no deeper than that.
pub(super) fn is_deeper_than(value: &Value, levels: usize) -> bool {
    match value {
        Value::Object(_) | Value::Array(_) if levels == 0 => true,
        Value::Object(object) => object.values().any(|each| is_deeper_than(each, levels - 1)),
        Value::Array(items) => items.iter().any(|each| is_deeper_than(each, levels - 1)),
        _ => false,
    }
}

/// An object's members. They are written sorted by name, but for the first
/// `leading` ones, which stand as added.
#[derive(Default)]
pub(crate) struct Members<'a> {
    leading: usize,
    members: Vec<(Cow<'a, str>, Ordered<'a>)>,
}

impl<'a> Members<'a> {
    /// Adds a member that stands before the sorted ones.
    pub(super) fn lead(&mut self, key: &'a str, value: impl Into<Ordered<'a>>) -> &mut Self {
        self.leading += 1;
        self.add(key, value)
    }

    pub(super) fn add(
        &mut self,
        key: impl Into<Cow<'a, str>>,
        value: impl Into<Ordered<'a>>,
    ) -> &mut Self {
        self.members.push((key.into(), value.into()));
        self
    }

    pub(super) fn with(mut self, members: &'a Map<String, Value>) -> Self {
        self.fill(members);
        self
    }

    /// Adds members that were not understood; one that is there already keeps
    /// its value, and takes what was not understood within it.
    pub(super) fn fill(&mut self, unknown: &'a Map<String, Value>) {
        self.fill_without(unknown, &[]);
    }

    /// The same, leaving out the members of these names.
    pub(super) fn fill_without(&mut self, unknown: &'a Map<String, Value>, left_out: &[&str]) {
        let positions = self.members.iter().enumerate();
        let known: HashMap<String, usize> = match unknown.is_empty() {
            true => return,
            false => positions
                .map(|(at, (key, _))| (key.to_string(), at))
                .collect(),
        };
        for (key, value) in unknown {
            if left_out.contains(&key.as_str()) {
                continue;
            }
            match known.get(key) {
                Some(at) => self.members[*at].1.fill(value),
                None => {
                    self.add(key, Ordered::Borrowed(value));
                }
            }
        }
    }

    fn in_order(&self) -> impl Iterator<Item = &(Cow<'a, str>, Ordered<'a>)> {
        let (leading, others) = self.members.split_at(self.leading);
        let mut others: Vec<_> = others.iter().collect();
        others.sort_by(|(left, _), (right, _)| left.cmp(right));
        leading.iter().chain(others)
    }
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.members.len()))?;
                for (key, value) in members.in_order() {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
            Self::Array(items) => serializer.collect_seq(items),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Borrowed(value) => Sorted(value).serialize(serializer),
            Self::Value(value) => Sorted(value).serialize(serializer),
        }
    }
}

/// A value whose objects are sorted at every level.
struct Sorted<'a>(&'a Value);

impl Serialize for Sorted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(object) => {
                let mut members: Vec<_> = object.iter().collect();
                members.sort_by_key(|(key, _)| key.as_str());
                let members = members.into_iter().map(|(key, value)| (key, Sorted(value)));
                serializer.collect_map(members)
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(Sorted)),
            Value::Number(number) => serialize_number(number, serializer),
            other => other.serialize(serializer),
        }
    }
}

/// serde_json's `arbitrary_precision` keeps a number's spelling: `1.50` would
/// be written so with that feature, and as `1.5` without it.
fn serialize_number<S: Serializer>(number: &Number, serializer: S) -> Result<S::Ok, S::Error> {
    if let Some(integer) = number.as_i64() {
        serializer.serialize_i64(integer)
    } else if let Some(integer) = number.as_u64() {
        serializer.serialize_u64(integer)
    } else if let Some(float) = number.as_f64().filter(|float| float.is_finite()) {
        serializer.serialize_f64(float)
    } else {
        number.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_sorted_at_every_level_after_the_leading_ones() {
        let value = json!({ "z": [{ "b": 1, "a": { "d": 1.5, "c": null } }], "B": true });
        let mut members = Members::default();
        members
            .lead("type", Ordered::text("t"))
            .add("y", Ordered::Borrowed(&value))
            .add("x", Ordered::array([]));
        assert_eq!(
            serde_json::to_string(&Ordered::from(members)).unwrap(),
            r#"{"type":"t","x":[],"y":{"B":true,"z":[{"a":{"c":null,"d":1.5},"b":1}]}}"#
        );
    }

    #[test]
    fn depth_counts_objects_and_lists() {
        for (value, depth) in [(json!(1), 0), (json!([]), 1), (json!({ "a": [1, {}] }), 3)] {
            let mut members = Members::default();
            members.add("x", Ordered::array([Ordered::Borrowed(&value)]));
            let ordered = Ordered::from(members);
            assert!(!ordered.is_deeper_than(depth + 2), "{value}");
            assert!(ordered.is_deeper_than(depth + 1), "{value}");
        }
    }

    #[test]
    fn what_was_not_understood_goes_where_it_was_found_and_never_replaces() {
        let unknown = json!({ "a": { "n": 1, "known": 2 }, "list": [{}, { "m": 3 }], "b": 4 });
        let unknown = unknown.as_object().unwrap();
        let object = |value| {
            let mut members = Members::default();
            members.add("known", Ordered::Value(value));
            Ordered::from(members)
        };
        let mut members = Members::default();
        members
            .add("a", object(json!(0)))
            .add("list", Ordered::array([object(json!(1)), object(json!(2))]));
        assert_eq!(
            Ordered::from(members.with(unknown)).to_value(),
            json!({ "a": { "known": 0, "n": 1 }, "list": [{ "known": 1 }, { "known": 2, "m": 3 }], "b": 4 })
        );
    }
}
