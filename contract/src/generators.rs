use serde_json::{Map, Value};

/// Generators of values, as the pact file's `generators` object gives them:
/// category, then path, then definition. Kept and written back.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Generators(pub Map<String, Value>);

impl Generators {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
