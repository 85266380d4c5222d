use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::place::{member, shown, unknown};

/// One thing that is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DefinitionProblem {
    /// The JSON path in the definition: `$.interactions[0].request.path`.
    pub path: String,
    /// What was expected and what was found.
    pub message: String,
}

impl DefinitionProblem {
    /// Something else is expected at the path.
    pub fn wrong(path: impl Into<String>, expected: &str, found: &Value) -> Self {
        let found = shown(found);
        Self {
            path: path.into(),
            message: format!("expected {expected}, found {found}"),
        }
    }

    /// The object at the path has a member that it cannot have; `known` are those that
    /// it can have.
    pub fn unknown_member(path: &str, name: &str, known: &[&str]) -> Self {
        Self {
            path: member(path, name),
            message: unknown(name, known),
        }
    }
}

impl fmt::Display for DefinitionProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// Everything that is wrong with a definition, in the order of the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DefinitionProblems(Vec<DefinitionProblem>);

impl DefinitionProblems {
    /// The problems, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &DefinitionProblem> {
        self.0.iter()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn add(&mut self, path: impl Into<String>, message: impl fmt::Display) {
        self.0.push(DefinitionProblem {
            path: path.into(),
            message: message.to_string(),
        });
    }

    pub(super) fn push(&mut self, problem: DefinitionProblem) {
        self.0.push(problem);
    }

    /// What was read, if nothing is wrong with it.
    pub(super) fn none_or<T>(self, read: T) -> Result<T, Self> {
        match self.0.is_empty() {
            true => Ok(read),
            false => Err(self),
        }
    }
}

impl fmt::Display for DefinitionProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the definition cannot be used:")?;
        self.0
            .iter()
            .try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

impl std::error::Error for DefinitionProblems {}
