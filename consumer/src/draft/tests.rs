//! Traffic in, the pact's JSON and the notes out.
#![allow(clippy::too_many_lines)]

use pactwork_contract::{Interaction, Pact, SpecificationVersion};
use pactwork_matching::{RequestMatcher, ResponseMatcher, actual};
use serde_json::{Value, json};

use super::*;

const SECRET: &str = "hunter2-s3cr3t";

fn json_type() -> Vec<(String, String)> {
    vec![(
        "content-type".into(),
        "application/json; charset=utf-8".into(),
    )]
}

fn get(target: &str, status: u16, body: &Value) -> Observation {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target, None),
    };
    Observation {
        method: "GET".into(),
        path: path.into(),
        query,
        request_headers: vec![("accept".into(), "application/json".into())],
        request_body: ObservedBody::default(),
        status,
        response_headers: json_type(),
        response_body: ObservedBody::Bytes(body.to_string().into_bytes()),
    }
}

fn post(path: &str, sent: &Value, status: u16, body: &Value) -> Observation {
    Observation {
        method: "POST".into(),
        request_headers: json_type(),
        request_body: ObservedBody::Bytes(sent.to_string().into_bytes()),
        ..get(path, status, body)
    }
}

fn draft_with(observations: &[Observation], options: DraftOptions) -> Draft {
    let mut drafting = Drafting::new(options).unwrap();
    observations.iter().for_each(|each| drafting.observe(each));
    drafting.finish("web", "orders").unwrap()
}

fn draft(observations: &[Observation]) -> Draft {
    draft_with(observations, DraftOptions::default())
}

fn written(draft: &Draft) -> Value {
    let bytes = draft.pact.to_bytes(SpecificationVersion::V4).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn interaction(draft: &Draft, description: &str) -> Value {
    let all = written(draft)["interactions"].as_array().unwrap().clone();
    let found = all.iter().find(|each| each["description"] == description);
    found
        .unwrap_or_else(|| panic!("no {description} in {:?}", draft.interactions))
        .clone()
}

fn notes(draft: &Draft) -> Vec<String> {
    draft.notes.iter().map(ToString::to_string).collect()
}

/// The body's example and its rules, of the only interaction of these answers.
fn derived(bodies: &[Value], options: DraftOptions) -> (Value, Value, Vec<String>) {
    let observations: Vec<_> = bodies.iter().map(|body| get("/a", 200, body)).collect();
    let draft = draft_with(&observations, options);
    keeps_its_traffic(&draft.pact, &observations);
    let response = interaction(&draft, "GET /a answers 200")["response"].clone();
    let texts = draft
        .notes
        .iter()
        .filter(|note| note.kind != NoteKind::Grouped);
    (
        response["body"]["content"].clone(),
        rules_in_short(&response["matchingRules"]["body"]),
        texts.map(|note| note.text.clone()).collect(),
    )
}

/// `{"$.id": "integer"}` for the lists of rules of a pact file.
fn rules_in_short(rules: &Value) -> Value {
    let Some(rules) = rules.as_object() else {
        return json!({});
    };
    let short = |rule: &Value| {
        let rule = rule.as_object().unwrap();
        let name = rule["match"].as_str().unwrap();
        let values = rule.iter().filter(|(key, _)| *key != "match");
        let values = values.map(|(_, value)| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        let values: Vec<_> = values.collect();
        [name]
            .into_iter()
            .map(String::from)
            .chain(values)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let lists = rules.iter().map(|(path, list)| {
        let all = list["matchers"].as_array().unwrap();
        let all: Vec<_> = all.iter().map(short).collect();
        let combine = list["combine"].as_str().unwrap().to_lowercase();
        (path.clone(), Value::from(all.join(&format!(" {combine} "))))
    });
    lists.collect::<serde_json::Map<_, _>>().into()
}

/// Whatever a draft was made from, it accepts.
fn keeps_its_traffic(pact: &Pact, observations: &[Observation]) {
    for observation in observations {
        let mut mismatches = Vec::new();
        let accepted = pact.interactions.iter().any(|interaction| {
            let Interaction::Http(http) = interaction else {
                return false;
            };
            let found = differences(http, observation);
            let none = found.is_empty();
            mismatches.extend(found);
            none
        });
        assert!(accepted, "{observation:?}\n{mismatches:#?}");
    }
}

fn differences(
    http: &pactwork_contract::HttpInteraction,
    observation: &Observation,
) -> Vec<String> {
    let sent = borrowed(&observation.request_headers);
    let answered = borrowed(&observation.response_headers);
    let bytes = |body: &ObservedBody| match body {
        ObservedBody::Bytes(bytes) => bytes.clone(),
        ObservedBody::Unknown(_) => Vec::new(),
    };
    let request = RequestMatcher::compile(&http.request).compare(&actual::Request {
        method: &observation.method,
        path: &observation.path,
        query: observation.query.as_deref(),
        headers: &sent,
        body: &bytes(&observation.request_body),
    });
    let response = ResponseMatcher::compile(&http.response).compare(&actual::Response {
        status: observation.status,
        headers: &answered,
        body: &bytes(&observation.response_body),
    });
    let all = request.mismatches.iter().chain(&response.mismatches);
    all.map(ToString::to_string).collect()
}

fn borrowed(headers: &[(String, String)]) -> Vec<(&str, &str)> {
    let headers = headers.iter();
    headers
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[test]
fn similar_requests_become_one_interaction() {
    let draft = draft(&[
        get(
            "/orders/7?expand=lines&page=1",
            200,
            &json!({ "id": 7, "status": "open" }),
        ),
        get(
            "/orders/8?page=2&expand=lines",
            200,
            &json!({ "id": 8, "status": "paid" }),
        ),
        get("/orders", 200, &json!([])),
    ]);
    assert_eq!(
        interaction(&draft, "GET /orders/{id}?expand&page answers 200"),
        json!({
            "type": "Synchronous/HTTP",
            "description": "GET /orders/{id}?expand&page answers 200",
            "request": {
                "method": "GET",
                "path": "/orders/7",
                "query": { "expand": ["lines"], "page": ["1"] },
                "headers": { "Accept": ["application/json"] },
                "matchingRules": {
                    "path": {
                        "combine": "AND",
                        "matchers": [{ "match": "regex", "regex": r"^/orders/\d+$" }],
                    },
                    "query": {
                        "page": {
                            "combine": "AND",
                            "matchers": [{ "match": "regex", "regex": r"^-?\d+$" }],
                        },
                    },
                },
            },
            "response": {
                "status": 200,
                "headers": { "Content-Type": ["application/json"] },
                "body": {
                    "content": { "id": 7, "status": "open" },
                    "contentType": "application/json",
                    "encoded": false,
                },
                "matchingRules": {
                    "body": {
                        "$": { "combine": "AND", "matchers": [{ "match": "type" }] },
                        "$.id": { "combine": "AND", "matchers": [{ "match": "integer" }] },
                    },
                },
            },
        })
    );
    let counts: Vec<_> = draft
        .interactions
        .iter()
        .map(|each| each.observations)
        .collect();
    assert_eq!(counts, [1, 2]);
    assert_eq!(draft.observations, 3);
}

#[test]
fn json_bodies_are_derived() {
    let uuid = "c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f";
    let cases = [
        (
            "numbers",
            vec![
                json!({ "a": 1, "b": 1.5, "c": 1, "d": 2.5 }),
                json!({ "a": 2, "b": 2.5, "c": 1.5, "d": 2.5 }),
            ],
            json!({ "a": 1, "b": 1.5, "c": 1, "d": 2.5 }),
            json!({ "$": "type", "$.a": "integer", "$.b": "decimal", "$.c": "number", "$.d": "number" }),
            vec![],
        ),
        (
            "formats",
            vec![
                json!({ "id": uuid, "at": "2026-05-01T10:00:00Z", "on": "2026-05-01", "s": "x", "ok": true }),
            ],
            json!({ "id": uuid, "at": "2026-05-01T10:00:00Z", "on": "2026-05-01", "s": "x", "ok": true }),
            json!({
                "$": "type",
                "$.id": "regex ^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
                "$.at": "datetime yyyy-MM-dd'T'HH:mm:ssXXX",
                "$.on": "date yyyy-MM-dd",
            }),
            vec![],
        ),
        (
            "optional, null, mixed",
            vec![
                json!({ "id": 1, "a": 1, "n": null, "x": null, "m": 1, "o": { "p": null } }),
                json!({ "id": 2, "n": "t", "x": null, "m": "1", "o": null }),
            ],
            json!({ "id": 1, "n": "t" }),
            json!({ "$": "type", "$.id": "integer", "$.n": "type or null" }),
            vec![
                "response $.a is there in 1 of 2, so it is left out",
                "response $.m has values of several types, so it is left out",
                "response $.o is null in 1 of 2, so it is left out",
                "response $.x was always null, so it is left out",
                "response $.n is null in 1 of 2: it may be",
            ],
        ),
        (
            "lists",
            vec![
                json!({ "a": [{ "id": 1, "x": 1 }, { "id": 2 }], "b": [1], "c": [], "d": ["x", 1] }),
                json!({ "a": [{ "id": 3 }], "b": [], "c": [], "d": [] }),
            ],
            json!({ "a": [{ "id": 1 }], "b": [1], "c": [], "d": [] }),
            json!({ "$": "type", "$.a": "type 1", "$.a[*].id": "integer", "$.b[*]": "integer" }),
            vec![
                "response $.c was always empty, so nothing is known of its elements",
                "response $.a[*].x is there in 1 of 3, so it is left out",
                "response $.d[*] has values of several types, so it is left out",
                "response $.b was empty once: it may be",
            ],
        ),
        (
            "maps",
            vec![
                json!({ "by": { "7": { "n": 1 }, "8": { "n": 2 } } }),
                json!({ "by": { "9": { "n": 3 } } }),
            ],
            json!({ "by": { "7": { "n": 1 } } }),
            json!({
                "$": "type",
                "$.by": "eachKey [{\"match\":\"regex\",\"regex\":\"^\\\\d+$\"}] and eachValue [{\"match\":\"type\"}]",
                "$.by.*": "type",
                "$.by.*.n": "integer",
            }),
            vec![
                "response $.by has identifiers as keys, so it is a map: any keys, each value alike",
            ],
        ),
        (
            "odd names",
            vec![json!({ "a b": 1, "it's": { "x.y": 2 } })],
            json!({ "a b": 1, "it's": { "x.y": 2 } }),
            json!({ "$": "type", "$['a b']": "integer", r"$['it\'s']['x.y']": "integer" }),
            vec![],
        ),
        (
            "a list of lists",
            vec![json!([[1, 2], [3]])],
            json!([[1]]),
            json!({ "$": "type 1", "$[*]": "type 1", "$[*][*]": "integer" }),
            vec![],
        ),
        (
            "a text",
            vec![json!("x")],
            json!("x"),
            json!({ "$": "type" }),
            vec![],
        ),
    ];
    for (name, bodies, example, rules, said) in cases {
        let found = derived(&bodies, DraftOptions::default());
        let said: Vec<_> = said.into_iter().map(String::from).collect();
        assert_eq!(found, (example, rules, said), "{name}");
    }
}

#[test]
fn strictly_what_never_changed_stays() {
    let bodies = [
        json!({ "id": 1, "currency": "EUR", "on": true, "at": "2026-05-01" }),
        json!({ "id": 2, "currency": "EUR", "on": true, "at": "2026-05-01" }),
    ];
    let (_, rules, _) = derived(&bodies, DraftOptions::default().strict(true));
    assert_eq!(
        rules,
        json!({
            "$": "type", "$.id": "integer", "$.currency": "equality", "$.on": "equality",
            "$.at": "date yyyy-MM-dd",
        })
    );
    let (_, rules, _) = derived(&bodies[..1], DraftOptions::default().strict(true));
    assert_eq!(
        rules,
        json!({ "$": "type", "$.id": "integer", "$.at": "date yyyy-MM-dd" })
    );
}

#[test]
fn other_answers_to_one_request_are_interactions_whose_state_is_to_be_named() {
    let observations = [
        get("/orders/7", 200, &json!({ "id": 7 })),
        get("/orders/8", 200, &json!({ "id": 8 })),
        get("/orders/999", 404, &json!({ "error": "not found" })),
    ];
    let draft = draft(&observations);
    let found = interaction(&draft, "GET /orders/{id} answers 200");
    let missing = interaction(&draft, "GET /orders/{id} answers 404");
    assert_eq!(
        found["providerStates"],
        json!([{ "name": "GET /orders/{id} answers 200" }])
    );
    assert_eq!(
        missing["providerStates"],
        json!([{ "name": "GET /orders/{id} answers 404" }])
    );
    assert_eq!(found["request"]["matchingRules"], Value::Null);
    assert_eq!(missing["request"]["path"], "/orders/999");
    let said = notes(&draft);
    assert!(said.contains(&"GET /orders/{id} answers 404: name the provider state: this request was also answered otherwise".into()), "{said:#?}");
    assert!(said.contains(&"GET /orders/{id} answers 404: request path is expected exactly, since the answer differs by it".into()), "{said:#?}");
}

#[test]
fn one_request_with_two_answers_keeps_its_rules() {
    let draft = draft(&[
        get("/orders/7", 200, &json!({ "id": 7 })),
        get("/orders/7", 404, &json!({ "error": "not found" })),
    ]);
    let missing = interaction(&draft, "GET /orders/{id} answers 404");
    assert_eq!(
        missing["request"]["matchingRules"]["path"]["matchers"][0]["regex"],
        r"^/orders/\d+$"
    );
}

#[test]
fn requests_with_other_members_are_other_requests() {
    let draft = draft(&[
        post(
            "/orders",
            &json!({ "sku": "A", "count": 1 }),
            201,
            &json!({ "id": 1 }),
        ),
        post(
            "/orders",
            &json!({ "sku": "B", "count": 2 }),
            201,
            &json!({ "id": 2 }),
        ),
        post("/orders", &json!({ "sku": "B" }), 201, &json!({ "id": 3 })),
        post(
            "/orders",
            &json!({ "sku": null }),
            422,
            &json!({ "error": "sku" }),
        ),
    ]);
    let names: Vec<_> = draft
        .interactions
        .iter()
        .map(|each| each.description.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "POST /orders with count, sku answers 201",
            "POST /orders with sku answers 201",
            "POST /orders with sku answers 422",
        ]
    );
    let both = interaction(&draft, "POST /orders with count, sku answers 201");
    assert_eq!(
        both["request"]["body"]["content"],
        json!({ "sku": "A", "count": 1 })
    );
    assert_eq!(
        rules_in_short(&both["request"]["matchingRules"]["body"]),
        json!({ "$": "type", "$.count": "integer" })
    );
}

#[test]
fn lists_in_requests_whose_elements_differ_are_expected_exactly() {
    let sent = json!({ "lines": [{ "a": 1 }, { "a": 1, "b": 2 }] });
    let observations = [post("/orders", &sent, 201, &json!({ "id": 1 }))];
    let draft = draft(&observations);
    keeps_its_traffic(&draft.pact, &observations);
    let request = interaction(&draft, "POST /orders answers 201")["request"].clone();
    assert_eq!(request["body"]["content"], sent);
    assert_eq!(
        rules_in_short(&request["matchingRules"]["body"]),
        json!({ "$": "type", "$.lines": "equality" })
    );
}

#[test]
fn headers_are_kept_left_out_or_named() {
    let mut created = post("/orders", &json!({ "sku": "A" }), 201, &json!({ "id": 1 }));
    created.request_headers.extend([
        ("X-Tenant".into(), "acme".into()),
        ("Connection".into(), "keep-alive".into()),
        ("User-Agent".into(), "web".into()),
        ("accept".into(), "*/*".into()),
        ("X-Flag".into(), "on".into()),
    ]);
    created.response_headers.extend([
        ("location".into(), "https://example.org/orders/1".into()),
        ("Date".into(), "Tue, 15 Nov 2022 12:45:26 GMT".into()),
        ("X-Total".into(), "17".into()),
        ("Set-Cookie".into(), SECRET.into()),
    ]);
    let options = DraftOptions::default().header("x-tenant");
    let draft = draft_with(&[created.clone()], options);
    keeps_its_traffic(&draft.pact, &[created]);
    let found = interaction(&draft, "POST /orders answers 201");
    assert_eq!(
        found["request"]["headers"],
        json!({ "Content-Type": ["application/json"], "X-Tenant": ["acme"] })
    );
    assert_eq!(
        found["response"]["headers"],
        json!({ "Content-Type": ["application/json"], "Location": ["https://example.org/orders/1"] })
    );
    assert_eq!(
        rules_in_short(&found["response"]["matchingRules"]["header"]),
        json!({ "Location": r"regex ^(https?://[^/]+)?/orders/\d+$" })
    );
    let said = notes(&draft);
    assert_eq!(
        said,
        [
            "POST /orders answers 201: request headers X-Flag",
            "POST /orders answers 201: response headers Set-Cookie, X-Total",
        ]
    );
}

#[test]
fn secrets_are_in_no_pact_and_no_note() {
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl";
    let mut login = post(
        "/login",
        &json!({ "user": "mary", "password": SECRET, "deep": [{ "Api_Key": SECRET }] }),
        200,
        &json!({ "access_token": SECRET, "link": format!("https://x.org/?token={SECRET}"), "note": format!("is {jwt}"), "iban": SECRET }),
    );
    login.query = Some(format!("api_key={SECRET}&page=1"));
    login.request_headers.extend([
        ("authorization".into(), format!("Bearer {SECRET}")),
        ("Cookie".into(), format!("session={SECRET}")),
        ("X-Api-Key".into(), SECRET.into()),
        ("Proxy-Authorization".into(), SECRET.into()),
    ]);
    login.response_headers.extend([
        ("Set-Cookie".into(), format!("session={SECRET}")),
        (
            "Location".into(),
            format!("/reset/{jwt}?signature={SECRET}"),
        ),
    ]);
    let mut form = login.clone();
    form.path = format!("/reset/{jwt}");
    form.request_headers = vec![(
        "Content-Type".into(),
        "application/x-www-form-urlencoded".into(),
    )];
    form.request_body = ObservedBody::Bytes(format!("user=mary&password={SECRET}").into_bytes());
    let mut text = form.clone();
    text.request_headers = vec![("Content-Type".into(), "text/plain".into())];
    text.request_body =
        ObservedBody::Bytes(format!("{{\"password\": \"{SECRET}\", broken").into_bytes());
    let mut xml = form.clone();
    xml.request_headers = vec![("Content-Type".into(), "application/xml".into())];
    xml.request_body =
        ObservedBody::Bytes(format!("<a><secret>{SECRET}</secret></a>").into_bytes());
    let mut failed = login.clone();
    failed.path = format!("/a/{jwt}");
    failed.status = 500;
    let options = DraftOptions::default().redact("IBAN").header("cookie");
    let draft = draft_with(&[login, form, text, xml, failed], options);
    let bytes = draft.pact.to_bytes(SpecificationVersion::V4).unwrap();
    let pact = String::from_utf8(bytes).unwrap();
    let all = format!("{pact}{:?}{:?}", notes(&draft), draft.interactions);
    assert!(!all.contains(SECRET) && !all.contains(jwt), "{all}");
    let login = interaction(&draft, "POST /login?api_key&page answers 200");
    assert_eq!(
        login["request"]["headers"]["Authorization"],
        json!(["Bearer redacted"])
    );
    assert_eq!(
        rules_in_short(&login["request"]["matchingRules"]["header"]),
        json!({ "Authorization": "regex ^Bearer .+$", "X-Api-Key": "type", "Cookie": "type" })
    );
    assert_eq!(
        rules_in_short(&login["request"]["matchingRules"]["query"]),
        json!({ "api_key": "type" })
    );
    assert_eq!(
        login["response"]["body"]["content"]["access_token"],
        "redacted"
    );
    let said = notes(&draft);
    for expected in [
        "POST /login?api_key&page answers 200: request body $.deep[*].Api_Key",
        "POST /login?api_key&page answers 200: request header Authorization",
        "POST /login?api_key&page answers 200: request query api_key",
        "POST /login?api_key&page answers 200: response body $.access_token",
        "POST /a/{redacted} answered 500: a server's error, which comes and goes (left out)",
    ] {
        assert!(said.contains(&expected.to_owned()), "{expected}\n{said:#?}");
    }
}

#[test]
fn bodies_of_every_kind_accept_what_they_were_made_from() {
    let body = |content_type: &str, bytes: &[u8]| {
        let mut observation = get("/a", 200, &json!(1));
        observation.response_headers = vec![("Content-Type".into(), content_type.into())];
        observation.response_body = ObservedBody::Bytes(bytes.to_vec());
        observation
    };
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    for (content_type, bodies) in [
        ("text/plain", [&b"one"[..], &b"two"[..]]),
        ("application/xml", [b"<a><b>1</b></a>", b"<a><b>2</b></a>"]),
        (
            "application/x-www-form-urlencoded",
            [b"a=1&b=x", b"a=2&b=x"],
        ),
        ("image/png", [png, png]),
        ("application/octet-stream", [b"\x00\xff", b"\x01\xff"]),
        ("application/x-own", [b"\x00\xff", b"\x01\xff"]),
        (
            "multipart/form-data; boundary=x",
            [b"--x\r\n\r\na\r\n--x--", b"--x--"],
        ),
        ("application/json", [b"{", b"["]),
    ] {
        let observations = bodies.map(|bytes| body(content_type, bytes));
        let draft = draft(&observations);
        assert_eq!(draft.interactions.len(), 1, "{content_type}");
        keeps_its_traffic(&draft.pact, &observations);
    }
}

#[test]
fn an_answer_whose_body_is_not_known_goes_with_those_whose_body_is() {
    let mut unknown = get("/a", 200, &json!(1));
    unknown.response_body = ObservedBody::Unknown("it is larger than 1 MiB".into());
    let observations = [get("/a", 200, &json!({ "a": 1 })), unknown.clone()];
    let both = draft(&observations);
    assert_eq!(both.interactions[0].observations, 2);
    assert!(
        notes(&both)
            .contains(&"GET /a answers 200: response body, once: it is larger than 1 MiB".into())
    );
    let alone = draft(&[unknown]);
    assert_eq!(
        interaction(&alone, "GET /a answers 200")["response"]["body"],
        Value::Null
    );
}

#[test]
fn lower_versions_are_written_in_their_words() {
    let observations = [
        get(
            "/orders/7?page=1",
            200,
            &json!({
                "id": 1, "price": 1.5, "at": "2026-05-01T10:00:00Z", "v": "1.2.3", "n": null,
                "by": { "7": { "a": 1 } }, "list": [{ "a": 1 }],
            }),
        ),
        get(
            "/orders/8?page=2",
            200,
            &json!({
                "id": 2, "price": 2.5, "at": "2026-05-02T10:00:00Z", "v": "1.2.4", "n": "x",
                "by": { "8": { "a": 2 } }, "list": [{ "a": 2 }],
            }),
        ),
        get("/orders/9?page=2", 404, &json!({ "error": "x" })),
        post(
            "/orders",
            &json!({ "a": [{ "b": 1 }, {}] }),
            201,
            &json!(null),
        ),
    ];
    for version in [
        SpecificationVersion::V2,
        SpecificationVersion::V3,
        SpecificationVersion::V4,
    ] {
        let options = DraftOptions::default().specification(version);
        let draft = draft_with(&observations, options);
        let bytes = draft.pact.to_bytes(version).unwrap();
        let again = Pact::read(&bytes, "draft").unwrap();
        assert_eq!(again.warnings, []);
        if version > SpecificationVersion::V2 {
            keeps_its_traffic(&again.pact, &observations[1..]);
        }
    }
}

#[test]
fn the_order_of_the_observations_does_not_matter() {
    let observations = [
        get("/orders/7?page=1", 200, &json!({ "id": 7, "lines": [] })),
        get(
            "/orders/8?page=1",
            200,
            &json!({ "id": 8, "lines": [{ "sku": "A" }] }),
        ),
        get(
            "/orders/9?page=2",
            200,
            &json!({ "id": 9, "lines": [{ "sku": "B" }] }),
        ),
        get("/orders/9", 404, &json!({ "error": "x" })),
        get("/orders/8", 404, &json!({ "error": "y" })),
        get("/orders/9", 200, &json!({ "id": 9 })),
        get("/orders/9", 503, &json!({})),
    ];
    let text = |order: &[Observation]| {
        let draft = draft(order);
        (
            draft.pact.to_bytes(SpecificationVersion::V4).unwrap(),
            notes(&draft),
        )
    };
    let first = text(&observations);
    for turn in 0..observations.len() {
        let mut order = observations.clone();
        order.rotate_left(turn);
        assert_eq!(text(&order), first);
        order.reverse();
        assert_eq!(text(&order), first);
    }
}
