use std::path::PathBuf;

use pactwork_contract::{Pact, RecordError, SpecificationVersion, record_by, record_into};

use crate::Problems;

/// Where and how a pact is written once its interactions have been exercised.
#[derive(Debug, Clone)]
pub(crate) struct Recording {
    pub folder: PathBuf,
    pub specification: SpecificationVersion,
    /// The test that records, where it is known.
    pub test: Option<String>,
}

impl Recording {
    /// For the test that runs on this thread.
    pub fn by_this_test(self) -> Self {
        let thread = std::thread::current();
        Self {
            test: thread
                .name()
                .filter(|name| is_a_test(name))
                .map(str::to_owned),
            ..self
        }
    }

    /// Merges the pact into its file; waits for other threads and processes that do so.
    pub fn record(&self, pact: &Pact) -> Result<PathBuf, RecordError> {
        match &self.test {
            Some(test) => record_by(test, &self.folder, pact, self.specification),
            None => record_into(&self.folder, pact, self.specification),
        }
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

/// Test harnesses name a test's thread by the test's path; other threads are called
/// `main` or what is no path.
fn is_a_test(thread: &str) -> bool {
    let is_name = |part: &str| {
        let mut characters = part.chars();
        characters
            .next()
            .is_some_and(|first| first == '_' || first.is_alphabetic())
            && characters.all(|each| each == '_' || each.is_alphanumeric())
    };
    thread != "main" && thread.split("::").all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_test_is_told_from_other_threads() {
        for (thread, expected) in [
            ("an_order_is_read", true),
            ("orders::an_order::case_1", true),
            ("main", false),
            ("tokio-rt-worker", false),
            ("mock provider", false),
            ("", false),
            ("a::", false),
        ] {
            assert_eq!(is_a_test(thread), expected, "{thread}");
        }
    }
}
