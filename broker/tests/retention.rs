//! Pruning, against generated histories, beside writers, and cut off at every request.
#![allow(
    clippy::too_many_lines,
    clippy::unwrap_used,
    clippy::panic,
    missing_docs
)]

mod scripted;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use pactwork_broker::{
    Answer, Broker, BrokerError, Destination, EnvironmentChange, Happening, Held, Keep, Prune,
    Pruned, Publication, Pull, Question, Selector, Versions,
};
use pactwork_contract::{HttpInteraction, Interaction, Outcome, Pact, Verification};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use scripted::{Scripted, Step};

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn pact(consumer: &str, provider: &str, path: &str) -> Pact {
    let mut http = HttpInteraction::default();
    http.common.description = "a request".into();
    http.request.path = path.into();
    Pact {
        interactions: vec![Interaction::Http(Box::new(http))],
        ..Pact::between(consumer, provider)
    }
}

fn publication(consumer: &str, version: &str, branch: &str, pacts: Vec<Pact>) -> Publication {
    Publication {
        branch: Some(branch.into()),
        pacts,
        ..Publication::of(consumer, version)
    }
}

fn verification(pact: &Pact, provider_version: &str, outcome: Outcome) -> Verification {
    Verification {
        consumer: pact.consumer.name.clone(),
        consumer_versions: Vec::new(),
        provider: pact.provider.name.clone(),
        provider_version: provider_version.into(),
        provider_branch: Some("main".into()),
        pact: pact.content_id(),
        outcome,
        verified_at: "2026-01-02T03:04:05Z".into(),
        build_url: None,
        interactions: Vec::new(),
    }
}

/// What the old version relies on. Its manifest goes before others of that version.
const OLD: &str = "/old/1";

/// Keeps what has to be kept, and nothing for its age.
fn only_what_counts(grace: Duration) -> Prune {
    Prune {
        keep: Keep {
            younger_than: Duration::ZERO,
            newest: 1,
            forget_branches_after: None,
        },
        grace,
    }
}

fn now(store: &Scripted) -> SystemTime {
    store.now()
}

/// Two runs with more than the grace period between them.
async fn prune_all(store: &Arc<Scripted>, prune: &Prune) -> Pruned {
    let broker = Broker::new(store.clone());
    store.wait(2 * HOUR);
    broker.prune(prune, now(store)).await.unwrap();
    store.wait(2 * HOUR);
    broker.prune(prune, now(store)).await.unwrap()
}

/// Everything that is ever asked about versions that stay.
#[derive(Debug, PartialEq)]
struct Answers {
    decisions: Vec<String>,
    pulls: Vec<String>,
    golden: Vec<String>,
}

const PARTICIPANTS: [&str; 5] = ["a", "b/b", "C", "d", "e"];
const ENVIRONMENTS: [&str; 2] = ["production", "test"];
const BRANCHES: [&str; 3] = ["main", "feature/x", "old"];

/// What a generated history published.
#[derive(Default)]
struct History {
    versions: Vec<(String, String)>,
    pacts: Vec<Pact>,
}

async fn generate(store: &Arc<Scripted>, seed: u64) -> History {
    let mut random = SmallRng::seed_from_u64(seed);
    let broker = Broker::new(store.clone());
    let mut history = History::default();
    for step in 0..120 {
        store.wait(Duration::from_secs(60 * random.random_range(1..600)));
        let participant = *PARTICIPANTS.choose(&mut random).unwrap();
        let known: Vec<_> = history.versions.clone();
        match random.random_range(0..10) {
            0..5 => {
                let version = format!("{step}");
                let publication = any_publication(participant, &version, &mut random);
                history.pacts.extend(publication.pacts.iter().cloned());
                broker.publish(&publication, now(store)).await.unwrap();
                history.versions.push((participant.into(), version));
            }
            5..7 => {
                let Some((participant, version)) = known.choose(&mut random) else {
                    continue;
                };
                let happening = *[
                    Happening::Deployed,
                    Happening::Undeployed,
                    Happening::Released,
                    Happening::SupportEnded,
                ]
                .choose(&mut random)
                .unwrap();
                let change = EnvironmentChange {
                    participant: participant.clone(),
                    version: version.clone(),
                    environment: (*ENVIRONMENTS.choose(&mut random).unwrap()).into(),
                    happening,
                    instance: ["", "eu"][random.random_range(0..2)].into(),
                };
                broker.record(&change, now(store)).await.unwrap();
            }
            _ => {
                let Some(pact) = history.pacts.choose(&mut random) else {
                    continue;
                };
                let of_provider: Vec<_> = known
                    .iter()
                    .filter(|(participant, _)| *participant == pact.provider.name)
                    .collect();
                let Some((_, version)) = of_provider.choose(&mut random) else {
                    continue;
                };
                let outcome = *[Outcome::Passed, Outcome::Passed, Outcome::Failed]
                    .choose(&mut random)
                    .unwrap();
                let verification = verification(pact, version, outcome);
                let recorded = broker.record_verification(&verification, now(store));
                recorded.await.unwrap();
            }
        }
    }
    history
}

fn any_publication(participant: &str, version: &str, random: &mut SmallRng) -> Publication {
    let mut publication = Publication::of(participant, version);
    for provider in PARTICIPANTS {
        if provider != participant && random.random_bool(0.3) {
            let path = format!("/{}", random.random_range(0..3));
            publication.pacts.push(pact(participant, provider, &path));
        }
    }
    if random.random_bool(0.3) {
        let schema = format!("{{\"a\":{}}}", random.random_range(0..3));
        publication.golden.push(("Event".into(), schema.into()));
    }
    if random.random_bool(0.9) {
        publication.branch = Some((*BRANCHES.choose(random).unwrap()).into());
    }
    if random.random_bool(0.1) {
        publication.tags.push("prod".into());
    }
    publication
}

async fn ask_all(store: &Arc<Scripted>, stay: &[(String, String)]) -> Answers {
    let broker = Broker::new(store.clone());
    let mut decisions = Vec::new();
    let environments = ENVIRONMENTS.map(|name| Destination::Environment(name.into()));
    let branches = BRANCHES.map(|name| Destination::Branch(name.into()));
    for (asked, to) in environments.into_iter().chain(branches).enumerate() {
        // Each version is asked in one of the places, alone and together with another.
        for (index, version) in stay.iter().enumerate() {
            if index % 5 != asked {
                continue;
            }
            let together = &stay[(index + 1) % stay.len()];
            for versions in [
                vec![version.clone()],
                vec![version.clone(), together.clone()],
            ] {
                let question = Question {
                    versions,
                    to: to.clone(),
                    ignore: Vec::new(),
                };
                decisions.push(format!("{:?}", broker.answer(&question).await.unwrap()));
            }
        }
    }
    let mut pulls = Vec::new();
    let mut golden = Vec::new();
    for provider in PARTICIPANTS {
        for versions in [
            Versions::MainBranch,
            Versions::MatchingBranch,
            Versions::EachBranch,
            Versions::Latest,
            Versions::Tag("prod".into()),
            Versions::DeployedOrReleased(None),
            Versions::InProgressSince(SystemTime::UNIX_EPOCH),
        ] {
            let pull = Pull {
                provider: provider.into(),
                provider_branch: Some("main".into()),
                selectors: vec![Selector::of(versions)],
                held: Held::new(),
            };
            pulls.push(format!("{:?}", broker.pull(&pull).await.unwrap()));
        }
        golden.push(format!(
            "{:?}",
            broker.golden_of(provider, &Held::new()).await.unwrap()
        ));
    }
    Answers {
        decisions,
        pulls,
        golden,
    }
}

#[tokio::test]
async fn no_answer_about_what_stays_changes() {
    let mut removed = 0;
    for seed in 0..4 {
        let store = Scripted::new();
        let history = generate(&store, seed).await;
        let prune = only_what_counts(HOUR);
        store.wait(2 * HOUR);
        let broker = Broker::new(store.clone());
        let preview = broker.would_prune(&prune, now(&store)).await.unwrap();
        let going: BTreeSet<_> = preview
            .going
            .iter()
            .map(|going| (going.participant.clone(), going.version.clone()))
            .collect();
        assert_eq!(preview.versions, history.versions.len());
        let stay = history.versions.iter().filter(|one| !going.contains(one));
        let stay: Vec<_> = stay.cloned().collect();
        let before = ask_all(&store, &stay).await;
        let objects = store.keys().await;

        let announced = broker.prune(&prune, now(&store)).await.unwrap();
        assert_eq!(announced.removed.objects, 0, "seed {seed}");
        assert_eq!(announced.announced, preview.goes, "seed {seed}");
        assert_eq!(ask_all(&store, &stay).await, before, "seed {seed}");
        store.wait(2 * HOUR);
        let pruned = broker.prune(&prune, now(&store)).await.unwrap();
        assert_eq!(pruned.removed, preview.goes, "seed {seed}");
        assert_eq!(pruned.announced.objects, 0, "seed {seed}");
        assert_eq!(ask_all(&store, &stay).await, before, "seed {seed}");

        let left = store.keys().await;
        assert_eq!(left.len(), objects.len() - pruned.removed.objects);
        removed += pruned.removed.objects;
        for (participant, version) in going {
            let decision = broker.can_i_deploy(&participant, &version, "production");
            let decision = decision.await.unwrap();
            let text = format!("{participant} {version} was never published");
            assert!(
                decision.reasons[0].explanation.starts_with(&text),
                "{decision:?}"
            );
        }
        let again = broker.would_prune(&prune, now(&store)).await.unwrap();
        assert_eq!((again.going.len(), again.goes.objects), (0, 0));
    }
    assert!(removed > 100, "only {removed} objects went");
}

fn golden(version: &str, event: &str) -> Publication {
    let schema = format!("{{\"title\":\"{event} {version}\"}}");
    Publication {
        branch: Some("main".into()),
        golden: vec![(event.into(), schema.into_bytes())],
        ..Publication::of("web", version)
    }
}

/// Version 1 of web has the content that version 3 is going to have again; only
/// version 2 stays by itself.
async fn old_and_new(store: &Arc<Scripted>) {
    let broker = Broker::new(store.clone());
    let old = pact("web", "orders", OLD);
    for (version, path) in [("1", OLD), ("2", "/new")] {
        let pacts = vec![pact("web", "orders", path)];
        let publication = publication("web", version, "main", pacts);
        broker.publish(&publication, now(store)).await.unwrap();
    }
    // Publications of their own, of which some go before the pact and some after it.
    for (version, event) in [("1", "A"), ("1", "B"), ("1", "C"), ("2", "A")] {
        store.wait(Duration::from_secs(1));
        let publication = golden(version, event);
        broker.publish(&publication, now(store)).await.unwrap();
    }
    let provider = Publication {
        branch: Some("main".into()),
        ..Publication::of("orders", "1")
    };
    broker.publish(&provider, now(store)).await.unwrap();
    let verified = verification(&old, "1", Outcome::Passed);
    broker
        .record_verification(&verified, now(store))
        .await
        .unwrap();
    broker
        .record_deployment("orders", "1", "production", now(store))
        .await
        .unwrap();
}

/// What a writer does beside a prune.
#[derive(Debug, Clone, Copy)]
enum Writer {
    /// A new version with the content of the old one.
    PublishesOldContent,
    /// The old version again.
    PublishesOldVersion,
    /// A publication of the old version that holds nothing, as the recording of its
    /// verification is.
    AddsToOldVersion,
    DeploysOldVersion,
}

impl Writer {
    async fn write(self, store: Arc<Scripted>) -> Result<(), BrokerError> {
        let broker = Broker::new(store.clone());
        let pacts = vec![pact("web", "orders", OLD)];
        match self {
            Self::PublishesOldContent => {
                let publication = publication("web", "3", "other", pacts);
                broker.publish(&publication, now(&store)).await.map(drop)
            }
            Self::PublishesOldVersion => {
                let publication = publication("web", "1", "main", pacts);
                broker.publish(&publication, now(&store)).await.map(drop)
            }
            Self::AddsToOldVersion => {
                let more = Publication::of("web", "1");
                broker.publish(&more, now(&store)).await.map(drop)
            }
            Self::DeploysOldVersion => {
                broker
                    .record_deployment("web", "1", "production", now(&store))
                    .await
            }
        }
    }

    /// What has to hold once the writer was told that it is done.
    /// What the content was verified with may have gone before the writer came.
    async fn check(self, store: Arc<Scripted>, still_verified: bool, about: &str) {
        let broker = Broker::new(store.clone());
        let version = match self {
            Self::PublishesOldContent => "3",
            // Nobody promised that it stays.
            Self::PublishesOldVersion | Self::AddsToOldVersion => return,
            Self::DeploysOldVersion => "1",
        };
        if still_verified {
            let decision = broker.can_i_deploy("web", version, "production").await;
            assert_eq!(decision.unwrap().answer, Answer::Yes, "{about}");
        }
        let pulled = broker.pacts_for("orders").await.unwrap();
        let found = pulled
            .iter()
            .any(|pact| pact.versions.contains(&version.to_owned()));
        assert!(found, "{about}: {pulled:?}");
    }
}

/// Nothing that is visible lacks what it consists of.
async fn is_readable(store: Arc<Scripted>, about: &str) {
    are_readable(store, &["1", "2"], about).await;
}

async fn are_readable(store: Arc<Scripted>, versions: &[&str], about: &str) {
    let broker = Broker::new(store.clone());
    let pulled = broker.pacts_for("orders").await;
    let pulled = pulled.unwrap_or_else(|error| panic!("{about}: {error}"));
    assert!(!pulled.is_empty(), "{about}");
    let golden = broker
        .golden_of("web", &Held::new())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(golden.version, "2", "{about}");
    // What relies on nobody there could be deployed anywhere: half a version must
    // never look so.
    for version in versions {
        let decision = broker.can_i_deploy("web", version, "test").await.unwrap();
        assert_eq!(decision.answer, Answer::No, "{about}: {decision:?}");
    }
}

#[tokio::test]
async fn what_was_published_with_an_old_content_stays_beside_a_prune() {
    let refused = run_beside_each_other(Writer::PublishesOldContent, true).await;
    assert!(refused > 0, "nobody was ever refused");
    let refused = run_beside_each_other(Writer::PublishesOldContent, false).await;
    assert_eq!(refused, 0);
}

#[tokio::test]
async fn an_old_version_that_is_published_again_is_whole_or_not_there_beside_a_prune() {
    let refused = run_beside_each_other(Writer::PublishesOldVersion, true).await;
    assert!(refused > 0, "nobody was ever refused");
    let refused = run_beside_each_other(Writer::PublishesOldVersion, false).await;
    assert_eq!(refused, 0);
}

#[tokio::test]
async fn an_old_version_that_gets_more_is_whole_or_not_there_beside_a_prune() {
    let refused = run_beside_each_other(Writer::AddsToOldVersion, true).await;
    assert!(refused > 0, "nobody was ever refused");
    let refused = run_beside_each_other(Writer::AddsToOldVersion, false).await;
    assert_eq!(refused, 0);
}

#[tokio::test]
async fn an_old_version_that_was_deployed_stays_beside_a_prune() {
    let refused = run_beside_each_other(Writer::DeploysOldVersion, true).await;
    assert!(refused > 0, "nobody was ever refused");
    let refused = run_beside_each_other(Writer::DeploysOldVersion, false).await;
    assert_eq!(refused, 0);
}

/// Every way in which a prune can run beside a writer, each of them stopped once: the
/// writer before any of its requests, the prune before any of its own. Returns how
/// often the writer was refused.
async fn run_beside_each_other(writer: Writer, announced_before: bool) -> usize {
    let mut refused = 0;
    for begins in 0.. {
        let mut writer_ended_before = false;
        // A few places are enough where the prune only announces, and where the writer
        // has looked long ago.
        let each = match announced_before {
            true if begins <= 6 => 1,
            true => 3,
            false => 5,
        };
        for goes_on in (0..).step_by(each) {
            let stops = Stops {
                announced_before,
                begins,
                goes_on,
            };
            let beside = run_and_check(writer, stops).await;
            refused += usize::from(beside.written.is_err());
            writer_ended_before = beside.writer_ended_before;
            if beside.prune_ended_before {
                break;
            }
        }
        if writer_ended_before {
            break;
        }
    }
    refused
}

#[derive(Debug, Clone, Copy)]
struct Stops {
    announced_before: bool,
    /// The writer's request, before which the prune begins.
    begins: usize,
    /// The prune's request, before which the writer goes on to its end.
    goes_on: usize,
}

async fn run_and_check(writer: Writer, stops: Stops) -> Beside {
    let store = Scripted::new();
    old_and_new(&store).await;
    prepare(&store, stops.announced_before).await;
    let about = format!("{writer:?}, {stops:?}");
    let beside = run_beside(&store, writer, stops).await;
    // By its fourth request a writer has said what it needs.
    let said = !stops.announced_before || stops.begins >= 4;
    let deploys = matches!(writer, Writer::DeploysOldVersion);
    match &beside.written {
        Ok(()) => writer.check(store.clone(), said || deploys, &about).await,
        Err(BrokerError::Pruning { .. } | BrokerError::NotPublished { .. }) => {}
        Err(error) => panic!("{about}: {error}"),
    }
    // What begins when the old version is gone makes one of that name that holds nothing.
    let adds = matches!(writer, Writer::AddsToOldVersion);
    let versions: &[&str] = if adds && !said { &["2"] } else { &["1", "2"] };
    are_readable(store.clone(), versions, &about).await;
    for _ in 0..2 {
        store.wait(2 * HOUR);
        let broker = Broker::new(store.clone());
        let prune = only_what_counts(HOUR);
        broker.prune(&prune, now(&store)).await.unwrap();
        are_readable(store.clone(), versions, &about).await;
    }
    if !deploys {
        let again = writer.write(store.clone()).await;
        again.unwrap_or_else(|error| panic!("{about}: {error}"));
        writer.check(store.clone(), false, &about).await;
    }
    beside
}

/// Prunes a first time, so that writers look, and announces what is old, if it
/// is to be announced before.
async fn prepare(store: &Arc<Scripted>, announced_before: bool) {
    let broker = Broker::new(store.clone());
    let everything = Prune {
        keep: Keep::default(),
        grace: HOUR,
    };
    store.wait(2 * HOUR);
    broker.prune(&everything, now(store)).await.unwrap();
    store.wait(2 * HOUR);
    if announced_before {
        let prune = only_what_counts(HOUR);
        broker.prune(&prune, now(store)).await.unwrap();
        store.wait(2 * HOUR);
    }
}

struct Beside {
    written: Result<(), BrokerError>,
    writer_ended_before: bool,
    prune_ended_before: bool,
}

/// The writer up to a request, then the prune up to a request, then the writer to its
/// end, and the prune to its end.
async fn run_beside(store: &Arc<Scripted>, writer: Writer, stops: Stops) -> Beside {
    let (writing, written) = Step::of(store, |store| async move { writer.write(store).await });
    let (pruning, pruned) = Step::of(store, |store| async move {
        let broker = Broker::new(store.clone());
        broker.prune(&only_what_counts(HOUR), now(&store)).await
    });
    let writer_ended_before = writing.advance(stops.begins).await;
    let prune_ended_before = pruning.advance(stops.goes_on).await;
    writing.finish().await;
    pruning.finish().await;
    pruned.await.unwrap().unwrap();
    Beside {
        written: written.await.unwrap(),
        writer_ended_before,
        prune_ended_before,
    }
}

/// Keys, in which the ids are random.
fn without_ids(keys: Vec<String>) -> Vec<String> {
    let segments = |key: String| {
        let segments = key.split('/');
        let segments = segments.map(|one| if one.len() == 26 { "<id>" } else { one });
        segments.collect::<Vec<_>>().join("/")
    };
    keys.into_iter().map(segments).collect()
}

#[tokio::test]
async fn a_prune_that_is_cut_off_anywhere_is_completed_by_the_next() {
    let (store, pruned) = cut_off_at(usize::MAX, true, false).await;
    let pruned = pruned.unwrap();
    assert!(pruned.removed.objects > 8, "{pruned:?}");
    assert_eq!(pruned.going.len(), 1);
    let expected = without_ids(store.keys().await);
    for (announced_before, lost_reply) in
        [(false, false), (false, true), (true, false), (true, true)]
    {
        for request in 0.. {
            let (store, pruned) = cut_off_at(request, announced_before, lost_reply).await;
            let about = format!("request {request}, {announced_before}, {lost_reply}");
            is_readable(store.clone(), &about).await;
            let broker = Broker::new(store.clone());
            for _ in 0..3 {
                store.wait(2 * HOUR);
                let prune = only_what_counts(HOUR);
                broker.prune(&prune, now(&store)).await.unwrap();
                is_readable(store.clone(), &about).await;
            }
            assert_eq!(without_ids(store.keys().await), expected, "{about}");
            if pruned.is_ok() {
                break;
            }
        }
    }
}

async fn cut_off_at(
    request: usize,
    announced_before: bool,
    lost_reply: bool,
) -> (Arc<Scripted>, Result<Pruned, BrokerError>) {
    let store = Scripted::new();
    old_and_new(&store).await;
    prepare(&store, announced_before).await;
    store.fail_from(request, lost_reply);
    let broker = Broker::new(store.clone());
    let pruned = broker.prune(&only_what_counts(HOUR), now(&store)).await;
    store.heal();
    (store, pruned)
}

#[tokio::test]
async fn what_is_younger_than_the_grace_period_stays() {
    let store = Scripted::new();
    old_and_new(&store).await;
    let broker = Broker::new(store.clone());
    let prune = only_what_counts(HOUR);
    let pruned = broker.prune(&prune, now(&store)).await.unwrap();
    assert_eq!((pruned.going.len(), pruned.announced.objects), (0, 0));
    let pruned = broker
        .prune(&only_what_counts(Duration::ZERO), now(&store))
        .await
        .unwrap();
    assert_eq!(pruned.going.len(), 1);
    assert_eq!(pruned.removed, pruned.goes);
    is_readable(store.clone(), "at once").await;
}

#[tokio::test]
async fn what_a_crash_left_goes_and_what_is_not_ours_stays() {
    let store = Scripted::new();
    old_and_new(&store).await;
    let before = store.keys().await;
    let broker = Broker::new(store.clone());
    // Format, manifests; then blob, mark and event; the manifest is missing.
    store.fail_from(5, false);
    let crashed = publication("web", "9", "main", vec![pact("web", "x", "/9")]);
    broker.publish(&crashed, now(&store)).await.unwrap_err();
    store.heal();
    assert_eq!(store.keys().await.len(), before.len() + 3);
    let ours = [
        "v1/app/web/ver/2/notes.txt",
        "v1/later/fact",
        "pacts/a.json",
    ];
    for key in ours {
        store.put(key, "{}").await;
    }
    let keep = Keep {
        younger_than: 365 * DAY,
        ..Keep::default()
    };
    let prune = Prune { keep, grace: HOUR };
    let pruned = prune_all(&store, &prune).await;
    assert_eq!((pruned.going.len(), pruned.removed.objects), (0, 3));
    let mut after = store.keys().await;
    after.retain(|key| !ours.contains(&key.as_str()));
    assert_eq!(after, before);
}

#[tokio::test]
async fn what_was_not_announced_is_whole_until_it_was() {
    let store = Scripted::new();
    old_and_new(&store).await;
    prepare(&store, false).await;
    let (writing, written) = Step::of(&store, |store| async move {
        let third = publication("web", "3", "main", vec![pact("web", "orders", OLD)]);
        let broker = Broker::new(store.clone());
        broker.publish(&third, now(&store)).await
    });
    // It has looked whether anything is announced.
    writing.advance(3).await;
    let broker = Broker::new(store.clone());
    let prune = only_what_counts(HOUR);
    let announced = broker.prune(&prune, now(&store)).await.unwrap();
    assert!(announced.announced.objects > 0);
    writing.finish().await;
    written.await.unwrap().unwrap();
    let fourth = publication("web", "4", "main", vec![pact("web", "orders", "/4")]);
    broker.publish(&fourth, now(&store)).await.unwrap();

    store.wait(2 * HOUR);
    let pruned = broker.prune(&prune, now(&store)).await.unwrap();
    let going: Vec<_> = pruned.going.iter().map(|going| &going.version).collect();
    assert_eq!(going, ["1", "3"]);
    assert!(pruned.removed.objects > 0);
    let deployed = broker.record_deployment("web", "3", "production", now(&store));
    deployed.await.unwrap();
    let pulled = broker.pacts_for("orders").await.unwrap();
    let versions: BTreeSet<_> = pulled.iter().flat_map(|pact| &pact.versions).collect();
    assert_eq!(versions.into_iter().collect::<Vec<_>>(), ["3", "4"]);
}
