//! `pactwork prune`.

use std::time::Duration;

use clap::Args as Group;

use super::Format;

/// What `--keep` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepRule {
    /// Versions that were published within so many days.
    Days(u32),
    /// So many of the newest versions on each branch.
    Newest(usize),
}

/// Remove old versions, and what only they refer to, from storage
///
/// Without --apply nothing is written: it is shown what would go.
///
/// These always stay: versions that are deployed or released anywhere, versions with
/// a tag, the newest on each branch and without one; their contracts, the results of
/// verifying these by versions that stay and the newest result of each, and the
/// history of environments. No answer about a version that stays changes.
///
/// Others may publish meanwhile. So --apply first only announces what goes; the next
/// run removes it, once the grace period has passed. Run it every night, say. A run
/// that was cut off is completed by the next.
#[derive(Debug, Group)]
#[command(after_long_help = "\
Examples:
  pactwork prune
  pactwork prune --keep days=90 --keep newest=20 --apply
  pactwork prune --keep newest=5 --apply --grace 0s    # nobody else is writing

Exit codes:
  0  shown, or done
  2  wrong usage
  3  storage is unreachable, or something in it is corrupt")]
pub struct Prune {
    /// What stays besides (default: days=30 and newest=10): days=N, versions published
    /// within N days; newest=N, the newest N on each branch. Whatever one rule keeps
    /// stays
    #[arg(long, value_name = "RULE", value_parser = rule)]
    pub keep: Vec<KeepRule>,
    /// Branches other than main and master on which nothing was published for so many
    /// days do not count any more: their newest versions go too
    #[arg(long, value_name = "DAYS")]
    pub branches_older_than: Option<u32>,
    /// Do it
    #[arg(long, visible_alias = "yes")]
    pub apply: bool,
    /// How long what goes is announced before it is removed; longer than any job of
    /// yours takes to publish, and 0s where nobody else is writing
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = humantime::parse_duration)]
    pub grace: Duration,
    /// How the result is written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

fn rule(text: &str) -> Result<KeepRule, String> {
    let number = |value: &str| {
        let parsed = value.parse::<u32>();
        parsed.map_err(|_| format!("expected a whole number after =, found \"{value}\""))
    };
    match text.split_once('=') {
        Some(("days", value)) => number(value).map(KeepRule::Days),
        Some(("newest", "0")) => Err("expected newest=1 or more: the newest always stays".into()),
        Some(("newest", value)) => number(value).map(|count| KeepRule::Newest(count as usize)),
        _ => Err(
            "expected days=N or newest=N; what is deployed, released or tagged, and the \
                  newest on each branch, always stays"
                .into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_a_name_and_a_number() {
        for (text, expected) in [
            ("days=30", Ok(KeepRule::Days(30))),
            ("days=0", Ok(KeepRule::Days(0))),
            ("newest=10", Ok(KeepRule::Newest(10))),
            ("newest=0", Err("expected newest=1 or more")),
            (
                "days=x",
                Err("expected a whole number after =, found \"x\""),
            ),
            (
                "days=-1",
                Err("expected a whole number after =, found \"-1\""),
            ),
            ("deployed", Err("expected days=N or newest=N")),
        ] {
            match (rule(text), expected) {
                (Err(error), Err(begin)) => assert!(error.starts_with(begin), "{error}"),
                (found, expected) => assert_eq!(found.ok(), expected.ok(), "{text}"),
            }
        }
    }
}
