use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};

use super::Handler;

/// How long a request that is on its way may take to arrive once the server finishes.
const GRACE: Duration = Duration::from_secs(1);
/// How long to wait after a connection could not be accepted: for want of file handles, usually.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// Serves until asked to finish, or until nobody can ask any more; says which.
pub(super) async fn serve<H: Handler>(
    listener: TcpListener,
    handler: Arc<H>,
    asked: oneshot::Receiver<()>,
) -> bool {
    let (finishing, finish) = watch::channel(());
    let hall = Hall { handler, finish };
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
struct Hall<H> {
    handler: Arc<H>,
    finish: watch::Receiver<()>,
}

impl<H: Handler> Hall<H> {
    async fn accept<Never>(&self, listener: &TcpListener) -> Never {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => self.admit(stream),
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            }
        }
    }

    /// Those that connected before the server was asked to finish.
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
        let connection = converse(stream, self.handler.clone(), self.finish.clone());
        tokio::spawn(connection);
    }
}

/// One connection: requests until the client closes it or the server finishes.
async fn converse<H: Handler>(stream: TcpStream, handler: Arc<H>, mut finish: watch::Receiver<()>) {
    // Without it answers are only slower.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| handler.answer(request));
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
        handler.unreadable(format!("this mock provider speaks plain HTTP/1.1: {error}"));
    }
}
