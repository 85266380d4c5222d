//! `config.json` beside the configuration: `{"providers": {"templates":
//! ["TemplateDeleted"]}}` names consumed events as well. A `config.json` without
//! `providers` is somebody else's and is left alone.

use std::path::Path;

use serde_json::Value;

use super::Events;
use crate::failure::{Failure, Result};

/// Adds what `config.json` in the folder names, if it is there.
pub fn add(events: &mut Events, folder: &Path) -> Result<()> {
    let path = folder.join("config.json");
    let Ok(bytes) = std::fs::read(&path) else {
        return Ok(());
    };
    for (provider, names) in parse(&bytes, &path)? {
        let known = events.entry(provider).or_default();
        for name in names {
            if !known.contains(&name) {
                known.push(name);
            }
        }
    }
    Ok(())
}

fn parse(bytes: &[u8], path: &Path) -> Result<Events> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| {
        Failure::wrong_input(format!(
            "{}: line {}, column {}: not JSON: {error}",
            path.display(),
            error.line(),
            error.column()
        ))
    })?;
    match document.get("providers") {
        None => Ok(Events::new()),
        Some(Value::Object(providers)) => providers
            .iter()
            .map(|(provider, names)| Ok((provider.clone(), event_names(provider, names, path)?)))
            .collect(),
        Some(other) => Err(expected(
            "$.providers",
            "an object of event names by provider",
            other,
            path,
        )),
    }
}

fn event_names(provider: &str, names: &Value, path: &Path) -> Result<Vec<String>> {
    serde_json::from_value(names.clone()).map_err(|_| {
        expected(
            &format!("$.providers.{provider}"),
            "a list of event names",
            names,
            path,
        )
    })
}

fn expected(place: &str, what: &str, found: &Value, path: &Path) -> Failure {
    Failure::wrong_input(format!(
        "{}: {place}: expected {what}, found {found}",
        path.display()
    ))
    .advise(r#"write {"providers": {"templates": ["TemplateDeleted"]}}"#)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Events, add, parse};

    #[test]
    fn events_are_added_to_those_of_the_toml_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("config.json"),
            r#"{"providers": {"auth": ["UserCreated", "UserDeleted"], "x": []}}"#,
        )
        .unwrap();
        let mut events = Events::from([("auth".into(), vec!["UserCreated".into()])]);
        add(&mut events, folder.path()).unwrap();
        assert_eq!(events["auth"], ["UserCreated", "UserDeleted"]);
        assert_eq!(events.len(), 2);
    }

    #[test]
    fn another_tools_file_is_left_alone() {
        assert_eq!(
            parse(b"{\"port\": 1}", Path::new("config.json")).unwrap(),
            Events::new()
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let cases = [
            ("{", "config.json: line 1, column 1: not JSON"),
            (
                r#"{"providers": 7}"#,
                "config.json: $.providers: expected an object of event names by provider, found 7",
            ),
            (
                r#"{"providers": {"auth": "UserCreated"}}"#,
                "config.json: $.providers.auth: expected a list of event names, found \"UserCreated\"",
            ),
        ];
        for (text, message) in cases {
            let failure = parse(text.as_bytes(), Path::new("config.json")).unwrap_err();
            assert!(failure.message.contains(message), "{}", failure.message);
        }
    }
}
