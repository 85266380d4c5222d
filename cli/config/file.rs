//! The form of `pactwork.toml`. Unknown keys are errors, so that a misspelt key
//! is never silently without effect.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Events;
use super::notifications::{Notifications, Notify};
use super::provider::Provider;
use crate::failure::{Failure, Result};
use crate::stub::Answer;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub participant: String,
    #[serde(default)]
    pub storage: Storage,
    #[serde(default)]
    pub consumer: Consumer,
    #[serde(default)]
    pub provider: Provider,
    #[serde(default)]
    pub stub: Stub,
    #[serde(default)]
    pub notifications: Notifications,
    #[serde(default)]
    pub notify: Vec<Notify>,
    #[serde(default)]
    pub record: Record,
}

/// What counts whenever traffic is recorded.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Record {
    /// Headers that are kept as well.
    pub headers: Vec<String>,
    /// Names of headers, parameters and members that are redacted as well.
    pub redact: Vec<String>,
    /// The same for places in JSON bodies.
    pub redact_paths: Vec<String>,
}

/// The options are those of the kind of storage, which knows their names.
#[derive(Debug, Default, Deserialize)]
pub struct Storage {
    pub url: Option<String>,
    #[serde(default)]
    pub plain_layout: bool,
    #[serde(flatten)]
    pub options: BTreeMap<String, toml::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Consumer {
    pub pacts: PathBuf,
    pub examples: PathBuf,
    pub golden: PathBuf,
    pub events: Events,
}

impl Default for Consumer {
    fn default() -> Self {
        Self {
            pacts: "pacts".into(),
            examples: "examples".into(),
            golden: ".pactwork/golden".into(),
            events: Events::new(),
        }
    }
}

/// What a stub of golden contracts answers where: `"GET /orders/{id}" = "Order"`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Stub {
    pub responses: BTreeMap<String, Answer>,
}

/// Reads the file's text.
pub fn parse(text: &str, path: &Path) -> Result<File> {
    let file: File = toml::from_str(text).map_err(|error| unreadable(text, path, &error))?;
    check(&file).map_err(|problem| {
        Failure::wrong_input(format!("{}: {problem}", path.display()))
            .advise(format!("correct {}", path.display()))
    })?;
    Ok(file)
}

fn unreadable(text: &str, path: &Path, error: &toml::de::Error) -> Failure {
    let place = error.span().map_or_else(String::new, |span| {
        let (line, column) = position(text, span.start);
        format!("line {line}, column {column}: ")
    });
    Failure::wrong_input(format!(
        "{}: {place}{}",
        path.display(),
        error.message().trim()
    ))
    .advise(format!("correct {}", path.display()))
}

/// Line and column of a byte, both from 1.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

fn check(file: &File) -> std::result::Result<(), String> {
    if file.participant.is_empty() {
        return Err("participant: expected a name, found \"\"".into());
    }
    let Notifications {
        timeout_seconds,
        attempts,
        ..
    } = file.notifications;
    if timeout_seconds == 0 || attempts == 0 {
        return Err(format!(
            "notifications: expected timeout_seconds and attempts of at least 1, \
             found {timeout_seconds} and {attempts}"
        ));
    }
    let not_plain = |value: &toml::Value| value.is_table() || value.is_array();
    let mut options = file.storage.options.iter();
    if let Some((name, value)) = options.find(|(_, value)| not_plain(value)) {
        return Err(format!(
            "storage.{name}: expected a text, a number or true or false, found {value}"
        ));
    }
    file.provider.check()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{parse, position};

    #[test]
    fn a_position_counts_characters_from_one() {
        assert_eq!(position("é = 1\nx", 0), (1, 1));
        assert_eq!(position("é = 1\nx", 3), (1, 3));
        assert_eq!(position("é = 1\nx", 7), (2, 1));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let cases = [
            (
                "participant = \"web\"\n[consumer]\npact = \"p\"\n",
                "p.toml: line 3, column 1: unknown field `pact`, expected one of \
                 `pacts`, `examples`, `golden`, `events`",
            ),
            ("[consumer]\n", "missing field `participant`"),
            (
                "participant = 7",
                "line 1, column 15: invalid type: integer `7`, expected a string",
            ),
            (
                "participant = \"\"",
                "p.toml: participant: expected a name, found \"\"",
            ),
            (
                "participant = \"web\"\n[notifications]\nattempts = 0",
                "notifications: expected timeout_seconds and attempts of at least 1, found 10 and 0",
            ),
            (
                "participant = \"web\"\n[[notify]]\nname = \"a\"\non = \"contract\"\n",
                "p.toml: line 4, column 6: unknown variant `contract`, expected one of \
                 `contract-published`, `contract-content-changed`",
            ),
            (
                "participant = \"web\"\n[[notify]]\nname = \"a\"\non = \"release-recorded\"\n\
                 [notify.webhook]\nurl = \"https://a\"\nheader = 7\n",
                "p.toml: line 7, column 1: unknown field `header`, expected one of \
                 `url`, `method`, `headers`, `body`",
            ),
            (
                "participant = \"web\"\n[provider]\nready = \"health\"",
                "provider.ready: expected a path on the provider that starts with /, found \"health\"",
            ),
            (
                "participant = \"web\"\n[storage]\nregion = [1]",
                "storage.region: expected a text, a number or true or false, found [1]",
            ),
            (
                "participant = \"web\"\n[provider]\nready_timeout_seconds = 0",
                "provider.ready_timeout_seconds: expected at least 1, found 0",
            ),
        ];
        for (text, expected) in cases {
            let failure = parse(text, Path::new("p.toml")).unwrap_err();
            assert!(failure.message.contains(expected), "{}", failure.message);
            assert_eq!(failure.advice.as_deref(), Some("correct p.toml"));
        }
    }
}
