#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Finished, PACTWORK, Workshop, get_interaction, pact};

/// What runs a job.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Flavour {
    Github,
    Shell,
}

/// A repository with what `pactwork init` wrote, and a bucket outside of it.
struct Repository {
    workshop: Workshop,
    bucket: std::path::PathBuf,
}

/// How a job ended, and at which step.
struct Ran {
    code: i32,
    last: String,
    said: String,
}

impl Repository {
    fn of(configuration: &str, bucket: &Path, init: &[&str]) -> Self {
        let workshop = Workshop::of(configuration);
        git(&workshop, &["init", "--quiet", "--initial-branch", "main"]);
        workshop
            .run(&[&["init", "--ci", "all"], init].concat())
            .exits(0);
        Self {
            workshop,
            bucket: bucket.into(),
        }
    }

    fn commit(&self) {
        git(&self.workshop, &["add", "--all"]);
        let author = ["-c", "user.name=n", "-c", "user.email=e"];
        let commit = ["commit", "--quiet", "--message", "m"];
        git(&self.workshop, &[&author[..], &commit].concat());
    }

    fn run(&self, flavour: Flavour, kind: &str) -> Ran {
        match flavour {
            Flavour::Github => self.run_workflow(kind),
            Flavour::Shell => self.run_script(kind),
        }
    }

    fn run_script(&self, kind: &str) -> Ran {
        let script = self.workshop.path(&format!("ci/pactwork-{kind}.sh"));
        let mut command = Command::new(script);
        command.current_dir(std::env::temp_dir());
        let finished = self.finish(command.env("PACTWORK_STORAGE", &self.bucket));
        let mut steps = finished.stdout.lines().rev();
        let last = steps.find_map(|line| line.strip_prefix("== "));
        Ran {
            code: finished.code.unwrap(),
            last: last.unwrap_or_default().into(),
            said: finished.to_string(),
        }
    }

    /// Runs the steps the way GitHub does: each in a shell of its own, which stops at
    /// the first failing command; what a step writes to GITHUB_ENV is there for those
    /// after it.
    fn run_workflow(&self, kind: &str) -> Ran {
        let workflow = workflow(&self.workshop, kind);
        assert_eq!(workflow["defaults"]["run"]["shell"], "sh");
        let job = &workflow["jobs"][kind];
        let handed_on = tempfile::NamedTempFile::new().unwrap();
        let mut ran = Ran {
            code: 0,
            last: String::new(),
            said: String::new(),
        };
        for step in job["steps"].as_array().unwrap() {
            let Some(lines) = step["run"].as_str() else {
                continue;
            };
            let mut command = Command::new("sh");
            command.args(["-e", "-c", lines]);
            command.current_dir(self.workshop.path(""));
            for (name, value) in job["env"].as_object().unwrap() {
                command.env(name, self.evaluated(name, value.as_str().unwrap()));
            }
            for line in fs::read_to_string(handed_on.path()).unwrap().lines() {
                let (name, value) = line.split_once('=').unwrap();
                command.env(name, value);
            }
            let finished = self.finish(command.env("GITHUB_ENV", handed_on.path()));
            ran.last = step["name"].as_str().unwrap().into();
            ran.said += &finished.to_string();
            ran.code = finished.code.unwrap();
            if ran.code != 0 {
                break;
            }
        }
        ran
    }

    /// What GitHub makes of a variable of the job.
    fn evaluated(&self, name: &str, value: &str) -> String {
        if !value.contains("${{") {
            return value.into();
        }
        match name {
            "BRANCH" => "main".into(),
            "BUILD_URL" => "http://ci/1".into(),
            "ENVIRONMENT" => "production".into(),
            "PACTWORK_STORAGE" => self.bucket.to_str().unwrap().into(),
            "PACT_BUCKET" | "PACTWORK_INSTALL" => String::new(),
            _ => panic!("{name}: {value}"),
        }
    }

    fn finish(&self, command: &mut Command) -> Finished {
        let programs = Path::new(PACTWORK).parent().unwrap().display();
        let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
        for name in [
            "VERSION",
            "BRANCH",
            "BUILD_URL",
            "NO_COLOR",
            "DECISION_FORMAT",
        ] {
            if !command.get_envs().any(|(known, _)| known == name) {
                command.env_remove(name);
            }
        }
        Finished::of(
            command
                .env("PATH", path)
                .env("RETRIES", "0")
                .stdin(Stdio::null()),
        )
    }
}

fn git(workshop: &Workshop, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(workshop.path("")).args(arguments);
    let finished = Finished::of(&mut command);
    assert_eq!(finished.code, Some(0), "git {arguments:?}: {finished}");
}

fn parsed(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}

fn workflow(workshop: &Workshop, kind: &str) -> Value {
    parsed(&workshop.read(&format!(".github/workflows/pactwork-{kind}.yml")))
}

#[track_caller]
fn expect(ran: &Ran, code: i32, last: &str) {
    assert_eq!((ran.code, ran.last.as_str()), (code, last), "{}", ran.said);
}

fn interaction() -> Value {
    get_interaction("/orders/7", &json!({ "id": 7 }))
}

const WEB: &str = "\
participant = \"web\"

[consumer.events]
orders = [\"OrderShipped\"]
";

const ORDERS: &str = "\
participant = \"orders\"

[provider]
start = \"pactwork mock api.json --port {port} --output .pactwork/served\"
golden = \"cat listing.json\"
";

/// What tests the consumer: its client is `pactwork verify`, its mock provider
/// `pactwork mock`, which writes the pact at the end.
const TESTS: &str = "\
set -e
pactwork mock expectations.json > url &
mock=$!
until [ -s url ]; do sleep 0.02; done
pactwork verify expectations.json --provider orders --base-url \"$(cat url)\"
kill -TERM \"$mock\"
wait \"$mock\"
rm url
";

fn web(bucket: &Path) -> Repository {
    let repository = Repository::of(WEB, bucket, &["--test-command", "sh tests.sh"]);
    let workshop = &repository.workshop;
    workshop.write("tests.sh", TESTS);
    workshop.write_json(
        "expectations.json",
        &pact("web", "orders", &[interaction()]),
    );
    workshop.write_json("examples/orders/OrderShipped/one.json", &json!({ "id": 7 }));
    repository.commit();
    repository
}

/// The mock provider of another pact serves as the real one.
fn orders(bucket: &Path) -> Repository {
    let repository = Repository::of(ORDERS, bucket, &["--build-command", "touch built"]);
    let workshop = &repository.workshop;
    workshop.write_json("api.json", &pact("anyone", "orders", &[interaction()]));
    let shipped = json!({
        "type": "object",
        "properties": { "id": { "type": "integer" } },
        "required": ["id"],
    });
    workshop.write_json("listing.json", &json!({ "OrderShipped": shipped }));
    repository.commit();
    repository
}

/// As init says to do once.
fn create_environment(bucket: &Path) {
    let workshop = Workshop::new();
    let mut create = workshop.command(&["create-environment", "production"]);
    Finished::of(create.env("PACTWORK_STORAGE", bucket)).exits(0);
}

fn whole_loop(flavour: Flavour) {
    let folder = Workshop::new();
    let bucket = folder.path("bucket");
    create_environment(&bucket);
    let (web, orders) = (web(&bucket), orders(&bucket));
    let (decision, record) = ("Can it be deployed?", "Record the deployment");

    expect(&orders.run(flavour, "provider"), 0, decision);
    assert!(orders.workshop.has("built"));
    expect(&orders.run(flavour, "deployed"), 0, record);

    let unknown = web.run(flavour, "consumer");
    expect(&unknown, 3, decision);
    assert!(unknown.said.contains("orders"), "{}", unknown.said);
    expect(&orders.run(flavour, "provider"), 0, decision);
    expect(&web.run(flavour, "consumer"), 0, decision);
    expect(&web.run(flavour, "deployed"), 0, record);

    for repository in [&web, &orders] {
        let version = commit_of(&repository.workshop);
        let asked = [
            "can-i-deploy",
            "--version",
            &version,
            "--to-environment",
            "production",
        ];
        let mut command = repository.workshop.command(&asked);
        Finished::of(command.env("PACTWORK_STORAGE", &bucket))
            .exits(0)
            .prints("yes: ");
    }
    let mut pull = orders.workshop.command(&["pull", "--format", "json"]);
    let pulled = Finished::of(pull.env("PACTWORK_STORAGE", &bucket)).json();
    let version = commit_of(&web.workshop);
    assert_eq!(
        pulled["pacts"][0]["why"],
        format!("deployed to production ({version}); newest on main ({version})")
    );
}

fn commit_of(workshop: &Workshop) -> String {
    let mut command = Command::new("git");
    command
        .args(["rev-parse", "HEAD"])
        .current_dir(workshop.path(""));
    Finished::of(&mut command).stdout.trim().into()
}

#[test]
fn the_github_workflows_run_the_whole_loop() {
    whole_loop(Flavour::Github);
}

#[test]
fn the_shell_scripts_run_the_whole_loop() {
    whole_loop(Flavour::Shell);
}

#[test]
fn a_job_stops_at_the_first_step_that_does_not_hold() {
    let folder = Workshop::new();
    let bucket = folder.path("bucket");
    create_environment(&bucket);
    let (web, orders) = (web(&bucket), orders(&bucket));
    expect(
        &orders.run(Flavour::Shell, "provider"),
        0,
        "Can it be deployed?",
    );
    web.workshop
        .write("examples/orders/OrderShipped/two.json", "{\"id\": \"x\"}");
    for flavour in [Flavour::Github, Flavour::Shell] {
        expect(&web.run(flavour, "consumer"), 1, "Check the examples");
        assert!(!web.workshop.has("pacts"));
    }
    orders.workshop.write("listing.json", "{");
    for flavour in [Flavour::Github, Flavour::Shell] {
        expect(
            &orders.run(flavour, "provider"),
            2,
            "Publish the golden contracts",
        );
    }
}

#[test]
fn a_job_without_storage_says_so_before_it_does_anything() {
    let folder = Workshop::new();
    let mut web = web(&folder.path("bucket"));
    web.bucket = "".into();
    for flavour in [Flavour::Github, Flavour::Shell] {
        let ran = web.run(flavour, "consumer");
        assert_ne!(ran.code, 0);
        assert_eq!(ran.last, "Look at the storage");
        assert!(
            ran.said.contains("set PACTWORK_STORAGE, such as s3://"),
            "{}",
            ran.said
        );
    }
    assert!(!web.workshop.has(".pactwork"));
}

#[test]
fn pactwork_is_installed_by_the_teams_own_command_where_it_is_not_there() {
    let workshop = Workshop::of(WEB);
    let command = "sh -c 'echo installing; exit 7'";
    let init = [
        "init",
        "--ci",
        "all",
        "--test-command",
        "true",
        "--install-command",
        command,
    ];
    workshop
        .run(&init)
        .exits(0)
        .does_not_print("PACTWORK_INSTALL");
    assert_eq!(
        workflow(&workshop, "consumer")["jobs"]["consumer"]["env"].get("PACTWORK_INSTALL"),
        None
    );
    git(&workshop, &["init", "--quiet"]);
    let mut script = Command::new(workshop.path("ci/pactwork-consumer.sh"));
    let finished = Finished::of(script.env("PATH", "/usr/bin:/bin").env("VERSION", "1"));
    finished.exits(7).prints("installing");
}

#[test]
fn a_workflow_can_be_called_started_by_hand_and_by_an_event() {
    let workshop = Workshop::of(&format!("{WEB}{}", ORDERS.split_once('\n').unwrap().1));
    workshop
        .run(&["init", "--test-command", "true", "--environment", "it's"])
        .exits(0)
        .prints("AWS_ROLE (variable), AWS_REGION (variable)");
    for (kind, event) in [
        ("consumer", Some("golden-content-changed")),
        ("provider", Some("contract-requiring-verification")),
        ("deployed", None),
    ] {
        let workflow = workflow(&workshop, kind);
        let on = &workflow["on"];
        assert_eq!(on.get("push").is_some(), event.is_some(), "{kind}");
        assert_eq!(on.get("pull_request").is_some(), event.is_some(), "{kind}");
        for way in ["workflow_call", "workflow_dispatch"] {
            assert_eq!(on[way]["inputs"]["ref"]["type"], "string", "{kind}");
            assert_eq!(
                on[way]["inputs"]["environment"]["default"], "it's",
                "{kind}"
            );
        }
        let types = on["repository_dispatch"].get("types");
        assert_eq!(types, event.map(|event| json!([event])).as_ref(), "{kind}");
        assert_eq!(
            workflow["permissions"],
            json!({ "contents": "read", "id-token": "write" })
        );
        let job = &workflow["jobs"][kind];
        let environment = job["env"]["ENVIRONMENT"].as_str().unwrap();
        assert!(environment.contains("|| 'it''s' }}"), "{environment}");
        let uses = job["steps"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|step| step["uses"].as_str());
        let uses: Vec<_> = uses
            .map(|action| action.split_once('@').unwrap().0)
            .collect();
        assert_eq!(
            uses,
            ["actions/checkout", "aws-actions/configure-aws-credentials"]
        );
        let reference = job["steps"][0]["with"]["ref"].as_str().unwrap();
        assert!(reference.starts_with("${{ inputs.ref || "), "{reference}");
    }
}

#[test]
fn what_comes_from_an_event_is_never_part_of_a_command() {
    let workshop = Workshop::of(&format!("{WEB}{}", ORDERS.split_once('\n').unwrap().1));
    for credentials in ["oidc", "secrets"] {
        for url in ["s3://b", "gs://b", "az://b"] {
            let configuration =
                format!("{WEB}[storage]\nurl = \"{url}\"\n[provider]\nstart = \"x\"\n");
            workshop.write("pactwork.toml", &configuration);
            let init = [
                "init",
                "--force",
                "--test-command",
                "true",
                "--credentials",
                credentials,
            ];
            workshop.run(&init).exits(0);
            for kind in ["consumer", "provider", "deployed"] {
                let workflow = workflow(&workshop, kind);
                for step in workflow["jobs"][kind]["steps"].as_array().unwrap() {
                    let run = step["run"].as_str().unwrap_or_default();
                    assert!(!run.contains("${{"), "{run}");
                }
            }
        }
    }
}

/// The variables of the job that are about storage, and what signs on to it.
fn access(url: &str, credentials: &str) -> (Vec<String>, Option<String>) {
    let configuration = format!("participant = \"web\"\n[storage]\nurl = \"{url}\"\n");
    let workshop = Workshop::of(&configuration);
    let init = [
        "init",
        "--test-command",
        "true",
        "--credentials",
        credentials,
    ];
    workshop
        .run(&init)
        .exits(0)
        .does_not_print("PACTWORK_STORAGE");
    let workflow = workflow(&workshop, "consumer");
    let token = workflow["permissions"].get("id-token").is_some();
    assert_eq!(token, credentials == "oidc");
    let job = &workflow["jobs"]["consumer"];
    let names = job["env"].as_object().unwrap().keys();
    let clouds = ["AWS_", "AZURE_", "GOOGLE_", "PACT_", "PACTWORK_STORAGE"];
    let names = names.filter(|name| clouds.iter().any(|start| name.starts_with(start)));
    let mut names: Vec<_> = names.cloned().collect();
    names.sort_unstable();
    let uses = job["steps"][2].get("uses").and_then(Value::as_str);
    let uses = uses.and_then(|uses| uses.split('@').next());
    (names, uses.map(str::to_owned))
}

#[test]
fn credentials_are_those_of_the_configured_storage() {
    let account = "AZURE_STORAGE_ACCOUNT_NAME";
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_SECRET_ACCESS_KEY"];
    for (url, names, uses) in [
        ("s3://b", vec![], "aws-actions/configure-aws-credentials"),
        ("gs://b", vec![], "google-github-actions/auth"),
        (
            "az://b",
            vec![account, "PACTWORK_STORAGE_USE_AZURE_CLI"],
            "azure/login",
        ),
    ] {
        let names = names.into_iter().map(str::to_owned).collect();
        assert_eq!(access(url, "oidc"), (names, Some(uses.into())), "{url}");
    }
    for (url, names) in [
        ("s3://b", keys.to_vec()),
        ("gs://b", vec!["GOOGLE_SERVICE_ACCOUNT_KEY"]),
        ("az://b", vec!["AZURE_STORAGE_ACCOUNT_KEY", account]),
    ] {
        let names = names.into_iter().map(str::to_owned).collect();
        assert_eq!(access(url, "secrets"), (names, None), "{url}");
    }
}

#[test]
fn nothing_is_overwritten_without_force_and_the_same_is_written_always() {
    let workshop = Workshop::of(WEB);
    let init = ["init", "--ci", "all", "--test-command", "make test"];
    let files = [
        ".github/workflows/pactwork-consumer.yml",
        "ci/pactwork-consumer.sh",
        ".github/workflows/pactwork-deployed.yml",
        "ci/pactwork-deployed.sh",
    ];
    let first = workshop.run(&init).exits(0);
    for file in files {
        assert!(first.stdout.contains(&format!("wrote {file}\n")), "{first}");
    }
    let before = workshop.snapshot("");
    let again = workshop.run(&init).exits(0);
    for file in files {
        assert!(
            again.stdout.contains(&format!("unchanged {file}\n")),
            "{again}"
        );
    }
    assert_eq!(workshop.snapshot(""), before);

    workshop.write(files[1], "mine");
    std::fs::remove_file(workshop.path(files[2])).unwrap();
    workshop
        .run(&init)
        .exits(2)
        .says("error: already there with other contents: ci/pactwork-consumer.sh\nNothing was written.")
        .says("what to do: overwrite it with --force, or write elsewhere with --output DIR");
    assert_eq!(workshop.read(files[1]), "mine");
    assert!(!workshop.has(files[2]));
    workshop.run(&[&init[..], &["--force"]].concat()).exits(0);
    assert_eq!(workshop.snapshot(""), before);

    let elsewhere = [&init[..], &["--output", "preview"]].concat();
    workshop.run(&elsewhere).exits(0);
    for file in files {
        assert_eq!(
            workshop.read(&format!("preview/{file}")),
            workshop.read(file)
        );
    }
}

#[test]
fn a_new_repository_gets_a_configuration() {
    let workshop = Workshop::new();
    workshop
        .run(&["init"])
        .exits(2)
        .says("what to do: give --participant NAME, or write participant = \"…\" in pactwork.toml");
    workshop
        .run(&["init", "--participant", "web"])
        .exits(2)
        .says("error: it is not known what runs this consumer's tests");
    assert!(!workshop.has("pactwork.toml"));
    workshop.write("package.json", "{}");
    workshop
        .run(&["init", "--participant", "web"])
        .exits(0)
        .prints("wrote pactwork.toml\n")
        .prints("Next:\n  1. complete pactwork.toml");
    let jobs = workflow(&workshop, "consumer");
    let steps = jobs["jobs"]["consumer"]["steps"].to_string();
    assert!(
        steps.contains(r#""run":"npm install\nnpm test\n""#),
        "{steps}"
    );
    let configuration = workshop.read("pactwork.toml");
    workshop
        .run(&["init", "--participant", "web", "--force"])
        .exits(0)
        .does_not_print("pactwork.toml\n");
    assert_eq!(workshop.read("pactwork.toml"), configuration);
    workshop
        .run(&["init", "--participant", "phone"])
        .exits(2)
        .says("error: --participant phone: pactwork.toml in ")
        .says("says participant = \"web\"");
    workshop.write("other.toml", "participant = \"x\"");
    workshop
        .run(&["init", "--config", "other.toml"])
        .exits(2)
        .says("other.toml: the workflows would not find it");
}

#[test]
fn a_role_that_cannot_be_played_yet_is_a_warning() {
    let workshop = Workshop::of("participant = \"web\"\n");
    workshop
        .run(&["init", "--role", "provider"])
        .exits(0)
        .says("warning: provider.start of pactwork.toml is not there")
        .does_not_print("consumer");
}

#[test]
fn services_of_one_repository_have_files_of_their_own() {
    let workshop = Workshop::new();
    git(&workshop, &["init", "--quiet"]);
    workshop.write("Cargo.toml", "");
    let folder = "services/the web's";
    workshop.write(
        &format!("{folder}/pactwork.toml"),
        "participant = \"a/b\"\n",
    );
    let mut init = workshop.command(&["init", "--ci", "all"]);
    Finished::of(init.current_dir(workshop.path(folder))).exits(0);
    let name = "pactwork-a%2Fb-consumer";
    let workflow = parsed(&workshop.read(&format!(".github/workflows/{name}.yml")));
    assert_eq!(workflow["name"], "a/b as consumer");
    assert_eq!(workflow["defaults"]["run"]["working-directory"], folder);
    let tests = &workflow["jobs"]["consumer"]["steps"][5]["run"];
    assert_eq!(tests, "cargo test\n");

    let script = workshop.path(&format!("ci/{name}.sh"));
    let text = fs::read_to_string(&script).unwrap();
    assert!(text.contains("cargo test"), "{text}");
    fs::write(&script, text.replace("cargo test", "pwd; exit 9")).unwrap();
    let mut command = Command::new(&script);
    let programs = Path::new(PACTWORK).parent().unwrap().display();
    command.env("PATH", format!("{programs}:/usr/bin:/bin"));
    command
        .env("VERSION", "1")
        .env("PACTWORK_STORAGE", "bucket");
    Finished::of(&mut command)
        .exits(9)
        .prints(&format!("{folder}\n"));
}
