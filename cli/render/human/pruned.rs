use std::collections::BTreeMap;

use pactwork_broker::{Prune, Pruned, Share};

use super::counted;
use crate::output::{FAINT, STRONG, styled};

/// How many versions of a participant are named.
const NAMED: usize = 5;

/// What goes, by participant, and what has become of it.
pub fn pruned(prune: &Prune, pruned: &Pruned, applied: bool) -> String {
    let mut text = format!(
        "{}\n",
        styled(
            STRONG,
            format!(
                "{} of {} in {}",
                pruned.going.len(),
                counted(pruned.versions, "version"),
                if applied {
                    "the bucket go"
                } else {
                    "the bucket would go"
                }
            )
        )
    );
    let mut going = BTreeMap::<_, Vec<_>>::new();
    for version in &pruned.going {
        let versions = going.entry(version.participant.as_str()).or_default();
        versions.push(version.version.as_str());
    }
    for (participant, versions) in going {
        text += &format!("  {participant}: {}\n", named(&versions));
    }
    for line in outcome(prune, pruned, applied) {
        text += &format!("{line}\n");
    }
    text
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
    fn many_versions_are_counted() {
        assert_eq!(named(&["1", "2"]), "1, 2");
        let many = ["1", "2", "3", "4", "5", "6", "7"];
        assert_eq!(named(&many), "1, 2, 3, 4, 5 and 2 more");
    }
}
