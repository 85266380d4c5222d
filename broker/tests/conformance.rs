//! One suite on every backend: memory and a local folder.
#![allow(
    clippy::too_many_lines,
    clippy::unwrap_used,
    clippy::panic,
    missing_docs
)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::StreamExt;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use pactwork_broker::{
    Answer, Broker, FoundContract, MatrixOutcome, MatrixQuery, Publication, PublishedStatus,
    ReasonKind, Scope, Which,
};
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
    let broker = Broker::open(&folder.path().display().to_string(), Path::new("/")).unwrap();
    let error = broker.pacts_for("orders").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "storage: its format is 2, this program knows 1; use a newer pactwork"
    );
}

#[test]
fn a_place_that_cannot_be_used_is_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let error = |url: &str| Broker::open(url, folder.path()).unwrap_err().to_string();
    assert_eq!(
        error("ftp://bucket"),
        "storage ftp://bucket: the scheme \"ftp\" is not known; expected a folder (a path, or file:///…) or memory:"
    );
    assert!(error("file/below").starts_with("storage file/below: cannot use the folder: "));
}

#[tokio::test]
async fn the_matrix_follows_what_was_recorded() {
    for backend in backends() {
        let broker = backend.broker();
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
        let broker = backend.broker();
        let published = (0..1_050).map(|second| {
            let (broker, provider) = (&broker, &long);
            async move {
                let version = second.to_string();
                let publication = publication("web", &version, "main", pact("web", provider, "/1"));
                broker.publish(&publication, at(second)).await.unwrap();
            }
        });
        let published = futures_util::stream::iter(published).buffer_unordered(64);
        published.collect::<Vec<_>>().await;
        let publication = publication(&long, &long, &long, pact(&long, &"y".repeat(1000), "/1"));
        broker.publish(&publication, at(0)).await.unwrap();

        let participants = broker.participants().await.unwrap();
        assert_eq!(participants, ["web", &long, &"y".repeat(1000)]);
        let listed = broker.list_versions("web", None).await.unwrap();
        assert_eq!((listed.items.len(), listed.left_out), (1_050, 0));
        assert_eq!(listed.items[0].version, "1049");
        assert_eq!(listed.items[0].published_at, Some(at(1049)));
        let listed = broker.list_versions("web", Some(3)).await.unwrap();
        assert_eq!((listed.items.len(), listed.left_out), (3, 1_047));
        let branches = broker.list_branches(&long).await.unwrap();
        assert_eq!(branches[0].name.as_deref(), Some(long.as_str()));
        assert_eq!(branches[0].version, long);
        let query = MatrixQuery {
            scope: Scope::All,
            consumer: Some("web".into()),
            ..MatrixQuery::default()
        };
        let rows = broker.matrix(&query).await.unwrap();
        assert_eq!(rows[0].consumer_versions.len(), 1_050);
    }
}

#[tokio::test]
async fn a_contract_is_found_by_its_content_in_whatever_version() {
    for backend in backends() {
        let broker = backend.broker();
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
        let broker = backend.broker();
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
