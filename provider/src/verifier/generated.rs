//! Requests with generated values in place of their examples.

use std::borrow::Cow;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher};
use std::time::SystemTime;

use pactwork_contract::{Generators, MatchingRules, MessageContents, Request, Warning};
use pactwork_matching::generators::{
    CompiledGenerators, GeneratorContext, GeneratorMode, SeededRandom,
};
use serde_json::{Map, Value};

use super::message::below;

/// Where generated values come from.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) seed: u64,
    pub(super) clock: fn() -> SystemTime,
}

impl Default for Source {
    /// Other values each time, and the system's clock.
    fn default() -> Self {
        Self {
            seed: RandomState::new().hash_one(0),
            clock: SystemTime::now,
        }
    }
}

impl Source {
    /// The request as it is sent; `values` are those that the provider states returned.
    pub(super) fn request<'r>(
        &self,
        expected: &'r Request,
        values: &Map<String, Value>,
        warnings: &mut Vec<Warning>,
    ) -> Cow<'r, Request> {
        let generators = compiled(&expected.generators, &expected.matching_rules, warnings);
        if generators.is_empty() {
            return Cow::Borrowed(expected);
        }
        let owner = format!("{} {}", expected.method, expected.path);
        let (request, found) = self.with(&owner, values, |context| {
            generators.request(expected, context)
        });
        warnings.extend(below("$.request", &found));
        Cow::Owned(request)
    }

    /// The message that a synchronous message begins with, as it is sent.
    pub(super) fn message<'m>(
        &self,
        expected: &'m MessageContents,
        owner: &str,
        values: &Map<String, Value>,
        warnings: &mut Vec<Warning>,
    ) -> Cow<'m, MessageContents> {
        let generators = compiled(&expected.generators, &expected.matching_rules, warnings);
        if generators.is_empty() {
            return Cow::Borrowed(expected);
        }
        let (message, found) = self.with(owner, values, |context| {
            generators.message(expected, context)
        });
        warnings.extend(below("$.request", &found));
        Cow::Owned(message)
    }

    /// Each interaction draws from a seed of its own, so that what it gets does not
    /// depend on the others.
    fn with<T>(
        &self,
        owner: &str,
        values: &Map<String, Value>,
        generate: impl FnOnce(&mut GeneratorContext<'_>) -> T,
    ) -> T {
        let mut hasher = DefaultHasher::new();
        (self.seed, owner).hash(&mut hasher);
        generate(&mut GeneratorContext {
            mode: GeneratorMode::Provider,
            random: &mut SeededRandom::new(hasher.finish()),
            now: (self.clock)(),
            utc_offset: 0,
            provider_state: values,
            mock_server_url: None,
        })
    }
}

fn compiled(
    generators: &Generators,
    rules: &MatchingRules,
    warnings: &mut Vec<Warning>,
) -> CompiledGenerators {
    let (compiled, found) = CompiledGenerators::compile(generators, rules);
    warnings.extend(below("$.request", &found));
    compiled
}
