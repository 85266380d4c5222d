//! What was created and has not ended.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use pactwork_consumer::MockProvider;
use pactwork_consumer::definition_json::DefinedMessage;

use super::options::Options;
use super::problem::{Kind, Problem};

/// A mock provider that answers.
#[derive(Debug)]
pub struct Served {
    pub id: u64,
    pub consumer: String,
    pub provider: String,
    pub url: String,
    /// What was odd about its definition.
    pub warnings: Vec<String>,
    /// The certificate to trust, as PEM, where it speaks TLS.
    pub certificate: Option<String>,
    /// Named on the command line, so it is finished when the process ends.
    pub of_files: bool,
    /// Its pact was written as it is now.
    written: AtomicBool,
    /// Taken when it ends.
    mock: RwLock<Option<MockProvider>>,
}

impl Served {
    /// Asks it something, if it has not ended meanwhile.
    pub fn with<T>(&self, ask: impl FnOnce(&MockProvider) -> T) -> Result<T, Problem> {
        let mock = self.mock.read().unwrap_or_else(PoisonError::into_inner);
        mock.as_ref()
            .map(ask)
            .ok_or_else(|| ended("mock provider", self.id))
    }

    /// For whoever ends it; `None` if somebody did so already.
    pub fn take(&self) -> Option<MockProvider> {
        let mut mock = self.mock.write().unwrap_or_else(PoisonError::into_inner);
        mock.take()
    }

    pub fn set_written(&self, written: bool) {
        self.written.store(written, Ordering::Release);
    }

    pub fn is_written(&self) -> bool {
        self.written.load(Ordering::Acquire)
    }
}

/// A message that waits for the consumer's word.
#[derive(Debug)]
pub struct Pending {
    pub id: u64,
    pub message: DefinedMessage,
    pub options: Options,
}

/// Everything by id; ids are given once.
#[derive(Debug, Default)]
pub struct Registry(Mutex<Tables>);

#[derive(Debug, Default)]
struct Tables {
    last: u64,
    closed: bool,
    served: BTreeMap<u64, Arc<Served>>,
    pending: BTreeMap<u64, Arc<Pending>>,
}

/// What there is to tell of a mock provider beside itself.
#[derive(Debug)]
pub struct About {
    pub warnings: Vec<String>,
    pub certificate: Option<String>,
    pub of_files: bool,
}

impl Registry {
    /// Adds a mock provider, or ends it when nothing is taken any more.
    pub fn serve(&self, mock: MockProvider, about: About) -> Result<Arc<Served>, Problem> {
        let report = mock.report();
        let mut tables = self.tables();
        if tables.closed {
            drop(tables);
            let _ = mock.discard_blocking();
            return Err(shutting_down());
        }
        let served = Arc::new(Served {
            id: tables.next(),
            consumer: report.consumer,
            provider: report.provider,
            url: mock.url().to_owned(),
            warnings: about.warnings,
            certificate: about.certificate,
            of_files: about.of_files,
            written: AtomicBool::new(false),
            mock: RwLock::new(Some(mock)),
        });
        tables.served.insert(served.id, Arc::clone(&served));
        Ok(served)
    }

    pub fn await_word(
        &self,
        message: DefinedMessage,
        options: Options,
    ) -> Result<Arc<Pending>, Problem> {
        let mut tables = self.tables();
        if tables.closed {
            return Err(shutting_down());
        }
        let pending = Arc::new(Pending {
            id: tables.next(),
            message,
            options,
        });
        tables.pending.insert(pending.id, Arc::clone(&pending));
        Ok(pending)
    }

    pub fn served(&self, id: &str) -> Result<Arc<Served>, Problem> {
        let tables = self.tables();
        tables.find(&tables.served, id, "mock provider")
    }

    pub fn pending(&self, id: &str) -> Result<Arc<Pending>, Problem> {
        let tables = self.tables();
        tables.find(&tables.pending, id, "message")
    }

    pub fn all_served(&self) -> Vec<Arc<Served>> {
        self.tables().served.values().cloned().collect()
    }

    pub fn all_pending(&self) -> Vec<Arc<Pending>> {
        self.tables().pending.values().cloned().collect()
    }

    /// Takes a mock provider out, so that it can be ended by one alone.
    pub fn take_served(&self, id: &str) -> Result<(Arc<Served>, MockProvider), Problem> {
        let served = self.served(id)?;
        self.tables().served.remove(&served.id);
        let mock = served.take();
        let mock = mock.ok_or_else(|| ended("mock provider", served.id))?;
        Ok((served, mock))
    }

    pub fn take_pending(&self, id: &str) -> Result<Arc<Pending>, Problem> {
        let pending = self.pending(id)?;
        let taken = self.tables().pending.remove(&pending.id);
        taken.ok_or_else(|| ended("message", pending.id))
    }

    /// Takes nothing any more.
    pub fn close(&self) {
        self.tables().closed = true;
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn find<T>(
        &self,
        table: &BTreeMap<u64, Arc<T>>,
        id: &str,
        what: &str,
    ) -> Result<Arc<T>, Problem> {
        let number = id.parse().ok();
        if let Some(found) = number.and_then(|number: u64| table.get(&number)) {
            return Ok(Arc::clone(found));
        }
        let elsewhere =
            |number: &u64| self.served.contains_key(number) || self.pending.contains_key(number);
        match number {
            Some(number) if (1..=self.last).contains(&number) && !elsewhere(&number) => {
                Err(ended(what, number))
            }
            _ => {
                let detail = format!("there is no {what} \"{id}\"");
                Err(Problem::of(Kind::NotFound, detail))
            }
        }
    }
}

fn ended(what: &str, id: u64) -> Problem {
    let detail = format!("{what} {id} has ended: it was finished, confirmed or deleted before");
    Problem::of(Kind::Ended, detail)
}

fn shutting_down() -> Problem {
    let detail = "pactwork mock is shutting down, so nothing new is taken";
    Problem::of(Kind::ShuttingDown, detail)
}
