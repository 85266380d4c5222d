//! What a suite that runs in a browser needs (Fetch standard, "CORS protocol").

use pactwork_consumer::server::Cors;
use pactwork_consumer::{MockProvider, Pact, get, options, put, status};
use tempfile::tempdir;

use crate::client::{self, Answer, Client};

const ORIGIN: &str = "Origin: http://localhost:3000";
const PREFLIGHT: [&str; 3] = [
    ORIGIN,
    "Access-Control-Request-Method: PUT",
    "Access-Control-Request-Headers: content-type,x-trace",
];

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.header(name).unwrap_or("-")
}

async fn start(pact: Pact) -> MockProvider {
    pact.when(put("/orders/7"))
        .then(status(200).header("X-Total", "1").text("seven"))
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_browsers_requests_are_let_through_and_leave_no_trace() {
    let recorded = async |cors: bool| {
        let folder = tempdir().unwrap();
        let pact = Pact::between("web", "orders").output(folder.path());
        let provider = start(if cors { pact.cors() } else { pact }).await;
        let mut client = Client::of(&provider).await;
        if cors {
            let answer = client.send("OPTIONS /orders/7", &PREFLIGHT, "").await;
            assert_eq!(answer.status, 204);
            for (name, expected) in [
                ("access-control-allow-origin", "http://localhost:3000"),
                ("access-control-allow-methods", "PUT"),
                ("access-control-allow-headers", "content-type,x-trace"),
                ("access-control-allow-credentials", "true"),
                ("vary", "Origin"),
            ] {
                assert_eq!(header(&answer, name), expected);
            }
        }
        let answer = client.send("PUT /orders/7", &[ORIGIN], "").await;
        assert_eq!(answer.body, "seven");
        let allowed = if cors { "http://localhost:3000" } else { "-" };
        assert_eq!(header(&answer, "access-control-allow-origin"), allowed);
        let exposed = header(&answer, "access-control-expose-headers");
        assert_eq!(exposed.contains("x-total"), cors, "{exposed}");
        assert_eq!(provider.requests().len(), 1);
        let finished = provider.finish().await.unwrap();
        std::fs::read(finished.pact.unwrap()).unwrap()
    };
    assert_eq!(recorded(true).await, recorded(false).await);
}

#[tokio::test]
async fn the_diagnosis_can_be_read_by_the_page() {
    let folder = tempdir().unwrap();
    let provider = start(Pact::between("web", "orders").output(folder.path()).cors()).await;
    let answer = client::send(&provider, "PUT /orders/8", &[ORIGIN], "").await;
    assert_eq!(answer.status, 500);
    let allowed = header(&answer, "access-control-allow-origin");
    assert_eq!(allowed, "http://localhost:3000");
    assert_eq!(answer.json()["nearest"]["expects"], "PUT /orders/7");
    provider.finish().await.unwrap_err();
}

#[tokio::test]
async fn a_client_that_is_no_browser_sees_nothing_of_it() {
    let folder = tempdir().unwrap();
    let provider = start(Pact::between("web", "orders").output(folder.path()).cors()).await;
    let answer = client::send(&provider, "PUT /orders/7", &[], "").await;
    assert_eq!(header(&answer, "access-control-allow-origin"), "-");
    assert_eq!(header(&answer, "vary"), "-");
    // Without Origin it is a request like any other.
    let answer = client::send(&provider, "OPTIONS /orders/7", &[], "").await;
    assert_eq!(answer.status, 500);
    provider.finish().await.unwrap_err();
}

#[tokio::test]
async fn an_interaction_that_expects_options_answers_itself() {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "orders")
        .output(folder.path())
        .cors()
        .when(options("/orders/7"))
        .then(status(200).header("Access-Control-Allow-Origin", "*"))
        .when(get("/orders/7"))
        .then(status(200))
        .start()
        .await
        .unwrap();
    let mut client = Client::of(&provider).await;
    let answer = client.send("OPTIONS /orders/7", &PREFLIGHT, "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(header(&answer, "access-control-allow-origin"), "*");
    client.send("GET /orders/7", &[ORIGIN], "").await;
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn another_origin_than_those_that_are_allowed_is_refused_and_reported() {
    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "orders").output(folder.path());
    let cors = Cors::origins(["http://localhost:3000", "http://localhost:4000"]);
    let provider = start(pact.cors_for(cors)).await;
    let mut client = Client::of(&provider).await;
    let answer = client.send("PUT /orders/7", &[ORIGIN], "").await;
    assert_eq!(answer.status, 200);
    let foreign = ["Origin: http://evil.example", PREFLIGHT[1]];
    let answer = client.send("OPTIONS /orders/7", &foreign, "").await;
    assert_eq!(answer.status, 403);
    assert_eq!(header(&answer, "access-control-allow-origin"), "-");
    let error = provider.finish().await.unwrap_err().to_string();
    let expected = "OPTIONS /orders/7\n    the origin \"http://evil.example\" is not among those \
        that CORS is for: http://localhost:3000, http://localhost:4000";
    assert!(error.contains(expected), "{error}");
}
