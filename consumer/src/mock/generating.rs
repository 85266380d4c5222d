use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use pactwork_contract::{Response, Warning};
#[cfg(feature = "stub")]
use {pactwork_contract::MessageContents, pactwork_matching::generators::CompiledGenerators};

use super::script::{Exchange, Parts, Reply, bytes};
use crate::Problems;
use crate::source::Source;

/// Makes generated responses, and keeps what could not be made.
#[derive(Debug)]
pub(crate) struct Generating {
    source: Source,
    url: OnceLock<String>,
    /// At most one for each generator of each interaction.
    told: Mutex<Vec<Warning>>,
}

impl From<Source> for Generating {
    fn from(source: Source) -> Self {
        Self {
            source,
            url: OnceLock::new(),
            told: Mutex::default(),
        }
    }
}

impl Generating {
    /// Clients now find the mock provider there.
    pub fn reached_at(&self, url: String) {
        self.url.get_or_init(|| url);
    }

    /// The mock provider's base URL, once it listens.
    pub fn url(&self) -> &str {
        self.url.get().map_or("", String::as_str)
    }

    /// Where the example was sent instead of a generated value.
    pub fn warnings(&self) -> Vec<Warning> {
        self.told().clone()
    }

    /// The reply with generated values; `None` if it cannot be sent, so that the
    /// example has to do.
    pub fn reply(&self, exchange: &Exchange, example: &Response) -> Option<Reply> {
        let url = self.url.get().map(String::as_str);
        let applied = self.source.make(url, |context| {
            exchange.generators.response(example, context)
        });
        for warning in &applied.warnings {
            self.tell(exchange.of_response(warning));
        }
        let mut problems = Problems::default();
        let parts = Parts {
            status: applied.parts.status,
            headers: &applied.parts.headers,
            content_type: applied.parts.body.content_type(),
            body: match &applied.parts.body {
                Cow::Borrowed(_) => exchange.reply.body.clone(),
                Cow::Owned(body) => bytes(body),
            },
        };
        let reply = Reply::of(parts, exchange.head, "what was generated", &mut problems);
        let Some(problem) = problems.iter().next() else {
            return Some(reply);
        };
        self.tell(exchange.of_response(&Warning {
            origin: String::new(),
            path: "$.generators".into(),
            message: format!("{problem}; the example stands"),
        }));
        None
    }

    /// A message's contents with generated values.
    #[cfg(feature = "stub")]
    pub fn contents(&self, generators: &CompiledGenerators, message: &MessageContents) -> Vec<u8> {
        let url = self.url.get().map(String::as_str);
        let applied = self
            .source
            .make(url, |context| generators.message(message, context));
        applied.parts.contents.to_bytes().into_owned()
    }

    fn tell(&self, warning: Warning) {
        let mut told = self.told();
        if told.iter().all(|known| known.path != warning.path) {
            told.push(warning);
        }
    }

    fn told(&self) -> MutexGuard<'_, Vec<Warning>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
