//! Which words of a command line are theirs.

use std::ffi::OsString;

use super::options::{Meaning, OPTIONS, Theirs};
use crate::failure::{Failure, Result};

/// An option of theirs that was given.
#[derive(Debug)]
pub struct Given {
    pub option: &'static Theirs,
    /// Empty where there is none.
    pub value: String,
    /// Whether it was given by its letter.
    pub by_letter: bool,
    /// Whether a variable said so.
    pub from_variable: bool,
}

/// A command line taken apart.
#[derive(Debug, Default)]
pub struct Scanned {
    pub given: Vec<Given>,
    /// What is ours, in its order.
    pub ours: Vec<OsString>,
    /// From `--` on.
    pub program: Vec<OsString>,
}

impl Scanned {
    /// Takes the words behind `verify` apart.
    pub fn of(words: &[OsString]) -> Result<Self> {
        let mut scanned = Self::default();
        let mut words = words.iter().peekable();
        while let Some(word) = words.next() {
            if word == "--" {
                scanned.program = [word].into_iter().chain(words).cloned().collect();
                break;
            }
            let Some((option, inline)) = word.to_str().and_then(recognised) else {
                scanned.ours.push(word.clone());
                continue;
            };
            let next = words.next_if(|next| inline.is_none() && option.takes(next));
            // `-h` alone asks for help.
            if option.has_value && inline.is_none() && next.is_none() && word == "-h" {
                scanned.ours.push(word.clone());
                continue;
            }
            let value = inline.or_else(|| next.map(|next| next.to_string_lossy().into_owned()));
            if option.has_value && value.as_ref().is_none_or(String::is_empty) {
                return Err(Failure::wrong_input(format!(
                    "--{}: a value is expected",
                    option.name
                )));
            }
            scanned.given.push(Given {
                option,
                value: value.unwrap_or_default(),
                by_letter: !word.to_string_lossy().starts_with("--"),
                from_variable: false,
            });
        }
        Ok(scanned)
    }

    /// Adds what variables say of options that were not given, by either name.
    pub fn add_variables(&mut self, variable: impl Fn(&str) -> Option<String>) {
        for option in OPTIONS {
            let Some(value) = option.variable.and_then(&variable) else {
                continue;
            };
            let counts = match option.has_value {
                true => !value.is_empty(),
                false => is_true(&value),
            };
            if counts && !self.is_said(option) && !self.is_elsewhere(option) {
                self.given.push(Given {
                    option,
                    value,
                    by_letter: false,
                    from_variable: true,
                });
            }
        }
    }

    /// Whether an option of ours is there.
    pub fn has(&self, name: &str) -> bool {
        let words = self.ours.iter().filter_map(|word| word.to_str());
        words
            .map(|word| word.split('=').next())
            .any(|word| word == Some(name))
    }

    /// Whether the variable is read elsewhere: those of a Pact Broker are ours as well, and
    /// count for URLs in their command lines alone.
    fn is_elsewhere(&self, option: &Theirs) -> bool {
        let credential = matches!(option.name, "user" | "password" | "token");
        credential && (!self.is_given("url") || self.is_given("broker-url"))
    }

    /// Whether the command line says by itself what an option of theirs would say.
    fn is_said(&self, option: &Theirs) -> bool {
        let given = self
            .given
            .iter()
            .any(|given| given.option.name == option.name);
        given
            || match option.meaning {
                Meaning::Is(ours) | Meaning::Sets(ours) => self.has(ours),
                Meaning::Together | Meaning::Shared if option.is_about_place() => {
                    let said = ["--base-url", "--start"].iter().any(|ours| self.has(ours));
                    said || !self.program.is_empty()
                }
                _ => option.name == "request-timeout" && self.has("--timeout"),
            }
    }
}

impl Theirs {
    fn takes(&self, next: &OsString) -> bool {
        self.has_value && !next.to_string_lossy().starts_with('-')
    }

    /// Whether it says where the provider is.
    pub fn is_about_place(&self) -> bool {
        let place = [
            "hostname",
            "port",
            "transport",
            "scheme",
            "transports",
            "base-path",
        ];
        place.contains(&self.name)
    }
}

/// The option that a word is, and a value in the same word.
fn recognised(word: &str) -> Option<(&'static Theirs, Option<String>)> {
    if let Some(long) = word.strip_prefix("--") {
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (long, None),
        };
        let option = OPTIONS.iter().find(|option| option.name == name)?;
        return Some((option, value));
    }
    let mut characters = word.strip_prefix('-')?.chars();
    let short = characters.next()?;
    let option = OPTIONS.iter().find(|option| option.short == Some(short))?;
    let rest = characters.as_str();
    let value = rest.strip_prefix('=').unwrap_or(rest);
    Some((option, (!value.is_empty()).then(|| value.to_owned())))
}

fn is_true(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    !matches!(
        value.as_str(),
        "" | "0" | "n" | "no" | "f" | "false" | "off"
    )
}
