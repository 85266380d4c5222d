//! From a finding to the report of an interaction.

use std::time::Instant;

use pactwork_contract::{Common, Interaction, InteractionName, NotUnderstood, Outcome};
use serde_json::Value;

use super::exchange::Exchange;
use super::finding::Finding;
use super::request;
use crate::{InteractionReport, Secrets};

/// Verifies an interaction and reports it.
pub(super) async fn interaction(
    exchange: Exchange<'_>,
    interaction: &Interaction,
) -> InteractionReport {
    let started = Instant::now();
    let process = exchange.instance.process();
    let mark = process.map(|process| process.output().mark());
    let mut finding = exchange.find(interaction).await;
    let sent = finding.notes.request.take();
    let output = process.zip(mark);
    let output = output.filter(|_| finding.outcome() != Outcome::Passed);
    let mut report = InteractionReport {
        identity: InteractionReport::identity_of(&interaction.identity().into()),
        interaction_type: Some(interaction.interaction_type()),
        request: match interaction {
            Interaction::Http(http) => sent.or_else(|| Some(request::expected_line(&http.request))),
            _ => None,
        },
        provider_output: output
            .map(|(process, mark)| process.output().lines_since(mark))
            .unwrap_or_default(),
        duration_ms: super::milliseconds(started.elapsed()),
        ..report(interaction.common(), finding)
    };
    let secrets = &exchange.run.verifier.secrets;
    exchange.seen.tell(interaction, secrets);
    if report.outcome != Outcome::Passed {
        exchange.seen.report(&mut report, secrets);
    }
    secrets.redact_interaction(&mut report);
    report
}

/// An interaction that was not replayed, because the run was ended before.
pub(super) fn not_replayed(
    interaction: &Interaction,
    reason: &str,
    secrets: &Secrets,
) -> InteractionReport {
    let finding = Finding::obstacle(format!("not replayed: {reason}"));
    let mut report = InteractionReport {
        not_replayed: true,
        identity: InteractionReport::identity_of(&interaction.identity().into()),
        interaction_type: Some(interaction.interaction_type()),
        request: match interaction {
            Interaction::Http(http) => Some(request::expected_line(&http.request)),
            _ => None,
        },
        ..report(interaction.common(), finding)
    };
    secrets.redact_interaction(&mut report);
    report
}

/// What was found for an interaction, as it is reported for an equal one of another pact.
pub(super) fn shared(found: InteractionReport, other: &Interaction) -> InteractionReport {
    let common = other.common();
    InteractionReport {
        key: common.key.clone(),
        pending: common.pending,
        ..found
    }
}

/// An interaction that is not understood cannot be verified.
pub(super) fn not_understood(interaction: &NotUnderstood) -> InteractionReport {
    let value = &interaction.value;
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let common = Common {
        description: text("description").unwrap_or("(no description)").into(),
        key: text("key").map(Into::into),
        pending: value.get("pending") == Some(&Value::Bool(true)),
        ..Common::default()
    };
    let finding = Finding::obstacle(format!(
        "the interaction is not understood and cannot be verified: {}",
        interaction.reason
    ));
    InteractionReport {
        identity: InteractionReport::identity_of(&InteractionName::from(interaction)),
        interaction_type: interaction.interaction_type,
        ..report(&common, finding)
    }
}

fn report(common: &Common, finding: Finding) -> InteractionReport {
    let outcome = finding.outcome();
    let (mismatches, reason) = match finding.result {
        Ok(compared) => (compared.mismatches, compared.failure),
        Err(obstacle) => (Vec::new(), Some(obstacle.reason)),
    };
    InteractionReport {
        identity: String::new(),
        description: common.description.clone(),
        provider_states: common.provider_states.clone(),
        interaction_type: None,
        key: common.key.clone(),
        pending: common.pending,
        request: None,
        outcome,
        not_replayed: false,
        mismatches,
        reason,
        sent: None,
        received: None,
        warnings: finding.notes.warnings,
        provider_output: Vec::new(),
        duration_ms: 0.0,
    }
}
