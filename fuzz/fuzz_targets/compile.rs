//! Compiling whatever matching rules and generators a pact file holds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pactwork_contract::{Interaction, Pact};
use pactwork_matching::{Compiler, generators::CompiledGenerators};

fuzz_target!(|bytes: &[u8]| {
    let Ok(loaded) = Pact::read(bytes, "fuzz") else {
        return;
    };
    let mut compiler = Compiler::default();
    for interaction in &loaded.pact.interactions {
        match interaction {
            Interaction::Http(http) => {
                compiler.request(&http.request);
                compiler.response(&http.response);
                let rules = &http.response.matching_rules;
                CompiledGenerators::compile(&http.response.generators, rules);
            }
            Interaction::AsynchronousMessage(message) => drop(compiler.message(&message.message)),
            Interaction::SynchronousMessage(message) => {
                compiler.message(&message.request);
            }
        }
    }
});
