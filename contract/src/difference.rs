//! What differs between two pacts, or two JSON documents: which interactions
//! came, went and changed, and where within them.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::path::member;
use crate::write::{Ordered, provider_states, version_4};
use crate::{ContentId, Identity, Interaction, NotUnderstood, Pact, ProviderState};

/// What differs between an earlier and a later pact.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct PactDifference {
    /// Interactions that only the later one has.
    pub came: Vec<InteractionName>,
    /// Interactions that only the earlier one has.
    pub went: Vec<InteractionName>,
    /// Interactions that both have, with other content.
    pub changed: Vec<ChangedInteraction>,
    /// What differs in the participants themselves.
    pub participants: Vec<Change>,
}

impl PactDifference {
    /// Whether both say the same; then their content ids are equal.
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

/// What tells an interaction from others of its pact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InteractionName {
    /// As version 4 of the specification spells it: `Synchronous/HTTP`. Empty for
    /// an interaction whose type is not understood and that names none.
    #[serde(rename = "type")]
    pub interaction_type: String,
    /// The consumer's description.
    pub description: String,
    /// The states that the provider has to be in, parameters included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provider_states: Vec<ProviderState>,
}

impl InteractionName {
    /// The SHA-256 of it all, as 64 lower-case hexadecimal digits: the same for equal
    /// names on every machine, whatever the order of the parameters' members.
    pub fn digest(&self) -> ContentId {
        let states = provider_states(&self.provider_states).to_text();
        let parts = [&self.interaction_type, &self.description, &states];
        let text: Vec<_> = parts
            .map(|part| Value::from(part.as_str()).to_string())
            .into();
        ContentId::of_bytes(text.join(",").as_bytes())
    }
}

impl From<Identity<'_>> for InteractionName {
    fn from(identity: Identity<'_>) -> Self {
        Self {
            interaction_type: identity.interaction_type.as_str().into(),
            description: identity.description.into(),
            provider_states: identity.provider_states.into(),
        }
    }
}

impl From<&NotUnderstood> for InteractionName {
    fn from(found: &NotUnderstood) -> Self {
        let text = |name: &str| {
            let text = found.value.get(name).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let known = found.interaction_type.map(|known| known.as_str().into());
        Self {
            interaction_type: known.unwrap_or_else(|| text("type")),
            description: text("description"),
            provider_states: Vec::new(),
        }
    }
}

impl fmt::Display for InteractionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.description)?;
        for (index, state) in self.provider_states.iter().enumerate() {
            f.write_str(if index == 0 { " given " } else { " and " })?;
            write!(f, "\"{state}\"")?;
        }
        Ok(())
    }
}

/// An interaction that both pacts have, with other content.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangedInteraction {
    /// Which interaction.
    pub interaction: InteractionName,
    /// Where, in the form that version 4 of the specification writes it; at least one.
    pub changes: Vec<Change>,
}

/// One place where two documents differ. Of `from` and `to` the one is `None`
/// where there is nothing; JSON's null is a value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The JSON path. Of what went it is the earlier document's, else the later one's.
    pub path: String,
    /// What the earlier one has there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// What the later one has there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
}

/// An interaction that is compared: what identifies it and what it says.
struct Compared {
    name: InteractionName,
    content: Value,
}

impl Pact {
    /// What a later pact says otherwise than this one. An interaction is the same
    /// one where type, description and provider states with their parameters are
    /// equal. As for the content id, the files' metadata and order do not count.
    ///
    /// ```
    /// use pactwork_contract::{HttpInteraction, Interaction, Pact};
    ///
    /// let mut later = Pact::between("web", "orders");
    /// later.add(Interaction::Http(Box::new(HttpInteraction::default())))?;
    /// let difference = Pact::between("web", "orders").difference(&later);
    /// assert_eq!(difference.came[0].interaction_type, "Synchronous/HTTP");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn difference(&self, later: &Self) -> PactDifference {
        let mut difference = PactDifference {
            participants: differences(&participants(self), &participants(later)),
            ..PactDifference::default()
        };
        let mut theirs = by_identity(later);
        for (key, ours) in by_identity(self) {
            let theirs = theirs.remove(&key).unwrap_or_default();
            difference.pair(ours, theirs);
        }
        for came in theirs.into_values() {
            difference.pair(Vec::new(), came);
        }
        difference
    }
}

impl PactDifference {
    /// Takes in what both pacts have of one identity: mostly one each.
    fn pair(&mut self, ours: Vec<Compared>, mut theirs: Vec<Compared>) {
        let mut changed = Vec::new();
        for each in ours {
            let same = theirs.iter();
            let same = same
                .enumerate()
                .find(|(_, other)| other.content == each.content);
            match same.map(|(position, _)| position) {
                Some(position) => drop(theirs.remove(position)),
                None => changed.push(each),
            }
        }
        let mut theirs = theirs.into_iter();
        for each in changed {
            match theirs.next() {
                None => self.went.push(each.name),
                Some(other) => self.changed.push(ChangedInteraction {
                    interaction: each.name,
                    changes: differences(&each.content, &other.content),
                }),
            }
        }
        self.came.extend(theirs.map(|each| each.name));
    }
}

/// In a defined order, whatever the order of the file.
fn by_identity(pact: &Pact) -> BTreeMap<(String, String, String), Vec<Compared>> {
    let understood = pact.interactions.iter().map(compared);
    let others = pact.not_understood.iter().map(|each| Compared {
        name: each.into(),
        content: each.value.clone(),
    });
    let mut found = BTreeMap::<_, Vec<_>>::new();
    for each in understood.chain(others) {
        let name = &each.name;
        let states = provider_states(&name.provider_states).to_text();
        let key = (
            name.description.clone(),
            states,
            name.interaction_type.clone(),
        );
        found.entry(key).or_default().push(each);
    }
    for same in found.values_mut() {
        same.sort_by_cached_key(|each| Ordered::Borrowed(&each.content).to_text());
    }
    found
}

fn compared(interaction: &Interaction) -> Compared {
    Compared {
        name: interaction.identity().into(),
        content: version_4(interaction).to_value(),
    }
}

fn participants(pact: &Pact) -> Value {
    let described = |participant: &crate::Participant| {
        let mut members = participant.extra.clone();
        members.insert("name".into(), participant.name.clone().into());
        Value::Object(members)
    };
    let both = [("consumer", &pact.consumer), ("provider", &pact.provider)];
    both.into_iter()
        .map(|(role, participant)| (role.to_owned(), described(participant)))
        .collect::<Map<_, _>>()
        .into()
}

/// Every place where a later JSON document differs from an earlier one, the
/// deepest that there is, in the order of paths. Items that came or went at one
/// place of a list do not count as a change of those behind it.
///
/// ```
/// use serde_json::json;
///
/// let (from, to) = (json!({ "required": ["a", "b"] }), json!({ "required": ["b"] }));
/// let changes = pactwork_contract::differences(&from, &to);
/// assert_eq!(changes[0].path, "$.required[0]");
/// assert_eq!((changes.len(), &changes[0].to), (1, &None));
/// ```
pub fn differences(from: &Value, to: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    compare(from, to, "$".into(), &mut changes);
    changes
}

fn compare(from: &Value, to: &Value, path: String, changes: &mut Vec<Change>) {
    match (from, to) {
        (Value::Object(from), Value::Object(to)) => compare_members(from, to, &path, changes),
        (Value::Array(from), Value::Array(to)) => compare_items(from, to, &path, changes),
        _ if from == to => {}
        _ => changes.push(Change {
            path,
            from: Some(from.clone()),
            to: Some(to.clone()),
        }),
    }
}

fn compare_members(
    from: &Map<String, Value>,
    to: &Map<String, Value>,
    path: &str,
    changes: &mut Vec<Change>,
) {
    let mut keys: Vec<_> = from.keys().chain(to.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let path = member(path, key);
        compare_places(from.get(key), to.get(key), path, changes);
    }
}

/// What both begin with and end with belongs together; between, each item
/// belongs to the one at its place.
fn compare_items(from: &[Value], to: &[Value], path: &str, changes: &mut Vec<Change>) {
    let same = |(left, right): &(&Value, &Value)| left == right;
    let begin = from.iter().zip(to).take_while(same).count();
    let (from_rest, to_rest) = (&from[begin..], &to[begin..]);
    let end = from_rest.iter().rev().zip(to_rest.iter().rev());
    let end = end.take_while(same).count();
    let from = &from_rest[..from_rest.len() - end];
    let to = &to_rest[..to_rest.len() - end];
    for offset in 0..from.len().max(to.len()) {
        let path = format!("{path}[{}]", begin + offset);
        compare_places(from.get(offset), to.get(offset), path, changes);
    }
}

fn compare_places(
    from: Option<&Value>,
    to: Option<&Value>,
    path: String,
    changes: &mut Vec<Change>,
) {
    match (from, to) {
        (Some(from), Some(to)) => compare(from, to, path, changes),
        (from, to) => changes.push(Change {
            path,
            from: from.cloned(),
            to: to.cloned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::SpecificationVersion;

    fn pact(interactions: &[Value]) -> Pact {
        let file = json!({
            "consumer": { "name": "web" },
            "provider": { "name": "orders" },
            "interactions": interactions,
            "metadata": { "pactSpecification": { "version": "4.0" } },
        });
        Pact::read(file.to_string().as_bytes(), "a test")
            .unwrap()
            .pact
    }

    fn interaction(description: &str, user: u64, status: u64) -> Value {
        json!({
            "type": "Synchronous/HTTP",
            "description": description,
            "providerStates": [{ "name": "user exists", "params": { "id": user } }],
            "request": { "method": "GET", "path": "/" },
            "response": { "status": status },
        })
    }

    fn said(difference: &PactDifference) -> Vec<String> {
        let came = difference.came.iter().map(|name| format!("+ {name}"));
        let went = difference.went.iter().map(|name| format!("- {name}"));
        let changed = difference.changed.iter().flat_map(|changed| {
            let changes = changed.changes.iter();
            changes.map(|change| format!("~ {}: {}", changed.interaction, shown(change)))
        });
        came.chain(went).chain(changed).collect()
    }

    fn shown(change: &Change) -> String {
        let text = |value: &Option<Value>| {
            let text = value.as_ref().map(Value::to_string);
            text.unwrap_or_else(|| "nothing".into())
        };
        format!(
            "{} {} → {}",
            change.path,
            text(&change.from),
            text(&change.to)
        )
    }

    #[test]
    fn interactions_come_go_and_change_by_their_identity() {
        let name = |user: u64| format!("\"a\" given \"user exists {{\"id\":{user}}}\"");
        for (from, to, expected) in [
            (vec![], vec![], vec![]),
            (
                vec![interaction("a", 1, 200), interaction("b", 1, 200)],
                vec![interaction("b", 1, 200), interaction("a", 1, 200)],
                vec![],
            ),
            (
                vec![],
                vec![interaction("a", 1, 200)],
                vec![format!("+ {}", name(1))],
            ),
            (
                vec![interaction("a", 1, 200)],
                vec![],
                vec![format!("- {}", name(1))],
            ),
            (
                vec![interaction("a", 1, 200)],
                vec![interaction("a", 2, 200)],
                vec![format!("+ {}", name(2)), format!("- {}", name(1))],
            ),
            (
                vec![interaction("a", 1, 200)],
                vec![interaction("a", 1, 404)],
                vec![format!("~ {}: $.response.status 200 → 404", name(1))],
            ),
            (
                vec![interaction("a", 1, 200), interaction("a", 1, 404)],
                vec![interaction("a", 1, 404), interaction("a", 1, 500)],
                vec![format!("~ {}: $.response.status 200 → 500", name(1))],
            ),
        ] {
            let (earlier, later) = (pact(&from), pact(&to));
            let difference = earlier.difference(&later);
            assert_eq!(said(&difference), expected, "{from:?} {to:?}");
            let same = earlier.content_id() == later.content_id();
            assert_eq!(difference.is_empty(), same, "{from:?} {to:?}");
        }
    }

    #[test]
    fn matching_rules_count_and_metadata_does_not() {
        let mut with_rule = interaction("a", 1, 200);
        with_rule["response"]["matchingRules"] = json!({
            "header": { "ETag": { "matchers": [{ "match": "regex", "regex": "x" }] } }
        });
        let earlier = pact(&[interaction("a", 1, 200)]);
        let mut later = pact(&[with_rule]);
        later.metadata.insert("tool".into(), "another".into());
        assert_eq!(
            said(&earlier.difference(&later)),
            [
                "~ \"a\" given \"user exists {\"id\":1}\": $.response.matchingRules nothing → \
                 {\"header\":{\"ETag\":{\"combine\":\"AND\",\"matchers\":[{\"match\":\"regex\",\"regex\":\"x\"}]}}}"
            ]
        );
    }

    #[test]
    fn what_is_not_understood_and_other_participants_count() {
        let earlier = pact(&[json!({ "type": "Carrier/Pigeon", "description": "a letter" })]);
        let mut later = pact(&[json!({ "type": "Carrier/Pigeon", "description": "a parcel" })]);
        later.provider.name = "post".into();
        let difference = earlier.difference(&later);
        assert_eq!(said(&difference), ["+ \"a parcel\"", "- \"a letter\""]);
        assert_eq!(
            shown(&difference.participants[0]),
            "$.provider.name \"orders\" → \"post\""
        );
        let bytes = later.to_bytes(SpecificationVersion::V4).unwrap();
        let again = Pact::read(&bytes, "a test").unwrap().pact;
        assert!(later.difference(&again).is_empty());
    }

    #[test]
    fn a_digest_depends_on_the_name_and_not_on_the_order_of_parameters() {
        let name = |description: &str, params: &str| InteractionName {
            interaction_type: "Synchronous/HTTP".into(),
            description: description.into(),
            provider_states: vec![ProviderState {
                name: "user exists".into(),
                params: serde_json::from_str(params).unwrap(),
            }],
        };
        let original = name("a", r#"{"id":1,"role":"x"}"#).digest();
        for (other, same) in [
            (name("a", r#"{"role":"x","id":1}"#), true),
            (name("b", r#"{"id":1,"role":"x"}"#), false),
            (name("a", r#"{"id":2,"role":"x"}"#), false),
        ] {
            assert_eq!(other.digest() == original, same, "{other}");
        }
        // Kept between machines and versions, so it must never change.
        assert_eq!(&original.as_str()[..8], "f6b088ac");
    }

    #[test]
    fn each_place_is_named_once() {
        for (from, to, expected) in [
            (json!(1), json!(1), vec![]),
            (json!(1), json!("1"), vec!["$ 1 → \"1\""]),
            (json!({ "a": null }), json!({}), vec!["$.a null → nothing"]),
            (
                json!({ "a": { "b": 1, "c": 2 } }),
                json!({ "a": { "c": 3 }, "$.x": 4 }),
                vec!["$[\"$.x\"] nothing → 4", "$.a.b 1 → nothing", "$.a.c 2 → 3"],
            ),
            (
                json!(["a", "b", "c"]),
                json!(["x", "a", "b", "c"]),
                vec!["$[0] nothing → \"x\""],
            ),
            (
                json!([1, 2, 3, 4]),
                json!([1, 9, 4]),
                vec!["$[1] 2 → 9", "$[2] 3 → nothing"],
            ),
            (json!([[1], 2]), json!([[3], 2]), vec!["$[0][0] 1 → 3"]),
            (json!([1, 1]), json!([1]), vec!["$[1] 1 → nothing"]),
            (json!({ "a": [] }), json!({ "a": {} }), vec!["$.a [] → {}"]),
        ] {
            let changes: Vec<_> = differences(&from, &to).iter().map(shown).collect();
            assert_eq!(changes, expected, "{from} {to}");
        }
    }
}
