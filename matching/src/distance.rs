//! How far an actual request, response or message is from an expected one, so
//! that of many expectations the one a human would pick is shown.

use serde_json::Value;

use crate::{Difference, Mismatch, Part, near};

/// What a mismatch of each part weighs, and what all of that part weigh at most.
/// What is there with another value is nearer than what is not there at all.
const WEIGHTS: &[Weight] = &[
    Weight(Part::Method, 500_000, 500_000, 500_000),
    Weight(Part::Status, 10_000, 10_000, 10_000),
    Weight(Part::Query, 600, 1_000, 5_000),
    Weight(Part::Header, 300, 500, 2_500),
    Weight(Part::Metadata, 300, 500, 2_500),
];

/// A part; what another value weighs; what one that is missing or unexpected
/// weighs; what all of the part weigh at most.
#[derive(Debug)]
struct Weight(Part, u64, u64, u64);

/// A body of which nothing is as expected.
const BODY: u64 = 900;
/// What the number of a body's differing values adds at most.
const BODY_VALUES: u64 = 99;

/// Another path is worse than another method; the more segments differ, the worse.
const PATH: u64 = 600_000;
const PATH_SEGMENTS: u64 = 1_400_000;
/// Segments beyond these are not looked at.
const SEGMENTS: usize = 32;

/// What a segment weighs that is missing, unexpected, or another one.
const SEGMENT: u64 = 12;
/// What one weighs that is spelt much like the expected one.
const MISSPELT: u64 = 3;
/// What one weighs where both are identifiers.
const IDENTIFIER: u64 = 4;

/// The distance that mismatches make. `path` is how far the path is away,
/// `values` how many values the body expects.
pub(crate) fn of(mismatches: &[Mismatch], path: u64, values: usize) -> u64 {
    let parts = WEIGHTS.iter().map(|weight| weight.of(mismatches));
    parts
        .fold(path, u64::saturating_add)
        .saturating_add(body(mismatches, values))
}

impl Weight {
    fn of(&self, mismatches: &[Mismatch]) -> u64 {
        let Self(part, another, missing, most) = self;
        let own = mismatches.iter().filter(|mismatch| mismatch.part == *part);
        let weights = own.map(|mismatch| match mismatch.difference {
            Difference::Missing | Difference::Unexpected => *missing,
            _ => *another,
        });
        weights.fold(0, u64::saturating_add).min(*most)
    }
}

/// The share of the body's values that differ: three wrong ones of fifty are
/// nearer than two of two. Of equal shares the number decides.
fn body(mismatches: &[Mismatch], values: usize) -> u64 {
    let own = mismatches.iter().filter(|each| each.part == Part::Body);
    let differing = own.map(|mismatch| differing_values(mismatch, values));
    let differing = differing.fold(0, u64::saturating_add);
    let values = (values as u64).max(1);
    let share = differing.min(values).saturating_mul(BODY) / values;
    share + differing.min(BODY_VALUES)
}

/// How many values a mismatch of the body is about.
fn differing_values(mismatch: &Mismatch, all: usize) -> u64 {
    let is_all = mismatch.path == "$"
        && !matches!(
            mismatch.difference,
            Difference::Different | Difference::Length
        );
    let differing = match mismatch.difference {
        _ if is_all => all,
        Difference::Missing | Difference::Type => values(&mismatch.expected),
        _ => 1,
    };
    (differing as u64).max(1)
}

/// How many values a value has, lists and objects not counted.
pub(crate) fn values(value: &Value) -> usize {
    match value {
        Value::Array(list) => list.iter().map(values).sum(),
        Value::Object(map) => map.values().map(values).sum(),
        _ => 1,
    }
}

/// How far two different paths are apart: the least number of segments to be put
/// in, left out or replaced, of all of them.
pub(crate) fn between_paths(expected: &str, actual: &str) -> u64 {
    let segments = |path| {
        str::split(path, '/')
            .skip(1)
            .take(SEGMENTS)
            .collect::<Vec<_>>()
    };
    let (expected, actual) = (segments(expected), segments(actual));
    let most = (expected.len().max(actual.len()) as u64).max(1) * SEGMENT;
    let apart = edits(&expected, &actual).min(most);
    PATH + apart * PATH_SEGMENTS / most
}

/// The edit distance of two lists of segments, row by row.
fn edits(expected: &[&str], actual: &[&str]) -> u64 {
    let mut row = vec![0];
    for actual in actual {
        row.push(row[row.len() - 1] + weight(actual));
    }
    for expected in expected {
        let mut diagonal = row[0];
        row[0] += weight(expected);
        for (index, actual) in actual.iter().enumerate() {
            let replaced = diagonal + replacement(expected, actual);
            diagonal = row[index + 1];
            row[index + 1] = replaced
                .min(diagonal + weight(expected))
                .min(row[index] + weight(actual));
        }
    }
    row[actual.len()]
}

/// What a segment weighs that only one path has; an empty one is a slash too many.
fn weight(segment: &str) -> u64 {
    match segment.is_empty() {
        true => MISSPELT,
        false => SEGMENT,
    }
}

fn replacement(expected: &str, actual: &str) -> u64 {
    match () {
        () if expected == actual => 0,
        () if is_identifier(expected) && is_identifier(actual) => IDENTIFIER,
        () if near::nearest(expected, [actual]).is_some() => MISSPELT,
        () => SEGMENT,
    }
}

/// Numbers, UUIDs, versions and the like: no words.
fn is_identifier(segment: &str) -> bool {
    segment.bytes().any(|byte| byte.is_ascii_digit())
}
