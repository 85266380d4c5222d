//! What stands under a name that is no hash carries the hash of its content, so
//! that whatever happens to its bytes is noticed.

use pactwork_contract::ContentId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::error::BrokerError;
use crate::storage::{corrupt, to_bytes};

/// The hash covers the content's text as it stands, white space included.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed<'t> {
    sha256: String,
    #[serde(borrow)]
    content: &'t RawValue,
}

/// A value with the hash of its text, as one JSON document.
pub(crate) fn close(key: &str, value: &impl Serialize) -> Result<Vec<u8>, BrokerError> {
    let bytes = to_bytes(key, value)?;
    let content = String::from_utf8_lossy(&bytes);
    let content = content.trim_end();
    let sha256 = ContentId::of_bytes(content.as_bytes());
    Ok(format!("{{\n\"sha256\": \"{sha256}\",\n\"content\": {content}\n}}\n").into_bytes())
}

/// The value, where it has the hash that stands beside it.
pub(crate) fn open<T: DeserializeOwned>(key: &str, bytes: &[u8]) -> Result<T, BrokerError> {
    let sealed: Sealed<'_> = serde_json::from_slice(bytes).map_err(|error| corrupt(key, error))?;
    let content = sealed.content.get();
    if ContentId::of_bytes(content.as_bytes()).as_str() != sealed.sha256 {
        return Err(corrupt(key, "its content does not have the hash beside it"));
    }
    serde_json::from_str(content).map_err(|error| corrupt(key, error))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn values() -> [Value; 3] {
        [
            json!({ "name": "web \u{fc}", "at": 1.5, "list": [1, null, true] }),
            json!("web"),
            json!({}),
        ]
    }

    #[test]
    fn what_was_closed_is_opened_and_is_json() {
        for value in values() {
            let bytes = close("key", &value).unwrap();
            assert_eq!(open::<Value>("key", &bytes).unwrap(), value);
            let document: Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(document["content"], value);
        }
    }

    #[test]
    fn no_flipped_bit_and_no_cut_changes_what_is_read() {
        for value in values() {
            let bytes = close("key", &value).unwrap();
            let flips = (0..bytes.len() * 8).map(|bit| {
                let mut flipped = bytes.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                flipped
            });
            let cuts = (0..bytes.len()).map(|length| bytes[..length].to_vec());
            let mut refused = 0;
            for damaged in flips.chain(cuts) {
                match open::<Value>("key", &damaged) {
                    Ok(read) => assert_eq!(read, value),
                    Err(error) => {
                        refused += 1;
                        let text = error.to_string();
                        assert!(text.starts_with("storage: key is corrupt: "), "{text}");
                    }
                }
            }
            // White space around the content is all that may change.
            assert!(refused > bytes.len() * 8, "{refused}");
        }
    }
}
