//! Who is in the bucket.

use futures_util::TryStreamExt;

use crate::Broker;
use crate::concurrently::concurrently;
use crate::error::BrokerError;
use crate::keys;
use crate::records::Manifest;

impl Broker {
    /// Everybody who published something or whom a consumer named as its
    /// provider, by name.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn participants(&self) -> Result<Vec<String>, BrokerError> {
        let segments = self.storage.folders(keys::PARTICIPANTS).await?;
        let names = concurrently(segments, |segment| async move {
            match keys::decode(&segment) {
                Some(name) => Ok(Some(name)),
                None => self.long_name(&segment).await,
            }
        });
        let mut names: Vec<_> = names.await?.into_iter().flatten().collect();
        names.sort_unstable();
        Ok(names)
    }

    /// The name that a digest stands for, as the participant's own manifests have
    /// it, else those of its consumers; `None` for what is no participant.
    async fn long_name(&self, segment: &str) -> Result<Option<String>, BrokerError> {
        let folder = format!("{}/{segment}", keys::PARTICIPANTS);
        let is_it = |name: &str| keys::encode(name) == segment;
        if let Some(manifest) = self.any_manifest(&folder).await?
            && is_it(&manifest.participant)
        {
            return Ok(Some(manifest.participant));
        }
        for consumer in self.storage.folders(&format!("{folder}/consumer")).await? {
            let consumer = format!("{}/{consumer}", keys::PARTICIPANTS);
            for name in self.storage.list(&format!("{consumer}/ver")).await? {
                let key = format!("{consumer}/ver/{name}");
                let Some(manifest) = self.manifest_at(&key).await? else {
                    continue;
                };
                let mut contracts = manifest.contracts.into_iter();
                if let Some(found) = contracts.find(|entry| is_it(&entry.name)) {
                    return Ok(Some(found.name));
                }
            }
        }
        Ok(None)
    }

    async fn any_manifest(&self, participant: &str) -> Result<Option<Manifest>, BrokerError> {
        let folder = format!("{participant}/ver");
        let mut names = self.storage.in_order(&folder).await?;
        match names.try_next().await? {
            Some(name) => self.manifest_at(&format!("{folder}/{name}")).await,
            None => Ok(None),
        }
    }

    /// The manifest under a key, whose last segment is its hash.
    pub(crate) async fn manifest_at(&self, key: &str) -> Result<Option<Manifest>, BrokerError> {
        let hash = key.rsplit('/').next().unwrap_or_default();
        self.storage.get_hashed(key, hash).await
    }
}
