//! Contracts, verification results and deployments in object storage, and the
//! decisions over them. No server and no database: put, get and list are enough,
//! and delete where something is pruned.
//!
//! Every fact is a small object of its own, written once; what must be ordered
//! carries a time-sortable id. README.md beside this crate lists every key.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use pactwork_broker::{Answer, Broker, Location, Publication};
//! use pactwork_contract::Pact;
//!
//! let broker = Broker::open(&Location::of("memory:", ".")).await?;
//! let now = std::time::SystemTime::now();
//! let publication = Publication {
//!     pacts: vec![Pact::between("web", "orders")],
//!     ..Publication::of("web", "1.0.0")
//! };
//! broker.publish(&publication, now).await?;
//! let decision = broker.can_i_deploy("web", "1.0.0", "production").await?;
//! assert_eq!(decision.answer, Answer::No);
//! # Ok(())
//! # }
//! ```

mod announcement;
mod can_i_deploy;
mod catalogue;
mod changed;
mod concurrently;
mod decide;
mod environment;
mod error;
mod event;
mod examine;
mod graph;
mod history;
mod import;
mod inventory;
mod keys;
mod known_versions;
mod location;
mod lookup;
mod matrix;
mod matrix_facts;
mod moment;
mod notify;
mod pact_broker;
mod participants;
mod plain_layout;
mod prune;
mod publish;
mod pull;
mod records;
mod refusal;
mod retention;
mod seal;
mod select;
mod storage;
mod timeline;
mod trigger;
mod verification;
mod versions;

use std::sync::Arc;

use object_store::ObjectStore;

pub use can_i_deploy::{Destination, Question};
pub use catalogue::{Beginning, LabelSummary, ListedContract, ParticipantSummary, Presence};
pub use changed::{Change, Changes, Relying, VersionOnBranch};
pub use decide::{Answer, AskedVersion, Decision, Reason, ReasonKind, near as similar_names};
pub use environment::EnvironmentChange;
pub use error::BrokerError;
pub use examine::{Condition, Examination, Finding};
pub use graph::{Edge, EdgeResult, Graph, Node};
pub use history::{
    Fact, History, PublishedVersion, RecordKind, Recorded, VerificationRun, VersionContract,
};
pub use import::AlreadyPublished;
pub use location::{Location, OptionSource, StorageOption};
pub use lookup::{FoundContract, FoundGolden, FoundPact, Which};
pub use matrix::{MatrixOutcome, Row, RowVersion};
pub use matrix_facts::MatrixQuery;
pub use notify::Due;
pub use pact_broker::{Exported, ExportedPact, VersionFacts, read_export};
pub use plain_layout::{Origin, PlainFile};
pub use prune::{Prune, Pruned, PrunedVersion, Share};
pub use publish::{
    OnConflict, Publication, Published, PublishedContract, PublishedStatus, VerifiedBefore,
};
pub use pull::{Held, PublishedGolden, PublishedPact, Pull};
pub use records::{ContractKind, Happening};
pub use retention::Keep;
pub use select::{Selector, Versions, is_main_branch};
pub use trigger::{ForEachConsumer, Occurrence, Trigger, TriggerEvent, Values};
pub use versions::{ContractSummary, Scope, VersionSummary};

use location::Identity;
use storage::Storage;

/// Shared contracts, results and deployments in one bucket.
#[derive(Debug)]
pub struct Broker {
    storage: Storage,
    identity: Identity,
}

impl Broker {
    /// Opens a bucket: a folder (made if it is not there), an object storage, or
    /// memory. Nothing is written to it, and hardly anything asked of it.
    ///
    /// # Errors
    /// [`BrokerError::Location`] for a scheme or an option that is not known, or a
    /// folder that cannot be used.
    pub async fn open(location: &Location) -> Result<Self, BrokerError> {
        let opened = location::open(location).await?;
        Ok(Self {
            storage: Storage::new(opened.store, opened.ordered).of_folder(opened.folder),
            identity: opened.identity,
        })
    }

    /// Uses a store that is open, in whatever order it lists.
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self {
            storage: Storage::new(store, false),
            identity: Identity::None,
        }
    }

    /// Uses a store that is open and lists in the order of the keys, as S3, GCS and
    /// Azure do: the newest of a long listing is then on its first page.
    pub fn on_ordered(store: Arc<dyn ObjectStore>) -> Self {
        Self {
            storage: Storage::new(store, true),
            identity: Identity::None,
        }
    }

    /// For what takes long, and must not rely on what was known when it began.
    fn afresh(&self) -> Self {
        Self {
            storage: self.storage.afresh(),
            identity: self.identity.clone(),
        }
    }
}
