use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};
use thiserror::Error;

use crate::path::{member, shortened};
use crate::write::{Ordered, provider_states, version_4};
use crate::{Interaction, Pact};

/// Two interactions with the same identity and different content.
#[derive(Debug, Error)]
#[error(
    "two different interactions are both {identity}: at {path} one has {left}, the other {right}"
)]
pub struct MergeConflict {
    /// Description and provider states of both.
    pub identity: String,
    /// The JSON path within the interaction where they first differ.
    pub path: String,
    /// What the first has there.
    pub left: String,
    /// What the second has there.
    pub right: String,
}

impl Pact {
    /// Adds an interaction; one that is already there with the same content changes nothing.
    ///
    /// # Errors
    /// [`MergeConflict`] where the pact holds other content under the same
    /// identity; the pact is as it was.
    pub fn add(&mut self, interaction: Interaction) -> Result<(), Box<MergeConflict>> {
        let identity = interaction.identity();
        let same = self
            .interactions
            .iter()
            .filter(|each| each.identity() == identity);
        if is_new(same, &interaction)? {
            self.interactions.push(interaction);
        }
        Ok(())
    }

    /// Adds everything of another pact of the same two participants. Where both
    /// give different metadata, the greater text stays, so that the order of
    /// merging does not matter.
    ///
    /// # Errors
    /// [`MergeConflict`] for the first interaction that does not fit; the pact is as it was.
    pub fn merge(&mut self, other: Pact) -> Result<(), Box<MergeConflict>> {
        let new = new_positions(&self.interactions, &other.interactions)?;
        let mut new = new.into_iter().peekable();
        for (position, interaction) in other.interactions.into_iter().enumerate() {
            if new.next_if_eq(&position).is_some() {
                self.interactions.push(interaction);
            }
        }
        let known = self.not_understood.iter();
        let mut known: HashSet<_> = known.map(|each| text(&each.value)).collect();
        for each in other.not_understood {
            if known.insert(text(&each.value)) {
                self.not_understood.push(each);
            }
        }
        self.specification = self.specification.max(other.specification);
        unite(&mut self.consumer.extra, other.consumer.extra);
        unite(&mut self.provider.extra, other.provider.extra);
        unite(&mut self.metadata, other.metadata);
        unite(&mut self.extra, other.extra);
        Ok(())
    }
}

/// Whether the pact holds different interactions of the same identity.
pub(crate) fn check(pact: &Pact) -> Result<(), Box<MergeConflict>> {
    new_positions(&[], &pact.interactions).map(drop)
}

/// Which of the added interactions are not there yet.
fn new_positions(
    existing: &[Interaction],
    added: &[Interaction],
) -> Result<Vec<usize>, Box<MergeConflict>> {
    let key = |each: &Interaction| {
        let states = match &each.common().provider_states[..] {
            [] => String::new(),
            states => provider_states(states).to_text(),
        };
        let description = each.common().description.clone();
        (each.interaction_type(), description, states)
    };
    let mut known: HashMap<_, Vec<&Interaction>> = HashMap::new();
    for each in existing {
        known.entry(key(each)).or_default().push(each);
    }
    let mut new = Vec::new();
    for (position, each) in added.iter().enumerate() {
        let described_so = known.entry(key(each)).or_default();
        let identity = each.identity();
        let same = described_so
            .iter()
            .copied()
            .filter(|other| other.identity() == identity);
        if is_new(same, each)? {
            described_so.push(each);
            new.push(position);
        }
    }
    Ok(new)
}

/// Whether none has the interaction's identity. One that has it must have its content.
fn is_new<'a>(
    same_identity: impl Iterator<Item = &'a Interaction>,
    interaction: &Interaction,
) -> Result<bool, Box<MergeConflict>> {
    let mut first = None;
    for existing in same_identity {
        match compare(existing, interaction) {
            Ok(()) => return Ok(false),
            Err(conflict) => first = first.or(Some(conflict)),
        }
    }
    first.map_or(Ok(true), Err)
}

fn unite(existing: &mut Map<String, Value>, added: Map<String, Value>) {
    for (key, value) in added {
        match (existing.get_mut(&key), value) {
            (None, value) => {
                existing.insert(key, value);
            }
            (Some(Value::Object(existing)), Value::Object(added)) => unite(existing, added),
            (Some(existing), added) if text(existing) < text(&added) => {
                *existing = added;
            }
            _ => {}
        }
    }
}

fn text(value: &Value) -> String {
    Ordered::Borrowed(value).to_text()
}

fn compare(left: &Interaction, right: &Interaction) -> Result<(), Box<MergeConflict>> {
    let values = (version_4(left).to_value(), version_4(right).to_value());
    let Some((path, left_value, right_value)) = first_difference(&values.0, &values.1, "$".into())
    else {
        return Ok(());
    };
    Err(Box::new(MergeConflict {
        identity: left.identity().to_string(),
        path,
        left: shown(left_value),
        right: shown(right_value),
    }))
}

type Differing<'a> = (String, Option<&'a Value>, Option<&'a Value>);

fn first_difference<'a>(left: &'a Value, right: &'a Value, path: String) -> Option<Differing<'a>> {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            let mut keys: Vec<_> = left.keys().chain(right.keys()).collect();
            keys.sort();
            keys.dedup();
            keys.into_iter()
                .find_map(|key| difference(left.get(key), right.get(key), member(&path, key)))
        }
        (Value::Array(left), Value::Array(right)) => {
            (0..left.len().max(right.len())).find_map(|index| {
                difference(
                    left.get(index),
                    right.get(index),
                    format!("{path}[{index}]"),
                )
            })
        }
        _ if left == right => None,
        _ => Some((path, Some(left), Some(right))),
    }
}

fn difference<'a>(
    left: Option<&'a Value>,
    right: Option<&'a Value>,
    path: String,
) -> Option<Differing<'a>> {
    match (left, right) {
        (Some(left), Some(right)) => first_difference(left, right, path),
        (left, right) => Some((path, left, right)),
    }
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".into(), |value| shortened(&value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HttpInteraction, NotUnderstood, ProviderState, SpecificationVersion};
    use serde_json::json;

    fn interaction(user: &str, status: u16) -> Interaction {
        let mut http = HttpInteraction::default();
        http.common.description = "a request for a user".into();
        let params = json!({ "id": user })
            .as_object()
            .cloned()
            .unwrap_or_default();
        http.common.provider_states = vec![ProviderState {
            name: "user exists".into(),
            params,
        }];
        http.response.status = status;
        Interaction::Http(Box::new(http))
    }

    #[test]
    fn the_parameters_of_a_state_are_part_of_the_identity() {
        let mut pact = Pact::between("web", "users");
        pact.add(interaction("1", 200)).unwrap();
        pact.add(interaction("2", 404)).unwrap();
        pact.add(interaction("2", 404)).unwrap();
        assert_eq!(pact.interactions.len(), 2);
    }

    #[test]
    fn other_content_under_the_same_identity_is_a_conflict_that_shows_both() {
        let mut pact = Pact::between("web", "users");
        pact.add(interaction("1", 200)).unwrap();
        let conflict = pact.add(interaction("1", 404)).unwrap_err();
        assert_eq!(
            conflict.to_string(),
            "two different interactions are both \"a request for a user\" given \"user exists {\"id\":\"1\"}\": \
             at $.response.status one has 200, the other 404"
        );
    }

    #[test]
    fn merging_keeps_everything_of_both_and_does_not_depend_on_the_order() {
        let pact = |user: &str, tool: &str| {
            let mut pact = Pact::between("web", "users");
            pact.interactions = vec![interaction(user, 200), interaction(user, 200)];
            pact.not_understood = [json!({ "type": "Carrier/Pigeon" }), json!({ "type": user })]
                .map(|value| NotUnderstood {
                    value,
                    interaction_type: None,
                    reason: "a test".into(),
                })
                .into();
            for (target, key) in [
                (&mut pact.metadata, "tools"),
                (&mut pact.provider.extra, "x"),
            ] {
                target.insert(key.into(), json!({ tool: 1, "same": tool }));
            }
            pact
        };
        let merged = |mut left: Pact, right| {
            left.merge(right).unwrap();
            left
        };
        let one = merged(pact("1", "a"), pact("2", "b"));
        assert_eq!(
            one.interactions.len(),
            3,
            "only what is merged in is looked at"
        );
        assert_eq!(one.not_understood.len(), 3);
        assert_eq!(
            one.metadata["tools"],
            json!({ "a": 1, "b": 1, "same": "b" })
        );
        let other = merged(pact("2", "b"), pact("1", "a"));
        let bytes = |pact: &Pact| pact.to_bytes(SpecificationVersion::V4).unwrap();
        assert_eq!(bytes(&one), bytes(&other));
    }

    #[test]
    fn a_conflict_leaves_the_pact_as_it_was() {
        let mut pact = Pact::between("web", "users");
        pact.add(interaction("1", 200)).unwrap();
        let before = pact.clone();
        let mut other = Pact::between("web", "users");
        other.interactions = vec![interaction("2", 200), interaction("1", 404)];
        pact.merge(other).unwrap_err();
        assert_eq!(pact, before);
    }
}
