//! Many mismatches in few lines: alike ones of a list's elements together.

use std::collections::HashMap;

use super::values::grouped;
use crate::{Difference, Mismatch, Part};

/// Mismatches as lines of text, one each: alike ones of a list's elements in one
/// line with their number, and of each part no more than `most` lines; what is
/// beyond is counted.
///
/// ```
/// use pactwork_contract::{Body, Category, Response, RuleKind};
/// use pactwork_matching::{ResponseMatcher, actual, summary};
/// use serde_json::json;
///
/// let mut expected = Response { body: Body::json(json!([7])), ..Response::default() };
/// expected.matching_rules.add(Category::Body, "$", RuleKind::Type);
/// expected.matching_rules.add(Category::Body, "$[*]", RuleKind::Integer);
/// let comparison = ResponseMatcher::compile(&expected).compare(&actual::Response {
///     status: 200,
///     headers: &[],
///     body: br#"["a", "b", "c"]"#,
/// });
/// assert_eq!(
///     summary(&comparison.mismatches, 20),
///     [r#"$[0] … $[2]: expected an integer like 7, but found the string "a" (the first of 3)"#]
/// );
/// ```
pub fn summary(mismatches: &[Mismatch], most: usize) -> Vec<String> {
    let text = |entry: Entry<'_>| match entry {
        Entry::Group(group) => format!("{}: {}", group.place(), group.sentence()),
        Entry::Beyond(part, beyond) => more(part, beyond),
    };
    entries(mismatches, most).into_iter().map(text).collect()
}

/// What is told.
#[derive(Debug)]
pub(super) enum Entry<'m> {
    Group(Group<'m>),
    /// So many more of this part.
    Beyond(Part, usize),
}

/// Mismatches at one place but for the indexes, that are alike.
#[derive(Debug)]
pub(super) struct Group<'m> {
    pub(super) first: &'m Mismatch,
    last: &'m Mismatch,
    count: usize,
    /// Whether they expected and found the same.
    is_uniform: bool,
}

/// The groups in the order of their first mismatches, of each part at most so many.
pub(super) fn entries(mismatches: &[Mismatch], most: usize) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut told: HashMap<Part, usize> = HashMap::new();
    let mut beyond: HashMap<Part, usize> = HashMap::new();
    for group in groups(mismatches) {
        let part = group.first.part;
        let told = told.entry(part).or_default();
        *told += 1;
        if *told <= most {
            entries.push(Entry::Group(group));
            continue;
        }
        let index = *beyond.entry(part).or_insert_with(|| {
            entries.push(Entry::Beyond(part, 0));
            entries.len() - 1
        });
        if let Entry::Beyond(_, count) = &mut entries[index] {
            *count += group.count;
        }
    }
    entries
}

fn groups(mismatches: &[Mismatch]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known: HashMap<(Part, Difference, &str, String), usize> = HashMap::new();
    for mismatch in mismatches {
        let place = without_indexes(&mismatch.path);
        let key = (
            mismatch.part,
            mismatch.difference,
            mismatch.rule.as_str(),
            place,
        );
        let index = *known.entry(key).or_insert(groups.len());
        match groups.get_mut(index) {
            Some(group) => group.add(mismatch),
            None => groups.push(Group {
                first: mismatch,
                last: mismatch,
                count: 1,
                is_uniform: true,
            }),
        }
    }
    groups
}

impl<'m> Group<'m> {
    fn add(&mut self, mismatch: &'m Mismatch) {
        let (first, other) = (self.first, mismatch);
        self.is_uniform &= first.expected == other.expected && first.actual == other.actual;
        self.last = mismatch;
        self.count += 1;
    }

    /// `$.items[0].id … $.items[999].id`
    pub(super) fn place(&self) -> String {
        if self.first.path == self.last.path {
            return self.first.place();
        }
        let last = super::values::on_one_line(&self.last.path, super::PLACE_SHOWN);
        format!("{} … {last}", self.first.place())
    }

    pub(super) fn sentence(&self) -> String {
        format!("{}{}", self.first.sentence(), self.times())
    }

    /// How many there are, if there are several.
    pub(super) fn times(&self) -> String {
        match (self.count, self.is_uniform) {
            (1, _) => String::new(),
            (count, true) => format!(" ({} times)", grouped(count)),
            (count, false) => format!(" (the first of {})", grouped(count)),
        }
    }
}

/// `… and 9,980 more of the body`
pub(super) fn more(part: Part, beyond: usize) -> String {
    let of = match part {
        Part::Method => "of the method",
        Part::Path => "of the path",
        Part::Query => "of the query",
        Part::Header => "of the headers",
        Part::Status => "of the status",
        Part::Body => "of the body",
        Part::Metadata => "of the metadata",
    };
    format!("… and {} more {of}", grouped(beyond))
}

/// `$.items[3].id` and `$.items[4].id` are one place.
fn without_indexes(path: &str) -> String {
    let mut place = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('[') {
        let (before, inside) = rest.split_at(at);
        place.push_str(before);
        let digits = inside[1..].bytes().take_while(u8::is_ascii_digit).count();
        let is_index = digits > 0 && inside[1 + digits..].starts_with(']');
        place.push_str(if is_index { "[*]" } else { "[" });
        rest = &inside[if is_index { digits + 2 } else { 1 }..];
    }
    place.push_str(rest);
    place
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mismatch(path: &str, rule: &str) -> Mismatch {
        Mismatch {
            part: Part::Body,
            path: path.into(),
            difference: Difference::Different,
            rule: rule.into(),
            expected: json!(1),
            actual: Some(json!("x")),
            near: None,
        }
    }

    #[test]
    fn alike_ones_are_one_line_and_others_are_counted() {
        let mut found: Vec<_> = (0..10_000)
            .map(|index| mismatch(&format!("$.a[{index}].b"), "integer"))
            .collect();
        found.push(mismatch("$.a[0]['c[1]']", "integer"));
        found.push(mismatch("$.a[0].b", "regex"));
        found.push(mismatch("$.d", "type"));
        assert_eq!(
            summary(&found, 2),
            [
                r#"$.a[0].b … $.a[9999].b: expected an integer like 1, but found the string "x" (10,000 times)"#,
                r#"$.a[0]['c[1]']: expected an integer like 1, but found the string "x""#,
                "… and 2 more of the body",
            ]
        );
        assert_eq!(summary(&[], 2), [""; 0]);
    }

    #[test]
    fn ten_thousand_that_are_not_alike_are_the_first_and_a_number() {
        let found: Vec<_> = (0..10_000)
            .map(|index| mismatch(&format!("$.k{index}"), "equality"))
            .collect();
        let lines = summary(&found, 20);
        assert_eq!(lines.len(), 21);
        assert_eq!(lines[0], r#"$.k0: expected 1, but found "x""#);
        assert_eq!(lines[20], "… and 9,980 more of the body");
    }

    #[test]
    fn each_part_has_its_own_limit() {
        let mut found: Vec<_> = (0..3)
            .map(|index| mismatch(&format!("$.k{index}"), "equality"))
            .collect();
        found.push(Mismatch {
            part: Part::Metadata,
            ..mismatch("topic", "equality")
        });
        assert_eq!(
            summary(&found, 1),
            [
                r#"$.k0: expected 1, but found "x""#,
                "… and 2 more of the body",
                r#"metadata topic: expected 1, but found "x""#,
            ]
        );
    }
}
