//! Reports of parts, put together to the whole.

use std::collections::{BTreeMap, BTreeSet};

use pactwork_contract::{ContentId, InteractionVerification, Outcome, Verification};
use pactwork_provider::{InteractionReport, VerifiedVersion};

use super::report::{FoundInteraction, FoundPact, RunReport};
use crate::failure::{Failure, Result};

/// How many interactions are named at most.
const NAMED: usize = 5;

/// What all reports found together.
#[derive(Debug)]
pub struct Merged {
    pub provider: String,
    pub pacts: Vec<MergedPact>,
}

/// A pact of which every interaction was verified once.
#[derive(Debug)]
pub struct MergedPact {
    pub consumer: String,
    pub consumer_versions: Vec<String>,
    pub provider: String,
    content: ContentId,
    pub pending: bool,
    pub interactions: Vec<FoundInteraction>,
}

/// A pact's content, and the how manieth with it in its report: it may be there twice.
type Key<'r> = (&'r ContentId, usize);

/// What the reports say of one pact.
#[derive(Debug, Default)]
struct Parts<'r> {
    of: Vec<(&'r RunReport, &'r FoundPact)>,
}

/// Puts them together, if they belong together and nothing is missing or there twice.
pub fn merge(reports: &[RunReport]) -> Result<Merged> {
    refuse_pact_brokers(reports)?;
    let provider = only_provider(reports)?;
    let missing_shards = missing_shards(reports)?;
    let parts = parts(reports);
    for parts in parts.values() {
        parts.check_no_more()?;
    }
    let missing: Vec<_> = parts.values().flat_map(Parts::missing).collect();
    if !missing.is_empty() || !missing_shards.is_empty() {
        return Err(incomplete(&missing, &missing_shards, &parts));
    }
    let mut pacts: Vec<_> = parts.values().filter_map(Parts::merged).collect();
    pacts.sort_by(|one, other| {
        let names = |pact: &MergedPact| (pact.consumer.clone(), pact.consumer_versions.clone());
        names(one).cmp(&names(other))
    });
    Ok(Merged { provider, pacts })
}

/// A Pact Broker takes the results of its pacts itself, from the run that asked it.
fn refuse_pact_brokers(reports: &[RunReport]) -> Result<()> {
    for report in reports {
        for pact in &report.found.pacts {
            if let Some(server) = &pact.pact_broker {
                return Err(Failure::wrong_input(format!(
                    "{}: the pact of {} is of the Pact Broker at {server}, where only the run that \
                     verified it as a whole can record its result",
                    report.file, pact.consumer
                ))
                .advise("verify it in one run, with --record"));
            }
        }
    }
    Ok(())
}

fn only_provider(reports: &[RunReport]) -> Result<String> {
    let mut names = BTreeMap::<&str, &str>::new();
    for report in reports {
        let of_pacts = report.found.pacts.iter().map(|pact| &pact.provider);
        for name in report.found.provider.iter().chain(of_pacts) {
            names.entry(name).or_insert(&report.file);
        }
    }
    let mut names = names.into_iter();
    match (names.next(), names.next()) {
        (Some((name, _)), None) => Ok(name.into()),
        (Some((one, file)), Some((other, other_file))) => Err(Failure::wrong_input(format!(
            "the reports are of several providers: {one} in {file}, {other} in {other_file}"
        ))
        .advise("record each provider's reports by themselves")),
        (None, _) => Err(Failure::wrong_input(
            "the reports name no provider, so there is nothing to record",
        )),
    }
}

/// The shards that there is no report of. One that there are two of is an error, and so
/// are shards of different splits.
fn missing_shards(reports: &[RunReport]) -> Result<Vec<String>> {
    let mut seen = BTreeMap::new();
    for report in reports {
        let Some(shard) = report.found.shard else {
            continue;
        };
        if let Some(other) = seen.insert(shard, &report.file) {
            return Err(Failure::wrong_input(format!(
                "shard {shard} is there twice: in {other} and in {}",
                report.file
            ))
            .advise("name one report of each shard"));
        }
    }
    let splits: BTreeMap<_, _> = seen
        .iter()
        .map(|(shard, file)| (shard.of(), file))
        .collect();
    let mut sizes = splits.iter();
    match (sizes.next(), sizes.next()) {
        (Some((one, file)), Some((other, other_file))) => Err(Failure::wrong_input(format!(
            "the shards do not belong together: there is one of {one} in {file}, and one of \
             {other} in {other_file}"
        ))
        .advise("name the reports of one split")),
        (Some((of, _)), None) => {
            let numbers: BTreeSet<_> = seen.keys().map(|shard| shard.number()).collect();
            let missing = (1..=*of).filter(|number| !numbers.contains(number));
            Ok(missing.map(|number| format!("{number}/{of}")).collect())
        }
        (None, _) => Ok(Vec::new()),
    }
}

fn parts(reports: &[RunReport]) -> BTreeMap<Key<'_>, Parts<'_>> {
    let mut parts = BTreeMap::<Key<'_>, Parts<'_>>::new();
    for report in reports {
        let mut seen = BTreeMap::new();
        for pact in &report.found.pacts {
            let count = seen.entry(&pact.content).or_insert(0);
            let key = (&pact.content, *count);
            *count += 1;
            parts.entry(key).or_default().of.push((report, pact));
        }
    }
    parts
}

/// How often there is something.
type Counts = BTreeMap<String, usize>;

fn counts(identities: impl Iterator<Item = String>) -> Counts {
    let mut counts = Counts::new();
    for identity in identities {
        *counts.entry(identity).or_default() += 1;
    }
    counts
}

/// `web: "GET /orders/7"`
fn named(pact: &FoundPact, name: &str) -> String {
    format!("{}: \"{name}\"", pact.consumer)
}

impl Parts<'_> {
    /// All interactions that the pact has, by identity with their descriptions.
    fn all(&self) -> Vec<(String, String)> {
        let Some((_, pact)) = self.of.first() else {
            return Vec::new();
        };
        let found = pact.interactions.iter();
        let found = found.map(|each| (each.identity.clone(), each.description.clone()));
        let left_out = pact.left_out_interactions.iter();
        let left_out = left_out.map(|name| {
            (
                InteractionReport::identity_of(name),
                name.description.clone(),
            )
        });
        found.chain(left_out).collect()
    }

    fn verified(&self) -> impl Iterator<Item = (&str, &FoundInteraction)> {
        self.of.iter().flat_map(|(report, pact)| {
            let each = pact.interactions.iter();
            each.map(|each| (report.file.as_str(), each))
        })
    }

    /// Refuses interactions that more reports have than the pact has.
    fn check_no_more(&self) -> Result<()> {
        let expected = counts(self.all().into_iter().map(|(identity, _)| identity));
        let found = counts(self.verified().map(|(_, each)| each.identity.clone()));
        let twice = found.iter().find(|(identity, count)| {
            **count > expected.get(*identity).copied().unwrap_or_default()
        });
        let Some((identity, _)) = twice else {
            return Ok(());
        };
        let places = self
            .verified()
            .filter(|(_, each)| each.identity == *identity);
        let places: Vec<_> = places.collect();
        let files: BTreeSet<_> = places.iter().map(|(file, _)| *file).collect();
        let files: Vec<_> = files.into_iter().collect();
        let description = places.first().map(|(_, each)| each.description.as_str());
        let pact = self.of.first().map(|(_, pact)| *pact);
        let name = pact.zip(description).map(|(pact, name)| named(pact, name));
        Err(Failure::wrong_input(format!(
            "{} was verified more than once: {}",
            name.unwrap_or_default(),
            files.join(", ")
        ))
        .advise("name the reports of runs that split the work, each of them once"))
    }

    /// What no report has.
    fn missing(&self) -> Vec<String> {
        let mut found = counts(self.verified().map(|(_, each)| each.identity.clone()));
        let Some((_, pact)) = self.of.first() else {
            return Vec::new();
        };
        let all = self.all().into_iter();
        let missing = all.filter(|(identity, _)| match found.get_mut(identity) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        });
        missing.map(|(_, name)| named(pact, &name)).collect()
    }

    fn merged(&self) -> Option<MergedPact> {
        let (_, first) = self.of.first()?;
        let versions = self.of.iter().flat_map(|(_, pact)| &pact.consumer_versions);
        let versions: BTreeSet<_> = versions.cloned().collect();
        let mut interactions: Vec<_> = self.verified().map(|(_, each)| each.clone()).collect();
        interactions.sort_by_cached_key(|each| {
            let states: Vec<_> = each
                .provider_states
                .iter()
                .map(ToString::to_string)
                .collect();
            (each.description.clone(), states)
        });
        Some(MergedPact {
            consumer: first.consumer.clone(),
            consumer_versions: versions.into_iter().collect(),
            provider: first.provider.clone(),
            content: first.content.clone(),
            // What is pending for one run is so for all, unless it was kept meanwhile.
            pending: self.of.iter().all(|(_, pact)| pact.pending),
            interactions,
        })
    }
}

fn incomplete(
    missing: &[String],
    shards: &[String],
    parts: &BTreeMap<Key<'_>, Parts<'_>>,
) -> Failure {
    let all: usize = parts.values().map(|parts| parts.all().len()).sum();
    let shown = missing[..missing.len().min(NAMED)].join(", ");
    let more = match missing.len().saturating_sub(NAMED) {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    let message = match missing.len() {
        0 => format!("there is no report of shard {}", shards.join(", ")),
        count => format!(
            "{count} of {all} interactions were verified by none of these runs: {shown}{more}"
        ),
    };
    let advice = match shards {
        [] => "name the reports of all runs, over the same pacts, that together leave nothing out"
            .into(),
        shards => format!(
            "name the report of shard {} as well; if that run wrote none, run it again",
            shards.join(" and of shard ")
        ),
    };
    Failure::unknown(message).advise(advice)
}

impl MergedPact {
    /// The worst over all interactions whose failure counts.
    pub fn outcome(&self) -> Outcome {
        let counted = self.interactions.iter().filter(|each| !each.pending);
        worst(counted.map(|each| each.outcome))
    }

    /// The same, unless the pact's failure does not count.
    pub fn counted(&self) -> Outcome {
        match self.outcome() {
            Outcome::Failed if self.pending => Outcome::Passed,
            outcome => outcome,
        }
    }

    /// The result to be recorded for this version of the provider.
    pub fn verification(&self, verified: &VerifiedVersion) -> Verification {
        Verification {
            consumer: self.consumer.clone(),
            consumer_versions: self.consumer_versions.clone(),
            provider: self.provider.clone(),
            provider_version: verified.version.clone(),
            provider_branch: verified.branch.clone(),
            pact: self.content.clone(),
            outcome: self.outcome(),
            verified_at: verified.verified_at.clone(),
            build_url: verified.build_url.clone(),
            interactions: self.interactions.iter().map(recorded).collect(),
        }
    }
}

fn recorded(interaction: &FoundInteraction) -> InteractionVerification {
    let mismatches = interaction.mismatches.iter();
    let mismatches = mismatches.map(|each| each.pact.mismatch.clone());
    InteractionVerification {
        description: interaction.description.clone(),
        provider_states: interaction.provider_states.clone(),
        outcome: interaction.outcome,
        problems: mismatches.chain(interaction.reason.clone()).collect(),
    }
}

/// Failed if any failed, else could not verify if any could not; passed for none.
pub fn worst(outcomes: impl Iterator<Item = Outcome>) -> Outcome {
    let gravity = |outcome: &Outcome| match outcome {
        Outcome::Passed => 0,
        Outcome::CouldNotVerify => 1,
        Outcome::Failed => 2,
    };
    outcomes.max_by_key(gravity).unwrap_or(Outcome::Passed)
}
