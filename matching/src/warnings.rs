use std::fmt::Write;

use pactwork_contract::{Category, Warning};

use crate::rules::Patterns;

/// What compiling an expectation shares and collects: the regular expressions,
/// and what of the matching rules was not understood.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    pub(crate) list: Vec<Warning>,
    pub(crate) patterns: Patterns,
}

impl Warnings {
    /// The rules of a path are not used.
    pub(crate) fn not_used(&mut self, category: Category, path: &str, reason: &str) {
        self.add(category, path, format!("{reason}; its rules are not used"));
    }

    pub(crate) fn extend(&mut self, category: Category, path: &str, messages: Vec<String>) {
        for message in messages {
            self.add(category, path, message);
        }
    }

    pub(crate) fn add(&mut self, category: Category, path: &str, message: String) {
        self.list.push(Warning {
            origin: String::new(),
            path: place(category, path),
            message,
        });
    }
}

/// Where the rules of a path stand in the pact.
pub(crate) fn place(category: Category, path: &str) -> String {
    let mut place = format!("$.matchingRules.{}", category.as_str());
    if !path.is_empty() {
        let quoted = path.replace('\\', r"\\").replace('\'', r"\'");
        // Writing to a String cannot fail.
        let _ = write!(place, "['{quoted}']");
    }
    place
}
