//! Several instances of a provider at once.

use std::collections::BTreeSet;
use std::future::pending;
use std::path::Path;
use std::time::Duration;

use pactwork_contract::{Interaction, Outcome};
use pactwork_provider::{
    InteractionReport, ProviderProcess, StartError, StartOptions, StateChange, Target, Verifier,
};
use serde_json::{Map, json};
use tempfile::TempDir;

use crate::support::pacts::{get, get_given, http, pact};
use crate::support::processes::{entry_point, options, process_ids, runs, until_gone};
use crate::support::{assert_passed, run};

fn folder() -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let ids = folder.path().join("ids");
    (folder, ids)
}

/// Writes the id of each instance, does something first, and serves.
fn serving(ids: &Path, first: &str) -> StartOptions {
    let ids = ids.display();
    options(format!(
        "echo $$ >>'{ids}'; {first}; {}",
        entry_point("provider")
    ))
}

async fn start(options: StartOptions, count: usize) -> Vec<ProviderProcess> {
    let started = ProviderProcess::start_several(options, count, pending());
    started.await.unwrap()
}

async fn refused(options: StartOptions, count: usize) -> StartError {
    let started = ProviderProcess::start_several(options, count, pending());
    started.await.unwrap_err()
}

#[tokio::test]
async fn each_has_a_port_and_a_number_and_all_are_stopped() {
    let (_folder, ids) = folder();
    let processes = start(
        serving(&ids, "echo \"{instance} $PACTWORK_INSTANCE {port} $PORT\""),
        3,
    )
    .await;
    let urls: BTreeSet<_> = processes.iter().map(ProviderProcess::base_url).collect();
    assert_eq!(urls.len(), 3);
    for (process, number) in processes.iter().zip(1..) {
        assert_eq!(process.instance(), number);
        let port = process.base_url().rsplit(':').next().unwrap();
        let line = format!("{number} {number} {port} {port}");
        assert!(process.output().contains(&line), "{}", process.output());
    }
    let family = process_ids(&ids, 3).await;
    drop(processes);
    until_gone(&family).await;
}

#[tokio::test]
async fn an_asked_port_is_that_of_the_first() {
    let asked = StartOptions {
        port: Some(31_800),
        ..options(entry_point("provider"))
    };
    let processes = start(asked, 2).await;
    let urls: Vec<_> = processes.iter().map(ProviderProcess::base_url).collect();
    assert_eq!(urls, ["http://127.0.0.1:31800", "http://127.0.0.1:31801"]);
}

#[tokio::test]
async fn one_that_fails_fails_the_start_with_its_own_output_and_ends_the_others() {
    let (_folder, ids) = folder();
    let first = "echo instance {instance}; if [ {instance} = 2 ]; then exit 3; fi";
    let error = refused(serving(&ids, first), 3).await;
    let text = error.to_string();
    assert!(
        text.starts_with("instance 2 of 3: the provider `"),
        "{text}"
    );
    assert!(
        text.ends_with("ended with exit status 3 before it was ready; it wrote:\n    instance 2"),
        "{text}"
    );
    // Those that had not come so far never will.
    let family = process_ids(&ids, 1).await;
    until_gone(&family).await;
}

#[tokio::test]
async fn who_does_not_wait_any_longer_leaves_nothing() {
    let (_folder, ids) = folder();
    let started = async {
        process_ids(&ids, 2).await;
        "stopped by SIGINT".to_owned()
    };
    let options = serving(&ids, "sleep 600");
    let error = ProviderProcess::start_several(options, 2, started).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "stopped by SIGINT before the provider was ready"
    );
    until_gone(&process_ids(&ids, 2).await).await;
}

/// `GET path` in a state is answered with its path.
fn stateful(path: &str) -> Interaction {
    http(get_given(&["s"], path, json!({ "path": path })))
}

fn with_states(target: Target) -> Verifier {
    Verifier::new(target).states(|_: &StateChange<'_>| Ok(Map::new()))
}

fn not_passed(interactions: &[InteractionReport]) -> Vec<&str> {
    let found = interactions.iter();
    let left = found.filter(|each| each.outcome != Outcome::Passed);
    left.map(|each| each.description.as_str()).collect()
}

#[tokio::test]
async fn interactions_with_states_are_shared_among_them() {
    let processes = start(options(entry_point("provider")), 3).await;
    let verifier = with_states(Target::processes(&processes));
    let paths: Vec<_> = (0..30).map(|number| format!("/{number}")).collect();
    let report = run(verifier, pact(paths.iter().map(|path| stateful(path)))).await;
    assert_passed(&report);
    let asked = |process: &ProviderProcess| {
        let output = process.output();
        output
            .lines()
            .filter(|line| line.starts_with("asked"))
            .count()
    };
    let asked: Vec<_> = processes.iter().map(asked).collect();
    assert_eq!(asked.iter().sum::<usize>(), 30);
    assert!(asked.iter().all(|count| *count > 0), "{asked:?}");
}

#[tokio::test]
async fn a_state_is_set_on_the_instance_that_is_asked() {
    let processes = start(options(entry_point("provider")), 2).await;
    let urls: Vec<_> = processes
        .iter()
        .map(|process| process.base_url().to_owned())
        .collect();
    let handler = move |change: &StateChange<'_>| {
        assert_eq!(change.base_url, Some(urls[change.instance - 1].as_str()));
        Ok(json!({ "instance": change.instance })
            .as_object()
            .unwrap()
            .clone())
    };
    let verifier = Verifier::new(Target::processes(&processes)).states(handler);
    assert_passed(&run(verifier, pact([stateful("/1"), stateful("/2")])).await);
}

#[tokio::test]
async fn when_one_dies_the_others_do_the_rest() {
    let processes = start(options(entry_point("provider")), 2).await;
    let verifier = with_states(Target::processes(&processes));
    let paths = (0..40).map(|number| match number {
        7 => "/die".to_owned(),
        number => format!("/{number}"),
    });
    let paths: Vec<_> = paths.collect();
    let report = run(verifier, pact(paths.iter().map(|path| stateful(path)))).await;
    let found = &report.pacts[0].interactions;
    assert_eq!(not_passed(found), ["GET /die"]);
    let reason = found[7].reason.as_deref().unwrap();
    assert!(
        reason.starts_with("the provider's process ended with exit status 7 during this"),
        "{reason}"
    );
    assert_eq!(found[7].provider_output, ["out of memory, of all things"]);
    assert_eq!(report.outcome(), Outcome::CouldNotVerify);
    assert!(report.provider_ended.is_some());
}

#[tokio::test]
async fn when_all_die_the_rest_is_not_tried() {
    let processes = start(options(entry_point("provider")), 2).await;
    let verifier = with_states(Target::processes(&processes));
    let mut interactions = vec![stateful("/die"), stateful("/die")];
    interactions.extend((0..20).map(|number| stateful(&format!("/{number}"))));
    let report = run(verifier, pact(interactions)).await;
    let found = &report.pacts[0].interactions;
    assert_eq!(found.len(), 22);
    let ended = "not replayed: the provider's process had ended before with exit status 7";
    assert_eq!(found[21].reason.as_deref(), Some(ended));
}

#[tokio::test]
async fn each_interaction_has_the_output_of_its_own_instance() {
    let processes = start(options(entry_point("provider")), 2).await;
    let verifier = with_states(Target::processes(&processes));
    let differs = |path: &str| http(get_given(&["s"], path, json!({ "path": "other" })));
    let interactions = (0..20).map(|number| differs(&format!("/{number}")));
    let report = run(verifier, pact(interactions)).await;
    for (number, found) in report.pacts[0].interactions.iter().enumerate() {
        assert_eq!(found.provider_output, [format!("asked for /{number}")]);
    }
}

/// Nothing hangs: the rest is told at once.
#[tokio::test]
async fn a_crash_half_way_leaves_the_rest_not_verified() {
    for jobs in [1, 8] {
        let process = ProviderProcess::start(options(entry_point("provider"))).await;
        let process = process.unwrap();
        let verifier = Verifier::new(Target::process(&process))
            .jobs(jobs)
            .timeout(Duration::from_secs(600));
        let paths = (0..1000).map(|number| match number {
            500 => "/die".to_owned(),
            number => format!("/{number}"),
        });
        let interactions = paths.map(|path| http(get(&path, json!({ "path": path }))));
        let report = run(verifier, pact(interactions)).await;
        let found = &report.pacts[0].interactions;
        let could_not = found.iter().filter(|each| each.outcome != Outcome::Passed);
        let count = could_not.count();
        // Those that were on their way may have been answered or not.
        assert!((500 - jobs..500 + jobs).contains(&count), "{count}");
        let last = found[999].reason.as_deref().unwrap();
        assert!(last.starts_with("not replayed: "), "{last}");
        assert!(process.exited().is_some());
    }
}

#[tokio::test]
async fn a_polite_stop_comes_first_where_one_was_not_ready() {
    let (folder, ids) = folder();
    let farewell = folder.path().join("farewell");
    let command = format!(
        "echo $$ >>'{}'; trap 'echo bye >\"{}\"; exit 0' TERM; \
         if [ {{instance}} = 1 ]; then sleep 0.3; exit 5; fi; while true; do sleep 0.05; done",
        ids.display(),
        farewell.display()
    );
    let error = refused(options(command), 2).await;
    assert!(matches!(error, StartError::Instance { number: 1, .. }));
    let family = process_ids(&ids, 2).await;
    assert!(!family.iter().any(|each| runs(*each)));
    assert_eq!(std::fs::read_to_string(farewell).unwrap(), "bye\n");
}
