//! HTTP/2, with prior knowledge.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use pactwork_consumer::matchers::like;
use pactwork_consumer::{Fault, MockProvider, Pact, get, post, status};
use tempfile::tempdir;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::client;

pub async fn connect<B>(provider: &MockProvider) -> SendRequest<B>
where
    B: Body<Data = Bytes, Error = Infallible> + Send + Unpin + 'static,
{
    let stream = TcpStream::connect(provider.address()).await.unwrap();
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    sender
}

fn request(line: &str) -> Request<Full<Bytes>> {
    let (method, path) = line.split_once(' ').unwrap();
    let request = Request::builder().method(method);
    let request = request.uri(format!("http://localhost{path}"));
    request.body(Full::default()).unwrap()
}

async fn body<B: Body<Data = Bytes>>(response: Response<B>) -> Result<Bytes, B::Error> {
    Ok(response.into_body().collect().await?.to_bytes())
}

#[tokio::test]
async fn both_versions_of_http_are_answered_on_one_port() {
    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "orders").output(folder.path());
    let pact = pact.when(get("/a").query("b", "1"));
    let provider = pact.then(status(200).text("seven")).start().await.unwrap();
    let mut sender = connect(&provider).await;
    let answer = sender.send_request(request("GET /a?b=1")).await.unwrap();
    assert_eq!(answer.version(), Version::HTTP_2);
    assert_eq!(body(answer).await.unwrap(), "seven");
    assert_eq!(client::get(&provider, "/a?b=1").await.body, "seven");
    let report = provider.finish().await.unwrap().report;
    assert_eq!(report.interactions[0].times, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_share_one_connection_and_none_is_lost() {
    const REQUESTS: u64 = 1_000;
    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "orders").output(folder.path());
    let pact = pact.when(get("/a")).then(status(200));
    let provider = pact.start().await.unwrap();
    let sender = connect::<Full<Bytes>>(&provider).await;
    let asking = (0..REQUESTS).map(|_| {
        let mut sender = sender.clone();
        tokio::spawn(async move { sender.send_request(request("GET /a")).await })
    });
    for asked in asking.collect::<Vec<_>>() {
        assert_eq!(asked.await.unwrap().unwrap().status(), 200);
    }
    let report = provider.finish().await.unwrap().report;
    assert_eq!(report.interactions[0].times, REQUESTS);
}

#[tokio::test]
async fn an_unexpected_request_is_told_as_over_http_1() {
    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "orders").output(folder.path());
    let provider = pact
        .when(get("/a"))
        .then(status(200))
        .start()
        .await
        .unwrap();
    let mut sender = connect(&provider).await;
    let answer = sender.send_request(request("GET /b")).await.unwrap();
    assert_eq!(answer.status(), 500);
    let told: serde_json::Value = serde_json::from_slice(&body(answer).await.unwrap()).unwrap();
    assert_eq!(told["nearest"]["expects"], "GET /a");
    provider.finish().await.unwrap_err();
}

#[tokio::test]
async fn a_fault_breaks_its_stream_and_leaves_the_others() {
    let folder = tempdir().unwrap();
    let provider = Pact::between("web", "orders")
        .output(folder.path())
        .when(get("/dropped"))
        .then(status(200).fault(Fault::DropConnection))
        .when(get("/truncated"))
        .then(status(200).text("seven").fault(Fault::TruncateBody(2)))
        .when(get("/wrong-length"))
        .then(status(200).text("seven").fault(Fault::ContentLength(99)))
        .when(get("/whole"))
        .then(status(200).text("seven"))
        .start()
        .await
        .unwrap();
    let mut sender = connect::<Full<Bytes>>(&provider).await;
    let error = sender.send_request(request("GET /dropped")).await;
    assert!(reason(&error.unwrap_err()).contains("internal error"));

    let answer = sender
        .send_request(request("GET /truncated"))
        .await
        .unwrap();
    assert_eq!(answer.headers()["content-length"], "5");
    let mut truncated = answer.into_body();
    let first = truncated.frame().await.unwrap().unwrap();
    assert_eq!(first.into_data().unwrap(), "se");
    let error = truncated.frame().await.unwrap().unwrap_err();
    assert!(reason(&error).contains("internal error"), "{error:?}");

    let answer = sender
        .send_request(request("GET /wrong-length"))
        .await
        .unwrap();
    assert_eq!(answer.headers()["content-length"], "99");
    body(answer).await.unwrap_err();

    let answer = sender.send_request(request("GET /whole")).await.unwrap();
    assert_eq!(body(answer).await.unwrap(), "seven");
    let path = provider.finish().await.unwrap().pact.unwrap();
    let written = pactwork_contract::read_file(&path).unwrap().pact;
    assert_eq!(written.interactions.len(), 1);
}

fn reason(error: &hyper::Error) -> String {
    std::error::Error::source(error).unwrap().to_string()
}

#[tokio::test]
async fn a_request_on_its_way_still_counts_when_the_mock_provider_finishes() {
    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "orders").output(folder.path());
    let pact = pact.when(post("/orders").text("abc")).then(status(201));
    let provider = pact.start().await.unwrap();
    let mut sender = connect(&provider).await;
    let (rest, stream) = pieces();
    let request = Request::post("http://localhost/orders").header("content-type", "text/plain");
    let request = request.body(stream).unwrap();
    let answering = tokio::spawn(async move { sender.send_request(request).await });
    rest.send("ab".into()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let finishing = tokio::spawn(provider.finish());
    tokio::time::sleep(Duration::from_millis(50)).await;
    rest.send("c".into()).await.unwrap();
    drop(rest);
    assert_eq!(answering.await.unwrap().unwrap().status(), 201);
    finishing.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_body_that_is_reset_half_way_is_reported() {
    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "orders").output(folder.path());
    let pact = pact.when(post("/orders").text(like("abc")));
    let provider = pact.then(status(201)).start().await.unwrap();
    let sender = connect(&provider).await;
    let mut patience = Duration::from_millis(5);
    // A request that is given up before it was sent was none.
    while provider.requests().is_empty() {
        let (rest, stream) = pieces();
        let request = Request::post("http://localhost/orders").body(stream);
        let (request, mut sender) = (request.unwrap(), sender.clone());
        let answering = tokio::spawn(async move { sender.send_request(request).await });
        rest.send("ab".into()).await.unwrap();
        tokio::time::sleep(patience).await;
        answering.abort();
        tokio::time::sleep(patience).await;
        patience *= 2;
    }
    let error = provider.finish().await.unwrap_err().to_string();
    assert!(error.contains("- POST /orders"), "{error}");
    let expected = "\n    its body was not received whole: ";
    assert!(error.contains(expected), "{error}");
}

/// A body whose pieces come when the test sends them.
pub struct Pieces(Receiver<Bytes>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.0.poll_recv(context);
        piece.map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}

pub fn pieces() -> (Sender<Bytes>, Pieces) {
    let (sender, receiver) = channel(1);
    (sender, Pieces(receiver))
}
