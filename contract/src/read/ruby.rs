//! Objects of Ruby's Pact in files of versions 1 and 2: `Pact::SomethingLike`,
//! `Pact::ArrayLike` and `Pact::Term` stand in the place of examples there. They
//! become what later versions have for them: an example, and a matching rule.

use serde_json::{Map, Value};

use super::reader::{Reader, member, sorted};
use crate::{Category, MatchingRules, RuleKind};

type Object = Map<String, Value>;

/// How many values the copies of one file's examples may have together.
const COPIED: usize = 100_000;

/// The rules that stood in an example's place, and what was odd.
pub(super) struct Reified {
    rules: Vec<(Category, String, RuleKind)>,
    warnings: Vec<(String, String)>,
    left: usize,
}

/// Where an object stands: in the model, and in the file.
struct Place<'a> {
    category: Category,
    key: String,
    path: &'a str,
}

/// Puts examples in the place of Ruby's objects in a request or response.
pub(super) fn reify(part: &mut Object, path: &str) -> Reified {
    let mut reified = Reified {
        rules: Vec::new(),
        warnings: Vec::new(),
        left: COPIED,
    };
    for (name, category) in [
        ("body", Category::Body),
        ("headers", Category::Header),
        ("path", Category::Path),
        ("query", Category::Query),
    ] {
        if let Some(value) = part.get_mut(name).filter(|value| holds_objects(value)) {
            let path = member(path, name);
            let found = std::mem::take(value);
            *value = match category {
                Category::Header | Category::Query => reified.fields(found, category, &path),
                Category::Body => reified.at("$".into(), found, category, &path),
                _ => reified.at(String::new(), found, category, &path),
            };
        }
    }
    reified
}

impl Reified {
    /// Adds the rules, and tells what was odd.
    pub(super) fn finish(self, reader: &mut Reader, rules: &mut MatchingRules) {
        for (category, key, kind) in self.rules {
            rules.add(category, key, kind);
        }
        for (path, message) in self.warnings {
            reader.warn(&path, message);
        }
    }

    /// Headers or a query: each name has its own rules.
    fn fields(&mut self, value: Value, category: Category, path: &str) -> Value {
        let (object, like) = match opened(value.clone()) {
            Opened::Like(Value::Object(object)) => (object, true),
            Opened::Plain(Value::Object(object)) => (object, false),
            other => {
                let message = "a rule for all of it is not supported; compared with its example";
                self.warnings.push((path.into(), message.into()));
                return match other {
                    Opened::Term(example @ Value::String(_), _) => example,
                    _ => value,
                };
            }
        };
        let members = sorted(object).map(|(name, value)| {
            if like {
                self.rules.push((category, name.clone(), RuleKind::Type));
            }
            let value = self.at(name.clone(), value, category, &member(path, &name));
            (name, value)
        });
        members.collect()
    }

    fn at(&mut self, key: String, value: Value, category: Category, path: &str) -> Value {
        let place = Place {
            category,
            key,
            path,
        };
        match opened(value) {
            Opened::Plain(value) => self.below(&place, value),
            Opened::Like(contents) => {
                self.rule(&place, RuleKind::Type);
                self.at(place.key, contents, category, path)
            }
            Opened::Term(example, regex) => {
                self.rule(&place, RuleKind::Regex(regex));
                example
            }
            Opened::ArrayLike(contents, min) => {
                self.rule(&place, RuleKind::MinType(min));
                let element = self.at(format!("{}[*]", place.key), contents, category, path);
                self.copies(element, min, path)
            }
        }
    }

    fn below(&mut self, place: &Place<'_>, value: Value) -> Value {
        let Place {
            category,
            key,
            path,
        } = place;
        match value {
            Value::Array(items) => {
                let items = items.into_iter().enumerate();
                let items = items.map(|(index, item)| {
                    let index = format!("[{index}]");
                    self.at(
                        format!("{key}{index}"),
                        item,
                        *category,
                        &format!("{path}{index}"),
                    )
                });
                items.collect()
            }
            Value::Object(object) => {
                let members = sorted(object).map(|(name, value)| {
                    let below = format!("{key}{}", step(&name));
                    let value = self.at(below, value, *category, &member(path, &name));
                    (name, value)
                });
                members.collect()
            }
            other => other,
        }
    }

    fn rule(&mut self, place: &Place<'_>, kind: RuleKind) {
        self.rules.push((place.category, place.key.clone(), kind));
    }

    /// As many copies as the rule asks for, within a bound.
    fn copies(&mut self, element: Value, count: usize, path: &str) -> Value {
        let size = size(&element).saturating_mul(count);
        if size > self.left {
            let message = format!("an example of {count} elements is too large; read with one");
            self.warnings.push((path.into(), message));
            return vec![element].into();
        }
        self.left -= size;
        vec![element; count].into()
    }
}

/// `.name` or `['a name']`.
fn step(name: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || "_-".contains(character);
    match !name.is_empty() && name.chars().all(plain) {
        true => format!(".{name}"),
        false if name.contains('\'') => format!("[\"{name}\"]"),
        false => format!("['{name}']"),
    }
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(object) => object.values().map(size).sum::<usize>(),
        _ => 0,
    }
}

/// Whether an example would be read as another one, and a rule.
pub(crate) fn holds_objects(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(holds_objects),
        Value::Object(object) => stands_for_rule(object) || object.values().any(holds_objects),
        _ => false,
    }
}

fn stands_for_rule(object: &Object) -> bool {
    match class(object) {
        Some("Pact::SomethingLike" | "Pact::ArrayLike") => object.contains_key("contents"),
        Some("Pact::Term") => term(object).is_some(),
        _ => false,
    }
}

fn class(object: &Object) -> Option<&str> {
    object.get("json_class")?.as_str()
}

enum Opened {
    Plain(Value),
    Like(Value),
    /// The element and the least number of them.
    ArrayLike(Value, usize),
    /// The example and the regular expression.
    Term(Value, String),
}

/// What an object of Ruby's holds; anything else as it is.
fn opened(value: Value) -> Opened {
    let Value::Object(mut object) = value else {
        return Opened::Plain(value);
    };
    let min = object.get("min").and_then(Value::as_u64).unwrap_or(1);
    let min = usize::try_from(min).unwrap_or(usize::MAX);
    match class(&object) {
        Some("Pact::SomethingLike") if object.contains_key("contents") => {
            Opened::Like(object.remove("contents").unwrap_or_default())
        }
        Some("Pact::ArrayLike") if object.contains_key("contents") => {
            Opened::ArrayLike(object.remove("contents").unwrap_or_default(), min)
        }
        Some("Pact::Term") => match term(&object) {
            Some((example, regex)) => Opened::Term(example, regex),
            None => Opened::Plain(Value::Object(object)),
        },
        _ => Opened::Plain(Value::Object(object)),
    }
}

/// `{"data": {"generate": …, "matcher": {"json_class": "Regexp", "o": …, "s": …}}}`
fn term(object: &Object) -> Option<(Value, String)> {
    let data = object.get("data")?;
    let example = data.get("generate").filter(|example| example.is_string())?;
    let example = example.clone();
    let matcher = data.get("matcher")?;
    let source = matcher.as_str().or_else(|| matcher.get("s")?.as_str())?;
    let options = matcher.get("o").and_then(Value::as_u64).unwrap_or(0);
    // The values of Regexp::IGNORECASE, EXTENDED and MULTILINE (there: `.` is any character).
    let flags: String = [(1, 'i'), (2, 'x'), (4, 's')]
        .into_iter()
        .filter_map(|(bit, flag)| (options & bit != 0).then_some(flag))
        .collect();
    // The rest of the line may be a comment in the extended form.
    let end = if flags.contains('x') { "\n" } else { "" };
    let regex = match is_anchored(source) && flags.is_empty() {
        true => source.to_owned(),
        false => format!("[\\s\\S]*(?{flags}:{source}{end})[\\s\\S]*"),
    };
    Some((example, regex))
}

/// Whether it matches a whole text only. In Ruby a part of the text is enough
/// otherwise; a rule has to match the whole.
fn is_anchored(source: &str) -> bool {
    let begins = ["^", "\\A"].iter().any(|anchor| source.starts_with(anchor));
    let ends = ["$", "\\z", "\\Z"]
        .iter()
        .any(|anchor| source.ends_with(anchor));
    begins && ends && !source.contains('|') && !source.ends_with("\\$")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn reified(part: Value) -> (Value, Vec<String>) {
        let mut part = part.as_object().cloned().unwrap_or_default();
        let reified = reify(&mut part, "$.r");
        let rules = reified.rules.iter();
        let mut told: Vec<_> = rules
            .map(|(category, key, kind)| format!("{} {key} {kind:?}", category.as_str()))
            .collect();
        let warnings = reified.warnings.iter();
        told.extend(warnings.map(|(path, message)| format!("{path}: {message}")));
        (part.into(), told)
    }

    fn term(example: &str, source: &str, options: u64) -> Value {
        json!({ "json_class": "Pact::Term", "data": { "generate": example,
            "matcher": { "json_class": "Regexp", "o": options, "s": source } } })
    }

    fn like(contents: Value) -> Value {
        json!({ "json_class": "Pact::SomethingLike", "contents": contents })
    }

    fn array_like(contents: &Value, min: u64) -> Value {
        json!({ "json_class": "Pact::ArrayLike", "contents": contents, "min": min })
    }

    #[test]
    fn objects_become_examples_and_rules() {
        for (found, example, told) in [
            (
                json!({ "body": { "a b": term("x", "^x+$", 0), "n": 1 } }),
                json!({ "body": { "a b": "x", "n": 1 } }),
                &["body $['a b'] Regex(\"^x+$\")"][..],
            ),
            (
                json!({ "body": like(json!({ "l": [1, term("x", "X", 3)] })) }),
                json!({ "body": { "l": [1, "x"] } }),
                &[
                    "body $ Type",
                    "body $.l[1] Regex(\"[\\\\s\\\\S]*(?ix:X\\n)[\\\\s\\\\S]*\")",
                ],
            ),
            (
                json!({ "body": { "l": array_like(&like(json!({ "id": 7 })), 2) } }),
                json!({ "body": { "l": [{ "id": 7 }, { "id": 7 }] } }),
                &["body $.l MinType(2)", "body $.l[*] Type"],
            ),
            (
                json!({ "path": term("/a", "\\A/.\\z", 0), "headers": { "X-Id": like(json!("1")) },
                        "query": { "q": [term("1", "^1$|^2$", 0)] } }),
                json!({ "path": "/a", "headers": { "X-Id": "1" }, "query": { "q": ["1"] } }),
                &[
                    "header X-Id Type",
                    "path  Regex(\"\\\\A/.\\\\z\")",
                    "query q[0] Regex(\"[\\\\s\\\\S]*(?:^1$|^2$)[\\\\s\\\\S]*\")",
                ],
            ),
            (
                json!({ "query": term("a=1", "a=.", 0), "headers": like(json!({ "A": "b" })) }),
                json!({ "query": "a=1", "headers": { "A": "b" } }),
                &[
                    "header A Type",
                    "$.r.query: a rule for all of it is not supported; compared with its example",
                ],
            ),
        ] {
            assert_eq!(
                reified(found.clone()),
                (example, told.iter().map(|each| (*each).into()).collect()),
                "{found}"
            );
        }
    }

    #[test]
    fn other_objects_stay() {
        for part in [
            json!({ "body": { "json_class": "Pact::Term" } }),
            json!({ "body": { "json_class": "Pact::SomethingLike" } }),
            json!({ "body": { "json_class": "Order", "contents": 1 } }),
        ] {
            assert_eq!(reified(part.clone()), (part, vec![]));
        }
    }

    #[test]
    fn nested_lists_do_not_grow_without_bound() {
        let mut body = json!("x");
        for _ in 0..20 {
            body = array_like(&body, 1000);
        }
        let (part, told) = reified(json!({ "body": body }));
        assert!(size(&part) < 2 * COPIED);
        let warning = "$.r.body: an example of 1000 elements is too large; read with one";
        assert!(told.contains(&warning.to_owned()));
    }
}
