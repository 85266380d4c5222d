//! Providers at `https:` URLs, and connections that do not come about.

use pactwork_provider::{HttpMessages, HttpOptions, HttpStates, Report, Target, Verifier};
use serde_json::json;

use crate::support::pacts::{get, get_given, http, message, pact, sent};
use crate::support::server::{Server, json};
use crate::support::tls::{Authority, Identity, Secure};
use crate::support::{assert_passed, could_not, run};

async fn secure(identity: &Identity) -> Secure {
    Secure::start_tls(identity, None, false, json!({ "id": 7 })).await
}

fn trusting(authority: &Authority) -> HttpOptions {
    let pem = authority.pem();
    HttpOptions::new().ca_certificates(pem.as_bytes()).unwrap()
}

async fn verify(url: &str, options: HttpOptions) -> Report {
    let verifier = Verifier::new(Target::at(url)).http(options);
    run(verifier, pact([http(get("/", json!({ "id": 7 })))])).await
}

#[tokio::test]
async fn an_own_authority_is_trusted_and_so_is_anyone_on_request() {
    let authority = Authority::new();
    let server = secure(&authority.issue("localhost")).await;
    for options in [trusting(&authority), HttpOptions::new().insecure(true)] {
        assert_passed(&verify(&server.url, options).await);
    }
}

/// As openssl makes one by default: an authority's, though it is a server's.
#[tokio::test]
async fn a_certificate_that_signs_itself_is_trusted_where_it_is_given() {
    let identity = Identity::signing_itself("localhost");
    let server = secure(&identity).await;
    let options = HttpOptions::new().ca_certificates(identity.certificate.as_bytes());
    assert_passed(&verify(&server.url, options.unwrap()).await);

    let other = Identity::signing_itself("orders.example.com");
    let server = secure(&other).await;
    let options = HttpOptions::new().ca_certificates(other.certificate.as_bytes());
    let report = verify(&server.url, options.unwrap()).await;
    let reason = could_not(&report);
    assert!(
        reason.contains("is not for \"localhost\" but for orders.example.com"),
        "{reason}"
    );
}

#[tokio::test]
async fn states_and_messages_are_asked_for_under_tls_as_well() {
    let authority = Authority::new();
    let server = secure(&authority.issue("localhost")).await;
    let options = trusting(&authority);
    let verifier = Verifier::new(Target::at(&server.url))
        .http(options.clone())
        .states(
            HttpStates::new(&format!("{}/s", server.url))
                .unwrap()
                .http(options.clone()),
        )
        .messages(HttpMessages::new("/m").unwrap().http(options));
    let interactions = [
        http(get_given(&["s"], "/", json!({ "id": 7 }))),
        sent(message("m", json!({ "id": 7 }))),
    ];
    assert_passed(&run(verifier, pact(interactions)).await);
}

#[tokio::test]
async fn http2_is_agreed_on_under_tls() {
    let authority = Authority::new();
    let identity = authority.issue("localhost");
    let server = Secure::start_tls(&identity, None, true, json!({ "id": 7 })).await;
    assert_passed(&verify(&server.url, trusting(&authority).http2(true)).await);
    let report = verify(&server.url, trusting(&authority)).await;
    let reason = could_not(&report);
    assert!(reason.contains("or only HTTP/2"), "{reason}");
    let server = secure(&identity).await;
    let report = verify(&server.url, trusting(&authority).http2(true)).await;
    assert_eq!(
        could_not(&report),
        "cannot connect: the server does not speak HTTP/2 under TLS"
    );
}

#[tokio::test]
async fn a_client_certificate_is_shown_to_whom_asks_for_it() {
    let authority = Authority::new();
    let clients = Authority::new();
    let identity = authority.issue("localhost");
    let server = Secure::start_tls(&identity, Some(&clients), false, json!({ "id": 7 })).await;
    let client = clients.issue("web");
    let options = trusting(&authority)
        .client_certificate(client.certificate.as_bytes(), client.key.as_bytes())
        .unwrap();
    assert_passed(&verify(&server.url, options).await);
    let report = verify(&server.url, trusting(&authority)).await;
    assert_eq!(
        could_not(&report),
        "cannot connect: the server refused TLS (CertificateRequired); it may want another client \
         certificate"
    );
}

#[tokio::test]
async fn why_a_certificate_is_refused_is_said_with_what_to_do() {
    let authority = Authority::new();
    for (identity, options, expected) in [
        (
            authority.issue("localhost"),
            HttpOptions::new(),
            "cannot connect: the certificate is not signed by an authority that is trusted; give \
             the CA certificate of the one that signed it",
        ),
        (
            authority.issue("orders.example.com"),
            trusting(&authority),
            "cannot connect: the certificate is not for \"localhost\" but for \
             orders.example.com; use a name of it in the URL, or have it issued for \
             this one",
        ),
        (
            authority.issue_until("localhost", 2001),
            trusting(&authority),
            "cannot connect: the certificate expired ",
        ),
    ] {
        let server = secure(&identity).await;
        let report = verify(&server.url, options).await;
        let reason = could_not(&report);
        assert!(reason.starts_with(expected), "{reason}");
        let expired = expected.ends_with("expired ");
        assert_eq!(reason.ends_with(" days ago; renew it"), expired, "{reason}");
    }
}

#[tokio::test]
async fn plain_http_at_an_https_url_is_said_and_the_other_way_round() {
    let server = Server::always(json(json!({}))).await;
    let report = verify(&server.url.replace("http:", "https:"), HttpOptions::new()).await;
    assert_eq!(
        could_not(&report),
        "cannot connect: what answers does not speak TLS; if it serves plain HTTP, its URL begins \
         with http:"
    );
    let server = secure(&Authority::new().issue("localhost")).await;
    let report = verify(&server.url.replace("https:", "http:"), HttpOptions::new()).await;
    let reason = could_not(&report);
    assert!(reason.starts_with("no HTTP answer came back: "), "{reason}");
    assert!(reason.contains("expect TLS (https:)"), "{reason}");
}

#[test]
fn what_holds_no_certificate_is_refused() {
    let authority = Authority::new();
    let identity = authority.issue("web");
    let other = authority.issue("web");
    let options = HttpOptions::new;
    let pem = identity.certificate.as_bytes();
    for (result, expected) in [
        (
            options().ca_certificates(b"hello"),
            "it holds no certificate in PEM (-----BEGIN CERTIFICATE-----)",
        ),
        (
            options()
                .ca_certificates(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            "a certificate cannot be used: ",
        ),
        (
            options().client_certificate(pem, b""),
            "no private key in PEM: ",
        ),
        (
            options().client_certificate(pem, other.key.as_bytes()),
            "the certificate and its key do not work: ",
        ),
    ] {
        let error = result.unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}
