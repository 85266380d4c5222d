use pactwork_contract::{Category, MessageContents};
use serde_json::{Map, Value};

use crate::{
    Mismatch, Part, actual, content_type,
    fields::{self, FieldRules},
    near,
    rules::equal,
    structure::{Keys, Plan, Reading},
    warnings::Warnings,
};

/// Names under which the metadata gives the contents' type.
const CONTENT_TYPE: &[&str] = &["contentType", "content-type"];

/// Expected metadata; other metadata is allowed.
#[derive(Debug)]
pub(crate) struct MetadataMatcher {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    value: Value,
    plan: Option<Plan>,
}

impl MetadataMatcher {
    pub(crate) fn compile(message: &MessageContents, warnings: &mut Warnings) -> Self {
        let metadata = &message.metadata;
        let names = metadata.keys().map(String::as_str);
        let same = |left: &str, right: &str| left == right;
        let category = Category::Metadata;
        let rules = FieldRules::compile(&message.matching_rules, category, names, same, warnings);
        let mut entries: Vec<_> = metadata
            .iter()
            .map(|(name, value)| Entry {
                plan: rules.plan(name, value),
                name: name.clone(),
                value: value.clone(),
            })
            .collect();
        entries.sort_unstable_by(|left, right| left.name.cmp(&right.name));
        Self { entries }
    }

    pub(crate) fn compare(&self, actual: &actual::Message<'_>) -> Vec<Mismatch> {
        let mut mismatches = Vec::new();
        for entry in &self.entries {
            match entry.find(actual) {
                Some(value) => mismatches.extend(entry.compare(&value)),
                None => {
                    let expected = entry.value.clone();
                    let names = actual.metadata.keys().map(String::as_str);
                    let names = names.filter(|name| !self.expects(name));
                    mismatches.push(Mismatch {
                        near: near::nearest(&entry.name, names),
                        ..fields::missing(Part::Metadata, &entry.name, expected)
                    });
                }
            }
        }
        mismatches
    }
}

impl MetadataMatcher {
    fn expects(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }
}

/// The content type that metadata gives.
pub(crate) fn content_type(metadata: &Map<String, Value>) -> Option<&str> {
    let (_, value) = metadata.iter().find(|(name, _)| is_content_type(name))?;
    value.as_str()
}

fn is_content_type(name: &str) -> bool {
    CONTENT_TYPE
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

impl Entry {
    /// The actual value: by name, else by the name in another case; the content
    /// type also from the transport.
    fn find(&self, actual: &actual::Message<'_>) -> Option<Value> {
        if let Some(value) = actual.metadata.get(&self.name) {
            return Some(value.clone());
        }
        let mut entries = actual.metadata.iter();
        if is_content_type(&self.name) {
            let found = entries.find(|(name, _)| is_content_type(name));
            return found
                .map(|(_, value)| value.clone())
                .or_else(|| actual.content_type.map(Value::from));
        }
        entries
            .find(|(name, _)| name.eq_ignore_ascii_case(&self.name))
            .map(|(_, value)| value.clone())
    }

    fn compare(&self, actual: &Value) -> Vec<Mismatch> {
        let Some(plan) = &self.plan else {
            return self.equality(actual);
        };
        let reading = Reading {
            part: Part::Metadata,
            keys: Keys::MoreAllowed,
            // Metadata that came in a header is text, whatever it was before.
            text: actual.is_string() && !self.value.is_string(),
        };
        let mut mismatches = plan.compare(actual, reading);
        for mismatch in &mut mismatches {
            mismatch.path.replace_range(..1, &self.name);
        }
        mismatches
    }

    fn equality(&self, actual: &Value) -> Vec<Mismatch> {
        let same = match (&self.value, actual) {
            (Value::String(expected), Value::String(actual)) if is_content_type(&self.name) => {
                content_type::accepts(expected, actual)
            }
            (Value::String(_), _) | (_, Value::Object(_) | Value::Array(_)) => {
                equal(&self.value, actual)
            }
            (expected, Value::String(actual)) => *actual == format!("{expected}"),
            (expected, actual) => equal(expected, actual),
        };
        if same {
            return Vec::new();
        }
        let (expected, actual) = (self.value.clone(), actual.clone());
        vec![fields::different(
            Part::Metadata,
            &self.name,
            expected,
            actual,
        )]
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::*;

    fn sentences(expected: &Value, rules: &[(&str, RuleKind)], actual: &Value) -> Vec<String> {
        let mut message = MessageContents {
            metadata: expected.as_object().cloned().unwrap_or_default(),
            ..Default::default()
        };
        for (path, kind) in rules {
            message
                .matching_rules
                .add(Category::Metadata, *path, kind.clone());
        }
        let mut warnings = Warnings::default();
        let matcher = MetadataMatcher::compile(&message, &mut warnings);
        assert_eq!(warnings.list, []);
        let metadata = actual.as_object().cloned().unwrap_or_default();
        let mismatches = matcher.compare(&actual::Message {
            contents: b"",
            content_type: Some("application/json"),
            metadata: &metadata,
        });
        mismatches.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_expected_entry_has_to_be_there() {
        let expected = json!({"topic": "orders", "partition": 1});
        assert_eq!(
            sentences(
                &expected,
                &[],
                &json!({"topic": "orders", "partition": "1", "x": 1})
            ),
            [""; 0]
        );
        assert_eq!(
            sentences(&expected, &[], &json!({"topic": "other"})),
            [
                "metadata partition: expected 1, but it is missing",
                r#"metadata topic: expected "orders", but found "other""#,
            ]
        );
    }

    #[test]
    fn the_content_type_may_come_from_the_transport() {
        let expected = json!({"contentType": "application/json"});
        assert_eq!(sentences(&expected, &[], &json!({})), [""; 0]);
        let actual = json!({"content-type": "application/json; charset=utf-8"});
        assert_eq!(sentences(&expected, &[], &actual), [""; 0]);
        assert_eq!(
            sentences(&expected, &[], &json!({"contentType": "text/plain"})).len(),
            1
        );
    }

    #[test]
    fn rules() {
        let rules = [("topic", RuleKind::Regex("[a-z]+".into()))];
        let expected = json!({"topic": "orders"});
        assert_eq!(
            sentences(&expected, &rules, &json!({"topic": "other"})),
            [""; 0]
        );
        assert_eq!(
            sentences(&expected, &rules, &json!({"topic": "X"})),
            [r#"metadata topic: expected a value matching /[a-z]+/, but found "X""#]
        );
    }
}
