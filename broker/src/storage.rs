//! The thin layer over object storage: put, get and list.

use std::path::Path as FilePath;
use std::sync::Arc;

use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use pactwork_contract::ContentId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

use crate::error::BrokerError;
use crate::keys;
use crate::location;
use crate::records::Format;

type Result<T> = std::result::Result<T, BrokerError>;

/// The newest format that is known here.
const KNOWN: u32 = 1;

#[derive(Debug)]
pub(crate) struct Storage {
    store: Arc<dyn ObjectStore>,
    format: OnceCell<()>,
}

impl Storage {
    pub(crate) fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self {
            store,
            format: OnceCell::new(),
        }
    }

    pub(crate) fn open(url: &str, base: &FilePath) -> Result<Self> {
        Ok(Self::new(location::open(url, base)?))
    }

    /// Refuses a bucket of a later format; an empty one is of no format yet.
    async fn checked(&self) -> Result<()> {
        let check = || async {
            let Some(bytes) = self.get_unchecked(keys::FORMAT).await? else {
                return Ok(());
            };
            let format: Format = parse(keys::FORMAT, &bytes)?;
            if format.version > KNOWN {
                return Err(BrokerError::Format {
                    found: format.version,
                    known: KNOWN,
                });
            }
            Ok(())
        };
        self.format.get_or_try_init(check).await.copied()
    }

    /// Marks the bucket with the format that is written here.
    pub(crate) async fn mark(&self) -> Result<()> {
        self.checked().await?;
        self.put_new(keys::FORMAT, &Format { version: KNOWN })
            .await
            .map(drop)
    }

    /// Writes a fact; true if it was not there before. The name is shared only
    /// by those who say the same, so one that is there already is read back and compared.
    pub(crate) async fn put_new(&self, key: &str, fact: &impl Serialize) -> Result<bool> {
        self.put_new_bytes(key, to_bytes(fact)).await
    }

    pub(crate) async fn put_new_bytes(&self, key: &str, bytes: Vec<u8>) -> Result<bool> {
        let options = PutOptions {
            mode: PutMode::Create,
            ..PutOptions::default()
        };
        let written = self
            .store
            .put_opts(&path(key)?, PutPayload::from(bytes.clone()), options)
            .await;
        match written {
            Ok(_) => Ok(true),
            Err(Error::AlreadyExists { .. }) if self.get(key).await?.as_deref() == Some(&bytes) => {
                Ok(false)
            }
            Err(Error::AlreadyExists { .. }) => Err(BrokerError::Corrupt {
                key: key.into(),
                reason: "it differs from what its name stands for".into(),
            }),
            Err(error) => Err(failed("write", key, &error)),
        }
    }

    /// Writes what others may replace as a whole.
    pub(crate) async fn put_latest(&self, key: &str, value: &impl Serialize) -> Result<()> {
        let written = self
            .store
            .put(&path(key)?, PutPayload::from(to_bytes(value)))
            .await;
        written
            .map(drop)
            .map_err(|error| failed("write", key, &error))
    }

    /// An object's bytes; `None` where there is none.
    pub(crate) async fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        self.checked().await?;
        self.get_unchecked(key).await
    }

    async fn get_unchecked(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let found = match self.store.get(&path(key)?).await {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(failed("read", key, &error)),
        };
        let bytes = found
            .bytes()
            .await
            .map_err(|error| failed("read", key, &error))?;
        Ok(Some(bytes.to_vec()))
    }

    pub(crate) async fn get_fact<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let bytes = self.get(key).await?;
        bytes.map(|bytes| parse(key, &bytes)).transpose()
    }

    /// A contract's bytes, whose hash has to be its name.
    pub(crate) async fn get_blob(&self, id: &ContentId) -> Result<Vec<u8>> {
        let key = keys::blob(id);
        let corrupt = |reason: &str| BrokerError::Corrupt {
            key: key.clone(),
            reason: reason.into(),
        };
        let bytes = self
            .get(&key)
            .await?
            .ok_or_else(|| corrupt("it is missing"))?;
        if ContentId::of_bytes(&bytes) != *id {
            return Err(corrupt("its bytes do not have the hash that is its name"));
        }
        Ok(bytes)
    }

    /// The keys below a folder, relative to it, in order.
    pub(crate) async fn list(&self, folder: &str) -> Result<Vec<String>> {
        self.checked().await?;
        let listed = self
            .store
            .list(Some(&path(folder)?))
            .map_ok(|object| object.location.to_string());
        let keys: Vec<String> = listed
            .try_collect()
            .await
            .map_err(|error| failed("list", folder, &error))?;
        let prefix = format!("{folder}/");
        let mut keys: Vec<_> = keys
            .iter()
            .filter_map(|key| key.strip_prefix(&prefix))
            .map(str::to_owned)
            .collect();
        keys.sort();
        Ok(keys)
    }
}

fn path(key: &str) -> Result<Path> {
    Path::parse(key).map_err(|error| BrokerError::Storage {
        action: "name",
        key: key.into(),
        reason: error.to_string(),
    })
}

pub(crate) fn to_bytes(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn parse<T: DeserializeOwned>(key: &str, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| BrokerError::Corrupt {
        key: key.into(),
        reason: error.to_string(),
    })
}

fn failed(action: &'static str, key: &str, error: &Error) -> BrokerError {
    BrokerError::Storage {
        action,
        key: key.into(),
        reason: error.to_string(),
    }
}
