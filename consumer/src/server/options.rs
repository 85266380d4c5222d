use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use super::limits::Limits;
#[cfg(feature = "tls")]
use super::tls::Certificates;

/// Where and how a [`Server`](super::Server) listens, and what it lets clients take.
#[derive(Debug, Clone)]
#[must_use]
pub struct ServerOptions {
    host: Host,
    port: u16,
    threads: usize,
    limits: Limits,
    #[cfg(feature = "tls")]
    certificates: Option<Certificates>,
}

#[derive(Debug, Clone, Copy)]
enum Host {
    Address(IpAddr),
    /// 127.0.0.1 and ::1, as clients that are told `localhost` try either first.
    Localhost,
}

impl Default for ServerOptions {
    /// A free port on 127.0.0.1, one thread, no TLS.
    fn default() -> Self {
        Self {
            host: Host::Address(Ipv4Addr::LOCALHOST.into()),
            port: 0,
            threads: 1,
            limits: Limits::default(),
            #[cfg(feature = "tls")]
            certificates: None,
        }
    }
}

impl ServerOptions {
    /// The address to listen on.
    pub fn host(mut self, host: impl Into<IpAddr>) -> Self {
        self.host = Host::Address(host.into());
        self
    }

    /// Listens on 127.0.0.1 and on ::1, with the same port, so that a client that is
    /// told `localhost` gets through whichever of them it tries first. A machine
    /// without IPv6 listens on the former alone.
    pub fn localhost(mut self) -> Self {
        self.host = Host::Localhost;
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

    /// Speaks TLS with these certificates, and nothing else.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, certificates: Certificates) -> Self {
        self.certificates = Some(certificates);
        self
    }

    /// How many bytes a request's line and headers may have; 64 KiB by default. What is
    /// longer is answered with status 431, as are more than 100 headers of HTTP/1.1.
    pub fn head_limit(mut self, bytes: usize) -> Self {
        self.limits.head = bytes;
        self
    }

    /// How long a connection may take to send a whole request's head; 30 seconds by
    /// default. A connection over which no request is under way is closed after that
    /// time, up to a quarter later.
    pub fn head_timeout(mut self, timeout: Duration) -> Self {
        self.limits.head_timeout = timeout;
        self
    }

    /// How long a request's body may take to arrive whole; 60 seconds by default. One
    /// that takes longer is answered with status 408.
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.limits.body_timeout = timeout;
        self
    }

    /// How many bytes the bodies of all requests that are being received or handled may
    /// have together; 512 MiB by default. A request that would exceed it is answered
    /// with status 503.
    pub fn bodies_limit(mut self, bytes: usize) -> Self {
        self.limits.bodies = bytes;
        self
    }

    /// How many requests a client may have under way at a time on one connection of
    /// HTTP/2; 200 by default. It is told so and has to wait with others.
    #[cfg(feature = "http2")]
    pub fn concurrent_streams(mut self, streams: u32) -> Self {
        self.limits.streams = streams;
        self
    }

    /// How a client on this machine finds a server that listens at this address:
    /// `http://127.0.0.1:49152`, without a slash at the end.
    pub fn url(&self, address: SocketAddr) -> String {
        let scheme = if self.has_tls() { "https" } else { "http" };
        match self.host {
            Host::Localhost => format!("{scheme}://localhost:{}", address.port()),
            Host::Address(_) => format!("{scheme}://{}", reachable(address)),
        }
    }

    /// What is listened on: the first, and others with its port.
    pub(super) fn addresses(&self) -> (SocketAddr, Option<IpAddr>) {
        let (host, other) = match self.host {
            Host::Address(host) => (host, None),
            Host::Localhost => (Ipv4Addr::LOCALHOST.into(), Some(Ipv6Addr::LOCALHOST.into())),
        };
        (SocketAddr::new(host, self.port), other)
    }

    pub(super) fn thread_count(&self) -> usize {
        self.threads
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    #[cfg(feature = "tls")]
    pub(super) fn certificates(&self) -> Option<&Certificates> {
        self.certificates.as_ref()
    }

    #[cfg(feature = "tls")]
    fn has_tls(&self) -> bool {
        self.certificates.is_some()
    }

    #[cfg(not(feature = "tls"))]
    fn has_tls(&self) -> bool {
        false
    }
}

/// The address that a client on this machine connects to.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}
