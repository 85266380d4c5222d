//! From the kernel's table of sockets to the processes that hold them.
//!
//! A provider may have somebody else listen for it: `docker run -p` leaves that to a
//! proxy that the engine starts, a service manager or a rootless engine does it
//! itself, and what turned into a daemon has left the process group. So a listener is
//! taken for somebody else's only if its processes are all known, and each of them
//! either carries the mark of another provider that was started here, or was there
//! before the provider and is not known to listen for others.

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use procfs::FromBufReadSI;
use procfs::net::{TcpNetEntries, TcpNetEntry, TcpState};
use procfs::process::{FDTarget, Process, Stat, all_processes};

use super::super::Leader;
use super::super::mark::Mark;
use super::Listener;

/// Processes that were there before and listen for what is started later: container
/// engines without root, virtual machines for containers, service managers, tunnels.
const LISTEN_FOR_OTHERS: &[&str] = &[
    "systemd",
    "rootlesskit",
    "rootlessport",
    "docker-proxy",
    "dockerd",
    "com.docker.backend",
    "vpnkit-bridge",
    "containerd-shim",
    "conmon",
    "gvproxy",
    "limactl",
    "lima",
    "slirp4netns",
    "pasta",
    "wslrelay",
    "kubectl",
    "ssh",
    "sshd",
];

/// How much of a command line is shown.
const SHOWN: usize = 120;

pub(super) fn at(address: SocketAddr, leader: &Leader) -> Listener {
    let sockets = listening_at(address);
    let group = leader.group().as_raw_nonzero().get();
    if sockets.is_empty() || children_hold(group, &sockets) {
        return Listener::Possible;
    }
    let all = processes();
    let family = family(&all, group);
    let (own, others): (Vec<_>, Vec<_>) = all
        .values()
        .partition(|each| family.contains(&each.stat.pid));
    if own.iter().any(|each| each.may_hold(&sockets)) {
        return Listener::Possible;
    }
    let Some(started) = all.get(&group) else {
        return Listener::Possible;
    };
    let holders: Vec<_> = others
        .into_iter()
        .filter(|each| holds(&each.process, &sockets) == Some(true))
        .collect();
    let strangers = holders
        .iter()
        .map(|holder| holder.why_foreign(leader.mark(), started.stat.starttime));
    match strangers.collect::<Option<Vec<_>>>() {
        Some(strangers) if !strangers.is_empty() => Listener::Foreign(strangers[0].clone()),
        _ => Listener::Possible,
    }
}

/// The sockets that a connection to this address may reach, by inode.
fn listening_at(address: SocketAddr) -> BTreeSet<u64> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|table| at_port(table, address.port()));
    let listening = tables.into_iter().flatten().filter(|entry| {
        entry.state == TcpState::Listen
            && entry.local_address.port() == address.port()
            && hears(entry.local_address.ip(), address.ip())
    });
    listening.map(|entry| entry.inode).collect()
}

/// The sockets of a table that have to do with a port. There may be tens of thousands of
/// others, and reading one takes long beside leaving it out.
fn at_port(table: &str, port: u16) -> Vec<TcpNetEntry> {
    let Ok(text) = std::fs::read_to_string(table) else {
        return Vec::new();
    };
    let port = format!(":{port:04X} ");
    let mut lines = text.lines();
    let heading = lines.next().into_iter();
    let some: Vec<_> = heading
        .chain(lines.filter(|line| line.contains(&port)))
        .collect();
    let entries =
        TcpNetEntries::from_buf_read(some.join("\n").as_bytes(), procfs::current_system_info());
    entries.map(|entries| entries.0).unwrap_or_default()
}

/// Whether the process or one that it started holds one of the sockets, which is soon
/// found out; as far as the kernel lists what a process started.
fn children_hold(process: i32, sockets: &BTreeSet<u64>) -> bool {
    let mut left = vec![process];
    while let Some(next) = left.pop() {
        let Ok(process) = Process::new(next) else {
            continue;
        };
        if holds(&process, sockets) == Some(true) {
            return true;
        }
        let children = process.task_main_thread().and_then(|task| task.children());
        left.extend(children.into_iter().flatten().map(u32::cast_signed));
    }
    false
}

/// Whether a process holds one of the sockets; `None` if its files are hidden.
fn holds(process: &Process, sockets: &BTreeSet<u64>) -> Option<bool> {
    let mut files = process.fd().ok()?.flatten();
    Some(files.any(|file| match file.target {
        FDTarget::Socket(inode) => sockets.contains(&inode),
        _ => false,
    }))
}

/// Whether who listens at the first is reached at the second.
fn hears(listening: IpAddr, asked: IpAddr) -> bool {
    let any = Ipv6Addr::UNSPECIFIED;
    listening.to_canonical() == asked
        || listening == IpAddr::V6(any)
        || (listening.is_unspecified() && asked.is_ipv4())
}

/// A process, as it was seen.
struct Seen {
    process: Process,
    stat: Stat,
}

/// Those that are visible, by number.
fn processes() -> HashMap<i32, Seen> {
    let all = all_processes().into_iter().flatten().flatten();
    let seen = all.filter_map(|process| {
        let stat = process.stat().ok()?;
        Some((stat.pid, Seen { process, stat }))
    });
    seen.collect()
}

/// The processes of the group, and whatever descends from them.
fn family(all: &HashMap<i32, Seen>, group: i32) -> BTreeSet<i32> {
    let mut family: BTreeSet<i32> = all
        .values()
        .filter(|each| each.stat.pgrp == group)
        .map(|each| each.stat.pid)
        .collect();
    loop {
        let children = all.values().filter(|each| family.contains(&each.stat.ppid));
        let children: Vec<_> = children.map(|each| each.stat.pid).collect();
        let known = family.len();
        family.extend(children);
        if family.len() == known {
            return family;
        }
    }
}

impl Seen {
    fn may_hold(&self, sockets: &BTreeSet<u64>) -> bool {
        holds(&self.process, sockets).unwrap_or(true)
    }

    /// Why it is not the provider; `None` if it may be.
    fn why_foreign(&self, own: &Mark, provider_started: u64) -> Option<String> {
        let mark = self.mark();
        let why = match mark.as_deref() {
            Some(mark) if mark == own.as_str() => return None,
            Some(_) => "it is the provider of another verification",
            None if self.listens_for_others() || self.stat.starttime >= provider_started => {
                return None;
            }
            None => "it was there before the provider was started",
        };
        let pid = self.stat.pid;
        Some(format!("process {pid} (`{}`): {why}", self.command()))
    }

    fn mark(&self) -> Option<String> {
        let environment = self.process.environ().ok()?;
        let mark = environment.get(std::ffi::OsStr::new(Mark::VARIABLE))?;
        Some(mark.to_string_lossy().into_owned())
    }

    /// The kernel keeps the first 15 bytes of a name.
    fn listens_for_others(&self) -> bool {
        let name = self.stat.comm.as_str();
        let mut known = LISTEN_FOR_OTHERS.iter();
        known.any(|known| name == &known[..known.len().min(15)])
    }

    fn command(&self) -> String {
        let words = self.process.cmdline().unwrap_or_default();
        let line = match words.is_empty() {
            true => self.stat.comm.clone(),
            false => words.join(" "),
        };
        let short: String = line.chars().take(SHOWN).collect();
        let dots = if short.len() < line.len() { "…" } else { "" };
        format!("{short}{dots}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_is_reached_at_its_address_and_through_any() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        for (listening, asked, expected) in [
            ("127.0.0.1", "127.0.0.1", true),
            ("0.0.0.0", "127.0.0.1", true),
            ("::", "127.0.0.1", true),
            ("::ffff:127.0.0.1", "127.0.0.1", true),
            ("::", "::1", true),
            ("::1", "::1", true),
            ("::1", "127.0.0.1", false),
            ("0.0.0.0", "::1", false),
            ("10.0.0.1", "127.0.0.1", false),
        ] {
            assert_eq!(
                hears(ip(listening), ip(asked)),
                expected,
                "{listening} {asked}"
            );
        }
    }
}
