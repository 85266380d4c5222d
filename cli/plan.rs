//! The raw arguments, checked into a plan: everything that a command needs, and
//! nothing that it would have to look up in the configuration, the environment
//! or the working folder.

use std::path::PathBuf;

use pactwork_broker::Happening;

use crate::args::{Command, Global, Golden, PublishAs};
use crate::commands::{
    can_i_deploy, clean, environments, golden_check, golden_generate, golden_publish, golden_pull,
    mock, prune, publish, pull, record, verify,
};
use crate::config::Config;
use crate::exit::Exit;
use crate::failure::Result;
use crate::git;
use crate::output::Output;
use crate::storage::Storage;

/// What the arguments are checked against.
#[derive(Debug)]
pub struct Context {
    pub config: Config,
    pub working_folder: PathBuf,
    pub storage: Storage,
}

impl Context {
    /// Reads the configuration that counts in the working folder.
    pub fn read(global: Global, working_folder: PathBuf, output: &Output) -> Result<Self> {
        let config = Config::load(global.config.as_deref(), &working_folder)?;
        let given = global.storage.filter(|url| !url.is_empty());
        let storage = Storage::locate(given, &config, &working_folder);
        if let Some(file) = &config.file {
            output.detail(format!("configuration: {}", file.display()));
        }
        output.detail(format!("storage: {storage}"));
        Ok(Self {
            config,
            working_folder,
            storage,
        })
    }

    /// The branch that was given, else git's.
    pub fn branch_or_gits(&self, given: Option<String>) -> Option<String> {
        given.or_else(|| git::current_branch(&self.config.folder))
    }

    /// The version to publish as, for this configuration's participant.
    pub fn release(&self, given: PublishAs) -> Result<Release> {
        Ok(Release {
            participant: self.config.own_participant()?.to_owned(),
            branch: self.branch_or_gits(given.branch),
            version: given.version,
            tags: given.tags,
            build_url: given.build_url,
        })
    }
}

/// Who publishes, and as which version.
#[derive(Debug)]
pub struct Release {
    pub participant: String,
    pub version: String,
    pub branch: Option<String>,
    pub tags: Vec<String>,
    pub build_url: Option<String>,
}

/// A command with everything that it needs.
#[derive(Debug)]
pub enum Plan {
    Mock(mock::Plan),
    Verify(Box<verify::Plan>),
    Publish(publish::Plan),
    Pull(pull::Plan),
    GoldenGenerate(golden_generate::Plan),
    GoldenPublish(golden_publish::Plan),
    GoldenPull(golden_pull::Plan),
    GoldenCheck(golden_check::Plan),
    Record(record::Plan),
    Environments(environments::Plan),
    CanIDeploy(can_i_deploy::Plan),
    Prune(prune::Plan),
    Clean(clean::Plan),
}

impl Plan {
    /// Checks a command's arguments.
    pub fn check(command: Command, context: &Context) -> Result<Self> {
        Ok(match command {
            Command::Mock(args) => Self::Mock(mock::plan(args, context)),
            Command::Verify(args) => Self::Verify(Box::new(verify::plan(args, context)?)),
            Command::Publish(args) => Self::Publish(publish::plan(args, context)?),
            Command::Pull(args) => Self::Pull(pull::plan(args, context)?),
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
            Command::Environments(args) => Self::Environments(environments::plan(&args, context)),
            Command::CanIDeploy(args) => Self::CanIDeploy(can_i_deploy::plan(args, context)?),
            Command::Prune(args) => Self::Prune(prune::plan(&args, context)),
            Command::Clean(args) => Self::Clean(clean::plan(&args, context)?),
        })
    }

    /// Does it.
    pub async fn run(self, output: &Output) -> Result<Exit> {
        match self {
            Self::Mock(plan) => mock::run(plan, output).await,
            Self::Verify(plan) => verify::run(*plan, output).await,
            Self::Publish(plan) => publish::run(plan, output).await,
            Self::Pull(plan) => pull::run(plan, output).await,
            Self::GoldenGenerate(plan) => golden_generate::run(plan, output).await,
            Self::GoldenPublish(plan) => golden_publish::run(plan, output).await,
            Self::GoldenPull(plan) => golden_pull::run(plan, output).await,
            Self::GoldenCheck(plan) => golden_check::run(plan, output),
            Self::Record(plan) => record::run(plan, output).await,
            Self::Environments(plan) => environments::run(plan, output).await,
            Self::CanIDeploy(plan) => can_i_deploy::run(plan, output).await,
            Self::Prune(plan) => prune::run(plan, output).await,
            Self::Clean(plan) => clean::run(plan, output),
        }
    }
}
