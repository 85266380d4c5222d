use std::collections::BTreeMap;
use std::path::Path;

use pactwork_consumer::draft::{Draft, Note, NoteKind};

use super::counted;
use super::table::table;
use crate::output::{DOUBTFUL, FAINT, Output, STRONG, styled};

/// What each kind of note is about, in the order of what matters most. How rules came
/// about is told with -v.
const KINDS: &[(NoteKind, &str)] = &[
    (NoteKind::Unclear, "To decide:"),
    (NoteKind::Redacted, "Redacted:"),
    (NoteKind::LeftOut, "Left out:"),
];

/// What was drafted, what a person has to know of it, and what to do next.
pub fn draft(draft: &Draft, file: &Path, output: &Output) -> String {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let mut text = styled(
        STRONG,
        format!(
            "{}: {} from {}",
            output.path(file),
            counted(draft.interactions.len(), "interaction"),
            counted(number(draft.observations), "request")
        ),
    );
    text += "\n\n";
    let rows = draft.interactions.iter().map(|each| {
        let state = match each.state_to_name {
            true => styled(DOUBTFUL, "to be named"),
            false => String::new(),
        };
        vec![
            each.description.clone(),
            each.observations.to_string(),
            state,
        ]
    });
    let rows: Vec<_> = rows.collect();
    text += &table(&["INTERACTION", "REQUESTS", "PROVIDER STATE"], &rows);
    for (kind, title) in KINDS {
        text += &section(draft, *kind, title);
    }
    for note in &draft.notes {
        if matches!(note.kind, NoteKind::Derived) {
            output.detail(note);
        }
    }
    text + &next(draft, file, output)
}

fn section(draft: &Draft, kind: NoteKind, title: &str) -> String {
    let mut by_interaction = BTreeMap::<_, Vec<&Note>>::new();
    for note in draft.notes.iter().filter(|note| note.kind == kind) {
        by_interaction
            .entry(&note.interaction)
            .or_default()
            .push(note);
    }
    if by_interaction.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{}\n", styled(STRONG, title));
    for (interaction, notes) in by_interaction {
        match interaction {
            Some(interaction) => {
                text += &format!("  {interaction}\n");
                notes
                    .iter()
                    .for_each(|note| text += &format!("    {}\n", note.text));
            }
            None => notes
                .iter()
                .for_each(|note| text += &format!("  {}\n", note.text)),
        }
    }
    if kind == NoteKind::Redacted {
        text += &styled(FAINT, "  (a verification sends the placeholders)\n");
    }
    if kind == NoteKind::LeftOut
        && draft
            .notes
            .iter()
            .any(|note| note.text.contains("headers "))
    {
        text += &styled(FAINT, "  (--header NAME keeps a header)\n");
    }
    text
}

fn next(draft: &Draft, file: &Path, output: &Output) -> String {
    let file = output.path(file);
    let states = match draft.interactions.iter().any(|each| each.state_to_name) {
        true => ", name its provider states",
        false => "",
    };
    format!(
        "\n{}\n  1. read {file}{states}, and delete what the consumer does not rely on\n  \
         2. pactwork verify {file} --provider {} --base-url URL\n  \
         3. move it to the pacts, or better: write the tests that record it\n",
        styled(STRONG, "What to do next:"),
        draft.pact.provider.name,
    )
}
