//! `pactwork init`.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args as Group, ValueEnum};

/// What runs the workflows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Ci {
    /// GitHub Actions: .github/workflows/pactwork-*.yml
    #[default]
    Github,
    /// Whatever runs a shell: ci/pactwork-*.sh
    Shell,
    /// Both
    All,
}

/// What this participant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    Consumer,
    Provider,
    Both,
}

/// How a GitHub workflow proves who it is to the storage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Credentials {
    /// Short-lived, by OpenID Connect
    #[default]
    Oidc,
    /// The repository's secrets
    Secrets,
}

/// Write this repository's CI workflows
///
/// Writes the consumer's and the provider's job for what pactwork.toml has, and one
/// that records a deployment, as reusable GitHub workflows or as shell scripts: both
/// run the same commands. Where there is no pactwork.toml and --participant is given,
/// a commented one is written first. An existing file is never overwritten without
/// --force; a pactwork.toml never is.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork init
  pactwork init --participant web --role consumer
  pactwork init --ci all --test-command 'make contract-tests' --environment staging

Exit codes:
  0  written, or already there just so
  2  a file of another content is there: nothing is written; or it is not known
     what to write: who this is, what runs its tests")]
pub struct Init {
    /// What runs the workflows
    #[arg(long, value_enum, default_value_t)]
    pub ci: Ci,
    /// Which jobs (default: by what is configured)
    #[arg(long, value_enum)]
    pub role: Option<Role>,
    /// The name for a new pactwork.toml
    #[arg(long, value_name = "P", value_parser = NonEmptyStringValueParser::new())]
    pub participant: Option<String>,
    /// The folder to write to (default: the repository's root)
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Overwrite what is there
    #[arg(long)]
    pub force: bool,
    /// What runs the consumer's tests (default: by what is in the repository, such as
    /// cargo test for Cargo.toml)
    #[arg(long, value_name = "COMMAND", value_parser = NonEmptyStringValueParser::new())]
    pub test_command: Option<String>,
    /// What builds the provider before it is started (default: by what is in the
    /// repository, such as cargo build for Cargo.toml)
    #[arg(long, value_name = "COMMAND", value_parser = NonEmptyStringValueParser::new())]
    pub build_command: Option<String>,
    /// What installs pactwork where it is not there (default: the variable
    /// PACTWORK_INSTALL)
    #[arg(long, value_name = "COMMAND", value_parser = NonEmptyStringValueParser::new())]
    pub install_command: Option<String>,
    /// The environment that can-i-deploy is asked for
    #[arg(long, value_name = "E", default_value = "production")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub environment: String,
    /// How a GitHub workflow proves who it is to the storage
    #[arg(long, value_enum, default_value_t)]
    pub credentials: Credentials,
}
