//! Documents that hold pacts: pact files, and what a Pact Broker answers, saved as
//! files. Which members are the Broker's own is what its HAL documents say:
//! `_links`, `_embedded` and `createdAt` of a pact, `_id` of an interaction.

use std::collections::BTreeSet;
use std::time::SystemTime;

use chrono::DateTime;
use pactwork_contract::{Interaction, Pact, ReadError, Warning};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::plain_layout::Origin;

/// The members that a Pact Broker adds to a pact.
const ADDED: [&str; 3] = ["_links", "_embedded", "createdAt"];

/// Where an answer of a Pact Broker has a list of others.
const LISTS: [(&str, &str); 5] = [
    ("/matrix", "$.matrix"),
    ("/pacts", "$.pacts"),
    ("/_embedded/pacts", "$._embedded.pacts"),
    ("/versions", "$.versions"),
    ("/_embedded/versions", "$._embedded.versions"),
];

/// Where an answer about a pact says something of the consumer's version.
const VERSIONS: [&str; 4] = [
    "/_embedded/version",
    "/_embedded/consumerVersion",
    "/_embedded/consumer/_embedded/version",
    "/consumer/version",
];

/// What a document says of a version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VersionFacts {
    /// Whose version.
    pub participant: Option<String>,
    /// The version.
    pub version: Option<String>,
    /// Its branches.
    pub branches: BTreeSet<String>,
    /// Its tags.
    pub tags: BTreeSet<String>,
    /// Where to look at the job that published it.
    pub build_url: Option<String>,
}

impl VersionFacts {
    /// Adds what another document says of the same version.
    pub fn add(&mut self, other: &Self) {
        self.participant = self.participant.take().or(other.participant.clone());
        self.version = self.version.take().or(other.version.clone());
        self.build_url = self.build_url.take().or(other.build_url.clone());
        self.branches.extend(other.branches.iter().cloned());
        self.tags.extend(other.tags.iter().cloned());
    }
}

/// A pact of a document, as it was before anything was added to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedPact {
    /// Its JSON path in the document.
    pub place: String,
    /// The pact.
    pub pact: Pact,
    /// What the document says of the consumer's version.
    pub version: VersionFacts,
    /// When it was published.
    pub created_at: Option<SystemTime>,
    /// What a Pact Broker calls its interactions, which results name: one for each, in
    /// the pact's order, those that are not understood last.
    pub interaction_ids: Vec<Option<String>>,
}

/// What a document holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Exported {
    /// Pacts, in the document's order.
    pub pacts: Vec<ExportedPact>,
    /// What it says of versions, whether or not it holds their pacts.
    pub versions: Vec<VersionFacts>,
    /// What names pacts and does not hold them: one sentence each, its JSON path first.
    pub skipped: Vec<String>,
    /// What was understood differently than its author may have meant.
    pub warnings: Vec<Warning>,
}

/// Reads a document: a pact file, a plain copy, what a Pact Broker answers about
/// one pact, an index with pacts in it, a version, or a list of any of these.
/// `origin` is the name that errors give the document.
///
/// # Errors
/// [`ReadError`], with the JSON path within the document.
pub fn read_export(bytes: &[u8], origin: &str) -> Result<Exported, ReadError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let document = match serde_json::from_slice::<Value>(bytes) {
        Ok(document) => document,
        Err(error) => return Err(not_json(origin, &error)),
    };
    let mut reader = Reader {
        bytes,
        origin,
        found: Exported::default(),
    };
    reader.document(&document, "$", &VersionFacts::default())?;
    Ok(reader.found)
}

fn not_json(origin: &str, error: &serde_json::Error) -> ReadError {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let place = format!(" at line {line} column {column}");
    ReadError::Syntax {
        origin: origin.into(),
        line,
        column,
        reason: text.strip_suffix(&place).unwrap_or(&text).into(),
    }
}

struct Reader<'d> {
    bytes: &'d [u8],
    origin: &'d str,
    found: Exported,
}

impl Reader<'_> {
    fn document(
        &mut self,
        document: &Value,
        place: &str,
        known: &VersionFacts,
    ) -> Result<(), ReadError> {
        if let Value::Array(documents) = document {
            return self.list(documents, place, known);
        }
        if is_pact(document) {
            return self.pact(document, document, place, known);
        }
        if let Some((list, below)) = list_of(document) {
            let place = format!("{place}{}", below.trim_start_matches('$'));
            return self.list(list, &place, known);
        }
        if let Some(contract @ Value::Object(_)) = document.get("contract") {
            return self.pact(contract, document, &format!("{place}.contract"), known);
        }
        if is_version(document) {
            self.found.versions.push(version_facts(document));
            return Ok(());
        }
        self.pact(document, document, place, known)
    }

    fn list(
        &mut self,
        documents: &[Value],
        place: &str,
        known: &VersionFacts,
    ) -> Result<(), ReadError> {
        let mut named = Vec::new();
        for (index, document) in documents.iter().enumerate() {
            let place = format!("{place}[{index}]");
            let mut facts = known.clone();
            facts.add(&facts_about(document));
            // A row of a matrix has its pact beside the consumer.
            let within = document.get("pact").filter(|pact| holds_pact(pact));
            let is_index = list_of(document).is_some() || is_version(document);
            match within {
                Some(pact) => self.document(pact, &format!("{place}.pact"), &facts)?,
                None if only_names(document) && !is_index => named.push((document, facts)),
                None => self.document(document, &place, &facts)?,
            }
        }
        self.skip(place, named);
        Ok(())
    }

    /// What only names pacts still says something of their versions.
    fn skip(&mut self, place: &str, named: Vec<(&Value, VersionFacts)>) {
        let Some((first, _)) = named.first() else {
            return;
        };
        let example = match self_link(first.get("pact").unwrap_or(first)) {
            Some(href) => format!(", such as {href}"),
            None => String::new(),
        };
        self.found.skipped.push(format!(
            "{place}: names {} and holds none of them; save what each of its links answers{example}",
            match named.len() {
                1 => "one pact".into(),
                count => format!("{count} pacts"),
            },
        ));
        let facts = named.into_iter().map(|(_, facts)| facts);
        self.found.versions.extend(facts);
    }

    /// A pact, and the document around it, which may be the same.
    fn pact(
        &mut self,
        content: &Value,
        around: &Value,
        place: &str,
        known: &VersionFacts,
    ) -> Result<(), ReadError> {
        // The file's own bytes say more than what was parsed of them: two members
        // of one name, digits that no number type holds.
        let loaded = match place {
            "$" => Pact::read(self.bytes, self.origin)?,
            _ => {
                let loaded = Pact::read(content.to_string().as_bytes(), self.origin);
                loaded.map_err(|error| below(place, error))?
            }
        };
        let mut pact = loaded.pact;
        let interaction_ids = match around.get("_links") {
            Some(_) => strip(&mut pact),
            None => Vec::new(),
        };
        let mut version = known.clone();
        version.add(&facts_about(around));
        if let Some(origin) = Origin::take(&mut pact) {
            version.version.get_or_insert(origin.consumer_version);
            version.branches.extend(origin.branch);
        }
        let warnings = loaded.warnings.into_iter().map(|warning| Warning {
            path: joined(place, &warning.path),
            ..warning
        });
        self.found.warnings.extend(warnings);
        let created_at = self.created_at(around, place);
        self.found.pacts.push(ExportedPact {
            place: place.into(),
            pact,
            version,
            created_at,
            interaction_ids,
        });
        Ok(())
    }

    fn created_at(&mut self, around: &Value, place: &str) -> Option<SystemTime> {
        around.get("_links")?;
        let found = around.get("createdAt")?;
        let time = found.as_str().map(DateTime::parse_from_rfc3339);
        if let Some(Ok(time)) = time {
            return Some(time.into());
        }
        self.found.warnings.push(Warning {
            origin: self.origin.into(),
            path: joined(place, "$.createdAt"),
            message: format!(
                "expected a time such as 2026-01-31T12:00:00Z, found {found}; left out"
            ),
        });
        None
    }
}

fn list_of(document: &Value) -> Option<(&Vec<Value>, &'static str)> {
    let mut lists = LISTS.iter();
    lists.find_map(|(pointer, place)| Some((document.pointer(pointer)?.as_array()?, *place)))
}

/// Nothing else has a list of interactions or messages.
fn is_pact(document: &Value) -> bool {
    let members = ["interactions", "messages"];
    members.iter().any(|member| document.get(member).is_some())
}

fn holds_pact(document: &Value) -> bool {
    is_pact(document) || document.get("contract").is_some()
}

/// An entry of an index that links to a pact.
fn only_names(document: &Value) -> bool {
    let is_row = document.get("pact").is_some();
    !holds_pact(document) && (is_row || document.get("_links").is_some())
}

fn is_version(document: &Value) -> bool {
    document.get("number").is_some_and(Value::is_string) && !holds_pact(document)
}

fn self_link(document: &Value) -> Option<&str> {
    let link = document.pointer("/_links/self")?;
    let links = link
        .as_array()
        .map_or(std::slice::from_ref(link), Vec::as_slice);
    // Of the two links of an entry of `/pacts/latest`, the second is of its version.
    links.last()?.get("href")?.as_str()
}

/// What a document about a pact says of the consumer's version.
fn facts_about(document: &Value) -> VersionFacts {
    let mut facts = VersionFacts {
        participant: consumer(document),
        version: linked_version(document),
        tags: names(document.pointer("/_embedded/tags")).collect(),
        ..VersionFacts::default()
    };
    for pointer in VERSIONS {
        if let Some(version) = document
            .pointer(pointer)
            .filter(|version| version.is_object())
        {
            facts.add(&version_facts(version));
        }
    }
    facts
}

fn consumer(document: &Value) -> Option<String> {
    let pointers = [
        "/consumer/name",
        "/_embedded/consumer/name",
        "/_links/pb:consumer/name",
    ];
    let mut found = pointers
        .iter()
        .filter_map(|pointer| document.pointer(pointer));
    found.find_map(Value::as_str).map(str::to_owned)
}

/// What a document about a version says of it.
fn version_facts(document: &Value) -> VersionFacts {
    let text = |pointer: &str| document.pointer(pointer)?.as_str().map(str::to_owned);
    let branches = [
        "/branches",
        "/branchVersions",
        "/_embedded/branches",
        "/_embedded/branchVersions",
    ];
    let branches = branches
        .iter()
        .flat_map(|each| names(document.pointer(each)));
    let tags = ["/tags", "/_embedded/tags"].into_iter();
    VersionFacts {
        participant: text("/_links/pb:pacticipant/name")
            .or_else(|| after(self_link(document)?, "pacticipants")),
        version: text("/number"),
        branches: branches.chain(text("/branch")).collect(),
        tags: tags
            .flat_map(|each| names(document.pointer(each)))
            .collect(),
        build_url: text("/buildUrl"),
    }
}

fn names(list: Option<&Value>) -> impl Iterator<Item = String> {
    let entries = list.and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(|entry| entry.get("name")?.as_str().map(str::to_owned))
}

fn linked_version(document: &Value) -> Option<String> {
    let link = document.pointer("/_links/pb:consumer-version");
    let name = link.and_then(|link| link.get("name")?.as_str().map(str::to_owned));
    let href = link.and_then(|link| after(link.get("href")?.as_str()?, "versions"));
    name.or(href)
        .or_else(|| after(self_link(document)?, "version"))
}

/// What follows a segment of a URL's path, decoded.
fn after(url: &str, segment: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?;
    let mut segments = path.split('/').skip_while(|each| *each != segment);
    let found = segments.nth(1).filter(|found| !found.is_empty())?;
    let decoded = percent_decode_str(found).decode_utf8();
    decoded.ok().map(|text| text.into_owned())
}

/// Takes out what a Pact Broker added, and returns the interactions' ids.
fn strip(pact: &mut Pact) -> Vec<Option<String>> {
    for member in ADDED {
        pact.extra.remove(member);
    }
    let id = |members: Option<&mut Map<String, Value>>| match members?.remove("_id")? {
        Value::String(id) => Some(id),
        _ => None,
    };
    let known = pact.interactions.iter_mut();
    let mut ids: Vec<_> = known.map(|each| id(Some(extra_of(each)))).collect();
    let others = pact.not_understood.iter_mut();
    ids.extend(others.map(|other| id(other.value.as_object_mut())));
    ids
}

fn extra_of(interaction: &mut Interaction) -> &mut Map<String, Value> {
    match interaction {
        Interaction::Http(interaction) => &mut interaction.common.extra,
        Interaction::AsynchronousMessage(message) => &mut message.common.extra,
        Interaction::SynchronousMessage(message) => &mut message.common.extra,
    }
}

fn below(place: &str, error: ReadError) -> ReadError {
    match error {
        ReadError::Content {
            origin,
            path,
            expected,
            found,
        } => ReadError::Content {
            path: joined(place, &path),
            origin,
            expected,
            found,
        },
        other => other,
    }
}

fn joined(place: &str, path: &str) -> String {
    format!("{place}{}", path.strip_prefix('$').unwrap_or(path))
}
