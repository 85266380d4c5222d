use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::{Builder, Runtime};

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 4096;

/// How many free ports are tried for one that is free on both hosts.
const TRIES: usize = 20;

/// Where connections come in.
#[derive(Debug)]
pub(super) struct Listeners {
    pub first: TcpListener,
    pub second: Option<TcpListener>,
}

impl Listeners {
    fn on(address: SocketAddr, other: Option<IpAddr>) -> io::Result<Self> {
        let first = listen(address)?;
        let port = first.local_addr()?.port();
        let second = match other.map(|host| listen(SocketAddr::new(host, port))) {
            // A port that is free on one host need not be so on the other.
            Some(Err(error)) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
            other => other.and_then(Result::ok),
        };
        Ok(Self { first, second })
    }
}

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

    /// Listens on an address, and with its port on another host, if this machine has that.
    pub fn listen(&self, address: SocketAddr, other: Option<IpAddr>) -> io::Result<Listeners> {
        let _entered = self.0.as_ref().map(Runtime::enter);
        let free_port = address.port() == 0;
        let tries = if free_port && other.is_some() {
            TRIES
        } else {
            1
        };
        let listening = (0..tries).map(|_| Listeners::on(address, other));
        let mut last = None;
        for each in listening {
            match each {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => last = Some(error),
                decided => return decided,
            }
        }
        Err(last.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
    }

    pub fn block_on<T: Default>(&self, future: impl Future<Output = T>) -> T {
        match &self.0 {
            Some(runtime) => runtime.block_on(future),
            None => T::default(),
        }
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
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

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
