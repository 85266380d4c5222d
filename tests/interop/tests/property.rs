//! Expectations with rules, and what a provider may answer, drawn at random: our
//! verdict beside the reference implementation's. A fixed seed draws a few
//! thousand; PACTWORK_PROPERTY_CASES asks for more, from another seed each time.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod cases;
mod disagreements;

use std::collections::BTreeMap;

use pact_models::pact::load_pact_from_json;
use pactwork_contract::{Interaction, Pact};
use pactwork_matching::{ResponseMatcher, actual};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

use cases::Case;

const CASES: usize = 4_000;
const SEED: [u8; 32] = [7; 32];

fn ours(text: &str, actual: &[u8]) -> (bool, String) {
    let loaded = Pact::read(text.as_bytes(), "case").unwrap();
    let Interaction::Http(http) = &loaded.pact.interactions[0] else {
        panic!("{text}");
    };
    let comparison = ResponseMatcher::compile(&http.response).compare(&actual::Response {
        status: 200,
        headers: &[("Content-Type", "application/json")],
        body: actual,
    });
    (comparison.is_match(), comparison.to_string())
}

async fn theirs(text: &str, actual: &Value) -> (bool, String) {
    let json: Value = serde_json::from_str(text).unwrap();
    let pact = load_pact_from_json("case", &json).unwrap();
    let interaction = pact.interactions()[0].boxed();
    let expected = interaction.as_v4_http().unwrap().response;
    let mut received = expected.clone();
    received.body = pact_models::bodies::OptionalBody::Present(
        actual.to_string().into(),
        Some("application/json".into()),
        None,
    );
    let mismatches = pact_matching::match_response(expected, received, &pact, &interaction)
        .await
        .unwrap();
    let told = mismatches.iter().map(|mismatch| mismatch.description());
    (mismatches.is_empty(), told.collect::<Vec<_>>().join("\n"))
}

fn runner(cases: usize) -> TestRunner {
    let asked = std::env::var("PACTWORK_PROPERTY_CASES").is_ok();
    let config = Config {
        cases: u32::try_from(cases).unwrap(),
        failure_persistence: None,
        ..Config::default()
    };
    match asked {
        true => TestRunner::new(config),
        false => TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &SEED)),
    }
}

#[tokio::test]
async fn both_give_the_same_verdict_or_the_specification_decides() {
    let asked = std::env::var("PACTWORK_PROPERTY_CASES").ok();
    let count = asked.map_or(CASES, |count| count.parse().unwrap());
    let mut runner = runner(count);
    let strategy = cases::cases();
    let mut found = BTreeMap::<&str, usize>::new();
    let mut accepted = 0;
    let mut unknown = Vec::new();
    for _ in 0..count {
        let case: Case = strategy.new_tree(&mut runner).unwrap().current();
        let text = case.pact();
        let ours = ours(&text, case.actual.to_string().as_bytes());
        let theirs = theirs(&text, &case.actual).await;
        accepted += usize::from(ours.0);
        if ours.0 == theirs.0 {
            continue;
        }
        match disagreements::known(&case, ours.0) {
            Some(known) => *found.entry(known).or_default() += 1,
            None => unknown.push((case, ours, theirs)),
        }
    }
    println!(
        "{count} pairs, {accepted} accepted by us; disagreements that the specification decides: {found:#?}"
    );
    unknown.sort_by_key(|(case, ..)| case.size());
    for (case, ours, theirs) in unknown.iter().take(10) {
        println!("---\n{case}\nours: {ours:?}\ntheirs: {theirs:?}");
    }
    assert!(
        unknown.is_empty(),
        "{} disagreements, see above",
        unknown.len()
    );
    // Both verdicts have to be common, or nothing was compared.
    assert!(
        accepted * 5 > count && accepted * 5 < count * 4,
        "{accepted} of {count}"
    );
}

/// What we write in older versions means the same to the reference.
#[tokio::test]
async fn the_reference_reads_every_version_that_we_write() {
    use pactwork_contract::SpecificationVersion::{V2, V3, V4};
    let mut runner = runner(CASES);
    let strategy = cases::cases();
    let mut written = BTreeMap::<String, usize>::new();
    for _ in 0..CASES {
        let case: Case = strategy.new_tree(&mut runner).unwrap().current();
        let pact = Pact::read(case.pact().as_bytes(), "case").unwrap().pact;
        let mut verdicts = Vec::new();
        for version in [V2, V3, V4] {
            let Ok(bytes) = pact.to_bytes(version) else {
                continue;
            };
            let text = String::from_utf8(bytes).unwrap();
            verdicts.push((version, theirs(&text, &case.actual).await.0));
            *written.entry(version.to_string()).or_default() += 1;
        }
        let (_, newest) = verdicts[verdicts.len() - 1];
        let same = verdicts.iter().all(|(_, verdict)| *verdict == newest);
        assert!(same, "{case}\n{verdicts:?}");
    }
    assert!(
        written.values().all(|count| *count > CASES / 10),
        "{written:?}"
    );
    assert_eq!(written.len(), 3);
}
