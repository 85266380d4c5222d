//! `ProviderState`: what a provider state returned, put into an expression such as
//! `/users/${id}` (Pact specification version 3, "Generators"). Only where a
//! provider is verified; a consumer gets the example.

use serde_json::{Map, Value};

use super::{GeneratorMode, Made, Make, text};

/// As the specification names the types of values.
#[derive(Debug, Clone, Copy)]
enum DataType {
    Text,
    Integer,
    Decimal,
    Boolean,
    /// As it was returned.
    Raw,
}

const DATA_TYPES: &[(&str, DataType)] = &[
    ("STRING", DataType::Text),
    ("INTEGER", DataType::Integer),
    ("DECIMAL", DataType::Decimal),
    ("FLOAT", DataType::Decimal),
    ("BOOLEAN", DataType::Boolean),
    ("RAW", DataType::Raw),
];

pub(super) fn provider_state(definition: &Map<String, Value>) -> Result<Box<Make>, String> {
    let expression = text(definition, "expression")?;
    let expression = expression.ok_or("expected a text under `expression`, found nothing")?;
    let expression = expression.to_owned();
    let name = text(definition, "dataType")?.unwrap_or("RAW");
    let found = DATA_TYPES.iter().find(|(known, _)| *known == name);
    let Some((_, data_type)) = found else {
        let known: Vec<_> = DATA_TYPES.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "expected a data type ({}), found \"{name}\"",
            known.join(", ")
        ));
    };
    Ok(Box::new(move |context| {
        if context.mode == GeneratorMode::Consumer {
            return Made::NotHere;
        }
        let made = evaluate(&expression, context.provider_state)
            .and_then(|value| typed(value, *data_type));
        made.map_or_else(Made::Failed, Made::Value)
    }))
}

/// `${name}` in a text, or a name alone.
fn evaluate(expression: &str, state: &Map<String, Value>) -> Result<Value, String> {
    let value_of = |name: &str| {
        let missing =
            || format!("the provider states returned no value \"{name}\" for \"{expression}\"");
        state.get(name).cloned().ok_or_else(missing)
    };
    if !expression.contains("${") {
        return value_of(expression);
    }
    let whole = expression
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'));
    if let Some(name) = whole.filter(|name| !name.contains("${")) {
        return value_of(name);
    }
    let mut text = String::new();
    let mut rest = expression;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after
            .split_once('}')
            .ok_or_else(|| format!("`}}` is missing in \"{expression}\""))?;
        text += before;
        text += &plain(&value_of(name)?);
        rest = after;
    }
    text += rest;
    Ok(text.into())
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn typed(value: Value, data_type: DataType) -> Result<Value, String> {
    let text = plain(&value);
    let made = match data_type {
        DataType::Raw => return Ok(value),
        DataType::Text => return Ok(text.into()),
        DataType::Integer => text.parse::<i64>().ok().map(Value::from),
        DataType::Decimal => text
            .parse::<f64>()
            .ok()
            .filter(|it| it.is_finite())
            .map(Value::from),
        DataType::Boolean => text.parse::<bool>().ok().map(Value::from),
    };
    made.ok_or_else(|| {
        format!("the provider state's value {value} is not of the data type that the pact asks for")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{GeneratorMode, testing::made};

    fn check(expression: &str, data_type: &str, value: &Value, expected: Result<Value, &str>) {
        let definition =
            json!({"type": "ProviderState", "expression": expression, "dataType": data_type});
        let state = json!({"a": value, "b": 2});
        let found = made(&definition, GeneratorMode::Provider, 1, &state);
        assert_eq!(
            found,
            expected.map(Some).map_err(str::to_owned),
            "{expression} {data_type}"
        );
        let consumer = made(&definition, GeneratorMode::Consumer, 1, &state);
        assert_eq!(consumer, Ok(None));
    }

    #[test]
    fn expressions_and_data_types() {
        for (expression, data_type, value, expected) in [
            ("${a}", "RAW", json!(100), json!(100)),
            ("${a}", "STRING", json!(100), json!("100")),
            ("${a}", "INTEGER", json!("100"), json!(100)),
            ("${a}", "DECIMAL", json!("1.5"), json!(1.5)),
            ("${a}", "FLOAT", json!(2), json!(2.0)),
            ("${a}", "BOOLEAN", json!("true"), json!(true)),
            ("${a}", "RAW", json!({"x": 1}), json!({"x": 1})),
            ("a", "RAW", json!("value"), json!("value")),
            ("/a/${a}/b/${b}", "STRING", json!("x"), json!("/a/x/b/2")),
        ] {
            check(expression, data_type, &value, Ok(expected));
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        check(
            "${c}",
            "RAW",
            &json!(1),
            Err("the provider states returned no value \"c\" for \"${c}\""),
        );
        check("/${a", "RAW", &json!(1), Err("`}` is missing in \"/${a\""));
        check(
            "${a}",
            "INTEGER",
            &json!("x"),
            Err("the provider state's value \"x\" is not of the data type that the pact asks for"),
        );
    }
}
