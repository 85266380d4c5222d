//! Which interactions are verified.

mod changed;
mod criterion;
mod last_failed;
mod nothing;

use std::collections::BTreeSet;

use pactwork_contract::{Interaction, Pact};
use pactwork_provider::{Candidate, Report, Shard, Verifier};

use super::source::Sourced;
use crate::args;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::plan::Context;
use changed::Since;
use criterion::Criteria;
pub use last_failed::FOLDER as LAST_FAILED;
use last_failed::LastFailed;

/// Which interactions are verified, and when no more.
#[derive(Debug)]
pub struct Plan {
    criteria: Criteria,
    changed_since: Option<Since>,
    last_failed: LastFailed,
    only_last_failed: bool,
    shard: Option<Shard>,
    fail_fast: bool,
}

/// What was chosen of the pacts of a run.
#[derive(Debug)]
pub struct Chosen {
    /// The numbers of pacts and the positions in them.
    places: BTreeSet<(usize, usize)>,
    /// How many are replayed: those in the shard.
    count: usize,
    shard: Option<Shard>,
    fail_fast: bool,
    /// Consumers of whose pacts a part was left out, and a part was not.
    in_part: Vec<String>,
}

/// Checks the arguments.
pub fn plan(args: args::Choice, context: &Context) -> Result<Plan> {
    Ok(Plan {
        changed_since: args
            .changed_since
            .clone()
            .map(|since| Since::new(since, context)),
        last_failed: LastFailed::beside(&context.config.folder),
        only_last_failed: args.last_failed,
        shard: args.shard,
        fail_fast: args.fail_fast,
        criteria: Criteria::plan(args)?,
    })
}

/// Chooses. That the criteria fit nothing at all is an error.
pub async fn choose(plan: &Plan, sourced: &Sourced, output: &Output) -> Result<Chosen> {
    let all: Vec<_> = Candidate::all(&sourced.pacts).collect();
    let mut chosen = all.clone();
    if !all.is_empty() {
        chosen.retain(|candidate| plan.criteria.fit(candidate));
        nothing::check(&plan.criteria, &all, &chosen, output)?;
    }
    if let Some(since) = &plan.changed_since {
        chosen = since.retain(chosen, sourced, output).await?;
    }
    if plan.only_last_failed {
        chosen = plan.last_failed.retain(chosen, &sourced.provider, output);
    }
    let chosen = Chosen::of(plan, &all, &chosen);
    if !all.is_empty() {
        chosen.tell(all.len(), output);
    }
    Ok(chosen)
}

/// Keeps what did not pass, for a later run that asks for it.
pub fn remember(plan: &Plan, sourced: &Sourced, report: &Report, output: &Output) {
    plan.last_failed.remember(sourced, report, output);
}

impl Chosen {
    fn of(plan: &Plan, all: &[Candidate<'_>], chosen: &[Candidate<'_>]) -> Self {
        let place = |each: &Candidate<'_>| (each.pact_number, each.position);
        let in_shard = |each: &&Candidate<'_>| {
            let provider = &each.pact.provider.name;
            plan.shard
                .is_none_or(|shard| shard.has(provider, &each.name()))
        };
        let replayed: BTreeSet<_> = chosen.iter().filter(in_shard).map(place).collect();
        let touched: BTreeSet<_> = replayed.iter().map(|(pact, _)| *pact).collect();
        let left_out = all.iter().filter(|each| !replayed.contains(&place(each)));
        let in_part = left_out.filter(|each| touched.contains(&each.pact_number));
        let in_part: BTreeSet<_> = in_part.map(|each| &each.pact.consumer.name).collect();
        Self {
            count: replayed.len(),
            in_part: in_part.into_iter().cloned().collect(),
            places: chosen.iter().map(place).collect(),
            shard: plan.shard,
            fail_fast: plan.fail_fast,
        }
    }

    /// Whether there is nothing to replay.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// What is replayed of these pacts.
    pub fn interactions<'p>(&self, pacts: &'p [Pact]) -> impl Iterator<Item = &'p Interaction> {
        let all = Candidate::all(pacts);
        let replayed = all.filter(|each| self.replays(each));
        replayed.filter_map(|each| each.interaction.ok())
    }

    fn replays(&self, candidate: &Candidate<'_>) -> bool {
        let place = (candidate.pact_number, candidate.position);
        let provider = &candidate.pact.provider.name;
        let in_shard = |shard: Shard| shard.has(provider, &candidate.name());
        self.places.contains(&place) && self.shard.is_none_or(in_shard)
    }

    fn tell(&self, all: usize, output: &Output) {
        let Self { count, places, .. } = self;
        match self.shard {
            Some(shard) if *count == 0 => output.note(format!(
                "shard {shard} has none of {}: that is fine, the others have them",
                interactions(places.len())
            )),
            Some(shard) => output.note(format!(
                "shard {shard}: {count} of {}",
                interactions(places.len())
            )),
            None if *count < all => {
                output.note(format!("chosen: {count} of {}", interactions(all)))
            }
            None => {}
        }
    }

    /// Refuses to record a part of a pact as the whole.
    pub fn check_recordable(&self) -> Result<()> {
        let refused = match (self.shard, self.in_part.as_slice()) {
            (Some(_), _) => Failure::wrong_input(
                "--record: a shard is a part of the pacts, and a part is not recorded as the whole",
            )
            .advise(
                "write each shard's report with --format json --output FILE, and record them \
                 together: pactwork record-verification FILE… --version V",
            ),
            (None, []) => return Ok(()),
            (None, consumers) => Failure::wrong_input(format!(
                "--record: only a part of {} was chosen, and a part is not recorded as the whole",
                pacts_of(consumers)
            ))
            .advise("leave --record out, or choose by --consumer alone"),
        };
        Err(refused)
    }

    /// Has the verifier do so.
    pub fn apply(&self, verifier: Verifier) -> Verifier {
        let places = self.places.clone();
        let verifier = verifier
            .fail_fast(self.fail_fast)
            .choose_among_all(move |each| places.contains(&(each.pact_number, each.position)));
        match self.shard {
            Some(shard) => verifier.shard(shard),
            None => verifier,
        }
    }
}

fn pacts_of(consumers: &[String]) -> String {
    match consumers {
        [only] => format!("the pact of {only}"),
        several => format!("the pacts of {}", several.join(", ")),
    }
}

/// `1 interaction`, `2 interactions`
fn interactions(count: usize) -> String {
    match count {
        1 => "1 interaction".into(),
        _ => format!("{count} interactions"),
    }
}
