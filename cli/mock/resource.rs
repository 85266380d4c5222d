//! The resources as JSON.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use pactwork_consumer::{Message, MockProvider, Report};
use serde_json::{Map, Value, json};

use super::registry::{Pending, Served};

/// The entry.
pub fn index(base: &str) -> Value {
    json!({
        "name": "pactwork mock",
        "version": env!("CARGO_PKG_VERSION"),
        "links": {
            "mock_providers": format!("{base}/mock-providers"),
            "messages": format!("{base}/messages"),
            "openapi": format!("{base}/openapi.json"),
            "shutdown": format!("{base}/shutdown"),
        },
    })
}

/// A mock provider.
pub fn mock_provider(served: &Served, mock: &MockProvider, base: &str) -> Value {
    let this = format!("{base}/mock-providers/{}", served.id);
    let report = mock.report();
    let later = mock.warnings();
    let warnings = served.warnings.iter().cloned();
    let warnings = warnings.chain(later.iter().map(ToString::to_string));
    json!({
        "id": served.id.to_string(),
        "consumer": served.consumer,
        "provider": served.provider,
        "url": served.url,
        "certificate": served.certificate,
        "holds": report.holds(),
        "interactions": report.interactions,
        "warnings": warnings.collect::<Vec<_>>(),
        "links": {
            "self": this,
            "interactions": format!("{this}/interactions"),
            "journal": format!("{this}/journal"),
            "report": format!("{this}/report"),
            "pact": format!("{this}/pact"),
            "finish": format!("{this}/finish"),
        },
    })
}

/// The report, with what a person reads of it.
pub fn report(report: &Report) -> Value {
    let mut value = json!(report);
    value["holds"] = report.holds().into();
    value["text"] = report.to_string().into();
    value["missing"] = json!(report.missing().collect::<Vec<_>>());
    value
}

/// What was asked, oldest first.
pub fn journal(mock: &MockProvider) -> Value {
    let report = mock.report();
    let requests = mock.requests();
    let answered = |position: usize| {
        let usage = report.interactions.get(position)?;
        Some(json!({ "position": position, "interaction": usage.interaction }))
    };
    let requests = requests.iter().map(|received| {
        let mut request = json!({
            "request": received.request,
            "answered_by": received.answered_by.and_then(answered),
        });
        if let Some(fault) = received.fault {
            request["fault"] = json!(fault);
        }
        request
    });
    json!({
        "requests": requests.collect::<Vec<_>>(),
        "unexpected": report.unexpected,
        "unexpected_beyond": report.unexpected_beyond,
    })
}

/// A message that waits for the consumer's word.
pub fn message(pending: &Pending, base: &str) -> Value {
    let Pending { id, message, .. } = pending;
    let this = format!("{base}/messages/{id}");
    let pact = message.pact();
    let description = pact.interactions.first();
    let description = description.map(|each| each.common().description.as_str());
    let mut value = json!({
        "id": id.to_string(),
        "kind": match message.request() {
            Some(_) => "synchronous",
            None => "asynchronous",
        },
        "consumer": pact.consumer.name,
        "provider": pact.provider.name,
        "description": description,
        "messages": message.handed().iter().map(contents).collect::<Vec<_>>(),
        "links": { "self": this, "confirmation": format!("{this}/confirmation") },
    });
    if let Some(request) = message.request() {
        value["request"] = contents(request);
    }
    value
}

/// The contents as a value where they are JSON, as text where they are that, and
/// otherwise as base64.
fn contents(message: &Message) -> Value {
    let mut value = Map::new();
    let bytes = &message.contents;
    let is_json = message.content_type.as_deref().is_none_or(is_json);
    let parsed = is_json.then(|| message.json::<Value>().ok()).flatten();
    match (parsed, message.text()) {
        (Some(parsed), _) => value.insert("contents".into(), parsed),
        (None, Ok(text)) => value.insert("contents".into(), text.into()),
        (None, Err(_)) => value.insert(
            "contents_base64".into(),
            BASE64_STANDARD.encode(bytes).into(),
        ),
    };
    if let Some(content_type) = &message.content_type {
        value.insert("content_type".into(), content_type.clone().into());
    }
    value.insert("metadata".into(), message.metadata.clone().into());
    value.into()
}

/// `application/json` and everything that says so in its suffix (RFC 6839, section 3.1).
pub fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let media_type = media_type.to_ascii_lowercase();
    media_type == "application/json" || media_type.ends_with("+json")
}
