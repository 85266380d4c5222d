//! Which of several interactions answers a request that all of them expect.
//! Never just the first: where what is asked for leaves more than one answer,
//! nobody chooses.

use std::cmp::Reverse;

use pactwork_contract::ProviderState;

use super::asked::Asked;

/// What is known of an interaction to choose by.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Role {
    pub consumer: String,
    pub description: String,
    pub states: Vec<ProviderState>,
    /// The same number for the same answer.
    pub answer: usize,
}

/// Several interactions are left, and they answer differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Undecided {
    /// Those that are left.
    pub left: Vec<usize>,
    pub why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Nothing was asked for that tells them apart.
    NothingAsked,
    /// What was asked for suits several.
    SeveralSuit,
    /// What this request asked for suits none.
    NoneSuits,
}

/// Chooses among interactions that expect a request. `asked` is what the request
/// itself asks for, `standing` what was asked for all requests; the request's own
/// wish comes first, and must suit one of them.
///
/// Without a state that suits, an interaction without any provider state is the
/// one that holds.
pub(super) fn choose(
    roles: &[Role],
    matching: &[usize],
    asked: &Asked,
    standing: &Asked,
) -> Result<usize, Undecided> {
    let mut choice = Choice {
        roles,
        left: matching.to_vec(),
    };
    choice.narrow(asked, standing)
}

struct Choice<'a> {
    roles: &'a [Role],
    left: Vec<usize>,
}

impl Choice<'_> {
    fn narrow(&mut self, asked: &Asked, standing: &Asked) -> Result<usize, Undecided> {
        self.by_name(&asked.consumer, &standing.consumer, |role| &role.consumer)?;
        self.by_name(&asked.interaction, &standing.interaction, |role| {
            &role.description
        })?;
        if let Some(only) = self.one_answer() {
            return Ok(only);
        }
        let suited = match asked.states.is_empty() {
            true => self.by_states(&standing.states),
            false => {
                let suited = self.by_states(&asked.states);
                if !suited {
                    return Err(self.undecided(Why::NoneSuits));
                }
                true
            }
        };
        if !suited {
            self.without_state();
        }
        let why = match suited || !asked.is_nothing() {
            true => Why::SeveralSuit,
            false => Why::NothingAsked,
        };
        self.one_answer().ok_or_else(|| self.undecided(why))
    }

    /// Those with that name. A name that is asked for all requests may suit none.
    fn by_name(
        &mut self,
        asked: &Option<String>,
        standing: &Option<String>,
        name: impl Fn(&Role) -> &String,
    ) -> Result<(), Undecided> {
        let Some(wanted) = asked.as_ref().or(standing.as_ref()) else {
            return Ok(());
        };
        let suited = self.keep(|role| name(role) == wanted);
        if !suited && asked.is_some() {
            return Err(self.undecided(Why::NoneSuits));
        }
        Ok(())
    }

    /// Those that are given just these states; else those that are given nothing
    /// but them, the most of them; else those that are given them and the least beside.
    fn by_states(&mut self, asked: &[ProviderState]) -> bool {
        if asked.is_empty() {
            return false;
        }
        let within = |role: &Role| {
            let mut states = role.states.iter();
            !role.states.is_empty() && states.all(|state| asked.iter().any(|one| suits(one, state)))
        };
        let covers = |role: &Role| {
            let mut asked = asked.iter();
            asked.all(|one| role.states.iter().any(|state| suits(one, state)))
        };
        if self.keep(|role| within(role) && covers(role)) {
            return true;
        }
        if self.keep(within) {
            self.keep_least(|role| Reverse(role.states.len()));
            return true;
        }
        let suited = self.keep(covers);
        if suited {
            self.keep_least(|role| role.states.len());
        }
        suited
    }

    fn without_state(&mut self) {
        self.keep(|role| role.states.is_empty());
    }

    /// Keeps those; all where there is none.
    fn keep(&mut self, is_kept: impl Fn(&Role) -> bool) -> bool {
        let kept: Vec<_> = self
            .left
            .iter()
            .copied()
            .filter(|position| is_kept(&self.roles[*position]))
            .collect();
        let any = !kept.is_empty();
        if any {
            self.left = kept;
        }
        any
    }

    fn keep_least<K: Ord>(&mut self, key: impl Fn(&Role) -> K) {
        let least = self.left.iter().map(|each| key(&self.roles[*each])).min();
        self.keep(|role| Some(key(role)) == least);
    }

    /// The first of those that are left, where all answer alike.
    fn one_answer(&self) -> Option<usize> {
        let (first, others) = self.left.split_first()?;
        let answer = |position: &usize| self.roles[*position].answer;
        let alike = others.iter().all(|other| answer(other) == answer(first));
        alike.then_some(*first)
    }

    fn undecided(&self, why: Why) -> Undecided {
        Undecided {
            left: self.left.clone(),
            why,
        }
    }
}

/// Whether a state is the one that is asked for: the same name, and each parameter
/// that is asked for.
pub(super) fn suits(asked: &ProviderState, state: &ProviderState) -> bool {
    let mut params = asked.params.iter();
    asked.name == state.name && params.all(|(name, value)| state.params.get(name) == Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn state(text: &str) -> ProviderState {
        let (name, id) = text.split_once('#').unwrap_or((text, ""));
        let params = match id {
            "" => json!({}),
            id => json!({ "id": id, "owner": "me" }),
        };
        serde_json::from_value(json!({ "name": name, "params": params })).unwrap()
    }

    fn role(consumer: &str, states: &[&str], answer: usize) -> Role {
        Role {
            consumer: consumer.into(),
            description: format!("{consumer} {answer}"),
            states: states.iter().map(|text| state(text)).collect(),
            answer,
        }
    }

    fn for_states(states: &[&str]) -> Asked {
        Asked {
            states: states.iter().map(|text| state(text)).collect(),
            ..Asked::default()
        }
    }

    fn asked_id(name: &str, id: &str) -> Asked {
        let state = json!({ "name": name, "params": { "id": id } });
        Asked {
            states: vec![serde_json::from_value(state).unwrap()],
            ..Asked::default()
        }
    }

    fn chosen(roles: &[Role], asked: &Asked, standing: &Asked) -> Result<usize, (Vec<usize>, Why)> {
        let all: Vec<_> = (0..roles.len()).collect();
        choose(roles, &all, asked, standing).map_err(|undecided| (undecided.left, undecided.why))
    }

    #[test]
    fn what_answers_alike_needs_no_choice() {
        let roles = [role("web", &["a"], 7), role("app", &["b"], 7)];
        let nothing = Asked::default();
        assert_eq!(chosen(&roles, &nothing, &nothing), Ok(0));
    }

    #[test]
    fn states_choose_the_closest_interaction() {
        let roles = [
            role("web", &[], 0),
            role("web", &["none"], 1),
            role("web", &["orders", "admin"], 2),
            role("web", &["orders"], 3),
            role("web", &["order#1"], 4),
            role("web", &["order#2"], 5),
            role("web", &["order#2", "admin", "more"], 6),
        ];
        let nothing = Asked::default();
        for (asked, expected) in [
            (for_states(&["none"]), Ok(1)),
            (for_states(&["orders"]), Ok(3)),
            (for_states(&["admin", "orders"]), Ok(2)),
            (for_states(&["admin"]), Ok(2)),
            (for_states(&["orders", "admin", "paid"]), Ok(2)),
            (for_states(&["more"]), Ok(6)),
            (asked_id("order", "2"), Ok(5)),
            (for_states(&["order"]), Err((vec![4, 5], Why::SeveralSuit))),
            (
                for_states(&["none", "orders"]),
                Err((vec![1, 3], Why::SeveralSuit)),
            ),
            (
                asked_id("order", "3"),
                Err(((0..7).collect(), Why::NoneSuits)),
            ),
        ] {
            assert_eq!(chosen(&roles, &asked, &nothing), expected, "{asked:?}");
        }
        let standing = for_states(&["orders"]);
        assert_eq!(chosen(&roles, &nothing, &standing), Ok(3));
        assert_eq!(chosen(&roles, &for_states(&["none"]), &standing), Ok(1));
        let elsewhere = for_states(&["paid"]);
        assert_eq!(chosen(&roles, &nothing, &elsewhere), Ok(0));
    }

    #[test]
    fn the_first_is_never_chosen_for_being_the_first() {
        let nothing = Asked::default();
        let stated = [role("web", &["a"], 0), role("web", &["b"], 1)];
        let undecided = Err((vec![0, 1], Why::NothingAsked));
        assert_eq!(chosen(&stated, &nothing, &nothing), undecided);
        let plain = [
            role("web", &[], 0),
            role("web", &["b"], 1),
            role("app", &[], 2),
        ];
        let undecided = Err((vec![0, 2], Why::NothingAsked));
        assert_eq!(chosen(&plain, &nothing, &nothing), undecided);
    }

    #[test]
    fn consumer_and_description_choose_as_well() {
        let roles = [
            role("web", &["a"], 0),
            role("app", &["a"], 1),
            role("app", &["a"], 2),
        ];
        let nothing = Asked::default();
        let of = |consumer: &str| Asked {
            consumer: Some(consumer.into()),
            ..Asked::default()
        };
        assert_eq!(chosen(&roles, &of("web"), &nothing), Ok(0));
        assert_eq!(chosen(&roles, &nothing, &of("web")), Ok(0));
        let undecided = Err((vec![1, 2], Why::SeveralSuit));
        assert_eq!(chosen(&roles, &of("app"), &nothing), undecided);
        let described = Asked {
            interaction: Some("app 2".into()),
            ..Asked::default()
        };
        assert_eq!(chosen(&roles, &described, &nothing), Ok(2));
        let none = Err((vec![0, 1, 2], Why::NoneSuits));
        assert_eq!(chosen(&roles, &of("cli"), &nothing), none);
        let undecided = Err((vec![0, 1, 2], Why::NothingAsked));
        assert_eq!(chosen(&roles, &nothing, &of("cli")), undecided);
    }
}
