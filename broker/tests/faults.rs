//! What is left behind, and what is answered, when any one request goes wrong.
#![allow(
    clippy::too_many_lines,
    clippy::unwrap_used,
    clippy::panic,
    missing_docs
)]

mod support;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use object_store::ObjectStore;
use object_store::memory::InMemory;
use pactwork_broker::{Broker, BrokerError, EnvironmentChange, Happening, OnConflict, Publication};
use pactwork_contract::{Interaction, Outcome, Verification};
use storage_test_support::{Fault, FaultyStore, HttpFault, Injection, S3Server, Which};

use support::{
    Looking, Reading, View, all_readings, at, change, golden, long, pact, readings, verification,
    view, web_pacts,
};

/// Every way in which a request can go wrong in the middle of a command.
const FAULTS: [Fault; 5] = [
    Fault::Refused,
    Fault::ReplyLost,
    Fault::TimedOut,
    Fault::Delayed(Duration::from_micros(100)),
    Fault::Crashed,
];

/// A command that writes.
#[derive(Debug, Clone)]
enum Command {
    Publish(Publication),
    Record(EnvironmentChange),
    Verify(Verification),
    CreateEnvironment(String),
    CopyPlainly,
}

impl Command {
    async fn run(&self, broker: &Broker, now: SystemTime) -> Result<(), BrokerError> {
        match self {
            Self::Publish(publication) => broker.publish(publication, now).await.map(drop),
            Self::Record(change) => broker.record(change, now).await.map(drop),
            Self::Verify(verification) => broker.record_verification(verification, now).await,
            Self::CopyPlainly => broker.copy_plainly("web").await.map(drop),
            Self::CreateEnvironment(name) => broker.create_environment(name).await.map(drop),
        }
    }

    /// Whether all that readers see changes at once: with a manifest, and not with
    /// copies that are made after it.
    fn is_atomic(&self) -> bool {
        matches!(self, Self::Publish(publication) if publication.version == "2")
    }
}

/// A new version with everything that can be published.
fn everything() -> Publication {
    Publication {
        branch: Some("main".into()),
        tags: vec!["beta".into(), long("gamma")],
        pacts: web_pacts("/2"),
        golden: golden("web", "2", "{\"title\": \"two\"}").golden,
        ..Publication::of("web", "2")
    }
}

fn passed() -> Verification {
    Verification {
        provider_branch: Some("main".into()),
        ..verification(&pact("web", "orders", "/1"), "1", Outcome::Passed)
    }
}

/// A bucket as it was before a command.
async fn bucket(with_team: bool) -> InMemory {
    let store = Arc::new(InMemory::new());
    if with_team {
        support::team(&Broker::new(store.clone())).await;
    }
    store.fork()
}

async fn seen(store: &InMemory) -> View {
    view(&Broker::new(Arc::new(store.fork())), &readings()).await
}

/// Runs the command with every fault at every request, until it ends without
/// meeting it.
async fn prove(with_team: bool, command: Command) {
    let before = bucket(with_team).await;
    let undisturbed = before.fork();
    let broker = Broker::new(Arc::new(undisturbed.fork()));
    command.run(&broker, at(10)).await.unwrap();
    let after = view(&broker, &readings()).await;
    let proof = Proof {
        old: seen(&before).await,
        new: after,
        before,
        command,
    };
    assert!(proof.new.values().all(Result::is_ok), "{:#?}", proof.new);
    assert_ne!(proof.old, proof.new, "nobody would see what it did");
    for mut injection in faults() {
        while proof.disturb(injection).await {
            injection.at += 1;
        }
        assert!(injection.at >= 2, "{injection:?}");
    }
}

/// The answers that differ, and no others, where any does.
#[track_caller]
fn assert_same(found: &View, expected: &View, about: &str) {
    let mut differ = found
        .iter()
        .filter(|(reading, answer)| expected[*reading] != **answer);
    if let Some((reading, answer)) = differ.next() {
        let expected = &expected[reading];
        panic!("{about}: {reading}: expected {expected:#?}, found {answer:#?}");
    }
}

/// Whoever looks at what is there finds something or nothing, and no damage.
async fn is_readable(broker: &Broker, about: &str) {
    for reading in Looking::ALL.map(Reading::Looking) {
        if let Err(error) = reading.ask(broker).await {
            assert!(!error.is_storage(), "{about}: {reading:?}: {error}");
        }
    }
}

struct Proof {
    before: InMemory,
    command: Command,
    /// What readers saw before, and see after an undisturbed run.
    old: View,
    new: View,
}

impl Proof {
    /// Whether the fault was met; then all has to be as it should.
    async fn disturb(&self, injection: Injection) -> bool {
        let about = format!("{injection:?}");
        let store = Arc::new(self.before.fork());
        let faulty = FaultyStore::new(store.clone());
        faulty.inject(injection);
        let disturbed = Broker::new(Arc::new(faulty.clone()));
        let result = self.command.run(&disturbed, at(10)).await;
        if !faulty.met() {
            assert!(result.is_ok(), "{about}: {result:?}");
            return false;
        }
        let fails = !matches!(injection.fault, Fault::Delayed(_));
        assert_eq!(result.is_err(), fails, "{about}: {result:?}");
        self.is_whole(&seen(&store).await, &about);
        if injection.others_first {
            is_readable(&Broker::new(store.clone()), &about).await;
        }

        let again = Broker::new(store.clone());
        self.command
            .run(&again, at(20))
            .await
            .unwrap_or_else(|e| panic!("{about}: {e}"));
        assert_same(
            &seen(&store).await,
            &self.new,
            &format!("{about}, run again"),
        );
        if injection.fault != Fault::TimedOut {
            return true;
        }
        faulty.land().await.unwrap();
        assert_same(
            &seen(&store).await,
            &self.new,
            &format!("{about}, landed late"),
        );
        true
    }

    /// Readers see the old or the new.
    fn is_whole(&self, view: &View, about: &str) {
        // Plain copies are files of their own, each of them whole.
        let plain = format!("{:?}", Reading::Looking(Looking::PlainFiles));
        let copies = matches!(self.command, Command::CopyPlainly);
        for (reading, answer) in view
            .iter()
            .filter(|(reading, _)| !copies || **reading != plain)
        {
            let known = [&self.old[reading], &self.new[reading]];
            assert!(known.contains(&answer), "{about}: {reading}: {answer:#?}");
        }
        if self.command.is_atomic() {
            assert!([&self.old, &self.new].contains(&view), "{about}: {view:#?}");
        }
    }
}

#[tokio::test]
async fn the_first_publication_of_all() {
    prove(false, Command::Publish(everything())).await;
}

#[tokio::test]
async fn a_new_version() {
    prove(true, Command::Publish(everything())).await;
}

#[tokio::test]
async fn more_contracts_of_a_version_that_is_deployed() {
    let more = Publication {
        pacts: vec![pact("web", "stock", "/1")],
        golden: everything().golden,
        branch: Some("main".into()),
        ..Publication::of("web", "1")
    };
    prove(true, Command::Publish(more)).await;
}

#[tokio::test]
async fn contracts_that_are_merged_into_a_version_that_is_deployed() {
    let mut orders = pact("web", "orders", "/merged");
    if let Interaction::Http(http) = &mut orders.interactions[0] {
        http.common.description = "another request".into();
    }
    let more = Publication {
        pacts: vec![orders, pact("web", "stock", "/1")],
        branch: Some("main".into()),
        on_conflict: OnConflict::Merge,
        ..Publication::of("web", "1")
    };
    prove(true, Command::Publish(more)).await;
}

#[tokio::test]
async fn a_new_environment() {
    prove(true, Command::CreateEnvironment(long("empty"))).await;
}

#[tokio::test]
async fn plain_copies() {
    prove(true, Command::CopyPlainly).await;
}

#[tokio::test]
async fn a_verification() {
    prove(true, Command::Verify(passed())).await;
}

#[tokio::test]
async fn a_deployment_that_replaces_another() {
    let deployed = change("web", "0", "production", Happening::Deployed);
    prove(true, Command::Record(deployed)).await;
}

#[tokio::test]
async fn a_deployment_to_a_new_environment() {
    let deployed = change("web", "1", &long("test"), Happening::Deployed);
    prove(true, Command::Record(deployed)).await;
}

#[tokio::test]
async fn a_release() {
    let released = change("web", "0", "production", Happening::Released);
    prove(true, Command::Record(released)).await;
}

#[tokio::test]
async fn an_undeployment() {
    let undeployed = change("orders", "1", "production", Happening::Undeployed);
    prove(true, Command::Record(undeployed)).await;
}

#[tokio::test]
async fn an_end_of_support() {
    let ended = change(&long("phone"), "1", &long("stage"), Happening::SupportEnded);
    prove(true, Command::Record(ended)).await;
}

/// Every fault, with those beside it carried out and not.
fn faults() -> impl Iterator<Item = Injection> {
    FAULTS.into_iter().flat_map(|fault| {
        [false, true].map(|others_first| Injection {
            at: 0,
            fault,
            others_first,
        })
    })
}

#[tokio::test]
async fn a_fault_is_an_error_of_the_reader_and_never_an_answer() {
    let store = Arc::new(bucket(true).await);
    for reading in all_readings() {
        let truth = reading.ask(&Broker::new(store.clone())).await.unwrap();
        for mut injection in faults() {
            while misread(&store, &reading, &truth, injection).await {
                injection.at += 1;
            }
            assert!(injection.at >= 2, "{reading:?}: {injection:?}");
        }
    }
}

/// Whether the fault was met.
async fn misread(
    store: &Arc<InMemory>,
    reading: &Reading,
    truth: &str,
    injection: Injection,
) -> bool {
    let faulty = FaultyStore::new(store.clone());
    faulty.inject(injection);
    let answer = reading.ask(&Broker::new(Arc::new(faulty.clone()))).await;
    let about = format!("{injection:?}: {reading:?}: {answer:#?}");
    match (faulty.met(), injection.fault) {
        (true, Fault::Delayed(_)) | (false, _) => assert_eq!(answer.unwrap(), truth, "{about}"),
        (true, _) => assert!(answer.unwrap_err().is_storage(), "{about}"),
    }
    faulty.met()
}

/// What can go wrong on the way to an S3 server, and whether the server is gone then.
const HTTP_FAULTS: [(HttpFault, bool); 8] = [
    (HttpFault::Answer(409), false),
    (HttpFault::Answer(500), false),
    (HttpFault::Answer(503), false),
    (HttpFault::DropBefore, false),
    (HttpFault::DropAfter, false),
    (HttpFault::CutOff, false),
    (HttpFault::DropBefore, true),
    (HttpFault::Delay(Duration::from_millis(1)), false),
];

fn which(number: usize, gone: bool) -> Which {
    match gone {
        true => Which::From(number),
        false => Which::Only(number),
    }
}

/// An S3 server, and a client that tries again this often.
struct Remote {
    server: S3Server,
    store: Arc<dyn ObjectStore>,
}

impl Remote {
    async fn with(objects: &InMemory, retries: usize) -> Self {
        let server = S3Server::start().unwrap();
        for key in support::objects(objects).await {
            server.plant(&key, support::read(objects, &key).await);
        }
        let store = Arc::new(server.store(retries).unwrap());
        Self { server, store }
    }

    fn broker(&self) -> Broker {
        Broker::new(self.store.clone())
    }

    /// What readers would see; they do not take part in what goes wrong.
    async fn seen(&self) -> View {
        let store = InMemory::new();
        for (key, bytes) in self.server.snapshot() {
            support::write(&store, &key, bytes.to_vec()).await;
        }
        seen(&store).await
    }
}

/// The same over HTTP, with clients that do and do not try again.
async fn prove_over_http(command: Command) {
    let before = bucket(true).await;
    let broker = Broker::new(Arc::new(before.fork()));
    command.run(&broker, at(10)).await.unwrap();
    let proof = Proof {
        old: seen(&before).await,
        new: view(&broker, &readings()).await,
        before,
        command,
    };
    let some = [HTTP_FAULTS[1], HTTP_FAULTS[4]];
    for (retries, faults) in [(0, &HTTP_FAULTS[..]), (2, &some)] {
        let remote = Remote::with(&proof.before, retries).await;
        let objects = remote.server.snapshot();
        for (fault, gone) in faults.iter().copied() {
            let mut number = 0;
            while proof
                .disturb_over_http(&remote, which(number, gone), fault)
                .await
            {
                remote.server.restore(&objects);
                number += 1;
            }
            remote.server.restore(&objects);
            assert!(number >= 4, "{fault:?} met only {number} requests");
        }
    }
}

impl Proof {
    async fn disturb_over_http(&self, remote: &Remote, which: Which, fault: HttpFault) -> bool {
        let about = format!("{which:?} {fault:?}");
        remote.server.fail(which, fault);
        let result = self.command.run(&remote.broker(), at(10)).await;
        let met = remote.server.faults_met() > 0;
        remote.server.heal();
        let seen = remote.seen().await;
        match result {
            Ok(()) => assert_same(&seen, &self.new, &about),
            Err(error) => {
                assert!(met, "{about}: {error}");
                assert!(error.is_storage(), "{about}: {error}");
                self.is_whole(&seen, &about);
                self.command.run(&remote.broker(), at(20)).await.unwrap();
                assert_same(
                    &remote.seen().await,
                    &self.new,
                    &format!("{about}, run again"),
                );
            }
        }
        met
    }
}

#[tokio::test]
async fn a_publication_over_http() {
    prove_over_http(Command::Publish(everything())).await;
}

#[tokio::test]
async fn a_verification_over_http() {
    prove_over_http(Command::Verify(passed())).await;
}

#[tokio::test]
async fn a_deployment_over_http() {
    let deployed = change("web", "1", &long("test"), Happening::Deployed);
    prove_over_http(Command::Record(deployed)).await;
}

#[tokio::test]
async fn what_goes_wrong_over_http_is_an_error_of_the_reader_and_never_an_answer() {
    let objects = bucket(true).await;
    let readings = readings();
    let truth = seen(&objects).await;
    let remote = Remote::with(&objects, 0).await;
    // One of each kind.
    for reading in readings.iter().step_by(3) {
        let truth = &truth[&format!("{reading:?}")];
        for (fault, gone) in HTTP_FAULTS {
            let mut number = 0;
            while misread_over_http(&remote, reading, truth, (which(number, gone), fault)).await {
                number += 1;
            }
        }
    }
}

/// Whether the fault was met.
async fn misread_over_http(
    remote: &Remote,
    reading: &Reading,
    truth: &Result<String, String>,
    (which, fault): (Which, HttpFault),
) -> bool {
    remote.server.fail(which, fault);
    let answer = reading.ask(&remote.broker()).await;
    let met = remote.server.faults_met() > 0;
    remote.server.heal();
    match answer {
        Ok(answer) => assert_eq!(Ok(&answer), truth.as_ref(), "{which:?} {fault:?}"),
        Err(error) => assert!(met && error.is_storage(), "{which:?} {fault:?}: {error}"),
    }
    met
}
