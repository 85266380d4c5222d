//! The operations, each from a request that is there as a whole to its answer.

use std::path::PathBuf;
use std::sync::Arc;

use pactwork_consumer::MockProvider;
use tokio::sync::Notify;

use super::DOCUMENT;
use super::answer::{Answer, Answered};
use super::ledger::{Conclusion, Ledger, Sort};
use super::registry::{About, Registry, Served};
use super::resource;
use super::route::{Operation, Route};

/// What holds for everything that is created.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where pacts are written unless a definition says otherwise.
    pub folder: PathBuf,
    /// What the folders of definitions are relative to.
    pub working_folder: PathBuf,
}

/// What the control API controls.
#[derive(Debug)]
pub struct Api {
    pub(super) settings: Settings,
    pub(super) registry: Registry,
    pub(super) ledger: Ledger,
    asked_to_end: Notify,
}

/// A request, received whole.
#[derive(Debug)]
pub struct Call {
    pub route: Route,
    /// How the client calls this server: `http://127.0.0.1:4711`.
    pub base: String,
    pub body: Vec<u8>,
}

impl Api {
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            registry: Registry::default(),
            ledger: Ledger::default(),
            asked_to_end: Notify::new(),
        }
    }

    /// Takes a mock provider of pact files that the command line named.
    pub fn adopt(&self, mock: MockProvider) {
        let about = About {
            warnings: Vec::new(),
            certificate: None,
            of_files: true,
        };
        // It is refused only once everything is closed.
        let _ = self.registry.serve(mock, about);
    }

    /// Does what is asked. It may block.
    pub fn answer(&self, call: &Call) -> Answered {
        match call.route.operation {
            Operation::Index => Ok(Answer::Ok(resource::index(&call.base))),
            Operation::Document => Ok(Answer::Document(DOCUMENT)),
            Operation::ListMockProviders => self.list_mock_providers(call),
            Operation::CreateMockProvider => self.create_mock_provider(call),
            Operation::DiscardMockProviders => self.discard_mock_providers(),
            Operation::ShowMockProvider => self.show_mock_provider(call),
            Operation::DiscardMockProvider => self.discard_mock_provider(call),
            Operation::ListInteractions => self.list_interactions(call),
            Operation::AddInteractions => self.add_interactions(call),
            Operation::RemoveInteractions => self.remove_interactions(call),
            Operation::ShowJournal => self.show_journal(call),
            Operation::ResetJournal => self.reset_journal(call),
            Operation::ShowReport => self.show_report(call),
            Operation::ShowPact => self.show_pact(call),
            Operation::WritePact => self.write_pact(call),
            Operation::Finish => self.finish(call),
            Operation::ListMessages => self.list_messages(call),
            Operation::CreateMessage => self.create_message(call),
            Operation::ShowMessage => self.show_message(call),
            Operation::DiscardMessage => self.discard_message(call),
            Operation::Confirm => self.confirm(call),
            Operation::ShutDown => self.shut_down(),
        }
    }

    /// Returns when a client has asked to shut down.
    pub async fn asked_to_end(&self) {
        self.asked_to_end.notified().await;
    }

    /// Ends what was never finished, without recording it; says how it all ended. The
    /// mock provider of the command line is left to be taken.
    pub fn close(&self) -> Conclusion {
        self.registry.close();
        for served in self.registry.all_served() {
            if !served.of_files {
                self.leave(&served);
            }
        }
        for pending in self.registry.all_pending() {
            if let Ok(pending) = self.registry.take_pending(&pending.id.to_string()) {
                self.ledger
                    .left(Sort::Message, super::messages::named(&pending));
            }
        }
        self.ledger.conclusion()
    }

    /// The mock provider of the command line, unless it was finished already.
    pub fn take_of_files(&self) -> Option<MockProvider> {
        let served = self.registry.all_served();
        served.iter().find(|each| each.of_files)?.take()
    }

    fn shut_down(&self) -> Answered {
        let conclusion = self.close();
        self.asked_to_end.notify_one();
        Ok(Answer::Ok(serde_json::json!(conclusion)))
    }

    fn leave(&self, served: &Arc<Served>) {
        let Ok((served, mock)) = self.registry.take_served(&served.id.to_string()) else {
            return;
        };
        let report = mock.report();
        if served.is_written() && report.holds() {
            let name = super::providers::key(&mock.pact());
            self.ledger.held(Sort::MockProvider, &name, None);
        } else {
            let text = super::providers::left(&served, &report);
            self.ledger.left(Sort::MockProvider, text);
        }
        let _ = mock.discard_blocking();
    }
}
