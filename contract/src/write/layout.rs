//! The text of a canonical pact file: a head, the interactions' texts sorted by
//! their identity, a tail.
//!
//! An interaction's text begins with the lines of its identity, so that one more
//! can be put in its place by comparing bytes, without parsing the others.

use crate::{Interaction, Pact, SpecificationVersion};

use super::ordered::{Members, Ordered};
use super::parts;

const INDENT: &str = "    ";
const SEPARATOR: &str = ",\n";

pub(crate) struct Layout {
    head: String,
    interactions: Vec<String>,
    tail: String,
}

impl Layout {
    pub(crate) fn of(pact: &Pact, version: SpecificationVersion) -> Self {
        let is_message =
            |interaction: &&Interaction| matches!(interaction, Interaction::AsynchronousMessage(_));
        let separate = version != SpecificationVersion::V4;
        let first = pact
            .interactions
            .iter()
            .filter(|each| !(separate && is_message(each)));
        let messages = pact
            .interactions
            .iter()
            .filter(|each| separate && is_message(each));
        let mut interactions: Vec<_> = first.map(|each| text_of(each, version)).collect();
        interactions.sort_by(|left, right| identity_of(left).cmp(identity_of(right)));
        interactions.extend(
            pact.not_understood
                .iter()
                .map(|value| indented(&Ordered::Borrowed(value))),
        );
        Self {
            head: head(pact),
            interactions,
            tail: tail(pact, messages, version),
        }
    }

    pub(crate) fn to_text(&self) -> String {
        let list = self.interactions.join(SEPARATOR);
        if list.is_empty() {
            return format!("{}]{}", self.head, self.tail);
        }
        format!("{}\n{list}\n  ]{}", self.head, self.tail)
    }

    /// The text of a file with these interactions put in their places. `None`
    /// where the file is not exactly in this layout with the same head and tail,
    /// or holds other content under one of the identities.
    pub(crate) fn spliced_into(&self, existing: &str) -> Option<String> {
        let list = existing
            .strip_prefix(&self.head)?
            .strip_suffix(&self.tail)?;
        let list = list.strip_prefix('\n')?.strip_suffix("\n  ]")?;
        let mut texts = split(list)?;
        for new in &self.interactions {
            let identity = identity_of(new);
            match texts.binary_search_by(|text| identity_of(text).cmp(identity)) {
                Ok(position) if texts[position] == new => {}
                Ok(_) => return None,
                Err(position) => texts.insert(position, new),
            }
        }
        Some(format!(
            "{}\n{}\n  ]{}",
            self.head,
            texts.join(SEPARATOR),
            self.tail
        ))
    }
}

fn head(pact: &Pact) -> String {
    let participants = [("consumer", &pact.consumer), ("provider", &pact.provider)];
    let mut head = String::from("{\n");
    for (role, participant) in participants {
        let mut members = Members::default();
        members
            .add("name", Ordered::text(&participant.name))
            .add_all(&participant.extra);
        head += &member(role, &members.sorted());
        head += SEPARATOR;
    }
    head + "  \"interactions\": ["
}

fn tail<'a>(
    pact: &'a Pact,
    messages: impl Iterator<Item = &'a Interaction>,
    version: SpecificationVersion,
) -> String {
    let mut tail = String::from(SEPARATOR);
    let mut messages: Vec<_> = messages.map(|each| text_of(each, version)).collect();
    messages.sort_by(|left, right| identity_of(left).cmp(identity_of(right)));
    if !messages.is_empty() {
        tail += &format!("  \"messages\": [\n{}\n  ],\n", messages.join(SEPARATOR));
    }
    let mut named = Members::default();
    named.add("version", Ordered::text(version.as_str()));
    let mut metadata = Members::default();
    metadata
        .add_all(&pact.metadata)
        .add("pactSpecification", named.sorted());
    tail += &member("metadata", &metadata.sorted());
    let mut extra: Vec<_> = pact.extra.iter().collect();
    extra.sort_by_key(|(key, _)| key.as_str());
    for (key, value) in extra {
        tail += SEPARATOR;
        tail += &member(key, &Ordered::Borrowed(value));
    }
    tail + "\n}\n"
}

fn member(key: &str, value: &Ordered<'_>) -> String {
    let key = Ordered::text(key).to_text();
    format!("  {key}: {}", value.to_text().replace('\n', "\n  "))
}

fn text_of(interaction: &Interaction, version: SpecificationVersion) -> String {
    indented(&parts::interaction(interaction, version))
}

/// A text cannot hold a raw line feed in JSON (RFC 8259, section 7), so every line is one of the layout.
fn indented(value: &Ordered<'_>) -> String {
    let text = value.to_text();
    format!("{INDENT}{}", text.replace('\n', "\n    "))
}

/// The interactions' texts; `None` where they do not stand in this layout or
/// are not in strictly ascending order.
fn split(list: &str) -> Option<Vec<&str>> {
    const BETWEEN: &str = "\n    },\n    {\n";
    let mut texts = Vec::new();
    let mut start = 0;
    for (position, _) in list.match_indices(BETWEEN) {
        let end = position + "\n    }".len();
        texts.push(&list[start..end]);
        start = end + SEPARATOR.len();
    }
    texts.push(&list[start..]);
    let in_layout = texts
        .iter()
        .all(|text| text.starts_with("    {\n      \"type\": ") && text.ends_with("\n    }"));
    let ascending = texts
        .windows(2)
        .all(|pair| identity_of(pair[0]) < identity_of(pair[1]));
    (in_layout && ascending).then_some(texts)
}

/// The lines of type, description and provider states, without what ends the last.
fn identity_of(text: &str) -> &str {
    let states = "\n      \"providerStates\": [";
    let description_at = text.find("\n      \"description\": ").unwrap_or(0);
    let line_end = |from: usize| {
        text[from..]
            .find('\n')
            .map_or(text.len(), |length| from + length)
    };
    let description_end = line_end(description_at + 1);
    let end = if text[description_end..].starts_with(states) {
        let closing = text[description_end..]
            .find("\n      ]")
            .map_or(0, |length| length + 1);
        line_end(description_end + closing)
    } else {
        description_end
    };
    text[..end].trim_end_matches(',')
}
