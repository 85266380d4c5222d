use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};
use thiserror::Error;

/// A golden contract that has no meaning.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GoldenError {
    /// Not JSON.
    #[error("{origin}: line {line}, column {column}: not JSON: {reason}")]
    Syntax {
        /// The file or command that it came from.
        origin: String,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What the parser says.
        reason: String,
    },
    /// JSON that is not a schema.
    #[error("{origin}: {path}: {reason}")]
    Schema {
        /// The file or command that it came from.
        origin: String,
        /// The JSON path in it.
        path: String,
        /// What was expected and what was found.
        reason: String,
    },
}

/// What a provider promises of one event or response.
///
/// ```
/// use pactwork_golden::{ExampleChecker, GoldenContract};
/// use serde_json::json;
///
/// #[derive(schemars::JsonSchema)]
/// #[allow(dead_code)]
/// struct OrderShipped { id: u64, carrier: String }
///
/// let contract = GoldenContract::of::<OrderShipped>("OrderShipped");
/// let checker = ExampleChecker::compile(&contract)?;
/// assert!(checker.check(&json!({ "id": 7, "carrier": "a ship" })).is_empty());
/// assert_eq!(
///     checker.check(&json!({ "id": 7 }))[0].to_string(),
///     r#"$: "carrier" is a required property (schema: /required), found {"id":7}"#
/// );
/// # Ok::<(), pactwork_golden::GoldenError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct GoldenContract {
    /// The event's name.
    pub name: String,
    /// The JSON Schema; references to other parts of it are inlined.
    pub schema: Value,
}

impl GoldenContract {
    /// Generates a contract from a Rust type, references inlined.
    pub fn of<T: JsonSchema>(name: impl Into<String>) -> Self {
        let settings =
            SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
        let schema = settings
            .into_generator()
            .into_root_schema_for::<T>()
            .to_value();
        Self {
            name: name.into(),
            schema,
        }
    }

    /// Reads a JSON Schema from a file's bytes; `origin` is the name that errors give the file.
    ///
    /// # Errors
    /// [`GoldenError`] with line and column where it is not JSON, with the JSON
    /// path where it is not a schema or refers to something outside.
    pub fn read(name: &str, bytes: &[u8], origin: &str) -> Result<Self, GoldenError> {
        Self::from_schema(name, parse(bytes, origin)?, origin, "$")
    }

    pub(crate) fn from_schema(
        name: &str,
        schema: Value,
        origin: &str,
        path: &str,
    ) -> Result<Self, GoldenError> {
        let failed = |reason: String| GoldenError::Schema {
            origin: origin.into(),
            path: path.into(),
            reason,
        };
        if !schema.is_object() {
            return Err(failed(format!(
                "expected a JSON Schema (an object), found {schema}"
            )));
        }
        if let Some(outside) = reference_outside(&schema) {
            return Err(failed(format!(
                "the reference {outside} leads outside; a golden contract stands alone: put the definition under $defs"
            )));
        }
        let options = jsonschema::options().offline();
        options
            .build(&schema)
            .map_err(|error| failed(format!("not a JSON Schema: {error}")))?;
        let mut schema = options
            .dereference(&schema)
            .map_err(|error| failed(format!("a reference leads nowhere: {error}")))?;
        drop_unused_definitions(&mut schema);
        Ok(Self {
            name: name.into(),
            schema,
        })
    }

    /// The canonical file: sorted keys, two spaces a level, a line feed at the end.
    pub fn to_bytes(&self) -> Vec<u8> {
        to_canonical_bytes(&self.schema)
    }
}

pub(crate) fn parse(bytes: &[u8], origin: &str) -> Result<Value, GoldenError> {
    serde_json::from_slice(bytes).map_err(|error| GoldenError::Syntax {
        origin: origin.into(),
        line: error.line(),
        column: error.column(),
        reason: error.to_string(),
    })
}

/// serde_json's own order depends on its features, so keys are sorted here.
pub(crate) fn to_canonical_bytes(value: &Value) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(&sorted(value)).unwrap_or_default();
    text.push(b'\n');
    text
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut members: Vec<_> = object.iter().collect();
            members.sort_by_key(|(key, _)| key.as_str());
            members
                .into_iter()
                .map(|(key, value)| (key.clone(), sorted(value)))
                .collect::<Map<_, _>>()
                .into()
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// The first `$ref` that is not to a place in the same document.
fn reference_outside(schema: &Value) -> Option<&str> {
    match schema {
        Value::Object(object) => {
            let own = object
                .get("$ref")
                .and_then(Value::as_str)
                .filter(|text| !text.starts_with('#'));
            own.or_else(|| object.values().find_map(reference_outside))
        }
        Value::Array(items) => items.iter().find_map(reference_outside),
        _ => None,
    }
}

/// Definitions that nothing refers to any more once references are inlined.
fn drop_unused_definitions(schema: &mut Value) {
    if has_reference(schema) {
        return;
    }
    if let Some(object) = schema.as_object_mut() {
        object.remove("$defs");
        object.remove("definitions");
    }
}

fn has_reference(schema: &Value) -> bool {
    match schema {
        Value::Object(object) => {
            object.get("$ref").is_some_and(Value::is_string)
                || object
                    .iter()
                    .filter(|(key, _)| *key != "$defs")
                    .any(|(_, value)| has_reference(value))
        }
        Value::Array(items) => items.iter().any(has_reference),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(schema: Value) -> Result<GoldenContract, String> {
        GoldenContract::read("E", schema.to_string().as_bytes(), "E.json")
            .map_err(|error| error.to_string())
    }

    #[test]
    fn local_references_are_inlined() {
        let contract = read(json!({
            "$defs": { "id": { "type": "string", "format": "uuid" } },
            "properties": { "id": { "$ref": "#/$defs/id" }, "a": {} }
        }));
        let expected = "{\n  \"properties\": {\n    \"a\": {},\n    \"id\": {\n      \"format\": \"uuid\",\n      \
                        \"type\": \"string\"\n    }\n  }\n}\n";
        assert_eq!(
            String::from_utf8(contract.unwrap().to_bytes()).unwrap(),
            expected
        );
    }

    #[test]
    fn what_is_no_schema_is_named() {
        for (schema, expected) in [
            (
                json!(7),
                "E.json: $: expected a JSON Schema (an object), found 7",
            ),
            (
                json!({ "$ref": "https://example.com/x" }),
                "E.json: $: the reference https://example.com/x leads outside; a golden contract stands alone: \
                 put the definition under $defs",
            ),
            (json!({ "type": "strin" }), "E.json: $: not a JSON Schema: "),
        ] {
            let error = read(schema).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
        let error = GoldenContract::read("E", b"{\n x", "E.json")
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("E.json: line 2, column 2: not JSON: "),
            "{error}"
        );
    }
}
