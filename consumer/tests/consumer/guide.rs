//! The tests that `docs/consumer.md` shows, as it shows them.

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use pactwork_consumer::matchers::{Matcher, datetime, each_like, from_state, integer, regex, uuid};
use pactwork_consumer::{
    Fault, Message, Pact, Part, SynchronousExchange, element, get, post, status, status_in,
};
use pactwork_consumer::{StatusClass, put};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tempfile::tempdir;

type Failed = Box<dyn Error>;

/// The consumer: what it asks of the provider, with as little as possible around it.
struct OrdersClient {
    address: String,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Order {
    id: u64,
    lines: Vec<Line>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Line {
    sku: String,
}

impl OrdersClient {
    fn at(url: &str) -> Self {
        let address = url.trim_start_matches("http://").to_owned();
        Self { address }
    }

    fn order(&self, id: u64) -> Result<Order, Failed> {
        let request = format!("GET /orders/{id} HTTP/1.0\r\nAccept: application/json\r\n\r\n");
        Ok(serde_json::from_str(&self.ask(&request)?)?)
    }

    fn patient_order(&self, id: u64) -> Result<Order, Failed> {
        self.order(id).or_else(|_| self.order(id))
    }

    fn cancel(&self, id: u64) -> Result<String, Failed> {
        self.ask(&format!("PUT /orders/{id}/cancelled HTTP/1.0\r\n\r\n"))
    }

    fn state(&self, job: u64) -> Result<String, Failed> {
        self.ask(&format!("GET /jobs/{job} HTTP/1.0\r\n\r\n"))
    }

    fn ask(&self, request: &str) -> Result<String, Failed> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
        match head.split(' ').nth(1) {
            Some(code) if code.starts_with('2') => Ok(body.to_owned()),
            code => Err(format!("status {code:?}: {body}").into()),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_read() -> Result<(), Failed> {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "orders")
        .output(folder.path())
        .given("order 7 exists")
        .upon_receiving("a request for order 7")
        .when(get("/orders/7").header("Accept", "application/json"))
        .then(status(200).json(json!({
            "id": integer(7),
            "lines": each_like(json!({ "sku": regex(r"[A-Z]{3}-\d+", "ABC-1") })),
        })))
        .start()
        .await?;

    let order = OrdersClient::at(provider.url()).order(7)?; // the real client
    assert_eq!(order.lines[0].sku, "ABC-1");

    provider.finish().await?; // records, or says what was wrong
    Ok(())
}

#[test]
fn what_differs_is_said() {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "orders")
        .output(folder.path())
        .given("order 7 exists")
        .upon_receiving("a request for order 7")
        .when(get("/orders/7").header("Accept", "text/html"))
        .then(status(200))
        .start_blocking()
        .unwrap();
    OrdersClient::at(provider.url()).order(7).unwrap_err();
    let told = provider.finish_blocking().unwrap_err().to_string();
    let shown = block("text", "did not use orders");
    assert_eq!(told, shown.trim_end());
}

#[test]
fn words_of_ones_own() {
    fn order_number(example: &str) -> impl Matcher {
        regex("[A-Z]{3}-[0-9]+", example)
    }

    fn money(amount: i64) -> impl Matcher {
        json!({ "amount": integer(amount), "currency": regex("[A-Z]{3}", "EUR") })
    }

    let response = status(200)
        .header("X-Order", order_number("ABC-7"))
        .json(json!({ "number": order_number("ABC-7"), "total": money(995) }));
    drop(response);
}

#[test]
fn every_kind_of_body() {
    #[derive(Serialize)]
    struct NewOrder {
        sku: String,
    }

    let example = NewOrder {
        sku: "ABC-1".into(),
    };
    let requests = [
        post("/orders").json_like(&example), // any type that derives Serialize, compared by type
        post("/orders").form(json!({ "sku": regex("[A-Z]+-[0-9]+", "ABC-1"), "tag": ["a", "b"] })),
        post("/orders").xml(element("order").attribute("id", integer(7)).text("ABC-1")),
        post("/photos").multipart([
            Part::text("title", "Front"),
            Part::bytes("photo", "front.png", "image/png", b"\x89PNG\r\n\x1a\n"),
        ]),
        post("/photos").body_of_type("image/png", b"\x89PNG\r\n\x1a\n"), // any PNG will do
    ];
    drop(requests);
}

#[test]
fn status_classes_states_and_dates() {
    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "orders")
        .given_with("an order exists", json!({ "id": 7 }))
        .upon_receiving("the cancellation of an order")
        .when(put(from_state(
            "/orders/${id}/cancelled",
            "/orders/7/cancelled",
        )))
        .then(status_in(StatusClass::Success).json(json!({
            "receipt": uuid("c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f"),
            "at": datetime("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-05-01T10:00:00+02:00"),
        })));
    let provider = pact.output(folder.path()).start_blocking().unwrap();
    OrdersClient::at(provider.url()).cancel(7).unwrap();
    provider.finish_blocking().unwrap();
}

#[test]
fn a_job_is_polled() -> Result<(), Failed> {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "jobs")
        .output(folder.path())
        .given("job 1 is running")
        .when(get("/jobs/1"))
        .times(2)
        .then(status(200).text("running"))
        .given("job 1 is done")
        .when(get("/jobs/1"))
        .then(status(200).text("done"))
        .start_blocking()?;

    let jobs = OrdersClient::at(provider.url());
    let states = [jobs.state(1)?, jobs.state(1)?, jobs.state(1)?];
    assert_eq!(states, ["running", "running", "done"]);
    provider.finish_blocking()?;
    Ok(())
}

#[test]
fn a_failure_is_survived() -> Result<(), Failed> {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "orders")
        .output(folder.path())
        .given("order 8 exists")
        .when(get("/orders/8"))
        .then(
            status(200)
                .json(json!({ "id": 8, "lines": [] }))
                .delay(Duration::from_millis(20))
                .fault_first(1, Fault::DropConnection),
        )
        .start_blocking()?;

    let order = OrdersClient::at(provider.url()).patient_order(8)?; // tries twice
    assert_eq!(order.id, 8);
    provider.finish_blocking()?;
    Ok(())
}

#[test]
fn an_event_is_handled() -> Result<(), Failed> {
    let folder = tempdir().unwrap();
    fn on_order_shipped(event: &Value) -> Result<u64, String> {
        event["order"].as_u64().ok_or("no order".into())
    }

    Pact::between("web", "orders")
        .output(folder.path())
        .given("an order was shipped")
        .message("OrderShipped")
        .json(json!({ "order": integer(7) }))
        .metadata("topic", "orders")
        .example(json!({ "order": 7, "carrier": "post" })) // as the provider really sends it
        .verify(|message: &Message| {
            let event: Value = message.json().map_err(|error| error.to_string())?;
            on_order_shipped(&event) // the real handler
        })?;
    Ok(())
}

#[test]
fn a_price_is_asked_over_a_queue() -> Result<(), Failed> {
    let folder = tempdir().unwrap();
    Pact::between("web", "prices")
        .output(folder.path())
        .synchronous_message("PriceRequested")
        .request(json!({ "sku": regex("[A-Z]{3}-[0-9]+", "ABC-1") }))
        .response(json!({ "amount": integer(995) }))
        .verify(|exchange: &SynchronousExchange| {
            let request = Message::of("application/json", r#"{ "sku": "ABC-1" }"#);
            let answers = exchange.send(&request)?; // in place of the queue
            let price: Value = answers[0].json()?;
            assert_eq!(price["amount"], 995);
            Ok::<_, Failed>(())
        })?;
    Ok(())
}

const GUIDE: &str = include_str!("../../../docs/consumer.md");

/// The code blocks of a language, in order.
fn blocks(language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let parts = GUIDE.split(&fence).skip(1);
    parts
        .map(|part| part.split("```").next().unwrap_or_default().to_owned())
        .collect()
}

fn block(language: &str, with: &str) -> String {
    let mut found = blocks(language).into_iter();
    let found = found.find(|block| block.contains(with));
    found.unwrap_or_else(|| panic!("docs/consumer.md has no block of {language} with {with:?}"))
}

/// Without white space and what rustfmt adds, and without the folder of each test.
fn bare(code: &str) -> String {
    let code: String = code.split_whitespace().collect();
    code.replace(",)", ")")
        .replace(".output(folder.path())", "")
}

#[test]
fn the_guide_shows_what_is_tested_here() {
    let tested = bare(include_str!("guide.rs"));
    let shown = blocks("rust");
    assert!(shown.len() >= 8, "{}", shown.len());
    for block in shown {
        assert!(
            tested.contains(&bare(&block)),
            "this is not tested:\n{block}"
        );
    }
}
