use pactwork_consumer::definition_json::{definition as read, interactions, message};
use pactwork_consumer::matchers::integer;
use pactwork_consumer::{MockOptions, MockProvider, Pact, get, status};
use pactwork_contract::SpecificationVersion;
use serde_json::{Value, json};

use crate::client;

fn order(number: u32) -> Value {
    json!({
        "description": format!("order {number}"),
        "given": { "name": "it exists", "params": { "id": number } },
        "request": { "path": format!("/orders/{number}"), "query": { "full": true } },
        "response": { "body": { "id": { "pact:matcher:type": "integer", "value": number } } },
    })
}

fn definition(interactions: &[Value]) -> Value {
    json!({ "consumer": "web", "provider": "orders", "interactions": interactions })
}

fn ask(provider: &MockProvider, path: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let answer = runtime.block_on(client::get(provider, path));
    assert_eq!(answer.status, 200);
}

fn served(document: &Value) -> MockProvider {
    let definition = read(document).unwrap();
    MockProvider::serve_blocking(definition, MockOptions::default()).unwrap()
}

#[test]
fn json_and_the_dsl_define_the_same_pact() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Pact::between("web", "orders")
        .output(folder.path())
        .given_with("it exists", json!({ "id": 7 }))
        .upon_receiving("order 7")
        .when(get("/orders/7").query("full", true))
        .then(status(200).json(json!({ "id": integer(7) })))
        .start_blocking()
        .unwrap();
    ask(&provider, "/orders/7?full=true");
    let recorded = provider.finish_blocking().unwrap().pact.unwrap();
    let read = read(&definition(&[order(7)])).unwrap();
    assert_eq!(
        String::from_utf8(read.pact().to_bytes(SpecificationVersion::V4).unwrap()).unwrap(),
        std::fs::read_to_string(recorded).unwrap()
    );
}

#[test]
fn problems_are_told_together_with_their_paths() {
    let mut wrong = order(7);
    wrong["request"]["path"] = json!(7);
    wrong["response"]["stauts"] = json!(200);
    let problems = read(&definition(&[order(8), wrong])).unwrap_err();
    assert_eq!(
        problems.to_string(),
        "the definition cannot be used:\n  \
         - $.interactions[1].request.path: expected a path that starts with \"/\", or a matcher, found 7\n  \
         - $.interactions[1].response.stauts: there is no member `stauts` here; did you mean `status`?"
    );
    assert_eq!(problems.iter().count(), 2);
    assert!(message(&json!(7)).is_err());
}

#[test]
fn a_mock_provider_that_runs_takes_more_and_forgets() {
    let provider = served(&definition(&[order(7)]));
    ask(&provider, "/orders/7?full=true");
    provider
        .add(interactions(&json!([order(8), order(7)])).unwrap())
        .unwrap();
    ask(&provider, "/orders/8?full=true");
    let times = |provider: &MockProvider| -> Vec<u64> {
        let interactions = provider.report().interactions;
        interactions.iter().map(|usage| usage.times).collect()
    };
    assert_eq!(times(&provider), [1, 1]);
    provider.reset();
    assert_eq!(times(&provider), [0, 0]);
    assert_eq!(provider.requests(), []);
    assert!(provider.record().is_err());
    provider.clear();
    assert_eq!(times(&provider), [] as [u64; 0]);
    assert_eq!(provider.pact().interactions, []);
    provider.discard_blocking().unwrap();
}

#[test]
fn what_cannot_be_added_changes_nothing() {
    let provider = served(&definition(&[order(7)]));
    let mut other = order(7);
    other["response"]["status"] = json!(203);
    let added = interactions(&json!([order(8), other])).unwrap();
    let error = provider.add(added).unwrap_err().to_string();
    assert!(
        error.contains("two different interactions are both"),
        "{error}"
    );
    assert_eq!(provider.pact().interactions.len(), 1);
    provider.discard_blocking().unwrap();
}

/// Every request is answered and counted, whenever it comes.
#[test]
fn nothing_is_lost_while_interactions_are_added() {
    let provider = served(&definition(&[order(0)]));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    ask(&provider, "/orders/0?full=true");
                }
            });
        }
        for number in 1..=20 {
            let added = interactions(&order(number)).unwrap();
            provider.add(added).unwrap();
        }
    });
    let report = provider.report();
    assert_eq!(report.interactions.len(), 21);
    assert_eq!(report.interactions[0].times, 200);
    assert_eq!(report.unexpected, []);
    provider.discard_blocking().unwrap();
}

#[test]
fn a_discarded_mock_provider_records_nothing_and_frees_its_port() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = MockOptions::default().output(folder.path());
    for _ in 0..3 {
        let definition = read(&definition(&[order(7)])).unwrap();
        let provider = MockProvider::serve_blocking(definition, options.clone()).unwrap();
        ask(&provider, "/orders/7?full=true");
        options = options.port(provider.address().port());
        provider.discard_blocking().unwrap();
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
