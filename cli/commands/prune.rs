//! `pactwork prune`: shows what is not needed any more, and removes it.

use std::time::{Duration, SystemTime};

use pactwork_broker::{Keep, Prune};

use crate::args::{self, Format, KeepRule};
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::Output;
use crate::plan::Context;
use crate::render::{human, json};
use crate::storage::Storage;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What is pruned of which bucket.
#[derive(Debug)]
pub struct Plan {
    prune: Prune,
    apply: bool,
    format: Format,
    storage: Storage,
}

/// Checks the arguments.
pub fn plan(args: &args::Prune, context: &Context) -> Plan {
    let forget_branches_after = args.branches_older_than.map(|days| DAY * days);
    let keep = keep(&args.keep);
    Plan {
        prune: Prune {
            keep: Keep {
                forget_branches_after,
                ..keep
            },
            grace: args.grace,
        },
        apply: args.apply,
        format: args.format,
        storage: context.storage.clone(),
    }
}

/// Who names a rule gets that and no other.
fn keep(rules: &[KeepRule]) -> Keep {
    if rules.is_empty() {
        return Keep::default();
    }
    let mut keep = Keep {
        younger_than: Duration::ZERO,
        newest: 1,
        forget_branches_after: None,
    };
    for rule in rules {
        match rule {
            KeepRule::Days(days) => keep.younger_than = DAY * *days,
            KeepRule::Newest(count) => keep.newest = *count,
        }
    }
    keep
}

/// Shows it, or does it.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let broker = plan.storage.open().await?;
    let now = SystemTime::now();
    let pruned = match plan.apply {
        true => broker.prune(&plan.prune, now).await?,
        false => broker.would_prune(&plan.prune, now).await?,
    };
    output.result(&match plan.format {
        Format::Human => human::pruned(&plan.prune, &pruned, plan.apply),
        Format::Json => json::pruned(&pruned, plan.apply)?,
    })?;
    Ok(Exit::Holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_names_a_rule_gets_no_other() {
        let found = |rules: &[KeepRule]| {
            let keep = keep(rules);
            (keep.younger_than.as_secs() / DAY.as_secs(), keep.newest)
        };
        assert_eq!(found(&[]), (30, 10));
        assert_eq!(found(&[KeepRule::Days(7)]), (7, 1));
        assert_eq!(found(&[KeepRule::Newest(3)]), (0, 3));
        assert_eq!(found(&[KeepRule::Newest(3), KeepRule::Days(7)]), (7, 3));
    }
}
