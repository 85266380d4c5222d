use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{AlertDescription, ServerConfig};
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::opening::Opening;
use super::refused::{Refused, refuse};
use super::visit::Visit;
use super::{Handler, http1};

/// The names that a certificate of our own is for, beside those that are asked for.
const THIS_MACHINE: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// A server's certificate and key, for TLS 1.2 and 1.3.
///
/// ```
/// use pactwork_consumer::server::Certificates;
///
/// let certificates = Certificates::self_signed()?;
/// // What the consumer's client has to trust:
/// assert!(certificates.certificate_pem().starts_with("-----BEGIN CERTIFICATE-----"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Certificates {
    config: Arc<ServerConfig>,
    pem: Arc<str>,
}

/// Certificates that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("cannot read {path}: {reason}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// A file does not hold what it should.
    #[error("{path}: expected {expected}, {found}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        expected: &'static str,
        /// What it holds instead.
        found: String,
    },
    /// The certificate and the key do not belong together, or are of a kind that is
    /// not supported.
    #[error("the certificate in {certificate} cannot be used with the key in {key}: {reason}")]
    Pair {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// Why.
        reason: rustls::Error,
    },
    /// A name that no certificate can be for.
    #[error("no certificate can be made for {names}: {reason}")]
    Names {
        /// The names that were asked for.
        names: String,
        /// Why.
        reason: rcgen::Error,
    },
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Setup(rustls::Error),
}

impl Certificates {
    /// A certificate made now, for `localhost`, 127.0.0.1 and ::1, and valid for any time.
    ///
    /// # Errors
    /// [`CertificateError`], where the operating system gives no random numbers.
    pub fn self_signed() -> Result<Self, CertificateError> {
        Self::self_signed_for(Vec::<String>::new())
    }

    /// The same, and for these host names and addresses as well.
    ///
    /// # Errors
    /// [`CertificateError::Names`], for what is no name.
    pub fn self_signed_for(
        names: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self, CertificateError> {
        let mut all: Vec<String> = THIS_MACHINE.map(String::from).into();
        all.extend(names.into_iter().map(Into::into));
        let told = all.join(", ");
        let refused = |reason| CertificateError::Names {
            names: told.clone(),
            reason,
        };
        let key = KeyPair::generate().map_err(refused)?;
        let mut params = CertificateParams::new(all).map_err(refused)?;
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, "pactwork mock provider");
        let certificate = params.self_signed(&key).map_err(refused)?;
        let pem = certificate.pem();
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let config = config(vec![certificate.into()], key).map_err(CertificateError::Setup)?;
        Ok(Self {
            config,
            pem: pem.into(),
        })
    }

    /// A certificate, followed by those that vouch for it, and its key, from PEM files.
    ///
    /// # Errors
    /// [`CertificateError`], which names the file and what was expected there.
    pub fn from_files(
        certificate: impl AsRef<Path>,
        key: impl AsRef<Path>,
    ) -> Result<Self, CertificateError> {
        let (certificate, key) = (certificate.as_ref(), key.as_ref());
        let pem = read(certificate)?;
        let chain = chain(certificate, &pem)?;
        let private = private_key(key, &read(key)?)?;
        let config = config(chain, private).map_err(|reason| CertificateError::Pair {
            certificate: certificate.into(),
            key: key.into(),
            reason,
        })?;
        let pem = String::from_utf8_lossy(&pem).into_owned();
        Ok(Self {
            config,
            pem: pem.into(),
        })
    }

    /// What a client has to trust, as PEM.
    pub fn certificate_pem(&self) -> &str {
        &self.pem
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.config.clone())
    }
}

/// The key is nobody's business.
impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates")
            .field("pem", &self.pem)
            .finish_non_exhaustive()
    }
}

fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    #[cfg(feature = "http2")]
    config.alpn_protocols.push(b"h2".to_vec());
    config.alpn_protocols.push(b"http/1.1".to_vec());
    Ok(Arc::new(config))
}

fn read(path: &Path) -> Result<Vec<u8>, CertificateError> {
    std::fs::read(path).map_err(|reason| CertificateError::Read {
        path: path.into(),
        reason,
    })
}

fn chain(path: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let found = match chain {
        Ok(chain) if !chain.is_empty() => return Ok(chain),
        Ok(_) => found_instead(pem),
        Err(error) => format!("but the PEM is broken: {error}"),
    };
    Err(CertificateError::Content {
        path: path.into(),
        expected: "a certificate in PEM form (-----BEGIN CERTIFICATE-----)",
        found,
    })
}

fn private_key(path: &Path, pem: &[u8]) -> Result<PrivateKeyDer<'static>, CertificateError> {
    let found = match PrivateKeyDer::from_pem_slice(pem) {
        Ok(key) => return Ok(key),
        Err(pem::Error::NoItemsFound) => found_instead(pem),
        Err(error) => format!("but the PEM is broken: {error}"),
    };
    Err(CertificateError::Content {
        path: path.into(),
        expected: "an unencrypted private key in PEM form (-----BEGIN PRIVATE KEY-----)",
        found,
    })
}

/// What kind of PEM it is, if it is any.
fn found_instead(pem: &[u8]) -> String {
    let text = String::from_utf8_lossy(pem);
    let begin = text.lines().find(|line| line.starts_with("-----BEGIN "));
    match begin {
        Some(line) => format!("found {line}"),
        None if pem.is_empty() => "but it is empty".into(),
        None => "but it is no PEM".into(),
    }
}

/// One connection to a server that speaks TLS.
pub(super) async fn attend<H: Handler>(
    stream: TcpStream,
    opening: Opening,
    acceptor: &TlsAcceptor,
    visit: &mut Visit<H>,
) {
    match opening {
        Opening::Nothing => return,
        Opening::Tls => {}
        _ => return refuse(stream, Refused::PlainHttp, &*visit.handler).await,
    }
    let within = visit.limits.head_timeout;
    let reason = match timeout(within, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => return converse(stream, visit).await,
        Ok(Err(error)) => said(&error),
        Err(_) => format!("the TLS handshake was not completed within {within:?}"),
    };
    visit.handler.unreadable(reason);
}

async fn converse<H: Handler>(stream: TlsStream<TcpStream>, visit: &mut Visit<H>) {
    #[cfg(feature = "http2")]
    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
        return super::http2::converse(stream, visit).await;
    }
    http1::converse(stream, visit).await;
}

/// Why there is no TLS connection, and what to do.
fn said(error: &io::Error) -> String {
    let source = error.get_ref();
    let tls = source.and_then(|source| source.downcast_ref::<rustls::Error>());
    match tls {
        Some(rustls::Error::AlertReceived(
            alert @ (AlertDescription::UnknownCA
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::DecryptError),
        )) => format!(
            "the client does not trust the mock provider's certificate ({alert:?}): let it trust \
             certificate_pem(), or the certificate that vouches for the one in the file"
        ),
        Some(error) => format!("the TLS handshake failed: {error}"),
        None => format!(
            "the client ended the TLS handshake ({error}): it may not trust the mock provider's \
             certificate; let it trust certificate_pem()"
        ),
    }
}
