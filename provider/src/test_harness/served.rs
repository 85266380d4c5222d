//! A provider that is served by the test program itself.

use std::fmt::Display;
use std::future::Future;
use std::io;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinError;
use tokio::time::timeout;

/// Serves on a listener, and says why it no longer does.
pub(super) type Serve =
    Box<dyn FnOnce(TcpListener) -> Pin<Box<dyn Future<Output = String> + Send>> + Send>;

/// The same without its types.
pub(super) fn boxed<F, S, E>(serve: F) -> Serve
where
    F: FnOnce(TcpListener) -> S + Send + 'static,
    S: Future<Output = Result<(), E>> + Send + 'static,
    E: Display,
{
    Box::new(|listener| {
        let serving = serve(listener);
        Box::pin(async {
            match serving.await {
                Ok(()) => "it returned".into(),
                Err(reason) => reason.to_string(),
            }
        })
    })
}

/// A connection that breaks and the end of what was served are noticed in any order; how
/// long one may come after the other.
const APART: Duration = Duration::from_millis(50);

/// A provider that is served on a free port.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) base_url: String,
    ended: watch::Receiver<Option<String>>,
}

impl Served {
    pub(super) async fn start(serve: Serve) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let (end, ended) = watch::channel(None);
        // A task of its own, because what is served may panic.
        let serving = tokio::spawn(async move { serve(listener).await });
        tokio::spawn(async move {
            let why = serving.await.unwrap_or_else(panicked);
            end.send_replace(Some(why));
        });
        Ok(Self { base_url, ended })
    }

    /// Why it is no longer served; `None` while it is.
    pub(super) async fn ended(&self) -> Option<String> {
        let mut ended = self.ended.clone();
        let why = timeout(APART, ended.wait_for(Option::is_some)).await;
        let why = why.ok()?.ok()?.clone()?;
        Some(format!("the provider is no longer served: {why}"))
    }
}

fn panicked(reason: JoinError) -> String {
    let Ok(panic) = reason.try_into_panic() else {
        return "it was cancelled".into();
    };
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    format!("it panicked: {}", text.unwrap_or("without a text"))
}
