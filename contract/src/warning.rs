use std::fmt;

use serde::{Deserialize, Serialize};

/// Something in an input that was understood differently than its author may
/// have meant, or not at all; the rest of the input is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The file, URL or other name of the input; empty where there is none.
    pub origin: String,
    /// The JSON path in the input, such as `$.interactions[3].request`.
    pub path: String,
    /// What was found and what was made of it, as one sentence.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.origin.is_empty() {
            write!(f, "{}: ", self.origin)?;
        }
        write!(f, "{}: {}", self.path, self.message)
    }
}
