//! Generated values: for requests, and for what answers are compared with.

use std::borrow::Cow;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::SystemTime;

use pactwork_contract::{Interaction, MessageContents, Request, Response, Warning};
use pactwork_matching::generators::{
    Applied, CompiledGenerators, GeneratedRequest, GeneratorContext, GeneratorMode, SeededRandom,
};
use serde_json::{Map, Value};

use super::finding::Notes;
use super::message::below;

/// What generated values depend on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chance {
    /// `None`: other values each time.
    pub(super) seed: Option<u64>,
    pub(super) clock: fn() -> SystemTime,
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

/// Where the generated values of one run come from.
#[derive(Debug)]
pub(super) struct Source {
    seed: u64,
    clock: fn() -> SystemTime,
}

impl Source {
    pub(super) fn of(chance: Chance) -> Self {
        Self {
            seed: chance
                .seed
                .unwrap_or_else(|| RandomState::new().hash_one(0)),
            clock: chance.clock,
        }
    }

    /// Makes the values of one interaction. They depend on its identity and not on
    /// what is replayed before it or beside it.
    pub(super) fn maker<'a>(
        &self,
        interaction: &Interaction,
        provider_state: &'a Map<String, Value>,
    ) -> Maker<'a> {
        let identity = interaction.identity().to_string();
        Maker {
            random: SeededRandom::new(self.seed ^ hash(&identity)),
            now: (self.clock)(),
            provider_state,
        }
    }
}

/// FNV-1a, since the standard library's hashes may differ from release to release.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// Makes the values of one interaction, in the states that were set up for it.
pub(super) struct Maker<'a> {
    random: SeededRandom,
    now: SystemTime,
    provider_state: &'a Map<String, Value>,
}

impl Maker<'_> {
    /// The request to send.
    pub(super) fn request<'e>(
        &mut self,
        example: &'e Request,
        notes: &mut Notes,
    ) -> GeneratedRequest<'e> {
        let compiled = CompiledGenerators::compile(&example.generators, &example.matching_rules);
        let (generators, warnings) = compiled;
        notes.warnings.extend(below("$.request", &warnings));
        let mut context = self.context(GeneratorMode::Provider);
        asked(generators.request(example, &mut context), notes)
    }

    /// The message to answer.
    pub(super) fn message<'e>(
        &mut self,
        example: &'e MessageContents,
        notes: &mut Notes,
    ) -> Cow<'e, MessageContents> {
        let compiled = CompiledGenerators::compile(&example.generators, &example.matching_rules);
        let (generators, warnings) = compiled;
        notes.warnings.extend(below("$.request", &warnings));
        if !generators.apply_in(GeneratorMode::Provider) {
            return Cow::Borrowed(example);
        }
        let mut context = self.context(GeneratorMode::Provider);
        let parts = asked(generators.message(example, &mut context), notes);
        Cow::Owned(MessageContents {
            contents: parts.contents.into_owned(),
            metadata: parts.metadata.into_owned(),
            ..example.clone()
        })
    }

    /// What a response is compared with.
    pub(super) fn expected_response<'e>(
        &mut self,
        example: &'e Response,
        notes: &mut Notes,
    ) -> Cow<'e, Response> {
        let compiled = CompiledGenerators::compile(&example.generators, &example.matching_rules);
        let (generators, warnings) = compiled;
        notes.warnings.extend(below("$.response", &warnings));
        if !generators.apply_in(GeneratorMode::Expectation) {
            return Cow::Borrowed(example);
        }
        let mut context = self.context(GeneratorMode::Expectation);
        let parts = expected(
            generators.response(example, &mut context),
            "$.response",
            notes,
        );
        Cow::Owned(Response {
            status: parts.status,
            headers: parts.headers.into_owned(),
            body: parts.body.into_owned(),
            ..example.clone()
        })
    }

    /// What a message is compared with; `part` is where it stands in the interaction.
    pub(super) fn expected_message<'e>(
        &mut self,
        example: &'e MessageContents,
        part: &str,
        notes: &mut Notes,
    ) -> Cow<'e, MessageContents> {
        let compiled = CompiledGenerators::compile(&example.generators, &example.matching_rules);
        let (generators, warnings) = compiled;
        notes.warnings.extend(below(part, &warnings));
        if !generators.apply_in(GeneratorMode::Expectation) {
            return Cow::Borrowed(example);
        }
        let mut context = self.context(GeneratorMode::Expectation);
        let parts = expected(generators.message(example, &mut context), part, notes);
        Cow::Owned(MessageContents {
            contents: parts.contents.into_owned(),
            metadata: parts.metadata.into_owned(),
            ..example.clone()
        })
    }

    fn context(&mut self, mode: GeneratorMode) -> GeneratorContext<'_> {
        GeneratorContext {
            mode,
            random: &mut self.random,
            now: self.now,
            utc_offset: 0,
            provider_state: self.provider_state,
            mock_server_url: None,
        }
    }
}

/// What is asked, and whether that is what the pact asks for.
fn asked<T>(applied: Applied<T>, notes: &mut Notes) -> T {
    let not_asked = applied.not_returned.first();
    notes.not_asked = not_asked.map(|warning| warning.message.clone());
    expected(applied, "$.request", notes)
}

fn expected<T>(applied: Applied<T>, part: &str, notes: &mut Notes) -> T {
    let told: [&[Warning]; 2] = [&applied.warnings, &applied.not_returned];
    for warnings in told {
        notes.warnings.extend(below(part, warnings));
    }
    applied.parts
}
