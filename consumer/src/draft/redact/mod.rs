//! Secrets, replaced before anything else sees them: by the name of what they are
//! the value of, by the path of a JSON member, and by their form.

mod names;
mod path;
mod texts;

use std::borrow::Cow;

use serde_json::{Map, Value};

use self::names::SecretNames;
use self::path::Step;
pub use self::path::{NoPath, RedactedPath};
use self::texts::SecretTexts;
use super::formats::{PLACEHOLDER, is_uuid};
use super::place;

const NO_UUID: &str = "00000000-0000-0000-0000-000000000000";

/// Replaces secrets.
#[derive(Debug, Clone)]
pub(super) struct Redactor {
    names: SecretNames,
    paths: Vec<RedactedPath>,
    texts: SecretTexts,
}

impl Redactor {
    pub fn new(names: &[String], paths: &[RedactedPath]) -> Result<Self, regex::Error> {
        Ok(Self {
            names: SecretNames::with(names),
            paths: paths.to_vec(),
            texts: SecretTexts::new()?,
        })
    }

    /// A text without what looks like a secret.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.texts.redacted(text)
    }

    /// The value of a header, a parameter or a field.
    pub fn field<'t>(&self, name: &str, value: &'t str) -> Cow<'t, str> {
        match self.names.contains(name) {
            true => whole(value).into(),
            false => self.text(value),
        }
    }

    /// A JSON document; returns the paths of what was replaced, elements as `[*]`.
    pub fn json(&self, document: &mut Value) -> Vec<String> {
        let mut walk = Walk {
            redactor: self,
            replaced: Vec::new(),
        };
        let steps = self.paths.iter().map(RedactedPath::steps);
        walk.visit(document, "$", &steps.collect::<Vec<_>>());
        walk.replaced.sort();
        walk.replaced.dedup();
        walk.replaced
    }
}

/// A secret's placeholder, which looks as the secret did.
fn whole(secret: &str) -> String {
    let scheme = secret.split(' ').next().unwrap_or_default();
    let has_scheme = scheme.len() < secret.len();
    match scheme.to_ascii_lowercase().as_str() {
        _ if secret.is_empty() => String::new(),
        "bearer" if has_scheme => format!("Bearer {PLACEHOLDER}"),
        "basic" if has_scheme => format!("Basic {PLACEHOLDER}"),
        _ if is_uuid(secret) => NO_UUID.into(),
        _ => PLACEHOLDER.into(),
    }
}

struct Walk<'a> {
    redactor: &'a Redactor,
    replaced: Vec<String>,
}

impl Walk<'_> {
    /// `paths`: what is left of the configured paths that lead here.
    fn visit(&mut self, value: &mut Value, path: &str, paths: &[&[Step]]) {
        if paths.iter().any(|steps| steps.is_empty()) {
            return self.replace_all(value, path);
        }
        match value {
            Value::String(text) => {
                if let Cow::Owned(redacted) = self.redactor.text(text) {
                    *text = redacted;
                    self.replaced.push(path.into());
                }
            }
            Value::Array(elements) => {
                let inside = place::each(path);
                for (position, element) in elements.iter_mut().enumerate() {
                    let paths = onward(paths, |step| step.is_element(position));
                    self.visit(element, &inside, &paths);
                }
            }
            Value::Object(members) => self.members(members, path, paths),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn members(&mut self, members: &mut Map<String, Value>, path: &str, paths: &[&[Step]]) {
        let before = std::mem::take(members);
        for (name, mut value) in before {
            let shown = self.redactor.text(&name).into_owned();
            let inside = place::member(path, &shown);
            if self.redactor.names.contains(&name) {
                self.replace_all(&mut value, &inside);
            } else {
                let paths = onward(paths, |step| step.is_member(&name));
                self.visit(&mut value, &inside, &paths);
            }
            members.insert(shown, value);
        }
    }

    /// Every text and number within; what else it says is its form.
    fn replace_all(&mut self, value: &mut Value, path: &str) {
        match value {
            Value::String(text) => *text = whole(text),
            Value::Number(number) if number.is_f64() => *value = 0.5.into(),
            Value::Number(_) => *value = 0.into(),
            Value::Array(elements) => {
                let inside = place::each(path);
                return elements
                    .iter_mut()
                    .for_each(|element| self.replace_all(element, &inside));
            }
            Value::Object(members) => {
                let before = std::mem::take(members);
                for (name, mut value) in before {
                    let shown = self.redactor.text(&name).into_owned();
                    self.replace_all(&mut value, &place::member(path, &shown));
                    members.insert(shown, value);
                }
                return;
            }
            Value::Null | Value::Bool(_) => return,
        }
        self.replaced.push(path.into());
    }
}

/// What is left of the paths behind a step.
fn onward<'p>(paths: &[&'p [Step]], is: impl Fn(&Step) -> bool) -> Vec<&'p [Step]> {
    let split = paths.iter().filter_map(|steps| steps.split_first());
    split
        .filter(|(step, _)| is(step))
        .map(|(_, rest)| rest)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn redactor() -> Redactor {
        let paths = [
            "$.user.name".parse().unwrap(),
            "$.lines[*].note".parse().unwrap(),
        ];
        Redactor::new(&["iban".into()], &paths).unwrap()
    }

    #[test]
    fn json_members_by_name_by_path_and_by_form_at_any_depth() {
        let mut document = json!({
            "password": "hunter2",
            "user": { "name": "Mary", "Api-Key": 7, "IBAN": "DE00" },
            "lines": [{ "note": "private", "credentials": { "a": ["b", 1.5, true, null] } }],
            "link": "https://example.org?token=hunter2",
            "session": { "token": "c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f", "kind": "web" },
            "auth": "Bearer hunter2",
            "total": 7,
        });
        let replaced = redactor().json(&mut document);
        assert_eq!(
            document,
            json!({
                "password": "redacted",
                "user": { "name": "redacted", "Api-Key": 0, "IBAN": "redacted" },
                "lines": [{
                    "note": "redacted",
                    "credentials": { "a": ["redacted", 0.5, true, null] },
                }],
                "link": "https://example.org?token=redacted",
                "session": { "token": NO_UUID, "kind": "web" },
                "auth": "Bearer redacted",
                "total": 7,
            })
        );
        assert_eq!(
            replaced,
            [
                "$.auth",
                "$.lines[*].credentials.a[*]",
                "$.lines[*].note",
                "$.link",
                "$.password",
                "$.session.token",
                "$.user.IBAN",
                "$.user.name",
                "$.user['Api-Key']",
            ]
        );
    }

    #[test]
    fn keys_that_are_secrets_are_replaced_as_well() {
        let mut document = json!({ "ghp_16C7e42F292c6912E7710c838347Ae178B4a": 1 });
        redactor().json(&mut document);
        assert_eq!(document, json!({ "redacted": 1 }));
    }

    #[test]
    fn fields_by_name_and_by_form() {
        let redactor = redactor();
        for (name, value, expected) in [
            ("Authorization", "Bearer hunter2", "Bearer redacted"),
            ("authorization", "hunter2", "redacted"),
            ("Authorization", "Digest username=\"mary\"", "redacted"),
            ("X-Trace", "Bearer 0123456789abcdef0", "Bearer redacted"),
            ("api_key", "7", "redacted"),
            ("api_key", "", ""),
            ("page", "7", "7"),
        ] {
            assert_eq!(redactor.field(name, value), expected, "{name}: {value}");
        }
    }
}
