//! How far an actual request, response or message is from an expected one, so
//! that of many expectations the one a human would pick is shown.

use crate::{Mismatch, Part};

/// What a mismatch of each part weighs, and what all of that part weigh at most.
const WEIGHTS: &[(Part, u64, u64)] = &[
    (Part::Method, 500_000, 500_000),
    (Part::Status, 10_000, 10_000),
    (Part::Query, 1_000, 5_000),
    (Part::Header, 500, 2_500),
    (Part::Metadata, 500, 2_500),
    (Part::Body, 10, 1_000),
];

/// Another path is worse than another method; the more segments differ, the worse.
const PATH: u64 = 600_000;
const PATH_SEGMENTS: u64 = 1_400_000;

/// The distance that mismatches make. `segments` are those of the path that
/// differ, of how many.
pub(crate) fn of(mismatches: &[Mismatch], segments: Option<(usize, usize)>) -> u64 {
    let parts = WEIGHTS.iter().map(|(part, each, most)| {
        let count = mismatches.iter().filter(|m| m.part == *part).count();
        (count as u64).saturating_mul(*each).min(*most)
    });
    let path = segments.map_or(0, |(apart, all)| {
        PATH + (apart as u64).saturating_mul(PATH_SEGMENTS) / (all as u64).max(1)
    });
    parts.fold(path, u64::saturating_add)
}
