//! Waiting until the provider can be asked.

use std::net::SocketAddr;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::port::LOOPBACK;
use super::{Leader, Readiness};
use crate::http::{BaseUrl, HttpClient};

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(2);

/// The pauses between attempts double from the first to the second.
const PAUSES: [Duration; 2] = [Duration::from_millis(2), Duration::from_millis(50)];

pub(super) enum Ready {
    /// The provider answers at this base URL.
    At(String),
    /// The process has ended.
    Ended(ExitStatus),
    /// The deadline has passed; what the last attempt saw.
    Late(String),
}

pub(super) async fn wait(leader: &Leader, readiness: &Readiness, port: u16) -> Ready {
    let deadline = Instant::now() + readiness.deadline;
    let mut last_seen = String::from("it was not reached");
    tokio::select! {
        biased;
        status = leader.ended() => Ready::Ended(status),
        attempts = timeout_at(deadline, attempts(readiness, port, &mut last_seen)) => {
            attempts.map_or_else(|_| Ready::Late(last_seen), Ready::At)
        }
    }
}

async fn attempts(readiness: &Readiness, port: u16, last_seen: &mut String) -> String {
    let client = HttpClient::within(ATTEMPT);
    let mut pause = PAUSES[0];
    loop {
        for ip in LOOPBACK {
            let address = SocketAddr::new(ip, port);
            match attempt(&client, address, readiness.path.as_deref()).await {
                Ok(()) => return format!("http://{address}"),
                // What IPv4 answered says more than that nobody listens on IPv6.
                Err(seen) if ip.is_ipv4() || seen.answered => *last_seen = seen.text,
                Err(_) => {}
            }
        }
        sleep(pause).await;
        pause = (pause * 2).min(PAUSES[1]);
    }
}

/// What an attempt saw, and whether it came from the provider itself.
struct Seen {
    text: String,
    answered: bool,
}

async fn attempt(client: &HttpClient, address: SocketAddr, path: Option<&str>) -> Result<(), Seen> {
    let refused = |text| Seen {
        text,
        answered: false,
    };
    connect(address).await.map_err(refused)?;
    match path {
        Some(path) => ask(client, address, path).await,
        None => Ok(()),
    }
}

async fn connect(address: SocketAddr) -> Result<(), String> {
    let failed = |reason: &dyn std::fmt::Display| format!("cannot connect to {address}: {reason}");
    let stream = timeout(ATTEMPT, TcpStream::connect(address))
        .await
        .map_err(|_| failed(&format!("no answer within {ATTEMPT:?}")))?
        .map_err(|reason| failed(&reason))?;
    // A connection to a free port of the ephemeral range can reach itself.
    if stream.local_addr().ok() == Some(address) {
        return Err(failed(&"nobody listens"));
    }
    Ok(())
}

async fn ask(client: &HttpClient, address: SocketAddr, path: &str) -> Result<(), Seen> {
    let seen = |text| Seen {
        text,
        answered: true,
    };
    let url = BaseUrl::at(address);
    let uri = url.join(path).map_err(seen)?;
    match client.get(uri.clone()).await {
        Ok(answer) if answer.is_success() => Ok(()),
        Ok(answer) => Err(seen(format!("GET {uri} answered {}", answer.status))),
        Err(reason) => Err(seen(format!("GET {uri}: {reason}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[tokio::test]
    async fn an_attempt_tells_what_was_answered() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        // The attempt to connect and the request are two connections.
        let server = std::thread::spawn(move || {
            drop(listener.accept().unwrap());
            let (mut stream, _) = listener.accept().unwrap();
            assert!(stream.read(&mut [0; 1024]).unwrap() > 0);
            let answer = b"HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(answer).unwrap();
        });
        let seen = attempt(&HttpClient::within(ATTEMPT), address, Some("health")).await;
        server.join().unwrap();
        let text = seen.err().unwrap().text;
        assert_eq!(
            text,
            format!("GET http://{address}/health answered 302 Found")
        );
    }
}
