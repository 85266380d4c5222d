use pactwork_contract::{Change, ChangedInteraction, InteractionName, PactDifference};
use serde_json::Value;

use super::counted;
use crate::output::{BAD, DOUBTFUL, FAINT, GOOD, STRONG, styled};

/// How much of a value is shown.
const SHOWN: usize = 120;

/// Which interactions came, went and changed, and where.
pub fn pact_difference(names: &[String; 2], found: &PactDifference) -> String {
    let counts = [
        (found.came.len(), "came"),
        (found.went.len(), "went"),
        (found.changed.len(), "changed"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts
        .map(|(count, what)| format!("{} {what}", counted(*count, "interaction")))
        .collect();
    let mut text = title(names, found.is_empty(), &counts.join(", "));
    for change in &found.participants {
        text += &line(change, "  ");
    }
    for name in &found.came {
        text += &format!("  {} {}\n", styled(GOOD, "+"), named(name));
    }
    for name in &found.went {
        text += &format!("  {} {}\n", styled(BAD, "-"), named(name));
    }
    for changed in &found.changed {
        text += &interaction(changed);
    }
    text
}

/// Where two schemas differ.
pub fn schema_difference(names: &[String; 2], changes: &[Change]) -> String {
    let counts = counted(changes.len(), "difference");
    let mut text = title(names, changes.is_empty(), &counts);
    for change in changes {
        text += &line(change, "  ");
    }
    text
}

fn title([from, to]: &[String; 2], same: bool, counts: &str) -> String {
    let (from, to) = (styled(STRONG, from), styled(STRONG, to));
    match same {
        true => format!("{from} and {to} say the same\n"),
        false => format!("from {from}\n  to {to}: {counts}\n"),
    }
}

fn interaction(changed: &ChangedInteraction) -> String {
    let mark = styled(DOUBTFUL, "~");
    let mut text = format!("  {mark} {}\n", named(&changed.interaction));
    for change in &changed.changes {
        text += &line(change, "      ");
    }
    text
}

fn named(name: &InteractionName) -> String {
    format!("{name}  {}", styled(FAINT, &name.interaction_type))
}

fn line(change: &Change, indent: &str) -> String {
    let path = &change.path;
    match (&change.from, &change.to) {
        (Some(from), Some(to)) => {
            let (from, to) = (styled(BAD, shown(from)), styled(GOOD, shown(to)));
            format!("{indent}{} {path}: {from} → {to}\n", styled(DOUBTFUL, "~"))
        }
        (None, Some(to)) => format!("{indent}{} {path}: {}\n", styled(GOOD, "+"), shown(to)),
        (Some(from), None) => format!("{indent}{} {path}: {}\n", styled(BAD, "-"), shown(from)),
        (None, None) => String::new(),
    }
}

/// The beginning of a long value, and how long it is.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        None => text,
        Some((end, _)) => {
            let characters = text.chars().count();
            format!("{}… ({characters} characters)", &text[..end])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::plain;

    #[test]
    fn a_long_value_is_cut_and_its_length_said() {
        let change = Change {
            path: "$.x".into(),
            from: None,
            to: Some("ü".repeat(200).into()),
        };
        let expected = format!("+ $.x: \"{}… (202 characters)\n", "ü".repeat(119));
        assert_eq!(plain(&line(&change, "")), expected);
    }
}
