//! The interactions of a draft: one for each request and kind of answer, with names
//! that tell them apart.

use std::collections::BTreeMap;

use pactwork_contract::{Common, HttpInteraction, Interaction, ProviderState};

use super::derive::Manner;
use super::expect::{self, Exactly, Notes};
use super::group::Group;
use super::note::{Note, NoteKind};
use super::sample::{RequestKey, ResponseKey};
use super::{Answers, Drafted};

/// How many members a name lists.
const NAMED: usize = 4;

/// An interaction, and what there is to say about it.
pub(super) struct Variant {
    pub interaction: Interaction,
    pub drafted: Drafted,
    pub notes: Vec<Note>,
}

/// A group with what it is called.
struct Named<'a> {
    key: &'a RequestKey,
    group: &'a Group,
    exactly: Exactly,
    description: String,
    /// Whether other answers to the same request were seen.
    one_of_several: bool,
}

/// Every interaction, in the order of the requests.
pub(super) fn all(mut groups: BTreeMap<RequestKey, Answers>, manner: Manner) -> Vec<Variant> {
    groups.values_mut().for_each(join_unknown_bodies);
    let labels = Labels::of(&groups);
    let mut names = BTreeMap::new();
    let mut variants = Vec::new();
    for (key, answers) in &groups {
        let exactly = exactly(answers);
        for (response, group) in answers {
            let label = labels.label(key, group);
            let description = unique(format!("{label} answers {}", response.status), &mut names);
            let named = Named {
                key,
                group,
                exactly,
                description,
                one_of_several: answers.len() > 1,
            };
            variants.push(named.variant(manner));
        }
    }
    variants
}

/// A body that is not known goes with one that is, if the rest of the answer is the same.
fn join_unknown_bodies(answers: &mut Answers) {
    let unknown: Vec<_> = answers
        .keys()
        .filter(|key| key.body.ends_with('?'))
        .cloned()
        .collect();
    for key in unknown {
        let Some(group) = answers.remove(&key) else {
            continue;
        };
        match answers
            .iter_mut()
            .find(|(known, other)| is_alike(&key, &group, known, other))
        {
            Some((_, known)) => known.merge(group),
            None => drop(answers.insert(key, group)),
        }
    }
}

fn is_alike(key: &ResponseKey, group: &Group, known: &ResponseKey, other: &Group) -> bool {
    key.status == known.status
        && !known.body.ends_with('?')
        && group.response_essence() == other.response_essence()
}

/// Where requests like each other are answered differently, what their examples
/// differ in is what they are answered by.
fn exactly(answers: &Answers) -> Exactly {
    let mut examples = answers.values().map(|group| &group.example);
    let Some(first) = examples.next() else {
        return Exactly::default();
    };
    let mut exactly = Exactly::default();
    for other in examples {
        exactly.path |= first.path != other.path;
        exactly.query |= first.query != other.query;
        let text = |sample: &super::sample::Sample| format!("{:?}", sample.request.body);
        exactly.body |= text(first) != text(other);
    }
    exactly
}

fn unique(name: String, names: &mut BTreeMap<String, u32>) -> String {
    let times = names.entry(name.clone()).or_default();
    *times += 1;
    match *times {
        1 => name,
        times => format!("{name} ({times})"),
    }
}

/// What requests are called: by method, path and query, and where that is not
/// enough, by the members of their bodies.
struct Labels(BTreeMap<String, usize>);

impl Labels {
    fn of(groups: &BTreeMap<RequestKey, Answers>) -> Self {
        let mut times = BTreeMap::new();
        for key in groups.keys() {
            *times.entry(plain(key)).or_default() += 1;
        }
        Self(times)
    }

    fn label(&self, key: &RequestKey, group: &Group) -> String {
        let plain = plain(key);
        let names = group.example.request.body.names();
        if self.0.get(&plain) == Some(&1) || names.is_empty() {
            return plain;
        }
        let listed: Vec<_> = names.iter().copied().take(NAMED).collect();
        let more = if names.len() > NAMED { ", …" } else { "" };
        format!("{plain} with {}{more}", listed.join(", "))
    }
}

fn plain(key: &RequestKey) -> String {
    let names: Vec<_> = key.query.iter().map(String::as_str).collect();
    let query = match names.is_empty() {
        true => String::new(),
        false => format!("?{}", names.join("&")),
    };
    format!("{} {}{query}", key.method, key.path.template())
}

impl Named<'_> {
    fn variant(self, manner: Manner) -> Variant {
        let mut notes = Notes::new();
        self.note_grouping(&mut notes);
        let is_head = self.key.method == "HEAD";
        let (request, of_request) = expect::request(self.key, self.group, manner, self.exactly);
        let (response, of_response) = expect::response(self.group, is_head, manner);
        notes.extend(of_request.into_iter().chain(of_response));
        self.note_what_is_gone(&mut notes);
        let states = match self.one_of_several {
            true => vec![ProviderState::named(self.description.clone())],
            false => Vec::new(),
        };
        let http = HttpInteraction {
            common: Common {
                description: self.description.clone(),
                provider_states: states,
                ..Common::default()
            },
            request,
            response,
        };
        let note = |(kind, text)| Note {
            interaction: Some(self.description.clone()),
            kind,
            text,
        };
        Variant {
            interaction: Interaction::Http(Box::new(http)),
            notes: notes.into_iter().map(note).collect(),
            drafted: Drafted {
                description: self.description.clone(),
                observations: self.group.seen,
                state_to_name: self.one_of_several,
            },
        }
    }

    fn note_grouping(&self, notes: &mut Notes) {
        if self.group.seen > 1 {
            let text = format!("stands for {} requests", self.group.seen);
            notes.push((NoteKind::Grouped, text));
        }
        if !self.one_of_several {
            return;
        }
        notes.push((
            NoteKind::Unclear,
            "name the provider state: this request was also answered otherwise".into(),
        ));
        let parts = [
            (self.exactly.path, "path"),
            (self.exactly.query, "query"),
            (self.exactly.body, "body"),
        ];
        for (_, part) in parts.iter().filter(|(exactly, _)| *exactly) {
            let text =
                format!("request {part} is expected exactly, since the answer differs by it");
            notes.push((NoteKind::Derived, text));
        }
    }

    fn note_what_is_gone(&self, notes: &mut Notes) {
        let sides = [
            ("request", &self.group.request),
            ("response", &self.group.response),
        ];
        for (side, half) in sides {
            for place in &half.redacted {
                notes.push((NoteKind::Redacted, format!("{side} {place}")));
            }
            if !half.left_out.is_empty() {
                let names: Vec<_> = half.left_out.iter().map(String::as_str).collect();
                let text = format!("{side} headers {}", names.join(", "));
                notes.push((NoteKind::LeftOut, text));
            }
        }
    }
}
