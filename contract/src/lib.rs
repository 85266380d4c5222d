//! The nouns of contract testing, and pact files in and out.
//!
//! A [`Pact`] holds the [`Interaction`]s that one consumer relies on and one
//! provider must keep. This crate reads pact files of specification versions
//! 1 to 4, writes versions 2, 3 and 4 canonically (the same content gives the same
//! bytes), merges what several tests recorded, and identifies content by hash.
//! It knows nothing of HTTP servers, of storage or of matching.

mod body;
mod content_id;
mod content_type;
mod difference;
mod file;
mod generators;
mod interaction;
mod merge;
mod pact;
mod path;
mod read;
mod rules;
mod secret_name;
mod specification;
mod verification;
mod warning;
mod write;

pub use body::{Body, Content};
pub use content_id::ContentId;
pub use difference::{Change, ChangedInteraction, InteractionName, PactDifference, differences};
pub use file::{
    RecordError, file_name_part, read_file, record_by, record_into, remove_file, write_atomically,
};
pub use generators::Generators;
pub use interaction::{
    AsynchronousMessage, Common, Headers, HttpInteraction, Identity, Interaction, InteractionType,
    MessageContents, ProviderState, Query, Request, Response, SynchronousMessage,
};
pub use merge::MergeConflict;
pub use pact::{Loaded, NotUnderstood, Pact, Participant};
pub use read::ReadError;
pub use rules::{
    Category, Combine, MatchingRule, MatchingRules, RuleDefinition, RuleKind, RuleList,
    StatusClass, Variant,
};
pub use secret_name::{is_secret_header, is_secret_name};
pub use specification::SpecificationVersion;
pub use verification::{InteractionVerification, Outcome, Verification};
pub use warning::Warning;
pub use write::{Beyond, WriteError};
