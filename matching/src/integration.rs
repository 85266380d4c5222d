//! The integration JSON format: an example with embedded matching rules
//! (`pact:matcher:type`) and generators (`pact:generator:type`), as the DSLs of
//! many languages write it (Pact documentation, "Integration JSON format").

use pactwork_contract::{Category, Generators, MatchingRules};
use serde_json::Value;
use thiserror::Error;

/// A definition that has no meaning.
#[derive(Debug, Error)]
#[error("{path}: {message}")]
pub struct DefinitionError {
    /// The JSON path in the definition.
    pub path: String,
    /// What was expected and what was found.
    pub message: String,
}

/// Takes the rules and generators out of a definition: adds them to `rules`
/// under `category` and to `generators`, and returns the example. Paths start
/// with `root`: `$` for a body, the name for a header or query parameter, empty for path and status.
pub fn extract(
    definition: &Value,
    category: Category,
    root: &str,
    rules: &mut MatchingRules,
    generators: &mut Generators,
) -> Result<Value, DefinitionError> {
    let _ = (definition, category, root, rules, generators);
    todo!()
}
