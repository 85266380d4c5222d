//! One interaction as the reference implementation reads it.

use std::collections::HashMap;
use std::panic::RefUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use pact_models::pact::{Pact as TheirPact, load_pact_from_json};
use pactwork_contract::{Interaction, Pact, SpecificationVersion};
use serde_json::Value;

use crate::filter::Asked;
use crate::verifier::request;
use crate::{OutgoingRequest, RequestFilter};

/// A pact as the reference implementation knows it.
pub(super) type Theirs = Box<dyn TheirPact + Send + Sync + RefUnwindSafe>;

/// A pact with this interaction alone, in the version of the pact.
pub(super) fn alone(pact: &Pact, interaction: Interaction) -> Result<Theirs, String> {
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

/// The interaction with what filters make of its request.
pub(super) async fn filtered(
    interaction: &Interaction,
    filters: &[Arc<dyn RequestFilter>],
) -> Result<Interaction, String> {
    let mut changed = interaction.clone();
    let Interaction::Http(http) = &mut changed else {
        return Ok(changed);
    };
    if filters.is_empty() {
        return Ok(changed);
    }
    let before = request::outgoing(&(&http.request).into());
    let mut after = before.clone();
    after.pass(filters, &Asked::of(interaction)).await?;
    if (&after.query, &after.body) != (&before.query, &before.body) {
        return Err("a filter changes the query or the body".into());
    }
    http.request.method = after.method;
    http.request.path = after.path;
    http.request.headers.clear();
    for (name, value) in after.headers {
        http.request.headers.entry(name).or_default().push(value);
    }
    Ok(changed)
}

/// The headers that filters add to a request for a message.
pub(super) async fn added(
    filters: &[Arc<dyn RequestFilter>],
) -> Result<HashMap<String, String>, String> {
    let mut request = OutgoingRequest::new("POST", "/", String::new(), Bytes::new());
    request.pass(filters, &Asked::default()).await?;
    Ok(request.headers.into_iter().collect())
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
