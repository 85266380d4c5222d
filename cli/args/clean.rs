//! `pactwork clean`.

use clap::Args as Group;

/// Remove what this participant's runs wrote
///
/// Removes its recorded pacts (files of consumer.pacts whose consumer is this
/// participant), and what pull and golden pull wrote by default. The bucket is
/// never touched.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Example:
  pactwork clean

Exit codes:
  0  removed, or nothing was there
  2  there is no configuration, or a file cannot be removed")]
pub struct Clean {
    /// Only the recorded pacts
    #[arg(long)]
    pub pacts: bool,
}
