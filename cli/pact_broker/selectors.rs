//! Our selectors as a Pact Broker has them.

use pactwork_broker::{Selector, Versions};
use serde_json::{Map, Value, json};

use crate::selectors::Asked;

/// What a Pact Broker is asked for.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Selected {
    /// `consumerVersionSelectors`; the Pact Broker's own choice where there are none.
    pub selectors: Vec<Value>,
    /// `includeWipPactsSince`: a date.
    pub wip_since: Option<String>,
}

impl Selected {
    /// Translates. The error is a sentence.
    pub fn of(asked: &[Asked], branch: Option<&str>) -> Result<Self, String> {
        let mut selected = Self::default();
        for each in asked {
            match each {
                Asked::Json { members, .. } => {
                    selected.selectors.push(Value::Object(members.clone()));
                }
                Asked::Words(selector) => selected.add(selector)?,
            }
        }
        let needs_branch = |selector: &Value| selector.get("matchingBranch").is_some();
        if branch.is_none() && selected.selectors.iter().any(needs_branch) {
            return Err("matching-branch: the provider's branch is not known".into());
        }
        Ok(selected)
    }

    fn add(&mut self, selector: &Selector) -> Result<(), String> {
        let mut members = match &selector.versions {
            Versions::InProgressSince(since) => {
                return self.include_wip(*since, selector.consumer.as_deref());
            }
            versions => of_versions(versions),
        };
        if let Some(consumer) = &selector.consumer {
            members.insert("consumer".into(), consumer.as_str().into());
        }
        self.selectors.push(Value::Object(members));
        Ok(())
    }

    fn include_wip(
        &mut self,
        since: std::time::SystemTime,
        consumer: Option<&str>,
    ) -> Result<(), String> {
        if consumer.is_some() {
            return Err(
                "in-progress-since: a Pact Broker has it for all consumers, not for one".into(),
            );
        }
        let moment = humantime::format_rfc3339_seconds(since).to_string();
        let day = moment.strip_suffix("T00:00:00Z").map(str::to_owned);
        self.wip_since = Some(day.unwrap_or(moment));
        Ok(())
    }
}

/// <https://docs.pact.io/pact_broker/advanced_topics/consumer_version_selectors>
fn of_versions(versions: &Versions) -> Map<String, Value> {
    let members = match versions {
        Versions::MainBranch => json!({ "mainBranch": true }),
        Versions::Branch {
            name,
            fallback: None,
        } => json!({ "branch": name }),
        Versions::Branch {
            name,
            fallback: Some(other),
        } => json!({ "branch": name, "fallbackBranch": other }),
        Versions::MatchingBranch => json!({ "matchingBranch": true }),
        Versions::EachBranch => json!({ "branch": true, "latest": true }),
        Versions::Latest | Versions::InProgressSince(_) => json!({ "latest": true }),
        Versions::Tag(tag) => json!({ "tag": tag, "latest": true }),
        Versions::Deployed(place) => in_environment("deployed", place.as_deref()),
        Versions::Released(place) => in_environment("released", place.as_deref()),
        Versions::DeployedOrReleased(place) => {
            in_environment("deployedOrReleased", place.as_deref())
        }
    };
    match members {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn in_environment(how: &str, place: Option<&str>) -> Value {
    match place {
        Some(place) => json!({ how: true, "environment": place }),
        None => json!({ how: true }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_what_a_pact_broker_has_for_them() {
        for (words, expected) in [
            ("main-branch", json!({ "mainBranch": true })),
            (
                "branch=a,fallback=b,consumer=web",
                json!({ "branch": "a", "fallbackBranch": "b", "consumer": "web" }),
            ),
            ("each-branch", json!({ "branch": true, "latest": true })),
            ("latest", json!({ "latest": true })),
            ("tag=prod", json!({ "tag": "prod", "latest": true })),
            ("deployed", json!({ "deployed": true })),
            (
                "released=test",
                json!({ "released": true, "environment": "test" }),
            ),
            (
                "environment=test",
                json!({ "deployedOrReleased": true, "environment": "test" }),
            ),
            // What it says is the Pact Broker's affair.
            (r#"{"tag": "prod"}"#, json!({ "tag": "prod" })),
            (
                r#"{"tag": "a", "latest": true, "fallbackTag": "b"}"#,
                json!({ "tag": "a", "latest": true, "fallbackTag": "b" }),
            ),
        ] {
            let asked = Asked::parse(words).unwrap();
            let selected = Selected::of(&[asked], None).unwrap();
            assert_eq!(selected.selectors, [expected], "{words}");
            assert_eq!(selected.wip_since, None);
        }
    }

    #[test]
    fn what_is_in_progress_is_no_selector_there() {
        let asked = Asked::parse("in-progress-since=2026-05-31").unwrap();
        let selected = Selected::of(&[asked], None).unwrap();
        assert_eq!(selected.selectors, [Value::Null; 0]);
        assert_eq!(selected.wip_since.as_deref(), Some("2026-05-31"));
    }

    #[test]
    fn what_it_cannot_do_is_said() {
        for (words, error) in [
            ("matching-branch", "matching-branch: the provider's branch"),
            (
                "in-progress-since=2026-05-31,consumer=web",
                "in-progress-since: a Pact Broker has it for all",
            ),
        ] {
            let asked = Asked::parse(words).unwrap();
            let found = Selected::of(&[asked], None).unwrap_err();
            assert!(found.starts_with(error), "{found}");
        }
    }
}
