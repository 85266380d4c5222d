//! `pactwork.toml`: found in a folder or above it, read, checked, and its paths
//! made absolute.

mod consumed_events;
mod file;
mod notifications;
mod provider;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};

pub use file::Record;
pub use notifications::{ForEach, Github, Method, Notifications, Notify, OneOrMore, Webhook};
pub use provider::{Command, Provider};

/// The configuration's name.
pub const FILE_NAME: &str = "pactwork.toml";

/// Event names by provider.
pub type Events = BTreeMap<String, Vec<String>>;

/// What the configuration says, defaults filled in. Without a configuration the
/// defaults are relative to the working folder, and nobody is named.
#[derive(Debug, Default)]
pub struct Config {
    /// The file, if there is one.
    pub file: Option<PathBuf>,
    /// The file's folder, else the working folder.
    pub folder: PathBuf,
    /// This service's name.
    pub participant: Option<String>,
    /// Where contracts are shared.
    pub storage: Storage,
    /// As a consumer.
    pub consumer: Consumer,
    /// As a provider.
    pub provider: Provider,
    /// As a stub.
    pub stub: file::Stub,
    /// Where `pactwork notify` may send to, and how.
    pub notifications: Notifications,
    /// What it sends.
    pub notify: Vec<Notify>,
    /// What counts whenever traffic is recorded.
    pub record: Record,
}

/// What the configuration says about where contracts are shared.
#[derive(Debug, Default)]
pub struct Storage {
    pub url: Option<String>,
    /// Whether publishing on a main branch also makes plain copies.
    pub plain_layout: bool,
    /// Options of that kind of storage, by name.
    pub options: BTreeMap<String, String>,
}

/// What the configuration says about this service as a consumer.
#[derive(Debug, Default)]
pub struct Consumer {
    /// Where consumer tests record pacts.
    pub pacts: PathBuf,
    /// Where example payloads lie, as `<provider>/<Event>/<scenario>.json`.
    pub examples: PathBuf,
    /// Where pulled golden contracts go, as `<provider>/<Event>.json`.
    pub golden: PathBuf,
    /// Which events of which providers it consumes.
    pub events: Events,
}

impl Config {
    /// Reads the named file, or searches `folder` and those above it.
    pub fn load(named: Option<&Path>, folder: &Path) -> Result<Self> {
        let found = match named {
            Some(file) => Some(folder.join(file)),
            None => search(folder),
        };
        let mut config = match found {
            Some(file) => Self::read(file)?,
            None => Self::from_parts(None, folder.to_owned(), file::File::default()),
        };
        consumed_events::add(&mut config.consumer.events, &config.folder)?;
        Ok(config)
    }

    fn read(path: PathBuf) -> Result<Self> {
        let text = std::fs::read_to_string(&path)
            .map_err(|reason| Failure::cannot_read(&path, &reason))?;
        let file = file::parse(&text, &path)?;
        let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
        Ok(Self::from_parts(Some(path), folder, file))
    }

    fn from_parts(path: Option<PathBuf>, folder: PathBuf, file: file::File) -> Self {
        let consumer = Consumer {
            pacts: folder.join(file.consumer.pacts),
            examples: folder.join(file.consumer.examples),
            golden: folder.join(file.consumer.golden),
            events: file.consumer.events,
        };
        let provider = Provider {
            working_folder: file.provider.working_folder.map(|path| folder.join(path)),
            golden_output: folder.join(file.provider.golden_output),
            ..file.provider
        };
        let options = file.storage.options.into_iter();
        let storage = Storage {
            url: file.storage.url,
            plain_layout: file.storage.plain_layout,
            options: options.map(|(name, value)| (name, plain(value))).collect(),
        };
        Self {
            file: path,
            participant: Some(file.participant).filter(|name| !name.is_empty()),
            storage,
            consumer,
            provider,
            stub: file.stub,
            notifications: file.notifications,
            notify: file.notify,
            record: file.record,
            folder,
        }
    }

    /// The participant that a command works for: the flag's, else the configuration's.
    pub fn participant_or(&self, flag: Option<String>, option: &str) -> Result<String> {
        flag.or_else(|| self.participant.clone()).ok_or_else(|| {
            self.nobody(&format!(
                "give {option} NAME, or write participant = \"…\" in {FILE_NAME}"
            ))
        })
    }

    /// The configured participant.
    pub fn own_participant(&self) -> Result<&str> {
        self.participant
            .as_deref()
            .ok_or_else(|| self.nobody(&format!("write participant = \"…\" in {FILE_NAME}")))
    }

    fn nobody(&self, advice: &str) -> Failure {
        Failure::wrong_input(format!(
            "no {FILE_NAME} in {} or above it, so it is not known which participant this is",
            self.folder.display()
        ))
        .advise(advice)
    }
}

/// A value as it would be written in the environment.
fn plain(value: toml::Value) -> String {
    match value {
        toml::Value::String(text) => text,
        other => other.to_string(),
    }
}

fn search(folder: &Path) -> Option<PathBuf> {
    folder
        .ancestors()
        .map(|folder| folder.join(FILE_NAME))
        .find(|file| file.is_file())
}
