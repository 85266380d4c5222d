use serde_json::Value;
use thiserror::Error;

use crate::write::version_4;
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
        let same = self
            .interactions
            .iter()
            .find(|each| each.identity() == interaction.identity());
        match same {
            None => self.interactions.push(interaction),
            Some(existing) => compare(existing, &interaction)?,
        }
        Ok(())
    }

    /// Adds every interaction of another pact of the same two participants.
    ///
    /// # Errors
    /// [`MergeConflict`] for the first that does not fit; those before it are added.
    pub fn merge(&mut self, other: Pact) -> Result<(), Box<MergeConflict>> {
        other
            .interactions
            .into_iter()
            .try_for_each(|interaction| self.add(interaction))
    }
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
                .find_map(|key| difference(left.get(key), right.get(key), format!("{path}.{key}")))
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
    value.map_or_else(|| "nothing".into(), Value::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HttpInteraction, ProviderState};
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
}
