//! The jobs of a participant as data: steps of shell commands that hold in every CI.
//!
//! They know VERSION, BRANCH, BUILD_URL and ENVIRONMENT as variables; BRANCH and
//! BUILD_URL may be empty.

/// What the jobs depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    pub participant: String,
    /// The configuration's folder below the repository's root, with `/`; empty for the root.
    pub folder: String,
    pub consumer: Option<Consumer>,
    pub provider: Option<Provider>,
    /// What installs pactwork.
    pub install: Option<String>,
    /// The environment where nobody says another one.
    pub environment: String,
    /// Whether the configuration says where contracts are shared.
    pub storage_is_configured: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumer {
    /// Whether it consumes events.
    pub golden: bool,
    /// What runs its tests, a command a line.
    pub test: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Whether it generates golden contracts.
    pub golden: bool,
    /// What builds it, a command a line.
    pub build: Vec<String>,
}

/// The three jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Consumer,
    Provider,
    Deployed,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Consumer => "consumer",
            Self::Provider => "provider",
            Self::Deployed => "deployed",
        }
    }

    /// A participant's job by name.
    pub fn title(self, participant: &str) -> String {
        match self {
            Self::Consumer | Self::Provider => format!("{participant} as {}", self.name()),
            Self::Deployed => format!("{participant} is deployed"),
        }
    }

    /// What it does, in one line.
    pub fn summary(self) -> &'static str {
        match self {
            Self::Consumer => {
                "tests what it relies on, publishes it, asks whether it can be deployed"
            }
            Self::Provider => "verifies what others rely on, asks whether it can be deployed",
            Self::Deployed => "records a deployment; run it after each",
        }
    }
}

/// A job, step by step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub kind: Kind,
    pub steps: Vec<Step>,
}

/// One step, which stops the job if one of its commands fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub name: &'static str,
    /// Lines of shell.
    pub lines: Vec<String>,
}

impl Step {
    fn of(name: &'static str, text: &str) -> Self {
        Self {
            name,
            lines: text.lines().map(str::to_owned).collect(),
        }
    }
}

const GOLDEN_PULL: &str = "pactwork golden pull";

const GOLDEN_CHECK: &str = "pactwork golden check";

const PUBLISH: &str = r#"pactwork publish --version "$VERSION" \
    ${BRANCH:+--branch "$BRANCH"} ${BUILD_URL:+--build-url "$BUILD_URL"}"#;

const GOLDEN_PUBLISH: &str = r#"pactwork golden generate
pactwork golden publish --version "$VERSION" \
    ${BRANCH:+--branch "$BRANCH"} ${BUILD_URL:+--build-url "$BUILD_URL"}"#;

const VERIFY: &str = r#"pactwork verify --record --version "$VERSION" \
    ${BRANCH:+--branch "$BRANCH"} ${BUILD_URL:+--build-url "$BUILD_URL"}"#;

const CAN_I_DEPLOY: &str = r#"pactwork can-i-deploy --version "$VERSION" --to-environment "$ENVIRONMENT" \
    --retry-while-unknown "${RETRIES:-30}" --format "${DECISION_FORMAT:-human}""#;

const RECORD: &str =
    r#"pactwork record-deployment --version "$VERSION" --environment "$ENVIRONMENT""#;

const NEEDS_STORAGE: &str = r#": "${PACTWORK_STORAGE:-${PACT_BUCKET:?set PACTWORK_STORAGE, such as s3://bucket/contracts, or PACT_BUCKET}}""#;

/// The jobs of a setup: those of its roles, and the one after a deployment.
pub fn jobs(setup: &Setup) -> Vec<Job> {
    let consumer = setup.consumer.as_ref().map(|consumer| Job {
        kind: Kind::Consumer,
        steps: [start(setup), consumers(consumer)].concat(),
    });
    let provider = setup.provider.as_ref().map(|provider| Job {
        kind: Kind::Provider,
        steps: [start(setup), providers(provider)].concat(),
    });
    let record = Step::of("Record the deployment", RECORD);
    let deployed = Job {
        kind: Kind::Deployed,
        steps: [start(setup), vec![record]].concat(),
    };
    let roles = consumer.into_iter().chain(provider);
    roles.chain([deployed]).collect()
}

/// What every job begins with.
fn start(setup: &Setup) -> Vec<Step> {
    let install = match &setup.install {
        Some(command) => command.lines().map(|line| format!("    {line}")).collect(),
        None => vec![
            r#"    sh -c "${PACTWORK_INSTALL:?set PACTWORK_INSTALL to the command that installs pactwork}""#
                .to_owned(),
        ],
    };
    let mut lines = vec!["if ! command -v pactwork > /dev/null; then".to_owned()];
    lines.extend(install);
    lines.push("fi".into());
    let storage = match setup.storage_is_configured {
        true => "pactwork doctor".into(),
        false => format!("{NEEDS_STORAGE}\npactwork doctor"),
    };
    vec![
        Step {
            name: "Install pactwork",
            lines,
        },
        Step::of("Look at the storage", &storage),
    ]
}

fn consumers(consumer: &Consumer) -> Vec<Step> {
    let mut steps = Vec::new();
    if consumer.golden {
        steps.push(Step::of("Pull the golden contracts", GOLDEN_PULL));
        steps.push(Step::of("Check the examples", GOLDEN_CHECK));
    }
    steps.push(Step {
        name: "Test what it relies on",
        lines: consumer.test.clone(),
    });
    steps.push(Step::of("Publish the pacts", PUBLISH));
    steps.push(Step::of("Can it be deployed?", CAN_I_DEPLOY));
    steps
}

fn providers(provider: &Provider) -> Vec<Step> {
    let mut steps = Vec::new();
    if !provider.build.is_empty() {
        steps.push(Step {
            name: "Build",
            lines: provider.build.clone(),
        });
    }
    if provider.golden {
        steps.push(Step::of("Publish the golden contracts", GOLDEN_PUBLISH));
    }
    steps.push(Step::of("Verify what others rely on", VERIFY));
    steps.push(Step::of("Can it be deployed?", CAN_I_DEPLOY));
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup() -> Setup {
        Setup {
            participant: "web".into(),
            folder: String::new(),
            consumer: Some(Consumer {
                golden: false,
                test: vec!["make test".into()],
            }),
            provider: None,
            install: None,
            environment: "production".into(),
            storage_is_configured: false,
        }
    }

    fn steps(setup: &Setup, kind: Kind) -> Vec<&'static str> {
        let jobs = jobs(setup).into_iter().filter(|job| job.kind == kind);
        jobs.flat_map(|job| job.steps)
            .map(|step| step.name)
            .collect()
    }

    #[test]
    fn a_job_has_the_steps_that_its_configuration_has_a_use_for() {
        let begin = ["Install pactwork", "Look at the storage"];
        let mut setup = setup();
        let consumer = [
            "Test what it relies on",
            "Publish the pacts",
            "Can it be deployed?",
        ];
        assert_eq!(
            steps(&setup, Kind::Consumer),
            [&begin[..], &consumer].concat()
        );
        assert_eq!(steps(&setup, Kind::Provider), [] as [&str; 0]);
        let deployed = ["Record the deployment"];
        assert_eq!(
            steps(&setup, Kind::Deployed),
            [&begin[..], &deployed].concat()
        );

        setup.consumer = Some(Consumer {
            golden: true,
            test: Vec::new(),
        });
        let golden = ["Pull the golden contracts", "Check the examples"];
        assert_eq!(
            steps(&setup, Kind::Consumer),
            [&begin[..], &golden, &consumer].concat()
        );

        let provider = |golden, build: &[&str]| Provider {
            golden,
            build: build.iter().map(|line| (*line).into()).collect(),
        };
        let verify = ["Verify what others rely on", "Can it be deployed?"];
        setup.provider = Some(provider(false, &[]));
        assert_eq!(
            steps(&setup, Kind::Provider),
            [&begin[..], &verify].concat()
        );
        setup.provider = Some(provider(true, &["make"]));
        let more = ["Build", "Publish the golden contracts"];
        assert_eq!(
            steps(&setup, Kind::Provider),
            [&begin[..], &more, &verify].concat()
        );
    }

    #[test]
    fn storage_has_to_be_said_where_the_configuration_does_not() {
        let mut setup = setup();
        let lines = |setup: &Setup| jobs(setup)[0].steps[1].lines.clone();
        assert_eq!(lines(&setup), [NEEDS_STORAGE, "pactwork doctor"]);
        setup.storage_is_configured = true;
        assert_eq!(lines(&setup), ["pactwork doctor"]);
    }
}
