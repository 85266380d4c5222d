//! The thin layer over object storage: put, get and list, and delete for pruning.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt, try_join};
use object_store::path::Path;
use object_store::{
    Error, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload,
};
use pactwork_contract::ContentId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{OnceCell, Semaphore};

use crate::error::BrokerError;
use crate::keys;
use crate::location;
use crate::records::Format;
use crate::refusal::said;
use crate::seal;

type Result<T> = std::result::Result<T, BrokerError>;

/// The newest format that is known here.
const KNOWN: u32 = 1;

/// How many requests are under way at once: a process may have 256 open files on
/// some systems.
const AT_ONCE: usize = 128;

#[derive(Debug)]
pub(crate) struct Storage {
    pub(crate) store: Arc<dyn ObjectStore>,
    /// Whether listings come in the order of the keys.
    ordered: bool,
    /// The folder of the file system, where it is one: its entries are read without
    /// asking for more than their names.
    folder: Option<PathBuf>,
    /// The format that the bucket is marked with, once that was looked up.
    marked: OnceCell<Option<Format>>,
    /// Set once this program marked it.
    written: OnceCell<()>,
    /// Keeps requests from being more at once than a process may have connections.
    turns: Arc<Semaphore>,
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
    pub(crate) fn new(store: Arc<dyn ObjectStore>, ordered: bool) -> Self {
        Self {
            store,
            ordered,
            folder: None,
            marked: OnceCell::new(),
            written: OnceCell::new(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// The same store, which is a folder of the file system.
    pub(crate) fn of_folder(self, folder: Option<PathBuf>) -> Self {
        Self { folder, ..self }
    }

    /// The same store, of which nothing is remembered: what may have changed since
    /// a process began is looked up again.
    pub(crate) fn afresh(&self) -> Self {
        Self {
            folder: self.folder.clone(),
            turns: self.turns.clone(),
            ..Self::new(self.store.clone(), self.ordered)
        }
    }

    /// Carries a request out when it is its turn; one that waits for another must not
    /// hold a turn.
    async fn in_turn<T>(&self, request: impl Future<Output = T>) -> T {
        let _turn = self.turns.acquire().await;
        request.await
    }

    /// Refuses a bucket of a later format; an empty one is of no format yet.
    pub(crate) async fn checked(&self) -> Result<Option<Format>> {
        let look_up = || self.read_format();
        self.marked.get_or_try_init(look_up).await.copied()
    }

    async fn read_format(&self) -> Result<Option<Format>> {
        let Some(bytes) = self.read(keys::FORMAT).await? else {
            return Ok(None);
        };
        let format: Format = parse(keys::FORMAT, &bytes)?;
        match format.version {
            KNOWN => Ok(Some(format)),
            0 => Err(corrupt(keys::FORMAT, "there is no format 0")),
            found => Err(BrokerError::Format {
                found,
                known: KNOWN,
            }),
        }
    }

    /// Whether anything was ever pruned here: whoever writes has to look then.
    pub(crate) async fn was_pruned(&self) -> Result<bool> {
        let format = self.checked().await?;
        Ok(format.is_some_and(|format| format.pruned))
    }

    /// Says so once and for ever.
    pub(crate) async fn mark_pruned(&self) -> Result<()> {
        if self.was_pruned().await? {
            return Ok(());
        }
        let format = Format {
            version: KNOWN,
            pruned: true,
        };
        let format = to_bytes(keys::FORMAT, &format)?;
        self.put(keys::FORMAT, format).await
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
        let write = || self.write_format();
        self.written.get_or_try_init(write).await.copied()
    }

    async fn write_format(&self) -> Result<()> {
        let format = Format {
            version: KNOWN,
            pruned: false,
        };
        let format = to_bytes(keys::FORMAT, &format)?;
        let is_there = !self.create(keys::FORMAT, format.clone()).await?;
        if is_there && self.read_format().await?.is_none() {
            self.put(keys::FORMAT, format).await?;
        }
        Ok(())
    }

    /// Writes a fact; true if it was not there before.
    pub(crate) async fn put_fact(&self, key: &str, fact: &impl Serialize) -> Result<bool> {
        self.put_bytes(key, seal::close(key, fact)?).await
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
            Some(_) => Err(corrupt(key, "it differs from what its name stands for")),
            // S3 answers so while another writer of the same name is on its way.
            None => self.put(key, bytes).await.map(|()| true),
        }
    }

    /// False where the store says that there is an object of that name. Stores that
    /// know no conditional writes are asked first.
    async fn create(&self, key: &str, bytes: Vec<u8>) -> Result<bool> {
        let options = PutOptions::from(PutMode::Create);
        let payload = PutPayload::from(bytes.clone());
        let key_path = path(key)?;
        let written = self.store.put_opts(&key_path, payload, options);
        match self.in_turn(written).await {
            Ok(_) => Ok(true),
            Err(Error::AlreadyExists { .. }) => Ok(false),
            Err(Error::NotImplemented { .. } | Error::NotSupported { .. }) => {
                if self.read(key).await?.is_some() {
                    return Ok(false);
                }
                self.put(key, bytes).await.map(|()| true)
            }
            Err(error) => Err(failed("write", key, &error)),
        }
    }

    async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<()> {
        let key_path = path(key)?;
        let written = self.store.put(&key_path, PutPayload::from(bytes));
        let written = self.in_turn(written).await;
        written
            .map(drop)
            .map_err(|error| failed("write", key, &error))
    }

    /// Writes a copy that others may replace as a whole.
    pub(crate) async fn put_copy(&self, key: &str, value: &impl Serialize) -> Result<()> {
        self.put(key, seal::close(key, value)?).await
    }

    pub(crate) async fn put_copy_bytes(&self, key: &str, bytes: Vec<u8>) -> Result<()> {
        self.put(key, bytes).await
    }

    /// An object's bytes; `None` where there is none.
    pub(crate) async fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let (_, found) = try_join!(self.checked(), self.read(key))?;
        Ok(found)
    }

    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let key_path = path(key)?;
        let read = async { self.store.get(&key_path).await?.bytes().await };
        match self.in_turn(read).await {
            Ok(bytes) => Ok(Some(bytes.to_vec())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed("read", key, &error)),
        }
    }

    /// A fact, or a copy that was made from facts, whose content has to have the
    /// hash that stands beside it.
    pub(crate) async fn get_fact<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let bytes = self.get(key).await?;
        bytes.map(|bytes| seal::open(key, &bytes)).transpose()
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
        let listed = self.listed(folder)?.try_collect::<Vec<_>>();
        let (_, mut keys) = try_join!(self.checked(), self.in_turn(listed))?;
        keys.sort_unstable();
        Ok(keys)
    }

    /// The folders directly in a folder, in order.
    pub(crate) async fn folders(&self, folder: &str) -> Result<Vec<String>> {
        let prefix = path(folder)?;
        let listed = async {
            let listed = self.store.list_with_delimiter(Some(&prefix));
            let listed = self.in_turn(listed).await;
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

    /// Whether listings come in the order of the keys, so that a part of one costs
    /// less than all of it.
    pub(crate) fn is_ordered(&self) -> bool {
        self.ordered
    }

    /// The keys below a folder, relative to it, in order, page by page where the
    /// store lists them so.
    pub(crate) async fn in_order(&self, folder: &str) -> Result<BoxStream<'_, Result<String>>> {
        self.in_order_after(folder, "").await
    }

    /// The same from behind a name on, which need not be there; the store itself
    /// leaves out what is before it.
    pub(crate) async fn in_order_after(
        &self,
        folder: &str,
        name: &str,
    ) -> Result<BoxStream<'_, Result<String>>> {
        self.checked().await?;
        if !self.ordered {
            return self.folder_by_folder(folder, name).await;
        }
        let listed = match name {
            "" => self.listed(folder)?,
            name => {
                let after = path(&format!("{folder}/{name}"))?;
                let listed = self.store.list_with_offset(Some(&path(folder)?), &after);
                relative(folder, listed)
            }
        };
        let mut listed = listed.fuse();
        // The first page; hardly anyone asks for a second one.
        let first = self.in_turn(listed.next()).await;
        Ok(stream::iter(first).chain(listed).boxed())
    }

    /// The same where listings have no order: what is in a folder is looked at only
    /// when somebody asks for it.
    async fn folder_by_folder(
        &self,
        folder: &str,
        after: &str,
    ) -> Result<BoxStream<'_, Result<String>>> {
        let mut entries = self.entries(folder).await?;
        entries.retain(|entry| entry.as_str() > after || after.starts_with(entry.as_str()));
        let after = after.to_owned();
        let folder = folder.to_owned();
        let keys = stream::iter(entries).then(move |entry| {
            let below = format!("{folder}/{entry}");
            async move {
                let Some(below) = below.strip_suffix('/') else {
                    return Ok(vec![entry]);
                };
                let keys = self.list(below).await?.into_iter();
                Ok(keys.map(|key| format!("{entry}{key}")).collect())
            }
        });
        let keys = keys.map_ok(|keys: Vec<String>| stream::iter(keys.into_iter().map(Ok)));
        let behind = move |key: &String| std::future::ready(*key > after);
        Ok(keys.try_flatten().try_filter(behind).boxed())
    }

    /// What is directly in a folder, in the order of the keys; folders end with `/`.
    async fn entries(&self, folder: &str) -> Result<Vec<String>> {
        if let Some(root) = &self.folder {
            return sorted_entries(root.join(folder), folder).await;
        }
        let prefix = path(folder)?;
        let listed = self.store.list_with_delimiter(Some(&prefix));
        let listed = self.in_turn(listed).await;
        let listed = listed.map_err(|error| failed("list", folder, &error))?;
        let objects = listed.objects.iter();
        let objects = objects.filter_map(|object| object.location.filename().map(str::to_owned));
        let folders = listed.common_prefixes.iter();
        let folders = folders.filter_map(|found| Some(format!("{}/", found.filename()?)));
        let mut entries: Vec<_> = objects.chain(folders).collect();
        entries.sort_unstable();
        Ok(entries)
    }

    /// Every object below a folder, in no order.
    pub(crate) async fn objects(&self, folder: &str) -> Result<Vec<Object>> {
        let listed = self.store.list(Some(&path(folder)?));
        let listed = listed
            .map_ok(|object| Object {
                key: object.location.to_string(),
                bytes: object.size,
                modified: object.last_modified.into(),
            })
            .map_err(|error| failed("list", folder, &error));
        let listed = self.in_turn(listed.try_collect());
        let (_, objects) = try_join!(self.checked(), listed)?;
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
        let listed = self.store.list(Some(&path(folder)?));
        Ok(relative(folder, listed))
    }
}

/// Off this thread, with the sorting too: there may be very many, of many folders.
async fn sorted_entries(at: PathBuf, folder: &str) -> Result<Vec<String>> {
    let read = tokio::task::spawn_blocking(move || {
        let mut entries = location::entries(&at)?;
        entries.sort_unstable();
        Ok(entries)
    });
    let read = read.await.map_err(std::io::Error::other).flatten();
    read.map_err(|reason| BrokerError::Storage {
        action: "list",
        key: folder.into(),
        reason: reason.to_string(),
    })
}

/// A listing's keys, relative to a folder.
fn relative<'s>(
    folder: &str,
    listed: BoxStream<'s, object_store::Result<ObjectMeta>>,
) -> BoxStream<'s, Result<String>> {
    let (prefix, about) = (format!("{folder}/"), folder.to_owned());
    let keys = listed
        .map_err(move |error| failed("list", &about, &error))
        .try_filter_map(move |object| {
            let key = object.location.as_ref().strip_prefix(&prefix);
            std::future::ready(Ok(key.map(str::to_owned)))
        });
    keys.boxed()
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

pub(crate) fn corrupt(key: &str, reason: impl ToString) -> BrokerError {
    BrokerError::Corrupt {
        key: key.into(),
        reason: reason.to_string(),
    }
}

fn failed(action: &'static str, key: &str, error: &Error) -> BrokerError {
    BrokerError::Storage {
        action,
        key: key.into(),
        reason: said(error),
    }
}
