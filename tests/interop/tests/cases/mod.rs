//! Drawing examples, rules for them, and answers that differ from them.

use std::fmt;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// An expectation and an answer.
#[derive(Debug, Clone)]
pub struct Case {
    pub example: Value,
    pub rules: Vec<PathRules>,
    pub actual: Value,
}

/// The rules at one path.
#[derive(Debug, Clone)]
pub struct PathRules {
    pub path: String,
    pub combine: &'static str,
    pub matchers: Vec<Value>,
}

impl Case {
    /// The expectation as a pact file of version 4.
    pub fn pact(&self) -> String {
        let mut rules = Map::new();
        for at in &self.rules {
            let list = json!({ "combine": at.combine, "matchers": at.matchers });
            rules.insert(at.path.clone(), list);
        }
        json!({
            "consumer": {"name": "c"},
            "provider": {"name": "p"},
            "interactions": [{
                "type": "Synchronous/HTTP",
                "description": "case",
                "request": {"method": "GET", "path": "/"},
                "response": {
                    "status": 200,
                    "headers": {"Content-Type": ["application/json"]},
                    "body": {
                        "content": self.example,
                        "contentType": "application/json",
                        "encoded": false
                    },
                    "matchingRules": {"body": rules}
                }
            }],
            "metadata": {"pactSpecification": {"version": "4.0"}}
        })
        .to_string()
    }

    /// How much there is to read.
    pub fn size(&self) -> usize {
        self.to_string().len()
    }

    /// The example's values that a path leads to.
    pub fn targets(&self, path: &str) -> Vec<&Value> {
        let mut at = vec![&self.example];
        for step in path[1..]
            .replace("['", "\u{1}[")
            .replace("']", "]")
            .split(['[', '.'])
        {
            let step = step.trim_end_matches([']', '\u{1}']);
            if step.is_empty() {
                continue;
            }
            at = at
                .into_iter()
                .flat_map(|value| inside(value, step))
                .collect();
        }
        at
    }
}

fn inside<'v>(value: &'v Value, step: &str) -> Vec<&'v Value> {
    match (value, step) {
        (Value::Array(list), "*") => list.iter().collect(),
        (Value::Object(map), "*") => map.values().collect(),
        (Value::Array(list), index) => index
            .parse()
            .ok()
            .and_then(|index: usize| list.get(index))
            .into_iter()
            .collect(),
        (Value::Object(map), key) => map.get(key).into_iter().collect(),
        _ => Vec::new(),
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "example {}", self.example)?;
        for at in &self.rules {
            let matchers = Value::from(at.matchers.clone());
            writeln!(f, "rules   {} {} {matchers}", at.path, at.combine)?;
        }
        write!(f, "actual  {}", self.actual)
    }
}

/// Cases of up to three rules and three changes.
pub fn cases() -> impl Strategy<Value = Case> {
    let rules = prop::collection::vec(any::<[u16; 8]>(), 0..4);
    let changes = prop::collection::vec(any::<[u16; 6]>(), 0..4);
    // A body that is null alone is no body to the reference.
    let example = json_value().prop_filter("null", |example| !example.is_null());
    (example, rules, changes).prop_map(|(example, rules, changes)| {
        let mut drawn: Vec<PathRules> = Vec::new();
        for seed in rules {
            let at = path_rules(&example, seed);
            if !drawn.iter().any(|known| known.path == at.path) {
                drawn.push(at);
            }
        }
        let mut actual = example.clone();
        for seed in changes {
            change(&mut actual, seed);
        }
        Case {
            example,
            rules: drawn,
            actual,
        }
    })
}

const KEYS: &[&str] = &["a", "b", "c", "id", "a b", "0"];

const TEXTS: &[&str] = &[
    "",
    "a",
    "abc",
    "ABC-1",
    "red",
    "blue",
    "10",
    "1.5",
    "true",
    "2024-01-31",
    "10:20:30",
    "2024-01-31T10:20:30Z",
    "1.2.3",
    "é",
];

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => Just(Value::Null),
        2 => any::<bool>().prop_map(Value::from),
        4 => (-2i64..12).prop_map(Value::from),
        3 => (0i64..8).prop_map(|n| json!(n as f64 + 0.5)),
        6 => prop::sample::select(TEXTS).prop_map(Value::from),
    ]
}

fn json_value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(KEYS), inner), 0..4).prop_map(|members| {
                let members = members.into_iter();
                Value::Object(members.map(|(key, value)| (key.into(), value)).collect())
            }),
        ]
    })
}

/// Rules at a path that the example has, some of its steps as wildcards.
fn path_rules(example: &Value, seed: [u16; 8]) -> PathRules {
    let [walk, wild, depth, kind, detail, more, second, other] = seed;
    let mut path = String::from("$");
    let mut at = example;
    let mut walk = usize::from(walk);
    for level in 0..usize::from(depth % 4) {
        let wildcard = (wild >> level) & 3 == 0;
        match at {
            Value::Array(list) if !list.is_empty() => {
                let index = walk % list.len();
                walk /= list.len();
                path += &if wildcard {
                    "[*]".into()
                } else {
                    format!("[{index}]")
                };
                at = &list[index];
            }
            Value::Object(map) if !map.is_empty() => {
                let mut keys: Vec<_> = map.keys().collect();
                keys.sort();
                let key = keys[walk % keys.len()];
                walk /= keys.len();
                path += &if wildcard {
                    ".*".into()
                } else {
                    format!("['{key}']")
                };
                at = &map[key];
            }
            _ => break,
        }
    }
    let mut matchers = vec![matcher(kind, detail, at)];
    if more % 5 == 0 {
        matchers.push(matcher(second, other, at));
    }
    let combine = if more % 2 == 0 { "AND" } else { "OR" };
    PathRules {
        path,
        combine: if matchers.len() > 1 { combine } else { "AND" },
        matchers,
    }
}

const PATTERNS: &[&str] = &["^[a-z]+$", r"^\d+$", "^red|blue$", r"^[A-Z]{3}-\d$", "^.*$"];

/// A rule; for half of the draws one that goes with the example's type.
fn matcher(kind: u16, detail: u16, example: &Value) -> Value {
    let fitting: &[u16] = match example {
        Value::Null => &[0, 10],
        Value::Bool(_) => &[0, 9],
        Value::Number(number) if number.is_f64() => &[0, 7, 8],
        Value::Number(_) => &[0, 6, 8],
        Value::String(_) => &[0, 4, 5, 11, 12, 13, 18, 19],
        Value::Array(_) => &[0, 1, 2, 3, 16, 17, 18],
        Value::Object(_) => &[0, 14, 15, 16, 18],
    };
    let drawn = match kind % 2 {
        0 => fitting[usize::from(kind / 2) % fitting.len()],
        _ => kind / 2 % 21,
    };
    let pattern = PATTERNS[usize::from(detail) % PATTERNS.len()];
    let (few, many) = (detail % 3, detail % 3 + detail / 3 % 3);
    let inner = match detail % 4 {
        0 => json!({"match": "type"}),
        1 => json!({"match": "integer"}),
        2 => json!({"match": "regex", "regex": pattern}),
        _ => json!({"match": "number"}),
    };
    match drawn {
        0 => json!({"match": "type"}),
        1 => json!({"match": "type", "min": few}),
        2 => json!({"match": "type", "max": many}),
        3 => json!({"match": "type", "min": few, "max": many}),
        4 => json!({"match": "regex", "regex": pattern}),
        5 => json!({"match": "include", "value": TEXTS[usize::from(detail) % TEXTS.len()]}),
        6 => json!({"match": "integer"}),
        7 => json!({"match": "decimal"}),
        8 => json!({"match": "number"}),
        9 => json!({"match": "boolean"}),
        10 => json!({"match": "null"}),
        11 => json!({"match": "date", "format": "yyyy-MM-dd"}),
        12 => json!({"match": "time", "format": "HH:mm:ss"}),
        13 => json!({"match": "datetime", "format": "yyyy-MM-dd'T'HH:mm:ssX"}),
        14 => json!({"match": "values"}),
        15 => {
            json!({"match": "eachKey", "rules": [{"match": "regex", "regex": pattern}], "value": "a"})
        }
        16 => json!({"match": "eachValue", "rules": [inner], "value": "a"}),
        17 => {
            let rules = json!({"$": {"combine": "AND", "matchers": [inner]}});
            json!({"match": "arrayContains", "variants": [{"index": 0, "rules": rules, "generators": {}}]})
        }
        18 => json!({"match": "notEmpty"}),
        19 => json!({"match": "semver"}),
        _ => json!({"match": "equality"}),
    }
}

/// Changes a value somewhere.
fn change(value: &mut Value, seed: [u16; 6]) {
    let [walk, depth, kind, detail, key, _] = seed;
    let mut at = value;
    let mut walk = usize::from(walk);
    for _ in 0..depth % 4 {
        let inside = match &*at {
            Value::Array(list) => list.len(),
            Value::Object(map) => map.len(),
            _ => 0,
        };
        if inside == 0 {
            break;
        }
        let index = walk % inside;
        walk /= inside;
        at = match at {
            Value::Array(list) => &mut list[index],
            Value::Object(map) => map.values_mut().nth(index).unwrap(),
            _ => return,
        };
    }
    let fresh = fresh(detail);
    match (kind % 4, at) {
        (0, Value::Array(list)) => list.push(fresh),
        (1, Value::Array(list)) => drop(list.pop()),
        (0, Value::Object(map)) => {
            drop(map.insert(KEYS[usize::from(key) % KEYS.len()].into(), fresh))
        }
        (1, Value::Object(map)) => {
            let first = map.keys().nth(usize::from(key) % map.len().max(1)).cloned();
            first.and_then(|first| map.remove(&first));
        }
        (2, Value::Array(list)) => {
            let copy = list.first().cloned().unwrap_or(fresh);
            list.push(copy);
        }
        (_, Value::Number(number)) if detail % 2 == 0 => {
            let next = number.as_i64().map_or(json!(2.5), |n| json!(n + 1));
            *number = next.as_number().unwrap().clone();
        }
        (_, Value::String(text)) if detail % 2 == 0 => {
            *text = TEXTS[usize::from(key) % TEXTS.len()].into();
        }
        (_, at) => *at = fresh,
    }
}

fn fresh(detail: u16) -> Value {
    match detail % 8 {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(7),
        3 => json!(1.5),
        4 => json!([]),
        5 => json!({}),
        6 => json!([1]),
        _ => TEXTS[usize::from(detail / 8) % TEXTS.len()].into(),
    }
}
