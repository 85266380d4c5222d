use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use super::connection::serve;
use super::own_runtime::OwnRuntime;
use super::{Ended, Handler, ListenError, ServerOptions};

/// A server that runs until it is finished or dropped. `T` is what its conclusion
/// gives once it has finished.
#[derive(Debug)]
#[must_use = "a server ends when it is dropped"]
pub struct Server<T> {
    address: SocketAddr,
    finish: oneshot::Sender<()>,
    finished: oneshot::Receiver<()>,
    thread: JoinHandle<Option<T>>,
}

impl<T: Send + 'static> Server<T> {
    /// Listens, and has `handler` answer. `conclude` is called on the server's own
    /// thread once [`finish`](Self::finish) was asked for and the requests that were
    /// on their way have been answered, so it may block; it is not called when the
    /// server is dropped.
    ///
    /// # Errors
    /// [`ListenError`]: a port in use, an address that cannot be listened on.
    pub fn start<H: Handler>(
        handler: Arc<H>,
        options: &ServerOptions,
        conclude: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Self, ListenError> {
        let (address, other) = options.addresses();
        let runtime = OwnRuntime::new(options.thread_count()).map_err(ListenError::Run)?;
        let listeners = runtime
            .listen(address, other)
            .map_err(|reason| match reason.kind() {
                io::ErrorKind::AddrInUse => ListenError::PortInUse(address),
                _ => ListenError::Address { address, reason },
            })?;
        let address = listeners.first.local_addr().map_err(ListenError::Run)?;
        handler.listening(address);
        let (finish, asked) = oneshot::channel();
        let (ending, finished) = oneshot::channel();
        let options = options.clone();
        let thread = thread::Builder::new()
            .name("mock provider".into())
            .spawn(move || {
                let asked = runtime.block_on(serve(listeners, handler, options, asked));
                let result = asked.then(conclude);
                drop(runtime);
                drop(ending);
                result
            })
            .map_err(ListenError::Run)?;
        Ok(Self {
            address,
            finish,
            finished,
            thread,
        })
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends the server: requests that are on their way get a second to arrive, then
    /// it concludes.
    ///
    /// # Errors
    /// [`Ended`], where its thread has ended by itself.
    pub async fn finish(self) -> Result<T, Ended> {
        // An error says that the thread has ended, and joining it says why.
        let _ = self.finish.send(());
        let _ = self.finished.await;
        joined(self.thread)
    }

    /// The same, blocking this thread.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    pub fn finish_blocking(self) -> Result<T, Ended> {
        let _ = self.finish.send(());
        joined(self.thread)
    }
}

fn joined<T>(thread: JoinHandle<Option<T>>) -> Result<T, Ended> {
    match thread.join() {
        Ok(Some(result)) => Ok(result),
        Ok(None) => Err(Ended("it was dropped".into())),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err(Ended(text.unwrap_or_else(|| "it panicked".into())))
        }
    }
}
