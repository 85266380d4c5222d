//! HTTP/2 with prior knowledge.

use pactwork_provider::{HttpOptions, Target, Verifier};
use serde_json::json;

use crate::support::pacts::{get, http, pact};
use crate::support::server::{Server, json};
use crate::support::tls::Secure;
use crate::support::{assert_passed, could_not, run};

fn over_http2(url: &str) -> Verifier {
    Verifier::new(Target::at(url)).http(HttpOptions::new().http2(true))
}

#[tokio::test]
async fn a_provider_of_http2_alone_is_verified() {
    let server = Secure::plain_http2(json!({ "id": 7 })).await;
    let interactions = (0..20).map(|each| http(get(&format!("/{each}"), json!({ "id": 7 }))));
    let verifier = over_http2(&server.url).jobs(8);
    assert_passed(&run(verifier, pact(interactions)).await);
}

#[tokio::test]
async fn a_provider_that_speaks_another_version_is_said() {
    let server = Server::always(json(json!({}))).await;
    let report = run(over_http2(&server.url), pact([http(get("/", json!({})))])).await;
    let reason = could_not(&report);
    assert!(
        reason.ends_with("; what answers may not speak HTTP/2"),
        "{reason}"
    );

    let server = Secure::plain_http2(json!({})).await;
    let verifier = Verifier::new(Target::at(&server.url));
    let report = run(verifier, pact([http(get("/", json!({})))])).await;
    let reason = could_not(&report);
    assert!(
        reason.contains("may not speak HTTP, or only HTTP/2"),
        "{reason}"
    );
}
