use pactwork_contract::{Category, Generators};
use serde_json::{Map, Value};

pub(super) const GENERATOR: &str = "pact:generator:type";

/// Members of a definition that are about its matcher or its example.
const NOT_OF_GENERATORS: &[&str] = &["value", "rules", "variants", "match"];

/// The generator of a definition, as a pact file writes it.
pub(super) fn find(definition: &Map<String, Value>) -> Option<Value> {
    let name = definition.get(GENERATOR)?;
    let mut generator = Map::new();
    generator.insert("type".into(), name.clone());
    let attributes = definition
        .iter()
        .filter(|(key, _)| !key.starts_with("pact:") && !NOT_OF_GENERATORS.contains(&key.as_str()));
    generator.extend(attributes.map(|(key, value)| (key.clone(), value.clone())));
    Some(generator.into())
}

/// Adds a generator: by path, or directly under a category that has no paths.
pub(super) fn add(generators: &mut Generators, category: Category, path: &str, found: Value) {
    let name = category.as_str();
    if path.is_empty() {
        generators.0.insert(name.into(), found);
        return;
    }
    let by_path = generators
        .0
        .entry(name)
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(by_path) = by_path {
        by_path.insert(path.into(), found);
    }
}
