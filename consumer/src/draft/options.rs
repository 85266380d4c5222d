use pactwork_contract::SpecificationVersion;

use super::RedactedPath;
use super::derive::Manner;

/// How a draft is made.
///
/// ```
/// use pactwork_consumer::draft::DraftOptions;
///
/// let options = DraftOptions::default().header("X-Tenant").redact("iban");
/// # let _ = options;
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct DraftOptions {
    pub(super) headers: Vec<String>,
    pub(super) redact: Vec<String>,
    pub(super) redact_paths: Vec<RedactedPath>,
    strict: bool,
    specification: SpecificationVersion,
}

impl DraftOptions {
    /// Keeps a further header, of requests and of answers.
    pub fn header(mut self, name: impl Into<String>) -> Self {
        self.headers.push(name.into());
        self
    }

    /// Replaces the values of further headers, query parameters, form fields and JSON
    /// members of this name; capital letters and separators do not count.
    pub fn redact(mut self, name: impl Into<String>) -> Self {
        self.redact.push(name.into());
        self
    }

    /// Replaces what is at this path of JSON bodies.
    pub fn redact_path(mut self, path: RedactedPath) -> Self {
        self.redact_paths.push(path);
        self
    }

    /// Expects members that never changed to stay as they are, instead of by type.
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// The version of the specification whose rules may be used: 4, 3 or 2.
    pub fn specification(mut self, version: SpecificationVersion) -> Self {
        self.specification = version;
        self
    }

    pub(super) fn manner(&self) -> Manner {
        Manner {
            version: self.specification,
            strict: self.strict,
        }
    }
}
