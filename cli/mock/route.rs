//! Which operations there are. The OpenAPI document says the same; a test compares them.

use super::problem::{Kind, Problem};

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Index,
    Document,
    ListMockProviders,
    CreateMockProvider,
    DiscardMockProviders,
    ShowMockProvider,
    DiscardMockProvider,
    ListInteractions,
    AddInteractions,
    RemoveInteractions,
    ShowJournal,
    ResetJournal,
    ShowReport,
    ShowPact,
    WritePact,
    Finish,
    ListMessages,
    CreateMessage,
    ShowMessage,
    DiscardMessage,
    Confirm,
    ShutDown,
}

type Methods = &'static [(&'static str, Operation)];

const ROUTES: &[(&str, Methods)] = &[
    ("/", &[("GET", Operation::Index)]),
    ("/openapi.json", &[("GET", Operation::Document)]),
    (
        "/mock-providers",
        &[
            ("GET", Operation::ListMockProviders),
            ("POST", Operation::CreateMockProvider),
            ("DELETE", Operation::DiscardMockProviders),
        ],
    ),
    (
        "/mock-providers/{id}",
        &[
            ("GET", Operation::ShowMockProvider),
            ("DELETE", Operation::DiscardMockProvider),
        ],
    ),
    (
        "/mock-providers/{id}/interactions",
        &[
            ("GET", Operation::ListInteractions),
            ("POST", Operation::AddInteractions),
            ("DELETE", Operation::RemoveInteractions),
        ],
    ),
    (
        "/mock-providers/{id}/journal",
        &[
            ("GET", Operation::ShowJournal),
            ("DELETE", Operation::ResetJournal),
        ],
    ),
    (
        "/mock-providers/{id}/report",
        &[("GET", Operation::ShowReport)],
    ),
    (
        "/mock-providers/{id}/pact",
        &[("GET", Operation::ShowPact), ("PUT", Operation::WritePact)],
    ),
    (
        "/mock-providers/{id}/finish",
        &[("POST", Operation::Finish)],
    ),
    (
        "/messages",
        &[
            ("GET", Operation::ListMessages),
            ("POST", Operation::CreateMessage),
        ],
    ),
    (
        "/messages/{id}",
        &[
            ("GET", Operation::ShowMessage),
            ("DELETE", Operation::DiscardMessage),
        ],
    ),
    (
        "/messages/{id}/confirmation",
        &[("POST", Operation::Confirm)],
    ),
    ("/shutdown", &[("POST", Operation::ShutDown)]),
];

/// An operation, and on which of the created things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub operation: Operation,
    /// As it stands in the path; empty where the path has none.
    pub id: String,
}

impl Route {
    /// Finds what is asked for.
    pub fn of(method: &str, path: &str) -> Result<Self, Problem> {
        let found = ROUTES.iter().find_map(|(pattern, methods)| {
            let id = matched(pattern, path)?;
            Some((id, *methods))
        });
        let Some((id, methods)) = found else {
            let detail = format!("there is nothing at {path}; {}", start_there());
            return Err(Problem::of(Kind::NotFound, detail));
        };
        match methods.iter().find(|(known, _)| *known == method) {
            Some((_, operation)) => Ok(Self {
                operation: *operation,
                id: id.to_owned(),
            }),
            None => {
                let allowed: Vec<_> = methods.iter().map(|(known, _)| *known).collect();
                Err(Problem::method_not_allowed(method, path, &allowed))
            }
        }
    }
}

fn start_there() -> &'static str {
    "/ names what there is, and /openapi.json describes it"
}

/// The id in the path, if the path is one of the pattern; a slash at the end does no harm.
fn matched<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let path = match path {
        "/" => path,
        path => path.strip_suffix('/').unwrap_or(path),
    };
    match pattern.split_once("{id}") {
        None => (pattern == path).then_some(""),
        Some((before, after)) => {
            let id = path.strip_prefix(before)?.strip_suffix(after)?;
            (!id.is_empty() && !id.contains('/')).then_some(id)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn the_document_describes_the_operations_that_there_are() {
        let document: Value = serde_json::from_str(crate::mock::DOCUMENT).unwrap();
        let described: BTreeSet<String> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, item)| {
                let operations = item.as_object().unwrap().keys();
                operations
                    .filter(|name| *name != "parameters")
                    .map(move |method| format!("{} {path}", method.to_uppercase()))
            })
            .collect();
        let there: BTreeSet<String> = ROUTES
            .iter()
            .flat_map(|(path, methods)| {
                methods
                    .iter()
                    .map(move |(method, _)| format!("{method} {path}"))
            })
            .collect();
        assert_eq!(described, there);
    }

    #[test]
    fn paths_are_told_apart() {
        for (path, operation, id) in [
            ("/", Operation::Index, ""),
            ("/mock-providers", Operation::ListMockProviders, ""),
            ("/mock-providers/", Operation::ListMockProviders, ""),
            ("/mock-providers/7", Operation::ShowMockProvider, "7"),
            ("/mock-providers/7/journal", Operation::ShowJournal, "7"),
        ] {
            let id = id.to_owned();
            let route = Route::of("GET", path).unwrap();
            assert_eq!(route, Route { operation, id }, "{path}");
        }
        for path in ["", "/mock-providers/7/nothing", "/mock-providers//journal"] {
            assert!(Route::of("GET", path).is_err(), "{path}");
        }
    }
}
