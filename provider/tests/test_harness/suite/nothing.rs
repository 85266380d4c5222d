use serde_json::json;

use crate::pacts::{get, http, pact};
use crate::program::Place;

pub fn no_pact_is_an_error_whatever_was_chosen() {
    let mut other = pact([http(get("/a", json!({})))]);
    other.provider.name = "payments".into();
    let empty = Place::with(&[]);
    let others = Place::with(&[other]);
    let bare = Place::with(&[pact([])]);
    let broken = Place::with(&[]);
    std::fs::write(broken.pacts().join("web-orders.json"), "{").unwrap();
    let missing = Place::with(&[]);
    std::fs::remove_dir(missing.pacts()).unwrap();
    for (place, expected) in [
        (&empty, "there is no pact file (*.json)"),
        (&others, "the pacts there are of payments"),
        (&bare, "have no interactions"),
        (&broken, "web-orders.json"),
        (&missing, "pacts"),
    ] {
        for arguments in [&[][..], &["no such test"], &["--list", "--format", "terse"]] {
            let ran = place.run("served", arguments).ends_with(2);
            let begins = ran.err.starts_with("error: ");
            assert!(begins && ran.err.contains(expected), "{expected}: {ran:#?}");
            assert_eq!(ran.out, "");
        }
    }
    let unsaid = empty.run("nothing said", &[]).ends_with(2);
    assert!(unsaid.err.contains(".pacts_in(\"…\")"), "{unsaid:#?}");
}

pub fn a_place_that_is_none_is_an_error() {
    let place = Place::with(&[pact([http(get("/a", json!({})))])]);
    let ran = place.run("wrong place", &[]).ends_with(2);
    assert!(ran.err.contains("somewhere"), "{ran:#?}");
}
