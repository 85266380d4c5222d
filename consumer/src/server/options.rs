use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Where and how a [`Server`](super::Server) listens.
#[derive(Debug, Clone)]
#[must_use]
pub struct ServerOptions {
    host: IpAddr,
    port: u16,
    threads: usize,
}

impl Default for ServerOptions {
    /// A free port on 127.0.0.1, one thread.
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            threads: 1,
        }
    }
}

impl ServerOptions {
    /// The address to listen on.
    pub fn host(mut self, host: impl Into<IpAddr>) -> Self {
        self.host = host.into();
        self
    }

    /// The port to listen on; 0 for a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// How many threads answer; 0 counts as 1.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    pub(super) fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }

    pub(super) fn thread_count(&self) -> usize {
        self.threads
    }
}
