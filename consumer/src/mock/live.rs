//! What may be changed of a mock provider while it runs: its interactions and its
//! journal. A request is answered from the stage that was set when it came.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use hyper::body::Incoming;
use hyper::{Request, Response};
use pactwork_contract::Pact;

use super::conduct::Conducts;
use super::journal::Journal;
use super::script::{Script, as_http};
use super::stage::Stage;
use super::{Definition, FinishError, Finished, MockProvider, StartError};
use crate::Problems;
use crate::server::{Disconnect, Ended, Handler, Outgoing};

/// The stage that answers now.
#[derive(Debug)]
pub(super) struct Live {
    stage: RwLock<Arc<Stage>>,
    /// Held while another stage is set, so that two who do it do not lose anything.
    changing: Mutex<()>,
    discarded: AtomicBool,
}

impl Live {
    pub fn of(stage: Stage) -> Self {
        Self {
            stage: RwLock::new(Arc::new(stage)),
            changing: Mutex::default(),
            discarded: AtomicBool::new(false),
        }
    }

    pub fn stage(&self) -> Arc<Stage> {
        let stage = self.stage.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&stage)
    }

    /// Records the pact if all held, unless it is not to be looked at any more.
    pub fn conclude(&self) -> Result<Finished, FinishError> {
        if self.discarded.load(Ordering::Acquire) {
            let report = self.stage().report();
            return Ok(Finished { pact: None, report });
        }
        self.stage().conclude()
    }

    fn set(&self, stage: Stage) {
        *self.stage.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(stage);
    }

    fn add(&self, added: Definition) -> Result<(), Problems> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let stage = self.stage();
        let mut definition = Definition::new(stage.pact.clone(), stage.conducts.clone());
        let mut problems = Problems::default();
        for (interaction, conduct) in added.into_interactions() {
            if as_http(&interaction).is_none() {
                let problem = "a message has no place in a mock provider";
                problems.add(interaction.identity(), problem);
                continue;
            }
            if let Err(conflict) = definition.add(interaction, conduct) {
                problems.add("an interaction that was added", conflict);
            }
        }
        let (pact, conducts) = definition.into_parts();
        let script = Script::compile(&pact.interactions, &mut problems);
        problems.none_or(|problems| problems)?;
        let known = stage.script.exchanges.len();
        let extended = Stage {
            conducts,
            ..stage.with(pact, script)
        };
        extended.journal().extend(extended.script.exchanges.len());
        for position in known..extended.script.exchanges.len() {
            // It is known from then on where the example stands instead.
            extended.script.generated(position, &extended.generating);
        }
        self.set(extended);
        Ok(())
    }

    fn clear(&self) {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let stage = self.stage();
        let pact = Pact {
            interactions: Vec::new(),
            ..stage.pact.clone()
        };
        let script = Script::compile(&[], &mut Problems::default());
        // A journal of its own: requests on their way still count by the former positions.
        self.set(Stage {
            journal: Journal::shared(0),
            conducts: Conducts::default(),
            ..stage.with(pact, script)
        });
    }

    fn forget(&self) {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let stage = self.stage();
        *stage.journal() = Journal::of(stage.script.exchanges.len());
    }
}

impl Handler for Live {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Outgoing>, Disconnect> {
        self.stage().answer(request).await
    }

    fn listening(&self, address: SocketAddr) {
        self.stage().listening(address);
    }

    fn unreadable(&self, reason: String) {
        self.stage().unreadable(reason);
    }

    fn cannot_accept(&self, error: &io::Error) {
        self.stage().cannot_accept(error);
    }

    fn ends_with_client(&self) -> bool {
        self.stage().ends_with_client()
    }
}

impl Stage {
    /// The same mock provider with another pact.
    fn with(&self, pact: Pact, script: Script) -> Self {
        Self {
            pact,
            script,
            conducts: self.conducts.clone(),
            journal: Arc::clone(&self.journal),
            recording: self.recording.clone(),
            largest_body: self.largest_body,
            cors: self.cors.clone(),
            server: self.server.clone(),
            generating: Arc::clone(&self.generating),
        }
    }
}

/// What can be changed and asked while it runs.
impl MockProvider {
    /// The pact that it answers from: its HTTP interactions up to now.
    pub fn pact(&self) -> Pact {
        self.live.stage().pact.clone()
    }

    /// Adds HTTP interactions; those that are there stay, with what was asked of
    /// them. One that is there already with the same content changes nothing. The names
    /// of the consumer and the provider, where a [`Definition`] has them, are left alone.
    ///
    /// ```
    /// use pactwork_consumer::{MockOptions, MockProvider};
    /// use pactwork_contract::{HttpInteraction, Interaction, Pact};
    ///
    /// let pact = Pact::between("web", "orders");
    /// let provider = MockProvider::serve_blocking(pact, MockOptions::default())?;
    /// provider.add(vec![Interaction::Http(Box::new(HttpInteraction::default()))])?;
    /// assert_eq!(provider.report().missing().count(), 1);
    /// provider.discard_blocking()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`StartError::Definition`]: a message, another content under the same
    /// identity, the same content to be played otherwise, an interaction that cannot be
    /// answered; nothing was added then.
    pub fn add(&self, interactions: impl Into<Definition>) -> Result<(), StartError> {
        self.live
            .add(interactions.into())
            .map_err(StartError::Definition)
    }

    /// Forgets what was asked; the interactions stay, and are expected anew.
    pub fn reset(&self) {
        self.live.forget();
    }

    /// Forgets the interactions and what was asked.
    pub fn clear(&self) {
        self.live.clear();
    }

    /// Merges the interactions into the pact file if all of them were used and
    /// nothing else was asked; the mock provider goes on.
    ///
    /// # Errors
    /// [`FinishError`]; the pact file is then as it was before.
    pub fn record(&self) -> Result<Finished, FinishError> {
        self.live.stage().conclude()
    }

    /// Ends the mock provider without recording anything, whatever was asked.
    ///
    /// # Errors
    /// [`Ended`], where it ended by itself before.
    pub fn discard_blocking(mut self) -> Result<(), Ended> {
        self.live.discarded.store(true, Ordering::Release);
        match self.server.take() {
            Some(server) => server.finish_blocking().map(drop),
            None => Ok(()),
        }
    }
}
