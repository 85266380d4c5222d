//! TLS: whom to trust, and why a connection did not come about.

use std::error::Error as StdError;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, ResponseFuture};
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::{AlertDescription, CertificateError as Invalid, ClientConfig, Error, RootCertStore};
use thiserror::Error;

use super::HttpOptions;
use super::client::{client_builder, connector};
use super::error::{HttpError, find};

mod anyone;

/// Certificates or a key that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct CertificateError(String);

/// Whom to trust, and who one is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tls {
    /// Beside those of the system.
    authorities: Vec<CertificateDer<'static>>,
    identity: Option<Arc<Identity>>,
    pub(crate) insecure: bool,
}

#[derive(Debug)]
struct Identity {
    certificates: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Tls {
    pub(super) fn trust(&mut self, pem: &[u8]) -> Result<(), CertificateError> {
        let certificates = certificates(pem)?;
        let mut roots = RootCertStore::empty();
        for certificate in &certificates {
            roots.add(certificate.clone()).map_err(|reason| {
                CertificateError(format!("a certificate cannot be used: {reason}"))
            })?;
        }
        self.authorities.extend(certificates);
        Ok(())
    }

    pub(super) fn identify(&mut self, pem: &[u8], key: &[u8]) -> Result<(), CertificateError> {
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|reason| CertificateError(format!("no private key in PEM: {reason}")))?;
        self.identity = Some(Arc::new(Identity {
            certificates: certificates(pem)?,
            key,
        }));
        self.config().map(drop).map_err(CertificateError)
    }

    fn config(&self) -> Result<ClientConfig, String> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|reason| reason.to_string())?;
        let builder = match self.insecure {
            true => builder
                .dangerous()
                .with_custom_certificate_verifier(anyone::trusted(&provider)),
            false => builder.with_webpki_verifier(self.verifier(provider)?),
        };
        match &self.identity {
            None => Ok(builder.with_no_client_auth()),
            Some(identity) => builder
                .with_client_auth_cert(identity.certificates.clone(), identity.key.clone_key())
                .map_err(|reason| format!("the certificate and its key do not work: {reason}")),
        }
    }

    fn verifier(&self, provider: Arc<CryptoProvider>) -> Result<Arc<WebPkiServerVerifier>, String> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(self.authorities.iter().cloned());
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
        verifier.build().map_err(|_| {
            "this system trusts no authority; give the CA certificate of the one that signed the \
             server's certificate"
                .into()
        })
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let found = found.map_err(|reason| CertificateError(format!("it is not PEM: {reason}")))?;
    match found.is_empty() {
        true => Err(CertificateError(
            "it holds no certificate in PEM (-----BEGIN CERTIFICATE-----)".into(),
        )),
        false => Ok(found),
    }
}

/// A client for `https:`, made when it is first needed: reading the system's certificates
/// takes a while.
#[derive(Debug, Default)]
pub(super) struct TlsClient(OnceLock<Result<Https, String>>);

type Https = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

impl TlsClient {
    pub(super) fn request(
        &self,
        request: Request<Full<Bytes>>,
        options: &HttpOptions,
    ) -> Result<ResponseFuture, HttpError> {
        let client = self.0.get_or_init(|| https(options));
        match client {
            Ok(client) => Ok(client.request(request)),
            Err(reason) => Err(HttpError::Tls(reason.clone())),
        }
    }
}

fn https(options: &HttpOptions) -> Result<Https, String> {
    let builder = HttpsConnectorBuilder::new()
        .with_tls_config(options.tls.config()?)
        .https_only();
    let connector = connector(options);
    #[cfg(feature = "http2")]
    if options.http2 {
        let connector = builder.enable_http2().wrap_connector(connector);
        return Ok(client_builder(options).build(connector));
    }
    let connector = builder.enable_http1().wrap_connector(connector);
    Ok(client_builder(options).build(connector))
}

/// What TLS has to say about a failure, if it was one of TLS.
pub(super) fn said(error: &(dyn StdError + 'static)) -> Option<String> {
    let error: &Error = find(error)?;
    Some(match error {
        Error::InvalidCertificate(invalid) => format!("the certificate {}", certificate(invalid)),
        Error::InvalidMessage(_) => {
            "what answers does not speak TLS; if it serves plain HTTP, its URL begins with http:"
                .into()
        }
        Error::AlertReceived(alert) => alerted(*alert),
        Error::NoApplicationProtocol => no_http2(),
        other => format!("TLS failed: {other}"),
    })
}

fn certificate(invalid: &Invalid) -> String {
    match invalid {
        Invalid::UnknownIssuer | Invalid::Other(_) => {
            "is not signed by an authority that is trusted; give the CA certificate of the one \
             that signed it"
                .into()
        }
        Invalid::Expired => "has expired; renew it".into(),
        Invalid::ExpiredContext { time, not_after } => {
            format!("expired {}; renew it", apart(*not_after, *time, "ago"))
        }
        Invalid::NotValidYet | Invalid::NotValidYetContext { .. } => {
            "is not valid yet; compare the clocks of both machines".into()
        }
        Invalid::NotValidForNameContext {
            expected,
            presented,
        } => {
            let presented = match presented.is_empty() {
                true => "no name".into(),
                false => presented.join(", "),
            };
            format!(
                "is not for \"{}\" but for {presented}; use a name of it in the URL, or have it \
                 issued for this one",
                expected.to_str()
            )
        }
        Invalid::NotValidForName => "is for another name than the URL's".into(),
        other => format!("cannot be accepted: {other}"),
    }
}

/// A time in whole days or seconds.
fn apart(earlier: UnixTime, later: UnixTime, word: &str) -> String {
    const DAY: u64 = 24 * 60 * 60;
    let seconds = later.as_secs().saturating_sub(earlier.as_secs());
    match seconds / DAY {
        0 => format!("{:?} {word}", Duration::from_secs(seconds)),
        1 => format!("1 day {word}"),
        days => format!("{days} days {word}"),
    }
}

fn alerted(alert: AlertDescription) -> String {
    use AlertDescription as Alert;
    match alert {
        Alert::NoApplicationProtocol => no_http2(),
        Alert::CertificateRequired | Alert::BadCertificate | Alert::UnknownCA => {
            format!("the server refused TLS ({alert:?}); it may want another client certificate")
        }
        other => format!("the server refused TLS ({other:?})"),
    }
}

fn no_http2() -> String {
    "the server does not speak HTTP/2 under TLS".into()
}
