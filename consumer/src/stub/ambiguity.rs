//! Several interactions expect a request: which, and how a client chooses.

use std::collections::BTreeSet;

use pactwork_contract::ProviderState;
use serde::Serialize;

use super::choose::{Undecided, Why};
use super::served::Served;

/// How many of the interactions are told.
const CANDIDATES_KEPT: usize = 20;

/// Several interactions expect a request and answer it differently.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Ambiguity {
    /// Why nothing chose among them, as a sentence.
    pub why: &'static str,
    /// The first of them.
    pub candidates: Vec<Candidate>,
    /// How many more there are.
    pub further_candidates: usize,
    /// What would choose one.
    pub how_to_choose: Vec<String>,
}

/// An interaction that expects an ambiguous request.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Candidate {
    /// Its consumer.
    pub consumer: String,
    /// Its description.
    pub interaction: String,
    /// Its provider states.
    pub states: Vec<ProviderState>,
    /// The status that it answers.
    pub status: u16,
    /// Where its pact came from.
    pub origin: String,
}

impl Ambiguity {
    /// `control` is the URL of the control API.
    pub(super) fn of(undecided: &Undecided, served: &Served, control: &str) -> Self {
        let left = undecided.left.iter();
        let candidates: Vec<_> = left
            .map(|position| candidate(served, *position))
            .take(CANDIDATES_KEPT)
            .collect();
        Self {
            why: match undecided.why {
                Why::NothingAsked => "nothing was asked for that tells them apart",
                Why::SeveralSuit => "what was asked for suits several of them",
                Why::NoneSuits => "what this request asks for suits none of them",
            },
            further_candidates: undecided.left.len() - candidates.len(),
            how_to_choose: how_to_choose(&candidates, control),
            candidates,
        }
    }
}

fn candidate(served: &Served, position: usize) -> Candidate {
    let role = &served.roles[position];
    let shown = &served.shown[position];
    Candidate {
        consumer: role.consumer.clone(),
        interaction: role.description.clone(),
        states: role.states.clone(),
        status: shown.http.response.status,
        origin: shown.origin.to_string(),
    }
}

/// Whatever tells the candidates apart, with one of them as the example.
fn how_to_choose(candidates: &[Candidate], control: &str) -> Vec<String> {
    let mut ways = Vec::new();
    let stated = candidates.iter().find(|each| !each.states.is_empty());
    if let Some(stated) = stated
        && differ(candidates, |each| states_text(&each.states))
    {
        let header = header_value(&stated.states);
        let query: Vec<_> = stated.states.iter().map(state_query).collect();
        ways.push(format!("send the header Pactwork-State: {header}"));
        ways.push(format!(
            "or ask for it for all requests: curl -X PUT '{control}/state?{}'",
            query.join("&")
        ));
    }
    for (name, value) in [
        (
            "Pactwork-Consumer",
            (|each| each.consumer.clone()) as fn(&Candidate) -> String,
        ),
        ("Pactwork-Interaction", |each| each.interaction.clone()),
    ] {
        if let Some(first) = candidates.first()
            && differ(candidates, value)
        {
            let or = if ways.is_empty() { "" } else { "or " };
            ways.push(format!("{or}send the header {name}: {}", value(first)));
        }
    }
    if ways.is_empty() {
        ways.push("serve one of these pacts only: nothing but their content differs".into());
    }
    ways
}

fn differ(candidates: &[Candidate], value: impl Fn(&Candidate) -> String) -> bool {
    let values: BTreeSet<_> = candidates.iter().map(value).collect();
    values.len() > 1
}

fn states_text(states: &[ProviderState]) -> String {
    let states: Vec<_> = states.iter().map(ToString::to_string).collect();
    states.join(" and ")
}

/// The states as a header gives them: a lone name, else JSON in ASCII.
fn header_value(states: &[ProviderState]) -> String {
    match states {
        [state] if state.params.is_empty() && state.name.is_ascii() => state.name.clone(),
        [state] => ascii_json(state),
        states => ascii_json(&states),
    }
}

fn ascii_json(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    let mut ascii = String::with_capacity(json.len());
    for character in json.chars() {
        match character.is_ascii() {
            true => ascii.push(character),
            false => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    ascii.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    ascii
}

/// A state as the control API's query gives it.
pub(super) fn state_query(state: &ProviderState) -> String {
    let text = match state.params.is_empty() {
        true => state.name.clone(),
        false => serde_json::to_string(state).unwrap_or_default(),
    };
    form_urlencoded::Serializer::new(String::new())
        .append_pair("state", &text)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn candidate(consumer: &str, interaction: &str, states: serde_json::Value) -> Candidate {
        Candidate {
            consumer: consumer.into(),
            interaction: interaction.into(),
            states: serde_json::from_value(states).unwrap(),
            status: 200,
            origin: "a.json".into(),
        }
    }

    #[test]
    fn what_is_advised_is_what_tells_them_apart() {
        let none = || json!([]);
        let named = || json!([{ "name": "it's there" }]);
        let params = || json!([{ "name": "ünder", "params": { "id": 7 } }]);
        for (candidates, expected) in [
            (
                [
                    candidate("web", "a", named()),
                    candidate("web", "a", none()),
                ],
                vec![
                    "send the header Pactwork-State: it's there",
                    "or ask for it for all requests: curl -X PUT 'C/state?state=it%27s+there'",
                ],
            ),
            (
                [
                    candidate("web", "a", params()),
                    candidate("app", "a", none()),
                ],
                vec![
                    r#"send the header Pactwork-State: {"name":"\u00fcnder","params":{"id":7}}"#,
                    "or ask for it for all requests: curl -X PUT 'C/state?state=%7B%22name%22%3A%22%C3%BCnder%22%2C%22params%22%3A%7B%22id%22%3A7%7D%7D'",
                    "or send the header Pactwork-Consumer: web",
                ],
            ),
            (
                [candidate("web", "a", none()), candidate("web", "b", none())],
                vec!["send the header Pactwork-Interaction: a"],
            ),
            (
                [candidate("web", "a", none()), candidate("web", "a", none())],
                vec!["serve one of these pacts only: nothing but their content differs"],
            ),
        ] {
            assert_eq!(how_to_choose(&candidates, "C"), expected);
        }
    }
}
