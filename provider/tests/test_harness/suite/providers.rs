use std::process::Command;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, test_kill_process};
use serde_json::json;
use tokio::net::TcpListener;

use crate::pacts::{get, get_given, http, pact};
use crate::program::{Place, Ran, serve};

pub fn stateless_in_parallel_then_one_after_another() {
    // Nobody below /two is answered before two have asked.
    let together = ["/two/a", "/two/b"].map(|path| http(get(path, json!({ "path": path }))));
    let alone = (0..8).map(|number| {
        let path = format!("/{number}");
        http(get_given(
            &["s"],
            &path,
            json!({ "path": path, "at once": 1 }),
        ))
    });
    Place::with(&[pact(alone.chain(together))])
        .run("served", &["--test-threads", "8"])
        .ends_with(0)
        .says("10 passed");
}

fn started(place: &Place) -> Vec<Pid> {
    let logged = place.logged();
    let processes = logged
        .iter()
        .filter_map(|line| line.strip_prefix("process "));
    let ids = processes.map(|id| Pid::from_raw(id.parse().unwrap()).unwrap());
    ids.collect()
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..3000 {
        if holds() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("waited in vain: {what}");
}

pub fn a_process_is_started_once_and_stopped() {
    let paths = ["/a", "/b", "/c"].map(|path| http(get(path, json!({ "path": path }))));
    let place = Place::with(&[pact(paths)]);
    place.run("started", &[]).ends_with(0).says("3 passed");
    let processes = started(&place);
    assert_eq!(processes.len(), 1);
    assert!(test_kill_process(processes[0]).is_err());
}

pub fn a_killed_program_leaves_no_process() {
    let place = Place::with(&[pact([http(get("/hang", json!({})))])]);
    let mut program = place.command("started", &[]).spawn().unwrap();
    until("the provider is asked", || {
        place.logged().contains(&"hangs".into())
    });
    program.kill().unwrap();
    program.wait().unwrap();
    let process = started(&place)[0];
    until("the provider is gone", || {
        test_kill_process(process).is_err()
    });
}

pub fn a_process_that_does_not_start_is_said_once() {
    let paths = ["/a", "/b"].map(|path| http(get(path, json!({}))));
    let ran = Place::with(&[pact(paths)])
        .run("not started", &[])
        .ends_with(101);
    let ran = ran.says("could not be verified: the provider `echo first; echo last; exit 3` ended");
    assert_eq!(
        ran.out.matches("could not be verified").count(),
        2,
        "{ran:#?}"
    );
    assert_eq!(
        ran.out.matches("    first\n    last").count(),
        1,
        "{ran:#?}"
    );
}

pub fn what_ends_while_it_is_served_is_said() {
    let paths = ["/a", "/b"].map(|path| http(get(path, json!({}))));
    let place = Place::with(&[pact(paths)]);
    for (program, why) in [
        ("panics", "it panicked: no database"),
        ("returns", "the licence has expired"),
    ] {
        let ran = place.run(program, &[]).ends_with(101);
        let said = format!("could not be verified: the provider is no longer served: {why}");
        assert_eq!(ran.out.matches(&said).count(), 2, "{ran:#?}");
    }
}

pub fn processes_wait_for_each_other() {
    let alone = ["/a", "/b", "/c", "/d"];
    let alone = alone.map(|path| http(get_given(&["s"], path, json!({ "at once": 1 }))));
    let place = Place::with(&[pact(alone)]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(serve(listener));
    let running: Vec<_> = ["/a", "/b", "/c", "/d"]
        .iter()
        .map(|path| {
            let name = format!("web::GET {path}, given s");
            let mut command: Command = place.run_at(&url, &["--exact", &name]);
            command.spawn().unwrap()
        })
        .collect();
    for program in running {
        let ran = Ran::of(program.wait_with_output().unwrap());
        ran.ends_with(0).says("1 passed");
    }
}

pub fn a_thousand_interactions_pass() {
    let all = (0..1000).map(|number| {
        let path = format!("/{number}");
        http(get(&path, json!({ "path": path })))
    });
    Place::with(&[pact(all)])
        .run("served", &["--quiet"])
        .ends_with(0)
        .says("test result: ok. 1000 passed; 0 failed;")
        .says_not("web::");
}
