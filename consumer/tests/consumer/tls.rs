//! TLS, with certificates of our own and with given ones.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::{http1, http2};
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use pactwork_consumer::server::Certificates;
use pactwork_consumer::{MockProvider, Pact, get, status};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tempfile::tempdir;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::wire::exchange;

/// What a consumer's client does with the certificate that it is told to trust.
async fn connect(
    address: SocketAddr,
    name: &'static str,
    trusted: &str,
    protocols: &[&[u8]],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(trusted.as_bytes()) {
        roots.add(certificate.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|each| each.to_vec()).collect();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from(name).unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}

async fn start(folder: &Path, certificates: Certificates) -> MockProvider {
    let pact = Pact::between("web", "orders").output(folder);
    let pact = pact.tls(certificates).when(get("/a"));
    pact.then(status(200).text("seven")).start().await.unwrap()
}

fn request(uri: &str) -> Request<Full<Bytes>> {
    let request = Request::get(uri).header("Host", "localhost");
    request.body(Full::default()).unwrap()
}

async fn text(response: Response<hyper::body::Incoming>) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

async fn ask_over_http1(stream: TlsStream<TcpStream>) -> Bytes {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    text(sender.send_request(request("/a")).await.unwrap()).await
}

#[tokio::test]
async fn a_client_that_trusts_the_self_signed_certificate_is_answered() {
    let folder = tempdir().unwrap();
    let certificates = Certificates::self_signed_for(["orders.test"]).unwrap();
    let trusted = certificates.certificate_pem().to_owned();
    let provider = start(folder.path(), certificates).await;
    let port = provider.address().port();
    assert_eq!(provider.url(), format!("https://127.0.0.1:{port}"));
    for name in ["localhost", "127.0.0.1", "orders.test"] {
        let stream = connect(provider.address(), name, &trusted, &[])
            .await
            .unwrap();
        assert_eq!(ask_over_http1(stream).await, "seven", "{name}");
    }
    let finished = provider.finish().await.unwrap();
    assert!(finished.pact.is_some());
}

#[tokio::test]
async fn both_versions_of_http_are_negotiated() {
    let folder = tempdir().unwrap();
    let certificates = Certificates::self_signed().unwrap();
    let trusted = certificates.certificate_pem().to_owned();
    let provider = start(folder.path(), certificates).await;
    let address = provider.address();
    let both: [&[u8]; 2] = [b"h2", b"http/1.1"];
    let stream = connect(address, "localhost", &trusted, &both)
        .await
        .unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let io = TokioIo::new(stream);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    let answer = sender
        .send_request(request("https://localhost/a"))
        .await
        .unwrap();
    assert_eq!(answer.version(), Version::HTTP_2);
    assert_eq!(text(answer).await, "seven");

    let stream = connect(address, "localhost", &trusted, &both[1..])
        .await
        .unwrap();
    assert_eq!(ask_over_http1(stream).await, "seven");
    provider.finish().await.unwrap();
}

#[tokio::test]
async fn a_client_that_does_not_trust_the_certificate_is_reported_with_what_to_do() {
    let folder = tempdir().unwrap();
    let provider = start(folder.path(), Certificates::self_signed().unwrap()).await;
    let other = Certificates::self_signed().unwrap();
    let refused = connect(
        provider.address(),
        "localhost",
        other.certificate_pem(),
        &[],
    )
    .await;
    refused.unwrap_err();
    let error = provider.finish().await.unwrap_err().to_string();
    let expected = "the client does not trust the mock provider's certificate";
    assert!(error.contains(expected), "{error}");
    assert!(error.contains("let it trust certificate_pem()"), "{error}");
}

#[tokio::test]
async fn plain_http_on_a_port_of_tls_is_told_on_both_sides() {
    let folder = tempdir().unwrap();
    let provider = start(folder.path(), Certificates::self_signed().unwrap()).await;
    let told = "the client sent plain HTTP, and this mock provider speaks TLS: let the client use \
        https://, or start the mock provider without .tls(…)";
    let answer = exchange(provider.address(), b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(
        answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
        "{answer}"
    );
    assert!(answer.contains(told), "{answer}");
    let error = provider.finish().await.unwrap_err().to_string();
    assert!(error.contains(told), "{error}");
}

#[tokio::test]
async fn tls_on_a_plain_port_is_reported() {
    let folder = tempdir().unwrap();
    let pact = Pact::between("web", "orders").output(folder.path());
    let provider = pact
        .when(get("/a"))
        .then(status(200))
        .start()
        .await
        .unwrap();
    connect(provider.address(), "localhost", "", &[])
        .await
        .unwrap_err();
    let error = provider.finish().await.unwrap_err().to_string();
    let told = "the client began TLS, and this mock provider speaks plain HTTP: let the client use \
        http://, or start the mock provider with .tls(…)";
    assert!(error.contains(told), "{error}");
}

/// A handshake that nobody goes on with keeps neither others nor the end waiting.
#[tokio::test]
async fn finishing_ends_connections_of_tls_whatever_state_they_are_in() {
    let folder = tempdir().unwrap();
    let certificates = Certificates::self_signed().unwrap();
    let trusted = certificates.certificate_pem().to_owned();
    let provider = start(folder.path(), certificates).await;
    let address = provider.address();
    let _silent = TcpStream::connect(address).await.unwrap();
    let begun = TcpStream::connect(address).await.unwrap();
    begun.try_write(b"\x16\x03\x01\x00\xc8").unwrap();
    let idle = connect(address, "localhost", &trusted, &[]).await.unwrap();
    let stream = connect(address, "localhost", &trusted, &[]).await.unwrap();
    assert_eq!(ask_over_http1(stream).await, "seven");
    provider.finish().await.unwrap();
    drop(idle);
    TcpStream::connect(address).await.unwrap_err();
}

#[tokio::test]
async fn given_certificates_are_used() {
    let folder = tempdir().unwrap();
    let [certificate, key] = pair(folder.path(), "a");
    let certificates = Certificates::from_files(&certificate, &key).unwrap();
    let trusted = std::fs::read_to_string(certificate).unwrap();
    assert_eq!(certificates.certificate_pem(), trusted);
    let provider = start(&folder.path().join("pacts"), certificates).await;
    let stream = connect(provider.address(), "orders.test", &trusted, &[]).await;
    assert_eq!(ask_over_http1(stream.unwrap()).await, "seven");
    provider.finish().await.unwrap();
}

fn pair(folder: &Path, name: &str) -> [std::path::PathBuf; 2] {
    let made = rcgen::generate_simple_self_signed(["orders.test".into()]).unwrap();
    let [certificate, key] =
        ["certificate", "key"].map(|kind| folder.join(format!("{name}-{kind}.pem")));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    [certificate, key]
}

/// Makes a certificate and a key out of these two, and tells what is said of them.
fn refused(certificate: &Path, key: &Path) -> String {
    let error = Certificates::from_files(certificate, key).unwrap_err();
    error.to_string()
}

#[test]
fn a_certificate_that_cannot_be_used_is_named_with_what_was_expected() {
    let folder = tempdir().unwrap();
    let [_, key] = pair(folder.path(), "a");
    let begin = "-----BEGIN CERTIFICATE-----";
    for (content, found) in [
        ("", "but it is empty"),
        ("a certificate", "but it is no PEM"),
        (
            &std::fs::read_to_string(&key).unwrap(),
            "found -----BEGIN PRIVATE KEY-----",
        ),
        (
            &format!("{begin}\n!\n-----END CERTIFICATE-----\n"),
            "but the PEM is broken: ",
        ),
    ] {
        let path = folder.path().join("used.pem");
        std::fs::write(&path, content).unwrap();
        let expected = format!(
            "{}: expected a certificate in PEM form ({begin}), {found}",
            path.display()
        );
        let error = refused(&path, &key);
        assert!(error.starts_with(&expected), "{error}");
    }
    let missing = folder.path().join("missing.pem");
    let error = refused(&missing, &key);
    assert!(
        error.starts_with(&format!("cannot read {}: ", missing.display())),
        "{error}"
    );
}

#[test]
fn a_key_that_cannot_be_used_is_named_with_what_was_expected() {
    let folder = tempdir().unwrap();
    let [certificate, _] = pair(folder.path(), "a");
    let [_, other] = pair(folder.path(), "b");
    let error = refused(&certificate, &certificate);
    let expected = format!(
        "{}: expected an unencrypted private key in PEM form (-----BEGIN PRIVATE KEY-----), found \
         -----BEGIN CERTIFICATE-----",
        certificate.display()
    );
    assert_eq!(error, expected);
    let error = refused(&certificate, &other);
    let expected = format!(
        "the certificate in {} cannot be used with the key in {}: ",
        certificate.display(),
        other.display()
    );
    assert!(error.starts_with(&expected), "{error}");
}
