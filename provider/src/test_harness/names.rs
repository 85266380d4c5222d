//! The names of the tests: to be read, to be chosen by, and each there once.

use std::collections::BTreeSet;

use pactwork_contract::{Common, ProviderState};

/// Names that are taken.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// `consumer::description, given state and state`. Where that is taken, the states'
    /// parameters come behind it, and a number where that is taken as well.
    pub(super) fn name(&mut self, consumer: &str, common: &Common) -> String {
        let states = listed(&common.provider_states, |state| state.name.clone());
        let name = match states.is_empty() {
            true => format!("{consumer}::{}", common.description),
            false => format!("{consumer}::{}, given {states}", common.description),
        };
        let with = listed(&common.provider_states, ToString::to_string);
        let detailed = (with != states).then(|| {
            let params = common.provider_states.iter();
            let params = params.filter(|state| !state.params.is_empty());
            let params = params.map(|state| serde_json::Value::from(state.params.clone()));
            let params: Vec<_> = params.map(|params| params.to_string()).collect();
            format!("{name}, with {}", params.join(" and "))
        });
        let candidates = [Some(name.clone()), detailed].into_iter().flatten();
        let last = candidates.clone().last().unwrap_or(name);
        let numbered = (2..).map(|number| format!("{last} ({number})"));
        let mut candidates = candidates.chain(numbered).map(|name| plain(&name));
        // There are more numbers than interactions.
        candidates
            .find(|name| self.0.insert(name.clone()))
            .unwrap_or_default()
    }
}

fn listed(states: &[ProviderState], say: impl Fn(&ProviderState) -> String) -> String {
    states.iter().map(say).collect::<Vec<_>>().join(" and ")
}

/// One line, without what a terminal would obey, and no space at its ends: those who list
/// tests trim them.
pub(super) fn plain(name: &str) -> String {
    let printable = name.chars().map(|character| match character.is_control() {
        true => ' ',
        false => character,
    });
    printable.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn common(description: &str, states: &[ProviderState]) -> Common {
        Common {
            description: description.into(),
            provider_states: states.to_vec(),
            ..Common::default()
        }
    }

    fn order(id: u8) -> ProviderState {
        let mut state = ProviderState::named("an order exists");
        state.params.insert("id".into(), json!(id));
        state
    }

    #[test]
    fn a_name_says_who_and_what_and_in_which_states() {
        for (description, states, expected) in [
            ("an order", vec![], "web::an order"),
            (
                "an order",
                vec![order(7)],
                "web::an order, given an order exists",
            ),
            (
                "an order",
                vec![order(7), ProviderState::named("it is paid")],
                "web::an order, given an order exists and it is paid",
            ),
            (" an\n\u{1b}[31morder ", vec![], "web:: an  [31morder"),
        ] {
            let name = Names::default().name("web", &common(description, &states));
            assert_eq!(name, expected);
        }
    }

    #[test]
    fn every_name_is_there_once() {
        let mut names = Names::default();
        let all = [
            common("an order", &[order(7)]),
            common("an order", &[order(8)]),
            common("an order", &[order(8)]),
            common("an order", &[order(8)]),
            common("health", &[]),
            common("health", &[]),
        ];
        let all: Vec<_> = all.iter().map(|each| names.name("web", each)).collect();
        assert_eq!(
            all,
            [
                "web::an order, given an order exists",
                "web::an order, given an order exists, with {\"id\":8}",
                "web::an order, given an order exists, with {\"id\":8} (2)",
                "web::an order, given an order exists, with {\"id\":8} (3)",
                "web::health",
                "web::health (2)",
            ]
        );
    }
}
