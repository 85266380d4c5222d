//! An example of what a golden contract promises: what its author gives as one,
//! else the smallest value that is of use. Every example is checked against the
//! contract before it is given out.

mod merge;
mod number;
mod text;

use jsonschema::Validator;
use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::{ExampleChecker, GoldenContract, GoldenError};

/// How deep an example goes, at which a recursive schema has to end.
const DEEPEST: usize = 24;
/// Beyond this depth nothing is made that is not required.
const OPTIONAL: usize = 8;
/// How many values are made before giving up.
const MOST_VALUES: usize = 20_000;
/// How many elements a list is given at the most.
const MOST_ELEMENTS: u64 = 100;

/// A golden contract for which no example could be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "no example of {contract} can be made: {path}: {reason}; give one under `examples` in the schema"
)]
pub struct NoExample {
    /// The contract's name.
    pub contract: String,
    /// The JSON path in the example where it fails.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// Makes an example that the contract accepts. What the schema gives comes first
/// (`examples`, `example`, `default`, `const`, `enum`), at every place; what it does
/// not give is made: a minimal value by type, format, bounds and pattern. The same
/// contract always gives the same example.
///
/// ```
/// use pactwork_golden::{GoldenContract, example_of};
/// use serde_json::json;
///
/// let schema = json!({
///     "type": "object",
///     "properties": {
///         "id": { "type": "string", "format": "uuid" },
///         "amount": { "type": "integer", "minimum": 5 },
///         "carrier": { "type": "string", "examples": ["a ship"] }
///     }
/// });
/// let contract = GoldenContract { name: "OrderShipped".into(), schema };
/// assert_eq!(
///     example_of(&contract)?,
///     json!({ "id": "3f2b7c9e-1d4a-4c5b-8e6f-0a1b2c3d4e50", "amount": 5, "carrier": "a ship" })
/// );
/// # Ok::<(), pactwork_golden::NoExample>(())
/// ```
///
/// # Errors
/// [`NoExample`], where nothing that was tried satisfies the schema.
pub fn example_of(contract: &GoldenContract) -> Result<Value, NoExample> {
    let no_example = |failed: Failed| NoExample {
        contract: contract.name.clone(),
        path: failed.path,
        reason: failed.reason,
    };
    let compiled = ExampleChecker::compile(contract);
    let checker = compiled.map_err(|error: GoldenError| no_example(Failed::at("$", error)))?;
    let mut last = None;
    for effort in [Effort::Everything, Effort::RequiredOnly] {
        let mut maker = Maker {
            root: &contract.schema,
            effort,
            made: 0,
        };
        match maker.value(&contract.schema, &Place::root()) {
            Ok(example) => match checker.check(&example).first() {
                None => return Ok(example),
                Some(violation) => {
                    let reason = format!(
                        "what was made is not valid: {} (schema: {})",
                        violation.expected, violation.schema_path
                    );
                    last = Some(Failed::at(&violation.path, reason));
                }
            },
            Err(failed) => last = Some(failed),
        }
    }
    let nothing = || Failed::at("$", "nothing satisfies it");
    Err(no_example(last.unwrap_or_else(nothing)))
}

/// How much of what is optional is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effort {
    Everything,
    RequiredOnly,
}

/// Why a value could not be made.
#[derive(Debug, Clone)]
struct Failed {
    path: String,
    reason: String,
}

impl Failed {
    fn at(path: &str, reason: impl ToString) -> Self {
        Self {
            path: path.into(),
            reason: reason.to_string(),
        }
    }
}

/// Where in the example a value is made.
#[derive(Debug, Clone)]
struct Place {
    path: String,
    depth: usize,
    /// Which of several that must differ.
    variation: usize,
}

impl Place {
    fn root() -> Self {
        Self {
            path: "$".into(),
            depth: 0,
            variation: 0,
        }
    }

    fn member(&self, name: &str) -> Self {
        Self {
            path: format!("{}.{name}", self.path),
            depth: self.depth + 1,
            variation: self.variation,
        }
    }

    fn element(&self, index: usize) -> Self {
        Self {
            path: format!("{}[{index}]", self.path),
            depth: self.depth + 1,
            variation: self.variation + index,
        }
    }

    fn failed(&self, reason: impl ToString) -> Failed {
        Failed::at(&self.path, reason)
    }
}

type Schema = Map<String, Value>;

struct Maker<'a> {
    root: &'a Value,
    effort: Effort,
    made: usize,
}

impl Maker<'_> {
    fn value(&mut self, schema: &Value, place: &Place) -> Result<Value, Failed> {
        self.made += 1;
        if place.depth > DEEPEST {
            return Err(place.failed("the schema refers to itself without end"));
        }
        if self.made > MOST_VALUES {
            return Err(place.failed(format!("it would have more than {MOST_VALUES} values")));
        }
        match schema {
            Value::Bool(true) => Ok(Value::Null),
            Value::Object(schema) => self.of_object(schema, place),
            _ => Err(place.failed("the schema is `false`: nothing satisfies it")),
        }
    }

    fn of_object(&mut self, schema: &Schema, place: &Place) -> Result<Value, Failed> {
        let schema = merge::flattened(schema, self.root).map_err(|reason| place.failed(reason))?;
        if let Some(given) = self.given(&schema, place) {
            return Ok(given);
        }
        for keyword in ["oneOf", "anyOf"] {
            if let Some(Value::Array(branches)) = schema.get(keyword) {
                return self.of_branches(&schema, keyword, branches, place);
            }
        }
        if schema.contains_key("if") {
            return self.of_condition(&schema, place);
        }
        self.of_types(&schema, place)
    }

    /// What the schema itself gives as an example, if it is one.
    fn given(&self, schema: &Schema, place: &Place) -> Option<Value> {
        let lists = ["examples", "enum"].map(|keyword| {
            let list = schema.get(keyword).and_then(Value::as_array);
            list.cloned().unwrap_or_default()
        });
        let single = |keyword: &str| schema.get(keyword).cloned();
        let [examples, options] = lists;
        let mut given = rotated(examples, place.variation);
        given.extend(
            ["example", "default", "const"]
                .into_iter()
                .filter_map(single),
        );
        given.extend(rotated(options, place.variation));
        if given.is_empty() {
            return None;
        }
        let validator = self.validator(schema);
        let mut given = given.into_iter();
        given.find(|value| validator.as_ref().is_none_or(|each| each.is_valid(value)))
    }

    /// A part of the contract, as a schema of its own.
    fn validator(&self, schema: &Schema) -> Option<Validator> {
        let mut alone = schema.clone();
        for definitions in ["$defs", "definitions"] {
            if let Some(defined) = self.root.get(definitions) {
                alone.insert(definitions.into(), defined.clone());
            }
        }
        let options = jsonschema::options()
            .offline()
            .should_validate_formats(true);
        options.build(&Value::Object(alone)).ok()
    }

    fn of_branches(
        &mut self,
        schema: &Schema,
        keyword: &str,
        branches: &[Value],
        place: &Place,
    ) -> Result<Value, Failed> {
        let mut rest = schema.clone();
        rest.remove(keyword);
        let validator = self.validator(schema);
        let mut last = place.failed(format!("no branch of {keyword} can be satisfied"));
        for branch in branches {
            let Some(merged) = merge::both(&rest, branch) else {
                continue;
            };
            match self.of_object(&merged, place) {
                Ok(value) if validator.as_ref().is_none_or(|each| each.is_valid(&value)) => {
                    return Ok(value);
                }
                Ok(_) => {}
                Err(failed) => last = failed,
            }
        }
        Err(last)
    }

    /// A value of either side of a condition.
    fn of_condition(&mut self, schema: &Schema, place: &Place) -> Result<Value, Failed> {
        let mut rest = schema.clone();
        let [condition, then, otherwise] =
            ["if", "then", "else"].map(|keyword| rest.remove(keyword).unwrap_or(json!({})));
        let held = json!({ "allOf": [condition, then] });
        let validator = self.validator(schema);
        for side in [otherwise, held] {
            let Some(merged) = merge::both(&rest, &side) else {
                continue;
            };
            if let Ok(value) = self.of_object(&merged, place)
                && validator.as_ref().is_none_or(|each| each.is_valid(&value))
            {
                return Ok(value);
            }
        }
        Err(place.failed("neither side of if can be satisfied"))
    }

    fn of_types(&mut self, schema: &Schema, place: &Place) -> Result<Value, Failed> {
        let mut last = place.failed("no type is allowed");
        let mut types = types(schema);
        types.sort_by_key(|name| *name == "null");
        for name in types {
            match self.of_type(name, schema, place) {
                Ok(value) => return Ok(value),
                Err(failed) => last = failed,
            }
        }
        Err(last)
    }

    fn of_type(&mut self, name: &str, schema: &Schema, place: &Place) -> Result<Value, Failed> {
        match name {
            "null" => Ok(Value::Null),
            "boolean" => Ok((place.variation.is_multiple_of(2)).into()),
            "string" => text::of(schema, place.variation)
                .map(Value::String)
                .map_err(|reason| place.failed(reason)),
            "integer" | "number" => number::of(schema, name == "integer", place.variation)
                .map_err(|reason| place.failed(reason)),
            "array" => self.array(schema, place),
            "object" => self.object(schema, place),
            other => Err(place.failed(format!("the type \"{other}\" is not known"))),
        }
    }

    fn array(&mut self, schema: &Schema, place: &Place) -> Result<Value, Failed> {
        let least = count(schema, "minItems").unwrap_or(0);
        let most = count(schema, "maxItems").unwrap_or(u64::MAX);
        if least > MOST_ELEMENTS {
            return Err(place.failed(format!("it has at least {least} elements")));
        }
        let first = schema.get("prefixItems").and_then(Value::as_array);
        let first = first.map_or(&[][..], Vec::as_slice);
        let contains = schema.get("contains");
        let others = schema.get("items").or(contains);
        let wanted = match others {
            Some(Value::Bool(false)) | None => first.len() as u64,
            Some(_) => first.len() as u64 + 1,
        };
        let wanted = wanted.max(least).min(most);
        let any = Value::Bool(true);
        let mut elements = Vec::new();
        for index in 0..usize::try_from(wanted).unwrap_or_default() {
            let schema = first.get(index).or(others).unwrap_or(&any);
            match self.value(schema, &place.element(index)) {
                Ok(element) => elements.push(element),
                Err(_) if elements.len() as u64 >= least => break,
                Err(failed) => return Err(failed),
            }
        }
        Ok(elements.into())
    }

    fn object(&mut self, schema: &Schema, place: &Place) -> Result<Value, Failed> {
        let required: Vec<_> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut object = Map::new();
        if let Some(Value::Object(properties)) = schema.get("properties") {
            for (name, property) in properties {
                let is_required = required.contains(&name.as_str());
                if !is_required && (self.is_frugal(place) || *property == Value::Bool(false)) {
                    continue;
                }
                match self.value(property, &place.member(name)) {
                    Ok(value) => drop(object.insert(name.clone(), value)),
                    Err(failed) if is_required => return Err(failed),
                    Err(_) => {}
                }
            }
        }
        for name in required {
            if !object.contains_key(name) {
                let value = self.value(other(schema, name), &place.member(name))?;
                object.insert(name.into(), value);
            }
        }
        self.fill(&mut object, schema, place)?;
        Ok(object.into())
    }

    /// Adds members of any name where there have to be more.
    fn fill(&mut self, object: &mut Schema, schema: &Schema, place: &Place) -> Result<(), Failed> {
        let least = count(schema, "minProperties")
            .unwrap_or(0)
            .min(MOST_ELEMENTS);
        for number in 1.. {
            if object.len() as u64 >= least {
                break;
            }
            let name = format!("name{number}");
            let value = self.value(other(schema, &name), &place.member(&name))?;
            object.insert(name, value);
        }
        Ok(())
    }

    fn is_frugal(&self, place: &Place) -> bool {
        self.effort == Effort::RequiredOnly || place.depth > OPTIONAL
    }
}

/// The schema of a member that `properties` does not name.
fn other<'a>(schema: &'a Schema, name: &str) -> &'a Value {
    let patterns = schema.get("patternProperties").and_then(Value::as_object);
    let mut patterns = patterns.into_iter().flatten();
    let by_pattern = patterns.find(|(pattern, _)| text::matches(pattern, name));
    by_pattern
        .map(|(_, schema)| schema)
        .or_else(|| schema.get("additionalProperties"))
        .unwrap_or(&Value::Bool(true))
}

/// The types that a schema allows, or those that its keywords are about.
fn types(schema: &Schema) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => return vec![name],
        Some(Value::Array(names)) => return names.iter().filter_map(Value::as_str).collect(),
        _ => {}
    }
    let about = KEYWORDS
        .iter()
        .find(|(_, keywords)| keywords.iter().any(|keyword| schema.contains_key(*keyword)));
    vec![about.map_or("null", |(name, _)| *name)]
}

const KEYWORDS: &[(&str, &[&str])] = &[
    (
        "object",
        &[
            "properties",
            "required",
            "additionalProperties",
            "patternProperties",
            "minProperties",
            "propertyNames",
        ],
    ),
    (
        "array",
        &[
            "items",
            "prefixItems",
            "minItems",
            "contains",
            "uniqueItems",
        ],
    ),
    ("string", &["format", "pattern", "minLength", "maxLength"]),
    (
        "number",
        &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ],
    ),
];

fn count(schema: &Schema, keyword: &str) -> Option<u64> {
    let value = schema.get(keyword)?;
    // 2.0 is an integer to JSON Schema.
    value
        .as_u64()
        .or_else(|| value.as_f64().map(|value| value as u64))
}

/// The list, beginning with another element for each variation.
fn rotated(mut list: Vec<Value>, variation: usize) -> Vec<Value> {
    if !list.is_empty() {
        let by = variation % list.len();
        list.rotate_left(by);
    }
    list
}

#[cfg(test)]
mod tests;
