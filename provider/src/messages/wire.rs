//! Messages as JSON: what a source is asked, and what it may answer with.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use pactwork_contract::{Body, Content, MessageContents};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::{ProducedMessage, WantedMessage};

/// The content type of an answer that is [`read`]: the messages with their metadata, as
/// many as there are.
pub(super) const CONTENT_TYPE: &str = "application/vnd.pactwork.messages+json";

/// What is expected of a message, by example.
const EXAMPLE: &str =
    r#"expected {"contents": {"content": …, "contentType": "application/json"}, "metadata": {…}}"#;

/// The members of a message, and of its contents.
const MESSAGE: &[&str] = &["contents", "metadata"];
const CONTENTS: &[&str] = &["content", "contentType", "contentTypeHint", "encoded"];

type Members = std::collections::BTreeMap<String, Box<RawValue>>;

/// `{"description": …, "providerStates": [{"name", "params"}]}`, for a synchronous message
/// with `"request"` as a version 4 pact writes it.
pub(super) fn question(wanted: &WantedMessage<'_>, request: Option<&MessageContents>) -> Value {
    let states = wanted
        .provider_states
        .iter()
        .map(|state| json!({ "name": state.name, "params": state.params }));
    let mut question = json!({
        "description": wanted.description,
        "providerStates": states.collect::<Value>(),
    });
    if let Some(request) = request {
        question["request"] = in_version_4(request);
    }
    question
}

/// A message's contents and metadata as version 4 of the specification writes them.
fn in_version_4(message: &MessageContents) -> Value {
    let mut written = Map::new();
    if let Some(contents) = contents_in_version_4(&message.contents) {
        written.insert("contents".into(), contents);
    }
    if !message.metadata.is_empty() {
        written.insert("metadata".into(), message.metadata.clone().into());
    }
    Value::Object(written)
}

fn contents_in_version_4(contents: &Body) -> Option<Value> {
    let (content, encoded) = match contents {
        Body::Missing => return None,
        Body::Null => return Some(Value::Null),
        Body::Empty => return Some(json!({ "content": "" })),
        Body::Present { content, .. } => match content {
            Content::Json(value) => (value.clone(), Value::Bool(false)),
            Content::Text(text) => (text.as_str().into(), Value::Bool(false)),
            Content::Binary(bytes) => (STANDARD.encode(bytes).into(), "base64".into()),
        },
    };
    let mut written = json!({ "content": content, "encoded": encoded });
    if let Some(content_type) = contents.content_type() {
        written["contentType"] = content_type.into();
    }
    Some(written)
}

/// Reads a message, or an array of messages, in the form that version 4 of the
/// specification has for a message's contents; or says what is wrong, and where.
pub(super) fn read(text: &[u8]) -> Result<Vec<ProducedMessage>, String> {
    let whole: &RawValue = serde_json::from_slice(text).map_err(|reason| {
        let found = shown(&String::from_utf8_lossy(text));
        match found.is_empty() {
            true => format!("found nothing, {EXAMPLE}"),
            false => format!("not JSON ({reason}): {found}"),
        }
    })?;
    if !whole.get().starts_with('[') {
        return Ok(vec![message(whole, "$")?]);
    }
    let all: Vec<&RawValue> =
        serde_json::from_str(whole.get()).map_err(|reason| format!("$: {reason}"))?;
    let all = all.into_iter().enumerate();
    all.map(|(index, each)| message(each, &format!("$[{index}]")))
        .collect()
}

/// The message that [`read`] gives where there may be only one.
pub(super) fn only(mut messages: Vec<ProducedMessage>) -> Result<ProducedMessage, String> {
    match (messages.pop(), messages.len()) {
        (Some(message), 0) => Ok(message),
        (None, _) => Err("expected one message, found an empty array".into()),
        (_, others) => Err(format!("expected one message, found {}", others + 1)),
    }
}

fn message(value: &RawValue, path: &str) -> Result<ProducedMessage, String> {
    let members = members(value, path, MESSAGE)?;
    let Some(contents) = members.get("contents") else {
        return Err(format!("{path}: \"contents\" is missing, {EXAMPLE}"));
    };
    let metadata = match members.get("metadata") {
        None => Map::new(),
        Some(value) => serde_json::from_str(value.get()).map_err(|_| {
            let found = shown(value.get());
            format!("{path}.metadata: expected an object, found {found}")
        })?,
    };
    let declared = super::content_type(&metadata);
    let (contents, content_type) = match contents.get() {
        "null" => (Bytes::new(), None),
        _ => read_contents(contents, declared, &format!("{path}.contents"))?,
    };
    Ok(ProducedMessage {
        contents,
        content_type: content_type.or_else(|| declared.map(Into::into)),
        metadata,
    })
}

/// The bytes, and the content type that is said with them or follows from them.
fn read_contents(
    value: &RawValue,
    declared: Option<&str>,
    path: &str,
) -> Result<(Bytes, Option<String>), String> {
    let members = members(value, path, CONTENTS)?;
    let text = |name: &str| match members.get(name) {
        None => Ok(None),
        Some(value) => serde_json::from_str(value.get()).map_err(|_| {
            let found = shown(value.get());
            format!("{path}.{name}: expected a text, found {found}")
        }),
    };
    let Some(content) = members.get("content") else {
        return Err(format!("{path}: \"content\" is missing, {EXAMPLE}"));
    };
    let own: Option<String> = text("contentType")?;
    let content_type = own.as_deref().or(declared);
    let path = format!("{path}.content");
    let encoded = members.get("encoded").map_or("false", |value| value.get());
    let Ok(text) = serde_json::from_str::<String>(content.get()) else {
        let json = own.or_else(|| declared.is_none().then(|| "application/json".into()));
        return Ok((content.get().to_owned().into(), json));
    };
    let bytes = match encoded.to_lowercase().as_str() {
        "false" if content_type.is_some_and(is_json) => content.get().to_owned().into(),
        "false" | "\"json\"" => text.into(),
        "true" | "\"base64\"" => STANDARD
            .decode(&text)
            .map_err(|reason| format!("{path}: not base64 ({reason})"))?
            .into(),
        _ => {
            return Err(format!(
                "{path}: \"encoded\" is {encoded}, expected false, \"base64\" or \"json\""
            ));
        }
    };
    Ok((bytes, own))
}

fn members(value: &RawValue, path: &str, known: &[&str]) -> Result<Members, String> {
    let members: Members = serde_json::from_str(value.get()).map_err(|_| {
        let found = shown(value.get());
        format!("{path}: {EXAMPLE}, found {found}")
    })?;
    match members.keys().find(|name| !known.contains(&name.as_str())) {
        None => Ok(members),
        Some(other) => Err(format!("{path}: \"{other}\" is not known, {EXAMPLE}")),
    }
}

/// By its name: `…/json` or `…+json`.
fn is_json(content_type: &str) -> bool {
    let name = content_type.split(';').next().unwrap_or_default();
    let name = name.trim().to_lowercase();
    name.ends_with("/json") || name.ends_with("+json")
}

fn shown(text: &str) -> String {
    const SHOWN: usize = 200;
    let text = text.trim();
    let short: String = text.chars().take(SHOWN).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    format!("{short}{dots}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_consumers_message_is_sent_as_version_4_writes_it() {
        let binary = Body::Present {
            content: Content::Binary(vec![1, 2]),
            content_type: Some("application/octet-stream".into()),
        };
        for (contents, expected) in [
            (Body::Missing, json!({})),
            (Body::Null, json!({ "contents": null })),
            (
                Body::json(json!([1])),
                json!({ "contents": { "content": [1], "contentType": "application/json", "encoded": false } }),
            ),
            (
                binary,
                json!({ "contents": { "content": "AQI=", "contentType": "application/octet-stream", "encoded": "base64" } }),
            ),
        ] {
            let message = MessageContents {
                contents,
                ..MessageContents::default()
            };
            assert_eq!(in_version_4(&message), expected);
        }
    }

    #[test]
    fn contents_are_the_bytes_that_would_be_sent() {
        for (contents, bytes, content_type) in [
            (
                r#"{"content": {"a": 1.50}}"#,
                r#"{"a": 1.50}"#,
                Some("application/json"),
            ),
            (r#"{"content": "a"}"#, "a", None),
            (
                r#"{"content": "a", "contentType": "application/json"}"#,
                "\"a\"",
                Some("application/json"),
            ),
            (
                r#"{"content": "YWI=", "encoded": "base64", "contentType": "image/png"}"#,
                "ab",
                Some("image/png"),
            ),
            (
                r#"{"content": "[1]", "encoded": "JSON", "contentType": "a/b+json"}"#,
                "[1]",
                Some("a/b+json"),
            ),
            ("null", "", None),
        ] {
            let text = format!("{{\"contents\": {contents}, \"metadata\": {{\"a\": 1}}}}");
            let message = only(read(text.as_bytes()).unwrap()).unwrap();
            assert_eq!(message.contents, bytes, "{contents}");
            assert_eq!(message.content_type.as_deref(), content_type, "{contents}");
            assert_eq!(message.metadata["a"], 1);
        }
        assert_eq!(read(b"[]").unwrap(), []);
        assert_eq!(
            read(br#"[{"contents": null}, {"contents": null}]"#)
                .unwrap()
                .len(),
            2
        );
    }

    #[test]
    fn the_content_type_may_stand_in_the_metadata() {
        let text =
            br#"{"contents": {"content": "a"}, "metadata": {"contentType": "application/json"}}"#;
        let message = only(read(text).unwrap()).unwrap();
        assert_eq!(message.contents, "\"a\"");
        assert_eq!(message.content_type.as_deref(), Some("application/json"));
    }

    #[test]
    fn what_is_no_message_is_said_with_its_place() {
        for (text, expected) in [
            (" ", format!("found nothing, {EXAMPLE}")),
            (
                "ready",
                "not JSON (expected value at line 1 column 1): ready".into(),
            ),
            (r#"{"id": 7}"#, format!("$: \"id\" is not known, {EXAMPLE}")),
            ("{}", format!("$: \"contents\" is missing, {EXAMPLE}")),
            ("7", format!("$: {EXAMPLE}, found 7")),
            (
                r#"[{"contents": null}, {"contents": {"id": 7}}]"#,
                format!("$[1].contents: \"id\" is not known, {EXAMPLE}"),
            ),
            (
                r#"{"contents": null, "metadata": []}"#,
                "$.metadata: expected an object, found []".into(),
            ),
            (
                r#"{"contents": {"content": "!", "encoded": true}}"#,
                "$.contents.content: not base64 (Invalid symbol 33, offset 0.)".into(),
            ),
            (
                r#"{"contents": {"content": "!", "encoded": "rot13"}}"#,
                "$.contents.content: \"encoded\" is \"rot13\", expected false, \"base64\" or \"json\""
                    .into(),
            ),
            (
                r#"{"contents": {"content": 1, "contentType": 7}}"#,
                "$.contents.contentType: expected a text, found 7".into(),
            ),
        ] {
            assert_eq!(read(text.as_bytes()).unwrap_err(), expected, "{text}");
        }
        let two = read(br#"[{"contents": null}, {"contents": null}]"#).unwrap();
        assert_eq!(only(two).unwrap_err(), "expected one message, found 2");
        assert_eq!(
            only(Vec::new()).unwrap_err(),
            "expected one message, found an empty array"
        );
    }
}
