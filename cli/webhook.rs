//! Sends requests: to permitted hosts alone, again where that may help, and never
//! saying a secret.

use std::error::Error;
use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Method, Response, StatusCode, Url};

use crate::notify::{AllowedHosts, Redaction, Request};

/// Before the second attempt; doubled for each one after it.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// A server that asks for more is left alone until the next run.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// How much of an answer is read, and how much of it is shown.
const READ: usize = 4096;
const SHOWN: usize = 200;

/// How it is sent.
#[derive(Debug, Clone)]
pub struct Settings {
    pub hosts: AllowedHosts,
    pub redaction: Redaction,
    pub timeout: Duration,
    /// At least one.
    pub attempts: u32,
}

/// One client for all that is sent.
pub struct Sender {
    client: Client,
    settings: Settings,
}

/// What became of one attempt.
enum Attempted {
    Delivered(StatusCode),
    /// Why, and whether and when it is worth another attempt.
    Failed(String, Again),
}

/// Whether another attempt may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    No,
    Yes,
    After(Duration),
}

impl Sender {
    /// The error is a sentence.
    pub fn new(settings: Settings) -> Result<Self, String> {
        // Fails where a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(settings.timeout)
            .user_agent(concat!("pactwork/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::custom(|attempt| match may_follow(&attempt) {
                true => attempt.follow(),
                false => attempt.stop(),
            }))
            .build();
        let client = client.map_err(|error| format!("cannot send requests: {}", said(&error)))?;
        Ok(Self { client, settings })
    }

    /// Sends until it is delivered or does not help any more; the error says why not.
    pub async fn send(&self, request: &Request) -> Result<StatusCode, String> {
        let url = Url::parse(&request.url).map_err(|error| format!("it is no URL: {error}"))?;
        self.settings.hosts.permit(&url)?;
        let mut attempt = 1;
        loop {
            let (why, again) = match self.attempt(request, &url).await {
                Attempted::Delivered(status) => return Ok(status),
                Attempted::Failed(why, again) => (self.settings.redaction.of(&why), again),
            };
            let pause = pause(again, attempt, rand::random());
            let Some(pause) = pause.filter(|_| attempt < self.settings.attempts) else {
                return Err(match attempt {
                    1 => why,
                    _ => format!("{why} ({attempt} attempts)"),
                });
            };
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, request: &Request, url: &Url) -> Attempted {
        let headers = match headers(request) {
            Ok(headers) => headers,
            Err(why) => return Attempted::Failed(why, Again::No),
        };
        let method = Method::from_bytes(request.method.as_bytes()).unwrap_or(Method::POST);
        let mut prepared = self.client.request(method, url.clone()).headers(headers);
        if let Some(body) = &request.body {
            prepared = prepared.body(body.clone());
        }
        match prepared.send().await {
            Ok(response) if response.status().is_success() => {
                Attempted::Delivered(response.status())
            }
            Ok(response) => refused(response).await,
            Err(error) => Attempted::Failed(said(&error), Again::Yes),
        }
    }
}

/// Only where the same request goes on to the same server.
fn may_follow(attempt: &Attempt<'_>) -> bool {
    let keeps = [
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    let from = attempt.previous().last();
    let same = from.is_some_and(|from| from.origin() == attempt.url().origin());
    same && keeps.contains(&attempt.status()) && attempt.previous().len() <= REDIRECTS
}

async fn refused(mut response: Response) -> Attempted {
    let status = response.status();
    let after = response.headers().get(RETRY_AFTER);
    let after = after.and_then(|after| retry_after(after, SystemTime::now()));
    let again = again(status, after);
    let mut why = status.to_string();
    if status.is_redirection() {
        why += "; a redirect to another server, or one that changes the request, is not followed";
    }
    let mut answer = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        answer.extend_from_slice(&chunk);
        if answer.len() >= READ {
            break;
        }
    }
    let answer = String::from_utf8_lossy(&answer);
    let words: Vec<_> = answer.split_whitespace().collect();
    let answer: String = words.join(" ").chars().take(SHOWN).collect();
    if !answer.is_empty() {
        why += &format!(": {answer}");
    }
    Attempted::Failed(why, again)
}

/// A server that is busy or broken may be well later; one that refuses will refuse
/// again, but where it says when to come back (as GitHub does with 403).
fn again(status: StatusCode, after: Option<Duration>) -> Again {
    let busy = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
    match (busy, after) {
        (true, Some(after)) => Again::After(after),
        (false, Some(after)) if status == StatusCode::FORBIDDEN => Again::After(after),
        (true, None) => Again::Yes,
        (false, _) => Again::No,
    }
}

/// How long to wait, as seconds or as a date.
fn retry_after(header: &HeaderValue, now: SystemTime) -> Option<Duration> {
    let text = header.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// How long to wait after so many attempts; `None` where another one does not help.
/// `random` is from 0 to 1: clients that failed together do not come back together.
fn pause(again: Again, attempts: u32, random: f64) -> Option<Duration> {
    match again {
        Again::No => None,
        Again::After(after) => (after <= LONGEST_PAUSE).then_some(after),
        Again::Yes => {
            let doubled = FIRST_PAUSE.saturating_mul(1 << (attempts - 1).min(16));
            Some(doubled.mul_f64(0.5 + random / 2.0).min(LONGEST_PAUSE))
        }
    }
}

fn headers(request: &Request) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        let unusable = || format!("the header {name} cannot be sent");
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable())?;
        let mut value = HeaderValue::from_str(value).map_err(|_| unusable())?;
        value.set_sensitive(true);
        headers.insert(header, value);
    }
    Ok(headers)
}

/// An error with what caused it, without the URL.
pub fn said(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".into();
    }
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(next) = cause {
        causes.push(next.to_string());
        cause = next.source();
    }
    match causes.last() {
        Some(last) if error.is_connect() => format!("cannot connect: {last}"),
        Some(last) => format!("cannot be sent: {last}"),
        None => "cannot be sent".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_be_well_later_is_tried_again() {
        let seconds = Duration::from_secs;
        for (status, after, expected) in [
            (500, None, Again::Yes),
            (503, Some(7), Again::After(seconds(7))),
            (429, None, Again::Yes),
            (429, Some(1), Again::After(seconds(1))),
            (403, Some(1), Again::After(seconds(1))),
            (403, None, Again::No),
            (404, Some(1), Again::No),
            (302, None, Again::No),
        ] {
            let code = StatusCode::from_u16(status).unwrap();
            assert_eq!(again(code, after.map(seconds)), expected, "{status}");
        }
    }

    #[test]
    fn pauses_grow_and_differ_and_end() {
        let milliseconds = Duration::from_millis;
        for (again, attempts, random, expected) in [
            (Again::No, 1, 0.0, None),
            (Again::Yes, 1, 0.0, Some(milliseconds(250))),
            (Again::Yes, 1, 1.0, Some(milliseconds(500))),
            (Again::Yes, 3, 1.0, Some(milliseconds(2000))),
            (Again::Yes, 99, 1.0, Some(LONGEST_PAUSE)),
            (Again::After(milliseconds(3)), 9, 1.0, Some(milliseconds(3))),
            (Again::After(LONGEST_PAUSE * 2), 1, 0.0, None),
        ] {
            assert_eq!(
                pause(again, attempts, random),
                expected,
                "{again:?} {attempts}"
            );
        }
    }

    #[test]
    fn when_to_come_back_is_seconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
        for (text, expected) in [
            ("120", Some(120)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(7)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("soon", None),
        ] {
            let header = HeaderValue::from_static(text);
            let found = retry_after(&header, now);
            assert_eq!(found.map(|after| after.as_secs()), expected, "{text}");
        }
    }
}
