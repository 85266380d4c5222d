use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use pactwork_matching::generators::{GeneratorContext, GeneratorMode, Random, SeededRandom};
use serde_json::Map;

/// What generated values depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chance {
    /// `None`: other values each time.
    pub seed: Option<u64>,
    pub clock: fn() -> SystemTime,
}

impl Default for Chance {
    /// The system's randomness and clock.
    fn default() -> Self {
        Self {
            seed: None,
            clock: SystemTime::now,
        }
    }
}

/// Where generated values come from.
#[derive(Debug)]
pub(crate) struct Source {
    random: Mutex<SeededRandom>,
    clock: fn() -> SystemTime,
}

impl Source {
    pub fn of(chance: Chance) -> Self {
        let seed = chance
            .seed
            .unwrap_or_else(|| RandomState::new().hash_one(0));
        Self {
            random: Mutex::new(SeededRandom::new(seed)),
            clock: chance.clock,
        }
    }

    /// Has something made from this source for a consumer.
    pub fn make<T>(
        &self,
        mock_server_url: Option<&str>,
        make: impl FnOnce(&mut GeneratorContext<'_>) -> T,
    ) -> T {
        let seed = {
            let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
            random.next_u64()
        };
        make(&mut GeneratorContext {
            mode: GeneratorMode::Consumer,
            random: &mut SeededRandom::new(seed),
            now: (self.clock)(),
            utc_offset: 0,
            provider_state: &Map::new(),
            mock_server_url,
        })
    }
}
