//! `pactwork init`: writes a repository's CI workflows for what its configuration has.

mod configuration;
mod github;
mod job;
mod repository;
mod script;

use std::fs;
use std::path::{Path, PathBuf};

use pactwork_contract::write_atomically;

use crate::args::{self, Ci, Credentials, Role};
use crate::config::{Config, FILE_NAME};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::file_names;
use crate::output::Output;
use crate::plan::Context;
use crate::storage::repository_root;
use github::{Access, Cloud};
use job::{Consumer, Job, Kind, Provider, Setup};

/// What is written.
#[derive(Debug)]
pub struct Plan {
    /// A new configuration, where there is none.
    configuration: Option<File>,
    files: Vec<File>,
    force: bool,
    /// What is odd about the configuration.
    warnings: Vec<String>,
    /// What is left to do, in order.
    next: Vec<String>,
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    contents: String,
    is_program: bool,
}

/// Checks the arguments.
pub fn plan(args: args::Init, context: &Context) -> Result<Plan> {
    let config = &context.config;
    let participant = participant(&args, context)?;
    let configuration = config.file.is_none().then(|| File {
        path: context.working_folder.join(FILE_NAME),
        contents: configuration::configuration(&participant),
        is_program: false,
    });
    let root = repository_root(&config.folder);
    let setup = setup(participant, &root, &args, config)?;
    let access = Access {
        storage: Cloud::of(config.storage.url.as_deref()),
        credentials: args.credentials,
    };
    let output = args.output.as_ref();
    let output = output.map_or(root, |folder| context.working_folder.join(folder));
    let mut files = Vec::new();
    for job in job::jobs(&setup) {
        if args.ci != Ci::Shell {
            files.push(workflow(&job, &setup, access, &output));
        }
        if args.ci != Ci::Github {
            files.push(script(&job, &setup, &output));
        }
    }
    Ok(Plan {
        configuration,
        files,
        force: args.force,
        warnings: warnings(&setup, config),
        next: next(&args, &setup, access, context),
    })
}

/// The name in the configuration, which the flag may only repeat.
fn participant(args: &args::Init, context: &Context) -> Result<String> {
    let config = &context.config;
    let named = |file: &Path| file.file_name().is_some_and(|name| name == FILE_NAME);
    if let Some(file) = config.file.as_ref().filter(|file| !named(file)) {
        return Err(Failure::wrong_input(format!(
            "{}: the workflows would not find it",
            file.display()
        ))
        .advise(format!("name it {FILE_NAME}")));
    }
    match (&args.participant, &config.participant) {
        (Some(given), Some(known)) if given != known => Err(Failure::wrong_input(format!(
            "--participant {given}: {FILE_NAME} in {} says participant = \"{known}\"",
            config.folder.display()
        ))
        .advise(format!("leave --participant out, or correct {FILE_NAME}"))),
        (_, Some(known)) => Ok(known.clone()),
        (Some(given), None) => Ok(given.clone()),
        (None, None) => config.participant_or(None, "--participant"),
    }
}

fn setup(participant: String, root: &Path, args: &args::Init, config: &Config) -> Result<Setup> {
    let found = repository::commands(&config.folder, root);
    let lines = |command: &str| command.lines().map(str::to_owned).collect::<Vec<_>>();
    let (consumes, provides) = roles(args.role, config);
    let test = args.test_command.as_deref().map_or(found.test, lines);
    if consumes && test.is_empty() {
        return Err(
            Failure::wrong_input("it is not known what runs this consumer's tests")
                .advise("give --test-command COMMAND, or --role provider"),
        );
    }
    let build = args.build_command.as_deref().map_or(found.build, lines);
    Ok(Setup {
        participant,
        folder: below(root, &config.folder),
        consumer: consumes.then_some(Consumer {
            golden: !config.consumer.events.is_empty(),
            test,
        }),
        provider: provides.then(|| Provider {
            golden: config.provider.golden.is_some(),
            build,
        }),
        install: args.install_command.clone(),
        environment: args.environment.clone(),
        storage_is_configured: is_shared(config),
    })
}

/// Whoever is not told to be verified is a consumer.
fn roles(given: Option<Role>, config: &Config) -> (bool, bool) {
    let provider = &config.provider;
    let provides = provider.is_reached() || provider.golden.is_some();
    let consumer = &config.consumer;
    let consumes = !provides || !consumer.events.is_empty() || consumer.pacts.exists();
    match given {
        Some(Role::Consumer) => (true, false),
        Some(Role::Provider) => (false, true),
        Some(Role::Both) => (true, true),
        None => (consumes, provides),
    }
}

/// A folder of one machine is no place to share.
fn is_shared(config: &Config) -> bool {
    let url = config.storage.url.as_deref();
    let scheme = url.and_then(|url| url.split_once("://"));
    scheme.is_some_and(|(scheme, _)| scheme != "file")
}

/// A folder's path from the root, with `/`.
fn below(root: &Path, folder: &Path) -> String {
    let path = folder.strip_prefix(root).unwrap_or(Path::new(""));
    let segments = path.components();
    let segments = segments.map(|segment| segment.as_os_str().to_string_lossy());
    segments.collect::<Vec<_>>().join("/")
}

/// Several services of one repository have files of their own.
fn file_name(job: &Job, setup: &Setup, ending: &str) -> String {
    let kind = job.kind.name();
    match setup.folder.as_str() {
        "" => format!("pactwork-{kind}.{ending}"),
        _ => format!(
            "pactwork-{}-{kind}.{ending}",
            file_names::encode(&setup.participant)
        ),
    }
}

fn workflow(job: &Job, setup: &Setup, access: Access, output: &Path) -> File {
    let name = file_name(job, setup, "yml");
    let text = github::workflow(job, setup, access);
    File {
        contents: text.replace("FILE.yml", &name),
        path: output.join(".github/workflows").join(name),
        is_program: false,
    }
}

fn script(job: &Job, setup: &Setup, output: &Path) -> File {
    File {
        path: output.join("ci").join(file_name(job, setup, "sh")),
        contents: script::script(job, setup),
        is_program: true,
    }
}

fn warnings(setup: &Setup, config: &Config) -> Vec<String> {
    let mut warnings = Vec::new();
    if setup.provider.is_some() && !config.provider.is_reached() {
        warnings.push(format!(
            "provider.start of {FILE_NAME} is not there: `pactwork verify` will not know how the \
             provider is started"
        ));
    }
    warnings
}

fn next(args: &args::Init, setup: &Setup, access: Access, context: &Context) -> Vec<String> {
    let mut next = Vec::new();
    if context.config.file.is_none() {
        next.push(format!(
            "complete {FILE_NAME}, and run pactwork init again if that adds a role"
        ));
    }
    let mut needed = Vec::new();
    if !setup.storage_is_configured {
        needed.push("PACTWORK_STORAGE (such as s3://bucket/contracts) or PACT_BUCKET".to_owned());
    }
    if setup.install.is_none() {
        needed.push("PACTWORK_INSTALL (the command that installs pactwork)".to_owned());
    }
    if !needed.is_empty() {
        next.push(format!(
            "set these variables in the CI: {}",
            needed.join("; ")
        ));
    }
    if args.ci != Ci::Shell {
        let needed = access.needed();
        let needed = needed.iter().map(|(kind, name)| format!("{name} ({kind})"));
        let how = match access.credentials {
            Credentials::Oidc => "to sign on to the storage by OpenID Connect",
            Credentials::Secrets => "to sign on to the storage",
        };
        let needed = needed.collect::<Vec<_>>().join(", ");
        next.push(format!("{how}, set in the GitHub repository: {needed}"));
    }
    next.push(format!(
        "make the environment known to the storage, once: pactwork create-environment {}",
        setup.environment
    ));
    next.push("commit the files, and look at the first run".into());
    let deployed = Kind::Deployed.name();
    next.push(format!("after each deployment, run the job \"{deployed}\""));
    next
}

/// Writes everything or nothing.
pub fn run(plan: Plan, output: &Output) -> Result<Exit> {
    for warning in &plan.warnings {
        output.warning(warning);
    }
    if !plan.force {
        refuse_to_overwrite(&plan.files, output)?;
    }
    let files = plan.configuration.iter().chain(&plan.files);
    for file in files {
        let done = match is_there(file) {
            true => "unchanged",
            false => {
                write(file)?;
                "wrote"
            }
        };
        output.result(&format!("{done} {}", output.path(&file.path)))?;
    }
    output.result("\nNext:")?;
    for (index, step) in plan.next.iter().enumerate() {
        output.result(&format!("  {}. {step}", index + 1))?;
    }
    Ok(Exit::Holds)
}

fn is_there(file: &File) -> bool {
    fs::read(&file.path).is_ok_and(|found| found == file.contents.as_bytes())
}

fn refuse_to_overwrite(files: &[File], output: &Output) -> Result<()> {
    let others = files
        .iter()
        .filter(|file| file.path.symlink_metadata().is_ok() && !is_there(file));
    let paths: Vec<_> = others
        .map(|file| output.path(&file.path).to_string())
        .collect();
    if paths.is_empty() {
        return Ok(());
    }
    Err(Failure::wrong_input(format!(
        "already there with other contents: {}\nNothing was written.",
        paths.join(", ")
    ))
    .advise("overwrite it with --force, or write elsewhere with --output DIR"))
}

fn write(file: &File) -> Result<()> {
    let cannot_write = |reason| Failure::cannot_write(&file.path, &reason);
    if let Some(folder) = file.path.parent() {
        fs::create_dir_all(folder).map_err(cannot_write)?;
    }
    write_atomically(&file.path, file.contents.as_bytes()).map_err(cannot_write)?;
    match file.is_program {
        true => make_executable(&file.path).map_err(cannot_write),
        false => Ok(()),
    }
}

#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) -> std::io::Result<()> {
    Ok(())
}
