//! `pact_verifier`, asked about one interaction.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use pact_verifier::{
    FilterInfo, MismatchResult, NullRequestFilterExecutor, ProviderInfo, ProviderTransport,
    VerificationOptions, verify_pact_internal,
};
use pactwork_contract::{Interaction, Outcome};
use url::Url;

use super::states::States;
use super::{Subject, interaction};
use crate::RequestFilter;
use crate::cross_check::Verdict;
use crate::verifier::Verifier;

/// The provider as `pact_verifier` is told of it.
pub(super) struct Provider<'v> {
    states: Arc<States<'v>>,
    /// Where HTTP interactions and messages go; `Err` says why nowhere.
    base: Result<Url, String>,
    messages: Result<Url, String>,
    filters: &'v [Arc<dyn RequestFilter>],
    options: VerificationOptions<NullRequestFilterExecutor>,
}

impl<'v> Provider<'v> {
    pub(super) fn of(verifier: &'v Verifier, messages: Option<&str>) -> Self {
        let instance = verifier.target.instances.first();
        let base_url = instance.and_then(|instance| instance.base_url.as_deref());
        Self {
            states: Arc::new(States {
                handler: verifier.states.as_deref(),
                base_url,
                instance: instance.and_then(|instance| instance.number).unwrap_or(1),
                teardown: verifier.state_rules.teardown,
            }),
            filters: &verifier.http.filters,
            base: located(base_url, "the provider serves no HTTP"),
            messages: match (messages, base_url) {
                (Some(path), Some(base)) if path.starts_with('/') => {
                    located(Some(&format!("{}{path}", base.trim_end_matches('/'))), "")
                }
                (place, _) => located(place, "pact_verifier asks for messages over HTTP only"),
            },
            options: VerificationOptions {
                coloured_output: false,
                #[cfg(feature = "tls")]
                disable_ssl_verification: verifier.http.tls.insecure,
                follow_redirects: verifier.http.redirects > 0,
                request_timeout: milliseconds(verifier.http.timeout),
                ..VerificationOptions::default()
            },
        }
    }

    /// What it says; `Err` if it does not come to say something.
    pub(super) async fn verify(&self, subject: &Subject<'_>) -> Result<Verdict, String> {
        let is_http = matches!(subject.interaction, Interaction::Http(_));
        let place = if is_http { &self.base } else { &self.messages };
        let provider = told(subject, place.as_ref().map_err(Clone::clone)?);
        let asked = interaction::filtered(subject.interaction, self.filters).await?;
        let pact = interaction::alone(subject.pact, asked)?;
        let mut options = self.options.clone();
        if !is_http {
            options.custom_headers = interaction::added(self.filters).await?;
        }
        let verifying = verify_pact_internal(
            &provider,
            &FilterInfo::None,
            pact,
            &options,
            &self.states,
            false,
            Duration::ZERO,
        );
        // It panics on some input, and must not take the report with it.
        let verified = AssertUnwindSafe(verifying).catch_unwind().await;
        let verified = verified.map_err(|_| "pact_verifier panicked".to_owned())?;
        let verified = verified.map_err(|reason| format!("pact_verifier: {reason}"))?;
        let found = verified.results.into_iter().next();
        found
            .map(|found| verdict(found.result))
            .ok_or_else(|| "pact_verifier did not verify it".into())
    }
}

fn milliseconds(duration: Duration) -> u64 {
    duration.as_millis().try_into().unwrap_or(u64::MAX)
}

fn located(url: Option<&str>, otherwise: &str) -> Result<Url, String> {
    let url = url.ok_or_else(|| otherwise.to_owned())?;
    Url::parse(url).map_err(|reason| format!("{url}: {reason}"))
}

/// Whatever transport the interaction names, it leads to this place.
#[allow(deprecated, reason = "where it names none that is known, these count")]
fn told(subject: &Subject<'_>, place: &Url) -> ProviderInfo {
    let path = place.path().trim_end_matches('/').to_owned();
    let port = place.port_or_known_default();
    let named = subject.interaction.common().transport.clone();
    let known = ["http", "message", "async-message", "sync-message"].map(String::from);
    let transports = known
        .into_iter()
        .chain(named)
        .map(|transport| ProviderTransport {
            transport,
            port,
            path: Some(path.clone()),
            scheme: Some(place.scheme().into()),
        });
    ProviderInfo {
        name: subject.pact.provider.name.clone(),
        protocol: place.scheme().into(),
        host: place.host_str().unwrap_or_default().into(),
        port,
        path: path.clone(),
        transports: transports.collect(),
    }
}

fn verdict(result: Result<(), MismatchResult>) -> Verdict {
    match result {
        Ok(()) => Verdict {
            outcome: Outcome::Passed,
            problems: Vec::new(),
        },
        Err(MismatchResult::Mismatches { mismatches, .. }) => Verdict {
            outcome: Outcome::Failed,
            problems: mismatches.iter().map(|each| each.description()).collect(),
        },
        Err(MismatchResult::Error(reason, _)) => Verdict {
            outcome: Outcome::CouldNotVerify,
            problems: vec![reason],
        },
    }
}
