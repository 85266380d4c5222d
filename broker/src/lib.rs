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
//! use pactwork_broker::{Answer, Broker, Publication};
//! use pactwork_contract::Pact;
//!
//! let broker = Broker::open("memory:", std::path::Path::new("."))?;
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
mod decide;
mod environment;
mod error;
mod event;
mod inventory;
mod keys;
mod location;
mod prune;
mod publish;
mod pull;
mod records;
mod retention;
mod select;
mod storage;
mod verification;

use std::path::Path;
use std::sync::Arc;

use object_store::ObjectStore;

pub use can_i_deploy::{Destination, Question};
pub use decide::{Answer, AskedVersion, Decision, Reason, ReasonKind};
pub use environment::EnvironmentChange;
pub use error::BrokerError;
pub use prune::{Prune, Pruned, PrunedVersion, Share};
pub use publish::{Publication, Published, PublishedContract, PublishedStatus};
pub use pull::{PublishedGolden, PublishedPact, Pull};
pub use records::{ContractKind, Happening};
pub use retention::Keep;
pub use select::{Selector, Versions};

use location::Listing;
use storage::Storage;

/// Shared contracts, results and deployments in one bucket.
#[derive(Debug)]
pub struct Broker {
    storage: Storage,
}

impl Broker {
    /// Opens a bucket by URL: a folder (`file:///…`, or a path relative to
    /// `base`, made if it is not there) or `memory:`.
    ///
    /// # Errors
    /// [`BrokerError::Location`] for a scheme that is not known or a folder that cannot be used.
    pub fn open(url: &str, base: &Path) -> Result<Self, BrokerError> {
        Ok(Self {
            storage: Storage::open(url, base)?,
        })
    }

    /// Uses a store that is open, in whatever order it lists.
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self {
            storage: Storage::new(store, Listing::Unordered),
        }
    }

    /// Uses a store that is open and lists in the order of the keys, as S3, GCS and
    /// Azure do: the newest of a long listing is then on its first page.
    pub fn on_ordered(store: Arc<dyn ObjectStore>) -> Self {
        Self {
            storage: Storage::new(store, Listing::Ordered),
        }
    }

    /// For what takes long, and must not rely on what was known when it began.
    fn afresh(&self) -> Self {
        Self {
            storage: self.storage.afresh(),
        }
    }
}
