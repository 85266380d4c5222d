//! Moments as JSON has them: RFC 3339 in UTC, to the second.

use std::time::SystemTime;

use serde::Serializer;

/// For `#[serde(serialize_with = "…")]`.
pub(crate) fn optional<S: Serializer>(
    moment: &Option<SystemTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match moment {
        Some(moment) => {
            serializer.serialize_some(&humantime::format_rfc3339_seconds(*moment).to_string())
        }
        None => serializer.serialize_none(),
    }
}
