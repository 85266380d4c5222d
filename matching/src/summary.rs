//! Many mismatches in few lines.

use crate::Mismatch;

/// Mismatches as lines of text: alike ones of a list's elements in one line with
/// their number, and no more than `most` lines; what is beyond is counted.
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
///     [r#"$[0]: expected an integer like 7 (rule integer), but found "a" (and 2 more like this, up to $[2])"#]
/// );
/// ```
pub fn summary(mismatches: &[Mismatch], most: usize) -> Vec<String> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for mismatch in mismatches {
        let place = without_indexes(&mismatch.path);
        let known = groups
            .iter_mut()
            .rev()
            .find(|group| group.place == place && group.first.is_alike(mismatch));
        match known {
            Some(group) => {
                group.others += 1;
                group.last = mismatch;
            }
            None => groups.push(Group {
                place,
                first: mismatch,
                last: mismatch,
                others: 0,
            }),
        }
    }
    let beyond: usize = groups.iter().skip(most).map(|group| group.others + 1).sum();
    let mut lines: Vec<_> = groups.iter().take(most).map(Group::line).collect();
    if beyond > 0 {
        lines.push(format!("… and {beyond} more"));
    }
    lines
}

struct Group<'m> {
    place: String,
    first: &'m Mismatch,
    last: &'m Mismatch,
    others: usize,
}

impl Group<'_> {
    fn line(&self) -> String {
        match self.others {
            0 => self.first.to_string(),
            others => format!(
                "{} (and {others} more like this, up to {})",
                self.first, self.last.path
            ),
        }
    }
}

impl Mismatch {
    fn is_alike(&self, other: &Self) -> bool {
        (self.part, self.difference, &self.rule) == (other.part, other.difference, &other.rule)
    }
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
    use crate::{Difference, Part};

    fn mismatch(path: &str, rule: &str) -> Mismatch {
        Mismatch {
            part: Part::Body,
            path: path.into(),
            difference: Difference::Different,
            rule: rule.into(),
            expected: json!(1),
            actual: Some(json!("x")),
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
                r#"$.a[0].b: expected an integer like 1 (rule integer), but found "x" (and 9999 more like this, up to $.a[9999].b)"#,
                r#"$.a[0]['c[1]']: expected an integer like 1 (rule integer), but found "x""#,
                "… and 2 more",
            ]
        );
        assert_eq!(summary(&[], 2), [""; 0]);
    }
}
