//! Cookies: headers of a syntax of their own (RFC 6265), whose values' matchers become
//! one regular expression for the header, since a rule is about a header as a whole.

use pactwork_contract::Category;
use serde_json::{Value, json};

use super::definition::{Definition, Named};
use crate::matchers::{escaped, regex};

/// What stands for a matcher's value in a regular expression for the whole header.
const PATTERNS: &[(&str, &str)] = &[
    ("integer", "-?[0-9]+"),
    ("decimal", r"-?[0-9]+\.[0-9]+"),
    ("number", r"-?[0-9]+(\.[0-9]+)?"),
    ("boolean", "(true|false)"),
    ("notEmpty", "[^;]+"),
    ("type", "[^;]*"),
];

/// The `Cookie` header: the cookies in the order given.
pub(super) fn request_header(cookies: &Named, definition: &mut Definition<'_>) -> Option<Value> {
    if cookies.is_empty() {
        return None;
    }
    let cookies: Vec<Cookie> = cookies
        .iter()
        .map(|(name, value)| Cookie::of(name, value, definition))
        .collect();
    let join = |texts: Vec<String>| texts.join("; ");
    let example = join(cookies.iter().map(Cookie::example).collect());
    if cookies.iter().all(|cookie| cookie.pattern.is_none()) {
        return Some(example.into());
    }
    let pattern = join(cookies.iter().map(Cookie::pattern).collect());
    Some(regex(format!("^{pattern}$"), example))
}

/// The `Set-Cookie` headers, a value each, and the pattern that each of them has: a rule
/// for one of several values is not known to every implementation of Pact.
pub(super) fn response_headers(
    cookies: &[(String, Value, Option<String>)],
    definition: &mut Definition<'_>,
) -> Option<(Vec<String>, String)> {
    let mut examples = Vec::new();
    let mut patterns = Vec::new();
    for (name, value, attributes) in cookies {
        let cookie = Cookie::of(name, value, definition);
        let (example, pattern) = (cookie.example(), cookie.pattern());
        match attributes {
            None => {
                examples.push(example);
                patterns.push(format!("{pattern}(;.*)?"));
            }
            Some(attributes) => {
                examples.push(format!("{example}; {attributes}"));
                patterns.push(format!("{pattern}; {}", escaped(attributes)));
            }
        }
    }
    let pattern = match &patterns[..] {
        [] => return None,
        [single] => format!("^{single}$"),
        several => format!("^({})$", several.join("|")),
    };
    Some((examples, pattern))
}

struct Cookie<'a> {
    name: &'a str,
    value: String,
    /// Where the value has a matcher.
    pattern: Option<String>,
}

impl<'a> Cookie<'a> {
    fn of(name: &'a str, given: &Value, definition: &mut Definition<'_>) -> Self {
        let place = format!("cookie {name}");
        let example = definition.without_rules(given, Category::Header);
        let value = definition.wire_text(&example, "cookie", name);
        let ends = |text: &str| text.contains([';', '\r', '\n']);
        if name.is_empty() || ends(name) || name.contains(['=', ' ']) {
            definition.problem(format_args!("\"{name}\" is not a cookie's name"));
        }
        if ends(&value) {
            definition.problem(format_args!("{place}: {value:?} holds what no cookie can"));
        }
        let pattern = pattern(given).unwrap_or_else(|reason| {
            definition.problem(format_args!("{place}: {reason}"));
            None
        });
        Self {
            name,
            value,
            pattern,
        }
    }

    fn example(&self) -> String {
        format!("{}={}", self.name, self.value)
    }

    fn pattern(&self) -> String {
        let value = self.pattern.clone();
        let value = value.unwrap_or_else(|| escaped(&self.value));
        format!("{}={value}", escaped(self.name))
    }
}

/// The regular expression of a cookie's matcher, if it has one.
fn pattern(given: &Value) -> Result<Option<String>, String> {
    let Some(members) = given.as_object() else {
        return Ok(None);
    };
    if members.contains_key("pact:generator:type") {
        return Err("a generator cannot stand in a cookie".into());
    }
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let found = match text("pact:matcher:type") {
        Some("regex") => text("regex").map(unanchored),
        Some("include") => text("value").map(|part| format!("[^;]*{}[^;]*", escaped(part))),
        Some(name) => PATTERNS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, pattern)| (*pattern).to_owned()),
        None => None,
    };
    found.map(Some).ok_or_else(|| {
        let name = members.get("pact:matcher:type").unwrap_or(given);
        format!(
            "the matcher {} cannot stand in a cookie; say it as regex(…)",
            json!(name)
        )
    })
}

/// The pattern without the anchors of the whole value, to stand within another.
fn unanchored(pattern: &str) -> String {
    let inner = pattern.strip_prefix('^').unwrap_or(pattern);
    let inner = match inner.strip_suffix('$') {
        Some(inner) if !ends_escaped(inner) => inner,
        _ => inner,
    };
    format!("({inner})")
}

fn ends_escaped(pattern: &str) -> bool {
    let backslashes = pattern.len() - pattern.trim_end_matches('\\').len();
    backslashes % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matchers::*;

    #[test]
    fn matchers_become_patterns() {
        for (given, expected) in [
            (json!("a"), Ok(None)),
            (regex(r"^\d+$", "1"), Ok(Some(r"(\d+)".into()))),
            (regex(r"^a\$", "a$"), Ok(Some(r"(a\$)".into()))),
            (integer(1), Ok(Some("-?[0-9]+".into()))),
            (includes("a.b"), Ok(Some(r"[^;]*a\.b[^;]*".into()))),
            (
                semver("1.2.3"),
                Err("the matcher \"semver\" cannot stand in a cookie; say it as regex(…)".into()),
            ),
        ] {
            assert_eq!(pattern(&given), expected, "{given}");
        }
    }
}
