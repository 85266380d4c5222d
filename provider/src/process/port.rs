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

/// So many different ports: the asked one and those that follow it, if nobody listens
/// there, or free ones.
pub(super) fn choose(asked: Option<u16>, count: usize) -> Result<Vec<u16>, StartError> {
    let Some(first) = asked else {
        return free(count);
    };
    let beyond = || StartError::TooManyPorts { first, count };
    let step = |step: usize| {
        u16::try_from(step)
            .ok()
            .and_then(|step| first.checked_add(step))
    };
    (0..count)
        .map(|each| available(step(each).ok_or_else(beyond)?))
        .collect()
}

fn available(port: u16) -> Result<u16, StartError> {
    listen(port).map_err(|reason| match reason.kind() {
        io::ErrorKind::AddrInUse => StartError::PortInUse { port },
        _ => StartError::Port {
            asked: Some(port),
            reason,
        },
    })
}

/// Drawn at random: verifiers that start at the same time shall not meet.
fn free(count: usize) -> Result<Vec<u16>, StartError> {
    let mut ports = Vec::new();
    while ports.len() < count {
        let port = one_free(&ports)?;
        ports.push(port);
    }
    Ok(ports)
}

fn one_free(taken: &[u16]) -> Result<u16, StartError> {
    let draw = || {
        let random = RandomState::new().hash_one(());
        FREE.start + (random % u64::from(FREE.end - FREE.start)) as u16
    };
    let mut drawn = (0..ATTEMPTS).map(|_| draw());
    if let Some(port) = drawn.find(|port| !taken.contains(port) && listen(*port).is_ok()) {
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
        let mut ports = choose(None, 20).unwrap();
        assert!(ports.iter().all(|port| FREE.contains(port)), "{ports:?}");
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 20);
    }

    #[test]
    fn ports_that_follow_one_end_where_ports_end() {
        let error = choose(Some(65535), 2).unwrap_err();
        assert_eq!(
            error.to_string(),
            "there are no 2 ports from 65535 on: ask for a lower port, or for no port to get free ones"
        );
    }
}
