//! What was recorded, read back in the order of time, on storage of every kind.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod support;

use pactwork_broker::{Broker, Fact, History, Location, Publication, RecordKind, Recorded};
use pactwork_contract::Outcome;
use storage_test_support::S3Server;

use support::{Backend, at, backends, pact, s3_location, verification};

fn publication(consumer: &str, version: &str, branch: Option<&str>, path: &str) -> Publication {
    Publication {
        branch: branch.map(str::to_owned),
        pacts: vec![pact(consumer, "orders", path)],
        ..Publication::of(consumer, version)
    }
}

/// A line a fact: the second, and what it is about.
fn lines(recorded: &[Recorded]) -> Vec<String> {
    let line = |recorded: &Recorded| {
        let second = recorded.at.duration_since(at(0)).unwrap().as_secs();
        let about = match &recorded.fact {
            Fact::Published(version) => {
                let branch = version.branch.as_deref().unwrap_or("-");
                format!("{} {} on {branch}", version.participant, version.version)
            }
            Fact::Happened(change) => format!(
                "{} {} {:?} {}",
                change.participant, change.version, change.happening, change.environment
            ),
            Fact::Verified(run) => format!(
                "{} {} for {}: {}",
                run.provider, run.provider_version, run.consumer, run.outcome
            ),
        };
        format!("{second} {about}")
    };
    recorded.iter().map(line).collect()
}

/// Two consumers, a provider with golden contracts, a deployment and two results.
async fn record(broker: &Broker) {
    let golden = Publication {
        branch: Some("main".into()),
        tags: vec!["beta".into()],
        golden: vec![("OrderShipped".into(), b"{}\n".to_vec())],
        ..Publication::of("orders", "o1")
    };
    broker.publish(&golden, at(1)).await.unwrap();
    for (second, consumer, version, branch, path) in [
        (2, "web", "w1", Some("main"), "/1"),
        (3, "web", "w2", Some("a/b"), "/2"),
        (4, "phone", "p1", None, "/1"),
    ] {
        let publication = publication(consumer, version, branch, path);
        broker.publish(&publication, at(second)).await.unwrap();
    }
    for (second, path, outcome) in [(5, "/1", Outcome::Passed), (6, "/2", Outcome::Failed)] {
        let verification = verification(&pact("web", "orders", path), "o1", outcome);
        broker
            .record_verification(&verification, at(second))
            .await
            .unwrap();
    }
    broker
        .record_deployment("web", "w1", "production", at(7))
        .await
        .unwrap();
}

const ALL: [&str; 7] = [
    "7 web w1 Deployed production",
    "6 orders o1 for web: failed",
    "5 orders o1 for web: passed",
    "4 phone p1 on -",
    "3 web w2 on a/b",
    "2 web w1 on main",
    "1 orders o1 on main",
];

#[tokio::test]
async fn everything_is_there_once_and_in_order() {
    for backend in backends() {
        let broker = backend.broker().await;
        assert_eq!(
            lines(&broker.history(&History::default()).await.unwrap()),
            [""; 0]
        );
        record(&broker).await;
        let ask = async |asked: &History| lines(&broker.history(asked).await.unwrap());
        assert_eq!(ask(&History::default()).await, ALL);
        for limit in 1..=8 {
            let asked = History {
                limit: Some(limit),
                ..History::default()
            };
            assert_eq!(ask(&asked).await, ALL[..limit.min(7)], "{limit}");
        }
        for (since, count) in [(0, 7), (4, 4), (7, 1), (8, 0)] {
            let asked = History {
                since: Some(at(since)),
                ..History::default()
            };
            assert_eq!(ask(&asked).await, ALL[..count], "{since}");
        }
        for (kind, expected) in [
            (RecordKind::Publications, &ALL[3..]),
            (RecordKind::Verifications, &ALL[1..3]),
            (RecordKind::Deployments, &ALL[..1]),
        ] {
            let asked = History {
                kinds: vec![kind],
                ..History::default()
            };
            assert_eq!(ask(&asked).await, expected, "{kind:?}");
        }
        for (participant, seconds) in [
            ("web", "7 6 5 3 2"),
            ("orders", "6 5 1"),
            ("phone", "4"),
            ("nobody", ""),
        ] {
            let asked = History {
                participant: Some(participant.into()),
                ..History::default()
            };
            let found = ask(&asked).await;
            let found: Vec<_> = found.iter().map(|line| &line[..1]).collect();
            assert_eq!(found.join(" "), seconds, "{participant}");
        }
    }
}

#[tokio::test]
async fn names_too_long_for_a_key_are_whole() {
    let long = "x".repeat(1000);
    for backend in backends() {
        let broker = backend.broker().await;
        let publication = publication(&long, &long, Some(&long), "/1");
        broker.publish(&publication, at(1)).await.unwrap();
        broker
            .record_deployment(&long, &long, &long, at(2))
            .await
            .unwrap();
        let asked = History {
            participant: Some(long.clone()),
            ..History::default()
        };
        assert_eq!(
            lines(&broker.history(&asked).await.unwrap()),
            [
                format!("2 {long} {long} Deployed {long}"),
                format!("1 {long} {long} on {long}")
            ]
        );
    }
}

#[tokio::test]
async fn a_publication_that_was_cut_off_is_not_shown_until_it_is_completed() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::of(folder.path().display().to_string(), "/");
    let broker = Broker::open(&location).await.unwrap();
    for second in 1..=5 {
        let version = format!("w{second}");
        let publication = publication("web", &version, Some("main"), &format!("/{second}"));
        broker.publish(&publication, at(second)).await.unwrap();
    }
    for version in ["w3", "w4", "w5"] {
        std::fs::remove_dir_all(folder.path().join(format!("v1/app/web/ver/{version}"))).unwrap();
    }
    let newest = async |limit| {
        let asked = History {
            limit: Some(limit),
            ..History::default()
        };
        lines(&broker.history(&asked).await.unwrap())
    };
    // Found although the newest event does not count.
    assert_eq!(newest(1).await, ["2 web w2 on main"]);
    assert_eq!(newest(9).await, ["2 web w2 on main", "1 web w1 on main"]);
    let again = publication("web", "w3", Some("main"), "/3");
    broker.publish(&again, at(8)).await.unwrap();
    assert_eq!(newest(9).await.len(), 3);
    assert_eq!(newest(1).await, ["8 web w3 on main"]);
}

#[tokio::test]
async fn a_long_past_that_is_jumped_over_hides_nothing() {
    let broker = Broker::open(&Location::of("memory:", "/")).await.unwrap();
    for branch in ["a", "b"] {
        for second in 1..=600 {
            let version = format!("{branch}{second}");
            let publication = publication("web", &version, Some(branch), "/1");
            broker.publish(&publication, at(second)).await.unwrap();
        }
    }
    let last = publication("web", "last", None, "/1");
    broker.publish(&last, at(599)).await.unwrap();
    let ask = async |since: Option<u64>, limit: Option<usize>| {
        let asked = History {
            since: since.map(at),
            limit,
            ..History::default()
        };
        let mut found = lines(&broker.history(&asked).await.unwrap());
        found.sort();
        found
    };
    let newest = ["600 web a600 on a", "600 web b600 on b"];
    assert_eq!(ask(Some(600), None).await, newest);
    let before = [
        "599 web a599 on a",
        "599 web b599 on b",
        "599 web last on -",
    ];
    let both: Vec<_> = before.into_iter().chain(newest).collect();
    assert_eq!(ask(None, Some(5)).await, both);
    assert_eq!(ask(Some(599), Some(9)).await, both);
}

#[tokio::test]
async fn a_long_past_costs_no_more_requests_than_a_short_one() {
    let mut costs = Vec::new();
    for versions in [10, 5000] {
        let memory = Backend::memory();
        let broker = memory.broker().await;
        for second in 1..=versions {
            let publication = publication("web", &second.to_string(), Some("main"), "/1");
            broker.publish(&publication, at(second)).await.unwrap();
        }
        let server = S3Server::start().unwrap();
        for key in support::objects(&*memory.store).await {
            let bytes = support::read(&*memory.store, &key).await;
            server.plant(&key, bytes);
        }
        let broker = Broker::open(&s3_location(&server)).await.unwrap();
        let asked = History {
            since: Some(at(versions - 2)),
            kinds: vec![RecordKind::Publications],
            ..History::default()
        };
        assert_eq!(broker.history(&asked).await.unwrap().len(), 3);
        costs.push(server.requests());
    }
    let [short, long] = costs[..] else {
        panic!("{costs:?}");
    };
    // The participants (web, and orders for its consumer), two listings each, the
    // format, and three publications.
    assert_eq!((short.list, short.get), (5, 4), "{short:?}");
    assert_eq!((long.list, long.get), (6, 4), "{long:?}");
}
