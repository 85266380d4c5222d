//! Templates: `{name}` is what a fact says, `{name|otherwise}` too or another text
//! where it says nothing, `{env.NAME}` a secret of the environment. Any other text
//! stands for itself; what looks like a placeholder and is none is an error.

use std::collections::BTreeSet;

use pactwork_broker::Values;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::secrets::{Secret, Secrets};

/// What is not encoded in a URL (RFC 3986, unreserved characters).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Value { name: String, otherwise: String },
    Secret(Secret),
}

/// How values are written, so that they mean what they say where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    /// As they are.
    Plain,
    /// Inside a text of a JSON document.
    Json,
    /// Inside a URL or a form; a secret that a template begins with is a URL already.
    Url,
}

impl Escape {
    fn of(self, value: &str) -> String {
        match self {
            Self::Plain => value.into(),
            Self::Json => {
                let quoted = serde_json::Value::from(value).to_string();
                quoted[1..quoted.len() - 1].into()
            }
            Self::Url => utf8_percent_encode(value, RESERVED).to_string(),
        }
    }
}

/// Whether secrets are written, or hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    Everything,
    NoSecrets,
}

/// What a template may name.
pub struct Known<'k> {
    pub values: &'k BTreeSet<&'static str>,
    pub secrets: &'k Secrets,
}

impl Template {
    /// Reads a template. The error says what was found and what is known.
    pub fn parse(text: &str, known: &Known<'_>) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, placeholder, after)) = next_placeholder(rest)? {
            parts.push(Part::Text(before.into()));
            parts.push(part(placeholder, known)?);
            rest = after;
        }
        parts.push(Part::Text(rest.into()));
        parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
        Ok(Self { parts })
    }

    /// Fills it in.
    pub fn render(&self, values: &Values, escape: Escape, show: Show) -> String {
        let parts = self
            .parts
            .iter()
            .enumerate()
            .map(|(index, part)| match part {
                Part::Text(text) => text.clone(),
                Part::Value { name, otherwise } => {
                    let value = values.get(name.as_str()).filter(|value| !value.is_empty());
                    escape.of(value.unwrap_or(otherwise))
                }
                Part::Secret(secret) => match (show, escape) {
                    (Show::NoSecrets, _) => secret.hidden(),
                    (Show::Everything, Escape::Url) if index == 0 => secret.value().into(),
                    (Show::Everything, _) => escape.of(secret.value()),
                },
            });
        parts.collect()
    }

    /// Whether a secret that it needs is not set.
    pub fn lacks_secret(&self) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|part| matches!(part, Part::Secret(secret) if secret.is_missing()))
    }

    /// The text with every value in the place of its name, to see whether what
    /// comes of it can be used.
    pub fn sample(&self, value: &str, escape: Escape) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Value { .. } => Part::Text(value.into()),
            other => other.clone(),
        });
        let filled = Self {
            parts: parts.collect(),
        };
        filled.render(&Values::new(), escape, Show::Everything)
    }
}

/// What stands before a placeholder, in it, and behind it. A brace that no letter
/// follows is a brace.
fn next_placeholder(text: &str) -> Result<Option<(&str, &str, &str)>, String> {
    let begin = text.match_indices('{').find(|(index, _)| {
        let next = text[index + 1..].chars().next();
        next.is_some_and(|next| next.is_ascii_alphabetic() || next == '_')
    });
    let Some((begin, _)) = begin else {
        return Ok(None);
    };
    let behind = &text[begin + 1..];
    let end = behind.find('}').ok_or_else(|| {
        format!("a }} is missing behind {{{behind}; a placeholder looks like {{version}}")
    })?;
    Ok(Some((&text[..begin], &behind[..end], &behind[end + 1..])))
}

fn part(placeholder: &str, known: &Known<'_>) -> Result<Part, String> {
    if let Some(name) = placeholder.strip_prefix("env.") {
        return known.secrets.get(name).map(Part::Secret);
    }
    let (name, otherwise) = placeholder.split_once('|').unwrap_or((placeholder, ""));
    if !known.values.contains(name) {
        let names: Vec<_> = known.values.iter().copied().collect();
        return Err(format!(
            "{{{placeholder}}} is no placeholder; known are {}, and env.NAME",
            names.join(", ")
        ));
    }
    Ok(Part::Value {
        name: name.into(),
        otherwise: otherwise.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Secrets {
        Secrets::new(
            |name| (name == "TOKEN").then(|| "s3cr/t \"1\"".into()),
            false,
        )
    }

    fn template(text: &str) -> Result<Template, String> {
        let values = ["version", "branch"].into();
        Template::parse(
            text,
            &Known {
                values: &values,
                secrets: &secrets(),
            },
        )
    }

    #[test]
    fn values_are_written_as_their_place_needs_it() {
        use Escape::{Json, Plain, Url};
        let values: Values = [("version", "a \"b\"/c\n".into()), ("branch", String::new())].into();
        for (text, escape, expected) in [
            ("no placeholder", Plain, "no placeholder"),
            ("<{version}>", Plain, "<a \"b\"/c\n>"),
            (
                "{\"v\": \"{version}\"}",
                Json,
                "{\"v\": \"a \\\"b\\\"/c\\n\"}",
            ),
            ("x/{version}/y", Url, "x/a%20%22b%22%2Fc%0A/y"),
            ("{branch}{branch|a b}", Url, "a%20b"),
            ("{{}} { } {\"", Plain, "{{}} { } {\""),
            ("Bearer {env.TOKEN}", Plain, "Bearer s3cr/t \"1\""),
            (
                "{env.TOKEN}/{env.TOKEN}",
                Url,
                "s3cr/t \"1\"/s3cr%2Ft%20%221%22",
            ),
        ] {
            let template = template(text).unwrap();
            assert_eq!(
                template.render(&values, escape, Show::Everything),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_secret_is_hidden_where_it_is_shown() {
        let template = template("{env.TOKEN}/{version}").unwrap();
        let shown = template.render(&Values::new(), Escape::Plain, Show::NoSecrets);
        assert_eq!(shown, "***/");
        assert!(!format!("{template:?}").contains("s3cr"), "{template:?}");
    }

    #[test]
    fn what_is_no_placeholder_is_named() {
        for (text, error) in [
            (
                "{provder}",
                "{provder} is no placeholder; known are branch, version, and env.NAME",
            ),
            (
                "{version",
                "a } is missing behind {version; a placeholder looks like {version}",
            ),
            ("{env.NONE}", "the environment variable NONE is not set"),
            ("{env.}", "{env.} names no environment variable"),
            (
                "{version }",
                "{version } is no placeholder; known are branch, version, and env.NAME",
            ),
        ] {
            assert_eq!(template(text), Err(error.to_owned()), "{text}");
        }
    }
}
