//! Since when: a moment, or the first record of a version.

use std::time::SystemTime;

use pactwork_broker::Broker;

use crate::args;
use crate::failure::{Failure, Result};
use crate::moment::Moment;

/// Since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    Moment(Moment),
    Version {
        participant: String,
        version: String,
    },
}

/// What was given; a version is one of the participant.
pub fn plan(args: args::Since, participant: Option<&str>) -> Option<Since> {
    let version = args.since_version.zip(participant);
    let version = version.map(|(version, participant)| Since::Version {
        participant: participant.into(),
        version,
    });
    version.or(args.since.map(Since::Moment))
}

impl Since {
    /// The moment, seen from now.
    pub async fn resolve(&self, broker: &Broker, now: SystemTime) -> Result<SystemTime> {
        let (participant, version) = match self {
            Self::Moment(moment) => return Ok(moment.before(now)),
            Self::Version {
                participant,
                version,
            } => (participant, version),
        };
        let recorded = broker.first_recorded(participant, version).await?;
        recorded.ok_or_else(|| {
            let message = format!("nothing was ever recorded of {participant} {version}");
            let advice = format!(
                "see which versions there are with pactwork log --participant {participant}, or give --since"
            );
            Failure::wrong_input(message).advise(advice)
        })
    }
}
