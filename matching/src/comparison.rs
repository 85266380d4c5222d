use std::fmt;

use crate::Mismatch;

/// The result of comparing an expectation with something actual.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparison {
    /// Every difference, in the order method, path, query, status, header, body, metadata.
    pub mismatches: Vec<Mismatch>,
    /// How far the actual is from the expected: 0 for a match; used to find the nearest.
    pub distance: u64,
}

impl Comparison {
    /// Whether the actual keeps the expectation.
    pub fn is_match(&self) -> bool {
        self.mismatches.is_empty()
    }
}

impl fmt::Display for Comparison {
    /// One line a mismatch; nothing for a match.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mismatch) in self.mismatches.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{mismatch}")?;
        }
        Ok(())
    }
}
