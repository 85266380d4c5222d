//! Whether a provider that somebody else runs was restarted.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use url::{Host, Url};

/// How often it is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long a connection may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// What stands in for a provider that is not there closes a connection as soon as this.
const AT_ONCE: Duration = Duration::from_millis(100);
/// Tables of this machine's connections.
const TABLES: &[&str] = &["/proc/net/tcp", "/proc/net/tcp6"];
/// What the tables call a socket that listens.
const LISTENS: &str = "0A";

/// Where a provider is, and as what it was seen there.
#[derive(Debug)]
pub struct Presence {
    host: String,
    port: u16,
    is_local: bool,
    seen: Seen,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    Nowhere,
    /// It can be connected to.
    There,
    /// These sockets of this machine listen.
    Listening(BTreeSet<u64>),
}

impl Presence {
    /// `None` for what is no URL of a server.
    pub fn of(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let is_local = match url.host()? {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => is_local(address.into()),
            Host::Ipv6(address) => is_local(address.into()),
        };
        let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
        Some(Self {
            host,
            port: url.port_or_known_default()?,
            is_local,
            seen: Seen::Nowhere,
        })
    }

    /// Takes it as it is now.
    pub async fn note(&mut self) {
        self.seen = self.look().await;
    }

    /// Returns when it is there again, after it was gone or gave way to another.
    pub async fn came_back(&mut self) {
        loop {
            sleep(LOOK_EVERY).await;
            let now = self.look().await;
            let before = std::mem::replace(&mut self.seen, now);
            if self.seen != Seen::Nowhere && self.seen != before {
                return;
            }
        }
    }

    /// Its socket tells a restart however quick; it is not asked for anything then.
    async fn look(&self) -> Seen {
        if self.is_local {
            let sockets = listening(self.port);
            if !sockets.is_empty() {
                return Seen::Listening(sockets);
            }
        }
        match timeout(PATIENCE, self.is_there()).await {
            Ok(true) => Seen::There,
            _ => Seen::Nowhere,
        }
    }

    async fn is_there(&self) -> bool {
        let address = (self.host.as_str(), self.port);
        let Ok(mut stream) = TcpStream::connect(address).await else {
            return false;
        };
        let read = timeout(AT_ONCE, stream.read(&mut [0])).await;
        !matches!(read, Ok(Ok(0) | Err(_)))
    }
}

fn is_local(address: IpAddr) -> bool {
    address.is_loopback() || address.is_unspecified()
}

/// The sockets of this machine that listen on a port, by their numbers; none where there
/// are no such tables.
fn listening(port: u16) -> BTreeSet<u64> {
    let tables = TABLES
        .iter()
        .filter_map(|table| std::fs::read_to_string(table).ok());
    let lines = tables.flat_map(|table| {
        let lines = table.lines().skip(1).map(|line| listener(line, port));
        lines.collect::<Vec<_>>()
    });
    lines.flatten().collect()
}

/// `0: 0100007F:1F90 00000000:0000 0A … inode`
fn listener(line: &str, port: u16) -> Option<u64> {
    let fields: Vec<_> = line.split_whitespace().collect();
    let (_, found) = fields.get(1)?.rsplit_once(':')?;
    let listens = *fields.get(3)? == LISTENS && u16::from_str_radix(found, 16) == Ok(port);
    fields.get(9)?.parse().ok().filter(|_| listens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_that_listens_on_the_port_is_found_by_its_number() {
        let line = |port: &str, state: &str| {
            format!(
                "   0: 0100007F:{port} 00000000:0000 {state} 00000000:00000000 00:00000000 \
                 00000000  1000        0 87321 1 0000000000000000 100 0 0 10 0"
            )
        };
        assert_eq!(listener(&line("1F90", "0A"), 8080), Some(87321));
        assert_eq!(listener(&line("1F90", "01"), 8080), None);
        assert_eq!(listener(&line("1F91", "0A"), 8080), None);
        assert_eq!(listener("", 8080), None);
    }

    #[tokio::test]
    async fn a_restart_is_seen_and_going_on_is_not() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        for host in ["127.0.0.1", "localhost"] {
            let mut presence = Presence::of(&format!("http://{host}:{}", address.port())).unwrap();
            presence.note().await;
            assert_ne!(presence.seen, Seen::Nowhere);
            let goes_on = timeout(LOOK_EVERY * 3, presence.came_back()).await;
            assert!(goes_on.is_err());
        }
        let mut presence = Presence::of(&format!("http://{address}")).unwrap();
        presence.note().await;
        drop(listener);
        let restart = async {
            sleep(LOOK_EVERY * 2).await;
            tokio::net::TcpListener::bind(address).await.unwrap()
        };
        let (_listener, ()) = tokio::join!(restart, presence.came_back());
    }
}
