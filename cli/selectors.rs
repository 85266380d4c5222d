//! Selectors as users write them: `main-branch`, `branch=feature,fallback=main`,
//! `deployed=production,consumer=web`, or the JSON of a Pact Broker.

use std::time::SystemTime;

use pactwork_broker::{Selector, Versions};
use serde_json::{Map, Value};

use crate::moment::{self, Moment};

/// What makes a selector from its value.
type Make = fn(Option<String>) -> Result<Versions, String>;

/// Selectors by name, with the name that a Pact Broker gives them in JSON.
const SELECTORS: &[(&str, &str, Make)] = &[
    ("main-branch", "mainBranch", |_| Ok(Versions::MainBranch)),
    ("branch", "branch", |name| {
        Ok(Versions::Branch {
            name: needed(name)?,
            fallback: None,
        })
    }),
    ("matching-branch", "matchingBranch", |_| {
        Ok(Versions::MatchingBranch)
    }),
    ("each-branch", "eachBranch", |_| Ok(Versions::EachBranch)),
    ("latest", "latest", |_| Ok(Versions::Latest)),
    ("tag", "tag", |name| Ok(Versions::Tag(needed(name)?))),
    ("deployed", "deployed", |place| {
        Ok(Versions::Deployed(place))
    }),
    ("released", "released", |place| {
        Ok(Versions::Released(place))
    }),
    ("deployed-or-released", "deployedOrReleased", |place| {
        Ok(Versions::DeployedOrReleased(place))
    }),
    ("environment", "environment", |place| {
        Ok(Versions::DeployedOrReleased(Some(needed(place)?)))
    }),
    ("in-progress-since", "inProgressSince", |date| {
        day(&needed(date)?).map(Versions::InProgressSince)
    }),
];

fn needed(value: Option<String>) -> Result<String, String> {
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| "expected a value after its name".into())
}

/// The begin of a day in UTC, or a moment as RFC 3339 has it.
fn day(date: &str) -> Result<SystemTime, String> {
    match moment::parse(date) {
        Ok(Moment::At(moment)) => Ok(moment),
        _ => Err(format!("expected a date such as 2026-05-31, found {date}")),
    }
}

/// A selector as it was asked for: storage needs to understand it, a Pact Broker takes
/// its own JSON as it stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    Words(Selector),
    Json {
        members: Map<String, Value>,
        /// Why storage has no such selector.
        understood: Result<Selector, String>,
    },
}

impl Asked {
    /// Reads it. The error says what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !text.trim_start().starts_with('{') {
            return from_words(text).map(Self::Words);
        }
        Ok(Self::Json {
            members: object(text)?,
            understood: from_json(text),
        })
    }

    /// The selector for storage.
    pub fn for_storage(&self) -> Result<Selector, String> {
        match self {
            Self::Words(selector) => Ok(selector.clone()),
            Self::Json {
                members,
                understood,
            } => understood.clone().map_err(|why| {
                let text = Value::Object(members.clone());
                format!("storage cannot select by {text}: {why}")
            }),
        }
    }
}

/// Reads a selector. The error says what was expected.
pub fn parse(text: &str) -> Result<Selector, String> {
    match text.trim_start().starts_with('{') {
        true => from_json(text),
        false => from_words(text),
    }
}

fn from_words(text: &str) -> Result<Selector, String> {
    let mut words = text.split(',').map(str::trim);
    let first = words.next().unwrap_or_default();
    let (name, value) = match first.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (first, None),
    };
    let mut selector = Selector::of(made(name, value)?);
    for word in words {
        match word.split_once('=') {
            Some(("consumer", consumer)) => selector.consumer = Some(consumer.into()),
            Some(("fallback", branch)) => fall_back(&mut selector, branch)?,
            _ => {
                return Err(format!(
                    "expected consumer=NAME or fallback=BRANCH, found {word}"
                ));
            }
        }
    }
    Ok(selector)
}

fn made(name: &str, value: Option<String>) -> Result<Versions, String> {
    let known = SELECTORS.iter().find(|(known, ..)| *known == name);
    let Some((_, _, make)) = known else {
        let names: Vec<_> = SELECTORS.iter().map(|(name, ..)| *name).collect();
        let names = names.join(", ");
        return Err(format!("expected one of {names}, found {name}"));
    };
    make(value)
}

fn fall_back(selector: &mut Selector, branch: &str) -> Result<(), String> {
    match &mut selector.versions {
        Versions::Branch { fallback, .. } => {
            *fallback = Some(branch.into());
            Ok(())
        }
        _ => Err("a fallback goes with branch=NAME".into()),
    }
}

/// A selector of a Pact Broker: `{"mainBranch": true}`, `{"deployed": true,
/// "environment": "production", "consumer": "web"}`.
fn from_json(text: &str) -> Result<Selector, String> {
    let members = object(text)?;
    let text_at = |name: &str| members.get(name).and_then(Value::as_str);
    let place = text_at("environment").map(str::to_owned);
    let known = |name: &str| {
        let mut selectors = SELECTORS.iter();
        selectors.find(|(_, json, _)| *json == name && *json != "environment")
    };
    let aside = ["environment", "consumer", "fallbackBranch"];
    // A Pact Broker's way to say that of a tag or branch the newest alone is meant.
    let newest = ["tag", "branch", "mainBranch"];
    let newest = newest.iter().any(|name| members.contains_key(*name));
    let mut found = members.iter().filter(|(name, value)| {
        let name = name.as_str();
        !aside.contains(&name) && **value != Value::Bool(false) && !(newest && name == "latest")
    });
    let versions = match (found.next(), found.next()) {
        (Some((name, value)), None) => {
            let (_, _, make) = known(name).ok_or_else(|| format!("\"{name}\" is not known"))?;
            make(value.as_str().map(str::to_owned).or(place))?
        }
        (None, _) if place.is_some() => Versions::DeployedOrReleased(place),
        (None, _) => return Err("it selects nothing".into()),
        (Some((one, _)), Some((other, _))) => {
            return Err(format!(
                "expected one selector, found \"{one}\" and \"{other}\""
            ));
        }
    };
    let mut selector = Selector::of(versions);
    selector.consumer = text_at("consumer").map(str::to_owned);
    if let Some(branch) = text_at("fallbackBranch") {
        fall_back(&mut selector, branch)?;
    }
    Ok(selector)
}

fn object(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(text).map_err(|error| format!("it is no JSON object: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branch(name: &str, fallback: Option<&str>) -> Versions {
        Versions::Branch {
            name: name.into(),
            fallback: fallback.map(str::to_owned),
        }
    }

    #[test]
    fn words_and_json_say_the_same() {
        let production = || Some("production".to_owned());
        for (words, json, versions) in [
            (
                "main-branch",
                r#"{"mainBranch": true}"#,
                Versions::MainBranch,
            ),
            ("branch=a", r#"{"branch": "a"}"#, branch("a", None)),
            (
                "branch=a,fallback=b",
                r#"{"branch": "a", "fallbackBranch": "b"}"#,
                branch("a", Some("b")),
            ),
            (
                "matching-branch",
                r#"{"matchingBranch": true}"#,
                Versions::MatchingBranch,
            ),
            ("latest", r#"{"latest": true}"#, Versions::Latest),
            (
                "tag=prod",
                r#"{"tag": "prod"}"#,
                Versions::Tag("prod".into()),
            ),
            (
                "tag=prod",
                r#"{"tag": "prod", "latest": true}"#,
                Versions::Tag("prod".into()),
            ),
            (
                "deployed",
                r#"{"deployed": true}"#,
                Versions::Deployed(None),
            ),
            (
                "released=production",
                r#"{"released": true, "environment": "production"}"#,
                Versions::Released(production()),
            ),
            (
                "environment=production",
                r#"{"environment": "production"}"#,
                Versions::DeployedOrReleased(production()),
            ),
        ] {
            let expected = Ok(Selector::of(versions));
            assert_eq!(parse(words), expected, "{words}");
            assert_eq!(parse(json), expected, "{json}");
        }
        let of_web = parse("deployed,consumer=web").unwrap();
        assert_eq!(of_web.consumer.as_deref(), Some("web"));
    }

    #[test]
    fn what_is_not_understood_says_what_was_expected() {
        for (text, error) in [
            ("brunch=a", "expected one of main-branch, branch, "),
            ("branch", "expected a value after its name"),
            (
                "latest,x",
                "expected consumer=NAME or fallback=BRANCH, found x",
            ),
            ("latest,fallback=a", "a fallback goes with branch=NAME"),
            (
                "in-progress-since=soon",
                "expected a date such as 2026-05-31, found soon",
            ),
            ("{", "it is no JSON object"),
            ("{}", "it selects nothing"),
            (r#"{"newest": true}"#, "\"newest\" is not known"),
            (
                r#"{"branch": "b", "tag": "a"}"#,
                "expected one selector, found",
            ),
        ] {
            let found = parse(text).unwrap_err();
            assert!(found.starts_with(error), "{text}: {found}");
        }
    }
}
