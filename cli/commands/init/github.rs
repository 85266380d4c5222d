//! A job as a reusable workflow of GitHub Actions.
//!
//! What comes from the event reaches a command only as a variable, never as part of
//! its text, so that no branch's name is ever run.

use super::job::{Job, Kind, Setup};
use crate::args::Credentials;

/// What a workflow depends on besides its job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    pub storage: Cloud,
    pub credentials: Credentials,
}

/// Whose storage it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cloud {
    Amazon,
    Google,
    Azure,
}

impl Cloud {
    /// By the storage's URL; Amazon's protocol where it says nothing.
    pub fn of(url: Option<&str>) -> Self {
        match url.and_then(|url| url.split_once(':')) {
            Some(("gs", _)) => Self::Google,
            Some(("az", _)) => Self::Azure,
            _ => Self::Amazon,
        }
    }
}

/// The steps that sign on by OpenID Connect, and the variables that they need.
const OIDC: [(Cloud, &[&str], &str); 3] = [
    (
        Cloud::Amazon,
        &["AWS_ROLE", "AWS_REGION"],
        "      - name: Sign on to the storage
        uses: aws-actions/configure-aws-credentials@v6
        with:
          role-to-assume: ${{ vars.AWS_ROLE }}
          aws-region: ${{ vars.AWS_REGION }}
",
    ),
    (
        Cloud::Google,
        &[
            "GOOGLE_WORKLOAD_IDENTITY_PROVIDER",
            "GOOGLE_SERVICE_ACCOUNT_EMAIL",
        ],
        "      - name: Sign on to the storage
        id: storage
        uses: google-github-actions/auth@v3
        with:
          workload_identity_provider: ${{ vars.GOOGLE_WORKLOAD_IDENTITY_PROVIDER }}
          service_account: ${{ vars.GOOGLE_SERVICE_ACCOUNT_EMAIL }}
          token_format: access_token
          create_credentials_file: false
      - name: Hand the token on
        env:
          TOKEN: ${{ steps.storage.outputs.access_token }}
        run: echo \"GOOGLE_BEARER_TOKEN=$TOKEN\" >> \"$GITHUB_ENV\"
",
    ),
    (
        Cloud::Azure,
        &[
            "AZURE_CLIENT_ID",
            "AZURE_TENANT_ID",
            "AZURE_SUBSCRIPTION_ID",
            "AZURE_STORAGE_ACCOUNT_NAME",
        ],
        "      - name: Sign on to the storage
        uses: azure/login@v3
        with:
          client-id: ${{ vars.AZURE_CLIENT_ID }}
          tenant-id: ${{ vars.AZURE_TENANT_ID }}
          subscription-id: ${{ vars.AZURE_SUBSCRIPTION_ID }}
",
    ),
];

/// The environment that a storage needs besides signing on by OpenID Connect.
const OIDC_ENVIRONMENT: [(Cloud, &[(&str, &str)]); 3] = [
    (Cloud::Amazon, &[]),
    (Cloud::Google, &[]),
    (
        Cloud::Azure,
        &[
            (
                "AZURE_STORAGE_ACCOUNT_NAME",
                "${{ vars.AZURE_STORAGE_ACCOUNT_NAME }}",
            ),
            ("PACTWORK_STORAGE_USE_AZURE_CLI", "'true'"),
        ],
    ),
];

/// The environment with credentials from the repository's secrets.
const SECRETS: [(Cloud, &[(&str, &str)]); 3] = [
    (
        Cloud::Amazon,
        &[
            ("AWS_ACCESS_KEY_ID", "${{ secrets.AWS_ACCESS_KEY_ID }}"),
            (
                "AWS_SECRET_ACCESS_KEY",
                "${{ secrets.AWS_SECRET_ACCESS_KEY }}",
            ),
            ("AWS_REGION", "${{ vars.AWS_REGION }}"),
        ],
    ),
    (
        Cloud::Google,
        &[(
            "GOOGLE_SERVICE_ACCOUNT_KEY",
            "${{ secrets.GOOGLE_SERVICE_ACCOUNT_KEY }}",
        )],
    ),
    (
        Cloud::Azure,
        &[
            (
                "AZURE_STORAGE_ACCOUNT_NAME",
                "${{ vars.AZURE_STORAGE_ACCOUNT_NAME }}",
            ),
            (
                "AZURE_STORAGE_ACCOUNT_KEY",
                "${{ secrets.AZURE_STORAGE_ACCOUNT_KEY }}",
            ),
        ],
    ),
];

impl Access {
    /// What the repository has to have: kind, name.
    pub fn needed(self) -> Vec<(&'static str, &'static str)> {
        if self.credentials == Credentials::Oidc {
            let variables = of(&OIDC.map(|(cloud, names, _)| (cloud, names)), self.storage);
            return variables.iter().map(|name| ("variable", *name)).collect();
        }
        let environment = of(&SECRETS, self.storage).iter();
        let kind = |value: &str| match value.contains("secrets.") {
            true => "secret",
            false => "variable",
        };
        environment
            .map(|(name, value)| (kind(value), *name))
            .collect()
    }

    fn environment(self) -> &'static [(&'static str, &'static str)] {
        match self.credentials {
            Credentials::Oidc => of(&OIDC_ENVIRONMENT, self.storage),
            Credentials::Secrets => of(&SECRETS, self.storage),
        }
    }

    fn sign_on(self) -> &'static str {
        match self.credentials {
            Credentials::Oidc => of(&OIDC.map(|(cloud, _, step)| (cloud, step)), self.storage),
            Credentials::Secrets => "",
        }
    }
}

fn of<T: Copy + Default>(table: &[(Cloud, T)], cloud: Cloud) -> T {
    let found = table.iter().find(|(each, _)| *each == cloud);
    found.map_or_else(T::default, |(_, value)| *value)
}

/// The workflow's text.
pub fn workflow(job: &Job, setup: &Setup, access: Access) -> String {
    let title = job.kind.title(&setup.participant);
    [
        heading(job, access),
        format!("name: {}\n\n", quoted(&title)),
        triggers(job, setup),
        permissions(access),
        defaults(setup),
        format!(
            "jobs:\n  {}:\n    runs-on: ubuntu-latest\n",
            job.kind.name()
        ),
        condition(job, setup),
        environment(job, setup, access),
        "    steps:\n".into(),
        check_out(job),
        access.sign_on().into(),
        steps(job),
    ]
    .concat()
}

fn heading(job: &Job, access: Access) -> String {
    let permissions = match access.credentials {
        Credentials::Oidc => "\n#       permissions: { contents: read, id-token: write }",
        Credentials::Secrets => "",
    };
    let with = match job.kind {
        Kind::Deployed => "\n#       with: { environment: production }",
        _ => "",
    };
    let name = job.kind.name();
    format!(
        "# {}.\n\
         # Written by pactwork init. Another workflow of the repository may call it:\n\
         #   jobs:\n\
         #     {name}:\n\
         #       uses: ./.github/workflows/FILE.yml{with}\n\
         #       secrets: inherit{permissions}\n",
        capitalised(job.kind.summary()),
    )
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// What the workflow may be given: name and description.
const INPUTS: [(&str, &str); 3] = [
    (
        "ref",
        "The commit, branch or tag (default: what started it)",
    ),
    (
        "branch",
        "The branch that the commit counts for (default: what started it)",
    ),
    ("environment", "Where it is to be deployed"),
];

fn triggers(job: &Job, setup: &Setup) -> String {
    let mut text = String::from("on:\n");
    if job.kind != Kind::Deployed {
        text += "  push:\n    branches: [main, master]\n  pull_request:\n";
    }
    for trigger in ["workflow_call", "workflow_dispatch"] {
        text += &format!("  {trigger}:\n    inputs:\n");
        for (name, description) in INPUTS {
            if name == "branch" && job.kind == Kind::Deployed {
                continue;
            }
            let default = match name {
                "environment" => &setup.environment,
                _ => "",
            };
            text += &format!(
                "      {name}:\n        description: {}\n        type: string\n        \
                 required: false\n        default: {}\n",
                quoted(description),
                quoted(default)
            );
        }
    }
    // The names of pactwork's own events.
    let event = match job.kind {
        Kind::Consumer
            if setup
                .consumer
                .as_ref()
                .is_some_and(|consumer| consumer.golden) =>
        {
            "golden-content-changed"
        }
        Kind::Provider => "contract-requiring-verification",
        _ => return text + "\n",
    };
    text + &format!("  repository_dispatch:\n    types: [{event}]\n\n")
}

fn permissions(access: Access) -> String {
    let token = match access.credentials {
        Credentials::Oidc => "  id-token: write\n",
        Credentials::Secrets => "",
    };
    format!("permissions:\n  contents: read\n{token}\n")
}

fn defaults(setup: &Setup) -> String {
    let folder = match setup.folder.as_str() {
        "" => String::new(),
        folder => format!("    working-directory: {}\n", quoted(folder)),
    };
    format!("defaults:\n  run:\n    shell: sh\n{folder}\n")
}

/// Forks are given no credentials; an event may be about another service.
fn condition(job: &Job, setup: &Setup) -> String {
    let name = setup.participant.replace('\'', "''");
    let role = match job.kind {
        Kind::Consumer => "consumer",
        Kind::Provider => "provider",
        Kind::Deployed => return String::new(),
    };
    let ours = format!("github.event.client_payload.{role} || '{name}') == '{name}'");
    let condition = format!("!github.event.pull_request.head.repo.fork && ({ours}");
    format!("    if: {}\n", quoted(&format!("${{{{ {condition} }}}}")))
}

fn environment(job: &Job, setup: &Setup, access: Access) -> String {
    let role = job.kind.name();
    let branch = format!(
        "inputs.branch || github.event.client_payload.branch || \
         github.event.client_payload.{role}_branch || github.head_ref || \
         (!inputs.ref && github.event_name != 'repository_dispatch' && github.ref_name) || ''"
    );
    let environment = format!(
        "inputs.environment || github.event.client_payload.environment || '{}'",
        setup.environment.replace('\'', "''")
    );
    let run = "${{ github.server_url }}/${{ github.repository }}/actions/runs/${{ github.run_id }}";
    let mut variables = Vec::new();
    if job.kind != Kind::Deployed {
        variables.push(("BRANCH", format!("${{{{ {branch} }}}}")));
        variables.push(("BUILD_URL", run.into()));
        variables.push(("DECISION_FORMAT", "github".into()));
    }
    variables.push(("ENVIRONMENT", format!("${{{{ {environment} }}}}")));
    if !setup.storage_is_configured {
        for name in ["PACTWORK_STORAGE", "PACT_BUCKET"] {
            variables.push((name, format!("${{{{ vars.{name} }}}}")));
        }
    }
    if setup.install.is_none() {
        variables.push(("PACTWORK_INSTALL", "${{ vars.PACTWORK_INSTALL }}".into()));
    }
    let mut text = String::from("    env:\n");
    for (name, value) in variables {
        text += &format!("      {name}: {}\n", quoted(&value));
    }
    for (name, value) in access.environment() {
        text += &format!("      {name}: {value}\n");
    }
    text
}

/// The commit is the version; of a pull request it is its head, which git knows
/// by the same name as everybody else.
fn check_out(job: &Job) -> String {
    let payload = match job.kind {
        Kind::Deployed => String::new(),
        kind => format!("github.event.client_payload.{}_version || ", kind.name()),
    };
    format!(
        "      - name: Check out
        uses: actions/checkout@v7
        with:
          ref: ${{{{ inputs.ref || github.event.client_payload.ref || {payload}\
github.event.pull_request.head.sha || github.sha }}}}
      - name: Take the commit as the version
        run: echo \"VERSION=$(git rev-parse HEAD)\" >> \"$GITHUB_ENV\"
"
    )
}

fn steps(job: &Job) -> String {
    let mut text = String::new();
    for step in &job.steps {
        text += &format!("      - name: {}\n        run: |\n", quoted(step.name));
        for line in &step.lines {
            text += &format!("          {line}\n");
        }
    }
    text
}

/// Text in double quotes; JSON's are YAML's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
