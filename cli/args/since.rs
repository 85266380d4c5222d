//! Since when, as several commands take it.

use clap::Args as Group;
use clap::builder::NonEmptyStringValueParser;

use crate::moment::{self, Moment};

/// Since when.
#[derive(Debug, Group)]
#[group(multiple = false)]
pub struct Since {
    /// Since then: a day (2026-05-31, in UTC), a moment (2026-05-31T14:00:00Z), or how
    /// long ago (2h, 7days)
    #[arg(long, value_name = "WHEN", value_parser = moment::parse)]
    pub since: Option<Moment>,
    /// Since this version of the participant was first recorded
    #[arg(long, value_name = "V", value_parser = NonEmptyStringValueParser::new())]
    pub since_version: Option<String>,
}
