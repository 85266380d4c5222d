use std::sync::Arc;

use crate::ProviderProcess;
use crate::process::WatchedProcess;

/// The provider that is verified.
#[derive(Debug, Clone)]
pub struct Target {
    pub(super) base_url: Option<String>,
    pub(super) process: Option<Arc<WatchedProcess>>,
}

impl Target {
    /// A provider that answers at this base URL. A path in it comes before the pact's paths.
    pub fn at(base_url: impl Into<String>) -> Self {
        Self {
            base_url: Some(base_url.into()),
            process: None,
        }
    }

    /// A provider whose process was started here.
    pub fn process(process: &ProviderProcess) -> Self {
        Self::at(process.base_url()).watched(process)
    }

    /// A provider that serves no HTTP: its Rust functions are called.
    pub fn in_process() -> Self {
        Self {
            base_url: None,
            process: None,
        }
    }

    /// The provider needs this process: if it ends, the rest cannot be verified.
    #[must_use]
    pub fn watched(mut self, process: &ProviderProcess) -> Self {
        self.process = Some(process.leader());
        self
    }
}
