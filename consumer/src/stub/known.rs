//! The names that can be asked for.

use std::collections::{BTreeMap, BTreeSet};

use pactwork_contract::ProviderState;

use super::asked::Asked;
use super::choose::{Role, suits};

/// How many names are listed where one is not known.
const LISTED: usize = 20;

/// Every provider state, consumer and description that is served.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By name; each with different parameters.
    states: BTreeMap<String, Vec<ProviderState>>,
    consumers: BTreeSet<String>,
    descriptions: BTreeSet<String>,
}

impl Known {
    pub fn of(roles: &[Role]) -> Self {
        let mut known = Self::default();
        let mut texts = BTreeSet::new();
        for role in roles {
            known.consumers.insert(role.consumer.clone());
            known.descriptions.insert(role.description.clone());
            for state in &role.states {
                if texts.insert(state.to_string()) {
                    let alike = known.states.entry(state.name.clone()).or_default();
                    alike.push(state.clone());
                }
            }
        }
        known
    }

    /// Every provider state, once.
    pub fn states(&self) -> impl Iterator<Item = &ProviderState> {
        self.states.values().flatten()
    }

    /// Why what is asked for suits nothing, whatever the request.
    pub fn refuse(&self, asked: &Asked) -> Result<(), String> {
        for state in &asked.states {
            self.refuse_state(state)?;
        }
        refuse_name(&asked.consumer, "is of the consumer", &self.consumers)?;
        refuse_name(
            &asked.interaction,
            "has the description",
            &self.descriptions,
        )
    }

    fn refuse_state(&self, asked: &ProviderState) -> Result<(), String> {
        let alike = self.states.get(&asked.name);
        if alike.is_some_and(|alike| alike.iter().any(|state| suits(asked, state))) {
            return Ok(());
        }
        let known: Vec<_> = match alike {
            Some(alike) => alike.iter().map(ToString::to_string).collect(),
            None => self.states.keys().cloned().collect(),
        };
        let asked = asked.to_string();
        Err(not_known(
            "is given the provider state",
            &asked,
            known.iter(),
        ))
    }
}

fn refuse_name(
    asked: &Option<String>,
    relation: &str,
    known: &BTreeSet<String>,
) -> Result<(), String> {
    match asked {
        Some(asked) if !known.contains(asked) => Err(not_known(relation, asked, known.iter())),
        _ => Ok(()),
    }
}

fn not_known<'a>(
    relation: &str,
    asked: &str,
    known: impl ExactSizeIterator<Item = &'a String>,
) -> String {
    let beyond = known.len().saturating_sub(LISTED);
    let names: Vec<_> = known
        .take(LISTED)
        .map(|name| format!("\"{name}\""))
        .collect();
    let names = names.join(", ");
    let known = match (names.is_empty(), beyond) {
        (true, _) => "there is none".into(),
        (false, 0) => format!("known are {names}"),
        (false, more) => format!("known are {names} and {more} more"),
    };
    format!("no interaction {relation} \"{asked}\"; {known}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn known() -> Known {
        let state = |name: &str, id: u64| {
            serde_json::from_value(json!({ "name": name, "params": { "id": id } })).unwrap()
        };
        let role = |states| Role {
            consumer: "web".into(),
            description: "a list".into(),
            states,
            answer: 0,
        };
        Known::of(&[
            role(vec![state("an order", 7), ProviderState::named("a user")]),
            role(vec![state("an order", 8), ProviderState::named("a user")]),
        ])
    }

    #[test]
    fn what_is_not_known_is_said_with_what_is() {
        for (query, expected) in [
            ("state=a+user&consumer=web&interaction=a+list", None),
            ("state=an+order", None),
            (r#"state={"name":"an order","params":{"id":8}}"#, None),
            (
                "state=order",
                Some(
                    "no interaction is given the provider state \"order\"; known are \"a user\", \"an order\"",
                ),
            ),
            (
                r#"state={"name":"an order","params":{"id":9}}"#,
                Some(
                    "no interaction is given the provider state \"an order {\"id\":9}\"; known are \"an order {\"id\":7}\", \"an order {\"id\":8}\"",
                ),
            ),
            (
                "consumer=app",
                Some("no interaction is of the consumer \"app\"; known are \"web\""),
            ),
            (
                "interaction=b",
                Some("no interaction has the description \"b\"; known are \"a list\""),
            ),
        ] {
            let asked = Asked::of_query(query).unwrap();
            let refused = known().refuse(&asked).err();
            assert_eq!(refused.as_deref(), expected, "{query}");
        }
        let nothing = Known::default().refuse(&Asked::of_query("state=a").unwrap());
        assert!(nothing.unwrap_err().ends_with("; there is none"));
    }

    #[test]
    fn a_state_stands_once() {
        assert_eq!(known().states().count(), 3);
    }
}
