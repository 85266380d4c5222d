//! Pactwork and the reference implementation on the same pacts and the same
//! real provider process.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "reference/cross_check.rs"]
mod cross_check;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use example_core::client::Templates;
use pact_consumer::prelude::*;
use pact_consumer::{each_like, json_pattern, json_pattern_internal, like};
use pact_verifier::callback_executors::HttpRequestProviderStateExecutor;
use pact_verifier::{
    FilterInfo, NullRequestFilterExecutor, PactSource, ProviderInfo, ProviderTransport,
    VerificationOptions, verify_provider_async,
};
use pactwork_consumer::{SpecificationVersion, get, matchers, status};
use pactwork_provider::{ProviderProcess, StartOptions};
use serde_json::json;

const TEMPLATE: &str = "6f1a3c52-8a0e-4d5b-9a37-0d2f6b1c9e44";
const OWNER: &str = "2b7c9f10-5d3e-4c1a-8f62-7e9a0b3d5c18";

/// The folder of the built programs; they are built here where only this package was asked for.
fn programs() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let programs = test.parent().unwrap().parent().unwrap().to_owned();
    let there = ["pactwork", "templates-service"]
        .iter()
        .all(|name| programs.join(name).exists());
    if !there {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args([
                "build",
                "--package",
                "pactwork",
                "--package",
                "example-templates",
            ])
            .current_dir(root);
        assert!(cargo.status().unwrap().success());
    }
    programs
}

/// The real process of `templates`; `change` is what its next release changes.
async fn templates(change: &str) -> ProviderProcess {
    let program = programs().join("templates-service");
    let mut options = StartOptions::new(format!(
        "{} --port {{port}} --contract-testing",
        program.display()
    ));
    options
        .environment
        .push(("TEMPLATES_CHANGE".into(), change.into()));
    ProviderProcess::start(options).await.unwrap()
}

/// The reference's verdict on a pact file.
async fn reference_verdict(pact: &Path, provider: &ProviderProcess) -> bool {
    let port: u16 = provider
        .base_url()
        .rsplit(':')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let transport = |name: &str, path: Option<&str>| ProviderTransport {
        transport: name.into(),
        port: Some(port),
        path: path.map(str::to_owned),
        scheme: Some("http".into()),
    };
    let info = ProviderInfo {
        name: "templates".into(),
        host: "127.0.0.1".into(),
        transports: vec![
            transport("http", None),
            transport("message", Some("/_pact/messages")),
        ],
        ..ProviderInfo::default()
    };
    let states = HttpRequestProviderStateExecutor {
        state_change_url: Some(format!("{}/_pact/states", provider.base_url())),
        state_change_body: true,
        ..HttpRequestProviderStateExecutor::default()
    };
    let options: VerificationOptions<NullRequestFilterExecutor> = VerificationOptions {
        coloured_output: false,
        ..VerificationOptions::default()
    };
    let states = Arc::new(states);
    let source = vec![PactSource::File(pact.display().to_string())];
    let verdict = verify_provider_async(
        info,
        source,
        FilterInfo::None,
        vec![],
        &options,
        None,
        &states,
        None,
    );
    verdict.await.unwrap().result
}

/// Our verdict on a pact file: the exit code of `pactwork verify`, and what it said.
fn our_verdict(pact: &Path, provider: &ProviderProcess) -> (i32, String) {
    let output = Command::new(programs().join("pactwork"))
        .args([
            "verify",
            "--provider",
            "templates",
            "--base-url",
            provider.base_url(),
        ])
        .args([
            "--states-url",
            &format!("{}/_pact/states", provider.base_url()),
        ])
        .args([
            "--messages-url",
            &format!("{}/_pact/messages", provider.base_url()),
        ])
        .arg(pact)
        .current_dir(pact.parent().unwrap())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

fn recorded(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../pacts")
        .join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_verifies_what_we_record_and_agrees_with_us() {
    for (change, auth, core) in [
        ("", true, true),
        ("add-field", true, true),
        ("rename-owner", true, false),
    ] {
        let provider = templates(change).await;
        for (file, holds) in [("auth-templates.json", auth), ("core-templates.json", core)] {
            let pact = recorded(file);
            assert_eq!(
                reference_verdict(&pact, &provider).await,
                holds,
                "the reference on {file}, {change}"
            );
            let (code, said) = our_verdict(&pact, &provider);
            assert_eq!(code, i32::from(!holds), "we on {file}, {change}: {said}");
        }
    }
}

/// Records one interaction with the reference's mock server, by the real client of `core`.
async fn record_with_the_reference(folder: &Path, mut builder: PactBuilder, extra: bool) {
    let mut template = json!({ "id": TEMPLATE, "owner": OWNER, "name": "Appointment reminder" });
    if extra {
        template["colour"] = "blue".into();
    }
    let server = builder
        .with_output_dir(folder)
        .interaction(
            "a request for a page of templates",
            "",
            |mut interaction| {
                interaction.given_with_params(
                    "a template exists",
                    &json!({ "id": TEMPLATE, "owner": OWNER }),
                );
                interaction
                    .request
                    .path("/templates")
                    .query_param("owner", OWNER)
                    .query_param("page", "1");
                let items = each_like!(json_pattern!(like!(template.clone())));
                interaction
                    .response
                    .ok()
                    .json_body(json_pattern!({ "page": like!(1), "items": items }));
                interaction
            },
        )
        .start_mock_server(None, None);
    let url = server.url().to_string();
    let page = Templates::at(url.trim_end_matches('/'))
        .of_owner(OWNER.parse().unwrap(), 1)
        .await
        .unwrap();
    assert_eq!(page.items[0].id, TEMPLATE.parse::<uuid::Uuid>().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn we_verify_what_the_reference_records_and_agree_with_it() {
    let provider = templates("").await;
    let builders: [fn() -> PactBuilder; 2] = [
        || PactBuilder::new("core", "templates"),
        || PactBuilder::new_v4("core", "templates"),
    ];
    for builder in builders {
        for extra in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            record_with_the_reference(folder.path(), builder(), extra).await;
            let pact = folder.path().join("core-templates.json");
            assert_eq!(reference_verdict(&pact, &provider).await, !extra);
            let (code, said) = our_verdict(&pact, &provider);
            assert_eq!(code, i32::from(extra), "{said}");
            if extra {
                assert!(
                    said.contains("$.items[0].colour: expected a value like \"blue\""),
                    "{said}"
                );
            }
        }
    }
}

/// Records one interaction with our mock provider, by the real client of `core`.
async fn record_with_us(folder: &Path, version: SpecificationVersion, extra: bool) {
    let mut template = json!({
        "id": matchers::uuid(TEMPLATE), "owner": matchers::like(OWNER), "name": matchers::string("a name") });
    if extra {
        template["colour"] = matchers::string("blue");
    }
    let page =
        json!({ "page": matchers::integer(1), "items": matchers::each_like(template).min(1) });
    let provider = pactwork_consumer::Pact::between("core", "templates")
        .output(folder)
        .specification(version)
        .given_with(
            "a template exists",
            json!({ "id": TEMPLATE, "owner": OWNER }),
        )
        .upon_receiving("a request for a page of templates")
        .when(
            get("/templates")
                .query("owner", matchers::uuid(OWNER))
                .query("page", "1"),
        )
        .then(status(200).json(page))
        .start()
        .await
        .unwrap();
    Templates::at(provider.url())
        .of_owner(OWNER.parse().unwrap(), 1)
        .await
        .unwrap();
    provider.finish().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_our_mock_provider_records_gets_the_same_verdict_from_both() {
    let provider = templates("").await;
    for version in [SpecificationVersion::V3, SpecificationVersion::V4] {
        for extra in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            record_with_us(folder.path(), version, extra).await;
            let pact = folder.path().join("core-templates.json");
            assert_eq!(
                reference_verdict(&pact, &provider).await,
                !extra,
                "{version}"
            );
            let (code, said) = our_verdict(&pact, &provider);
            assert_eq!(code, i32::from(extra), "{said}");
        }
    }
}
