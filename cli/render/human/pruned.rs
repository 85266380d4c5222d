use std::collections::BTreeMap;
use std::time::Duration;

use pactwork_broker::{Keep, Prune, Pruned, Share};

use super::counted;
use crate::output::{FAINT, STRONG, styled};

/// In seconds.
const DAY: u64 = 24 * 60 * 60;

/// How many versions of a participant are named.
const NAMED: usize = 5;

/// What goes, by participant, and what has become of it.
pub fn pruned(prune: &Prune, pruned: &Pruned, applied: bool) -> String {
    let verb = if applied { "go" } else { "would go" };
    let (count, all) = (pruned.going.len(), counted(pruned.versions, "version"));
    let mut text = styled(STRONG, format!("{count} of {all} {verb}")) + "\n";
    let mut going = BTreeMap::<_, Vec<_>>::new();
    for version in &pruned.going {
        let versions = going.entry(version.participant.as_str()).or_default();
        versions.push(version.version.as_str());
    }
    for (participant, versions) in going {
        text += &format!("  {participant}: {}\n", named(&versions));
    }
    text += &format!("{}\n", styled(FAINT, staying(prune)));
    for line in outcome(prune, pruned, applied) {
        text += &format!("{line}\n");
    }
    text
}

fn staying(prune: &Prune) -> String {
    let Keep {
        younger_than,
        newest,
        forget_branches_after,
    } = &prune.keep;
    let newest = match newest {
        0 | 1 => "the newest on each branch".into(),
        count => format!("the newest {count} on each branch"),
    };
    let days = |time: &Duration| counted((time.as_secs() / DAY) as usize, "day");
    let forgotten = forget_branches_after
        .as_ref()
        .map(|after| format!(" that is younger than {}", days(after)));
    let age = match younger_than.max(&prune.grace) {
        age if age.is_zero() => String::new(),
        age if age.as_secs() >= DAY => format!(", what is younger than {}", days(age)),
        age => format!(
            ", what is younger than {}",
            humantime::format_duration(*age)
        ),
    };
    format!(
        "stays: what is deployed, released or tagged, {newest}{}{age}",
        forgotten.unwrap_or_default()
    )
}

/// `1, 2, 3, 4, 5 and 7 more`
fn named(versions: &[&str]) -> String {
    let shown = &versions[..versions.len().min(NAMED)];
    match versions.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn outcome(prune: &Prune, pruned: &Pruned, applied: bool) -> Vec<String> {
    let grace = humantime::format_duration(prune.grace);
    let mut lines = Vec::new();
    if applied {
        lines.push(format!("removed: {}", share(pruned.removed)));
        if pruned.announced.objects > 0 {
            lines.push(format!("announced: {}", share(pruned.announced)));
            lines.push(styled(
                FAINT,
                format!("next: run it again once {grace} has passed, and that is removed"),
            ));
        }
        return lines;
    }
    let announced = match pruned.announced.objects {
        0 => String::new(),
        _ => format!(
            ", of which {} announced already",
            are(pruned.announced.objects)
        ),
    };
    lines.push(format!("would remove: {}{announced}", share(pruned.goes)));
    if pruned.goes.objects > 0 {
        lines.push(styled(FAINT, "next: the same with --apply".to_owned()));
    }
    lines
}

fn are(count: usize) -> String {
    match count {
        1 => "1 is".into(),
        _ => format!("{count} are"),
    }
}

/// `12 objects, 3.4 kB`
fn share(share: Share) -> String {
    format!(
        "{}, {}",
        counted(share.objects, "object"),
        size(share.bytes)
    )
}

fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return counted(usize::try_from(bytes).unwrap_or(usize::MAX), "byte");
    }
    let mut amount = bytes as f64 / 1000.0;
    let mut unit = 0;
    while amount >= 999.95 && unit + 1 < UNITS.len() {
        amount /= 1000.0;
        unit += 1;
    }
    format!("{amount:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_read_at_a_glance() {
        for (bytes, expected) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1000, "1.0 kB"),
            (999_949, "999.9 kB"),
            (999_950, "1.0 MB"),
            (u64::MAX, "18446744.1 TB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
    }

    #[test]
    fn what_stays_is_said() {
        let prune = |days: u64, newest, after: Option<u64>, grace| Prune {
            keep: Keep {
                younger_than: Duration::from_secs(days * DAY),
                newest,
                forget_branches_after: after.map(|days| Duration::from_secs(days * DAY)),
            },
            grace: Duration::from_secs(grace),
        };
        for (prune, expected) in [
            (
                prune(30, 10, None, 3600),
                "the newest 10 on each branch, what is younger than 30 days",
            ),
            (prune(0, 1, None, 0), "the newest on each branch"),
            (
                prune(0, 1, Some(90), 3600),
                "the newest on each branch that is younger than 90 days, what is younger than 1h",
            ),
        ] {
            let begin = "stays: what is deployed, released or tagged, ";
            assert_eq!(staying(&prune), format!("{begin}{expected}"));
        }
    }

    #[test]
    fn many_versions_are_counted() {
        assert_eq!(named(&["1", "2"]), "1, 2");
        let many = ["1", "2", "3", "4", "5", "6", "7"];
        assert_eq!(named(&many), "1, 2, 3, 4, 5 and 2 more");
    }
}
