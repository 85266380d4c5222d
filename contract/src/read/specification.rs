//! Which version of the specification a pact file follows.

use serde_json::{Map, Value};

use super::reader::{Reader, describe, member};
use crate::{InteractionType, SpecificationVersion};

/// `metadata.pactSpecification.version`, and what older implementations wrote in its place.
const SPELLINGS: [&str; 3] = [
    "pactSpecification",
    "pact-specification",
    "pactSpecificationVersion",
];

/// Takes the version out of the metadata. Where the file does not name a known
/// one, its shape decides.
pub(super) fn take(
    reader: &mut Reader,
    metadata: &mut Map<String, Value>,
    root: &Map<String, Value>,
) -> SpecificationVersion {
    let Some(key) = SPELLINGS
        .into_iter()
        .find(|key| metadata.contains_key(*key))
    else {
        return from_shape(root);
    };
    let found = match metadata.remove(key) {
        Some(Value::Object(mut object)) => {
            let version = object.remove("version");
            if !object.is_empty() {
                metadata.insert("pactSpecification".into(), Value::Object(object));
            }
            version
        }
        other => other,
    };
    if let Some(version) = found.as_ref().and_then(known) {
        return version;
    }
    let guess = from_shape(root);
    let message = format!(
        "expected a specification version from 1 to 4, found {}; read as version {guess}",
        describe(found.as_ref())
    );
    reader.warn(&member("$.metadata", key), message);
    guess
}

fn known(value: &Value) -> Option<SpecificationVersion> {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    let text = text.trim().trim_start_matches(['v', 'V']);
    let mut parts = text.split('.');
    match (parts.next()?, parts.next()) {
        ("1", Some("1")) => Some(SpecificationVersion::V1_1),
        ("1", _) => Some(SpecificationVersion::V1),
        ("2", _) => Some(SpecificationVersion::V2),
        ("3", _) => Some(SpecificationVersion::V3),
        ("4", _) => Some(SpecificationVersion::V4),
        _ => None,
    }
}

fn from_shape(root: &Map<String, Value>) -> SpecificationVersion {
    let list = root.get("interactions").and_then(Value::as_array);
    let mut interactions = list.into_iter().flatten();
    let typed = |interaction: &Value| {
        let name = interaction.get("type").and_then(Value::as_str);
        name.is_some_and(|name| InteractionType::from_name(name).is_some())
    };
    if interactions.clone().any(typed) {
        SpecificationVersion::V4
    } else if root.contains_key("messages")
        || interactions.any(|interaction| interaction.get("providerStates").is_some())
    {
        SpecificationVersion::V3
    } else {
        SpecificationVersion::V2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_spelling_is_understood() {
        use SpecificationVersion::{V1, V1_1, V2, V3, V4};
        for (metadata, expected) in [
            (json!({ "pactSpecification": { "version": "1.0.0" } }), V1),
            (json!({ "pactSpecification": { "version": "1.1.0" } }), V1_1),
            (json!({ "pactSpecification": { "version": "2" } }), V2),
            (json!({ "pact-specification": { "version": "3.0.0" } }), V3),
            (json!({ "pactSpecificationVersion": "3.0.0" }), V3),
            (json!({ "pactSpecification": { "version": 4 } }), V4),
            (json!({ "pactSpecification": { "version": "4.0" } }), V4),
            (json!({ "pactSpecification": { "version": "V4" } }), V4),
            (json!({ "pactSpecification": { "version": 3.0 } }), V3),
            (json!({ "pactSpecification": "3" }), V3),
            (json!({ "pact-specification": "2.0.0" }), V2),
            (json!({ "pactSpecificationVersion": "1.1.0" }), V1_1),
            (json!({ "pactRust": { "models": "1.0" } }), V2),
            (json!({}), V2),
        ] {
            let mut reader = Reader::new("p");
            let mut metadata = metadata.as_object().cloned().unwrap_or_default();
            let version = take(&mut reader, &mut metadata, &Map::new());
            assert_eq!(version, expected, "{metadata:?}");
            assert_eq!(reader.warnings, []);
        }
    }

    #[test]
    fn an_unknown_version_is_told_and_the_shape_decides() {
        let mut reader = Reader::new("p");
        let metadata = json!({ "pactSpecification": { "version": "5.0", "dialect": "x" } });
        let mut metadata = metadata.as_object().cloned().unwrap_or_default();
        let root = json!({ "interactions": [{ "type": "Synchronous/HTTP" }] });
        let root = root.as_object().cloned().unwrap_or_default();
        let version = take(&mut reader, &mut metadata, &root);
        assert_eq!(version, SpecificationVersion::V4);
        assert_eq!(
            reader.warnings[0].to_string(),
            "p: $.metadata.pactSpecification: expected a specification version from 1 to 4, \
             found the text \"5.0\"; read as version 4.0"
        );
        assert_eq!(metadata["pactSpecification"], json!({ "dialect": "x" }));
    }
}
