//! Matchers from a Rust type, by way of its JSON Schema.

use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    boolean, date, each_like, each_value, equal_to, escaped, integer, like, nullable, number,
    problem, regex, uuid,
};
use crate::matchers::Matcher;

/// A date and time of RFC 3339, section 5.6, with or without a fraction of a second.
const DATE_TIME: &str = r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$";
const TIME: &str = r"^\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})?$";

/// The example with matchers for what its Rust type allows, as the JSON Schema says that
/// `schemars` derives (cargo feature `schemars`).
///
/// Whole numbers are [`integer`](super::integer), other numbers
/// [`number`](super::number), texts are any text, but UUIDs, dates, times, patterns and
/// the names of an enum where the type says so. A list is
/// [`each_like`](super::each_like) its first element, with at least one; a map's values
/// are [`each_value`](super::each_value). An `Option` may be null where the schema says
/// so. Every member that is in the example is expected, one that the type does not
/// require as well: leave it `None`, and skip it when it is serialised, to not rely on
/// it.
///
/// ```
/// use pactwork_consumer::matchers::of_type;
/// use pactwork_consumer::status;
/// use schemars::JsonSchema;
/// use serde::Serialize;
///
/// #[derive(Serialize, JsonSchema)]
/// struct Order {
///     id: u64,
///     lines: Vec<Line>,
/// }
///
/// #[derive(Serialize, JsonSchema)]
/// struct Line {
///     sku: String,
/// }
///
/// let example = Order { id: 7, lines: vec![Line { sku: "ABC-1".into() }] };
/// let body = of_type(&example);
/// assert_eq!(body["id"]["pact:matcher:type"], "integer");
/// assert_eq!(body["lines"]["min"], 1);
///
/// let response = status(200).json_of(&example);
/// # let _ = response;
/// ```
pub fn of_type<T: Serialize + JsonSchema>(example: &T) -> Value {
    let schema = SchemaGenerator::default().into_root_schema_for::<T>();
    let schema = schema.to_value();
    let example = example.definition();
    match super::problems(&example)[..] {
        [] => Types { root: &schema }.matcher(&schema, &example),
        [reason, ..] => problem(reason),
    }
}

struct Types<'a> {
    root: &'a Value,
}

impl<'a> Types<'a> {
    fn matcher(&self, schema: &'a Value, example: &Value) -> Value {
        let schema = self.resolved(schema);
        if let Some(only) = schema.get("const") {
            return equal_to(only);
        }
        for branches in ["anyOf", "oneOf"] {
            if let Some(Value::Array(branches)) = schema.get(branches) {
                return self.alternative(schema, branches, example);
            }
        }
        let types = types_of(schema);
        let inner = self.plain(schema, example);
        match types.contains(&"null") && !example.is_null() {
            true => nullable(inner),
            false => inner,
        }
    }

    /// What a reference leads to.
    fn resolved(&self, mut schema: &'a Value) -> &'a Value {
        // A schema that refers to itself and nothing else leads nowhere.
        for _ in 0..32 {
            let reference = schema.get("$ref").and_then(Value::as_str);
            let Some(pointer) = reference.and_then(|text| text.strip_prefix('#')) else {
                break;
            };
            schema = self.root.pointer(pointer).unwrap_or(&Value::Null);
        }
        schema
    }

    fn alternative(&self, schema: &'a Value, branches: &'a [Value], example: &Value) -> Value {
        let resolved = || branches.iter().map(|branch| self.resolved(branch));
        if let Some(names) = resolved().map(names_of).collect::<Option<Vec<_>>>() {
            return one_name(&names.concat(), example);
        }
        let is_null = |branch: &Value| types_of(branch) == ["null"];
        let chosen = resolved().find(|branch| !is_null(branch) && self.fits(branch, example));
        let inner = match (chosen, example) {
            (_, Value::Null) => return like(example),
            (Some(branch), Value::Object(_)) if schema.get("properties").is_some() => {
                // A tagged enum beside members of its own.
                self.object(&[schema, branch], example)
            }
            (Some(branch), _) => self.matcher(branch, example),
            (None, _) => like(example),
        };
        match resolved().any(is_null) {
            true => nullable(inner),
            false => inner,
        }
    }

    /// Whether an example could be of a schema, as far as that tells the variants of an
    /// enum apart.
    fn fits(&self, schema: &'a Value, example: &Value) -> bool {
        let schema = self.resolved(schema);
        if let Some(only) = schema.get("const") {
            return only == example;
        }
        if let Some(Value::Array(names)) = schema.get("enum") {
            return names.contains(example);
        }
        let types = types_of(schema);
        let is_of_type = types.is_empty() || types.iter().any(|name| is_of(name, example));
        let required = schema.get("required").and_then(Value::as_array);
        let mut required = required.into_iter().flatten().filter_map(Value::as_str);
        let properties = schema.get("properties").and_then(Value::as_object);
        let mut properties = properties.into_iter().flatten();
        is_of_type
            && required.all(|name| example.get(name).is_some())
            && properties.all(|(name, property)| {
                let value = example.get(name);
                value.is_none_or(|value| self.fits(property, value))
            })
    }

    fn plain(&self, schema: &'a Value, example: &Value) -> Value {
        match example {
            Value::Bool(value) => boolean(*value),
            Value::Number(value) => match types_of(schema).contains(&"integer") {
                true => value.as_i64().map_or_else(|| number(example), integer),
                false => number(example),
            },
            Value::String(text) => of_text(schema, text),
            Value::Array(elements) => self.list(schema, elements),
            Value::Object(_) => {
                let all = schema.get("allOf").and_then(Value::as_array);
                let all = all.into_iter().flatten();
                let parts = all.map(|part| self.resolved(part)).chain([schema]);
                self.object(&parts.collect::<Vec<_>>(), example)
            }
            Value::Null => like(example),
        }
    }

    fn list(&self, schema: &'a Value, elements: &[Value]) -> Value {
        if let Some(Value::Array(types)) = schema.get("prefixItems") {
            let each = |(position, element)| match types.get(position) {
                Some(schema) => self.matcher(schema, element),
                None => like(element),
            };
            return elements.iter().enumerate().map(each).collect();
        }
        let Some(first) = elements.first() else {
            return like(Value::Array(Vec::new()));
        };
        let bound = |name: &str| usize::try_from(schema.get(name)?.as_u64()?).ok();
        let item = schema.get("items").unwrap_or(&Value::Null);
        let least = bound("minItems").unwrap_or(1).max(1);
        let list = each_like(self.matcher(item, first)).min(least);
        match bound("maxItems") {
            Some(most) => list.max(most).definition(),
            None => list.definition(),
        }
    }

    /// An object whose members any of these schemas may describe.
    fn object(&self, schemas: &[&'a Value], example: &Value) -> Value {
        let of_member = |name: &str| {
            let mut schemas = schemas.iter();
            schemas.find_map(|schema| schema.get("properties")?.get(name))
        };
        let mut schemas_of_others = schemas.iter();
        let others = schemas_of_others
            .find_map(|schema| schema.get("additionalProperties"))
            .filter(|others| others.is_object());
        let members = example.as_object().into_iter().flatten();
        let is_map = members.clone().all(|(name, _)| of_member(name).is_none());
        if let (Some(others), true) = (others, is_map) {
            return self.map(others, example);
        }
        let member = |(name, value): (&String, &Value)| {
            let matcher = match of_member(name).or(others) {
                Some(schema) => self.matcher(schema, value),
                None => like(value),
            };
            (name.clone(), matcher)
        };
        Value::Object(members.map(member).collect::<Map<_, _>>())
    }

    fn map(&self, schema: &'a Value, example: &Value) -> Value {
        let members = example.as_object().into_iter().flatten();
        let members = members.map(|(name, value)| (name.clone(), self.matcher(schema, value)));
        let members: Map<_, _> = members.collect();
        match members.values().next() {
            None => like(example),
            Some(Value::Object(first)) if first.contains_key("pact:matcher:type") => {
                each_value(first, &members)
            }
            Some(_) => each_value(like(Value::Null), &members),
        }
    }
}

/// The types that a schema names.
fn types_of(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is_of(name: &str, example: &Value) -> bool {
    match name {
        "null" => example.is_null(),
        "boolean" => example.is_boolean(),
        "integer" => example.is_i64() || example.is_u64(),
        "number" => example.is_number(),
        "string" => example.is_string(),
        "array" => example.is_array(),
        "object" => example.is_object(),
        _ => false,
    }
}

/// The texts that a schema allows, if it allows these alone.
fn names_of(schema: &Value) -> Option<Vec<&str>> {
    match (schema.get("const"), schema.get("enum")) {
        (Some(Value::String(only)), _) => Some(vec![only]),
        (None, Some(Value::Array(names))) => names.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

fn one_name(names: &[&str], example: &Value) -> Value {
    let names: Vec<_> = names.iter().map(|name| escaped(name)).collect();
    let pattern = format!("^({})$", names.join("|"));
    regex(pattern, example.as_str().unwrap_or_default())
}

fn of_text(schema: &Value, example: &str) -> Value {
    if let Some(names) = names_of(schema) {
        return one_name(&names, &example.into());
    }
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        return in_anywhere(pattern, example);
    }
    match schema.get("format").and_then(Value::as_str) {
        Some("uuid") => uuid(example),
        Some("date-time") => regex(DATE_TIME, example),
        Some("date") => date("yyyy-MM-dd", example),
        Some("time" | "partial-time") => regex(TIME, example),
        _ => like(example),
    }
}

/// A pattern of a schema is looked for anywhere in the text (JSON Schema, "pattern"),
/// one of a pact has to match the whole of it.
fn in_anywhere(pattern: &str, example: &str) -> Value {
    let start = if pattern.starts_with('^') { "" } else { ".*" };
    let end = if pattern.ends_with('$') { "" } else { ".*" };
    regex(format!("{start}{pattern}{end}"), example)
}
