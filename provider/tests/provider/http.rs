//! HTTP interactions: what is sent, what is compared.

use pactwork_contract::{Body, Category, Outcome, Pact, RuleKind, Warning};
use pactwork_matching::Part;
use pactwork_provider::{Event, Target, Verifier, VerifyError};
use serde_json::json;

use crate::support::pacts::{get, http, pact};
use crate::support::server::{Server, json, status};
use crate::support::{assert_passed, only, run, verify};

#[tokio::test]
async fn a_provider_that_answers_as_expected_passes() {
    let server = Server::always(json(json!({ "id": 7, "more": true }))).await;
    let report = verify(
        &server.url,
        pact([http(get("/orders/7", json!({ "id": 7 })))]),
    )
    .await;
    assert_passed(&report);
    let found = only(&report);
    assert_eq!(found.request.as_ref().unwrap().path, "/orders/7");
    assert!(found.mismatches.is_empty() && found.reason.is_none() && found.warnings.is_empty());
}

#[tokio::test]
async fn a_mismatch_stands_at_its_json_path() {
    let server = Server::always(json(json!({ "lines": [{ "sku": 1 }] }))).await;
    let mut expected = get("/orders/7", json!({ "lines": [{ "sku": "ABC-1" }] }));
    let rules = &mut expected.response.matching_rules;
    rules.add(Category::Body, "$.lines[*].sku", RuleKind::Type);
    let report = verify(&server.url, pact([http(expected)])).await;
    assert_eq!(report.outcome(), Outcome::Failed);
    let found = only(&report);
    assert_eq!(found.mismatches[0].path, "$.lines[0].sku");
    assert_eq!(found.mismatches[0].actual, Some(json!(1)));
}

#[tokio::test]
async fn status_and_headers_are_compared() {
    let server = Server::always(status(404, "")).await;
    let mut expected = get("/", json!(null));
    expected.response.body = Body::Missing;
    let headers = &mut expected.response.headers;
    headers.insert("X-Page".into(), vec!["2".into()]);
    let report = verify(&server.url, pact([http(expected)])).await;
    assert_eq!(report.outcome(), Outcome::Failed);
    let parts = only(&report).mismatches.iter().map(|each| each.part);
    let mut parts: Vec<_> = parts.collect();
    parts.sort_unstable();
    assert_eq!(parts, [Part::Status, Part::Header]);
}

#[tokio::test]
async fn the_request_is_sent_as_the_pact_has_it_below_the_base_path() {
    let server = Server::always(status(200, "")).await;
    let mut expected = get("/orders", json!(null));
    expected.response.body = Body::Missing;
    let request = &mut expected.request;
    request.method = "POST".into();
    request
        .query
        .insert("page".into(), vec![Some("2 3".into())]);
    request.headers.insert("X-Trace".into(), vec!["abc".into()]);
    request.body = Body::json(json!({ "id": 7 }));
    let report = verify(&server.url("/api/"), pact([http(expected)])).await;
    assert_passed(&report);
    let seen = &server.seen()[0];
    assert_eq!(
        (seen.method.as_str(), seen.path.as_str()),
        ("POST", "/api/orders?page=2%203")
    );
    assert_eq!(seen.headers["x-trace"], "abc");
    assert_eq!(seen.headers["content-type"], "application/json");
    assert_eq!(seen.json(), json!({ "id": 7 }));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let server = Server::start(|request| async move {
        match request.path.as_str() {
            "/old" => crate::support::server::Reply {
                headers: vec![("location", "/new".into())],
                ..status(301, "")
            },
            _ => json(json!({})),
        }
    })
    .await;
    let report = verify(&server.url, pact([http(get("/old", json!({})))])).await;
    assert_eq!(report.outcome(), Outcome::Failed);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_pending_interaction_is_reported_and_does_not_count() {
    let server = Server::always(status(500, "")).await;
    let mut expected = get("/", json!({}));
    expected.common.pending = true;
    let report = verify(&server.url, pact([http(expected)])).await;
    assert_passed(&report);
    assert_eq!(only(&report).outcome, Outcome::Failed);
    assert!(only(&report).pending);
}

#[tokio::test]
async fn rules_and_generators_that_are_not_understood_are_warnings() {
    let server = Server::always(json(json!({ "id": 7 }))).await;
    let mut expected = get("/", json!({ "id": 7 }));
    let unknown = json!({ "match": "telepathy" }).as_object().unwrap().clone();
    let rules = &mut expected.response.matching_rules;
    rules.add(Category::Body, "$.id", RuleKind::Unknown(unknown));
    let generators = json!({ "path": { "type": "Telepathy" } });
    expected.request.generators.0 = generators.as_object().unwrap().clone();
    let report = verify(&server.url, pact([http(expected)])).await;
    let warnings: Vec<_> = only(&report)
        .warnings
        .iter()
        .map(Warning::to_string)
        .collect();
    assert_eq!(
        warnings[0],
        "$.request.generators.path: the generator \"Telepathy\" is not known; the example stands"
    );
    assert!(
        warnings[1].starts_with("$.response.matchingRules"),
        "{warnings:?}"
    );
    assert!(warnings[1].contains("telepathy"), "{warnings:?}");
}

#[tokio::test]
async fn a_pact_without_interactions_holds_and_says_so() {
    let report = verify("http://127.0.0.1:1", pact([])).await;
    assert_passed(&report);
    assert_eq!(
        report.pacts[0].warnings[0].to_string(),
        "$.interactions: the pact has no interactions, so there was nothing to verify"
    );
}

#[tokio::test]
async fn an_interaction_that_is_not_understood_could_not_be_verified() {
    for (interaction, reason) in [
        (
            json!({ "type": "Carrier/Pigeon", "description": "a bird" }),
            "$.type: expected a type of interaction, found the text \"Carrier/Pigeon\"",
        ),
        (
            json!({ "type": "Synchronous/HTTP", "description": "a bird", "request": {} }),
            "$.response: expected an object, found nothing",
        ),
    ] {
        let file = json!({ "consumer": { "name": "web" }, "provider": { "name": "orders" },
            "interactions": [interaction], "metadata": { "pactSpecification": { "version": "4.0" } } });
        let pact = Pact::read(file.to_string().as_bytes(), "p").unwrap().pact;
        let report = verify("http://127.0.0.1:1", pact).await;
        assert_eq!(
            crate::support::could_not(&report),
            format!("the interaction is not understood and cannot be verified: {reason}")
        );
        assert_eq!(only(&report).description, "a bird");
    }
}

#[tokio::test]
async fn without_a_base_url_http_could_not_be_verified() {
    let report = run(
        Verifier::new(Target::in_process()),
        pact([http(get("/", json!({})))]),
    )
    .await;
    assert_eq!(
        crate::support::could_not(&report),
        "the verifier has no base URL to send HTTP requests to; give it the provider's"
    );
}

#[tokio::test]
async fn a_base_url_that_cannot_be_used_is_an_error() {
    let verifier = Verifier::new(Target::at("ftp://orders"));
    let VerifyError::Url(error) = verifier.run(&[], |_| {}).await.unwrap_err() else {
        panic!("expected an error about the URL");
    };
    assert_eq!(
        error.to_string(),
        "\"ftp://orders\" is not a URL that requests can be sent to: \
         its scheme is \"ftp\", expected \"http\" or \"https\""
    );
}

#[tokio::test]
async fn events_come_in_order_and_the_report_is_json() {
    let server = Server::always(json(json!({ "id": 8 }))).await;
    let pacts = [pact([
        http(get("/7", json!({ "id": 7 }))),
        http(get("/8", json!({ "id": 8 }))),
    ])];
    let mut heard = Vec::new();
    let verifier = Verifier::new(Target::at(&server.url));
    let report = verifier
        .run(&pacts, |event| heard.push(in_short(event)))
        .await
        .unwrap();
    assert_eq!(
        heard,
        [
            "1 pacts, 2 interactions",
            "web: GET /7: failed",
            "web: GET /8: passed",
            "failed"
        ]
    );

    let written = serde_json::to_value(&report).unwrap();
    assert_eq!(written["format_version"], 1);
    assert_eq!(written["outcome"], "failed");
    assert_eq!(
        written["pacts"][0]["content"],
        pacts[0].content_id().as_str()
    );
    let interaction = &written["pacts"][0]["interactions"][0];
    assert_eq!(interaction["type"], "Synchronous/HTTP");
    assert_eq!(
        interaction["request"],
        json!({ "method": "GET", "path": "/7" })
    );
    assert_eq!(interaction["outcome"], "failed");
    assert_eq!(interaction["mismatches"][0]["path"], "$.id");
    assert!(interaction["duration_ms"].as_f64().unwrap() > 0.0);
}

fn in_short(event: Event<'_>) -> String {
    match event {
        Event::Started {
            pacts,
            interactions,
            ..
        } => {
            format!("{pacts} pacts, {interactions} interactions")
        }
        Event::Checked {
            consumer,
            interaction,
            ..
        } => {
            format!(
                "{consumer}: {}: {}",
                interaction.description, interaction.outcome
            )
        }
        Event::Finished { report, .. } => report.outcome().to_string(),
        _ => panic!("an event that is not known"),
    }
}

#[tokio::test]
async fn a_verification_is_ready_to_be_recorded() {
    let server = Server::always(json(json!({ "id": 8 }))).await;
    let report = verify(&server.url, pact([http(get("/7", json!({ "id": 7 })))])).await;
    let verification = report.pacts[0].verification(&pactwork_provider::VerifiedVersion {
        version: "abc123".into(),
        branch: Some("main".into()),
        verified_at: "2026-10-01T12:00:00Z".into(),
        build_url: None,
    });
    assert_eq!(
        serde_json::to_value(&verification).unwrap(),
        json!({
            "consumer": "web",
            "provider": "orders",
            "provider_version": "abc123",
            "provider_branch": "main",
            "pact": report.pacts[0].content.as_str(),
            "outcome": "failed",
            "verified_at": "2026-10-01T12:00:00Z",
            "interactions": [{
                "description": "GET /7",
                "outcome": "failed",
                "problems": [only(&report).mismatches[0].to_string()],
            }],
        })
    );
}
