//! The thin layer over object storage: put, get and list, and delete for pruning.

use std::path::Path as FilePath;
use std::sync::Arc;
use std::time::SystemTime;

use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt, try_join};
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use pactwork_contract::ContentId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

use crate::error::BrokerError;
use crate::keys;
use crate::location::{self, Listing};
use crate::records::Format;

type Result<T> = std::result::Result<T, BrokerError>;

/// The newest format that is known here.
const KNOWN: u32 = 1;

#[derive(Debug)]
pub(crate) struct Storage {
    store: Arc<dyn ObjectStore>,
    listing: Listing,
    /// The format that the bucket is marked with, once that was looked up.
    marked: OnceCell<Option<Format>>,
}

/// An object as a listing shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) key: String,
    pub(crate) bytes: u64,
    /// When it was written, by the store's clock.
    pub(crate) modified: SystemTime,
}

impl Storage {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, listing: Listing) -> Self {
        Self {
            store,
            listing,
            marked: OnceCell::new(),
        }
    }

    pub(crate) fn open(url: &str, base: &FilePath) -> Result<Self> {
        let location::Opened { store, listing } = location::open(url, base)?;
        Ok(Self::new(store, listing))
    }

    /// The same store, of which nothing is remembered: what may have changed since
    /// a process began is looked up again.
    pub(crate) fn afresh(&self) -> Self {
        Self::new(self.store.clone(), self.listing.clone())
    }

    /// Refuses a bucket of a later format; an empty one is of no format yet.
    async fn checked(&self) -> Result<Option<Format>> {
        let look_up = || self.read_format();
        self.marked.get_or_try_init(look_up).await.copied()
    }

    async fn read_format(&self) -> Result<Option<Format>> {
        let Some(bytes) = self.read(keys::FORMAT).await? else {
            return Ok(None);
        };
        let format: Format = parse(keys::FORMAT, &bytes)?;
        match format.version > KNOWN {
            true => Err(BrokerError::Format {
                found: format.version,
                known: KNOWN,
            }),
            false => Ok(Some(format)),
        }
    }

    /// Whether anything was ever pruned here: whoever writes has to look then.
    pub(crate) async fn was_pruned(&self) -> Result<bool> {
        let format = self.checked().await?;
        Ok(format.is_some_and(|format| format.pruned))
    }

    /// Says so once and for ever.
    pub(crate) async fn mark_pruned(&self) -> Result<()> {
        let format = Format {
            version: KNOWN,
            pruned: true,
        };
        match self.was_pruned().await? {
            true => Ok(()),
            false => self.put_copy(keys::FORMAT, &format).await,
        }
    }

    /// Whether nothing was ever written here.
    pub(crate) async fn is_new(&self) -> Result<bool> {
        Ok(self.checked().await?.is_none())
    }

    /// Marks the bucket with the format that is written here; has to be done
    /// before anything is written.
    pub(crate) async fn mark(&self) -> Result<()> {
        if self.checked().await?.is_some() {
            return Ok(());
        }
        let format = Format {
            version: KNOWN,
            pruned: false,
        };
        let format = to_bytes(keys::FORMAT, &format)?;
        if !self.create(keys::FORMAT, format).await? {
            self.read_format().await?;
        }
        Ok(())
    }

    /// Writes a fact; true if it was not there before.
    pub(crate) async fn put_fact(&self, key: &str, fact: &impl Serialize) -> Result<bool> {
        self.put_bytes(key, to_bytes(key, fact)?).await
    }

    /// Writes what never changes; true if it was not there before. A name is
    /// shared only by those who say the same, so what is there already is read
    /// back and compared: it may be our own write whose reply was lost.
    pub(crate) async fn put_bytes(&self, key: &str, bytes: Vec<u8>) -> Result<bool> {
        if self.create(key, bytes.clone()).await? {
            return Ok(true);
        }
        match self.read(key).await? {
            Some(existing) if existing == bytes => Ok(false),
            _ => Err(corrupt(key, "it differs from what its name stands for")),
        }
    }

    /// Writes a contract's bytes; true if they were not there before. Its name is
    /// their hash, which every reader checks, so that what is there need not be read.
    pub(crate) async fn put_blob(&self, id: &ContentId, bytes: Vec<u8>) -> Result<bool> {
        self.create(&keys::blob(id), bytes).await
    }

    /// False where the store says that there is an object of that name.
    async fn create(&self, key: &str, bytes: Vec<u8>) -> Result<bool> {
        let options = PutOptions::from(PutMode::Create);
        let payload = PutPayload::from(bytes);
        match self.store.put_opts(&path(key)?, payload, options).await {
            Ok(_) => Ok(true),
            Err(Error::AlreadyExists { .. }) => Ok(false),
            Err(error) => Err(failed("write", key, &error)),
        }
    }

    /// Writes a copy that others may replace as a whole.
    pub(crate) async fn put_copy(&self, key: &str, value: &impl Serialize) -> Result<()> {
        let payload = PutPayload::from(to_bytes(key, value)?);
        let written = self.store.put(&path(key)?, payload).await;
        written
            .map(drop)
            .map_err(|error| failed("write", key, &error))
    }

    /// An object's bytes; `None` where there is none.
    pub(crate) async fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let (_, found) = try_join!(self.checked(), self.read(key))?;
        Ok(found)
    }

    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let found = match self.store.get(&path(key)?).await {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(failed("read", key, &error)),
        };
        let bytes = found.bytes().await;
        let bytes = bytes.map_err(|error| failed("read", key, &error))?;
        Ok(Some(bytes.to_vec()))
    }

    pub(crate) async fn get_fact<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let bytes = self.get(key).await?;
        bytes.map(|bytes| parse(key, &bytes)).transpose()
    }

    /// An object whose name is the hash of its bytes.
    pub(crate) async fn get_hashed<T: DeserializeOwned>(
        &self,
        key: &str,
        hash: &str,
    ) -> Result<Option<T>> {
        let Some(bytes) = self.get(key).await? else {
            return Ok(None);
        };
        checked_hash(key, hash, &bytes)?;
        parse(key, &bytes).map(Some)
    }

    /// A contract's bytes, whose hash has to be its name.
    pub(crate) async fn get_blob(&self, id: &ContentId) -> Result<Vec<u8>> {
        let key = keys::blob(id);
        let found = self.get(&key).await?;
        let bytes = found.ok_or_else(|| corrupt(&key, "it is missing"))?;
        checked_hash(&key, id.as_str(), &bytes)?;
        Ok(bytes)
    }

    /// The keys below a folder, relative to it, in order.
    pub(crate) async fn list(&self, folder: &str) -> Result<Vec<String>> {
        let (_, mut keys) =
            try_join!(self.checked(), self.listed(folder)?.try_collect::<Vec<_>>())?;
        keys.sort_unstable();
        Ok(keys)
    }

    /// The folders directly in a folder, in order.
    pub(crate) async fn folders(&self, folder: &str) -> Result<Vec<String>> {
        let prefix = path(folder)?;
        let listed = async {
            let listed = self.store.list_with_delimiter(Some(&prefix)).await;
            listed.map_err(|error| failed("list", folder, &error))
        };
        let (_, listed) = try_join!(self.checked(), listed)?;
        let names = listed.common_prefixes.iter();
        let mut names: Vec<_> = names
            .filter_map(|found| Some(found.filename()?.to_owned()))
            .collect();
        names.sort_unstable();
        Ok(names)
    }

    /// The keys below a folder, relative to it, in order: page by page where the
    /// store lists them so, else folder by folder, no further than they are asked for.
    pub(crate) async fn in_order(&self, folder: &str) -> Result<BoxStream<'_, Result<String>>> {
        self.checked().await?;
        match self.listing {
            Listing::Ordered => self.listed(folder),
            Listing::Unordered | Listing::Folder(_) => Ok(self.walk(folder.to_owned())),
        }
    }

    fn walk(&self, folder: String) -> BoxStream<'_, Result<String>> {
        // What is left, the last one next; folders end with a slash.
        let left = vec![String::new()];
        let walk = stream::try_unfold((folder, left), move |(folder, mut left)| async move {
            while let Some(next) = left.pop() {
                if !next.is_empty() && !next.ends_with('/') {
                    return Ok(Some((next, (folder, left))));
                }
                left.extend(self.entries(&folder, &next).await?);
            }
            Ok(None)
        });
        walk.boxed()
    }

    /// What is directly in a folder below another, relative to that, the last first.
    async fn entries(&self, folder: &str, below: &str) -> Result<Vec<String>> {
        let prefix = format!("{folder}/{below}");
        let prefix = prefix.trim_end_matches('/');
        let Listing::Folder(root) = &self.listing else {
            return Ok(last_first(self.names(prefix).await?, below));
        };
        let (folder, below) = (root.join(prefix), below.to_owned());
        // Off this thread with the sorting too: there may be very many, of many folders.
        let read = tokio::task::spawn_blocking(move || {
            location::entries(&folder).map(|names| last_first(names, &below))
        });
        let read = read.await.map_err(std::io::Error::other).flatten();
        read.map_err(|reason| BrokerError::Storage {
            action: "list",
            key: prefix.into(),
            reason: reason.to_string(),
        })
    }

    async fn names(&self, folder: &str) -> Result<Vec<String>> {
        let listed = self.store.list_with_delimiter(Some(&path(folder)?)).await;
        let listed = listed.map_err(|error| failed("list", folder, &error))?;
        let folders = listed.common_prefixes.iter();
        let folders = folders.filter_map(|found| Some(format!("{}/", found.filename()?)));
        let objects = listed.objects.iter();
        let objects = objects.filter_map(|found| Some(found.location.filename()?.to_owned()));
        Ok(folders.chain(objects).collect())
    }

    /// Every object below a folder, in no order.
    pub(crate) async fn objects(&self, folder: &str) -> Result<Vec<Object>> {
        let listed = self
            .store
            .list(Some(&path(folder)?))
            .map_ok(|object| Object {
                key: object.location.to_string(),
                bytes: object.size,
                modified: object.last_modified.into(),
            })
            .map_err(|error| failed("list", folder, &error));
        let (_, objects) = try_join!(self.checked(), listed.try_collect())?;
        Ok(objects)
    }

    /// Deletes objects, several at a time; those that are not there are no error.
    pub(crate) async fn delete(&self, keys: &[String]) -> Result<()> {
        let Some(first) = keys.first() else {
            return Ok(());
        };
        let paths: Vec<_> = keys.iter().map(|key| path(key)).collect::<Result<_>>()?;
        let paths = stream::iter(paths.into_iter().map(Ok)).boxed();
        let mut deleted = self.store.delete_stream(paths);
        while let Some(one) = deleted.next().await {
            match one {
                Ok(_) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(failed("delete", first, &error)),
            }
        }
        Ok(())
    }

    fn listed(&self, folder: &str) -> Result<BoxStream<'_, Result<String>>> {
        let prefix = format!("{folder}/");
        let about = folder.to_owned();
        let listed = self.store.list(Some(&path(folder)?));
        let keys = listed
            .map_err(move |error| failed("list", &about, &error))
            .try_filter_map(move |object| {
                let key = object.location.as_ref().strip_prefix(&prefix);
                std::future::ready(Ok(key.map(str::to_owned)))
            });
        Ok(keys.boxed())
    }
}

/// Names in a folder, relative to one above it.
fn last_first(names: Vec<String>, below: &str) -> Vec<String> {
    let names = names.into_iter();
    let mut entries: Vec<_> = names.map(|name| format!("{below}{name}")).collect();
    entries.sort_unstable_by(|left, right| right.cmp(left));
    entries
}

fn path(key: &str) -> Result<Path> {
    Path::parse(key).map_err(|error| BrokerError::Storage {
        action: "name",
        key: key.into(),
        reason: error.to_string(),
    })
}

pub(crate) fn to_bytes(key: &str, value: &impl Serialize) -> Result<Vec<u8>> {
    let written = serde_json::to_vec_pretty(value);
    let mut bytes = written.map_err(|error| BrokerError::Storage {
        action: "write",
        key: key.into(),
        reason: error.to_string(),
    })?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn parse<T: DeserializeOwned>(key: &str, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| corrupt(key, error))
}

fn checked_hash(key: &str, hash: &str, bytes: &[u8]) -> Result<()> {
    match ContentId::of_bytes(bytes).as_str() == hash {
        true => Ok(()),
        false => Err(corrupt(
            key,
            "its bytes do not have the hash that is its name",
        )),
    }
}

fn corrupt(key: &str, reason: impl ToString) -> BrokerError {
    BrokerError::Corrupt {
        key: key.into(),
        reason: reason.to_string(),
    }
}

fn failed(action: &'static str, key: &str, error: &Error) -> BrokerError {
    BrokerError::Storage {
        action,
        key: key.into(),
        reason: error.to_string(),
    }
}
