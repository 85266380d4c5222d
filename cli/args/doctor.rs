//! `pactwork doctor`.

use clap::Args as Group;

use super::Format;

/// Say which storage is used, as whom, and what may be done with it
///
/// Shows the configuration and the storage with its options and where each was
/// given, and tries out what commands need: listing, reading, writing. A probe is
/// written and removed again; nothing else is changed.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Storages, and how they are told who you are:
  DIR, file:///DIR       a folder
  s3://BUCKET/PREFIX     S3 and what speaks its protocol: AWS_ACCESS_KEY_ID and
                         AWS_SECRET_ACCESS_KEY, or a profile (AWS_PROFILE, also with
                         single sign-on), web identity, or the machine's role;
                         options region, endpoint, path_style, profile, …
  gs://BUCKET/PREFIX     Google Cloud Storage: GOOGLE_APPLICATION_CREDENTIALS,
                         GOOGLE_BEARER_TOKEN, or the machine's role
  az://CONTAINER/PREFIX  Azure Blob Storage: AZURE_STORAGE_ACCOUNT_NAME with
                         AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN, a
                         federated token, or a managed identity
An option that is not known is refused, with those that there are. Secrets are
taken from the environment alone.

Examples:
  pactwork doctor
  pactwork doctor --storage s3://contracts --storage-option endpoint=http://127.0.0.1:9000

Exit codes:
  0  everything that is needed works; what is doubtful is shown
  2  the configuration or an option of the storage is wrong
  3  the storage cannot be used: what was tried, and what to do about it")]
pub struct Doctor {
    /// How the findings are written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}
