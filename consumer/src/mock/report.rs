use std::fmt;

use super::Times;
use super::conduct::counted as times_of;
use pactwork_matching::{Mismatch, RenderOptions, render_lines};
use serde::Serialize;

/// What a mock provider was asked, beside what its interactions say.
/// Its text is what a person reads when a test fails.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The consumer's name.
    pub consumer: String,
    /// The provider's name.
    pub provider: String,
    /// Every HTTP interaction, in the order of the pact.
    pub interactions: Vec<Usage>,
    /// Requests that no interaction expects; equal ones stand once.
    pub unexpected: Vec<UnexpectedRequest>,
    /// How many unexpected requests came after so many that they were only counted.
    pub unexpected_beyond: u64,
    /// Why connections had to wait before they were accepted, if any had to: for want
    /// of file handles, usually.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waited: Option<String>,
}

/// How often an interaction was used.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Usage {
    /// Description and provider states.
    pub interaction: String,
    /// The expected request: `GET /orders/7`.
    pub request: String,
    /// How many requests it answered.
    pub times: u64,
    /// How many it had to answer.
    pub expected: Times,
    /// How many it answered whole: not with a [`Fault`](crate::Fault), and to a client
    /// that stayed until the answer was sent. It is recorded if that is one at least.
    pub whole: u64,
    /// How many requests get a fault before others get the response.
    #[serde(skip_serializing_if = "is_zero")]
    pub faults_first: u64,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "that is how serde calls it"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A request that no interaction expects.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct UnexpectedRequest {
    /// Method, path and query as received; cut where they are long.
    pub request: String,
    /// How often it came.
    pub times: u64,
    /// Why nothing answers it.
    #[serde(flatten)]
    pub reason: Reason,
}

/// Why no interaction answers a request.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// It differs from every interaction; this is the one that it differs from least.
    Nearest {
        /// Description and provider states.
        interaction: String,
        /// The expected request: `GET /orders/7`.
        expects: String,
        /// In what the request differs, as lines of text: alike ones together, and
        /// of many the first. One that begins with a space goes on with the one before.
        differences: Vec<String>,
        /// The first differences as data; long values are cut.
        mismatches: Vec<Mismatch>,
        /// How many more there are.
        further_mismatches: usize,
    },
    /// The interactions that expect it were requested as often as they may be.
    TooOften {
        /// The last of them: description and provider states.
        interaction: String,
        /// How often it may be requested: `once`, `at most 3 times`.
        expected: String,
    },
    /// The mock provider has no HTTP interaction.
    NoInteractions,
    /// It was not received whole, or is no HTTP request.
    Unreadable(String),
}

impl Report {
    /// Whether every interaction was used as often as it says and nothing else was asked.
    pub fn holds(&self) -> bool {
        self.unexpected.is_empty() && self.missing().next().is_none()
    }

    /// The interactions that were not requested as often as they have to be: most of
    /// them never.
    pub fn missing(&self) -> impl Iterator<Item = &Usage> {
        let is_missing = |usage: &&Usage| usage.times < usage.expected.least;
        self.interactions.iter().filter(is_missing)
    }

    /// The interactions that were requested, but never answered whole: they are not recorded.
    pub fn unrecorded(&self) -> impl Iterator<Item = &Usage> {
        let never = |usage: &&Usage| usage.times > 0 && usage.whole == 0;
        self.interactions.iter().filter(never)
    }

    fn unexpected_count(&self) -> u64 {
        let listed: u64 = self.unexpected.iter().map(|each| each.times).sum();
        listed + self.unexpected_beyond
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            consumer, provider, ..
        } = self;
        if self.holds() {
            write!(
                f,
                "{consumer} used every interaction with {provider} as it says."
            )?;
            return self.write_unrecorded(f);
        }
        write!(
            f,
            "{consumer} did not use {provider} as its interactions say."
        )?;
        self.write_unexpected(f)?;
        self.write_missing(f)?;
        self.write_waited(f)?;
        f.write_str("\n\nNothing was recorded.")
    }
}

impl Report {
    fn write_unexpected(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.unexpected.is_empty() {
            return Ok(());
        }
        let count = self.unexpected_count();
        write!(f, "\n\n{}:", counted(count, "unexpected request"))?;
        for request in &self.unexpected {
            write!(f, "\n  - {request}")?;
        }
        if self.unexpected_beyond > 0 {
            write!(f, "\n  - and {} more", self.unexpected_beyond)?;
        }
        Ok(())
    }

    fn write_missing(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (never, seldom): (Vec<_>, Vec<_>) = self.missing().partition(|usage| usage.times == 0);
        for (usages, what) in [(never, "never requested"), (seldom, "requested too seldom")] {
            if usages.is_empty() {
                continue;
            }
            let count = counted(usages.len() as u64, "interaction");
            write!(f, "\n\n{count} {what}:")?;
            for usage in usages {
                write!(f, "\n  - {}", named(&usage.interaction, &usage.request))?;
                write_times(f, usage)?;
            }
        }
        Ok(())
    }
}

impl Report {
    fn write_unrecorded(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.unrecorded().count() as u64;
        if count == 0 {
            return Ok(());
        }
        let interactions = counted(count, "interaction");
        write!(
            f,
            "\n\n{interactions} not recorded, for want of a whole answer:"
        )?;
        self.unrecorded()
            .try_for_each(|usage| write!(f, "\n  - {}", named(&usage.interaction, &usage.request)))
    }

    fn write_waited(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(reason) = &self.waited else {
            return Ok(());
        };
        write!(
            f,
            "\n\nConnections had to wait before they were accepted: {reason}. Let the process \
             open more files (ulimit -n)."
        )
    }
}

fn write_times(f: &mut fmt::Formatter<'_>, usage: &Usage) -> fmt::Result {
    if usage.expected == Times::default() {
        return Ok(());
    }
    write!(f, " (expected {}", usage.expected)?;
    if usage.faults_first > 0 {
        write!(f, ", with {} that fail at first", usage.faults_first)?;
    }
    match usage.times {
        0 => f.write_str(")"),
        times => write!(f, ", came {})", times_of(times)),
    }
}

/// An interaction with its request, unless its description is the request.
fn named(interaction: &str, request: &str) -> String {
    match interaction.strip_prefix('"') {
        Some(description) if description.starts_with(request) => interaction.to_owned(),
        _ => format!("{interaction}: {request}"),
    }
}

fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

impl fmt::Display for UnexpectedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.request)?;
        if self.times > 1 {
            write!(f, " ({} times)", self.times)?;
        }
        match &self.reason {
            Reason::NoInteractions => {
                f.write_str("\n    there is no HTTP interaction to answer it")
            }
            Reason::TooOften {
                interaction,
                expected,
            } => write!(
                f,
                "\n    came too often: {interaction} is expected {expected}"
            ),
            Reason::Unreadable(reason) => write!(f, "\n    {reason}"),
            Reason::Nearest {
                interaction,
                expects,
                differences,
                ..
            } => {
                let nearest = named(interaction, expects);
                write!(
                    f,
                    "\n    nearest interaction: {nearest}{}",
                    Listed(differences)
                )
            }
        }
    }
}

/// Mismatches as lines of text for people.
pub(crate) fn described(mismatches: &[Mismatch]) -> Vec<String> {
    let lines = render_lines(mismatches, &RenderOptions::default());
    lines.into_iter().map(|line| line.text).collect()
}

/// Such lines as a list.
pub(crate) struct Listed<'a>(pub &'a [String]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|line| {
            let mark = if line.starts_with(' ') { " " } else { "-" };
            write!(f, "\n      {mark} {line}")
        })
    }
}
