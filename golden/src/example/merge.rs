//! Several schemas that have to hold together, as one.

use serde_json::{Map, Value};

use super::Schema;

/// How many references may lead on to others.
const LONGEST_WAY: usize = 32;

/// The schema with what it refers to, and with all of `allOf`, in one.
pub(super) fn flattened(schema: &Schema, root: &Value) -> Result<Schema, String> {
    let mut flat = schema.clone();
    for _ in 0..LONGEST_WAY {
        let reference = flat.remove("$ref");
        let all = flat.remove("allOf");
        if reference.is_none() && all.is_none() {
            return Ok(flat);
        }
        let mut parts = Vec::new();
        if let Some(reference) = reference {
            parts.push(referred(&reference, root)?.clone());
        }
        if let Some(Value::Array(all)) = all {
            parts.extend(all);
        }
        for part in parts {
            flat = both(&flat, &part).ok_or("the parts of `allOf` contradict each other")?;
        }
    }
    Err("its references lead in a circle".into())
}

fn referred<'a>(reference: &Value, root: &'a Value) -> Result<&'a Value, String> {
    let pointer = reference.as_str().and_then(|text| text.strip_prefix('#'));
    let found = pointer.and_then(|pointer| root.pointer(pointer));
    found.ok_or_else(|| format!("the reference {reference} leads nowhere"))
}

/// A schema that demands what both demand, as far as that can be said in one;
/// `None` where nothing can satisfy both.
pub(super) fn both(base: &Schema, other: &Value) -> Option<Schema> {
    let Value::Object(other) = other else {
        return (*other == Value::Bool(true)).then(|| base.clone());
    };
    let mut merged = base.clone();
    for (keyword, demand) in other {
        let demand = match merged.get(keyword) {
            None => demand.clone(),
            Some(known) => joined(keyword, known, demand)?,
        };
        merged.insert(keyword.clone(), demand);
    }
    Some(merged)
}

/// Two demands of one keyword as one.
fn joined(keyword: &str, one: &Value, other: &Value) -> Option<Value> {
    if one == other {
        return Some(one.clone());
    }
    Some(match keyword {
        "properties" | "patternProperties" => members(one, other),
        "required" | "allOf" | "examples" => united(one, other),
        "type" => return types(one, other),
        "enum" => return common(one, other),
        "const" => return None,
        "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" => {
            let is_more = one.as_f64() >= other.as_f64();
            if is_more { one } else { other }.clone()
        }
        "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" => {
            let is_less = one.as_f64() <= other.as_f64();
            if is_less { one } else { other }.clone()
        }
        "items" | "additionalProperties" | "contains" | "propertyNames" => {
            serde_json::json!({ "allOf": [one, other] })
        }
        // Of two patterns or conditions one is tried; the check at the end decides.
        _ => other.clone(),
    })
}

fn members(one: &Value, other: &Value) -> Value {
    let mut merged: Map<_, _> = one.as_object().cloned().unwrap_or_default();
    for (name, schema) in other.as_object().into_iter().flatten() {
        let schema = match merged.get(name) {
            Some(known) if known != schema => serde_json::json!({ "allOf": [known, schema] }),
            _ => schema.clone(),
        };
        merged.insert(name.clone(), schema);
    }
    merged.into()
}

fn united(one: &Value, other: &Value) -> Value {
    let mut all = list(one);
    for value in list(other) {
        if !all.contains(&value) {
            all.push(value);
        }
    }
    all.into()
}

fn common(one: &Value, other: &Value) -> Option<Value> {
    let others = list(other);
    let common: Vec<_> = list(one)
        .into_iter()
        .filter(|value| others.contains(value))
        .collect();
    (!common.is_empty()).then(|| common.into())
}

/// The types of both; an integer is a number.
fn types(one: &Value, other: &Value) -> Option<Value> {
    let others = list(other);
    let allows = |types: &[Value], name: &Value| {
        types.contains(name) || (name == "integer" && types.contains(&"number".into()))
    };
    let ones = list(one);
    let mut common: Vec<_> = ones
        .iter()
        .filter(|name| allows(&others, name))
        .cloned()
        .collect();
    for name in others {
        if allows(&ones, &name) && !common.contains(&name) {
            common.push(name);
        }
    }
    (!common.is_empty()).then(|| common.into())
}

fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values.clone(),
        single => vec![single.clone()],
    }
}
