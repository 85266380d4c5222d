use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::TIMEOUT;
#[cfg(feature = "tls")]
use super::tls::{CertificateError, Tls};
use crate::RequestFilter;

/// The longest body that is read where nothing else is said.
const LARGEST_BODY: usize = 128 << 20;

/// How HTTP requests are sent: to the provider, to where its states are set, to where its
/// messages are asked for.
///
/// ```
/// use std::time::Duration;
/// use pactwork_provider::{FixedHeaders, HttpOptions, Target, Verifier};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let http = HttpOptions::new()
///     .timeout(Duration::from_secs(5))
///     .filter(FixedHeaders::new().set("Authorization", "Bearer abc")?);
/// let verifier = Verifier::new(Target::at("http://127.0.0.1:8080")).http(http);
/// # drop(verifier);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct HttpOptions {
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) largest_body: usize,
    pub(crate) redirects: usize,
    pub(crate) http2: bool,
    pub(crate) filters: Vec<Arc<dyn RequestFilter>>,
    #[cfg(feature = "tls")]
    pub(crate) tls: Tls,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            timeout: TIMEOUT,
            connect_timeout: None,
            largest_body: LARGEST_BODY,
            redirects: 0,
            http2: false,
            filters: Vec::new(),
            #[cfg(feature = "tls")]
            tls: Tls::default(),
        }
    }
}

impl HttpOptions {
    /// HTTP/1.1, 30 seconds for each request, bodies of up to 128 MiB, redirects not
    /// followed, and, with TLS, certificates that the system trusts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Each request may take this long, up to the last byte of its answer.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// A connection may take this long until it is there; it counts for
    /// [`timeout`](Self::timeout) as well.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// An answer whose body has more bytes than this is not read.
    #[must_use]
    pub fn largest_body(mut self, bytes: usize) -> Self {
        self.largest_body = bytes;
        self
    }

    /// So many redirects are followed, one after another (RFC 9110, 15.4). What a filter
    /// added, `Authorization` and `Cookie` are not sent to another origin.
    #[must_use]
    pub fn follow_redirects(mut self, most: usize) -> Self {
        self.redirects = most;
        self
    }

    /// HTTP/2 is spoken and nothing else: with prior knowledge at `http:` URLs (RFC 9113,
    /// 3.3), by agreement under TLS (RFC 7301).
    #[cfg(feature = "http2")]
    #[must_use]
    pub fn http2(mut self, http2: bool) -> Self {
        self.http2 = http2;
        self
    }

    /// Every request is changed by this filter, after those that were added before.
    #[must_use]
    pub fn filter(mut self, filter: impl RequestFilter + 'static) -> Self {
        self.filters.push(Arc::new(filter));
        self
    }

    /// The same filter for several options.
    #[must_use]
    pub fn shared_filter(mut self, filter: Arc<dyn RequestFilter>) -> Self {
        self.filters.push(filter);
        self
    }

    /// Authorities that are trusted beside those of the system: certificates in PEM.
    ///
    /// # Errors
    /// [`CertificateError`] for what holds none, or one that cannot be read.
    #[cfg(feature = "tls")]
    pub fn ca_certificates(mut self, pem: &[u8]) -> Result<Self, CertificateError> {
        self.tls.trust(pem)?;
        Ok(self)
    }

    /// The certificate, with those between it and its authority, that is shown to servers
    /// that ask for one, and its private key; both in PEM.
    ///
    /// # Errors
    /// [`CertificateError`] for what holds none, or one that cannot be read.
    #[cfg(feature = "tls")]
    pub fn client_certificate(
        mut self,
        certificates: &[u8],
        key: &[u8],
    ) -> Result<Self, CertificateError> {
        self.tls.identify(certificates, key)?;
        Ok(self)
    }

    /// Any certificate is good enough: nobody knows who answers.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn insecure(mut self, insecure: bool) -> Self {
        self.tls.insecure = insecure;
        self
    }
}

impl fmt::Debug for HttpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpOptions")
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("largest_body", &self.largest_body)
            .field("redirects", &self.redirects)
            .field("http2", &self.http2)
            .field("filters", &self.filters.len())
            .finish_non_exhaustive()
    }
}
