//! `ProviderState`: what a provider state returned, put into an expression such as
//! `/users/${id}` (Pact specification version 3, "Generators"). Only where a
//! provider is verified; a consumer gets the example.

use serde_json::{Map, Value};

use super::{Made, Make, plain, text};

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
    let source = text(definition, "expression")?;
    let source = source.ok_or("expected a text under `expression`, found nothing")?;
    let expression = Expression::parse(source)?;
    let name = text(definition, "dataType")?.unwrap_or("RAW");
    let mut known = DATA_TYPES.iter();
    let Some((name, data_type)) = known.find(|(known, _)| known.eq_ignore_ascii_case(name)) else {
        let known: Vec<_> = DATA_TYPES.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "expected a data type ({}), found \"{name}\"",
            known.join(", ")
        ));
    };
    Ok(Box::new(move |context, _| {
        let made = expression.evaluate(context.provider_state);
        let made = made.and_then(|value| typed(value, name, *data_type));
        made.map_or_else(Made::NotReturned, Made::Value)
    }))
}

/// `/users/${id}`: texts and names in turn.
#[derive(Debug)]
struct Expression {
    source: String,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Name(String),
}

impl Expression {
    /// An expression without `${` is a name.
    fn parse(source: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = source;
        if !source.contains("${") {
            pieces.push(Piece::Name(source.into()));
            rest = "";
        }
        while let Some((before, after)) = rest.split_once("${") {
            let unfit = |reason: &str| {
                let column = source.chars().count() - after.chars().count() + 1;
                format!("the expression \"{source}\" is not understood: column {column}: {reason}")
            };
            let named = after.split_once('}');
            let (name, after) = named.ok_or_else(|| unfit("`}` is missing"))?;
            if name.is_empty() {
                return Err(unfit("a name is missing"));
            }
            pieces.push(Piece::Text(before.into()));
            pieces.push(Piece::Name(name.into()));
            rest = after;
        }
        pieces.push(Piece::Text(rest.into()));
        pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        let source = source.into();
        Ok(Self { source, pieces })
    }

    /// A name alone keeps the value's type; otherwise it is a text.
    fn evaluate(&self, state: &Map<String, Value>) -> Result<Value, String> {
        if let [Piece::Name(name)] = self.pieces.as_slice() {
            return self.value_of(name, state).cloned();
        }
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => Ok(text.clone()),
            Piece::Name(name) => self.value_of(name, state).map(plain),
        });
        pieces.collect::<Result<String, _>>().map(Value::from)
    }

    fn value_of<'s>(&self, name: &str, state: &'s Map<String, Value>) -> Result<&'s Value, String> {
        state.get(name).ok_or_else(|| {
            let mut known: Vec<_> = state.keys().map(String::as_str).collect();
            known.sort_unstable();
            let known = if known.is_empty() {
                "none".into()
            } else {
                known.join(", ")
            };
            format!(
                "the provider states returned no value \"{name}\" for \"{}\"; returned: {known}",
                self.source
            )
        })
    }
}

fn typed(value: Value, name: &str, data_type: DataType) -> Result<Value, String> {
    let text = || plain(&value);
    let made = match data_type {
        DataType::Raw => Some(value.clone()),
        DataType::Text => Some(text().into()),
        DataType::Integer => integer(&value),
        DataType::Decimal => {
            let decimal = text().parse::<f64>().ok();
            decimal.filter(|it| it.is_finite()).map(Value::from)
        }
        DataType::Boolean => text().parse::<bool>().ok().map(Value::from),
    };
    made.ok_or_else(|| {
        format!("the provider states returned {value}, which is no {name} as the pact asks for")
    })
}

/// Whole numbers, however they are written.
fn integer(value: &Value) -> Option<Value> {
    let text = plain(value);
    if let Ok(integer) = text.parse::<i64>() {
        return Some(integer.into());
    }
    if let Ok(integer) = text.parse::<u64>() {
        return Some(integer.into());
    }
    // Doubles hold whole numbers exactly up to here.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let decimal = value.as_f64()?;
    (decimal.fract() == 0.0 && decimal.abs() <= EXACT).then(|| (decimal as i64).into())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{GeneratorMode, compile, testing::made};

    fn check(expression: &str, data_type: &str, value: &Value, expected: Result<Value, &str>) {
        let definition =
            json!({"type": "ProviderState", "expression": expression, "dataType": data_type});
        let state = json!({"a": value, "b": 2});
        for mode in [GeneratorMode::Provider, GeneratorMode::Expectation] {
            let found = made(&definition, mode, 1, &state);
            let expected = expected.clone().map(Some).map_err(str::to_owned);
            assert_eq!(found, expected, "{expression} {data_type}");
        }
        let consumer = made(&definition, GeneratorMode::Consumer, 1, &state);
        assert_eq!(consumer, Ok(None));
    }

    #[test]
    fn expressions_and_data_types() {
        for (expression, data_type, value, expected) in [
            ("${a}", "RAW", json!(100), json!(100)),
            ("${a}", "STRING", json!(100), json!("100")),
            ("${a}", "INTEGER", json!("100"), json!(100)),
            ("${a}", "integer", json!(100.0), json!(100)),
            ("${a}", "INTEGER", json!(u64::MAX), json!(u64::MAX)),
            ("${a}", "DECIMAL", json!("1.5"), json!(1.5)),
            ("${a}", "FLOAT", json!(2), json!(2.0)),
            ("${a}", "BOOLEAN", json!("true"), json!(true)),
            ("${a}", "RAW", json!({"x": 1}), json!({"x": 1})),
            ("a", "RAW", json!("value"), json!("value")),
            ("/a/${a}/b${b}", "STRING", json!("x"), json!("/a/x/b2")),
            ("${a}${b}", "INTEGER", json!(1), json!(12)),
        ] {
            check(expression, data_type, &value, Ok(expected));
        }
    }

    #[test]
    fn what_is_missing_or_of_another_type_is_named() {
        check(
            "${c}",
            "RAW",
            &json!(1),
            Err("the provider states returned no value \"c\" for \"${c}\"; returned: a, b"),
        );
        for (data_type, value, reason) in [
            (
                "INTEGER",
                json!("x"),
                "the provider states returned \"x\", which is no INTEGER as the pact asks for",
            ),
            (
                "INTEGER",
                json!(1.5),
                "the provider states returned 1.5, which is no INTEGER as the pact asks for",
            ),
            (
                "BOOLEAN",
                json!(1),
                "the provider states returned 1, which is no BOOLEAN as the pact asks for",
            ),
        ] {
            check("${a}", data_type, &value, Err(reason));
        }
    }

    #[test]
    fn what_is_not_understood_names_the_column() {
        for (definition, reason) in [
            (
                json!({"expression": "/${a}/${b"}),
                "the expression \"/${a}/${b\" is not understood: column 9: `}` is missing",
            ),
            (
                json!({"expression": "${}"}),
                "the expression \"${}\" is not understood: column 3: a name is missing",
            ),
            (
                json!({}),
                "expected a text under `expression`, found nothing",
            ),
            (
                json!({"expression": "a", "dataType": "DATE"}),
                "expected a data type (STRING, INTEGER, DECIMAL, FLOAT, BOOLEAN, RAW), found \"DATE\"",
            ),
        ] {
            let mut definition = definition.clone();
            definition["type"] = "ProviderState".into();
            let found = compile(definition.as_object().unwrap()).map(drop);
            assert_eq!(found, Err(reason.into()));
        }
    }
}
