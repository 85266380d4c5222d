//! Kinds of disagreement, each with what the specification says.

use super::cases::Case;

/// Recognises a kind of disagreement; the verdict is ours.
type Recognise = fn(&Case, bool) -> bool;

/// What the specification says, and where.
const KNOWN: &[(&str, Recognise)] = &[];

/// The sentence that decides a disagreement.
pub fn known(case: &Case, ours: bool) -> Option<&'static str> {
    let mut known = KNOWN.iter();
    let found = known.find(|(_, recognise)| recognise(case, ours));
    found.map(|(sentence, _)| *sentence)
}
