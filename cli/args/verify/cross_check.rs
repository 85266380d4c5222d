//! Whether another implementation is asked as well.

use clap::Args as Group;

/// A second opinion.
#[derive(Debug, Group)]
#[command(next_help_heading = "Reports")]
pub struct CrossCheck {
    /// Verify once more with pact_verifier, and say where it finds something else
    ///
    /// The outcome and what is recorded stay as they are; but where a provider that holds
    /// does not hold, or is unknown, for the other one, the exit code is 3. Interactions
    /// are verified one after another, after the others, on the same provider with the
    /// same states. Needs a pactwork that was built with the cargo feature cross-check.
    #[arg(long)]
    pub cross_check: bool,
}
