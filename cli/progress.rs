//! How far a verification is, on a terminal while it lasts.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};
use pactwork_contract::Outcome;
use pactwork_provider::Event;

use crate::render::human;
use crate::render::safe;

/// One line on a terminal; nothing elsewhere.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    failed: usize,
    could_not_verify: usize,
}

impl Progress {
    /// On stderr, if that is a terminal.
    pub fn shown() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("  {bar:24} {pos}/{len}  {wide_msg}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        Self::of(
            bar.with_style(style.progress_chars("━╸ "))
                .with_finish(ProgressFinish::AndClear),
        )
    }

    pub fn hidden() -> Self {
        Self::of(ProgressBar::hidden())
    }

    fn of(bar: ProgressBar) -> Self {
        Self {
            bar,
            failed: 0,
            could_not_verify: 0,
        }
    }

    pub fn hear(&mut self, event: &Event<'_>) {
        match event {
            Event::Started { interactions, .. } => self.bar.set_length(*interactions as u64),
            Event::Checked { interaction, .. } => {
                match interaction.outcome {
                    Outcome::Passed => {}
                    Outcome::Failed => self.failed += 1,
                    Outcome::CouldNotVerify => self.could_not_verify += 1,
                }
                self.bar.set_message(self.message(&interaction.description));
                self.bar.inc(1);
            }
            Event::Finished { .. } => self.bar.finish_and_clear(),
            _ => {}
        }
    }

    fn message(&self, description: &str) -> String {
        let counts = [
            (self.failed, "failed"),
            (self.could_not_verify, "could not be verified"),
        ];
        let counts = human::counts_in_words(&counts);
        let separator = if counts.is_empty() { "" } else { " · " };
        format!("{counts}{separator}{}", safe::line(description))
    }
}
