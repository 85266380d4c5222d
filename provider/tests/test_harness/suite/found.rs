use pactwork_contract::{NotUnderstood, Pact, SpecificationVersion};
use serde_json::json;

use crate::pacts::{get, get_given, http, message, pact, sent};
use crate::program::Place;

pub fn a_failure_is_shown_as_a_person_reads_it() {
    let mut broken = get_given(&["s"], "/b", json!({ "path": "/other" }));
    broken.common.provider_states[0]
        .params
        .insert("id".into(), json!(7));
    broken
        .request
        .query
        .insert("page".into(), vec![Some("2".into())]);
    broken.response.status = 201;
    let place = Place::with(&[pact([
        http(get("/a", json!({ "path": "/a" }))),
        http(broken),
    ])]);
    place
        .run("served", &[])
        .ends_with(101)
        .tells("web::GET /a", "ok")
        .tells("web::GET /b, given s", "FAILED")
        .says(
            "---- web::GET /b, given s ----\n\
             web relies on orders: GET /b\n  \
               given s {\"id\":7}\n  \
               GET /b?page=2\n  \
               status: expected 201, but found 200\n  \
               $.path: expected \"/other\", but found \"/b?page=2\"\n",
        );
    // What the provider's process wrote stands below.
    let stateless = pact([http(get("/b", json!({ "path": "/other" })))]);
    Place::with(&[stateless])
        .run("started", &[])
        .ends_with(101)
        .says("but found \"/b\"\n  provider | asked for /b\n");
}

pub fn what_could_not_be_verified_fails() {
    let place = Place::with(&[pact([sent(message("Deleted", json!({})))])]);
    place
        .run("served", &[])
        .ends_with(101)
        .tells("web::Deleted", "FAILED")
        .says("web relies on orders: Deleted\n  could not be verified: nothing is configured");
}

pub fn a_pending_interaction_does_not_fail() {
    let mut kept = get("/a", json!({ "path": "/a" }));
    let mut broken = get("/b", json!({ "path": "/other", "more": 1 }));
    let mut unknown = message("Deleted", json!({}));
    for common in [&mut kept.common, &mut broken.common, &mut unknown.common] {
        common.pending = true;
    }
    let pact = Pact {
        specification: SpecificationVersion::V4,
        ..pact([http(kept), http(broken), sent(unknown)])
    };
    Place::with(&[pact])
        .run("served", &[])
        .ends_with(0)
        .tells("web::GET /a", "ok")
        .tells("web::GET /b", "ignored (pending, not kept yet: $.")
        .tells("web::Deleted", "ignored (pending, could not be verified: ")
        .says("1 passed; 0 failed; 2 ignored;");
}

pub fn what_is_not_understood_fails() {
    let mut pact = pact([http(get("/a", json!({ "path": "/a" })))]);
    pact.specification = SpecificationVersion::V4;
    pact.not_understood.push(NotUnderstood {
        value: json!({ "type": "Telepathy", "description": "a thought" }),
        interaction_type: None,
        reason: "its type is not known".into(),
    });
    Place::with(&[pact])
        .run("served", &[])
        .ends_with(101)
        .tells("web::GET /a", "ok")
        .tells("web::a thought", "FAILED")
        .says("could not be verified: the interaction is not understood and cannot be verified");
}

pub fn warnings_are_said_of_what_passes() {
    let given = get_given(&["s"], "/a", json!({ "path": "/a" }));
    Place::with(&[pact([http(given)])])
        .run("started", &[])
        .ends_with(0)
        .says("1 passed")
        .warns("warning: web::GET /a, given s: ")
        .warns("nothing is configured to set provider states");
}
