//! HTTP as a client: URLs, and one pooled client.

mod client;
mod url;

use std::time::Duration;

pub(crate) use client::{Answered, HttpClient, HttpError};
pub use url::UrlError;
pub(crate) use url::{BaseUrl, Place};

/// How long a request may take where nothing else is said.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);
