//! What version 3 of the specification cannot hold.

use super::{WriteError, bodies, rules};
use crate::{Interaction, MatchingRules, Pact, SpecificationVersion, content_type};

/// Names the first interaction that needs version 4.
pub(super) fn check(pact: &Pact) -> Result<(), WriteError> {
    // Some implementations write rules of version 4 into files of version 3;
    // such a file can be written as it was read.
    let rules_allowed = pact.specification <= SpecificationVersion::V3;
    let mut needs = pact.interactions.iter().filter_map(|interaction| {
        let what = beyond(interaction).or_else(|| {
            let mut all = all_rules(interaction).into_iter();
            all.find_map(rules::beyond_version_3)
                .filter(|_| !rules_allowed)
        })?;
        Some((interaction.identity().to_string(), what))
    });
    let not_understood = pact.not_understood.first().map(|value| {
        let description = value.get("description").unwrap_or_default();
        (
            description.to_string(),
            "is of a type that is not known".to_owned(),
        )
    });
    match needs.next().or(not_understood) {
        None => Ok(()),
        Some((interaction, what)) => Err(WriteError::NeedsHigherVersion {
            interaction,
            what,
            needed: SpecificationVersion::V4,
            asked: SpecificationVersion::V3,
        }),
    }
}

fn beyond(interaction: &Interaction) -> Option<String> {
    let common = interaction.common();
    let what = match interaction {
        Interaction::SynchronousMessage(_) => "is a synchronous message",
        _ if common.pending => "is pending",
        _ if !common.comments.is_empty() => "has comments",
        _ if common.transport.is_some() => "names a transport",
        _ => return beyond_in_bodies(interaction),
    };
    Some(what.into())
}

fn beyond_in_bodies(interaction: &Interaction) -> Option<String> {
    match interaction {
        Interaction::Http(http) => {
            let (request, response) = (&http.request, &http.response);
            let declared = content_type::in_headers(&request.headers);
            bodies::beyond_version_3(&request.body, declared).or_else(|| {
                let declared = content_type::in_headers(&response.headers);
                bodies::beyond_version_3(&response.body, declared)
            })
        }
        Interaction::AsynchronousMessage(asynchronous) => {
            let message = &asynchronous.message;
            let declared = content_type::in_metadata(&message.metadata);
            bodies::beyond_version_3(&message.contents, declared)
        }
        Interaction::SynchronousMessage(_) => None,
    }
}

fn all_rules(interaction: &Interaction) -> Vec<&MatchingRules> {
    match interaction {
        Interaction::Http(http) => {
            vec![&http.request.matching_rules, &http.response.matching_rules]
        }
        Interaction::AsynchronousMessage(asynchronous) => {
            vec![&asynchronous.message.matching_rules]
        }
        Interaction::SynchronousMessage(_) => Vec::new(),
    }
}
