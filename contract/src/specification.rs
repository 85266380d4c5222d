use std::fmt;

/// A version of the Pact specification, as a pact file names it under
/// `metadata.pactSpecification.version`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum SpecificationVersion {
    /// Version 1: examples only.
    V1,
    /// Version 1.1: version 1 with lower-case methods and query strings.
    V1_1,
    /// Version 2: matching rules in one flat object.
    V2,
    /// Version 3: matching rules by category, generators, messages, several provider states.
    V3,
    /// Version 4: typed interactions in one list, synchronous messages, comments, pending.
    #[default]
    V4,
}

impl SpecificationVersion {
    /// The version as pact files spell it: `"4.0"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "1.0.0",
            Self::V1_1 => "1.1.0",
            Self::V2 => "2.0.0",
            Self::V3 => "3.0.0",
            Self::V4 => "4.0",
        }
    }
}

impl fmt::Display for SpecificationVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
