//! Storage locations: a URL, options, and one file a kind of storage.

mod aws_credentials;
mod azure;
mod google;
mod http;
mod options;
mod s3;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use percent_encoding::percent_decode_str;

use crate::error::BrokerError;
use aws_credentials::ChainedCredentials;
use options::Known;
pub use options::{OptionSource, StorageOption};

/// Where contracts are shared, and how to get there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    /// `s3://bucket/prefix`, `gs://bucket/prefix`, `az://container/prefix`,
    /// `file:///…`, `memory:`, or a path.
    pub url: String,
    /// The folder that a path is relative to.
    pub base: PathBuf,
    /// Options of that kind of storage, such as `region`.
    pub options: Vec<StorageOption>,
    /// Variables of the environment, among them those that the storage's own tools
    /// know, such as `AWS_REGION`.
    pub environment: BTreeMap<String, String>,
}

impl Location {
    /// A location without options.
    pub fn of(url: impl Into<String>, base: impl Into<PathBuf>) -> Self {
        Self {
            url: url.into(),
            base: base.into(),
            ..Self::default()
        }
    }

    /// The options that count, with where each was given; secrets are not shown.
    ///
    /// # Errors
    /// [`BrokerError::Location`] for an option that is not known or of another form.
    pub fn options_in_force(&self) -> Result<Vec<(String, String)>, BrokerError> {
        let chosen = self.chosen().map_err(|reason| self.error(reason))?;
        let shown = chosen.iter();
        Ok(shown
            .map(|(name, given)| (String::from(*name), given.to_string()))
            .collect())
    }

    fn chosen(&self) -> Result<options::Chosen, String> {
        let known = match scheme(&self.url).map(|(scheme, _)| scheme) {
            Some("s3") => s3::known_options(),
            Some("gs") => google::known_options(),
            Some("az") => azure::known_options(),
            _ => Vec::<Known>::new(),
        };
        options::choose(&known, &self.options, &self.environment)
    }

    fn error(&self, reason: String) -> BrokerError {
        BrokerError::Location {
            url: self.url.clone(),
            reason,
        }
    }
}

/// A store, and what is known of it.
pub(crate) struct Opened {
    pub(crate) store: Arc<dyn ObjectStore>,
    /// Whether its listings come in the order of the keys.
    pub(crate) ordered: bool,
    /// The folder of the file system, where it is one.
    pub(crate) folder: Option<PathBuf>,
    pub(crate) identity: Identity,
}

/// Whose credentials a store is used with.
#[derive(Debug, Clone, Default)]
pub(crate) enum Identity {
    /// There is none, as with a folder.
    #[default]
    None,
    Known(String),
    /// Has to be looked up.
    Aws(Arc<ChainedCredentials>),
}

/// Opens a location.
pub(crate) async fn open(location: &Location) -> Result<Opened, BrokerError> {
    let opened = try_open(location).await;
    opened.map_err(|reason| location.error(reason))
}

async fn try_open(location: &Location) -> Result<Opened, String> {
    let chosen = location.chosen()?;
    match scheme(&location.url) {
        None => folder(&location.base.join(&location.url)),
        Some(("file", rest)) => path_of(rest).and_then(|path| folder(&path)),
        Some(("memory", rest)) => memory(rest),
        Some(("s3", rest)) => s3::open(rest, &chosen).await,
        Some(("gs", rest)) => google::open(rest, &chosen),
        Some(("az", rest)) => azure::open(rest, &chosen),
        Some((scheme, _)) => Err(format!(
            "the scheme \"{scheme}\" is not known; expected a folder (a path, or file:///…), s3://…, gs://…, \
             az://… or memory:"
        )),
    }
}

/// What stands before and after the colon of a URL; a path has none, and a
/// drive's one letter is no scheme.
fn scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let named = scheme.len() > 1
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    named.then_some((scheme, rest))
}

fn memory(rest: &str) -> Result<Opened, String> {
    if rest.trim_matches('/').is_empty() {
        Ok(Opened {
            store: Arc::new(InMemory::new()),
            ordered: true,
            folder: None,
            identity: Identity::None,
        })
    } else {
        Err(format!("memory: takes nothing more, found \"{rest}\""))
    }
}

/// The path of a file URL (RFC 8089): absolute, of this machine, percent-decoded.
fn path_of(rest: &str) -> Result<PathBuf, String> {
    let absolute = match rest.strip_prefix("//") {
        Some(after) => after.strip_prefix("localhost").unwrap_or(after),
        None => rest,
    };
    if !absolute.starts_with('/') {
        return Err("a file URL names an absolute path: file:///…".into());
    }
    let path = percent_decode_str(absolute).decode_utf8();
    path.map(|path| PathBuf::from(&*path))
        .map_err(|error| error.to_string())
}

fn folder(folder: &Path) -> Result<Opened, String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("cannot use the folder: {error}"))?;
    match LocalFileSystem::new_with_prefix(folder) {
        // A folder that pruning left empty would still be listed.
        Ok(store) => Ok(Opened {
            store: Arc::new(store.with_automatic_cleanup(true)),
            ordered: false,
            folder: Some(folder.to_owned()),
            identity: Identity::None,
        }),
        Err(error) => Err(error.to_string()),
    }
}

/// The names in a folder of the file system, those of folders with a slash at the
/// end; none where it is not there. What is still being written is left out.
pub(crate) fn entries(folder: &Path) -> std::io::Result<Vec<String>> {
    let found = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        found => found?,
    };
    let mut names = Vec::new();
    for entry in found {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if name.contains('#') {
            continue;
        }
        match entry.file_type()?.is_dir() {
            true => names.push(format!("{name}/")),
            false => names.push(name),
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_url_names_an_absolute_path_of_this_machine() {
        let relative = Err("a file URL names an absolute path: file:///…".to_owned());
        for (rest, expected) in [
            ("///a/b", Ok("/a/b".into())),
            ("//localhost/a", Ok("/a".into())),
            ("////a", Ok("//a".into())),
            ("/a", Ok("/a".into())),
            ("///my%20bucket/%C3%BC", Ok("/my bucket/ü".into())),
            ("//host/a", relative.clone()),
            ("a", relative),
        ] {
            assert_eq!(path_of(rest), expected, "{rest}");
        }
    }

    #[test]
    fn a_path_has_no_scheme() {
        for (url, expected) in [
            ("bucket", None),
            ("C:\\bucket", None),
            ("a b:c", None),
            ("./a/b:c", None),
            ("memory:", Some(("memory", ""))),
            ("s3://bucket", Some(("s3", "//bucket"))),
        ] {
            assert_eq!(scheme(url), expected, "{url}");
        }
    }
}
