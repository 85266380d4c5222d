//! The raw arguments, checked into a plan: everything that a command needs, and
//! nothing that it would have to look up in the configuration, the environment
//! or the working folder.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pactwork_broker::Happening;

use crate::args::{Command, Format, Global, Golden, PublishAs};
use crate::ci;
use crate::commands::{
    can_i_deploy, changed, clean, create_environment, diff, doctor, environments, golden_check,
    golden_generate, golden_publish, golden_pull, graph, import, init, list, log, matrix, mock,
    notify, prune, publish, pull, record, record_traffic, record_verification, show, stub, verify,
};
use crate::config::Config;
use crate::exit::Exit;
use crate::failure::Result;
use crate::git;
use crate::output::Output;
use crate::storage::{Given, Storage};

/// What the arguments are checked against.
#[derive(Debug)]
pub struct Context {
    pub config: Config,
    pub working_folder: PathBuf,
    pub storage: Storage,
    /// Where a workflow's step takes its summary.
    pub step_summary: Option<PathBuf>,
    pub verbose: bool,
    branch_of_ci: Option<String>,
}

impl Context {
    /// Reads the configuration that counts in the working folder.
    pub fn read(global: Global, working_folder: PathBuf, output: &Output) -> Result<Self> {
        let config = Config::load(global.config.as_deref(), &working_folder)?;
        let environment = variables();
        let branch_of_ci = ci::branch(&environment);
        let step_summary = ci::step_summary(&environment).map(PathBuf::from);
        let given = Given {
            url: global.storage,
            options: global.storage_option,
            environment,
        };
        let storage = Storage::locate(given, &config, &working_folder);
        if let Some(file) = &config.file {
            output.detail(format!("configuration: {}", file.display()));
        }
        output.detail(format!("storage: {storage}"));
        Ok(Self {
            config,
            working_folder,
            storage,
            step_summary,
            verbose: global.verbose > 0,
            branch_of_ci,
        })
    }

    /// The branch that was given, else git's, else the one that the CI names: its
    /// checkouts are often of a commit alone.
    pub fn branch_or_found(&self, given: Option<String>) -> Option<String> {
        given
            .or_else(|| git::current_branch(&self.config.folder))
            .or_else(|| self.branch_of_ci.clone())
    }

    /// The value of an environment variable whose name begins with `PACT_` or
    /// `PACTWORK_`, unless it is empty.
    pub fn variable(&self, name: &str) -> Option<String> {
        let found = self.storage.location.environment.get(name);
        found.filter(|value| !value.is_empty()).cloned()
    }

    /// The version to publish as, for this configuration's participant.
    pub fn release(&self, given: PublishAs) -> Result<Release> {
        Ok(Release {
            participant: self.config.own_participant()?.to_owned(),
            branch: self.branch_or_found(given.branch),
            version: given.version,
            tags: given.tags,
            build_url: given.build_url,
            plain: match (given.plain, self.config.storage.plain_layout) {
                (true, _) => PlainCopies::Asked,
                (false, true) => PlainCopies::Configured,
                (false, false) => PlainCopies::None,
            },
            format: given.format,
        })
    }
}

/// The variables that a storage or a CI may be known by; what else there is stays
/// where it is.
fn variables() -> BTreeMap<String, String> {
    let known = ["AWS_", "AZURE_", "GOOGLE_", "PACT_", "PACTWORK_"];
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| ci::is_known(name) || known.iter().any(|start| name.starts_with(start)))
        .collect()
}

/// Who publishes, and as which version.
#[derive(Debug)]
pub struct Release {
    pub participant: String,
    pub version: String,
    pub branch: Option<String>,
    pub tags: Vec<String>,
    pub build_url: Option<String>,
    pub plain: PlainCopies,
    /// How it is said what became of it.
    pub format: Format,
}

/// Whether publishing on a main branch also makes plain copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainCopies {
    None,
    Configured,
    Asked,
}

/// A command with everything that it needs.
#[derive(Debug)]
pub enum Plan {
    Mock(mock::Plan),
    Stub(Box<stub::Plan>),
    RecordTraffic(Box<record_traffic::Plan>),
    Verify(Box<verify::Plan>),
    Publish(publish::Plan),
    Pull(pull::Plan),
    Import(import::Plan),
    GoldenGenerate(golden_generate::Plan),
    GoldenPublish(golden_publish::Plan),
    GoldenPull(golden_pull::Plan),
    GoldenCheck(golden_check::Plan),
    Record(record::Plan),
    RecordVerification(record_verification::Plan),
    CreateEnvironment(create_environment::Plan),
    Environments(environments::Plan),
    CanIDeploy(can_i_deploy::Plan),
    Log(log::Plan),
    Changed(changed::Plan),
    Notify(notify::Plan),
    Init(init::Plan),
    Matrix(matrix::Plan),
    Graph(graph::Plan),
    List(list::Plan),
    Show(show::Plan),
    Diff(diff::Plan),
    Prune(prune::Plan),
    Clean(clean::Plan),
    Doctor(doctor::Plan),
}

impl Plan {
    /// Checks a command's arguments.
    pub fn check(command: Command, context: &Context) -> Result<Self> {
        Ok(match command {
            Command::Stub(args) => Self::Stub(Box::new(stub::plan(args, context)?)),
            Command::Mock(args) => Self::Mock(mock::plan(args, context)?),
            Command::RecordTraffic(args) => {
                Self::RecordTraffic(Box::new(record_traffic::plan(*args, context)?))
            }
            Command::Verify(args) => Self::Verify(Box::new(verify::plan(*args, context)?)),
            Command::Publish(args) => Self::Publish(publish::plan(args, context)?),
            Command::Pull(args) => Self::Pull(pull::plan(args, context)?),
            Command::Import(args) => Self::Import(import::plan(args, context)?),
            Command::Golden(Golden::Generate(args)) => {
                Self::GoldenGenerate(golden_generate::plan(args, context)?)
            }
            Command::Golden(Golden::Publish(args)) => {
                Self::GoldenPublish(golden_publish::plan(args, context)?)
            }
            Command::Golden(Golden::Pull(_)) => Self::GoldenPull(golden_pull::plan(context)),
            Command::Golden(Golden::Check(_)) => Self::GoldenCheck(golden_check::plan(context)),
            Command::RecordDeployment(args) => {
                Self::Record(record::plan_deployment(args, Happening::Deployed, context)?)
            }
            Command::RecordUndeployment(args) => Self::Record(record::plan_deployment(
                args,
                Happening::Undeployed,
                context,
            )?),
            Command::RecordRelease(args) => {
                Self::Record(record::plan_release(args, Happening::Released, context)?)
            }
            Command::RecordSupportEnded(args) => Self::Record(record::plan_release(
                args,
                Happening::SupportEnded,
                context,
            )?),
            Command::RecordVerification(args) => {
                Self::RecordVerification(record_verification::plan(args, context))
            }
            Command::CreateEnvironment(args) => {
                Self::CreateEnvironment(create_environment::plan(args, context))
            }
            Command::Environments(args) => Self::Environments(environments::plan(&args, context)),
            Command::CanIDeploy(args) => Self::CanIDeploy(can_i_deploy::plan(args, context)?),
            Command::Log(args) => Self::Log(log::plan(args, context)?),
            Command::Changed(args) => Self::Changed(changed::plan(args, context)?),
            Command::Notify(args) => Self::Notify(notify::plan(args, context)?),
            Command::Init(args) => Self::Init(init::plan(args, context)?),
            Command::Matrix(args) => Self::Matrix(matrix::plan(args, context)?),
            Command::Graph(args) => Self::Graph(graph::plan(args, context)),
            Command::List(args) => Self::List(list::plan(args, context)?),
            Command::Show(args) => Self::Show(show::plan(args, context)?),
            Command::Diff(args) => Self::Diff(diff::plan(args, context)?),
            Command::Prune(args) => Self::Prune(prune::plan(&args, context)),
            Command::Clean(args) => Self::Clean(clean::plan(&args, context)?),
            Command::Doctor(args) => Self::Doctor(doctor::plan(&args, context)),
        })
    }

    /// Does it.
    pub async fn run(self, output: &Output) -> Result<Exit> {
        match self {
            Self::Mock(plan) => mock::run(plan, output).await,
            Self::Stub(plan) => stub::run(*plan, output).await,
            Self::RecordTraffic(plan) => record_traffic::run(*plan, output).await,
            Self::Verify(plan) => verify::run(*plan, output).await,
            Self::Publish(plan) => publish::run(plan, output).await,
            Self::Pull(plan) => pull::run(plan, output).await,
            Self::Import(plan) => import::run(plan, output).await,
            Self::GoldenGenerate(plan) => golden_generate::run(plan, output).await,
            Self::GoldenPublish(plan) => golden_publish::run(plan, output).await,
            Self::GoldenPull(plan) => golden_pull::run(plan, output).await,
            Self::GoldenCheck(plan) => golden_check::run(plan, output),
            Self::Record(plan) => record::run(plan, output).await,
            Self::RecordVerification(plan) => record_verification::run(plan, output).await,
            Self::CreateEnvironment(plan) => create_environment::run(plan, output).await,
            Self::Environments(plan) => environments::run(plan, output).await,
            Self::CanIDeploy(plan) => can_i_deploy::run(plan, output).await,
            Self::Log(plan) => log::run(plan, output).await,
            Self::Changed(plan) => changed::run(plan, output).await,
            Self::Notify(plan) => notify::run(plan, output).await,
            Self::Init(plan) => init::run(plan, output),
            Self::Matrix(plan) => matrix::run(plan, output).await,
            Self::Graph(plan) => graph::run(plan, output).await,
            Self::List(plan) => list::run(plan, output).await,
            Self::Show(plan) => show::run(plan, output).await,
            Self::Diff(plan) => diff::run(plan, output).await,
            Self::Prune(plan) => prune::run(plan, output).await,
            Self::Clean(plan) => clean::run(plan, output),
            Self::Doctor(plan) => doctor::run(plan, output).await,
        }
    }
}
