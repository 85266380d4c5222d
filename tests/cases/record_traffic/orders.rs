//! A provider: an HTTP server in the test's process.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::{Body, Frame, Incoming};
use hyper::{Request, Response};
use pactwork_consumer::server::{
    Disconnect, Handler, Outgoing, Server, ServerOptions, received_whole, streamed, whole,
};
use serde_json::{Value, json};

/// What no file and no line of output may hold.
pub const SECRET: &str = "hunter2-s3cr3t";

/// How much `/big` answers.
pub const BIG: usize = 50_000_000;

/// A running provider.
pub struct Orders {
    server: Server<()>,
}

struct Answers {
    /// What the identifier of an order is called.
    id: &'static str,
    asked: AtomicU64,
}

impl Orders {
    pub fn start() -> Self {
        Self::calling_it("id")
    }

    pub fn calling_it(id: &'static str) -> Self {
        let answers = Answers {
            id,
            asked: AtomicU64::new(0),
        };
        let options = ServerOptions::default().threads(2);
        Self {
            server: Server::start(Arc::new(answers), &options, || ()).unwrap(),
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }
}

impl Handler for Answers {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Outgoing>, Disconnect> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let (head, body) = request.into_parts();
        let path = head.uri.path().to_owned();
        let header = |name: &str| {
            let value = head.headers.get(name)?;
            Some(value.to_str().unwrap().to_owned())
        };
        Ok(match path.as_str() {
            "/big" => promising(BIG, streamed(Zeros(BIG))),
            "/cut" => promising(10, streamed(Cut(0))),
            "/seen" => json_response(
                200,
                &json!({
                    "host": header("host"), "connection": header("connection"), "te": header("te"),
                    "encoding": header("accept-encoding"), "trace": header("x-trace"),
                    "query": head.uri.query(), "method": head.method.as_str(),
                }),
            ),
            "/count" => {
                let body = received_whole(Request::new(body), usize::MAX)
                    .await
                    .1
                    .unwrap();
                json_response(200, &json!({ "bytes": body.len() }))
            }
            "/gone" => return Err(Disconnect),
            "/broken" => json_response(503, &json!({ "error": "later" })),
            "/moved" => {
                let mut response = json_response(302, &Value::Null);
                let to = format!("http://{}/orders/7", header("host").unwrap());
                response
                    .headers_mut()
                    .insert("location", to.parse().unwrap());
                *response.body_mut() = whole("");
                response
            }
            "/zipped" => {
                let mut response = json_response(200, &Value::Null);
                response
                    .headers_mut()
                    .insert("content-encoding", "gzip".parse().unwrap());
                *response.body_mut() = whole(gzip(br#"{"zipped": true}"#));
                response
            }
            "/login" => json_response(
                200,
                &json!({
                    "access_token": SECRET, "session": { "Refresh-Token": SECRET }, "iban": SECRET,
                    "user": { "name": SECRET },
                }),
            ),
            "/orders" => json_response(201, &json!({ self.id: 31 })),
            path => self.order(path),
        })
    }
}

impl Answers {
    fn order(&self, path: &str) -> Response<Outgoing> {
        let number: Option<u64> = path.strip_prefix("/orders/").and_then(|id| id.parse().ok());
        match number {
            Some(number) if number < 900 => json_response(
                200,
                &json!({
                    self.id: number,
                    "at": format!("2026-05-{:02}T10:00:00Z", number % 28 + 1),
                    "state": if number % 2 == 0 { "open" } else { "paid" },
                    "lines": [{ "sku": format!("ABC-{number}"), "count": number }],
                }),
            ),
            _ => json_response(404, &json!({ "error": "there is no such order" })),
        }
    }
}

fn json_response(status: u16, body: &Value) -> Response<Outgoing> {
    let mut response = Response::new(whole(body.to_string()));
    *response.status_mut() = status.try_into().unwrap();
    let headers = response.headers_mut();
    headers.insert(
        "content-type",
        "application/json; charset=utf-8".parse().unwrap(),
    );
    headers.insert("set-cookie", format!("session={SECRET}").parse().unwrap());
    response
}

/// An answer that says how long it will be.
fn promising(length: usize, body: Outgoing) -> Response<Outgoing> {
    let mut response = Response::new(body);
    response
        .headers_mut()
        .insert("content-length", length.into());
    response
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// So many zeros, in pieces.
struct Zeros(usize);

/// Less than was promised, and then the end.
struct Cut(u8);

type Polled = std::task::Poll<Option<Result<Frame<Bytes>, std::io::Error>>>;

impl Body for Zeros {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> Polled {
        let piece = self.0.min(1 << 16);
        self.0 -= piece;
        std::task::Poll::Ready((piece > 0).then(|| Ok(Frame::data(Bytes::from(vec![b'0'; piece])))))
    }
}

impl Body for Cut {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> Polled {
        self.0 += 1;
        match self.0 {
            1 => std::task::Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"half"))))),
            // Until what there is has gone out.
            2 => {
                context.waker().wake_by_ref();
                std::task::Poll::Pending
            }
            _ => std::task::Poll::Ready(Some(Err(std::io::Error::other("gone")))),
        }
    }
}

/// Sends a request and reads the whole answer, or what came of it.
pub fn ask(url: &str, first_line: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let address = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    let mut head = format!(
        "{first_line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

/// The same, where all is text.
pub fn ask_text(url: &str, first_line: &str, headers: &[(&str, &str)], body: &str) -> String {
    String::from_utf8(ask(url, first_line, headers, body.as_bytes())).unwrap()
}
