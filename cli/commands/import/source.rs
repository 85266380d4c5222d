//! Where contracts are imported from: files, folders and buckets.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::pact_files;
use crate::plan::Context;
use crate::storage::{Given, Storage};

/// The mark of a bucket, below which the facts are no files to import.
const BUCKET: &str = "v1/format";

/// The folders of the plain layout.
const PLAIN: [&str; 2] = ["pacts", "golden"];

/// Where contracts are.
#[derive(Debug)]
pub enum Source {
    Path(PathBuf),
    Bucket(Storage),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.display().fmt(f),
            Self::Bucket(storage) => storage.fmt(f),
        }
    }
}

/// A file of a source.
#[derive(Debug)]
pub struct Input {
    /// What errors call it.
    pub origin: String,
    /// Its path, segment by segment.
    pub segments: Vec<String>,
    pub bytes: Vec<u8>,
}

/// Checks one argument: what is there as a path is a path, else it has to be a URL.
pub fn plan(source: &str, context: &Context) -> Result<Source> {
    let path = context.working_folder.join(source);
    if path.exists() {
        return Ok(Source::Path(path));
    }
    let url = match url::Url::parse(source) {
        // A drive's one letter is no scheme.
        Ok(url) if url.scheme().len() > 1 => url,
        _ => return Err(is_not_there(source)),
    };
    if url.scheme() != "file" {
        let given = Given {
            url: Some(source.into()),
            options: Vec::new(),
            environment: context.storage.location.environment.clone(),
        };
        let storage = Storage::locate(given, &context.config, &context.working_folder);
        return Ok(Source::Bucket(storage));
    }
    match url.to_file_path() {
        Ok(path) if path.exists() => Ok(Source::Path(path)),
        _ => Err(is_not_there(source)),
    }
}

fn is_not_there(source: &str) -> Failure {
    Failure::wrong_input(format!("{source}: there is no such file or folder"))
        .advise("name a pact file, a folder, or the URL of a bucket")
}

/// Reads every file of every source, in a defined order.
pub async fn read(sources: &[Source], output: &Output) -> Result<Vec<Input>> {
    let mut inputs = Vec::new();
    for source in sources {
        match source {
            Source::Path(path) => inputs.extend(read_path(path, output)?),
            Source::Bucket(storage) => inputs.extend(read_bucket(storage).await?),
        }
    }
    Ok(inputs)
}

fn read_path(path: &Path, output: &Output) -> Result<Vec<Input>> {
    let mut files = Vec::new();
    match path.is_dir() {
        false => files.push(path.to_owned()),
        true if path.join(BUCKET).exists() => {
            for folder in PLAIN.map(|folder| path.join(folder)) {
                walk(&folder, &mut files)?;
            }
        }
        true => walk(path, &mut files)?,
    }
    files.iter().map(|file| read_file(file, output)).collect()
}

/// Every `*.json`, without hidden files and folders; links to folders are not followed.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for path in pact_files::entries(folder)? {
        let is_link = path.is_symlink();
        match path.is_dir() {
            true if !is_link => walk(&path, files)?,
            false if path.extension().is_some_and(|ending| ending == "json") => files.push(path),
            _ => {}
        }
    }
    Ok(())
}

fn read_file(path: &Path, output: &Output) -> Result<Input> {
    let bytes = std::fs::read(path).map_err(|reason| Failure::cannot_read(path, &reason))?;
    let segments = path.components();
    Ok(Input {
        origin: output.path(path).to_string(),
        segments: segments
            .map(|segment| segment.as_os_str().to_string_lossy().into_owned())
            .collect(),
        bytes,
    })
}

async fn read_bucket(storage: &Storage) -> Result<Vec<Input>> {
    let files = storage.open().await?.plain_files().await?;
    let files = files.into_iter().filter(|file| file.key.ends_with(".json"));
    let inputs = files.map(|file| Input {
        origin: format!("{storage}: {}", file.key),
        segments: file.key.split('/').map(str::to_owned).collect(),
        bytes: file.bytes,
    });
    Ok(inputs.collect())
}
