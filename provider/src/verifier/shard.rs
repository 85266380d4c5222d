//! Splitting the interactions between several runs.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use pactwork_contract::{ContentId, InteractionName};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One of so many parts of all interactions, for runs that split the work.
///
/// Which part an interaction is in depends on the provider's name and on what
/// identifies the interaction, and on nothing else: not on its position, not on the
/// machine, not on what other pacts hold. The same interaction in several pacts is in
/// the same part, so that it is replayed once. By chance a part may have none.
///
/// ```
/// use pactwork_provider::Shard;
///
/// let shard: Shard = "2/4".parse()?;
/// assert_eq!((shard.number(), shard.of()), (2, 4));
/// assert_eq!("5/4".parse::<Shard>().unwrap_err().to_string(),
///     "expected a shard from 1/4 to 4/4, found 5/4");
/// # Ok::<(), pactwork_provider::ShardError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Shard(Parts);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Parts {
    number: u32,
    of: u32,
}

/// Text or numbers that are no shard.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ShardError {
    /// Not two numbers.
    #[error("expected NUMBER/OF, such as 1/4, found {found}")]
    NotTwoNumbers {
        /// What was given.
        found: String,
    },
    /// There is no such part.
    #[error("expected a shard from 1/{of} to {of}/{of}, found {number}/{of}")]
    OutOfRange {
        /// Which one was asked for.
        number: u32,
        /// Of how many.
        of: u32,
    },
    /// Nothing can be split into no parts.
    #[error("expected at least one shard, as in 1/1, found {number}/0")]
    NoParts {
        /// Which one was asked for.
        number: u32,
    },
}

impl Shard {
    /// The first is 1.
    ///
    /// # Errors
    /// [`ShardError`] if there is no such part.
    pub fn new(number: u32, of: u32) -> Result<Self, ShardError> {
        Parts { number, of }.try_into()
    }

    /// Which one it is, from 1 on.
    pub fn number(self) -> u32 {
        self.0.number
    }

    /// How many there are.
    pub fn of(self) -> u32 {
        self.0.of
    }

    /// Whether an interaction with this provider is in this part.
    pub fn has(self, provider: &str, interaction: &InteractionName) -> bool {
        let of_both = format!("{}{provider}", interaction.digest());
        let digest = ContentId::of_bytes(of_both.as_bytes());
        let number = u64::from_str_radix(&digest.as_str()[..16], 16).unwrap_or_default();
        number % u64::from(self.0.of) + 1 == u64::from(self.0.number)
    }
}

impl TryFrom<Parts> for Shard {
    type Error = ShardError;

    fn try_from(Parts { number, of }: Parts) -> Result<Self, ShardError> {
        match number {
            _ if of == 0 => Err(ShardError::NoParts { number }),
            _ if (1..=of).contains(&number) => Ok(Self(Parts { number, of })),
            _ => Err(ShardError::OutOfRange { number, of }),
        }
    }
}

impl From<Shard> for Parts {
    fn from(shard: Shard) -> Self {
        shard.0
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let wrong = |_: ParseIntError| ShardError::NotTwoNumbers { found: text.into() };
        let (number, of) = text.split_once('/').unwrap_or((text, ""));
        Self::new(
            number.trim().parse().map_err(wrong)?,
            of.trim().parse().map_err(wrong)?,
        )
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0.number, self.0.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: usize) -> InteractionName {
        InteractionName {
            interaction_type: "Synchronous/HTTP".into(),
            description: format!("interaction {number}"),
            provider_states: Vec::new(),
        }
    }

    #[test]
    fn every_interaction_is_in_exactly_one_shard_and_they_are_alike_in_size() {
        let mut sizes = vec![0; 8];
        for number in 0..4000 {
            let name = name(number);
            let shards = (1..=8).filter(|each| Shard::new(*each, 8).unwrap().has("orders", &name));
            let [shard] = shards.collect::<Vec<_>>()[..] else {
                panic!("{name} is not in one shard");
            };
            sizes[shard as usize - 1] += 1;
        }
        assert!(
            sizes.iter().all(|size| (400..600).contains(size)),
            "{sizes:?}"
        );
    }

    #[test]
    fn which_shard_an_interaction_is_in_never_changes() {
        let shards = (0..12).map(|number| {
            let mut shards = 1..=4;
            shards.find(|each| Shard::new(*each, 4).unwrap().has("orders", &name(number)))
        });
        assert_eq!(
            shards.map(Option::unwrap).collect::<Vec<_>>(),
            [3, 2, 2, 4, 3, 2, 2, 4, 2, 4, 1, 1]
        );
    }

    #[test]
    fn what_is_no_shard_says_what_was_expected() {
        for (text, expected) in [
            ("", "expected NUMBER/OF, such as 1/4, found "),
            ("3", "expected NUMBER/OF, such as 1/4, found 3"),
            ("a/b", "expected NUMBER/OF, such as 1/4, found a/b"),
            ("-1/4", "expected NUMBER/OF, such as 1/4, found -1/4"),
            ("0/4", "expected a shard from 1/4 to 4/4, found 0/4"),
            ("1/0", "expected at least one shard, as in 1/1, found 1/0"),
        ] {
            assert_eq!(text.parse::<Shard>().unwrap_err().to_string(), expected);
        }
        let json = serde_json::to_value(Shard::new(2, 4).unwrap()).unwrap();
        assert_eq!(json, serde_json::json!({ "number": 2, "of": 4 }));
        assert!(serde_json::from_str::<Shard>(r#"{"number":5,"of":4}"#).is_err());
    }
}
