use serde_json::Value;

use super::orders::{Orders, SECRET, ask};
use super::{Finished, recorded};
use crate::support::{Workshop, get};

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl";

/// Secrets wherever a request may have them.
fn log_in(url: &str) {
    let bearer = format!("Bearer {SECRET}");
    let cookie = format!("session={SECRET}");
    let authorized = [
        ("Authorization", bearer.as_str()),
        ("Cookie", &cookie),
        ("X-Api-Key", SECRET),
        ("Proxy-Authorization", SECRET),
    ];
    let with =
        |content_type: &'static str| [&authorized[..], &[("Content-Type", content_type)]].concat();
    let login =
        format!(r#"{{"user":"mary","password":"{SECRET}","deep":[{{"api_key":"{SECRET}"}}]}}"#);
    let query = format!("POST /login?api_key={SECRET}&page=1");
    ask(url, &query, &with("application/json"), login.as_bytes());
    let form = format!("user=mary&password={SECRET}");
    ask(
        url,
        "POST /login",
        &with("application/x-www-form-urlencoded"),
        form.as_bytes(),
    );
    let xml = format!("<login><password>{SECRET}</password></login>");
    ask(url, "POST /login", &with("application/xml"), xml.as_bytes());
    let broken = format!(r#"{{"password":"{SECRET}""#);
    ask(
        url,
        "POST /login",
        &with("application/json"),
        broken.as_bytes(),
    );
    get(url, &format!("/orders/7?next={TOKEN}"));
    get(url, &format!("/reset/{TOKEN}"));
    get(url, &format!("/broken?token={SECRET}"));
    get(url, &format!("/gone?token={SECRET}"));
}

fn holds_no_secret(workshop: &Workshop, said: &Finished) {
    let mut texts = vec![said.stdout.clone(), said.stderr.clone()];
    for (path, bytes) in workshop.snapshot(".") {
        texts.push(format!(
            "{}: {}",
            path.display(),
            String::from_utf8_lossy(&bytes)
        ));
    }
    for secret in [SECRET, TOKEN] {
        let found = texts.iter().find(|text| text.contains(secret));
        assert!(found.is_none(), "{}", found.unwrap());
    }
}

#[test]
fn secrets_are_in_no_file_and_in_no_output() {
    let orders = Orders::start();
    for arguments in [
        &["-v"][..],
        &["--format", "json", "-v"],
        &["--specification", "2", "--header", "cookie"],
    ] {
        let workshop = Workshop::new();
        let extra = ["--redact", "IBAN", "--redact-path", "$.user.name"];
        let all = [&extra[..], arguments].concat();
        let said = recorded(&workshop, &orders, &all, |line| {
            let url = serde_json::from_str::<Value>(line).map_or(line.to_owned(), |line| {
                line["url"].as_str().unwrap().to_owned()
            });
            log_in(&url);
        });
        let said = said.exits(0);
        assert!(
            workshop
                .read("drafts/web-orders.json")
                .contains("Bearer redacted")
        );
        holds_no_secret(&workshop, &said);
    }
}

#[test]
fn what_the_configuration_names_is_redacted_and_kept() {
    let orders = Orders::start();
    let workshop = Workshop::of(
        "participant = \"web\"\n[record]\nheaders = [\"X-Tenant\"]\nredact = [\"iban\"]\n\
         redact_paths = [\"$.user.name\"]\n",
    );
    let said = recorded(&workshop, &orders, &[], |url| {
        ask(url, "POST /login", &[("X-Tenant", "acme")], b"");
    })
    .exits(0)
    .prints("Redacted:\n  POST /login answers 200\n    response body $.access_token\n    response body $.iban\n");
    assert!(workshop.read("drafts/web-orders.json").contains("acme"));
    holds_no_secret(&workshop, &said);

    workshop.write(
        "pactwork.toml",
        "participant = \"web\"\n[record]\nredact_paths = [\"name\"]\n",
    );
    workshop
        .run(&["record", "--provider", "orders", "--upstream", "http://a", "--replace"])
        .exits(2)
        .says("record.redact_paths: expected a path such as $.user.name or $.items[*].iban, found name");
}
