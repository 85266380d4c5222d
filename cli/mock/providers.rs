//! The operations on mock providers.

use pactwork_consumer::{FinishError, MockProvider, Report};
use pactwork_contract::{Pact, SpecificationVersion};
use serde_json::json;

use super::answer::{Answer, Answered};
use super::api::{Api, Call};
use super::ledger::Sort;
use super::problem::{Kind, Problem};
use super::registry::{About, Served};
use super::{reading, resource};

impl Api {
    pub(super) fn create_mock_provider(&self, call: &Call) -> Answered {
        let definition = reading::definition(&call.body)?;
        let (options, certificate) = definition
            .options
            .mock(&self.settings)
            .map_err(|error| Problem::of(Kind::InvalidDefinition, error))?;
        let mock = MockProvider::serve_blocking(definition.mocked, options)?;
        let about = About {
            warnings: definition.warnings,
            certificate,
            of_files: false,
        };
        let served = self.registry.serve(mock, about)?;
        let place = format!("{}/mock-providers/{}", call.base, served.id);
        Ok(Answer::Created(place, shown(&served, call)?))
    }

    pub(super) fn list_mock_providers(&self, call: &Call) -> Answered {
        let served = self.registry.all_served();
        // What ends while this is written is left out.
        let shown = served.iter().filter_map(|each| shown(each, call).ok());
        let shown: Vec<_> = shown.collect();
        Ok(Answer::Ok(json!({ "mock_providers": shown })))
    }

    pub(super) fn discard_mock_providers(&self) -> Answered {
        for served in self.registry.all_served() {
            self.discard(&served.id.to_string()).or_else(|problem| {
                match problem.status() {
                    // Somebody else ended it meanwhile.
                    410 => Ok(()),
                    _ => Err(problem),
                }
            })?;
        }
        Ok(Answer::Done)
    }

    pub(super) fn show_mock_provider(&self, call: &Call) -> Answered {
        let served = self.registry.served(&call.route.id)?;
        Ok(Answer::Ok(shown(&served, call)?))
    }

    pub(super) fn discard_mock_provider(&self, call: &Call) -> Answered {
        self.discard(&call.route.id)?;
        Ok(Answer::Done)
    }

    pub(super) fn list_interactions(&self, call: &Call) -> Answered {
        let served = self.registry.served(&call.route.id)?;
        let interactions = served.with(|mock| mock.report().interactions)?;
        Ok(Answer::Ok(json!({ "interactions": interactions })))
    }

    pub(super) fn add_interactions(&self, call: &Call) -> Answered {
        let served = self.registry.served(&call.route.id)?;
        let interactions = reading::interactions(&call.body)?;
        served.with(|mock| mock.add(interactions))??;
        served.set_written(false);
        Ok(Answer::Ok(shown(&served, call)?))
    }

    pub(super) fn remove_interactions(&self, call: &Call) -> Answered {
        let served = self.registry.served(&call.route.id)?;
        served.with(MockProvider::clear)?;
        served.set_written(false);
        Ok(Answer::Done)
    }

    pub(super) fn show_journal(&self, call: &Call) -> Answered {
        let served = self.registry.served(&call.route.id)?;
        Ok(Answer::Ok(served.with(resource::journal)?))
    }

    pub(super) fn reset_journal(&self, call: &Call) -> Answered {
        let served = self.registry.served(&call.route.id)?;
        served.with(MockProvider::reset)?;
        served.set_written(false);
        Ok(Answer::Done)
    }

    pub(super) fn show_report(&self, call: &Call) -> Answered {
        let served = self.registry.served(&call.route.id)?;
        let report = served.with(MockProvider::report)?;
        Ok(Answer::Ok(resource::report(&report)))
    }

    pub(super) fn show_pact(&self, call: &Call) -> Answered {
        let served = self.registry.served(&call.route.id)?;
        let pact = served.with(MockProvider::pact)?;
        let bytes = pact.to_bytes(SpecificationVersion::V4);
        let internal =
            |error: &dyn std::fmt::Display| Problem::of(Kind::Internal, error.to_string());
        let bytes = bytes.map_err(|error| internal(&error))?;
        let value = serde_json::from_slice(&bytes).map_err(|error| internal(&error))?;
        Ok(Answer::Ok(value))
    }

    pub(super) fn write_pact(&self, call: &Call) -> Answered {
        let served = self.registry.served(&call.route.id)?;
        let finished = served.with(MockProvider::record)??;
        served.set_written(true);
        Ok(Answer::Ok(ended(&finished)))
    }

    pub(super) fn finish(&self, call: &Call) -> Answered {
        let (_, mock) = self.registry.take_served(&call.route.id)?;
        let name = key(&mock.pact());
        match mock.finish_blocking() {
            Ok(finished) => {
                self.ledger
                    .held(Sort::MockProvider, &name, finished.pact.clone());
                Ok(Answer::Ok(ended(&finished)))
            }
            Err(error) => Err(self.refused(name, error)),
        }
    }

    fn refused(&self, name: String, error: FinishError) -> Problem {
        let problem = Problem::from(error);
        self.ledger.failed(name, problem.detail().to_owned());
        problem
    }

    fn discard(&self, id: &str) -> Result<(), Problem> {
        let (_, mock) = self.registry.take_served(id)?;
        mock.discard_blocking()
            .map_err(|error| Problem::of(Kind::Internal, error))
    }
}

fn shown(served: &Served, call: &Call) -> Result<serde_json::Value, Problem> {
    served.with(|mock| resource::mock_provider(served, mock, &call.base))
}

fn ended(finished: &pactwork_consumer::Finished) -> serde_json::Value {
    json!({
        "pact": finished.pact,
        "report": resource::report(&finished.report),
    })
}

/// What a mock provider is for, by which a test that is run again is known.
pub(super) fn key(pact: &Pact) -> String {
    let mut identities: Vec<_> = pact
        .interactions
        .iter()
        .map(|each| each.identity().to_string())
        .collect();
    identities.sort();
    format!(
        "{}\n{}\n{}",
        pact.consumer.name,
        pact.provider.name,
        identities.join("\n")
    )
}

/// One that nobody finished, as a person reads it.
pub(super) fn left(served: &Served, report: &Report) -> String {
    let all = report.interactions.len();
    let requested = all - report.missing().count();
    let mut text = format!(
        "mock provider {} ({} with {}): {requested} of {all} interactions requested",
        served.id, served.consumer, served.provider
    );
    if !report.unexpected.is_empty() {
        text.push_str(", and unexpected requests:");
        for unexpected in &report.unexpected {
            let lines = unexpected.to_string().replace('\n', "\n  ");
            text.push_str(&format!("\n    - {lines}"));
        }
    }
    text
}
