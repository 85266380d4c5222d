//! Which interactions are replayed, and when no more are.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use pactwork_contract::{Interaction, NotUnderstood, Outcome, Pact};
use pactwork_provider::{
    Candidate, Event, InteractionReport, ProviderProcess, Report, Shard, StateChange, Target,
    Verifier,
};
use serde_json::{Map, json};

use crate::support::pacts::{get, get_given, http, pact};
use crate::support::processes::{entry_point, options};
use crate::support::server::{Request, Server, json, status};

fn numbered(count: usize) -> impl Iterator<Item = Interaction> {
    (0..count).map(|number| http(get(&format!("/{number}"), json!({}))))
}

fn descriptions<'r>(reports: impl IntoIterator<Item = &'r InteractionReport>) -> Vec<&'r str> {
    let reports = reports.into_iter();
    reports.map(|each| each.description.as_str()).collect()
}

fn all(report: &Report) -> Vec<&InteractionReport> {
    let pacts = report.pacts.iter();
    pacts.flat_map(|pact| &pact.interactions).collect()
}

fn not_understood(description: &str) -> NotUnderstood {
    NotUnderstood {
        value: json!({ "type": "Carrier/Pigeon", "description": description }),
        interaction_type: None,
        reason: "a pigeon".into(),
    }
}

#[tokio::test]
async fn what_is_not_chosen_is_not_asked_for_and_is_named() {
    let server = Server::always(json(json!({}))).await;
    let mut pact = pact(numbered(3));
    pact.not_understood.push(not_understood("a bird"));
    let chosen = |_: &Pact, each: &Interaction| each.common().description.ends_with('1');
    let verifier = Verifier::new(Target::at(&server.url)).choose(chosen);
    let report = verifier
        .run(std::slice::from_ref(&pact), |_| {})
        .await
        .unwrap();
    assert_eq!(descriptions(all(&report)), ["GET /1", "a bird"]);
    assert_eq!(server.seen().len(), 1);
    assert_eq!(report.pacts[0].left_out, 2);
    let left_out = report.pacts[0].left_out_interactions.iter();
    let left_out: Vec<_> = left_out.map(ToString::to_string).collect();
    assert_eq!(left_out, ["\"GET /0\"", "\"GET /2\""]);

    let first = |each: &Candidate<'_>| each.position == 0;
    let verifier = Verifier::new(Target::at(&server.url)).choose_among_all(first);
    let report = verifier.run(&[pact], |_| {}).await.unwrap();
    assert_eq!(descriptions(all(&report)), ["GET /0"]);
    assert_eq!(report.pacts[0].left_out, 3);
}

#[tokio::test]
async fn shards_split_the_interactions_and_share_what_several_pacts_have() {
    let server = Server::always(json(json!({}))).await;
    let mut web = pact(numbered(40));
    web.not_understood.push(not_understood("a bird"));
    let mut app = web.clone();
    app.consumer.name = "app".into();
    let mut seen: Vec<Vec<String>> = vec![Vec::new(); 2];
    for number in 1..=4 {
        let shard = Shard::new(number, 4).unwrap();
        let before = server.seen().len();
        let verifier = Verifier::new(Target::at(&server.url)).shard(shard);
        let report = verifier
            .run(&[web.clone(), app.clone()], |_| {})
            .await
            .unwrap();
        assert_eq!(report.shard, Some(shard));
        let [of_web, of_app] = &report.pacts[..] else {
            panic!("{report:#?}");
        };
        assert_eq!(
            descriptions(&of_web.interactions),
            descriptions(&of_app.interactions)
        );
        assert_eq!(of_web.interactions.len() + of_web.left_out, 41);
        let asked = of_web
            .interactions
            .iter()
            .filter(|each| each.description != "a bird");
        assert_eq!(server.seen().len() - before, asked.count());
        for (seen, pact) in seen.iter_mut().zip(&report.pacts) {
            seen.extend(pact.interactions.iter().map(|each| each.identity.clone()));
        }
    }
    for mut seen in seen {
        seen.sort();
        let count = seen.len();
        seen.dedup();
        assert_eq!((count, seen.len()), (41, 41));
    }
}

/// Answers every request wrongly, and counts them.
async fn wrong(asked: &Arc<AtomicUsize>) -> Server {
    let asked = Arc::clone(asked);
    Server::start(move |_: Request| {
        asked.fetch_add(1, SeqCst);
        std::future::ready(status(500, ""))
    })
    .await
}

#[tokio::test]
async fn fail_fast_begins_nothing_more_and_says_what_was_not_replayed() {
    for jobs in [1, 8] {
        let asked = Arc::default();
        let server = wrong(&asked).await;
        let verifier = Verifier::new(Target::at(&server.url))
            .jobs(jobs)
            .fail_fast(true);
        let mut checked = 0;
        let on_event =
            |event: Event<'_>| checked += usize::from(matches!(event, Event::Checked { .. }));
        let report = verifier
            .run(&[pact(numbered(900))], on_event)
            .await
            .unwrap();
        assert_eq!(report.outcome(), Outcome::Failed);
        // What was begun before the first failure is finished.
        let replayed = asked.load(SeqCst);
        assert!(
            (1..=jobs).contains(&replayed),
            "{replayed} with {jobs} jobs"
        );
        let (left, found): (Vec<_>, Vec<_>) =
            all(&report).into_iter().partition(|each| each.not_replayed);
        assert_eq!((found.len(), left.len()), (replayed, 900 - replayed));
        assert!(found.iter().all(|each| each.outcome == Outcome::Failed));
        for each in left {
            assert_eq!(each.outcome, Outcome::CouldNotVerify);
            assert_eq!(
                each.reason.as_deref(),
                Some("not replayed: an interaction failed before")
            );
        }
        assert_eq!(checked, 900);
    }
}

#[tokio::test]
async fn fail_fast_does_not_end_for_what_is_pending() {
    let server = Server::start(|request: Request| {
        std::future::ready(match request.path.as_str() {
            "/kept" => json(json!({})),
            _ => status(500, ""),
        })
    })
    .await;
    let mut excused = get("/broken", json!({}));
    excused.common.pending = true;
    let whole = pact([http(get("/other", json!({})))]);
    let with_pending = pact([http(excused), http(get("/kept", json!({})))]);
    let verifier = Verifier::new(Target::at(&server.url))
        .fail_fast(true)
        .pending([whole.content_id()]);
    let pacts = [whole, with_pending];
    let report = verifier.run(&pacts, |_| {}).await.unwrap();
    assert_eq!(report.outcome(), Outcome::Passed);
    assert_eq!(server.seen().len(), 3);
    assert!(all(&report).iter().all(|each| !each.not_replayed));

    // The same interaction in a pact that counts ends it.
    let counts = pact([http(get("/other", json!({})))]);
    let mut pending = counts.clone();
    pending.consumer.name = "new".into();
    let verifier = Verifier::new(Target::at(&server.url))
        .fail_fast(true)
        .pending([pending.content_id()]);
    let kept = pact([http(get("/kept", json!({})))]);
    let report = verifier
        .run(&[pending, counts, kept], |_| {})
        .await
        .unwrap();
    assert_eq!(report.outcome(), Outcome::Failed);
    assert!(report.pacts[2].interactions[0].not_replayed);
}

#[tokio::test]
async fn fail_fast_ends_all_instances() {
    let start = || ProviderProcess::start(options(entry_point("provider")));
    let (one, other) = tokio::join!(start(), start());
    let (one, other) = (one.unwrap(), other.unwrap());
    let broken = |number: usize| {
        http(get_given(
            &["s"],
            &format!("/{number}"),
            json!({ "path": "/" }),
        ))
    };
    let verifier = Verifier::new(Target::processes([&one, &other]))
        .states(|_: &StateChange<'_>| Ok(Map::new()))
        .fail_fast(true);
    let report = verifier
        .run(&[pact((0..900).map(broken))], |_| {})
        .await
        .unwrap();
    one.stop().await;
    other.stop().await;
    let failed = all(&report)
        .into_iter()
        .filter(|each| each.outcome == Outcome::Failed)
        .count();
    assert!((1..=2).contains(&failed), "{failed}");
    let left = all(&report)
        .into_iter()
        .filter(|each| each.not_replayed)
        .count();
    assert_eq!(failed + left, 900);
}
