//! What is due for triggers over time, on storage of every kind.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod support;

use pactwork_broker::{
    Broker, Changes, Due, ForEachConsumer, OnConflict, Publication, Trigger, TriggerEvent,
};
use pactwork_contract::{HttpInteraction, Interaction, Outcome, Pact, Verification};

use support::{at, backends, pact, verification};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

async fn publish(broker: &Broker, version: &str, path: &str, second: u64) {
    let publication = Publication {
        branch: Some("main".into()),
        pacts: vec![pact("web", "orders", path)],
        ..Publication::of("web", version)
    };
    broker.publish(&publication, at(second)).await.unwrap();
}

fn trigger(on: TriggerEvent) -> Trigger {
    Trigger {
        name: "tell".into(),
        on,
        only: [].into(),
        for_each_consumer: None,
    }
}

async fn due(broker: &Broker, trigger: &Trigger, since: Option<u64>, second: u64) -> Due {
    let due = broker.due(std::slice::from_ref(trigger), since.map(at), at(second));
    due.await.unwrap().remove(0)
}

fn versions(due: &Due) -> Vec<&str> {
    let due = due.occurrences.iter();
    due.map(|each| each.values["version"].as_str()).collect()
}

/// Tells what is due but for some versions, as `pactwork notify` does.
async fn tell(broker: &Broker, trigger: &Trigger, failing: &[&str], second: u64) -> Vec<String> {
    let due = due(broker, trigger, None, second).await;
    broker.begin(trigger, &due, at(second)).await.unwrap();
    let mut told = Vec::new();
    for each in &due.occurrences {
        let version = each.values["version"].clone();
        if !failing.contains(&version.as_str()) {
            broker.remember(trigger, each, at(second)).await.unwrap();
            told.push(version);
        }
    }
    if told.len() == due.occurrences.len() {
        broker.settle(trigger, &due, at(second)).await.unwrap();
    }
    told
}

#[tokio::test]
async fn each_fact_since_the_first_run_is_told_once_however_late_it_comes() {
    for backend in backends() {
        let broker = backend.broker().await;
        let trigger = trigger(TriggerEvent::ContractPublished);
        publish(&broker, "old", "/1", 0).await;
        publish(&broker, "recent", "/1", DAY).await;
        let none: [&str; 0] = [];
        assert_eq!(tell(&broker, &trigger, &[], DAY + 1).await, none);
        assert_eq!(tell(&broker, &trigger, &[], DAY + 2).await, none);
        publish(&broker, "new", "/1", DAY + 3).await;
        // Of a writer whose clock is slow: before the mark.
        publish(&broker, "late", "/1", DAY - HOUR).await;
        assert_eq!(tell(&broker, &trigger, &[], DAY + 4).await, ["late", "new"]);
        assert_eq!(tell(&broker, &trigger, &[], DAY + 5).await, none);
        // A new mark takes the place of the memory, again and again.
        for day in 2..6 {
            let version = format!("day {day}");
            publish(&broker, &version, "/1", day * DAY + HOUR).await;
            assert_eq!(
                tell(&broker, &trigger, &[], day * DAY + 2 * HOUR).await,
                [version]
            );
            assert_eq!(
                tell(&broker, &trigger, &[], day * DAY + 3 * HOUR).await,
                none
            );
        }
        publish(&broker, "later", "/1", 5 * DAY).await;
        assert_eq!(tell(&broker, &trigger, &[], 6 * DAY).await, ["later"]);
    }
}

#[tokio::test]
async fn what_could_not_be_told_stays_due() {
    for backend in backends() {
        let broker = backend.broker().await;
        let trigger = trigger(TriggerEvent::ContractPublished);
        let none: [&str; 0] = [];
        assert_eq!(tell(&broker, &trigger, &[], 0).await, none);
        for (second, version) in [(1, "1"), (2, "2"), (3, "3")] {
            publish(&broker, version, "/1", second).await;
        }
        assert_eq!(tell(&broker, &trigger, &["2"], 4).await, ["1", "3"]);
        // Even after days, and even if others were told since.
        publish(&broker, "4", "/1", 3 * DAY).await;
        assert_eq!(tell(&broker, &trigger, &["2"], 4 * DAY).await, ["4"]);
        assert_eq!(tell(&broker, &trigger, &[], 5 * DAY).await, ["2"]);
        assert_eq!(tell(&broker, &trigger, &[], 9 * DAY).await, none);
    }
}

#[tokio::test]
async fn a_first_run_may_say_since_when_and_names_are_remembered_apart() {
    for backend in backends() {
        let broker = backend.broker().await;
        let mut trigger = trigger(TriggerEvent::ContractPublished);
        for (second, version) in [(1, "1"), (DAY, "2"), (9 * DAY, "3")] {
            publish(&broker, version, "/1", second).await;
        }
        let first = due(&broker, &trigger, Some(2), 10 * DAY).await;
        assert_eq!(versions(&first), ["2", "3"]);
        assert!(first.is_first);
        let now = at(10 * DAY);
        broker.begin(&trigger, &first, now).await.unwrap();
        let told = &first.occurrences[1];
        broker.remember(&trigger, told, now).await.unwrap();
        // What was not told then is told by the next run, which says nothing.
        let next = due(&broker, &trigger, None, 10 * DAY + 1).await;
        assert_eq!((versions(&next), next.is_first), (vec!["2"], false));
        let all = due(&broker, &trigger, Some(0), 10 * DAY + 1).await;
        assert_eq!(versions(&all), ["1", "2"]);
        trigger.name = "another".into();
        assert!(due(&broker, &trigger, None, 10 * DAY).await.is_first);
    }
}

#[tokio::test]
async fn a_content_requires_verification_until_the_main_branch_kept_it() {
    for backend in backends() {
        let broker = backend.broker().await;
        let trigger = trigger(TriggerEvent::ContractRequiringVerification);
        tell(&broker, &trigger, &[], 0).await;
        let golden = Publication {
            branch: Some("main".into()),
            golden: vec![("OrderShipped".into(), b"{}\n".to_vec())],
            ..Publication::of("orders", "o1")
        };
        broker.publish(&golden, at(1)).await.unwrap();
        let deployed = broker.record_deployment("orders", "o1", "production", at(2));
        deployed.await.unwrap();
        publish(&broker, "w1", "/1", 3).await;
        let told = async |second| {
            let due = due(&broker, &trigger, None, second).await;
            let say = |name| move |values: &pactwork_broker::Values| values[name].clone();
            let found = due.occurrences.iter().map(|each| {
                let names = [
                    "version",
                    "provider_version",
                    "provider_branch",
                    "environment",
                ];
                names.map(|name| say(name)(&each.values)).join(" ")
            });
            found.collect::<Vec<_>>()
        };
        assert_eq!(told(4).await, ["w1 o1 main ", "w1 o1 main production"]);
        let kept = Verification {
            provider_branch: Some("main".into()),
            ..verification(&pact("web", "orders", "/1"), "o2", Outcome::Passed)
        };
        broker.record_verification(&kept, at(5)).await.unwrap();
        assert_eq!(told(6).await, ["w1 o1 main production"]);
        let provider_version = "o1".into();
        let kept = Verification {
            provider_version,
            ..kept
        };
        broker.record_verification(&kept, at(7)).await.unwrap();
        assert_eq!(told(8).await, [""; 0]);
    }
}

#[tokio::test]
async fn a_version_is_told_for_each_consumer_with_its_branch() {
    for backend in backends() {
        let broker = backend.broker().await;
        let trigger = Trigger {
            only: [("provider".into(), vec!["orders".into()])].into(),
            for_each_consumer: Some(ForEachConsumer::Known),
            ..trigger(TriggerEvent::GoldenPublished)
        };
        publish(&broker, "w1", "/1", 1).await;
        tell(&broker, &trigger, &[], 2).await;
        for (participant, version) in [("orders", "o1"), ("auth", "a1")] {
            let golden = Publication {
                golden: vec![("OrderShipped".into(), b"{}\n".to_vec())],
                ..Publication::of(participant, version)
            };
            broker.publish(&golden, at(3)).await.unwrap();
        }
        let due = due(&broker, &trigger, None, 4).await;
        assert_eq!(versions(&due), ["o1"]);
        let values = &due.occurrences[0].values;
        let said = ["consumer", "consumer_version", "consumer_branch", "golden"];
        let said = said.map(|name| values[name].as_str());
        assert_eq!(said, ["web", "w1", "main", "OrderShipped"]);
    }
}

#[tokio::test]
async fn parts_that_were_merged_afterwards_require_no_verification_of_their_own() {
    for backend in backends() {
        let broker = backend.broker().await;
        let trigger = trigger(TriggerEvent::ContractRequiringVerification);
        tell(&broker, &trigger, &[], 0).await;
        for (second, description) in [(1, "one"), (2, "another")] {
            let mut http = HttpInteraction::default();
            http.common.description = description.into();
            let pact = Pact {
                interactions: vec![Interaction::Http(Box::new(http))],
                ..Pact::between("web", "orders")
            };
            let publication = Publication {
                branch: Some("main".into()),
                on_conflict: OnConflict::Merge,
                pacts: vec![pact],
                ..Publication::of("web", "w1")
            };
            broker.publish(&publication, at(second)).await.unwrap();
        }
        assert_eq!(versions(&due(&broker, &trigger, None, 3).await), ["w1"]);
        let asked = Changes {
            since: at(0),
            branch: None,
            provider: Some("orders".into()),
            consumer: None,
        };
        assert_eq!(broker.changes(&asked).await.unwrap().len(), 1);
    }
}
