//! Where contracts are shared: the flag or PACTWORK_STORAGE, else the
//! configuration, else a folder at the repository's root.

use std::fmt;
use std::path::{Path, PathBuf};

use pactwork_broker::Broker;

use crate::config::Config;
use crate::failure::{Failure, Result};

/// The folder for what pactwork itself keeps beside a configuration.
pub const WORKING_FOLDER: &str = ".pactwork";

/// A storage URL, and the folder that a plain path is relative to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storage {
    url: String,
    base: PathBuf,
}

impl Storage {
    /// Chooses between what was given and what is configured.
    pub fn locate(given: Option<String>, config: &Config, working_folder: &Path) -> Self {
        match (given, &config.storage) {
            (Some(url), _) => Self {
                url,
                base: working_folder.to_owned(),
            },
            (None, Some(url)) => Self {
                url: url.clone(),
                base: config.folder.clone(),
            },
            (None, None) => Self {
                url: ".pactwork/bucket".into(),
                base: repository_root(&config.folder),
            },
        }
    }

    /// Opens it.
    pub fn open(&self) -> Result<Broker> {
        Broker::open(&self.url, &self.base).map_err(Failure::from)
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.url.contains(':') {
            true => f.write_str(&self.url),
            false => write!(f, "{}", self.base.join(&self.url).display()),
        }
    }
}

fn repository_root(folder: &Path) -> PathBuf {
    folder
        .ancestors()
        .find(|folder| folder.join(".git").exists())
        .unwrap_or(folder)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Storage;
    use crate::config::Config;

    #[test]
    fn the_flag_wins_over_the_configuration_and_that_over_the_default() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join(".git")).unwrap();
        let mut config = Config {
            folder: root.path().join("services/web"),
            ..Config::default()
        };
        let located = |given: Option<&str>, config: &Config| {
            Storage::locate(given.map(String::from), config, Path::new("/here")).to_string()
        };
        let default = root.path().join(".pactwork/bucket");
        assert_eq!(located(None, &config), default.display().to_string());
        config.storage = Some("../bucket".into());
        let configured = root.path().join("services/web/../bucket");
        assert_eq!(located(None, &config), configured.display().to_string());
        assert_eq!(located(Some("b"), &config), "/here/b");
        assert_eq!(located(Some("file:///b"), &config), "file:///b");
    }
}
