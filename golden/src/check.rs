use std::fmt;

use jsonschema::Validator;
use jsonschema::paths::LocationSegment;
use serde::Serialize;
use serde_json::Value;

use crate::{GoldenContract, GoldenError};

/// Checks example payloads against one golden contract, compiled once.
/// Formats (`uuid`, `date-time` …) are asserted.
#[derive(Debug)]
pub struct ExampleChecker {
    validator: Validator,
}

/// One thing in which an example is not what its golden contract says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Violation {
    /// The JSON path in the example: `$.detail.id`.
    pub path: String,
    /// The keyword of JSON Schema that rejects it: `required`, `format` …
    pub keyword: String,
    /// The JSON pointer of the keyword in the schema.
    pub schema_path: String,
    /// What the schema says, as a sentence.
    pub expected: String,
    /// What stands at the path.
    pub found: Value,
}

impl ExampleChecker {
    /// Compiles a golden contract.
    ///
    /// # Errors
    /// [`GoldenError::Schema`] where the contract is not a JSON Schema.
    pub fn compile(contract: &GoldenContract) -> Result<Self, GoldenError> {
        let validator = jsonschema::options()
            .offline()
            .should_validate_formats(true)
            .build(&contract.schema);
        let validator = validator.map_err(|error| GoldenError::Schema {
            origin: contract.name.clone(),
            path: "$".into(),
            reason: format!("not a JSON Schema: {error}"),
        })?;
        Ok(Self { validator })
    }

    /// Every violation of an example; none for a valid one.
    pub fn check(&self, example: &Value) -> Vec<Violation> {
        let errors = self.validator.iter_errors(example);
        errors
            .map(|error| Violation {
                path: json_path(error.instance_path().iter()),
                keyword: keyword(error.schema_path().as_str()),
                schema_path: error.schema_path().to_string(),
                expected: error.masked_with("the value").to_string(),
                found: error.instance().as_ref().clone(),
            })
            .collect()
    }
}

/// The last step of a pointer into the schema.
fn keyword(pointer: &str) -> String {
    pointer.rsplit('/').next().unwrap_or_default().to_owned()
}

fn json_path<'a>(segments: impl Iterator<Item = LocationSegment<'a>>) -> String {
    segments.fold("$".to_owned(), |path, segment| match segment {
        LocationSegment::Index(index) => format!("{path}[{index}]"),
        LocationSegment::Property(name) => {
            let plain = name
                .chars()
                .all(|c| c.is_alphanumeric() || c == '_' || c == '-');
            if plain {
                format!("{path}.{name}")
            } else {
                format!("{path}['{name}']")
            }
        }
    })
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            expected,
            schema_path,
            found,
            ..
        } = self;
        let mut found = found.to_string();
        if let Some((end, _)) = found.char_indices().nth(120) {
            found.truncate(end);
            found.push('…');
        }
        write!(
            f,
            "{path}: {expected} (schema: {schema_path}), found {found}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_violation_is_shown_with_its_place() {
        let contract = GoldenContract {
            name: "E".into(),
            schema: json!({
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "time": { "type": "string", "format": "date-time" },
                    "detail": { "properties": { "id": { "type": "string", "format": "uuid" }, "tags": { "items": { "type": "string" } } } }
                }
            }),
        };
        let checker = ExampleChecker::compile(&contract).unwrap();
        let valid = json!({ "time": "2026-01-02T03:04:05Z", "detail": { "id": "0190f8a2-7d1c-7a3e-8a6b-5c1f2e3d4a5b" } });
        assert_eq!(checker.check(&valid), []);
        let invalid = json!({ "time": "today", "detail": { "id": "7", "tags": ["a", 1] } });
        let violations: Vec<_> = checker
            .check(&invalid)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            violations,
            [
                "$.detail.id: the value is not a \"uuid\" (schema: /properties/detail/properties/id/format), found \"7\"",
                "$.detail.tags[1]: the value is not of type \"string\" (schema: /properties/detail/properties/tags/items/type), found 1",
                "$.time: the value is not a \"date-time\" (schema: /properties/time/format), found \"today\"",
            ]
        );
    }
}
