use crate::{InteractionReport, Report};

/// What happens during a verification, for whoever shows progress.
///
/// `Started` comes once and first, `Checked` once an interaction in the order
/// in which they are done, `Finished` once and last.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The verification begins.
    Started {
        /// How many pacts will be verified.
        pacts: usize,
        /// How many interactions they have together.
        interactions: usize,
    },
    /// It was found out what becomes of one interaction.
    Checked {
        /// Whose expectation it is.
        consumer: &'a str,
        /// Who has to keep it.
        provider: &'a str,
        /// What was found.
        interaction: &'a InteractionReport,
    },
    /// Every interaction is done.
    Finished {
        /// Everything that was found.
        report: &'a Report,
    },
}
