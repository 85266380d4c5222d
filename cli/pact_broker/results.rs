//! What became of a pact, for the Pact Broker that it came from.

use std::collections::BTreeSet;

use pactwork_contract::Outcome;
use pactwork_provider::{InteractionReport, PactReport};
use serde_json::{Map, Value, json};

use super::{Links, Server, hal};
use crate::web::Unanswered;

/// The provider's version that was verified.
#[derive(Debug, Clone)]
pub struct Version {
    pub version: String,
    pub branch: Option<String>,
    pub tags: Vec<String>,
    pub build_url: Option<String>,
}

/// What a Pact Broker is told of a pact: it knows success and failure alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Result {
    Success,
    Failure,
    /// Neither is true; why, as a clause.
    Unknown(&'static str),
}

impl Result {
    /// A failure is one even where some interactions were not replayed; success is of all.
    pub fn of(report: &PactReport) -> Self {
        match (report.outcome(), report.left_out) {
            (Outcome::Failed, _) => Self::Failure,
            (Outcome::CouldNotVerify, _) => Self::Unknown(
                "it could not be verified, and a Pact Broker knows success and failure alone",
            ),
            (Outcome::Passed, 0) => Self::Success,
            (Outcome::Passed, _) => Self::Unknown(
                "only some of its interactions were verified, and a Pact Broker would take that \
                 for all of them",
            ),
        }
    }
}

/// What was recorded already, so that it is not for each pact.
#[derive(Debug, Default)]
pub struct Recorded {
    branches: BTreeSet<String>,
    /// What is odd, as sentences.
    pub warnings: Vec<String>,
}

impl Server {
    /// Makes the provider's version known: its branch and its tags, which have to be there
    /// before the results are. The error is a sentence.
    pub async fn introduce(
        &self,
        links: &Links,
        version: &Version,
        recorded: &mut Recorded,
    ) -> std::result::Result<(), String> {
        let Some(provider) = &links.provider else {
            return Ok(());
        };
        let nothing = version.branch.is_none() && version.tags.is_empty();
        if nothing || !recorded.branches.insert(provider.clone()) {
            return Ok(());
        }
        let provider = self.follow(provider, &[]).await;
        let provider = provider.map_err(|failure| failure.message)?;
        let number = ("version", &*version.version);
        if let Some(branch) = &version.branch {
            match hal::link(&provider, "pb:branch-version") {
                Some(href) => self.mark(&href, &[number, ("branch", branch)]).await?,
                None => recorded.warnings.push(format!(
                    "the Pact Broker at {} is too old for branches: the branch of {} is not \
                     recorded; --provider-tag records a tag",
                    self.shown(),
                    version.version
                )),
            }
        }
        for tag in &version.tags {
            let href = hal::link(&provider, "pb:version-tag").ok_or_else(|| {
                format!("the Pact Broker at {} says no place for tags", self.shown())
            })?;
            self.mark(&href, &[number, ("tag", tag)]).await?;
        }
        Ok(())
    }

    async fn mark(&self, href: &str, values: &[(&str, &str)]) -> std::result::Result<(), String> {
        let url = self.resolved(&hal::expanded(href, values));
        let url = url.map_err(|failure| failure.message)?;
        let done = self.put(&url, &json!({})).await;
        done.map(drop).map_err(sentence)
    }

    /// Publishes what became of a pact. The error is a sentence.
    pub async fn publish(
        &self,
        links: &Links,
        version: &Version,
        report: &PactReport,
    ) -> std::result::Result<(), String> {
        let url = self.resolved(&links.results);
        let url = url.map_err(|failure| failure.message)?;
        let body = body(links, version, report);
        let done = self.post(&url, &body).await;
        done.map(drop).map_err(sentence)
    }
}

fn sentence(error: Unanswered) -> String {
    format!("{}: {}", error.url, error.why)
}

/// <https://docs.pact.io/pact_broker/provider_verification_results>
fn body(links: &Links, version: &Version, report: &PactReport) -> Value {
    let ids = links.interactions.iter();
    let ids = ids.map(Option::as_deref).chain(std::iter::repeat(None));
    // Of what was left out nothing is told, and which ids are whose is not known then.
    let told = report.left_out == 0;
    let tests = report.interactions.iter().zip(ids);
    let tests = tests.map(|(each, id)| test(each, id.filter(|_| told)));
    let mut body = json!({
        "success": Result::of(report) == Result::Success,
        "providerApplicationVersion": version.version,
        "testResults": tests.collect::<Vec<_>>(),
        "verifiedBy": {
            "implementation": "Pactwork",
            "version": env!("CARGO_PKG_VERSION"),
        },
    });
    if let Some(url) = &version.build_url {
        body["buildUrl"] = url.as_str().into();
    }
    body
}

fn test(report: &InteractionReport, id: Option<&str>) -> Value {
    let mut test = Map::new();
    if let Some(id) = id {
        test.insert("interactionId".into(), id.into());
    }
    let description = report.description.as_str();
    test.insert("interactionDescription".into(), description.into());
    let success = report.outcome == Outcome::Passed;
    test.insert("success".into(), success.into());
    let mismatches: Vec<_> = report
        .mismatches
        .iter()
        .map(|mismatch| {
            let mut told = json!({
                "attribute": mismatch.part,
                "description": mismatch.to_string(),
            });
            if !mismatch.path.is_empty() {
                told["identifier"] = mismatch.path.as_str().into();
            }
            told
        })
        .collect();
    if !mismatches.is_empty() {
        test.insert("mismatches".into(), mismatches.into());
    }
    if let Some(reason) = &report.reason {
        let exceptions = json!([{ "message": reason }]);
        test.insert("exceptions".into(), exceptions);
    }
    Value::Object(test)
}
