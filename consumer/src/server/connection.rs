use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use super::body::Reception;
use super::opening::{Opening, opening};
use super::own_runtime::Listeners;
use super::refused::{Refused, refuse};
use super::visit::{Finish, Visit};
use super::{Handler, ServerOptions, http1};

/// How long a request that is on its way may take to arrive once the server finishes.
const GRACE: Duration = Duration::from_secs(1);
/// How long to wait after a connection could not be accepted: for want of file handles, usually.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// Serves until asked to finish, or until nobody can ask any more; says which.
pub(super) async fn serve<H: Handler>(
    listeners: Listeners,
    handler: Arc<H>,
    options: ServerOptions,
    asked: oneshot::Receiver<()>,
) -> bool {
    let (finishing, finish) = watch::channel(());
    let limits = options.limits();
    let visit = Visit {
        handler,
        limits,
        reception: Reception::of(&limits),
        finish: Finish(finish),
        #[cfg(feature = "tls")]
        tls: options
            .certificates()
            .map(super::tls::Certificates::acceptor),
    };
    let asked = tokio::select! {
        asked = asked => asked.is_ok(),
        never = accept(&listeners.first, &visit) => never,
        never = accept_second(&listeners, &visit) => never,
    };
    if !asked {
        return false;
    }
    accept_waiting(listeners.first, &visit);
    if let Some(second) = listeners.second {
        accept_waiting(second, &visit);
    }
    // Twice round the event loop, so that what the clients have sent by now is read.
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
    drop(visit);
    finishing.send_replace(());
    // What has not arrived by then is reported as not received.
    let _ = timeout(GRACE, finishing.closed()).await;
    true
}

async fn accept<H: Handler, Never>(listener: &TcpListener, visit: &Visit<H>) -> Never {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => admit(stream, visit),
            Err(error) => {
                visit.handler.cannot_accept(&error);
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn accept_second<H: Handler, Never>(listeners: &Listeners, visit: &Visit<H>) -> Never {
    match &listeners.second {
        Some(listener) => accept(listener, visit).await,
        None => std::future::pending().await,
    }
}

/// Those that connected before the server was asked to finish.
fn accept_waiting<H: Handler>(listener: TcpListener, visit: &Visit<H>) {
    let Ok(listener) = listener.into_std() else {
        return;
    };
    while let Ok((stream, _)) = listener.accept() {
        let stream = stream.set_nonblocking(true).map(|()| stream);
        if let Ok(stream) = stream.and_then(TcpStream::from_std) {
            admit(stream, visit);
        }
    }
}

fn admit<H: Handler>(stream: TcpStream, visit: &Visit<H>) {
    tokio::spawn(attend(stream, visit.clone()));
}

/// One connection, until the client closes it or the server finishes.
async fn attend<H: Handler>(stream: TcpStream, mut visit: Visit<H>) {
    // Without it answers are only slower.
    let _ = stream.set_nodelay(true);
    let opening = tokio::select! {
        biased;
        opening = timeout(visit.limits.head_timeout, opening(&stream)) => opening,
        () = visit.finish.asked() => return,
    };
    // One that sent nothing for so long, or is broken, is closed.
    let Ok(Ok(opening)) = opening else {
        return;
    };
    #[cfg(feature = "tls")]
    if let Some(tls) = visit.tls.clone() {
        return super::tls::attend(stream, opening, &tls, &mut visit).await;
    }
    match opening {
        Opening::Nothing => {}
        Opening::Tls => refuse(stream, Refused::TlsHello, &*visit.handler).await,
        #[cfg(feature = "http2")]
        Opening::Http2 => super::http2::converse(stream, &mut visit).await,
        _ => http1::converse(stream, &mut visit).await,
    }
}
