use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{oneshot, watch};

use super::stage::Stage;
use super::{FinishError, Finished, StartError};

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 4096;
/// How long a request that is on its way may take to arrive once the mock provider finishes.
const GRACE: Duration = Duration::from_secs(1);
/// How long to wait after a connection could not be accepted: for want of file handles, usually.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// A server on a thread and runtime of its own. So it works in and outside of
/// any runtime, and also while a test blocks the only thread of its runtime.
/// Dropping it ends the thread.
#[derive(Debug)]
pub(super) struct Server {
    pub address: SocketAddr,
    finish: oneshot::Sender<()>,
    finished: oneshot::Receiver<()>,
    thread: JoinHandle<Result<Finished, FinishError>>,
}

impl Server {
    pub fn start(
        stage: Arc<Stage>,
        address: SocketAddr,
        threads: usize,
    ) -> Result<Self, StartError> {
        let runtime = OwnRuntime::new(threads).map_err(StartError::Run)?;
        let listener = runtime
            .listen(address)
            .map_err(|reason| match reason.kind() {
                io::ErrorKind::AddrInUse => StartError::PortInUse(address),
                _ => StartError::Listen { address, reason },
            })?;
        let address = listener.local_addr().map_err(StartError::Run)?;
        stage.listening(address);
        let (finish, asked) = oneshot::channel();
        let (ending, finished) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("mock provider".into())
            .spawn(move || {
                let finishing = runtime.block_on(serve(listener, stage.clone(), asked));
                let result = match finishing {
                    true => stage.conclude(),
                    false => Err(FinishError::Ended("it was dropped".into())),
                };
                drop(runtime);
                drop(ending);
                result
            })
            .map_err(StartError::Run)?;
        Ok(Self {
            address,
            finish,
            finished,
            thread,
        })
    }

    /// Waits for requests on their way, ends the server, records.
    pub async fn finish(self) -> Result<Finished, FinishError> {
        // An error says that the thread has ended, and joining it says why.
        let _ = self.finish.send(());
        let _ = self.finished.await;
        joined(self.thread)
    }

    /// The same, blocking this thread.
    pub fn finish_blocking(self) -> Result<Finished, FinishError> {
        let _ = self.finish.send(());
        joined(self.thread)
    }
}

fn joined(thread: JoinHandle<Result<Finished, FinishError>>) -> Result<Finished, FinishError> {
    thread.join().unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(FinishError::Ended(
            text.unwrap_or_else(|| "it panicked".into()),
        ))
    })
}

/// A runtime that may be dropped anywhere: dropping tokio's own within async code panics.
#[derive(Debug)]
struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    fn new(threads: usize) -> io::Result<Self> {
        let mut builder = match threads {
            0 | 1 => Builder::new_current_thread(),
            _ => Builder::new_multi_thread(),
        };
        let runtime = builder
            .worker_threads(threads.max(1))
            .enable_all()
            .build()?;
        Ok(Self(Some(runtime)))
    }

    fn listen(&self, address: SocketAddr) -> io::Result<TcpListener> {
        let _entered = self.0.as_ref().map(Runtime::enter);
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        // Elsewhere than on Unix this would let two servers share one port.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    }

    fn block_on<T: Default>(&self, future: impl Future<Output = T>) -> T {
        match &self.0 {
            Some(runtime) => runtime.block_on(future),
            None => T::default(),
        }
    }
}

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Serves until asked to finish, or until nobody can ask any more; says which.
async fn serve(listener: TcpListener, stage: Arc<Stage>, asked: oneshot::Receiver<()>) -> bool {
    let (finishing, finish) = watch::channel(());
    let hall = Hall { stage, finish };
    let asked = tokio::select! {
        asked = asked => asked.is_ok(),
        never = hall.accept(&listener) => never,
    };
    if !asked {
        return false;
    }
    hall.accept_waiting(listener);
    // Twice round the event loop, so that what the clients have sent by now is read.
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
    drop(hall);
    finishing.send_replace(());
    // What has not arrived by then is reported as not received.
    let _ = tokio::time::timeout(GRACE, finishing.closed()).await;
    true
}

/// Where connections come in; each holds `finish` until it ends.
struct Hall {
    stage: Arc<Stage>,
    finish: watch::Receiver<()>,
}

impl Hall {
    async fn accept<Never>(&self, listener: &TcpListener) -> Never {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => self.admit(stream),
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            }
        }
    }

    /// Those that connected before the mock provider was asked to finish.
    fn accept_waiting(&self, listener: TcpListener) {
        let Ok(listener) = listener.into_std() else {
            return;
        };
        while let Ok((stream, _)) = listener.accept() {
            let stream = stream.set_nonblocking(true).map(|()| stream);
            if let Ok(stream) = stream.and_then(TcpStream::from_std) {
                self.admit(stream);
            }
        }
    }

    fn admit(&self, stream: TcpStream) {
        let connection = converse(stream, self.stage.clone(), self.finish.clone());
        tokio::spawn(connection);
    }
}

/// One connection: requests until the client closes it or the mock provider finishes.
async fn converse(stream: TcpStream, stage: Arc<Stage>, mut finish: watch::Receiver<()>) {
    // Without it answers are only slower.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(&stage, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = finish.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended
        && error.is_parse()
    {
        stage.note_unreadable(format!("this mock provider speaks plain HTTP/1.1: {error}"));
    }
}

async fn answer(
    stage: &Stage,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    if body.is_end_stream() {
        return Ok(stage.respond(&head, &[]));
    }
    let response = match Limited::new(body, stage.largest_body).collect().await {
        Ok(body) => stage.respond(&head, &body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            let reason = format!("its body is larger than {} bytes", stage.largest_body);
            stage.refuse(&head, StatusCode::PAYLOAD_TOO_LARGE, reason)
        }
        Err(error) => {
            let reason = format!("its body was not received whole: {error}");
            stage.refuse(&head, StatusCode::BAD_REQUEST, reason)
        }
    };
    Ok(response)
}
