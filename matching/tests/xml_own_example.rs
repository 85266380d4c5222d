//! An XML example keeps its own rules, whatever it looks like.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod xml_documents;

use pactwork_contract::{Body, Category, Content, MatchingRules, Request, Response};
use pactwork_matching::{RequestMatcher, ResponseMatcher, actual};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use xml_documents::{Case, Profile, cases};

const CASES: u32 = 2_000;
const SEED: [u8; 32] = [11; 32];
const XML: &str = "application/xml";

/// More cases, from a random seed, where `PACTWORK_PROPERTY_CASES` asks for them.
fn runner() -> TestRunner {
    let asked = std::env::var("PACTWORK_PROPERTY_CASES").ok();
    let config = Config {
        cases: asked.as_ref().map_or(CASES, |count| count.parse().unwrap()),
        failure_persistence: None,
        ..Config::default()
    };
    match asked {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &SEED)),
    }
}

fn body(text: &str) -> Body {
    Body::Present {
        content: Content::Text(text.into()),
        content_type: Some(XML.into()),
    }
}

/// What a request and a response with the example as body differ in from the example.
fn mismatches(case: &Case) -> String {
    let mut matching_rules = MatchingRules::default();
    let rules = matching_rules.categories.entry(Category::Body).or_default();
    rules.extend(case.rules.iter().cloned());
    let response = ResponseMatcher::compile(&Response {
        body: body(&case.text),
        matching_rules: matching_rules.clone(),
        ..Response::default()
    });
    let request = RequestMatcher::compile(&Request {
        body: body(&case.text),
        matching_rules,
        ..Request::default()
    });
    assert_eq!(response.warnings(), [], "{case:#?}");
    let headers = &[("Content-Type", XML)];
    let received = response.compare(&actual::Response {
        status: 200,
        headers,
        body: case.text.as_bytes(),
    });
    let sent = request.compare(&actual::Request {
        method: "GET",
        path: "/",
        query: None,
        headers,
        body: case.text.as_bytes(),
    });
    format!("{received}{sent}")
}

fn every_example_keeps_its_rules(profile: Profile) {
    let found = runner().run(&cases(profile), |case| match mismatches(&case) {
        none if none.is_empty() => Ok(()),
        some => Err(TestCaseError::fail(some)),
    });
    if let Err(TestError::Fail(reason, case)) = found {
        panic!("{reason}\n{}\n{:#?}", case.text, case.rules);
    }
    found.unwrap();
}

#[test]
fn rules_about_one_place_each() {
    every_example_keeps_its_rules(Profile::Mixed);
}

#[test]
fn rules_about_numbers_everywhere() {
    every_example_keeps_its_rules(Profile::Digits);
}
