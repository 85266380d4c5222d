//! Secrets come from the environment and go nowhere but into the request.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

/// What stands where a secret is.
const HIDDEN: &str = "***";

/// Shorter ones are too likely to be a part of something else.
const SHORTEST: usize = 4;

/// A value that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn value(&self) -> &str {
        &self.0
    }

    /// Whether it was not set, and need not be.
    pub fn is_missing(&self) -> bool {
        self.0 == HIDDEN
    }

    pub fn hidden(&self) -> String {
        HIDDEN.into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// The value of a variable, if it is set.
type LookUp = dyn Fn(&str) -> Option<String>;

/// Where secrets are looked up.
pub struct Secrets {
    look_up: Box<LookUp>,
    /// Whether one that is not set is hidden like the others, for nothing is sent.
    may_lack: bool,
    found: RefCell<BTreeSet<String>>,
}

impl Secrets {
    pub fn new(look_up: impl Fn(&str) -> Option<String> + 'static, may_lack: bool) -> Self {
        Self {
            look_up: Box::new(look_up),
            may_lack,
            found: RefCell::default(),
        }
    }

    /// The value of a variable. The error names the variable.
    pub fn get(&self, name: &str) -> Result<Secret, String> {
        if name.is_empty() {
            return Err("{env.} names no environment variable".into());
        }
        let found = (self.look_up)(name).filter(|value| !value.is_empty());
        let value = match (found, self.may_lack) {
            (Some(value), _) => value,
            (None, true) => HIDDEN.into(),
            (None, false) => return Err(format!("the environment variable {name} is not set")),
        };
        if value.chars().any(char::is_control) {
            return Err(format!(
                "the environment variable {name} holds a line break or another control character"
            ));
        }
        self.found.borrow_mut().insert(value.clone());
        Ok(Secret(value))
    }

    /// All that were looked up.
    pub fn into_redaction(self) -> Redaction {
        let mut values: Vec<_> = self.found.into_inner().into_iter().collect();
        values.retain(|value| value.len() >= SHORTEST);
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Redaction(values)
    }
}

/// Takes secrets out of what others say: a server may repeat what it was sent.
#[derive(Clone)]
pub struct Redaction(Vec<String>);

impl Redaction {
    pub fn of(&self, text: &str) -> String {
        let secrets = self.0.iter();
        secrets.fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
    }
}

impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_repeats_is_hidden() {
        let secrets = Secrets::new(|name| Some(name.repeat(5)), false);
        for name in ["a", "ab"] {
            secrets.get(name).unwrap();
        }
        let redaction = secrets.into_redaction();
        assert_eq!(redaction.of("<ababababab aaaaa>"), "<*** ***>");
        assert_eq!(format!("{redaction:?}"), "***");
    }

    #[test]
    fn a_secret_that_breaks_a_header_is_refused_without_showing_it() {
        let secrets = Secrets::new(|_| Some("abc\n".into()), false);
        let error = secrets.get("TOKEN").unwrap_err();
        let expected =
            "the environment variable TOKEN holds a line break or another control character";
        assert_eq!(error, expected);
    }

    #[test]
    fn where_nothing_is_sent_a_secret_may_be_missing() {
        let secret = Secrets::new(|_| None, true).get("TOKEN").unwrap();
        assert_eq!(secret.value(), "***");
    }
}
