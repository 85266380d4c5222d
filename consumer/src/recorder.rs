use std::path::PathBuf;

use pactwork_contract::{Pact, RecordError, SpecificationVersion, record_into};

use crate::Problems;

/// Where and how a pact is written once its interactions have been exercised.
#[derive(Debug, Clone)]
pub(crate) struct Recording {
    pub folder: PathBuf,
    pub specification: SpecificationVersion,
}

impl Recording {
    /// Merges the pact into its file; waits for other threads and processes that do so.
    pub fn record(&self, pact: &Pact) -> Result<PathBuf, RecordError> {
        record_into(&self.folder, pact, self.specification)
    }

    /// The same, without holding up a runtime where there is one.
    pub async fn record_in_background(self, pact: Pact) -> Result<PathBuf, RecordError> {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return self.record(&pact);
        };
        let folder = self.folder.clone();
        runtime
            .spawn_blocking(move || self.record(&pact))
            .await
            .unwrap_or_else(|reason| {
                Err(RecordError::Io {
                    path: folder,
                    reason: reason.into(),
                })
            })
    }
}

/// What the asked version cannot hold is better said before the test than after it.
pub(crate) fn check_version(pact: &Pact, recording: Option<&Recording>, problems: &mut Problems) {
    let version = recording.map_or_else(SpecificationVersion::default, |each| each.specification);
    if version == SpecificationVersion::default() {
        return;
    }
    if let Err(error) = pact.to_bytes(version) {
        problems.add("the pact", error);
    }
}
