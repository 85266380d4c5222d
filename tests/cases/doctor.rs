#![allow(clippy::unwrap_used, clippy::panic)]

use crate::support::Workshop;

#[test]
fn a_folder_is_examined_and_left_as_it_was() {
    let workshop = Workshop::of("participant = \"web\"\n[storage]\nurl = \"bucket\"\n");
    workshop
        .run(&["doctor"])
        .exits(0)
        .prints("participant    web")
        .prints("(named by pactwork.toml)")
        .prints("✓ identity     none is needed")
        .prints("✓ list         it may be listed; nothing was ever shared here")
        .prints("✓ read         what was just written is read and listed")
        .prints("✓ remove       objects may be removed");
    let report = workshop
        .run(&["doctor", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(report["condition"], "good");
    assert_eq!(report["findings"][0]["about"], "identity");
    assert_eq!(workshop.snapshot("bucket"), []);
}

#[test]
fn a_storage_that_does_not_answer_is_could_not_find_out() {
    let workshop = Workshop::new();
    let storage = [
        "--storage",
        "s3://contracts",
        "--storage-option",
        "retries=0",
    ];
    let endpoint = ["--storage-option", "endpoint=http://127.0.0.1:1"];
    let anonymous = ["--storage-option", "anonymous=true"];
    let arguments = [&["doctor"][..], &storage, &endpoint, &anonymous].concat();
    workshop
        .run(&arguments)
        .exits(3)
        .prints("endpoint = http://127.0.0.1:1 (--storage-option endpoint)")
        .prints("✓ identity     nobody in particular (anonymous)")
        .prints("✗ list         ")
        .prints("Connection refused")
        .prints("check the address, the network and the options")
        .does_not_print("✗ write");
}

#[test]
fn an_option_that_cannot_be_meant_is_wrong_input() {
    let cases = [
        (
            "url = \"s3://contracts\"\nregoin = \"eu-west-1\"",
            "storage.regoin of pactwork.toml is no option of this kind of storage; did you mean region?",
        ),
        (
            "url = \"s3://contracts\"\nsecret_access_key = \"x\"",
            "storage.secret_access_key of pactwork.toml is a secret and belongs in the environment alone: \
             set AWS_SECRET_ACCESS_KEY",
        ),
        (
            "url = \"s3://contracts\"\npath_style = \"yes\"",
            "storage.path_style of pactwork.toml: expected true or false, found \"yes\"",
        ),
        (
            "url = \"bucket\"\nregion = \"eu-west-1\"",
            "storage.region of pactwork.toml: this kind of storage has no options",
        ),
        ("url = \"s3:///a\"", "storage s3:///a: it names no bucket"),
        (
            "url = \"ftp://a\"",
            "the scheme \"ftp\" is not known; expected a folder (a path, or file:///…), s3://…, gs://…, az://… or memory:",
        ),
    ];
    for (storage, message) in cases {
        let workshop = Workshop::of(&format!("participant = \"web\"\n[storage]\n{storage}\n"));
        for command in ["doctor", "environments"] {
            workshop.run(&[command]).exits(2).says(message);
        }
    }
}
