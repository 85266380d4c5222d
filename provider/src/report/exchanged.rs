//! What was sent to the provider and what came back, as far as a report keeps it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hyper::HeaderMap;
use pactwork_contract::MessageContents;
use serde::Serialize;
use serde_json::{Map, Value};

use super::redact;
use crate::http::Answered;
use crate::secrets::shown_header;
use crate::{ProducedMessage, Secrets};

/// How many bytes of a body a report keeps; a multiple of three, for base64.
const KEPT: usize = 12 * 1024;

/// What was sent to the provider.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Sent {
    /// A request over HTTP, after everything that changes requests.
    Request(SentRequest),
    /// A consumer's message (a synchronous message).
    Message(SeenMessage),
}

/// What came back from the provider.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Received {
    /// An answer over HTTP.
    Response(ReceivedResponse),
    /// The message, or every answer to a consumer's message.
    Messages(Vec<SeenMessage>),
}

/// A request as it was sent. Values of headers whose names say that they are secrets
/// are `[redacted]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SentRequest {
    /// The method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// The headers in the order of sending, without those that the connection adds.
    pub headers: Vec<SeenHeader>,
    /// The body; `None` where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<SeenBody>,
}

/// An answer as it came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ReceivedResponse {
    /// The status.
    pub status: u16,
    /// The headers in the order of arrival.
    pub headers: Vec<SeenHeader>,
    /// The body; `None` where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<SeenBody>,
}

/// A message as it was sent or came back.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SeenMessage {
    /// The contents; `None` where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contents: Option<SeenBody>,
    /// The content type, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Metadata by name.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
}

/// A header. One that was sent twice is there twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SeenHeader {
    /// Its name, in small letters.
    pub name: String,
    /// Its value; what is no UTF-8 is shown as `�`.
    pub value: String,
}

/// A body, of which a report keeps the first 12 KiB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SeenBody {
    /// How many bytes it has.
    pub length: usize,
    /// It, or its beginning.
    #[serde(flatten)]
    pub content: SeenContent,
    /// Whether only the beginning is kept.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
}

/// The bytes of a body, for those who read them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeenContent {
    /// They are UTF-8.
    Text(String),
    /// They are not; in base64.
    Base64(String),
}

impl SentRequest {
    pub(crate) fn of(head: &hyper::Request<()>, body: &Bytes, secrets: &Secrets) -> Self {
        Self {
            method: head.method().to_string(),
            url: secrets.redact(&head.uri().to_string()).into_owned(),
            headers: headers(head.headers(), secrets),
            body: SeenBody::of(body, secrets),
        }
    }
}

impl ReceivedResponse {
    pub(crate) fn of(answer: &Answered, secrets: &Secrets) -> Self {
        Self {
            status: answer.status.as_u16(),
            headers: headers(&answer.headers, secrets),
            body: SeenBody::of(&answer.body, secrets),
        }
    }
}

impl SeenMessage {
    pub(crate) fn asked(message: &MessageContents, secrets: &Secrets) -> Self {
        Self {
            contents: SeenBody::of(&message.contents.to_bytes(), secrets),
            content_type: message.contents.content_type().map(Into::into),
            metadata: redact::metadata(&message.metadata, secrets),
        }
    }

    pub(crate) fn produced(message: &ProducedMessage, secrets: &Secrets) -> Self {
        let content_type = message.content_type.as_deref();
        Self {
            contents: SeenBody::of(&message.contents, secrets),
            content_type: content_type.map(|each| secrets.redact(each).into_owned()),
            metadata: redact::metadata(&message.metadata, secrets),
        }
    }
}

impl SeenBody {
    /// Secrets are replaced before anything is cut off: half of one is still one.
    fn of(bytes: &[u8], secrets: &Secrets) -> Option<Self> {
        if bytes.is_empty() {
            return None;
        }
        let longest = secrets.longest();
        let cut = bytes.len() > KEPT;
        let beginning = &bytes[..bytes.len().min(KEPT + longest)];
        let shown = |text: &str, most: usize| {
            let redacted = secrets.redact(text);
            match cut {
                true => shortened(&redacted, longest, most).to_owned(),
                false => redacted.into_owned(),
            }
        };
        Some(Self {
            length: bytes.len(),
            content: match text(beginning, cut) {
                Some(text) => SeenContent::Text(shown(text, KEPT)),
                None => SeenContent::Base64(shown(&STANDARD.encode(beginning), KEPT / 3 * 4)),
            },
            cut,
        })
    }
}

/// The bytes as text, but for a character that was cut in two at their end.
fn text(bytes: &[u8], cut: bool) -> Option<&str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(reason) if cut && reason.error_len().is_none() => {
            std::str::from_utf8(&bytes[..reason.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    (!text.contains('\0')).then_some(text)
}

/// At most so many bytes, and without the last ones, which may be the beginning of a secret.
fn shortened(text: &str, last: usize, most: usize) -> &str {
    let end = text.len().saturating_sub(last).min(most);
    &text[..text.floor_char_boundary(end)]
}

fn headers(headers: &HeaderMap, secrets: &Secrets) -> Vec<SeenHeader> {
    let seen = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        SeenHeader {
            name: name.as_str().into(),
            value: secrets
                .redact(&shown_header(name.as_str(), &value))
                .into_owned(),
        }
    });
    seen.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(bytes: &[u8], secrets: &[&str]) -> SeenBody {
        let known = Secrets::default();
        secrets.iter().for_each(|secret| known.add(secret));
        SeenBody::of(bytes, &known).unwrap()
    }

    #[test]
    fn a_body_is_text_or_base64_and_kept_up_to_a_size() {
        for (bytes, content, cut) in [
            (b"a\nb".to_vec(), SeenContent::Text("a\nb".into()), false),
            (vec![0xFF, 0], SeenContent::Base64("/wA=".into()), false),
            (b"a\0".to_vec(), SeenContent::Base64("YQA=".into()), false),
            // Half a character at the end of a whole body makes it no text.
            (vec![b'a', 0xC3], SeenContent::Base64("YcM=".into()), false),
            (
                [vec![b'a'; KEPT - 1], "éé".into()].concat(),
                SeenContent::Text("a".repeat(KEPT - 1)),
                true,
            ),
            (
                vec![0; KEPT + 1],
                SeenContent::Base64("A".repeat(KEPT / 3 * 4)),
                true,
            ),
        ] {
            let expected = SeenBody {
                length: bytes.len(),
                content,
                cut,
            };
            assert_eq!(body(&bytes, &[]), expected);
        }
        assert_eq!(SeenBody::of(b"", &Secrets::default()), None);
    }

    #[test]
    fn no_part_of_a_secret_is_left_where_a_body_is_cut() {
        let secret = "0123456789abcdef";
        for before in (0..40).map(|less| KEPT + 10 - less) {
            let text = format!("{}{secret}{}", "-".repeat(before), "-".repeat(100));
            let SeenContent::Text(kept) = body(text.as_bytes(), &[secret]).content else {
                panic!("no text");
            };
            assert!(kept.len() <= KEPT && !kept.contains("01"), "{before}");
        }
        // What stands before it shrinks, so that more of the end is seen.
        let many = format!("{}{}", secret.repeat(2000), &secret[..8]);
        let SeenContent::Text(kept) = body(many.as_bytes(), &[secret]).content else {
            panic!("no text");
        };
        assert!(!kept.contains("01"), "{kept}");
    }
}
