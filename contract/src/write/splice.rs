//! One more interaction put into the text of a canonical list, without parsing
//! what is there. What makes this sound: in canonical text every line belongs
//! to the layout, an interaction ends at the only `}` with its indentation,
//! begins with the lines of its identity, and all are in strictly ascending order.
//!
//! This runs in the unoptimised builds of consumers' tests, once for every
//! recording, so it looks for single characters and compares slices: both
//! come compiled with the standard library.

use std::ops::Range;

use super::layout::SEPARATOR;

/// The text of both lists with the new items in their places, as pieces that
/// make it up; `None` where it is not in canonical layout, or holds other
/// content under a new item's identity.
pub(super) fn into_lists<'a>(
    lists: &'a str,
    interactions: &'a [String],
    messages: &'a [String],
) -> Option<Vec<&'a str>> {
    if has_conflict_marker(lists) {
        return None;
    }
    let mut pieces = Vec::new();
    let mut written = 0;
    let mut position = 0;
    for (key, new) in [("interactions", interactions), ("messages", messages)] {
        let items = match Items::at(lists, position, key) {
            Some(items) => items?,
            None if new.is_empty() => continue,
            None => return None,
        };
        for item in new {
            if let Some((place, insertion)) = items.insertion(item)? {
                pieces.push(&lists[written..place]);
                pieces.extend(insertion);
                written = place;
            }
        }
        position = items.end;
    }
    pieces.push(&lists[written..]);
    (position == lists.len()).then_some(pieces)
}

/// What a version control system leaves in a file that it could not merge.
fn has_conflict_marker(text: &str) -> bool {
    let mut from = 0;
    while let Some(found) = text[from..].find('<') {
        if text[from..from + found].ends_with('\n') {
            return true;
        }
        from += found + 1;
    }
    false
}

struct Items<'a> {
    text: &'a str,
    ranges: Vec<Range<usize>>,
    /// Where the list ends.
    end: usize,
}

impl<'a> Items<'a> {
    /// The items of the list that begins at a position: `None` where none does,
    /// `Some(None)` where it is not in canonical layout.
    fn at(text: &'a str, position: usize, key: &str) -> Option<Option<Self>> {
        let rest = &text[position..];
        let rest = match position {
            0 => rest,
            _ => rest.strip_prefix(SEPARATOR)?,
        };
        let items = rest.strip_prefix(&format!("  \"{key}\": [\n"))?;
        Some(Self::scan(text, text.len() - items.len()))
    }

    fn scan(text: &'a str, start: usize) -> Option<Self> {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut start = start;
        loop {
            let range = start..item_end(text, start)?;
            let item = &text[range.clone()];
            let ascending = ranges.last().is_none_or(|last| &text[last.clone()] < item);
            if !ascending || !begins_with_identity(item) {
                return None;
            }
            let after = &text[range.end..];
            start = range.end + SEPARATOR.len();
            ranges.push(range);
            if after.starts_with("\n  ]") {
                let end = text.len() - after.len() + "\n  ]".len();
                return Some(Self { text, ranges, end });
            }
            if !after.starts_with(SEPARATOR) {
                return None;
            }
        }
    }

    /// Where a new item goes and what to put there: nothing for one that is
    /// there already. `None` where its identity is there with other content.
    fn insertion<'b>(&self, new: &'b str) -> Option<Option<(usize, [&'b str; 2])>> {
        let item = |range: &Range<usize>| &self.text[range.clone()];
        let place = self.ranges.partition_point(|range| item(range) < new);
        let (before, after) = self.ranges.split_at(place);
        if after.first().map(item) == Some(new) {
            return Some(None);
        }
        let identity = Identity::of(new)?;
        let near = |range: &&Range<usize>| item(range).starts_with(identity.description);
        let described_so = before.iter().rev().take_while(near);
        let mut described_so = described_so.chain(after.iter().take_while(near));
        if described_so.any(|range| Identity::of(item(range)).is_none_or(|other| other == identity))
        {
            return None;
        }
        Some(Some(match (before.last(), after.first()) {
            (_, Some(next)) => (next.start, [new, SEPARATOR]),
            (Some(last), None) => (last.end, [SEPARATOR, new]),
            (None, None) => return None,
        }))
    }
}

/// Where the item that starts at a position ends.
fn item_end(text: &str, start: usize) -> Option<usize> {
    let mut from = start;
    loop {
        let found = from + text[from..].find('}')?;
        from = found + 1;
        if text[..found].ends_with("\n    ") {
            return Some(from);
        }
    }
}

fn begins_with_identity(item: &str) -> bool {
    item.starts_with("    {\n      \"type\": \"")
        || item.starts_with("    {\n      \"description\": \"")
}

/// The lines of an item that identify it.
#[derive(PartialEq)]
struct Identity<'a> {
    /// Up to the end of the description.
    description: &'a str,
    /// The lines of the provider states; empty for none.
    states: &'a str,
}

impl<'a> Identity<'a> {
    fn of(item: &'a str) -> Option<Self> {
        let key = "\n      \"description\": ";
        let start = item.find(key)? + key.len();
        let length = item[start..].find('\n')?;
        let (description, rest) = item.split_at(start + length);
        let states = if rest.starts_with("\n      \"providerStates\": [") {
            &rest[..rest.find("\n      ]")?]
        } else if let Some(state) = rest.strip_prefix("\n      \"providerState\": ") {
            state.lines().next()?.trim_end_matches(',')
        } else {
            ""
        };
        Some(Self {
            description: description.trim_end_matches(','),
            states,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(description: &str, rest: &str) -> String {
        format!(
            "    {{\n      \"type\": \"T\",\n      \"description\": \"{description}\"{rest}\n    }}"
        )
    }

    fn list(items: &[String]) -> String {
        format!("  \"interactions\": [\n{}\n  ]", items.join(SEPARATOR))
    }

    fn spliced(lists: &str, interactions: &[String], messages: &[String]) -> Option<String> {
        into_lists(lists, interactions, messages).map(|pieces| pieces.concat())
    }

    fn states(name: &str) -> String {
        format!(
            ",\n      \"providerStates\": [\n        {{\n          \"name\": \"{name}\"\n        }}\n      ]"
        )
    }

    #[test]
    fn a_new_item_goes_to_its_place() {
        let all = ["a", "b", "c"].map(|name| item(name, ",\n      \"x\": {}"));
        for missing in 0..3 {
            let mut others = all.to_vec();
            let new = others.remove(missing);
            assert_eq!(spliced(&list(&others), &[new], &[]), Some(list(&all)));
        }
        let [first, second, third] = all.clone();
        assert_eq!(
            spliced(&list(&[second]), &[first, third], &[]),
            Some(list(&all))
        );
        assert_eq!(spliced(&list(&all), &all, &[]), Some(list(&all)));
    }

    #[test]
    fn states_are_part_of_the_identity() {
        let given = |name: &str, rest: &str| item("a", &[&states(name), rest].concat());
        let existing = [given("s", ",\n      \"x\": 1"), given("t", "")];
        let text = list(&existing);
        for (new, conflict) in [
            (given("s", ",\n      \"x\": 2"), true),
            (given("s", ""), true),
            (given("t", ",\n      \"x\": 1"), true),
            (given("u", ""), false),
            (item("a", ""), false),
            (item("a", ",\n      \"x\": 1"), false),
        ] {
            assert_eq!(
                spliced(&text, std::slice::from_ref(&new), &[]).is_none(),
                conflict,
                "{new}"
            );
        }
    }

    #[test]
    fn the_one_state_of_version_2_is_part_of_the_identity() {
        let state = |name: &str| format!(",\n      \"providerState\": \"{name}\"");
        let given = |name: &str, rest: &str| item("a", &[&state(name), rest].concat());
        let text = list(&[given("s", ",\n      \"x\": 1")]);
        for (new, conflict) in [
            (given("s", ""), true),
            (given("s", ",\n      \"x\": 2"), true),
            (given("t", ",\n      \"x\": 2"), false),
            (item("a", ",\n      \"x\": 2"), false),
        ] {
            let found = spliced(&text, std::slice::from_ref(&new), &[]);
            assert_eq!(found.is_none(), conflict, "{new}");
        }
    }

    #[test]
    fn what_is_not_canonical_is_left_to_the_parser() {
        let [a, b] = ["a", "b"].map(|name| item(name, ",\n      \"x\": \"<\""));
        let canonical = list(&[a.clone(), b.clone()]);
        let new = [item("c", "")];
        assert!(spliced(&canonical, &new, &[]).is_some());
        for broken in [
            list(&[b.clone(), a.clone()]),
            list(&[a.clone(), a.clone()]),
            canonical.replace("    {\n", "    { \n"),
            canonical.replace("    },", "    } ,"),
            canonical.replace("\n  ]", "\n   ]"),
            canonical.replace("interactions", "messages"),
            canonical.replace("      \"x\"", "<<<<<<< ours\n      \"x\""),
            canonical.replace("\n    }", "\n}"),
            format!("{canonical},\n  \"else\": []"),
            canonical[..canonical.len() - 10].to_owned(),
            "  \"interactions\": []".to_owned(),
            String::new(),
        ] {
            assert_eq!(spliced(&broken, &new, &[]), None, "{broken}");
        }
    }

    #[test]
    fn version_3_has_two_lists() {
        let [a, b] = ["a", "b"].map(|name| [item(name, "")]);
        let messages = list(&a).replace("interactions", "messages");
        let both = [list(&b), messages.clone()].join(SEPARATOR);
        let all = list(&[a, b.clone()].concat()).replace("interactions", "messages");
        assert_eq!(spliced(&messages, &[], &b), Some(all.clone()));
        let expected = [list(&b), all].join(SEPARATOR);
        assert_eq!(spliced(&both, &[], &b), Some(expected));
        assert_eq!(spliced(&messages, &b, &[]), None);
    }
}
