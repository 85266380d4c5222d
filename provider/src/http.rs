//! HTTP as a client: URLs, and one pooled client.

mod body;
mod client;
mod error;
mod options;
mod redirect;
#[cfg(feature = "tls")]
mod tls;
mod url;

use std::time::Duration;

pub(crate) use client::{Answered, HttpClient, Outgoing};
pub(crate) use error::HttpError;
pub use options::HttpOptions;
#[cfg(feature = "tls")]
pub use tls::CertificateError;
pub use url::UrlError;
pub(crate) use url::{BaseUrl, Place};

/// How long a request may take where nothing else is said.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);
