//! Mismatches in the JSON report.

use pactwork_matching::Mismatch;
use serde::{Serialize, Serializer};
use serde_json::Value;

#[derive(Serialize)]
struct Reported<'m> {
    #[serde(flatten)]
    mismatch: &'m Mismatch,
    pact: Value,
}

impl<'m> From<&'m Mismatch> for Reported<'m> {
    fn from(mismatch: &'m Mismatch) -> Self {
        let mut pact = mismatch.to_pact_json();
        if let Some(headline) = mismatch.part.pact_headline() {
            pact["headline"] = headline.into();
        }
        Self { mismatch, pact }
    }
}

/// Each mismatch beside itself as the Pact tools know it.
pub(super) fn with_pact_names<S: Serializer>(
    mismatches: &[Mismatch],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(mismatches.iter().map(Reported::from))
}

#[cfg(test)]
mod tests {
    use pactwork_matching::{Difference, Part};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mismatch_stands_beside_itself_by_the_names_of_pact() {
        let mismatch = Mismatch {
            part: Part::Body,
            path: "$.id".into(),
            difference: Difference::Different,
            rule: "equality".into(),
            expected: json!(7),
            actual: Some(json!(8)),
            near: None,
        };
        let reported = with_pact_names(&[mismatch], serde_json::value::Serializer);
        assert_eq!(
            reported.unwrap(),
            json!([{
                "part": "body",
                "path": "$.id",
                "difference": "different",
                "rule": "equality",
                "expected": 7,
                "actual": 8,
                "pact": {
                    "type": "BodyMismatch",
                    "headline": "Body had differences",
                    "path": "$.id",
                    "expected": "7",
                    "actual": "8",
                    "mismatch": "$.id: expected 7, but found 8",
                },
            }])
        );
    }
}
