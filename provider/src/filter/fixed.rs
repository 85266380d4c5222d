use std::fmt;

use async_trait::async_trait;
use hyper::header::{HeaderName, HeaderValue};

use super::{Asked, FilterError, OutgoingRequest, RequestFilter};

/// Headers that every request has, whatever the pact says.
///
/// Each stands in place of those with its name in any case. One without a value removes them.
///
/// ```
/// use pactwork_provider::FixedHeaders;
///
/// # fn main() -> Result<(), pactwork_provider::FilterError> {
/// let headers = FixedHeaders::new()
///     .set("Authorization", "Bearer abc")?
///     .set("X-Trace", "")?;
/// # drop(headers);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct FixedHeaders(Vec<(String, String)>);

impl FixedHeaders {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// This header with this value; with the empty one, not at all. Several of one name are
    /// all sent.
    ///
    /// # Errors
    /// [`FilterError`] if it is no header's name, or no header's value. The value is not shown.
    pub fn set(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<Self, FilterError> {
        let (name, value) = (name.into(), value.into());
        check(&name, &value)?;
        self.0.push((name, value));
        Ok(self)
    }
}

pub(super) fn check(name: &str, value: &str) -> Result<(), FilterError> {
    HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| FilterError::new(format!("\"{name}\" is not a header's name")))?;
    let fits = HeaderValue::from_bytes(value.as_bytes()).map(drop);
    fits.map_err(|_| {
        FilterError::new(format!(
            "the value of the header {name} holds a line break or another control character"
        ))
    })
}

impl fmt::Debug for FixedHeaders {
    /// The names alone: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

#[async_trait]
impl RequestFilter for FixedHeaders {
    async fn filter(
        &self,
        request: &mut OutgoingRequest,
        _asked: &Asked<'_>,
    ) -> Result<(), FilterError> {
        for (name, _) in &self.0 {
            request.remove_header(name);
        }
        let valued = self.0.iter().filter(|(_, value)| !value.is_empty());
        request.headers.extend(valued.cloned());
        Ok(())
    }
}
