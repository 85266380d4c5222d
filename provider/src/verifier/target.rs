use std::sync::Arc;

use crate::ProviderProcess;
use crate::process::WatchedProcess;

/// The provider that is verified: one instance of it, or several that share no state.
#[derive(Debug, Clone)]
pub struct Target {
    /// Never empty.
    pub(super) instances: Vec<Reached>,
}

/// How one instance is reached.
#[derive(Debug, Clone, Default)]
pub(super) struct Reached {
    pub(super) base_url: Option<String>,
    pub(super) process: Option<Arc<WatchedProcess>>,
    /// Its number, from 1, where it has one.
    pub(super) number: Option<usize>,
}

impl Target {
    /// A provider that answers at this base URL. A path in it comes before the pact's paths.
    pub fn at(base_url: impl Into<String>) -> Self {
        Self::instances([Reached {
            base_url: Some(base_url.into()),
            ..Reached::default()
        }])
    }

    /// A provider whose process was started here.
    pub fn process(process: &ProviderProcess) -> Self {
        Self::processes([process])
    }

    /// Several processes of the same provider, which were started here and share no
    /// state: so many interactions that declare provider states are replayed at the
    /// same time, each instance at most one. Of no process at all, the same as
    /// [`in_process`](Self::in_process).
    pub fn processes<'p>(processes: impl IntoIterator<Item = &'p ProviderProcess>) -> Self {
        Self::instances(processes.into_iter().map(|process| Reached {
            base_url: Some(process.base_url().into()),
            process: Some(process.leader()),
            number: Some(process.instance()),
        }))
    }

    /// A provider that serves no HTTP: its Rust functions are called.
    pub fn in_process() -> Self {
        Self::instances([])
    }

    /// The provider needs this process: if it ends, the rest cannot be verified.
    #[must_use]
    pub fn watched(mut self, process: &ProviderProcess) -> Self {
        for instance in &mut self.instances {
            instance.process = Some(process.leader());
        }
        self
    }

    fn instances(instances: impl IntoIterator<Item = Reached>) -> Self {
        let mut instances: Vec<_> = instances.into_iter().collect();
        if instances.is_empty() {
            instances.push(Reached::default());
        }
        Self { instances }
    }
}
