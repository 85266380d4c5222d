use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Pact;
use crate::write::layout::content;

/// Identifies the content of a contract: the SHA-256 of its canonical form, as
/// 64 lower-case hexadecimal digits. For a pact, participants' names and
/// interactions count; the order of the interactions, the file's formatting and
/// its metadata do not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentId(String);

impl ContentId {
    /// The id of these bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let digest = Sha256::digest(bytes);
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Pact {
    /// Identifies this pact's content.
    pub fn content_id(&self) -> ContentId {
        ContentId::of_bytes(content(self).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HttpInteraction, Interaction};

    fn pact(descriptions: &[&str]) -> Pact {
        let mut pact = Pact::between("web", "orders");
        for description in descriptions {
            let mut http = HttpInteraction::default();
            http.common.description = (*description).into();
            pact.interactions.push(Interaction::Http(Box::new(http)));
        }
        pact
    }

    #[test]
    fn order_and_metadata_do_not_count_and_content_does() {
        let mut other = pact(&["b", "a"]);
        other.metadata.insert("tool".into(), "another".into());
        assert_eq!(pact(&["a", "b"]).content_id(), other.content_id());
        assert_ne!(pact(&["a"]).content_id(), other.content_id());
        assert_eq!(other.content_id().as_str().len(), 64);
    }
}
