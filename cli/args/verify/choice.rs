//! Which of the pacts' interactions are verified.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args as Group, ValueEnum};
use pactwork_provider::Shard;

/// Which interactions are verified. Of several options each has to hold; of one that is
/// given several times any.
#[derive(Debug, Group)]
#[command(next_help_heading = "Choosing interactions")]
pub struct Choice {
    /// Only pacts of this consumer; may be given several times, as may those below
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub consumer: Vec<String>,
    /// Only interactions whose description has a part that matches, or has this text
    #[arg(long, value_name = "REGEX", value_parser = NonEmptyStringValueParser::new())]
    pub description: Vec<String>,
    /// Only interactions with a provider state whose name has a part that matches, or
    /// has this text
    #[arg(long, value_name = "REGEX", value_parser = NonEmptyStringValueParser::new())]
    pub state: Vec<String>,
    /// Only interactions without provider states; with --state those as well
    #[arg(long)]
    pub no_state: bool,
    /// Only interactions with this tag: a member of comments.tags (version 4)
    #[arg(long, value_name = "TAG", value_parser = NonEmptyStringValueParser::new())]
    pub tag: Vec<String>,
    /// Only the interaction with this key (version 4)
    #[arg(long, value_name = "KEY", value_parser = NonEmptyStringValueParser::new())]
    pub key: Vec<String>,
    /// Only interactions of this type
    #[arg(long = "type", value_name = "TYPE", value_enum)]
    pub types: Vec<InteractionType>,
    /// Only interactions that are new, or other than they were then
    ///
    /// For pact files a git revision: a branch, a tag, a commit. For pacts from storage
    /// a version of their consumer, or the newest on a branch of it. If there is no such
    /// interaction, nothing is verified and that is no error.
    #[arg(long, value_name = "REVISION", value_parser = NonEmptyStringValueParser::new())]
    pub changed_since: Option<String>,
    /// Only what did not pass when it was last verified here; everything, if all did
    ///
    /// What that is is kept in .pactwork/last-failed beside the configuration. What was
    /// left out by a run, or not replayed because it was ended, stays as it was.
    #[arg(long)]
    pub last_failed: bool,
    /// Only this part of the interactions, such as 1/4: for runs that split the work
    ///
    /// Which part an interaction is in depends on what it is, not on its position; a
    /// part may have none. The parts' JSON reports are recorded together:
    /// pactwork record-verification.
    #[arg(long, value_name = "NUMBER/OF")]
    pub shard: Option<Shard>,
    /// Replay nothing more after the first interaction that failed
    #[arg(long)]
    pub fail_fast: bool,
}

/// Types of interactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InteractionType {
    /// A request and its response
    Http,
    /// Any message
    Message,
    /// A message that the provider sends unasked
    AsynchronousMessage,
    /// A message and the messages that answer it
    SynchronousMessage,
}
