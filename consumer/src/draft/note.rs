//! What a person has to know of a draft.

use std::fmt;

use serde::Serialize;

/// Something that was decided, left out, or that a person has to decide.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Note {
    /// The description of the interaction; `None` where it is about the whole draft.
    pub interaction: Option<String>,
    /// What sort of note it is.
    pub kind: NoteKind,
    /// A sentence. It names places, never a value.
    pub text: String,
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NoteKind {
    /// A person has to decide.
    Unclear,
    /// It is not in the draft.
    LeftOut,
    /// It was replaced by a placeholder.
    Redacted,
    /// How a rule came about.
    Derived,
    /// Requests that became one interaction.
    Grouped,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(interaction) = &self.interaction {
            write!(f, "{interaction}: ")?;
        }
        f.write_str(&self.text)
    }
}
