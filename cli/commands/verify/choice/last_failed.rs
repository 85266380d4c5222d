//! What did not pass when it was last verified here, kept between runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use pactwork_contract::{Outcome, write_atomically};
use pactwork_provider::{Candidate, Report};
use serde::{Deserialize, Serialize};

use crate::commands::verify::source::Sourced;
use crate::file_names;
use crate::output::Output;
use crate::storage::WORKING_FOLDER;

/// The folder's name; one file a provider.
pub const FOLDER: &str = "last-failed";

/// Rises when a reader of the former version would misunderstand a file.
const FORMAT_VERSION: u32 = 1;

/// Where it is kept.
#[derive(Debug)]
pub struct LastFailed {
    folder: PathBuf,
}

/// What is kept of a provider.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    format_version: u32,
    provider: String,
    not_passed: Vec<Entry>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry {
    consumer: String,
    identity: String,
    /// For whoever looks into the file.
    description: String,
}

/// A consumer's name and an interaction's identity.
type Key = (String, String);

impl Entry {
    fn key(&self) -> Key {
        (self.consumer.clone(), self.identity.clone())
    }
}

impl LastFailed {
    /// In pactwork's own folder beside the configuration.
    pub fn beside(folder: &Path) -> Self {
        Self {
            folder: folder.join(WORKING_FOLDER).join(FOLDER),
        }
    }

    fn file(&self, provider: &str) -> PathBuf {
        let name = format!("{}.json", file_names::encode(provider));
        self.folder.join(name)
    }

    /// Those that did not pass the last time; all of them, if none of them did not.
    pub fn retain<'a>(
        &self,
        chosen: Vec<Candidate<'a>>,
        provider: &str,
        output: &Output,
    ) -> Vec<Candidate<'a>> {
        let failed: BTreeSet<_> = match self.read(provider) {
            Ok(kept) => kept.not_passed.iter().map(Entry::key).collect(),
            Err(reason) => {
                output.warning(format!(
                    "--last-failed: {}: {reason}; it is as if nothing were known",
                    output.path(&self.file(provider))
                ));
                BTreeSet::new()
            }
        };
        let did_not_pass = |each: &Candidate<'a>| failed.contains(&key(each));
        match chosen.iter().any(did_not_pass) {
            true => chosen.into_iter().filter(did_not_pass).collect(),
            false => {
                output.note("--last-failed: nothing of it is known to have failed, so all of it is verified");
                chosen
            }
        }
    }

    /// Takes in what was found: what passed is forgotten, what did not is kept, and what
    /// was not replayed stays as it was.
    pub fn remember(&self, sourced: &Sourced, report: &Report, output: &Output) {
        if report.pacts.iter().all(|pact| pact.interactions.is_empty()) {
            return;
        }
        if let Err(reason) = self.update(sourced, report) {
            output.warning(format!(
                "what failed cannot be kept for --last-failed: {}: {reason}",
                output.path(&self.file(&sourced.provider))
            ));
        }
    }

    fn update(&self, sourced: &Sourced, report: &Report) -> io::Result<()> {
        self.make_folder()?;
        // Runs beside each other, such as several shards, lose nothing of one another.
        let lock = File::open(&self.folder)?;
        lock.lock()?;
        let before = self.read(&sourced.provider).unwrap_or_default().not_passed;
        let kept = Kept {
            format_version: FORMAT_VERSION,
            provider: sourced.provider.clone(),
            not_passed: taken_in(before, sourced, report),
        };
        let mut text = serde_json::to_string_pretty(&kept)?;
        text.push('\n');
        write_atomically(&self.file(&sourced.provider), text.as_bytes())
    }

    /// It is nobody's to commit, whatever else the folders above ignore.
    fn make_folder(&self) -> io::Result<()> {
        let ignore = self.folder.join(".gitignore");
        if ignore.exists() {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        write_atomically(&ignore, b"*\n")
    }

    /// What is kept; nothing, if nothing ever was.
    fn read(&self, provider: &str) -> Result<Kept, String> {
        let text = match fs::read_to_string(self.file(provider)) {
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => return Ok(Kept::default()),
            read => read.map_err(|reason| reason.to_string())?,
        };
        let kept: Kept = serde_json::from_str(&text).map_err(|reason| reason.to_string())?;
        match kept.format_version {
            FORMAT_VERSION => Ok(kept),
            other => Err(format!(
                "its format is version {other}, and this pactwork knows version {FORMAT_VERSION}"
            )),
        }
    }
}

fn key(candidate: &Candidate<'_>) -> Key {
    (candidate.pact.consumer.name.clone(), candidate.identity())
}

fn taken_in(before: Vec<Entry>, sourced: &Sourced, report: &Report) -> Vec<Entry> {
    let there: BTreeSet<_> = Candidate::all(&sourced.pacts)
        .map(|each| key(&each))
        .collect();
    let consumers: BTreeSet<_> = there.iter().map(|(consumer, _)| consumer).collect();
    let (passed, failed) = found(report);
    let stays = |entry: &Entry| {
        let is_gone = consumers.contains(&entry.consumer) && !there.contains(&entry.key());
        !is_gone && !passed.contains(&entry.key())
    };
    let before = before
        .into_iter()
        .filter(stays)
        .map(|entry| (entry.key(), entry));
    let mut entries: BTreeMap<_, _> = before.collect();
    entries.extend(failed);
    entries.into_values().collect()
}

/// What passed, and what did not. Of an interaction that several versions of a pact
/// have, the worst counts.
fn found(report: &Report) -> (BTreeSet<Key>, BTreeMap<Key, Entry>) {
    let mut passed = BTreeSet::new();
    let mut failed = BTreeMap::new();
    for pact in &report.pacts {
        for interaction in pact.interactions.iter().filter(|each| !each.not_replayed) {
            let entry = Entry {
                consumer: pact.consumer.clone(),
                identity: interaction.identity.clone(),
                description: interaction.description.clone(),
            };
            match interaction.outcome {
                Outcome::Passed => drop(passed.insert(entry.key())),
                _ => drop(failed.insert(entry.key(), entry)),
            }
        }
    }
    passed.retain(|key| !failed.contains_key(key));
    (passed, failed)
}
