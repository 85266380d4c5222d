use std::time::SystemTime;

use pactwork_golden::GoldenContract;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An event's name, where it comes from, and what it says.
pub trait Event: JsonSchema {
    /// The event's name: `TemplateDeleted`.
    const NAME: &'static str;
    /// Who emits it: `uk.nhs.notify.templates`.
    const SOURCE: &'static str;
}

/// An event as it travels: an EventBridge envelope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Envelope<D> {
    /// The event's name.
    #[serde(rename = "detail-type")]
    pub detail_type: String,
    /// Who emits it.
    pub source: String,
    /// When it happened (RFC 3339).
    #[schemars(extend("format" = "date-time"))]
    pub time: String,
    /// The version of the envelope.
    pub version: String,
    /// What happened.
    pub detail: D,
}

impl<D: Event> Envelope<D> {
    /// The event that happened at this time.
    pub fn at(time: SystemTime, detail: D) -> Self {
        Self {
            detail_type: D::NAME.into(),
            source: D::SOURCE.into(),
            time: humantime::format_rfc3339_seconds(time).to_string(),
            version: "1.0".into(),
            detail,
        }
    }
}

/// The golden contract of an event, generated from its Rust type.
pub fn golden_contract<D: Event>() -> GoldenContract {
    let mut contract = GoldenContract::of::<Envelope<D>>(D::NAME);
    for (member, value) in [
        ("detail-type", D::NAME),
        ("source", D::SOURCE),
        ("version", "1.0"),
    ] {
        contract.schema["properties"][member]["const"] = value.into();
    }
    contract
}
