//! Waiting until the provider can be asked.

use std::net::SocketAddr;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::listener::{self, Listener};
use super::port::LOOPBACK;
use super::{Leader, StartOptions};
use crate::CommandLine;
use crate::command::{Call, Placeholders};
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
    Late(Seen),
}

/// What an attempt saw.
#[derive(Debug)]
pub(super) enum Seen {
    /// Nobody was there.
    Nobody(String),
    /// Somebody was, or something was said, but not what was waited for.
    NotReady(String),
    /// The command did not succeed.
    Failed(String),
    /// Somebody else listens there.
    Foreign(String),
}

/// One instance of the provider that is waited for.
#[derive(Debug)]
pub(super) struct Waiting<'a> {
    pub(super) leader: &'a Leader,
    /// The port that it was given.
    pub(super) port: u16,
    pub(super) instance: usize,
    pub(super) options: &'a StartOptions,
}

impl Waiting<'_> {
    pub(super) async fn wait(&self, deadline: Instant) -> Ready {
        let mut seen = Seen::Nobody("it was not reached".into());
        tokio::select! {
            biased;
            status = self.leader.ended() => Ready::Ended(status),
            attempts = timeout_at(deadline, self.attempts(&mut seen)) => {
                attempts.map_or_else(|_| Ready::Late(seen), Ready::At)
            }
        }
    }

    /// Tries until all that is waited for holds.
    async fn attempts(&self, seen: &mut Seen) -> String {
        let client = HttpClient::new(self.options.ready.http.clone().timeout(ATTEMPT));
        let mut pause = PAUSES[0];
        loop {
            match self.attempt(&client, seen).await {
                Ok(base_url) => return base_url,
                Err(met) => *seen = met,
            }
            sleep(pause).await;
            pause = (pause * 2).min(PAUSES[1]);
        }
    }

    async fn attempt(&self, client: &HttpClient, seen: &mut Seen) -> Result<String, Seen> {
        let port = self.port()?;
        let base_url = self.base_url(client, port).await?;
        if let Some(command) = &self.options.ready.command {
            // How it failed before says more than that it was tried again.
            if !matches!(seen, Seen::Failed(_)) {
                *seen = Seen::NotReady(format!("`{command}` had not ended"));
            }
            self.run(command, port, &base_url).await?;
        }
        Ok(base_url)
    }

    async fn run(&self, command: &CommandLine, port: u16, base_url: &str) -> Result<(), Seen> {
        let placeholders = Placeholders {
            port: Some(port),
            instance: self.instance,
        };
        let call = Call {
            command: &command.filled(placeholders),
            directory: self.options.directory.clone(),
            environment: placeholders.variables_at(&self.options.environment, Some(base_url)),
            input: Vec::new(),
            timeout: None,
        };
        let run = call.run().await;
        run.map_err(|error| Seen::Failed(error.to_string()))?;
        Ok(())
    }

    /// The port, once the log has said what it has to say.
    fn port(&self) -> Result<u16, Seen> {
        let given = self.port;
        let Some(pattern) = &self.options.ready.log else {
            return Ok(given);
        };
        let found = self.leader.output().found();
        let port = found.map(|line| line.port.unwrap_or(given));
        port.ok_or_else(|| {
            let pattern = pattern.as_str();
            Seen::NotReady(format!("no line of its output matches \"{pattern}\""))
        })
    }

    async fn base_url(&self, client: &HttpClient, port: u16) -> Result<String, Seen> {
        let mut seen: Option<Seen> = None;
        for ip in LOOPBACK {
            let address = SocketAddr::new(ip, port);
            match self.reach(client, address).await {
                Ok(base_url) => return Ok(base_url),
                Err(met) if says_more(&met, seen.as_ref()) => seen = Some(met),
                Err(_) => {}
            }
        }
        match seen {
            // What does not listen can be ready all the same.
            Some(Seen::Nobody(_)) if !self.options.ready.waits_for_port() => {
                let url = self.url(SocketAddr::new(LOOPBACK[0], port))?;
                Ok(url.as_str().into())
            }
            Some(seen) => Err(seen),
            None => Err(Seen::Nobody(
                "this machine has no address of its own".into(),
            )),
        }
    }

    async fn reach(&self, client: &HttpClient, address: SocketAddr) -> Result<String, Seen> {
        connect(address).await.map_err(Seen::Nobody)?;
        if !self.options.ready.any_listener
            && let Listener::Foreign(listener) = listener::at(address, self.leader)
        {
            return Err(Seen::Foreign(format!("{address} is {listener}")));
        }
        let url = self.url(address)?;
        if let Some(path) = &self.options.ready.path {
            ask(client, &url, path).await.map_err(Seen::NotReady)?;
        }
        Ok(url.as_str().into())
    }

    /// The base URL of whoever listens at this address.
    fn url(&self, address: SocketAddr) -> Result<BaseUrl, Seen> {
        let Some(template) = &self.options.base_url else {
            return Ok(BaseUrl::at(address));
        };
        let placeholders = Placeholders {
            port: Some(address.port()),
            instance: self.instance,
        };
        let url = BaseUrl::parse(&placeholders.fill(template));
        url.map_err(|error| Seen::NotReady(error.to_string()))
    }
}

/// What somebody said counts more than that nobody was there, and what was seen first
/// more than what was seen next.
fn says_more(met: &Seen, before: Option<&Seen>) -> bool {
    match before {
        None => true,
        Some(Seen::Nobody(_)) => !matches!(met, Seen::Nobody(_)),
        Some(Seen::Foreign(_)) => matches!(met, Seen::NotReady(_)),
        Some(Seen::NotReady(_) | Seen::Failed(_)) => false,
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

async fn ask(client: &HttpClient, url: &BaseUrl, path: &str) -> Result<(), String> {
    let uri = url.join(path)?;
    match client.get(uri.clone()).await {
        Ok(answer) if answer.is_success() => Ok(()),
        Ok(answer) => Err(format!("GET {uri} answered {}", answer.status)),
        Err(reason) => Err(format!("GET {uri}: {reason}")),
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
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            assert!(stream.read(&mut [0; 1024]).unwrap() > 0);
            let answer = b"HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(answer).unwrap();
        });
        let seen = ask(
            &HttpClient::within(ATTEMPT),
            &BaseUrl::at(address),
            "health",
        )
        .await;
        server.join().unwrap();
        assert_eq!(
            seen.unwrap_err(),
            format!("GET http://{address}/health answered 302 Found")
        );
    }
}
