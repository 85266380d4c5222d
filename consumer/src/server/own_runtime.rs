use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::{Builder, Runtime};

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 4096;

/// A runtime that may be dropped anywhere: dropping tokio's own within async code panics.
#[derive(Debug)]
pub(super) struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    pub fn new(threads: usize) -> io::Result<Self> {
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

    pub fn listen(&self, address: SocketAddr) -> io::Result<TcpListener> {
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

    pub fn block_on<T: Default>(&self, future: impl Future<Output = T>) -> T {
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
