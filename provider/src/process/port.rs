use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};
use std::ops::Range;

use super::StartError;

/// `localhost` is one or the other, depending on what the provider is written in.
pub(super) const LOOPBACK: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::LOCALHOST),
    IpAddr::V6(Ipv6Addr::LOCALHOST),
];

/// Free ports are taken from here: below the ranges from which Linux (32768) and
/// others (49152) give ports to outgoing connections and to listeners on port 0,
/// so that none of those takes the port before the provider has it.
const FREE: Range<u16> = 20_000..32_768;

/// How many ports are tried.
const ATTEMPTS: usize = 100;

/// The asked port if nobody listens there, or a free one.
pub(super) fn choose(asked: Option<u16>) -> Result<u16, StartError> {
    let Some(port) = asked else { return free() };
    match listen(port) {
        Ok(_) => Ok(port),
        Err(reason) if reason.kind() == io::ErrorKind::AddrInUse => {
            Err(StartError::PortInUse { port })
        }
        Err(reason) => Err(StartError::Port { asked, reason }),
    }
}

/// Drawn at random: verifiers that start at the same time shall not meet.
fn free() -> Result<u16, StartError> {
    let draw = || {
        let random = RandomState::new().hash_one(());
        FREE.start + (random % u64::from(FREE.end - FREE.start)) as u16
    };
    let mut drawn = (0..ATTEMPTS).map(|_| draw());
    if let Some(port) = drawn.find(|port| listen(*port).is_ok()) {
        return Ok(port);
    }
    listen(0).map_err(|reason| StartError::Port {
        asked: None,
        reason,
    })
}

/// Listens for a moment; which port it was.
fn listen(port: u16) -> io::Result<u16> {
    let mut found = port;
    for ip in LOOPBACK {
        match TcpListener::bind((ip, found)) {
            Ok(listener) => found = listener.local_addr()?.port(),
            // A machine without IPv6 has nobody on it.
            Err(reason) if ip.is_ipv6() && reason.kind() != io::ErrorKind::AddrInUse => {}
            Err(reason) => return Err(reason),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_port_is_not_one_that_the_system_gives_away() {
        let ports: Vec<_> = (0..20).map(|_| choose(None).unwrap()).collect();
        assert!(ports.iter().all(|port| FREE.contains(port)), "{ports:?}");
        assert!(ports.iter().any(|port| *port != ports[0]), "{ports:?}");
    }
}
