//! What is announced before it is pruned, and how a writer makes sure that nothing
//! which it relies on is removed meanwhile. README.md says why that is enough.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use pactwork_contract::ContentId;

use crate::Broker;
use crate::error::BrokerError;
use crate::keys;
use crate::records::{Announcement, ContractKind, Manifest};
use crate::storage::{Object, to_bytes};

/// A prune that is not finished, as its objects show it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pending {
    /// The list of what is going to be removed, once there is one.
    pub(crate) announced: Option<Object>,
    /// One for each process that is removing it.
    pub(crate) sweeps: Vec<Object>,
    /// What writers rely on meanwhile.
    pub(crate) needed: Vec<Object>,
    /// The object that says when it began.
    pub(crate) clock: Option<Object>,
}

impl Pending {
    pub(crate) fn objects(&self) -> impl Iterator<Item = &Object> {
        let single = self.announced.iter().chain(&self.clock);
        single.chain(&self.sweeps).chain(&self.needed)
    }
}

fn folder(prune: &str) -> String {
    format!("{}/{prune}", keys::PRUNES)
}

/// The object whose time is the store's present time.
pub(crate) fn clock(prune: &str) -> String {
    format!("{}/clock", folder(prune))
}

/// The list of what is going to be removed.
pub(crate) fn announced(prune: &str) -> String {
    format!("{}/announced", folder(prune))
}

/// The fact that a process is removing it.
pub(crate) fn sweep(prune: &str, process: &str) -> String {
    format!("{}/sweep/{process}", folder(prune))
}

/// The fact that a writer relies on what a manifest names.
fn needed(prune: &str, manifest: &str) -> String {
    format!("{}/needed/{manifest}", folder(prune))
}

/// Sorts the objects of all prunes by prune.
pub(crate) fn pending(objects: Vec<Object>) -> BTreeMap<String, Pending> {
    let mut prunes = BTreeMap::<String, Pending>::new();
    for object in objects {
        let segments: Vec<_> = object.key.split('/').map(str::to_owned).collect();
        let [_, _, prune, kind, ..] = segments.as_slice() else {
            continue;
        };
        let pending = prunes.entry(prune.clone()).or_default();
        match kind.as_str() {
            "announced" => pending.announced = Some(object),
            "clock" => pending.clock = Some(object),
            "sweep" => pending.sweeps.push(object),
            "needed" => pending.needed.push(object),
            _ => {}
        }
    }
    prunes
}

/// What the keys begin with that must not vanish while a manifest is written, or a
/// fact about its version.
fn relied_on(manifest: &Manifest) -> Vec<String> {
    let Manifest {
        participant,
        version,
        contracts,
        ..
    } = manifest;
    let mut keys = vec![format!("{}/", keys::manifests(participant, version))];
    for entry in contracts {
        keys.push(keys::blob(&entry.blob));
        if entry.kind == ContractKind::Pact {
            keys.push(keys::consumer(&entry.name, participant));
            let verifications = keys::verifications(&entry.content, &entry.name);
            keys.push(format!("{verifications}/"));
        }
    }
    keys
}

impl Broker {
    /// Tells every prune that is announced what is needed, so that it stays. To be
    /// done before anything is read or written that relies on it.
    ///
    /// # Errors
    /// [`BrokerError::Pruning`] where it is being removed already.
    pub(crate) async fn announce(&self, manifest: &Manifest) -> Result<(), BrokerError> {
        if !self.storage.was_pruned().await? {
            return Ok(());
        }
        let bytes = to_bytes(keys::PRUNES, manifest)?;
        let name = ContentId::of_bytes(&bytes);
        let mut told = false;
        for (prune, pending) in self.pending().await? {
            if !pending.sweeps.is_empty() {
                self.refuse_what_goes(&prune, manifest).await?;
            } else if pending.announced.is_some() {
                let key = needed(&prune, name.as_str());
                self.storage.put_copy(&key, manifest).await?;
                told = true;
            }
        }
        if !told {
            return Ok(());
        }
        // Whoever begins to remove after this has to see it.
        let pending = self.pending().await?.into_iter();
        let sweeping = pending.filter(|(_, pending)| !pending.sweeps.is_empty());
        let refused =
            sweeping.map(|(prune, _)| async move { self.refuse_what_goes(&prune, manifest).await });
        try_join_all(refused).await.map(drop)
    }

    pub(crate) async fn pending(&self) -> Result<BTreeMap<String, Pending>, BrokerError> {
        Ok(pending(self.storage.objects(keys::PRUNES).await?))
    }

    async fn refuse_what_goes(&self, prune: &str, manifest: &Manifest) -> Result<(), BrokerError> {
        let list = self.storage.get_fact(&announced(prune)).await?;
        let relied_on = relied_on(manifest);
        // Without a list, it may be anything.
        let goes = list.is_none_or(|list: Announcement| {
            let mut keys = list.keys.iter();
            keys.any(|key| relied_on.iter().any(|begin| key.starts_with(begin)))
        });
        match goes {
            true => Err(BrokerError::Pruning {
                participant: manifest.participant.clone(),
                version: manifest.version.clone(),
            }),
            false => Ok(()),
        }
    }
}
