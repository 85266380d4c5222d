//! Observations of one request and one kind of answer, folded into what they have
//! in common and one example.

use std::collections::BTreeSet;

use super::body::{BodyShape, Read};
use super::fields::Fields;
use super::headers::essence;
use super::sample::{Half, Sample};
use super::segments::PathShape;

/// What a request or answer has in common with others.
#[derive(Debug, Clone, Default)]
pub(super) struct HalfShape {
    pub headers: Fields,
    pub body: BodyShape,
    pub left_out: BTreeSet<String>,
    pub redacted: BTreeSet<String>,
    /// Why bodies were left out.
    pub reasons: BTreeSet<String>,
}

/// The observations of one interaction.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub seen: u64,
    pub query: Fields,
    pub request: HalfShape,
    pub response: HalfShape,
    /// Where answers pointed to, as regular expressions; two of them stand for many.
    pub locations: BTreeSet<String>,
    pub example: Sample,
}

impl HalfShape {
    fn of(half: &Half) -> Self {
        let headers = half.headers.iter();
        let headers = headers.flat_map(|(name, values)| {
            values
                .iter()
                .map(move |value| (name.as_str(), value.as_str()))
        });
        let reason = match &half.body {
            Read::LeftOut(reason) => Some(reason.clone()),
            _ => None,
        };
        Self {
            headers: Fields::of(headers),
            body: BodyShape::of(&half.body),
            left_out: half.left_out.clone(),
            redacted: half.redacted.clone(),
            reasons: reason.into_iter().collect(),
        }
    }

    fn merge(&mut self, other: Self) {
        self.headers.merge(other.headers);
        self.body.merge(other.body);
        self.left_out.extend(other.left_out);
        self.redacted.extend(other.redacted);
        self.reasons.extend(other.reasons);
    }
}

impl Group {
    pub fn of(sample: Sample) -> Self {
        let query = sample.query.iter();
        let query = query.map(|(name, value)| (&**name, value.as_deref().unwrap_or("")));
        let locations = sample.response.headers.iter();
        let locations = locations.filter(|(name, _)| name == "Location");
        Self {
            seen: 1,
            query: Fields::of(query),
            request: HalfShape::of(&sample.request),
            response: HalfShape::of(&sample.response),
            locations: locations
                .flat_map(|(_, values)| values.iter().map(|value| location(value)))
                .collect(),
            example: sample,
        }
    }

    /// Adds the other's observations. The example is the one that shows most, and of
    /// those the first in an order of their texts, so that the order in which they
    /// came does not matter.
    pub fn merge(&mut self, other: Self) {
        self.seen += other.seen;
        self.query.merge(other.query);
        self.request.merge(other.request);
        self.response.merge(other.response);
        self.locations.extend(other.locations);
        while self.locations.len() > 2 {
            self.locations.pop_last();
        }
        let (ours, theirs) = (self.example.weight(), other.example.weight());
        let first = || format!("{:?}", other.example) < format!("{:?}", self.example);
        if theirs > ours || (theirs == ours && first()) {
            self.example = other.example;
        }
    }

    /// The content type of the answers, where all say the same.
    pub fn response_essence(&self) -> String {
        let content_type = self.example.response.content_type.as_deref();
        content_type.map(essence).unwrap_or_default()
    }
}

/// The regular expression of a URL or path that an answer points to: any host, and
/// the shape of the path.
fn location(value: &str) -> String {
    let rest = match value.find("://").map(|at| at + 3) {
        None => value,
        Some(start) => {
            let end = value[start..].find(['/', '?', '#']);
            &value[end.map_or(value.len(), |end| start + end)..]
        }
    };
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (path, behind) = rest.split_at(end);
    let path = PathShape::of(path).regex_unanchored();
    let behind = if behind.is_empty() { "" } else { "([?#].*)?" };
    format!("^(https?://[^/]+)?{path}{behind}$")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_answers_point_to() {
        for (value, expected) in [
            ("/orders/7", r"^(https?://[^/]+)?/orders/\d+$"),
            (
                "https://example.org/orders/7",
                r"^(https?://[^/]+)?/orders/\d+$",
            ),
            (
                "http://127.0.0.1:80/a?b=7",
                r"^(https?://[^/]+)?/a([?#].*)?$",
            ),
            ("https://example.org", "^(https?://[^/]+)?$"),
        ] {
            assert_eq!(location(value), expected);
        }
    }
}
