#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use serde_json::{Value, json};
use storage_test_support::S3Server;

use crate::support::{Finished, Workshop, get_interaction, pact};

/// A bucket to import into, and nothing in it.
fn workshop() -> Workshop {
    Workshop::of("participant = \"orders\"\n[storage]\nurl = \"bucket\"\n")
}

fn pact_of(consumer: &str, order: u64) -> Value {
    let interaction = get_interaction(&format!("/orders/{order}"), &json!({ "id": order }));
    pact(consumer, "orders", &[interaction])
}

/// What a Pact Broker answers about web's pact.
fn answer(version: &str, order: u64, day: u32) -> Value {
    let mut answer = pact_of("web", order);
    answer["createdAt"] = json!(format!("2026-01-{day:02}T00:00:00+00:00"));
    answer["interactions"][0]["_id"] = json!("7f3a");
    answer["_links"] = json!({
        "self": { "href": format!("http://broker/pacts/provider/orders/consumer/web/version/{version}") },
        "pb:consumer-version": { "name": version, "title": "Consumer version" },
    });
    answer
}

fn version(number: &str, branch: &str) -> Value {
    json!({
        "number": number,
        "_embedded": { "branchVersions": [{ "name": branch }], "tags": [{ "name": "seen" }] },
        "_links": { "pb:pacticipant": { "name": "web" } },
    })
}

/// What a bucket has for orders, files left aside.
fn pulled(workshop: &Workshop, storage: &str) -> Value {
    let pull = [
        "pull",
        "--provider",
        "orders",
        "--output",
        "in",
        "--format",
        "json",
    ];
    let mut list = workshop
        .run(&[&pull[..], &["--storage", storage]].concat())
        .exits(0)
        .json();
    list["pacts"].take()
}

#[test]
fn a_folder_of_pacts_is_published_for_each_consumer() {
    let workshop = workshop();
    workshop.write_json("others/web-orders.json", &pact_of("web", 7));
    workshop.write_json("others/deep/phone-orders.json", &pact_of("phone", 8));
    workshop.write("others/notes.txt", "not a pact");
    workshop
        .run(&["import", "others", "--as-version", "1", "--branch", "main"])
        .exits(0)
        .prints("phone 1, branch main\n  ✓ pact with orders: imported from others/deep/phone-orders.json\n")
        .prints("web 1, branch main\n  ✓ pact with orders: imported from others/web-orders.json\n")
        .prints("2 versions: 2 imported");
    let list = pulled(&workshop, "bucket");
    assert_eq!(list[0]["why"], "newest on main (1)");
    assert_eq!(list[1]["consumer"], "web");
}

#[test]
fn a_brokers_export_keeps_versions_branches_tags_and_their_order() {
    let workshop = workshop();
    // The later one first, so that only their times can tell their order.
    workshop.write_json("export/1.json", &answer("1.1.0", 8, 2));
    workshop.write_json("export/2.json", &answer("1.0.0", 7, 1));
    workshop.write_json(
        "export/versions.json",
        &json!({ "_embedded": { "versions": [version("1.0.0", "main"), version("1.1.0", "main")] } }),
    );
    workshop.write_json(
        "export/latest.json",
        &json!({ "pacts": [{ "_links": { "self": [{ "href": "http://broker/v" }] } }] }),
    );
    let import = ["import", "export"];
    workshop
        .run(&import)
        .exits(0)
        .prints(
            "web 1.0.0, branch main, tag seen\n  ✓ pact with orders: imported from export/2.json\n",
        )
        .prints("skipped export/latest.json: $.pacts: names one pact and holds none of them; ")
        .prints("2 versions: 2 imported");

    let list = pulled(&workshop, "bucket");
    assert_eq!(list[0]["versions"], json!(["1.1.0"]), "the newest on main");
    let file = list[0]["file"].as_str().unwrap();
    let text = workshop.read(Path::new(file).to_str().unwrap());
    for gone in ["_links", "createdAt", "_id"] {
        assert!(!text.contains(gone), "{gone} in {text}");
    }

    let before = workshop.snapshot("bucket");
    workshop
        .run(&import)
        .exits(0)
        .prints("web 1.1.0, branch main, tag seen: already there")
        .prints("2 versions: 2 already there");
    assert_eq!(workshop.snapshot("bucket"), before);
}

#[test]
fn an_older_version_does_not_replace_the_newest_one() {
    let workshop = workshop();
    workshop.write_json("now/web.json", &pact_of("web", 9));
    workshop
        .run(&["import", "now", "--as-version", "2", "--branch", "main"])
        .exits(0);
    workshop.write_json("old.json", &json!([answer("1", 7, 1)]));
    workshop
        .run(&["import", "old.json", "--branch", "main"])
        .exits(0)
        .prints("imported from old.json: $[0]");
    assert_eq!(pulled(&workshop, "bucket")[0]["versions"], json!(["2"]));
}

#[test]
fn plain_copies_give_the_same_contracts_in_another_bucket() {
    let workshop = Workshop::of("participant = \"web\"\n[storage]\nurl = \"here\"\n");
    workshop.write_json("pacts/web-orders.json", &pact_of("web", 7));
    workshop.write_json("golden/Seen.json", &json!({ "type": "object" }));
    let publish = |what: &[&str], version: &str| {
        let rest = ["--version", version, "--branch", "main", "--plain"];
        workshop.run(&[what, &rest[..]].concat()).exits(0);
    };
    publish(&["publish"], "1");
    publish(&["golden", "publish"], "1");
    let import = |storage: &str| -> Finished {
        workshop.run(&["import", "here", "--as-version", "1", "--storage", storage])
    };
    import("there")
        .exits(0)
        .prints("web 1, branch main\n")
        .prints("pact with orders: imported from here/pacts/orders/web-orders.json")
        .prints("golden contract Seen: imported from here/golden/web/Seen.schema.json")
        .prints("1 version: 1 imported");
    assert_eq!(pulled(&workshop, "there"), pulled(&workshop, "here"));
    workshop.write(
        "pactwork.toml",
        "participant = \"x\"\n[consumer.events]\nweb = [\"Seen\"]\n",
    );
    workshop
        .run(&["golden", "pull", "--storage", "there"])
        .exits(0)
        .prints("Seen.json (web 1)");

    // Where the facts are, the copies say nothing new.
    let before = workshop.snapshot("here");
    import("here").exits(0).prints("1 version: 1 already there");
    assert_eq!(workshop.snapshot("here"), before);
    let url = format!("file://{}", workshop.path("here").display());
    workshop
        .run(&["import", &url, "--as-version", "1", "--storage", "there"])
        .exits(0)
        .prints("1 already there");
}

#[test]
fn plain_copies_come_from_an_s3_bucket_too() {
    let server = S3Server::start().unwrap();
    let workshop = Workshop::of("participant = \"web\"\n[storage]\nurl = \"there\"\n");
    workshop.write_json("pacts/web-orders.json", &pact_of("web", 7));
    let run = |arguments: &[&str]| {
        let mut command = workshop.command(arguments);
        Finished::of(command.envs(server.env()))
    };
    let url = server.url();
    run(&["import", &url])
        .exits(2)
        .says(&format!("error: nothing to import in {url}"));
    let publish = ["publish", "--version", "1", "--branch", "main", "--plain"];
    run(&[&publish[..], &["--storage", &url]].concat()).exits(0);
    let import = ["import", &url];
    run(&import).exits(0).prints(&format!(
        "pact with orders: imported from {url}: pacts/orders/web-orders.json"
    ));
    run(&import).exits(0).prints("1 version: 1 already there");
    assert_eq!(pulled(&workshop, "there")[0]["versions"], json!(["1"]));
}

#[test]
fn a_dry_run_writes_nothing() {
    let workshop = workshop();
    workshop.write_json("web.json", &answer("1", 7, 1));
    workshop
        .run(&["import", "web.json", "--dry-run"])
        .exits(0)
        .prints("web 1\n  ✓ pact with orders: would be imported from web.json\n")
        .prints("1 version: 1 would be imported");
    assert_eq!(workshop.snapshot("bucket"), []);
}

#[test]
fn the_result_as_json_says_what_became_of_each_version() {
    let workshop = workshop();
    workshop.write_json("web.json", &answer("1", 7, 1));
    let result = workshop
        .run(&["import", "web.json", "--branch", "main", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(
        result,
        json!({
            "dry_run": false,
            "versions": [{
                "participant": "web",
                "version": "1",
                "branch": "main",
                "tags": [],
                "contracts": [{ "kind": "pact", "name": "orders", "file": "web.json" }],
                "there": false,
            }],
            "skipped": [],
        })
    );
}

#[test]
fn nothing_is_imported_if_anything_is_wrong_and_everything_wrong_is_named() {
    let workshop = workshop();
    workshop.write_json("in/good.json", &answer("1", 7, 1));
    workshop.write("in/broken.json", "{\n \"consumer\": }");
    workshop.write_json("in/nameless.json", &pact_of("web", 7));
    workshop.write_json(
        "in/pact.json",
        &json!({ "pacts": [{ "contract": { "consumer": 7 } }] }),
    );
    workshop
        .run(&["import", "in"])
        .exits(2)
        .says("error: in/broken.json: line 2, column 14: not JSON: ")
        .says("in/nameless.json: names no version; give --as-version V")
        .says("in/pact.json: $.pacts[0].contract.consumer: expected an object, found the number 7")
        .says("Nothing was imported.");
    assert!(!workshop.has("bucket"));
}

#[test]
fn what_contradicts_the_bucket_is_refused_before_anything_is_written() {
    let workshop = workshop();
    workshop.write_json("first.json", &answer("1", 7, 1));
    workshop.run(&["import", "first.json"]).exits(0);
    let before = workshop.snapshot("bucket");
    workshop.write_json("in/a.json", &answer("0", 6, 1));
    workshop.write_json("in/b.json", &answer("1", 8, 2));
    workshop
        .run(&["import", "in"])
        .exits(2)
        .says("error: in/b.json: web 1 was published with another pact with orders: ")
        .says("Nothing was imported.")
        .says("what to do: a version's contracts never change");
    assert_eq!(workshop.snapshot("bucket"), before);
}

#[test]
fn where_nothing_is_that_is_said() {
    let workshop = workshop();
    workshop
        .run(&["import", "gone"])
        .exits(2)
        .says("error: gone: there is no such file or folder");
    workshop
        .run(&["import", "file:///gone/away"])
        .exits(2)
        .says("error: file:///gone/away: there is no such file or folder");
    workshop
        .run(&["import", "ftp://host/x"])
        .exits(2)
        .says("the scheme \"ftp\" is not known");
    workshop
        .run(&["import", "memory:"])
        .exits(2)
        .says("error: nothing to import in memory:");
    workshop.write_json("pacts/web-orders.json", &pact_of("orders", 1));
    workshop
        .run(&["publish", "--version", "1", "--branch", "main"])
        .exits(0);
    workshop
        .run(&["import", "bucket"])
        .exits(2)
        .says("error: nothing to import in ")
        .says("a bucket that pactwork publish --plain has copied to");
}

#[test]
fn pact_files_of_every_version_and_implementation_can_be_imported() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/contract/tests/corpus");
    let workshop = workshop();
    let mut count = 0;
    for file in std::fs::read_dir(corpus).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        count += 1;
        let (file, version) = (path.to_str().unwrap(), path.file_stem().unwrap());
        let import = ["import", file, "--as-version", version.to_str().unwrap()];
        workshop
            .run(&import)
            .exits(0)
            .prints("1 version: 1 imported");
        workshop
            .run(&import)
            .exits(0)
            .prints("1 version: 1 already there");
    }
    assert!(count > 15, "{count}");
}
