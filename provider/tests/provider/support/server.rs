use std::convert::Infallible;
use std::future::Future;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper::{HeaderMap, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

/// An HTTP server in this process, gone when it is dropped.
pub struct Server {
    pub url: String,
    seen: Arc<Mutex<Vec<Request>>>,
    task: AbortHandle,
}

#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Request {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

#[derive(Debug, Clone, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Bytes,
}

pub fn json(value: Value) -> Reply {
    Reply {
        status: 200,
        headers: vec![("content-type", "application/json".into())],
        body: value.to_string().into(),
    }
}

pub fn status(status: u16, body: &'static str) -> Reply {
    Reply {
        status,
        body: body.into(),
        ..Reply::default()
    }
}

impl Server {
    pub async fn start<F, R>(answer: F) -> Self
    where
        F: Fn(Request) -> R + Send + Sync + 'static,
        R: Future<Output = Reply> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let task = tokio::spawn(accept(listener, Arc::new(answer), Arc::clone(&seen)));
        Self {
            url,
            seen,
            task: task.abort_handle(),
        }
    }

    /// Answers every request alike.
    pub async fn always(reply: Reply) -> Self {
        Self::start(move |_| std::future::ready(reply.clone())).await
    }

    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves until the process ends.
pub async fn serve_on<F, R>(listener: TcpListener, answer: F)
where
    F: Fn(Request) -> R + Send + Sync + 'static,
    R: Future<Output = Reply> + Send + 'static,
{
    accept(listener, Arc::new(answer), Arc::default()).await;
}

async fn accept<F, R>(listener: TcpListener, answer: Arc<F>, seen: Arc<Mutex<Vec<Request>>>)
where
    F: Fn(Request) -> R + Send + Sync + 'static,
    R: Future<Output = Reply> + Send + 'static,
{
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, Arc::clone(&answer), Arc::clone(&seen)));
    }
}

async fn serve<F, R>(stream: TcpStream, answer: Arc<F>, seen: Arc<Mutex<Vec<Request>>>)
where
    F: Fn(Request) -> R + Send + Sync + 'static,
    R: Future<Output = Reply> + Send + 'static,
{
    let service = service_fn(|request| async {
        let request = received(request).await;
        seen.lock().unwrap().push(request.clone());
        Ok::<_, Infallible>(response(answer(request).await))
    });
    let connection = hyper::server::conn::http1::Builder::new();
    let _ = connection
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn received(request: hyper::Request<hyper::body::Incoming>) -> Request {
    let (head, body) = request.into_parts();
    Request {
        method: head.method.to_string(),
        path: head.uri.to_string(),
        headers: head.headers,
        body: body.collect().await.unwrap().to_bytes(),
    }
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Full::new(reply.body)).unwrap()
}
