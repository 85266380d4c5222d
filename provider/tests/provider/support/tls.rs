//! Servers with certificates of any kind, and of HTTP/2.

use std::convert::Infallible;
use std::sync::Arc;

use http_body_util::Full;
use hyper::Response;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// An authority that nobody trusts yet.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate with its key.
pub struct Identity {
    pub certificate: String,
    pub key: String,
    der: rcgen::Certificate,
    key_der: Vec<u8>,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    pub fn issue(&self, name: &str) -> Identity {
        self.issue_until(name, 4096)
    }

    /// One that expires with this year.
    pub fn issue_until(&self, name: &str, year: i32) -> Identity {
        let mut params = CertificateParams::new([name.to_string()]).unwrap();
        params.not_after = date_time_ymd(year, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Identity {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
            key_der: key.serialize_der(),
            der: certificate,
        }
    }
}

impl Identity {
    pub fn signing_itself(name: &str) -> Self {
        let mut params = CertificateParams::new([name.to_string()]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
            key_der: key.serialize_der(),
            der: certificate,
        }
    }
}

/// A server, gone when it is dropped. It answers every request with the same JSON.
pub struct Secure {
    pub url: String,
    task: AbortHandle,
}

impl Drop for Secure {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Secure {
    /// HTTP/2 with prior knowledge.
    pub async fn plain_http2(answer: Value) -> Self {
        Self::start("http", None, true, answer).await
    }

    /// HTTP/1.1 or HTTP/2 under TLS; with an authority, for clients that it signed.
    pub async fn start_tls(
        identity: &Identity,
        clients: Option<&Authority>,
        http2: bool,
        answer: Value,
    ) -> Self {
        let mut config = config(identity, clients);
        config.alpn_protocols = match http2 {
            true => vec![b"h2".to_vec()],
            false => vec![b"http/1.1".to_vec()],
        };
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Self::start("https", Some(acceptor), http2, answer).await
    }

    async fn start(scheme: &str, tls: Option<TlsAcceptor>, http2: bool, answer: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let url = format!("{scheme}://localhost:{port}");
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(accepted(stream, tls.clone(), http2, answer.to_string()));
            }
        });
        Self {
            url,
            task: task.abort_handle(),
        }
    }
}

fn config(identity: &Identity, clients: Option<&Authority>) -> ServerConfig {
    let provider = Arc::new(default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.0.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let key = PrivateKeyDer::try_from(identity.key_der.clone()).unwrap();
    builder
        .with_single_cert(vec![identity.der.der().clone()], key)
        .unwrap()
}

async fn accepted(stream: TcpStream, tls: Option<TlsAcceptor>, http2: bool, answer: String) {
    let Some(tls) = tls else {
        return serve(stream, http2, answer).await;
    };
    if let Ok(stream) = tls.accept(stream).await {
        serve(stream, http2, answer).await;
    }
}

async fn serve<S>(stream: S, http2: bool, answer: String)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |_| {
        let answer = Response::builder()
            .header("content-type", "application/json")
            .body(Full::new(bytes::Bytes::from(answer.clone())));
        async move { Ok::<_, Infallible>(answer.unwrap()) }
    });
    let stream = TokioIo::new(stream);
    if http2 {
        let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        let _ = server.serve_connection(stream, service).await;
    } else {
        let server = hyper::server::conn::http1::Builder::new();
        let _ = server.serve_connection(stream, service).await;
    }
}
