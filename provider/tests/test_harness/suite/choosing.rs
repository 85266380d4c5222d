use pactwork_contract::Pact;
use serde_json::json;

use crate::pacts::{get, get_given, http, pact};
use crate::program::Place;

/// Two consumers that rely on the same, and one of them on more.
fn two_consumers() -> Vec<Pact> {
    let shared = || http(get("/a", json!({ "path": "/a" })));
    let given = get_given(&["s", "t"], "/b", json!({ "path": "/b" }));
    let mut phone = pact([shared()]);
    phone.consumer.name = "phone".into();
    vec![pact([shared(), http(given)]), phone]
}

pub fn each_interaction_is_a_test_with_a_name() {
    let place = Place::with(&two_consumers());
    place
        .run("served", &[])
        .ends_with(0)
        .says("running 3 tests\n")
        .tells("phone::GET /a", "ok")
        .tells("web::GET /a", "ok")
        .tells("web::GET /b, given s and t", "ok")
        .says("test result: ok. 3 passed; 0 failed;");
    let logged = place.logged();
    assert_eq!(
        logged,
        ["served", "setup s", "setup t", "teardown t", "teardown s"]
    );
}

pub fn listing_starts_nothing() {
    let place = Place::with(&two_consumers());
    let all = "phone::GET /a: test\nweb::GET /a: test\nweb::GET /b, given s and t: test\n";
    for (arguments, expected) in [
        (&["--list", "--format", "terse"][..], all),
        (&["--list", "--format", "terse", "--ignored"], ""),
        (
            &["--list", "--format", "terse", "phone"],
            "phone::GET /a: test\n",
        ),
    ] {
        for program in ["served", "started", "not started"] {
            let ran = place.run(program, arguments).ends_with(0);
            assert_eq!(ran.out, expected, "{arguments:?}");
            assert_eq!(ran.err, "");
        }
    }
    assert_eq!(place.logged(), [""; 0]);
}

pub fn a_name_or_a_part_of_it_chooses() {
    let place = Place::with(&two_consumers());
    for (arguments, passed) in [
        (&["GET /a"][..], 2),
        (&["web::"], 2),
        (&["--exact", "web::GET /a"], 1),
        (&["--exact", "GET /a"], 0),
        (&["--skip", "given"], 2),
        (&["given t"], 0),
    ] {
        let filtered = 3 - passed;
        let counts =
            format!("{passed} passed; 0 failed; 0 ignored; 0 measured; {filtered} filtered out");
        place.run("served", arguments).ends_with(0).says(&counts);
    }
}

pub fn names_are_of_one_line() {
    let mut odd = get("/a", json!({ "path": "/a" }));
    odd.common.description = "one\n\u{1b}[2Jtwo ".into();
    let place = Place::with(&[pact([http(odd)])]);
    let listed = place.run("served", &["--list", "--format", "terse"]);
    assert_eq!(listed.out, "web::one  [2Jtwo: test\n");
    let exact = ["--exact", "web::one  [2Jtwo"];
    place.run("served", &exact).ends_with(0).says("1 passed");
}
