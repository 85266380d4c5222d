//! One client for all that is asked.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, StatusCode, Url};

use super::{Access, printable, shown};
use crate::failure::Failure;
use crate::traffic::decoded;
use crate::webhook::said;

/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// The longest document that is read.
const LONGEST: usize = 64 * 1024 * 1024;

/// How often something is asked that a server was too busy for.
const ATTEMPTS: u32 = 3;

/// Before the second attempt; doubled before the third.
const PAUSE: Duration = Duration::from_millis(500);

/// How much of what a server says about an error is shown.
const SHOWN: usize = 300;

/// Asks servers, within a time for each request.
#[derive(Debug, Clone)]
pub struct Web {
    client: Client,
    timeout: Duration,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    pub method: Method,
    pub url: &'a Url,
    pub access: &'a Access,
    pub accept: &'static str,
    /// JSON.
    pub body: Option<String>,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    /// Where it was found, behind any redirects.
    pub url: Url,
    pub content_type: String,
    pub body: Vec<u8>,
}

/// Why there is no document.
#[derive(Debug)]
pub struct Unanswered {
    /// The URL that was asked, as it may be shown.
    pub url: String,
    /// The status of the answer, where there was one.
    pub status: Option<StatusCode>,
    /// A clause.
    pub why: String,
}

/// Where to go on.
enum Step {
    Answered(Answer),
    To(Url),
}

impl<'a> Ask<'a> {
    pub fn get(url: &'a Url, access: &'a Access, accept: &'static str) -> Self {
        Self {
            method: Method::GET,
            url,
            access,
            accept,
            body: None,
        }
    }
}

impl Web {
    /// A client that gives each request this long, to the last byte of its answer.
    pub fn new(timeout: Duration) -> Result<Self, Failure> {
        // Fails where a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(timeout)
            .user_agent(concat!("pactwork/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .build();
        let client = client
            .map_err(|error| Failure::unknown(format!("cannot send requests: {}", said(&error))))?;
        Ok(Self { client, timeout })
    }

    /// Asks until there is an answer that says it worked, or asking does not help any
    /// more. Redirects are followed as far as the request stays the same; credentials
    /// go to the first origin alone.
    pub async fn ask(&self, ask: Ask<'_>) -> Result<Answer, Unanswered> {
        let mut url = ask.url.clone();
        for _ in 0..=REDIRECTS {
            match self.step(&ask, &url).await? {
                Step::Answered(answer) => return Ok(answer),
                Step::To(next) => url = next,
            }
        }
        Err(Unanswered {
            url: shown(ask.url),
            status: None,
            why: format!("it redirects more than {REDIRECTS} times"),
        })
    }

    async fn step(&self, ask: &Ask<'_>, url: &Url) -> Result<Step, Unanswered> {
        let response = self.patiently(ask, url).await?;
        let status = response.status();
        let unanswered = |why: String| Unanswered {
            url: shown(url),
            status: Some(status),
            why,
        };
        if status.is_redirection() {
            let next = redirected(&response, url).map_err(unanswered)?;
            return match may_follow(ask, status, url, &next) {
                true => Ok(Step::To(next)),
                false => Err(unanswered(format!(
                    "it answered {status} to {}, which is not followed with {}",
                    shown(&next),
                    ask.method
                ))),
            };
        }
        let content_type = header(&response, CONTENT_TYPE);
        let read = read(response, self.timeout).await;
        if !status.is_success() {
            let words = words(&content_type, &read.unwrap_or_default());
            let words = printable(&ask.access.hide(&words));
            return Err(unanswered(match words.is_empty() {
                true => format!("it answered {status}"),
                false => format!("it answered {status}: {words}"),
            }));
        }
        Ok(Step::Answered(Answer {
            url: url.clone(),
            content_type,
            body: read.map_err(unanswered)?,
        }))
    }

    /// A server that is busy or starts may be well in a moment.
    async fn patiently(&self, ask: &Ask<'_>, url: &Url) -> Result<Response, Unanswered> {
        let mut attempt = 1;
        loop {
            let found = self.once(ask, url).await;
            let again = match &found {
                Ok(response) => is_busy(response.status()),
                Err(error) => !error.is_timeout() && !said(error).contains("certificate"),
            };
            if !again || attempt >= ATTEMPTS {
                return found.map_err(|error| self.unanswered(ask, url, &error));
            }
            tokio::time::sleep(PAUSE * attempt).await;
            attempt += 1;
        }
    }

    async fn once(&self, ask: &Ask<'_>, url: &Url) -> Result<Response, reqwest::Error> {
        let mut request = self.client.request(ask.method.clone(), url.clone());
        request = request.header(ACCEPT, ask.accept);
        if ask.url.origin() == url.origin() {
            for (name, value) in ask.access.headers() {
                request = request.header(name, value);
            }
        }
        if let Some(body) = &ask.body {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(body.clone());
        }
        request.send().await
    }

    fn unanswered(&self, ask: &Ask<'_>, url: &Url, error: &reqwest::Error) -> Unanswered {
        let why = match error.is_timeout() {
            true => format!("no answer within {} s", self.timeout.as_secs()),
            false => ask.access.hide(&said(error)),
        };
        Unanswered {
            url: shown(url),
            status: None,
            why: printable(&why),
        }
    }
}

impl Unanswered {
    /// It could not be found out. `authorize` says how credentials are given.
    pub fn failure(&self, authorize: &str) -> Failure {
        let failure = Failure::unknown(format!("{}: {}", self.url, self.why));
        match self.status.map(|status| status.as_u16()) {
            Some(401) => failure.advise(authorize),
            Some(403) => failure.advise(format!(
                "let these credentials read it, or use others: {authorize}"
            )),
            Some(404) => failure.advise("check the URL"),
            Some(407) => failure.advise("write the proxy's user and password into HTTPS_PROXY"),
            Some(_) => failure.advise("ask again later, or whoever runs that server"),
            None if self.why.contains("certificate") => {
                failure.advise("let SSL_CERT_FILE name a file with the certificates to trust (PEM)")
            }
            None => failure.advise(
                "check the URL and the network; where a proxy is needed or in the way: \
                 HTTPS_PROXY, HTTP_PROXY and NO_PROXY",
            ),
        }
    }
}

fn is_busy(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
}

fn redirected(response: &Response, url: &Url) -> Result<Url, String> {
    let status = response.status();
    let location = header(response, LOCATION);
    if location.is_empty() {
        return Err(format!("it answered {status} and does not say where to"));
    }
    let next = url.join(&location);
    let next = next.map_err(|_| format!("it answered {status} to something that is no URL"))?;
    match next.scheme() {
        "http" | "https" => Ok(next),
        other => Err(format!("it answered {status} to a URL with {other}:")),
    }
}

/// A GET goes anywhere, though never from TLS to where anybody can read and change it;
/// what has a body goes on only within the origin, and only where it stays what it is.
fn may_follow(ask: &Ask<'_>, status: StatusCode, url: &Url, next: &Url) -> bool {
    if url.scheme() == "https" && next.scheme() == "http" {
        return false;
    }
    let keeps = [
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    ask.method == Method::GET || keeps.contains(&status) && url.origin() == next.origin()
}

fn header(response: &Response, name: reqwest::header::HeaderName) -> String {
    let value = response.headers().get(name);
    let value = value.and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

/// The whole body, its content codings undone. The error is a clause.
async fn read(mut response: Response, timeout: Duration) -> Result<Vec<u8>, String> {
    let too_long = || format!("its answer is longer than {} MiB", LONGEST >> 20);
    let codings = header(&response, CONTENT_ENCODING);
    let mut body = Vec::new();
    loop {
        let chunk = response
            .chunk()
            .await
            .map_err(|error| match error.is_timeout() {
                true => format!("its answer did not end within {} s", timeout.as_secs()),
                false => "its answer broke off".into(),
            })?;
        let Some(chunk) = chunk else { break };
        if body.len() + chunk.len() > LONGEST {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    decoded(body, &codings, LONGEST).map_err(|why| format!("its answer cannot be read: {why}"))
}

/// What a server says about an error: of JSON the sentences, of a page nothing.
fn words(content_type: &str, body: &[u8]) -> String {
    if content_type.contains("html") {
        return String::new();
    }
    let text = match serde_json::from_slice(body) {
        Ok(document) => sentences(&document).join("; "),
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").chars().take(SHOWN).collect()
}

/// The texts of an error's document, with the names of what they are about.
fn sentences(document: &serde_json::Value) -> Vec<String> {
    use serde_json::Value;
    match document {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(sentences).collect(),
        Value::Object(members) => {
            for member in ["detail", "message", "errors", "error", "title"] {
                let found = members.get(member).map(sentences).unwrap_or_default();
                if !found.is_empty() {
                    return found;
                }
            }
            let about = |(name, value): (&String, &Value)| {
                let found = sentences(value).into_iter();
                let found = found.map(move |text| format!("{name}: {text}"));
                found.collect::<Vec<_>>()
            };
            let members = members.iter().filter(|(name, _)| *name != "_links");
            members.flat_map(about).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stays_the_same_is_sent_on() {
        let access = Access::default();
        let first = Url::parse("https://a.example/x").unwrap();
        for (method, status, to, follows) in [
            (Method::GET, 302, "https://b.example/x", true),
            (Method::GET, 301, "https://a.example/y", true),
            (Method::GET, 302, "http://a.example/x", false),
            (Method::POST, 307, "https://a.example/y", true),
            (Method::POST, 302, "https://a.example/y", false),
            (Method::POST, 307, "https://b.example/y", false),
        ] {
            let ask = Ask {
                method: method.clone(),
                ..Ask::get(&first, &access, "*/*")
            };
            let status = StatusCode::from_u16(status).unwrap();
            let next = Url::parse(to).unwrap();
            let found = may_follow(&ask, status, &first, &next);
            assert_eq!(found, follows, "{method} {status} {to}");
        }
    }

    #[test]
    fn of_an_error_the_sentences_are_shown() {
        for (content_type, body, expected) in [
            (
                "application/hal+json",
                r#"{"error": "No provider"}"#,
                "No provider",
            ),
            (
                "application/json",
                r#"{"error": {"message": "Oh", "reference": "x"}}"#,
                "Oh",
            ),
            (
                "application/json",
                r#"{"errors": {"consumerVersionSelectors": ["is wrong", "and missing"]}}"#,
                "consumerVersionSelectors: is wrong; consumerVersionSelectors: and missing",
            ),
            (
                "application/problem+json",
                r#"{"title": "Validation errors", "errors": [{"detail": "no branch"}]}"#,
                "no branch",
            ),
            ("text/plain", "go\n  away", "go away"),
            ("text/html", "<html>", ""),
        ] {
            assert_eq!(words(content_type, body.as_bytes()), expected, "{body}");
        }
    }
}
