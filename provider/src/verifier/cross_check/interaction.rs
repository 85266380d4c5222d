//! One interaction as the reference implementation reads it.

use std::panic::RefUnwindSafe;

use pact_models::pact::{Pact as TheirPact, load_pact_from_json};
use pactwork_contract::{Interaction, Pact, SpecificationVersion};
use serde_json::Value;

/// A pact as the reference implementation knows it.
pub(super) type Theirs = Box<dyn TheirPact + Send + Sync + RefUnwindSafe>;

/// A pact with this interaction alone, in the version of the pact, without the headers
/// that are sent in place of its own.
pub(super) fn alone(
    pact: &Pact,
    interaction: &Interaction,
    replaced: &[(String, String)],
) -> Result<Theirs, String> {
    let mut interaction = interaction.clone();
    if let Interaction::Http(http) = &mut interaction {
        let is_replaced = |name: &str| {
            replaced
                .iter()
                .any(|(other, _)| other.eq_ignore_ascii_case(name))
        };
        http.request.headers.retain(|name, _| !is_replaced(name));
    }
    let pact = Pact {
        consumer: pact.consumer.clone(),
        provider: pact.provider.clone(),
        interactions: vec![interaction],
        specification: pact.specification,
        ..Pact::default()
    };
    let json = written(&pact).map_err(|reason| format!("it cannot be given to it: {reason}"))?;
    load_pact_from_json("pact", &json).map_err(|reason| format!("it does not read it: {reason}"))
}

/// Version 1 is not written; what it says, version 2 says in the same words.
fn written(pact: &Pact) -> Result<Value, String> {
    let version = match pact.specification {
        SpecificationVersion::V1 => SpecificationVersion::V2,
        other => other,
    };
    let bytes = pact
        .to_bytes(version)
        .map_err(|reason| reason.to_string())?;
    serde_json::from_slice(&bytes).map_err(|reason| reason.to_string())
}
