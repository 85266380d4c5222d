//! The text of a canonical pact file: a head, the interactions' texts in
//! ascending order, a tail.

use std::num::NonZero;
use std::thread;

use crate::{Interaction, InteractionType, NotUnderstood, Pact, SpecificationVersion};

use super::ordered::{Members, Ordered};
use super::{WriteError, bodies, interactions, needs, splice};

/// Between the members of an object and the items of a list.
pub(super) const SEPARATOR: &str = ",\n";

/// How deep an interaction may be nested: serde_json reads 127 levels, and the
/// interaction stands in a list in an object.
const DEPTH: usize = 125;

/// From so many interactions on it takes longer to write them than to start threads.
const MANY: usize = 256;

pub(crate) struct Layout {
    head: String,
    interactions: Vec<String>,
    /// Before version 4 messages have a list of their own.
    messages: Vec<String>,
    tail: String,
}

impl Layout {
    pub(crate) fn of(pact: &Pact, version: SpecificationVersion) -> Result<Self, WriteError> {
        for (role, participant) in [("consumer", &pact.consumer), ("provider", &pact.provider)] {
            if participant.name.is_empty() {
                return Err(WriteError::NoName { role });
            }
        }
        check_depth(pact)?;
        match version {
            SpecificationVersion::V4 => {}
            asked @ (SpecificationVersion::V2 | SpecificationVersion::V3) => {
                needs::check(pact, asked)?;
            }
            other => return Err(WriteError::NotWritten(other)),
        }
        let (interactions, messages) = lists(pact, version);
        Ok(Self {
            head: head(pact),
            interactions,
            messages,
            tail: tail(pact, version),
        })
    }

    pub(crate) fn to_text(&self) -> String {
        let lists = match (&self.interactions[..], &self.messages[..]) {
            (interactions, []) => list("interactions", interactions),
            ([], messages) => list("messages", messages),
            (interactions, messages) => {
                list("interactions", interactions) + SEPARATOR + &list("messages", messages)
            }
        };
        [&self.head, lists.as_str(), &self.tail].concat()
    }

    /// The text of a file with these interactions put in their places, as pieces
    /// that make it up: one where nothing is new. The others are not parsed.
    /// `None` where the file is not exactly in this layout with the same head and
    /// tail, or holds other content under one of the identities.
    pub(crate) fn spliced_into<'a>(&'a self, existing: &'a str) -> Option<Vec<&'a str>> {
        let lists = existing
            .strip_prefix(self.head.as_str())?
            .strip_suffix(self.tail.as_str())?;
        let lists = splice::into_lists(lists, &self.interactions, &self.messages)?;
        if lists.len() == 1 {
            return Some(vec![existing]);
        }
        let mut pieces = vec![self.head.as_str()];
        pieces.extend(lists);
        pieces.push(&self.tail);
        Some(pieces)
    }
}

/// What counts for a pact's identity by content: names and interactions.
pub(crate) fn content(pact: &Pact) -> String {
    let named = Pact::between(&pact.consumer.name, &pact.provider.name);
    let (interactions, _) = lists(pact, SpecificationVersion::V4);
    [head(&named), list("interactions", &interactions)].concat()
}

fn head(pact: &Pact) -> String {
    let mut head = String::from("{\n");
    for (role, participant) in [("consumer", &pact.consumer), ("provider", &pact.provider)] {
        let mut members = Members::default();
        members.add("name", Ordered::text(&participant.name));
        head += &member(role, &members.with(&participant.extra).into());
        head += SEPARATOR;
    }
    head
}

fn tail(pact: &Pact, version: SpecificationVersion) -> String {
    let mut named = Members::default();
    named.add("version", Ordered::text(version.as_str()));
    let mut metadata = Members::default();
    metadata.add("pactSpecification", named);
    let mut tail = String::from(SEPARATOR);
    tail += &member("metadata", &metadata.with(&pact.metadata).into());
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
    format!("  {key}: {}", indented(value, "  "))
}

/// What is nested deeper could be written, and not be read again.
fn check_depth(pact: &Pact) -> Result<(), WriteError> {
    let too_deep = |what: String| WriteError::TooDeep { what, limit: DEPTH };
    for interaction in &pact.interactions {
        let bodies = interactions::bodies(interaction);
        if bodies
            .into_iter()
            .any(|body| bodies::is_deeper_than(body, DEPTH))
            || interactions::interaction(interaction, SpecificationVersion::V4)
                .is_deeper_than(DEPTH)
        {
            let identity = interaction.identity();
            return Err(too_deep(format!("the interaction {identity}")));
        }
    }
    for (what, members) in [
        ("the consumer", &pact.consumer.extra),
        ("the provider", &pact.provider.extra),
        ("the metadata", &pact.metadata),
        ("the pact", &pact.extra),
    ] {
        if Ordered::members(members).is_deeper_than(DEPTH) {
            return Err(too_deep(what.into()));
        }
    }
    Ok(())
}

/// The texts of interactions and, before version 4, of messages, each once.
fn lists(pact: &Pact, version: SpecificationVersion) -> (Vec<String>, Vec<String>) {
    let is_message = |interaction: &&Interaction| {
        version != SpecificationVersion::V4
            && matches!(interaction, Interaction::AsynchronousMessage(_))
    };
    let (messages, others): (Vec<_>, Vec<_>) = pact.interactions.iter().partition(is_message);
    let text = |each: &Interaction| item(&interactions::interaction(each, version));
    let kept = |each| item(&interactions::not_understood(each, version));
    let is_unknown_message = |each: &&NotUnderstood| {
        version != SpecificationVersion::V4
            && each.interaction_type == Some(InteractionType::AsynchronousMessage)
    };
    let unknown = pact.not_understood.iter();
    let (unknown_messages, unknown): (Vec<_>, Vec<_>) = unknown.partition(is_unknown_message);
    let others = on_all_cores(&others, text).into_iter();
    let messages = on_all_cores(&messages, text).into_iter();
    (
        ascending(others.chain(unknown.into_iter().map(kept))),
        ascending(messages.chain(unknown_messages.into_iter().map(kept))),
    )
}

/// Of each item its text, in the items' order.
fn on_all_cores<T: Sync>(items: &[&T], text: impl Fn(&T) -> String + Sync) -> Vec<String> {
    let text = &text;
    let texts = |items: &[&T]| items.iter().map(|each| text(each)).collect::<Vec<_>>();
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    if items.len() < MANY || cores == 1 {
        return texts(items);
    }
    thread::scope(|scope| {
        let parts = items.chunks(items.len().div_ceil(cores));
        let running: Vec<_> = parts.map(|part| scope.spawn(move || texts(part))).collect();
        let parts = running.into_iter().map(|part| {
            part.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        parts.flatten().collect()
    })
}

fn ascending(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<_> = texts.collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

fn item(value: &Ordered<'_>) -> String {
    format!("    {}", indented(value, "    "))
}

/// JSON text holds no raw line feed (RFC 8259, section 7), so each is a line of the layout.
fn indented(value: &Ordered<'_>, indent: &str) -> String {
    value.to_text().replace('\n', &format!("\n{indent}"))
}

fn list(key: &str, items: &[String]) -> String {
    if items.is_empty() {
        return format!("  \"{key}\": []");
    }
    format!("  \"{key}\": [\n{}\n  ]", items.join(SEPARATOR))
}
