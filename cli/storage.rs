//! Where contracts are shared: the flag or PACTWORK_STORAGE, else PACT_BUCKET, else
//! the configuration, else a folder at the repository's root.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use pactwork_broker::{Broker, Location, OptionSource, StorageOption};

use crate::config::{Config, FILE_NAME};
use crate::failure::{Failure, Result};

/// The folder for what pactwork itself keeps beside a configuration.
pub const WORKING_FOLDER: &str = ".pactwork";

/// The variable that is the name of an S3 bucket.
const BUCKET: &str = "PACT_BUCKET";

/// What the variables start with that are options.
const OPTION: &str = "PACTWORK_STORAGE_";

/// Who named the storage where nobody did.
const NOBODY: &str = "nobody: it is the default";

/// What was given beside the configuration.
#[derive(Debug, Default)]
pub struct Given {
    pub url: Option<String>,
    pub options: Vec<(String, String)>,
    pub environment: BTreeMap<String, String>,
}

/// Where contracts are shared, and who said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storage {
    pub location: Location,
    pub named_by: &'static str,
}

impl Storage {
    /// Chooses between what was given and what is configured.
    pub fn locate(given: Given, config: &Config, working_folder: &Path) -> Self {
        let bucket = given.environment.get(BUCKET);
        let bucket = bucket.filter(|name| !name.is_empty());
        let url = given.url.filter(|url| !url.is_empty());
        let (url, base, named_by) = match (url, bucket, &config.storage.url) {
            (Some(url), ..) => (
                url,
                working_folder.to_owned(),
                "--storage or PACTWORK_STORAGE",
            ),
            (None, Some(bucket), _) => (bucket_url(bucket), working_folder.to_owned(), BUCKET),
            (None, None, Some(url)) => (url.clone(), config.folder.clone(), FILE_NAME),
            (None, None, None) => (
                ".pactwork/bucket".into(),
                repository_root(&config.folder),
                NOBODY,
            ),
        };
        let mut options = Vec::new();
        // What is configured for one kind of storage means nothing to another that
        // was named instead.
        let configured = config.storage.url.as_deref();
        if configured.is_none_or(|configured| kind(configured) == kind(&url)) {
            options.extend(options_of(
                &config.storage.options,
                OptionSource::Configuration,
            ));
        }
        let named = given.environment.iter().filter_map(|(name, value)| {
            let option = name.strip_prefix(OPTION)?.to_ascii_lowercase();
            Some((option, value.clone()))
        });
        options.extend(options_of(&named.collect(), OptionSource::Environment));
        options.extend(options_of(
            &given.options.into_iter().collect(),
            OptionSource::Flag,
        ));
        Self {
            location: Location {
                url,
                base,
                options,
                environment: given.environment,
            },
            named_by,
        }
    }

    /// Whether somebody named it.
    pub fn is_configured(&self) -> bool {
        self.named_by != NOBODY
    }

    /// Opens it.
    pub async fn open(&self) -> Result<Broker> {
        Broker::open(&self.location).await.map_err(Failure::from)
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Location { url, base, .. } = &self.location;
        match url.contains(':') {
            true => f.write_str(url),
            false => {
                let folder = base.join(url);
                let whole = folder.canonicalize().unwrap_or(folder);
                write!(f, "{}", whole.display())
            }
        }
    }
}

fn options_of(
    options: &BTreeMap<String, String>,
    source: OptionSource,
) -> impl Iterator<Item = StorageOption> {
    options.iter().map(move |(name, value)| StorageOption {
        name: name.clone(),
        value: value.clone(),
        source,
    })
}

/// The scheme of a URL; a path is of the same kind as a file URL.
fn kind(url: &str) -> &str {
    url.split_once(':').map_or("file", |(scheme, _)| scheme)
}

fn bucket_url(bucket: &str) -> String {
    match bucket.contains(':') {
        true => bucket.into(),
        false => format!("s3://{bucket}"),
    }
}

/// The folder that holds `.git`, else the folder itself.
pub fn repository_root(folder: &Path) -> PathBuf {
    folder
        .ancestors()
        .find(|folder| folder.join(".git").exists())
        .unwrap_or(folder)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{BUCKET, Given, Storage};
    use crate::config::Config;

    #[test]
    fn the_flag_wins_over_the_configuration_and_that_over_the_default() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join(".git")).unwrap();
        let mut config = Config {
            folder: root.path().join("services/web"),
            ..Config::default()
        };
        let located = |url: Option<&str>, bucket: &str, config: &Config| {
            let given = Given {
                url: url.map(String::from),
                environment: [(BUCKET.into(), bucket.into())].into(),
                ..Given::default()
            };
            Storage::locate(given, config, Path::new("/here")).to_string()
        };
        let default = root.path().join(".pactwork/bucket");
        assert_eq!(located(None, "", &config), default.display().to_string());
        config.storage.url = Some("../bucket".into());
        let configured = root.path().join("services/web/../bucket");
        assert_eq!(located(None, "", &config), configured.display().to_string());
        assert_eq!(located(None, "b/prefix", &config), "s3://b/prefix");
        assert_eq!(located(Some("b"), "c", &config), "/here/b");
        assert_eq!(located(Some("file:///b"), "", &config), "file:///b");
        assert_eq!(
            located(Some(""), "", &config),
            configured.display().to_string()
        );
    }

    #[test]
    fn what_is_configured_for_another_kind_of_storage_does_not_count() {
        let mut config = Config::default();
        config.storage.url = Some("s3://contracts".into());
        config.storage.options = [("region".into(), "a".into())].into();
        let options = |url: Option<&str>| {
            let given = Given {
                url: url.map(String::from),
                options: vec![("retries".into(), "1".into())],
                environment: [("PACTWORK_STORAGE_PATH_STYLE".into(), "true".into())].into(),
            };
            let located = Storage::locate(given, &config, Path::new("/here"));
            let options = located.location.options.into_iter();
            options.map(|option| option.name).collect::<Vec<_>>()
        };
        assert_eq!(options(None), ["region", "path_style", "retries"]);
        assert_eq!(options(Some("s3://b")), ["region", "path_style", "retries"]);
        assert_eq!(options(Some("b")), ["path_style", "retries"]);
    }
}
