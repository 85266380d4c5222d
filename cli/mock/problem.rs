//! What is wrong with a request, as problem details (RFC 9457).

use pactwork_consumer::definition_json::{DefinitionProblem, DefinitionProblems};
use pactwork_consumer::server::{BodyError, Foreign, ListenError};
use pactwork_consumer::{FinishError, Report, StartError};
use pactwork_contract::{ReadError, RecordError};
use serde::Serialize;
use serde_json::Value;

use super::resource;

/// The kinds of problems. Their names stand in the OpenAPI document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    NotJson,
    InvalidDefinition,
    Foreign,
    NotFound,
    Ended,
    MethodNotAllowed,
    TooLarge,
    NotReceived,
    PortInUse,
    NotAsExpected,
    Rejected,
    Conflict,
    CannotWrite,
    ShuttingDown,
    Internal,
}

impl Kind {
    /// Status, end of the type's name, title.
    const fn row(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::NotJson => (400, "not-json", "The body is not JSON"),
            Self::NotReceived => (400, "not-received", "The body was not received whole"),
            Self::Foreign => (403, "foreign", "Only this machine may ask"),
            Self::NotFound => (404, "not-found", "There is no such resource"),
            Self::MethodNotAllowed => (
                405,
                "method-not-allowed",
                "This cannot be done with the resource",
            ),
            Self::PortInUse => (409, "port-in-use", "The port is in use"),
            Self::NotAsExpected => (
                409,
                "not-as-expected",
                "The consumer did not do what the interactions say",
            ),
            Self::Rejected => (409, "rejected", "The consumer did not keep the message"),
            Self::Conflict => (409, "conflict", "The pact holds something else"),
            Self::Ended => (410, "ended", "It has ended"),
            Self::TooLarge => (413, "too-large", "The body is too large"),
            Self::InvalidDefinition => (422, "invalid-definition", "The definition is wrong"),
            Self::Internal => (500, "internal", "The mock provider failed"),
            Self::CannotWrite => (500, "cannot-write", "The pact cannot be written"),
            Self::ShuttingDown => (503, "shutting-down", "The control API is shutting down"),
        }
    }
}

/// One problem, as its client reads it.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Problem(Box<Details>);

#[derive(Debug, Clone, Serialize)]
struct Details {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    /// The whole text for a person, causes and advice included.
    detail: String,
    /// What is wrong with a definition, each with its JSON path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<DefinitionProblem>,
    /// The line and column of what is no JSON, both from 1.
    #[serde(flatten)]
    position: Option<Position>,
    /// What was asked beside what the interactions say.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Value>,
    #[serde(skip)]
    allow: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct Position {
    line: usize,
    column: usize,
}

impl Problem {
    pub fn of(kind: Kind, detail: impl ToString) -> Self {
        let (status, name, title) = kind.row();
        Self(Box::new(Details {
            kind: format!("urn:pactwork:problem:{name}"),
            title,
            status,
            detail: detail.to_string(),
            problems: Vec::new(),
            position: None,
            report: None,
            allow: None,
        }))
    }

    pub fn status(&self) -> u16 {
        self.0.status
    }

    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// Which methods there are instead.
    pub fn allow(&self) -> Option<&str> {
        self.0.allow.as_deref()
    }

    /// A definition that cannot be used, for all of these reasons.
    pub fn invalid(problems: Vec<DefinitionProblem>) -> Self {
        let lines = problems.iter().map(|problem| format!("\n  - {problem}"));
        let detail = format!(
            "the definition cannot be used:{}",
            lines.collect::<String>()
        );
        let mut problem = Self::of(Kind::InvalidDefinition, detail);
        problem.0.problems = problems;
        problem
    }

    pub fn not_json(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let place = format!(" at line {line} column {column}");
        let reason = text.strip_suffix(&place).unwrap_or(&text);
        let detail = format!("line {line}, column {column}: not JSON: {reason}");
        let mut problem = Self::of(Kind::NotJson, detail);
        problem.0.position = Some(Position { line, column });
        problem
    }

    pub fn method_not_allowed(method: &str, path: &str, allowed: &[&str]) -> Self {
        let allowed = allowed.join(", ");
        let detail = format!("{method} cannot be done with {path}; there is {allowed}");
        let mut problem = Self::of(Kind::MethodNotAllowed, detail);
        problem.0.allow = Some(allowed);
        problem
    }

    fn not_as_expected(report: &Report) -> Self {
        let mut problem = Self::of(Kind::NotAsExpected, report);
        problem.0.report = Some(resource::report(report));
        problem
    }
}

impl From<DefinitionProblems> for Problem {
    fn from(problems: DefinitionProblems) -> Self {
        Self::invalid(problems.iter().cloned().collect())
    }
}

impl From<Foreign> for Problem {
    fn from(foreign: Foreign) -> Self {
        Self::of(Kind::Foreign, foreign)
    }
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Self {
        let kind = match error {
            BodyError::TooLarge(_) => Kind::TooLarge,
            _ => Kind::NotReceived,
        };
        let detail = format!("the request was not understood: {error}");
        let mut problem = Self::of(kind, detail);
        problem.0.status = error.status().as_u16();
        problem
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Content {
                path,
                expected,
                found,
                ..
            } => Self::invalid(vec![DefinitionProblem {
                path,
                message: format!("expected {expected}, found {found}"),
            }]),
            error => Self::of(Kind::InvalidDefinition, error),
        }
    }
}

impl From<StartError> for Problem {
    fn from(error: StartError) -> Self {
        let kind = match &error {
            StartError::Definition(_) => Kind::InvalidDefinition,
            StartError::Listen(ListenError::PortInUse(_)) => Kind::PortInUse,
            StartError::Listen(ListenError::Address { .. }) => Kind::InvalidDefinition,
            _ => Kind::Internal,
        };
        Self::of(kind, error)
    }
}

impl From<FinishError> for Problem {
    fn from(error: FinishError) -> Self {
        match error {
            FinishError::NotAsExpected(report) => Self::not_as_expected(&report),
            FinishError::Record(ref reason) => Self::of(recording(reason), error),
            error => Self::of(Kind::Internal, error),
        }
    }
}

impl From<RecordError> for Problem {
    fn from(error: RecordError) -> Self {
        Self::of(recording(&error), error)
    }
}

fn recording(error: &RecordError) -> Kind {
    match error {
        RecordError::Conflict { .. } | RecordError::Read(_) => Kind::Conflict,
        RecordError::Write(_) => Kind::InvalidDefinition,
        _ => Kind::CannotWrite,
    }
}
