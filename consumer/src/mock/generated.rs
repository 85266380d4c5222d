use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use pactwork_contract::{MessageContents, Response, Warning};
use pactwork_matching::generators::{
    CompiledGenerators, GeneratorContext, GeneratorMode, Random, SeededRandom,
};
use serde_json::Map;

/// Where generated values come from: other ones each time, unless there is a seed.
#[derive(Debug)]
pub(crate) struct Source {
    random: Mutex<SeededRandom>,
    clock: fn() -> SystemTime,
}

impl Source {
    pub fn new(seed: Option<u64>, clock: fn() -> SystemTime) -> Self {
        let seed = seed.unwrap_or_else(|| RandomState::new().hash_one(0));
        Self {
            random: Mutex::new(SeededRandom::new(seed)),
            clock,
        }
    }

    /// A response with generated values; `url` is the mock provider's.
    pub fn response(
        &self,
        generators: &CompiledGenerators,
        example: &Response,
        url: &str,
    ) -> (Response, Vec<Warning>) {
        self.with(Some(url), |context| generators.response(example, context))
    }

    /// A message with generated values.
    pub fn message(
        &self,
        generators: &CompiledGenerators,
        example: &MessageContents,
    ) -> (MessageContents, Vec<Warning>) {
        self.with(None, |context| generators.message(example, context))
    }

    fn with<T>(&self, url: Option<&str>, make: impl FnOnce(&mut GeneratorContext<'_>) -> T) -> T {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        let mut random = SeededRandom::new(random.next_u64());
        make(&mut GeneratorContext {
            mode: GeneratorMode::Consumer,
            random: &mut random,
            now: (self.clock)(),
            utc_offset: 0,
            provider_state: &Map::new(),
            mock_server_url: url,
        })
    }
}
