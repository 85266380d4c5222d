use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use pactwork_matching::generators::{GeneratorContext, GeneratorMode, SeededRandom};
use serde_json::Map;

/// What generated values depend on, where a test says it; otherwise the system's
/// randomness and clock.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Chance {
    pub seed: Option<u64>,
    pub now: Option<SystemTime>,
}

/// Where generated values come from.
#[derive(Debug)]
pub(crate) struct Source {
    random: Mutex<SeededRandom>,
    now: Option<SystemTime>,
}

impl Source {
    pub fn of(chance: Chance) -> Self {
        let seed = chance.seed.unwrap_or_else(system_seed);
        Self {
            random: Mutex::new(SeededRandom::new(seed)),
            now: chance.now,
        }
    }

    /// Has something made from this source for a consumer.
    pub fn make<T>(
        &self,
        mock_server_url: Option<&str>,
        make: impl FnOnce(&mut GeneratorContext<'_>) -> T,
    ) -> T {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        make(&mut GeneratorContext {
            mode: GeneratorMode::Consumer,
            random: &mut *random,
            now: self.now.unwrap_or_else(SystemTime::now),
            utc_offset: 0,
            provider_state: &Map::new(),
            mock_server_url,
        })
    }
}

/// Each state of the standard library's hash maps has keys of its own from the system.
fn system_seed() -> u64 {
    RandomState::new().build_hasher().finish()
}
