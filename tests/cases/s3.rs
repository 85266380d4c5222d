//! The loop on an S3 server, through the command.
#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::json;
use storage_test_support::S3Server;

use crate::support::{Finished, Workshop, get_interaction, pact};

/// web relies on orders; both know the bucket by the environment alone.
struct Shared {
    server: S3Server,
    workshop: Workshop,
}

impl Shared {
    fn new() -> Self {
        let workshop = Workshop::of("participant = \"web\"\n");
        let interaction = get_interaction("/orders/7", &json!({ "id": 7 }));
        let contents = pact("web", "orders", &[interaction]);
        workshop.write_json("pacts/web-orders.json", &contents);
        Self {
            server: S3Server::start().unwrap(),
            workshop,
        }
    }

    fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Finished {
        let mut command = self.workshop.command(arguments);
        command
            .envs(self.server.env())
            .env("PACT_BUCKET", self.server.bucket())
            .envs(environment.iter().copied());
        Finished::of(&mut command)
    }
}

#[test]
fn a_bucket_is_enough_for_the_whole_loop() {
    let shared = Shared::new();
    let run = |arguments: &[&str]| shared.run(arguments, &[]);
    run(&["doctor"])
        .exits(0)
        .prints(&format!(
            "s3://{} (named by PACT_BUCKET)",
            shared.server.bucket()
        ))
        .prints("secret_access_key = … (AWS_SECRET_ACCESS_KEY)")
        .prints("✓ identity     the access key")
        .prints("✓ create only  what is there is not overwritten")
        .prints("✓ remove       objects may be removed");
    run(&["publish", "--version", "w1", "--branch", "main"]).exits(0);
    let (_provider, url) =
        shared
            .workshop
            .start_mock(&["--output", "ignored", "pacts/web-orders.json"]);
    let verify = ["verify", "--provider", "orders", "--base-url", &url];
    let record = ["--record", "--version", "o1", "--branch", "main"];
    run(&[&verify[..], &record].concat())
        .exits(0)
        .prints("web w1 → orders");
    let production = ["--environment", "production"];
    let deploy = [
        "record-deployment",
        "--participant",
        "orders",
        "--version",
        "o1",
    ];
    run(&[&deploy[..], &production].concat()).exits(0);
    let ask = [
        "can-i-deploy",
        "--version",
        "w1",
        "--to-environment",
        "production",
    ];
    run(&ask)
        .exits(0)
        .prints("✓ web → orders  orders o1 keeps what web w1 relies on");
    run(&["matrix"]).exits(0).prints("✓ passed");
    run(&["prune", "--keep", "newest=1"])
        .exits(0)
        .prints("0 of 2 versions would go");
}

#[test]
fn who_is_refused_is_told_what_to_do_and_nothing_is_answered() {
    let shared = Shared::new();
    shared
        .run(&["publish", "--version", "w1", "--branch", "main"], &[])
        .exits(0);
    let wrong = [
        ("AWS_SECRET_ACCESS_KEY", "wrong"),
        ("PACTWORK_STORAGE_RETRIES", "0"),
    ];
    shared
        .run(&["doctor"], &wrong)
        .exits(3)
        .prints("✗ list ")
        .prints("check the credentials, and grant them list (s3:ListBucket)");
    for arguments in [
        &["can-i-deploy", "--version", "w1", "--to-branch", "main"][..],
        &["pull", "--provider", "orders"],
        &["publish", "--version", "w2", "--branch", "main"],
        &["matrix"],
        &["log"],
    ] {
        shared
            .run(arguments, &wrong)
            .exits(3)
            .says("error: storage: cannot ")
            .says("pactwork doctor says what is wrong with the storage");
    }
}

#[test]
fn a_profile_signs_on_as_awss_own_tools_have_it() {
    let shared = Shared::new();
    let (id, secret) = shared.server.credentials();
    let process =
        format!("{{\"Version\": 1, \"AccessKeyId\": \"{id}\", \"SecretAccessKey\": \"{secret}\"}}");
    let process = shared.workshop.write("credentials.json", &process);
    let config = format!(
        "[profile team]\nregion = eu-central-1\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n\
         [profile process]\nregion = eu-central-1\ncredential_process = cat {}\n",
        process.display()
    );
    let config = shared.workshop.write("aws.config", &config);
    let config = config.display().to_string();
    let run = |profile: &str| {
        let nothing = [
            ("AWS_CONFIG_FILE", config.as_str()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_ACCESS_KEY_ID", ""),
            ("AWS_SECRET_ACCESS_KEY", ""),
            ("AWS_PROFILE", profile),
        ];
        shared.run(&["doctor"], &nothing)
    };
    for profile in ["team", "process"] {
        run(profile)
            .exits(0)
            .prints(&format!("profile = {profile} (AWS_PROFILE)"))
            .prints(&format!("✓ identity     the access key {id}"))
            .prints("✓ read ");
    }
    run("gone")
        .exits(3)
        .prints("✗ identity     no AWS credentials: ")
        .prints("name a profile (AWS_PROFILE, after `aws sso login` where it signs on)");
}
