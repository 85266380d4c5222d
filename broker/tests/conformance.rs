//! One suite on every backend: memory, a local folder, an S3 server, a store without
//! conditional writes, and the servers that scripts/storage-servers.sh starts.
#![allow(
    clippy::too_many_lines,
    clippy::unwrap_used,
    clippy::panic,
    missing_docs
)]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::StreamExt;
use object_store::ObjectStoreExt;
use pactwork_broker::{
    Answer, Broker, FoundContract, Happening, Held, Keep, Location, MatrixOutcome, MatrixQuery,
    OnConflict, OptionSource, Prune, Publication, PublishedStatus, Pull, ReasonKind, Scope,
    Selector, StorageOption, VerifiedBefore, Which,
};
use pactwork_contract::{
    ContentId, HttpInteraction, Interaction, Outcome, Pact, SpecificationVersion, Verification,
};

use storage_test_support::S3Server;

use support::{Backend, Conditions, View, at, backends, pact, publication, verification};

async fn publish_provider(broker: &Broker, version: &str) {
    let publication = support::golden("orders", version, "{}");
    broker.publish(&publication, at(0)).await.unwrap();
}

#[tokio::test]
async fn the_same_again_writes_nothing_and_other_content_is_a_conflict() {
    let s3 = [Conditions::Ignored, Conditions::NotUsed].map(Backend::s3);
    for backend in backends().into_iter().chain(s3) {
        let broker = backend.broker().await;
        let first = publication("web", "1", "main", pact("web", "orders", "/1"));
        let published = broker.publish(&first, at(1)).await.unwrap();
        assert_eq!(published.contracts[0].status, PublishedStatus::New);
        let before = backend.objects().await;

        let again = broker.publish(&first, at(2)).await.unwrap();
        assert_eq!(again.contracts[0].status, PublishedStatus::Unchanged);
        let other = publication("web", "1", "main", pact("web", "orders", "/2"));
        let conflict = broker.publish(&other, at(3)).await.unwrap_err().to_string();
        assert_eq!(
            conflict,
            "web 1 was published with another pact with orders: two different interactions are both \"a request\": \
             at $.request.path one has \"/1\", the other \"/2\"\n\
             Nothing was published. A version's contracts never change: publish under a new version."
        );
        assert_eq!(backend.objects().await, before);

        let known = publication("web", "2", "main", pact("web", "orders", "/1"));
        let expected = match backend.heeds_conditions {
            true => PublishedStatus::Known,
            // Such a store does not say what was there before.
            false => PublishedStatus::New,
        };
        assert_eq!(
            broker.publish(&known, at(4)).await.unwrap().contracts[0].status,
            expected,
            "{}",
            backend.name
        );
    }
}

/// A pact of requests for these paths, each with a description of its own.
fn pact_of(paths: &[&str]) -> Pact {
    let interactions = paths.iter().map(|path| {
        let mut http = HttpInteraction::default();
        http.common.description = format!("a request for {path}");
        http.request.path = (*path).into();
        Interaction::Http(Box::new(http))
    });
    Pact {
        interactions: interactions.collect(),
        ..Pact::between("web", "orders")
    }
}

#[tokio::test]
async fn pacts_of_one_version_are_merged_on_request() {
    for backend in backends() {
        let broker = Arc::new(backend.broker().await);
        let jobs = ["/1", "/2", "/3", "/4", "/5"];
        let merging = |path: &str| Publication {
            on_conflict: OnConflict::Merge,
            ..publication("web", "1", "main", pact_of(&[path]))
        };
        let published = jobs.map(|path| {
            let (broker, publication) = (broker.clone(), merging(path));
            tokio::spawn(async move { broker.publish(&publication, at(1)).await.unwrap() })
        });
        for published in published {
            published.await.unwrap();
        }
        let pulled = broker.pacts_for("orders").await.unwrap();
        let contents: Vec<_> = pulled.iter().map(|pulled| &pulled.content).collect();
        assert_eq!(contents, [&pact_of(&jobs).content_id()]);

        let before = backend.objects().await;
        let again = broker.publish(&merging("/3"), at(2)).await.unwrap();
        assert_eq!(again.contracts[0].status, PublishedStatus::Unchanged);
        assert_eq!(backend.objects().await, before);

        let mut other = pact_of(&["/9"]);
        let Interaction::Http(http) = &mut other.interactions[0] else {
            panic!("not HTTP");
        };
        http.common.description = "a request for /3".into();
        let contradicting = Publication {
            on_conflict: OnConflict::Merge,
            ..publication("web", "1", "main", other)
        };
        let conflict = broker.publish(&contradicting, at(3)).await.unwrap_err();
        let expected = "web 1 was published with another pact with orders: two different interactions are both";
        assert!(conflict.to_string().starts_with(expected), "{conflict}");
        assert_eq!(backend.objects().await, before);
    }
}

#[tokio::test]
async fn publishing_says_what_the_provider_made_of_the_content_before() {
    // A store that ignores conditions cannot tell that the content was there.
    for backend in backends().into_iter().filter(|each| each.heeds_conditions) {
        let broker = backend.broker().await;
        let content = pact("web", "orders", "/1");
        let publish = async |version: &str| {
            let publication = publication("web", version, "main", content.clone());
            let published = broker.publish(&publication, at(1)).await.unwrap();
            published.contracts[0].verified.clone()
        };
        let record = async |outcome, branch: Option<&str>| {
            let verification = Verification {
                provider_branch: branch.map(str::to_owned),
                ..verification(&content, "1", outcome)
            };
            broker
                .record_verification(&verification, at(2))
                .await
                .unwrap();
        };
        let before = |at_all, kept_on: &[&str]| VerifiedBefore {
            at_all,
            kept_on: kept_on.iter().map(|&branch| branch.to_owned()).collect(),
        };
        assert_eq!(publish("1").await, before(false, &[]), "it is new");
        assert_eq!(publish("2").await, before(false, &[]));
        record(Outcome::Failed, Some("main")).await;
        assert_eq!(publish("3").await, before(true, &[]));
        record(Outcome::Passed, Some("main")).await;
        assert_eq!(publish("4").await, before(true, &["main"]));
        assert_eq!(publish("4").await, before(true, &["main"]), "unchanged");
    }
}

#[tokio::test]
async fn a_provider_gets_every_branch_and_deployment_each_content_once() {
    for backend in backends() {
        let broker = backend.broker().await;
        for (second, version, branch, path) in [
            (1, "1", "main", "/1"),
            (2, "2", "main", "/2"),
            (3, "3", "feature/x", "/2"),
            (4, "4", "other", "/4"),
        ] {
            let publication = publication("web", version, branch, pact("web", "orders", path));
            broker.publish(&publication, at(second)).await.unwrap();
        }
        broker
            .record_deployment("web", "1", "production", at(5))
            .await
            .unwrap();
        let mut chosen: Vec<_> = broker
            .pacts_for("orders")
            .await
            .unwrap()
            .into_iter()
            .map(|pact| pact.why)
            .collect();
        chosen.sort();
        assert_eq!(
            chosen,
            [
                "deployed to production (1)",
                "newest on feature/x (3); newest on main (2)",
                "newest on other (4)"
            ]
        );
        assert!(broker.pacts_for("nobody").await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn what_is_held_is_not_transferred() {
    for backend in backends() {
        let broker = backend.broker().await;
        let content = pact("web", "orders", "/1");
        let publication = publication("web", "1", "main", content.clone());
        broker.publish(&publication, at(1)).await.unwrap();
        let bytes = content.to_bytes(SpecificationVersion::V4).unwrap();
        for key in backend.objects().await {
            if key.contains("/blob/") {
                backend.store.delete(&key.into()).await.unwrap();
            }
        }
        let pull = |held| Pull {
            provider: "orders".into(),
            provider_branch: None,
            selectors: Selector::defaults(),
            held,
        };
        let held = [(ContentId::of_bytes(&bytes), bytes)];
        let pulled = broker.pull(&pull(Held::from(held))).await.unwrap();
        assert_eq!(pulled[0].pact.content_id(), content.content_id());
        broker.pull(&pull(Held::new())).await.unwrap_err();
    }
}

#[tokio::test]
async fn golden_contracts_come_from_the_main_branch() {
    for backend in backends() {
        let broker = backend.broker().await;
        assert_eq!(
            broker.golden_of("orders", &Held::new()).await.unwrap(),
            None
        );
        publish_provider(&broker, "1").await;
        let later = Publication {
            branch: Some("feature".into()),
            golden: vec![("OrderShipped".into(), b"{\"a\":1}\n".to_vec())],
            ..Publication::of("orders", "2")
        };
        broker.publish(&later, at(9)).await.unwrap();
        let golden = broker
            .golden_of("orders", &Held::new())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (golden.version.as_str(), golden.branch.as_deref()),
            ("1", Some("main"))
        );
        assert_eq!(
            golden.contracts,
            [("OrderShipped".to_owned(), b"{}\n".to_vec())]
        );
    }
}

#[tokio::test]
async fn can_i_deploy_follows_what_was_recorded() {
    for backend in backends() {
        let broker = backend.broker().await;
        broker.create_environment("production").await.unwrap();
        let relied_on = pact("web", "orders", "/1");
        let answer = async |participant: &str, version: &str| {
            let decision = broker
                .can_i_deploy(participant, version, "production")
                .await
                .unwrap();
            let kinds: Vec<_> = decision.reasons.iter().map(|reason| reason.kind).collect();
            (decision.answer, kinds)
        };
        assert_eq!(
            answer("web", "1").await,
            (Answer::No, vec![ReasonKind::NotPublished])
        );
        broker
            .publish(&publication("web", "1", "main", relied_on.clone()), at(1))
            .await
            .unwrap();
        // The same content under another branch is still one integration.
        broker
            .publish(&publication("web", "1", "other", relied_on.clone()), at(1))
            .await
            .unwrap();
        assert_eq!(
            answer("web", "1").await,
            (Answer::No, vec![ReasonKind::ProviderNotDeployed])
        );

        publish_provider(&broker, "1").await;
        assert_eq!(
            answer("orders", "1").await,
            (Answer::Yes, vec![]),
            "no consumer is there"
        );
        broker
            .record_deployment("orders", "1", "production", at(2))
            .await
            .unwrap();
        assert_eq!(
            answer("web", "1").await,
            (Answer::Unknown, vec![ReasonKind::NotVerified])
        );

        let record = async |outcome, second| {
            broker
                .record_verification(&verification(&relied_on, "1", outcome), at(second))
                .await
                .unwrap();
        };
        record(Outcome::Failed, 3).await;
        assert_eq!(
            answer("web", "1").await,
            (Answer::No, vec![ReasonKind::Failed])
        );
        record(Outcome::CouldNotVerify, 4).await;
        assert_eq!(
            answer("web", "1").await,
            (Answer::Unknown, vec![ReasonKind::CouldNotVerify])
        );
        record(Outcome::Passed, 5).await;
        assert_eq!(
            answer("web", "1").await,
            (Answer::Yes, vec![ReasonKind::Verified])
        );

        // Another version with the same content is covered.
        broker
            .publish(&publication("web", "2", "main", relied_on.clone()), at(6))
            .await
            .unwrap();
        assert_eq!(
            answer("web", "2").await,
            (Answer::Yes, vec![ReasonKind::Verified])
        );

        broker
            .record_deployment("web", "1", "production", at(7))
            .await
            .unwrap();
        publish_provider(&broker, "2").await;
        assert_eq!(
            answer("orders", "2").await,
            (Answer::Unknown, vec![ReasonKind::NotVerified])
        );
    }
}

#[tokio::test]
async fn a_deployment_of_what_nobody_published_is_refused() {
    for backend in backends() {
        let broker = backend.broker().await;
        publish_provider(&broker, "1.0.0").await;
        let error = broker
            .record_deployment("orders", "1.0.1", "production", at(1))
            .await
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "orders 1.0.1 was never published; similar: 1.0.0; nothing was recorded"
        );
    }
}

#[tokio::test]
async fn any_name_is_kept_apart() {
    let long = [
        "x".repeat(1000),
        format!("{}y", "x".repeat(999)),
        "ü/".repeat(333),
    ];
    let everything: String = (0..=127)
        .map(char::from)
        .chain("ü€𝄞\u{202e}\u{feff}".chars())
        .collect();
    for backend in backends() {
        let broker = backend.broker().await;
        let plain = [
            "a",
            "a/b",
            "a/b/",
            "/a",
            "A",
            "a//b",
            ".",
            "..",
            "../..",
            "ü b",
            "u\u{308} b",
            "~",
            "=",
            "%2F",
            "#1",
            "a#1",
            " ",
            "-",
            "CON",
            "a?b&c=d+e",
            "\\",
            "\"",
            "<&>",
            "*",
            &everything,
        ];
        let names: Vec<_> = plain
            .into_iter()
            .chain(long.iter().map(String::as_str))
            .collect();
        for name in names.iter().copied() {
            let publication =
                publication(name, name, name, pact(name, "orders", &format!("/{name}")));
            broker.publish(&publication, at(1)).await.unwrap();
            broker
                .record_deployment(name, name, name, at(2))
                .await
                .unwrap();
        }
        let mut found: Vec<_> = broker
            .pacts_for("orders")
            .await
            .unwrap()
            .into_iter()
            .map(|pact| (pact.consumer, pact.why))
            .collect();
        found.sort();
        let mut expected: Vec<_> = names
            .iter()
            .map(|name| {
                (
                    String::from(*name),
                    format!("deployed to {name} ({name}); newest on {name} ({name})"),
                )
            })
            .collect();
        expected.sort();
        assert_eq!(found, expected);
    }
}

/// Sixty-four writers, each of which says a hundred things, most of them in folders
/// that all of them write to.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_at_once_lose_nothing() {
    for backend in backends() {
        let publications = publications_on(&backend);
        // The servers that others wrote for tests take few connections at once.
        let count = if backend.is_external { 1 } else { CLIENTS };
        let clients = (0..count).map(|_| backend.broker());
        let clients = futures_util::future::join_all(clients).await;
        let clients: Vec<_> = clients.into_iter().map(Arc::new).collect();
        let written = (0..WRITERS)
            .zip(clients.iter().cycle())
            .map(|(number, client)| {
                let broker = client.clone();
                tokio::spawn(async move {
                    Writer {
                        number,
                        publications,
                        broker,
                    }
                    .write()
                    .await
                })
            });
        for writer in written.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        all_is_there(&backend).await;
    }
}

const WRITERS: u64 = 64;

/// Publications of each writer: a contract, a branch event, sixteen tag events and
/// a manifest each. The servers that others wrote for tests are not that fast.
fn publications_on(backend: &Backend) -> u64 {
    match backend.is_external {
        true => 1,
        false => 5,
    }
}

const TAGS: u64 = 16;

/// Runs of each writer of one verification.
const RUNS: u64 = 2;

/// Making a client takes as long as many requests.
const CLIENTS: usize = 4;

/// One of many that write at once.
struct Writer {
    number: u64,
    publications: u64,
    broker: Arc<Broker>,
}

impl Writer {
    async fn write(self) {
        let name = format!("consumer-{}", self.number);
        for version in 0..self.publications {
            let path = format!("/{}/{}", self.number, version);
            let publication = Publication {
                tags: (0..TAGS).map(|tag| format!("tag-{tag}")).collect(),
                ..publication(
                    &name,
                    &version.to_string(),
                    "main",
                    pact(&name, "orders", &path),
                )
            };
            let now = at(version);
            self.broker.publish(&publication, now).await.unwrap();
        }
        for run in 0..RUNS {
            let outcome = match (self.number + run) % 2 {
                0 => Outcome::Passed,
                _ => Outcome::Failed,
            };
            let shared = verification(&pact("shared", "orders", "/"), "1", outcome);
            let now = at(self.number);
            self.broker.record_verification(&shared, now).await.unwrap();
        }
        let version = (self.publications - 1).to_string();
        for (second, happening) in [(1, Happening::Deployed), (2, Happening::Released)] {
            let change = support::change(&name, &version, "production", happening);
            assert!(self.broker.record(&change, at(second)).await.unwrap());
        }
    }
}

async fn all_is_there(backend: &Backend) {
    let broker = backend.broker().await;
    let publications = publications_on(backend);
    let newest = (publications - 1).to_string();
    let mut found: Vec<_> = broker.pacts_for("orders").await.unwrap();
    found.sort_by(|left, right| left.consumer.cmp(&right.consumer));
    let why = format!(
        "deployed to production ({newest}); newest on main ({newest}); released to production ({newest})"
    );
    assert_eq!(found.len() as u64, WRITERS, "{}", backend.name);
    assert!(found.iter().all(|pact| pact.why == why), "{found:#?}");

    let keys = backend.objects().await;
    let count = |part: &str| keys.iter().filter(|key| key.contains(part)).count() as u64;
    let publications = WRITERS * publications;
    for (part, expected) in [
        ("/ver/1/run/", WRITERS * RUNS),
        ("v1/blob/", publications),
        ("/branch/main/pact/", publications),
        ("/tag/", publications * TAGS),
        ("/mark", WRITERS),
        ("v1/env/production/ev/", 2 * WRITERS),
        ("v1/env/production/now/", WRITERS),
    ] {
        assert_eq!(count(part), expected, "{part} on {}", backend.name);
    }
    let manifests = keys.iter().filter(|key| {
        let inner = key.strip_prefix("v1/app/consumer-");
        inner.is_some_and(|key| key.contains("/ver/"))
    });
    assert_eq!(manifests.count() as u64, publications);
    let newest_run = keys.iter().find(|key| key.contains("/ver/1/run/")).unwrap();
    let (_, newest_run) = newest_run.rsplit_once('/').unwrap();
    let latest = keys
        .iter()
        .find(|key| key.ends_with("/ver/1/latest"))
        .unwrap();
    let latest = support::read(&*backend.store, latest).await;
    let latest = String::from_utf8(latest).unwrap();
    assert!(latest.contains(newest_run), "{newest_run} in {latest}");
}

/// More than a page of a listing holds, in every folder that can hold so much.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn listings_of_more_than_a_page_are_whole() {
    let memory = Backend::memory();
    let broker = memory.broker().await;
    for number in 0..MANY {
        let version = format!("v{number:04}");
        let branch = match number {
            0..20 => "main".to_owned(),
            _ => format!("branch-{number:04}"),
        };
        let publication = publication("web", &version, &branch, pact("web", "orders", "/1"));
        broker.publish(&publication, at(number)).await.unwrap();
    }
    for backend in backends() {
        backend.copy_from(&*memory.store).await;
        let broker = backend.broker().await;
        let found = broker.pacts_for("orders").await.unwrap();
        let versions: Vec<_> = found.iter().flat_map(|pact| &pact.versions).collect();
        let expected: Vec<_> = (19..MANY).map(|number| format!("v{number:04}")).collect();
        assert!(
            versions.iter().copied().eq(&expected),
            "{}: {versions:?}",
            backend.name
        );
        let unknown = broker
            .can_i_deploy("web", "v10999", "production")
            .await
            .unwrap();
        let explanation = &unknown.reasons[0].explanation;
        assert!(
            explanation.contains("v1099"),
            "{}: {explanation}",
            backend.name
        );
    }
}

const MANY: u64 = 1_100;

#[tokio::test]
async fn wrong_and_missing_credentials_are_errors() {
    let server = S3Server::start().unwrap();
    let location = support::s3_location(&server);
    let broker = Broker::open(&location).await.unwrap();
    let first = publication("web", "1", "main", pact("web", "orders", "/1"));
    broker.publish(&first, at(1)).await.unwrap();
    let mut wrong_secret = location.clone();
    let mut wrong_key = location.clone();
    let mut anonymous = location.clone();
    wrong_secret
        .environment
        .insert("AWS_SECRET_ACCESS_KEY".into(), "wrong".into());
    wrong_key
        .environment
        .insert("AWS_ACCESS_KEY_ID".into(), "wrong".into());
    anonymous
        .environment
        .retain(|name, _| name == "AWS_ENDPOINT_URL");
    anonymous.options.push(StorageOption {
        name: "anonymous".into(),
        value: "true".into(),
        source: OptionSource::Flag,
    });
    for location in [wrong_secret, wrong_key, anonymous] {
        let broker = Broker::open(&location).await.unwrap();
        let second = publication("web", "2", "main", pact("web", "orders", "/2"));
        let errors = [
            broker.pacts_for("orders").await.unwrap_err(),
            broker.publish(&second, at(2)).await.unwrap_err(),
            broker
                .can_i_deploy("web", "1", "production")
                .await
                .unwrap_err(),
            broker.golden_of("web", &Held::new()).await.unwrap_err(),
            broker.environments().await.unwrap_err(),
        ];
        for error in errors {
            assert!(error.is_storage(), "{error}");
            assert!(error.to_string().contains("403"), "{error}");
        }
    }
    assert_eq!(broker.pacts_for("orders").await.unwrap()[0].versions, ["1"]);
}

/// Every kind of object, damaged in every way: readers name it, or are not misled.
#[tokio::test]
async fn a_corrupted_object_is_named_or_made_again_and_never_believed() {
    for backend in backends() {
        support::team(&backend.broker().await).await;
        // What the bytes say is looked at in the same place, wherever they come from.
        let (readings, step, remade) = match backend.name {
            "memory" => (support::all_readings(), 1, &["latest", "now"][..]),
            _ => (support::readings(), 4, &["ev", "latest", "now", "run"][..]),
        };
        let before = support::view(&backend.broker().await, &readings).await;
        assert!(before.values().all(Result::is_ok), "{before:#?}");
        let mut noticed = BTreeMap::new();
        for key in backend.objects().await {
            let bytes = support::read(&*backend.store, &key).await;
            for damaged in damages(&bytes).into_iter().step_by(step) {
                support::write(&*backend.store, &key, damaged).await;
                let after = support::view(&backend.broker().await, &readings).await;
                *noticed.entry(kind_of(&key)).or_insert(0) += misled(&key, &before, &after);
            }
            support::write(&*backend.store, &key, bytes).await;
        }
        let after = support::view(&backend.broker().await, &readings).await;
        assert_eq!(after, before, "{}", backend.name);
        let unnoticed = noticed.iter().filter(|(_, times)| **times == 0);
        let unnoticed: Vec<_> = unnoticed.map(|(kind, _)| *kind).collect();
        // Copies are made again; not everybody looks at the facts behind them.
        assert_eq!(unnoticed, remade, "{}", backend.name);
    }
}

#[tokio::test]
async fn a_copy_is_not_made_again_from_corrupted_facts() {
    for (copy, fact) in [("now", "ev"), ("latest", "run")] {
        let backend = Backend::memory();
        let broker = backend.broker().await;
        support::team(&broker).await;
        let keys = backend.objects().await;
        for key in keys
            .iter()
            .filter(|key| [copy, fact].contains(&kind_of(key)))
        {
            support::write(&*backend.store, key, b"{".to_vec()).await;
        }
        let error = broker
            .can_i_deploy("web", "1", "production")
            .await
            .unwrap_err();
        let error = error.to_string();
        assert!(error.contains(&format!("/{fact}/")), "{error}");
        assert!(error.contains(" is corrupt: "), "{error}");
    }
}

/// A bit flipped at the beginning, in the middle and at the end, and cuts.
fn damages(bytes: &[u8]) -> Vec<Vec<u8>> {
    let places = [
        0,
        bytes.len() / 3,
        bytes.len() / 2,
        bytes.len() * 4 / 5,
        bytes.len() - 2,
    ];
    let flips = places.iter().enumerate().map(|(bit, place)| {
        let mut flipped = bytes.to_vec();
        flipped[*place] ^= 1 << bit;
        flipped
    });
    let cuts = [0, bytes.len() / 2, bytes.len() - 2].map(|length| bytes[..length].to_vec());
    flips.chain(cuts).collect()
}

/// The part of a key that says what it is.
fn kind_of(key: &str) -> &'static str {
    const KINDS: [&str; 9] = [
        "format", "blob", "branch", "mark", "about", "ev", "now", "latest", "run",
    ];
    let found = KINDS
        .into_iter()
        .find(|kind| key.split('/').any(|part| part == *kind));
    found.unwrap_or("ver")
}

/// How many readers noticed the damage; it is a failure where one was misled.
fn misled(key: &str, before: &View, after: &View) -> usize {
    let mut noticed = 0;
    for (reading, answer) in after {
        match answer {
            Ok(_) => assert_eq!(Some(answer), before.get(reading), "{key}: {reading}"),
            Err(error) => {
                noticed += 1;
                let corrupt = error.starts_with(&format!("storage: {key} is corrupt: "));
                let later = key == "v1/format" && error.contains("its format is");
                assert!(corrupt || later, "{key}: {error}");
            }
        }
    }
    noticed
}

#[tokio::test]
async fn a_bucket_of_a_later_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("v1")).unwrap();
    std::fs::write(folder.path().join("v1/format"), "{\"version\": 2}").unwrap();
    let broker = Broker::open(&Location::of(folder.path().display().to_string(), "/"))
        .await
        .unwrap();
    let error = broker.pacts_for("orders").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "storage: its format is 2, this program knows 1; use a newer pactwork"
    );
}

#[tokio::test]
async fn a_place_that_cannot_be_used_is_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let error = async |url: &str| {
        let opened = Broker::open(&Location::of(url, folder.path())).await;
        opened.unwrap_err().to_string()
    };
    assert_eq!(
        error("ftp://bucket").await,
        "storage ftp://bucket: the scheme \"ftp\" is not known; expected a folder (a path, or file:///…), \
         s3://…, gs://…, az://… or memory:"
    );
    assert!(
        error("file/below")
            .await
            .starts_with("storage file/below: cannot use the folder: ")
    );
}

#[tokio::test]
async fn the_matrix_follows_what_was_recorded() {
    for backend in backends() {
        let broker = backend.broker().await;
        let relied_on = pact("web", "orders", "/1");
        for (second, version, branch) in [(1, "1", "main"), (2, "2", "feature")] {
            let publication = publication("web", version, branch, relied_on.clone());
            broker.publish(&publication, at(second)).await.unwrap();
        }
        publish_provider(&broker, "8").await;
        let matrix = async |scope: Scope| {
            let query = MatrixQuery {
                scope,
                ..MatrixQuery::default()
            };
            let rows = broker.matrix(&query).await.unwrap();
            let said = rows.iter().map(|row| {
                let versions = row.consumer_versions.iter();
                let versions: Vec<_> = versions.map(|each| each.version.as_str()).collect();
                let provider = row
                    .provider_version
                    .as_ref()
                    .map(|each| each.version.as_str());
                (
                    versions.join(","),
                    provider.unwrap_or("-").to_owned(),
                    row.outcome,
                )
            });
            said.collect::<Vec<_>>()
        };
        let row = |versions: &str, provider: &str, outcome| {
            vec![(versions.to_owned(), provider.to_owned(), outcome)]
        };
        let current = || matrix(Scope::Current);
        assert_eq!(
            current().await,
            row("2,1", "8", MatrixOutcome::NeverVerified)
        );
        let record = async |version, outcome, second| {
            let verification = verification(&relied_on, version, outcome);
            broker
                .record_verification(&verification, at(second))
                .await
                .unwrap();
        };
        record("8", Outcome::Failed, 3).await;
        assert_eq!(current().await, row("2,1", "8", MatrixOutcome::Failed));
        record("8", Outcome::Passed, 4).await;
        assert_eq!(current().await, row("2,1", "8", MatrixOutcome::Passed));
        publish_provider(&broker, "9").await;
        assert_eq!(
            matrix(Scope::All).await,
            row("2,1", "8", MatrixOutcome::Passed)
        );
        assert_eq!(
            matrix(Scope::Branch("main".into())).await[0].0,
            "1",
            "the newest on that branch"
        );
        broker
            .record_deployment("web", "1", "production", at(5))
            .await
            .unwrap();
        let there = || matrix(Scope::Environment("production".into()));
        assert_eq!(there().await, row("1", "-", MatrixOutcome::NeverVerified));
        broker
            .record_deployment("orders", "8", "production", at(6))
            .await
            .unwrap();
        assert_eq!(there().await, row("1", "8", MatrixOutcome::Passed));
    }
}

#[tokio::test]
async fn everything_is_listed_however_much_there_is_and_whatever_its_name() {
    let long = "x".repeat(1000);
    for backend in backends() {
        let broker = backend.broker().await;
        // A manifest and an event each: more than fit on a page of a listing.
        let published = (0..510).map(|second| {
            let (broker, provider) = (&broker, &long);
            async move {
                let version = second.to_string();
                let publication = publication("web", &version, "main", pact("web", provider, "/1"));
                broker.publish(&publication, at(second)).await.unwrap();
            }
        });
        let published = futures_util::stream::iter(published).buffer_unordered(16);
        published.collect::<Vec<_>>().await;
        let publication = publication(&long, &long, &long, pact(&long, &"y".repeat(1000), "/1"));
        broker.publish(&publication, at(0)).await.unwrap();

        let participants = broker.participants().await.unwrap();
        assert_eq!(participants, ["web", &long, &"y".repeat(1000)]);
        let listed = broker.list_versions("web", None).await.unwrap();
        assert_eq!((listed.items.len(), listed.left_out), (510, 0));
        assert_eq!(listed.items[0].version, "509");
        assert_eq!(listed.items[0].published_at, Some(at(509)));
        let listed = broker.list_versions("web", Some(3)).await.unwrap();
        assert_eq!((listed.items.len(), listed.left_out), (3, 507));
        let branches = broker.list_branches(&long).await.unwrap();
        assert_eq!(branches[0].name.as_deref(), Some(long.as_str()));
        assert_eq!(branches[0].version, long);
        let query = MatrixQuery {
            scope: Scope::All,
            consumer: Some("web".into()),
            ..MatrixQuery::default()
        };
        let rows = broker.matrix(&query).await.unwrap();
        assert_eq!(rows[0].consumer_versions.len(), 510);
    }
}

#[tokio::test]
async fn a_contract_is_found_by_its_content_in_whatever_version() {
    for backend in backends() {
        let broker = backend.broker().await;
        for (second, version, path) in [(1, "1", "/1"), (2, "2", "/2")] {
            let publication = publication("web", version, "main", pact("web", "orders", path));
            broker.publish(&publication, at(second)).await.unwrap();
        }
        publish_provider(&broker, "9").await;
        for (path, version) in [("/1", "1"), ("/2", "2")] {
            let id = pact("web", "orders", path).content_id();
            for beginning in [&id.as_str()[..10], id.as_str()] {
                let found = broker.find_content(beginning).await.unwrap();
                let is_it = |found: FoundContract| matches!(found, FoundContract::Pact(found) if found.version.version == version);
                assert!(is_it(found), "{beginning}");
            }
        }
        let golden = broker.find_golden("orders", "OrderShipped", &Which::Newest);
        let golden = golden.await.unwrap();
        let found = broker.find_content(golden.content.as_str()).await.unwrap();
        assert!(matches!(found, FoundContract::Golden(found) if found.schema == b"{}\n"));
    }
}

#[tokio::test]
async fn a_publication_that_was_cut_off_is_in_no_list() {
    for backend in backends() {
        let broker = backend.broker().await;
        let first = publication("web", "1", "main", pact("web", "orders", "/1"));
        broker.publish(&first, at(1)).await.unwrap();
        let second = publication("web", "2", "main", pact("web", "orders", "/2"));
        broker.publish(&second, at(2)).await.unwrap();
        let manifest = backend.objects().await;
        let manifest = manifest
            .iter()
            .find(|key| key.starts_with("v1/app/web/ver/2/"));
        let path = object_store::path::Path::from(manifest.unwrap().as_str());
        backend.store.delete(&path).await.unwrap();

        let newest = broker.list_participants().await.unwrap()[0].newest.clone();
        assert_eq!(newest.unwrap().version, "1");
        let versions = broker.list_versions("web", None).await.unwrap().items;
        assert_eq!(versions.len(), 1);
        let branches = broker.list_branches("web").await.unwrap();
        assert_eq!(branches[0].version, "1");
        let rows = broker.matrix(&MatrixQuery::default()).await.unwrap();
        assert_eq!(
            (rows.len(), &rows[0].consumer_versions[0].version[..]),
            (1, "1")
        );
    }
}

#[tokio::test]
async fn what_is_pruned_is_gone_and_what_stays_is_as_it_was() {
    let long = "x".repeat(1000);
    let day_before = SystemTime::now() - Duration::from_secs(24 * 60 * 60);
    for backend in backends() {
        let broker = backend.broker().await;
        let consumer = format!("{}-a/b", backend.name);
        for version in ["..", "ü b", long.as_str(), "4"] {
            let said = pact(&consumer, "orders", &format!("/{version}"));
            let publication = publication(&consumer, version, "main", said);
            broker.publish(&publication, day_before).await.unwrap();
        }
        broker
            .record_deployment(&consumer, &long, "production", day_before)
            .await
            .unwrap();
        let heads = broker.pacts_for("orders").await.unwrap();
        let prune = Prune {
            keep: Keep {
                younger_than: Duration::ZERO,
                newest: 1,
                forget_branches_after: None,
            },
            grace: Duration::ZERO,
        };
        let before = backend.objects().await.len();
        let pruned = broker.prune(&prune, SystemTime::now()).await.unwrap();
        assert_eq!(pruned.removed, pruned.goes, "{}", backend.name);
        assert!(pruned.going.len() >= 2, "{}: {pruned:?}", backend.name);
        let after = backend.objects().await;
        assert_eq!(after.len(), before - pruned.removed.objects);
        assert!(!after.iter().any(|key| key.starts_with("v1/prune")));
        assert_eq!(broker.pacts_for("orders").await.unwrap(), heads);
        let again = broker.prune(&prune, SystemTime::now()).await.unwrap();
        assert_eq!((again.going.len(), again.removed.objects), (0, 0));
    }
}
