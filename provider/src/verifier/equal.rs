//! Interactions of several pacts that ask the provider for the same.

use std::collections::BTreeMap;

use pactwork_contract::{Common, Interaction};

/// Interactions by what identifies them, to find those that are equal.
#[derive(Debug, Default)]
pub(super) struct Known<'a>(BTreeMap<String, Vec<(&'a Interaction, usize)>>);

impl<'a> Known<'a> {
    /// The number of the known interaction that asks for the same, or `number`, under
    /// which this one is known from now on.
    pub(super) fn number_of(&mut self, interaction: &'a Interaction, number: usize) -> usize {
        let alike = self
            .0
            .entry(interaction.identity().to_string())
            .or_default();
        let equal = alike
            .iter()
            .find(|(known, _)| ask_the_same(known, interaction));
        if let Some((_, number)) = equal {
            return *number;
        }
        alike.push((interaction, number));
        number
    }
}

/// Whether the provider is asked for the same, and the same is expected of it. Keys,
/// comments and whether a failure counts are the consumers' own affair.
fn ask_the_same(one: &Interaction, other: &Interaction) -> bool {
    let expected = match (one, other) {
        (Interaction::Http(one), Interaction::Http(other)) => {
            one.request == other.request && one.response == other.response
        }
        (Interaction::AsynchronousMessage(one), Interaction::AsynchronousMessage(other)) => {
            one.message == other.message
        }
        (Interaction::SynchronousMessage(one), Interaction::SynchronousMessage(other)) => {
            one.request == other.request && one.responses == other.responses
        }
        _ => false,
    };
    expected && same_circumstances(one.common(), other.common())
}

fn same_circumstances(one: &Common, other: &Common) -> bool {
    one.description == other.description
        && one.provider_states == other.provider_states
        && one.transport == other.transport
}

#[cfg(test)]
mod tests {
    use pactwork_contract::HttpInteraction;

    use super::*;

    #[test]
    fn what_is_asked_and_expected_counts_and_not_whose_it_is() {
        let http = |change: &dyn Fn(&mut HttpInteraction)| {
            let mut interaction = HttpInteraction::default();
            change(&mut interaction);
            Interaction::Http(Box::new(interaction))
        };
        let original = http(&|_| {});
        for (other, equal) in [
            (http(&|each| each.common.key = Some("k".into())), true),
            (http(&|each| each.common.pending = true), true),
            (http(&|each| each.common.description = "d".into()), false),
            (http(&|each| each.request.path = "/other".into()), false),
            (http(&|each| each.response.status = 201), false),
        ] {
            let mut known = Known::default();
            assert_eq!(known.number_of(&original, 0), 0);
            assert_eq!(known.number_of(&other, 1) == 0, equal, "{other:?}");
        }
    }
}
