//! One suite on every backend: memory and a local folder.
#![allow(
    clippy::too_many_lines,
    clippy::unwrap_used,
    clippy::panic,
    missing_docs
)]

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use pactwork_broker::{Answer, Broker, Location, Publication, PublishedStatus, ReasonKind};
use pactwork_contract::{HttpInteraction, Interaction, Outcome, Pact, Verification};
use tempfile::TempDir;

/// A store, and the folder that it is removed with.
struct Backend {
    store: Arc<dyn ObjectStore>,
    folder: Option<TempDir>,
}

fn backends() -> [Backend; 2] {
    let folder = tempfile::tempdir().unwrap();
    let local = LocalFileSystem::new_with_prefix(folder.path()).unwrap();
    [
        Backend {
            store: Arc::new(InMemory::new()),
            folder: None,
        },
        Backend {
            store: Arc::new(local),
            folder: Some(folder),
        },
    ]
}

impl Backend {
    fn broker(&self) -> Broker {
        Broker::new(self.store.clone())
    }

    async fn objects(&self) -> Vec<String> {
        use futures_util::TryStreamExt;
        let listed = self
            .store
            .list(None)
            .map_ok(|object| object.location.to_string());
        let mut keys: Vec<_> = listed.try_collect().await.unwrap();
        keys.sort();
        keys
    }
}

fn at(second: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + second)
}

fn pact(consumer: &str, provider: &str, path: &str) -> Pact {
    let mut http = HttpInteraction::default();
    http.common.description = "a request".into();
    http.request.path = path.into();
    Pact {
        interactions: vec![Interaction::Http(Box::new(http))],
        ..Pact::between(consumer, provider)
    }
}

fn publication(consumer: &str, version: &str, branch: &str, pact: Pact) -> Publication {
    Publication {
        branch: Some(branch.into()),
        pacts: vec![pact],
        ..Publication::of(consumer, version)
    }
}

fn verification(pact: &Pact, provider_version: &str, outcome: Outcome) -> Verification {
    Verification {
        consumer: pact.consumer.name.clone(),
        provider: pact.provider.name.clone(),
        provider_version: provider_version.into(),
        provider_branch: None,
        pact: pact.content_id(),
        outcome,
        verified_at: "2026-01-02T03:04:05Z".into(),
        build_url: None,
        interactions: Vec::new(),
    }
}

async fn publish_provider(broker: &Broker, version: &str) {
    let golden = vec![("OrderShipped".into(), b"{}\n".to_vec())];
    let publication = Publication {
        golden,
        branch: Some("main".into()),
        ..Publication::of("orders", version)
    };
    broker.publish(&publication, at(0)).await.unwrap();
}

#[tokio::test]
async fn the_same_again_writes_nothing_and_other_content_is_a_conflict() {
    for backend in backends() {
        let broker = backend.broker();
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
        assert_eq!(
            broker.publish(&known, at(4)).await.unwrap().contracts[0].status,
            PublishedStatus::Known
        );
    }
}

#[tokio::test]
async fn a_provider_gets_every_branch_and_deployment_each_content_once() {
    for backend in backends() {
        let broker = backend.broker();
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
async fn golden_contracts_come_from_the_main_branch() {
    for backend in backends() {
        let broker = backend.broker();
        assert_eq!(broker.golden_of("orders").await.unwrap(), None);
        publish_provider(&broker, "1").await;
        let later = Publication {
            branch: Some("feature".into()),
            golden: vec![("OrderShipped".into(), b"{\"a\":1}\n".to_vec())],
            ..Publication::of("orders", "2")
        };
        broker.publish(&later, at(9)).await.unwrap();
        let golden = broker.golden_of("orders").await.unwrap().unwrap();
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
        let broker = backend.broker();
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
        let broker = backend.broker();
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
    let long = "x".repeat(1000);
    for backend in backends() {
        let broker = backend.broker();
        let names = ["a", "a/b", "..", "ü b", "~", "=", long.as_str()];
        for name in names {
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
            .map(|name| {
                (
                    name.to_owned(),
                    format!("deployed to {name} ({name}); newest on {name} ({name})"),
                )
            })
            .into();
        expected.sort();
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn writers_at_once_lose_nothing() {
    for backend in backends() {
        let broker = Arc::new(backend.broker());
        let writers: Vec<_> = (0..64)
            .map(|writer| {
                let broker = broker.clone();
                tokio::spawn(async move {
                    let name = format!("consumer-{writer}");
                    let publication = publication(&name, "1", "main", pact(&name, "orders", "/1"));
                    broker.publish(&publication, at(1)).await.unwrap();
                    broker.publish(&publication, at(2)).await.unwrap();
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(broker.pacts_for("orders").await.unwrap().len(), 64);
    }
}

#[tokio::test]
async fn a_corrupted_contract_is_named_and_refused() {
    for backend in backends() {
        let Some(folder) = &backend.folder else {
            continue;
        };
        let broker = backend.broker();
        broker
            .publish(
                &publication("web", "1", "main", pact("web", "orders", "/1")),
                at(1),
            )
            .await
            .unwrap();
        let key = backend
            .objects()
            .await
            .into_iter()
            .find(|key| key.contains("/blob/"))
            .unwrap();
        std::fs::write(folder.path().join(&key), "{}").unwrap();
        let error = broker.pacts_for("orders").await.unwrap_err().to_string();
        assert_eq!(
            error,
            format!(
                "storage: {key} is corrupt: its bytes do not have the hash that is its name; it is not used. \
                 Restore it, or remove it and publish again"
            )
        );
    }
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
