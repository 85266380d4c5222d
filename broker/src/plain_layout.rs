//! The plain layout: copies of the newest contracts on main branches, under names
//! that somebody with nothing but a storage client finds.
//!
//! `pacts/<provider>/<consumer>-<provider>.json` is a whole pact file, which says
//! in its metadata which version it is of; `golden/<provider>/<Event>.schema.json`
//! is the schema as it was published.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use futures_util::try_join;
use pactwork_contract::{ContentId, Pact, SpecificationVersion, file_name_part};
use serde::{Deserialize, Serialize};

use crate::Broker;
use crate::error::BrokerError;
use crate::keys;
use crate::pull::Held;
use crate::records::{ContractKind, ManifestEntry, PublicationKind, all_contracts};
use crate::select::{Head, MAIN_BRANCHES};

/// The folders of the plain layout.
const FOLDERS: [&str; 2] = ["pacts", "golden"];

/// The member of a copied pact's metadata that says what it is a copy of.
const MEMBER: &str = "pactwork";

/// Which version a plain copy of a pact was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// The consumer's version.
    pub consumer_version: String,
    /// Its branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
}

impl Origin {
    /// Takes out of a pact's metadata what a plain copy says there, so that the
    /// pact is as it was published. `None` for a pact that is no plain copy.
    pub fn take(pact: &mut Pact) -> Option<Self> {
        let found = pact.metadata.get(MEMBER)?;
        let origin = Self::deserialize(found).ok()?;
        pact.metadata.remove(MEMBER);
        Some(origin)
    }

    fn put(&self, pact: &mut Pact) -> Result<(), serde_json::Error> {
        let value = serde_json::to_value(self)?;
        pact.metadata.insert(MEMBER.into(), value);
        Ok(())
    }
}

/// A file of the plain layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainFile {
    /// Its key in the bucket.
    pub key: String,
    /// Its contents.
    pub bytes: Vec<u8>,
}

/// What a copy is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Source {
    kind: ContractKind,
    blob: ContentId,
    origin: Origin,
}

impl Broker {
    /// Makes the plain copies of what is newest on a participant's main branch
    /// (`main` or `master`): its pacts as a consumer, its golden contracts as a
    /// provider. Returns their keys; none where nothing was published there. A copy
    /// of a contract that is no longer published stays.
    ///
    /// # Errors
    /// [`BrokerError::Storage`] and [`BrokerError::Corrupt`].
    pub async fn copy_plainly(&self, participant: &str) -> Result<Vec<String>, BrokerError> {
        let (mut sources, ()) = try_join!(self.plain_sources(participant), self.storage.mark())?;
        loop {
            let copied = sources.iter().map(|(key, source)| self.copy(key, source));
            try_join_all(copied).await?;
            // Whoever copies last looks at the heads afterwards, so the copies that
            // stay are of the newest.
            let again = self.plain_sources(participant).await?;
            if again == sources {
                return Ok(sources.into_keys().collect());
            }
            sources = again;
        }
    }

    /// Every file of the plain layout, by key.
    ///
    /// # Errors
    /// [`BrokerError::Storage`].
    pub async fn plain_files(&self) -> Result<Vec<PlainFile>, BrokerError> {
        let listed = FOLDERS.map(|folder| self.storage.list(folder));
        let names = try_join_all(listed).await?;
        let keys = FOLDERS.iter().zip(names).flat_map(|(folder, names)| {
            let keys = names
                .into_iter()
                .map(move |name| format!("{folder}/{name}"));
            keys.collect::<Vec<_>>()
        });
        let read = keys.map(|key| async move {
            let bytes = self.storage.get(&key).await?;
            Ok::<_, BrokerError>(bytes.map(|bytes| PlainFile { key, bytes }))
        });
        let mut files: Vec<_> = try_join_all(read).await?.into_iter().flatten().collect();
        files.sort_by(|left, right| left.key.cmp(&right.key));
        Ok(files)
    }

    async fn copy(&self, key: &str, source: &Source) -> Result<(), BrokerError> {
        let bytes = match source.kind {
            ContractKind::Golden => self.storage.get_blob(&source.blob).await?,
            ContractKind::Pact => self.pact_with_origin(source).await?,
        };
        self.storage.put_copy_bytes(key, bytes).await
    }

    async fn pact_with_origin(&self, source: &Source) -> Result<Vec<u8>, BrokerError> {
        let mut pact = self.pact(&source.blob, &Held::new()).await?;
        let unwritable = |provider: &str, reason: String| BrokerError::Unwritable {
            contract: ContractKind::Pact.named(provider),
            reason,
        };
        let put = source.origin.put(&mut pact);
        put.map_err(|error| unwritable(&pact.provider.name, error.to_string()))?;
        let bytes = pact.to_bytes(SpecificationVersion::V4);
        bytes.map_err(|error| unwritable(&pact.provider.name, error.to_string()))
    }

    /// Key to what belongs there now.
    async fn plain_sources(
        &self,
        participant: &str,
    ) -> Result<BTreeMap<String, Source>, BrokerError> {
        let kinds = [ContractKind::Pact, ContractKind::Golden];
        let found = kinds.map(|kind| self.sources_of_kind(participant, kind));
        Ok(try_join_all(found).await?.into_iter().flatten().collect())
    }

    async fn sources_of_kind(
        &self,
        participant: &str,
        kind: ContractKind,
    ) -> Result<Vec<(String, Source)>, BrokerError> {
        let Some(head) = self.main_head(participant, kind).await? else {
            return Ok(Vec::new());
        };
        let entries = all_contracts(&self.manifests(participant, &head.version).await?);
        let entries = entries.into_iter().filter(|entry| entry.kind == kind);
        let sources = entries.map(|entry| {
            let source = Source {
                kind,
                blob: entry.blob.clone(),
                origin: Origin {
                    consumer_version: head.version.clone(),
                    branch: head.branch.clone(),
                },
            };
            (key(participant, &entry), source)
        });
        Ok(sources.collect())
    }

    async fn main_head(
        &self,
        participant: &str,
        kind: ContractKind,
    ) -> Result<Option<Head>, BrokerError> {
        for branch in MAIN_BRANCHES {
            let head = self
                .head(
                    &keys::branch(participant, branch),
                    PublicationKind::With(kind),
                )
                .await?;
            if head.is_some() {
                return Ok(head);
            }
        }
        Ok(None)
    }
}

fn key(participant: &str, entry: &ManifestEntry) -> String {
    match entry.kind {
        ContractKind::Pact => {
            let folder = file_name_part(&entry.name);
            let file = Pact::between(participant, &*entry.name).file_name();
            format!("pacts/{folder}/{file}")
        }
        ContractKind::Golden => {
            let folder = file_name_part(participant);
            format!(
                "golden/{folder}/{}.schema.json",
                file_name_part(&entry.name)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: ContractKind, name: &str) -> ManifestEntry {
        let id = ContentId::of_bytes(b"");
        ManifestEntry {
            kind,
            name: name.into(),
            content: id.clone(),
            blob: id,
        }
    }

    #[test]
    fn names_stand_for_themselves_so_far_as_they_are_safe() {
        use ContractKind::{Golden, Pact};
        for (participant, kind, name, expected) in [
            ("web", Pact, "orders", "pacts/orders/web-orders.json"),
            ("Zoo App", Pact, "Über", "pacts/Über/Zoo App-Über.json"),
            ("a/b", Pact, "..", "pacts/%2E./a%2Fb-%2E..json"),
            (
                "orders",
                Golden,
                "OrderShipped",
                "golden/orders/OrderShipped.schema.json",
            ),
            ("..", Golden, "a/b", "golden/%2E./a%2Fb.schema.json"),
        ] {
            assert_eq!(key(participant, &entry(kind, name)), expected);
        }
    }

    #[test]
    fn long_names_fit_into_a_key_and_stay_apart() {
        let long = ["a", "b"].map(|end| "ü".repeat(500) + end);
        let keys = long
            .iter()
            .map(|name| key("web", &entry(ContractKind::Golden, name)));
        let keys: Vec<_> = keys.collect();
        assert!(keys.iter().all(|key| key.len() < 500), "{keys:?}");
        assert_ne!(keys[0], keys[1]);
    }

    #[test]
    fn a_copy_says_what_it_is_of_and_gives_the_pact_back() {
        let pact = Pact::between("web", "orders");
        let origin = Origin {
            consumer_version: "1".into(),
            branch: Some("main".into()),
        };
        let mut copy = pact.clone();
        origin.put(&mut copy).unwrap();
        assert_eq!(
            copy.metadata[MEMBER],
            serde_json::json!({ "consumerVersion": "1", "branch": "main" })
        );
        assert_eq!(copy.content_id(), pact.content_id());
        assert_eq!(Origin::take(&mut copy), Some(origin));
        assert_eq!(copy, pact);
        assert_eq!(Origin::take(&mut copy), None);
    }
}
