//! Secrets, which no report and no log may show.

mod forms;
mod header;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use aho_corasick::{AhoCorasick, MatchKind};

pub(crate) use header::shown_header;

/// What stands in the place of a secret.
pub const REDACTED: &str = "[redacted]";

/// Texts shorter than this many bytes are part of too much to be looked for.
const SHORTEST: usize = 4;

/// From this many bytes on, what stands behind `Bearer ` is looked for by itself: shorter
/// ones are words as examples use them.
const SHORTEST_CREDENTIALS: usize = 8;

/// Texts that no report and no log may show. Clones share what is known, so that a
/// secret that comes up later is known everywhere.
///
/// Each is found as it is, percent-encoded, as part of a JSON text and as part of a
/// text in base64; and each of several lines by itself. Texts of fewer than four bytes
/// are part of too much to be looked for.
///
/// ```
/// use pactwork_provider::Secrets;
///
/// let secrets = Secrets::default();
/// secrets.add_header("Authorization", "Basic bWU6aHVudGVyMg==");
/// assert_eq!(secrets.redact("401 for me:hunter2"), "401 for [redacted]");
/// assert_eq!(secrets.redact("GET /?key=me%3Ahunter2"), "GET /?key=[redacted]");
/// ```
#[derive(Clone, Default)]
pub struct Secrets(Arc<RwLock<Known>>);

#[derive(Default)]
struct Known {
    /// The secrets in all their forms.
    forms: BTreeSet<String>,
    /// Made when it is first needed: secrets may come up one after another.
    finder: OnceLock<Option<AhoCorasick>>,
}

impl Secrets {
    /// Nothing that holds this text is shown.
    pub fn add(&self, text: &str) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let before = known.forms.len();
        let lines = text.lines().filter(|line| line.trim() != text.trim());
        for part in lines.chain([text]).map(str::trim) {
            if part.len() >= SHORTEST {
                known.forms.extend(forms::of(part));
            }
        }
        if known.forms.len() > before {
            known.finder = OnceLock::new();
        }
    }

    /// The value of a header that is sent is not shown if its name says that it is a
    /// secret ([`is_secret_header`](pactwork_contract::is_secret_header)): neither the
    /// whole, nor the credentials in it.
    pub fn add_header(&self, name: &str, value: &str) {
        if !pactwork_contract::is_secret_header(name) {
            return;
        }
        self.add(value);
        for part in header::credentials(name, value) {
            if part.len() >= SHORTEST_CREDENTIALS {
                self.add(&part);
            }
        }
    }

    /// The text, with `[redacted]` in the place of each secret.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.known().finder() {
            Some(finder) if finder.is_match(text) => {
                let mut redacted = String::with_capacity(text.len());
                finder.replace_all_with(text, &mut redacted, |_, _, redacted| {
                    redacted.push_str(REDACTED);
                    true
                });
                redacted.into()
            }
            _ => text.into(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.known().forms.is_empty()
    }

    /// How many bytes the longest form of a secret has.
    pub(crate) fn longest(&self) -> usize {
        let known = self.known();
        known.forms.iter().map(String::len).max().unwrap_or(0)
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// `None` where there is nothing to find.
    fn finder(&self) -> Option<&AhoCorasick> {
        let make = || {
            let mut finder = AhoCorasick::builder();
            finder.match_kind(MatchKind::LeftmostLongest);
            finder.build(&self.forms).ok()
        };
        let finder = (!self.forms.is_empty()).then(|| self.finder.get_or_init(make));
        finder.and_then(Option::as_ref)
    }
}

impl fmt::Debug for Secrets {
    /// How many there are, and nothing else.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({} forms)", self.known().forms.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(texts: &[&str]) -> Secrets {
        let secrets = Secrets::default();
        texts.iter().for_each(|text| secrets.add(text));
        secrets
    }

    #[test]
    fn every_occurrence_of_every_form_is_replaced() {
        let secrets = secrets(&["s3cr t/\"é"]);
        for (text, expected) in [
            ("a s3cr t/\"é b s3cr t/\"é", "a [redacted] b [redacted]"),
            ("?k=s3cr%20t%2F%22%C3%A9&l=1", "?k=[redacted]&l=1"),
            ("?k=s3cr%20t%2f%22%c3%a9", "?k=[redacted]"),
            ("?k=s3cr+t%2F%22%C3%A9", "?k=[redacted]"),
            (r#"{"k":"s3cr t/\"é"}"#, r#"{"k":"[redacted]"}"#),
            (r#"{"k":"s3cr t\/\"\u00e9"}"#, r#"{"k":"[redacted]"}"#),
            ("nothing", "nothing"),
        ] {
            assert_eq!(secrets.redact(text), expected);
        }
    }

    #[test]
    fn a_secret_inside_of_base64_is_replaced_wherever_it_stands() {
        use base64::Engine;
        use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
        let secrets = secrets(&["hunter2>?"]);
        for before in ["", "a", "ab", "abc"] {
            for after in ["", "x", "xy", "xyz"] {
                let text = format!("{before}hunter2>?{after}");
                for encoded in [STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
                    let redacted = secrets.redact(&encoded);
                    assert!(redacted.contains(REDACTED), "{text}: {redacted}");
                }
            }
        }
    }

    #[test]
    fn what_is_short_is_not_looked_for_and_lines_are_by_themselves() {
        let key = "-----BEGIN-----\nAAAABBBB\nxy\n-----END-----";
        let secrets = secrets(&["", "abc", key]);
        assert_eq!(secrets.redact("abc AAAABBBB xy\n"), "abc [redacted] xy\n");
        assert_eq!(secrets.redact(key), REDACTED);
    }

    #[test]
    fn the_credentials_of_a_secret_header_count_by_themselves() {
        let secrets = Secrets::default();
        secrets.add_header("Authorization", "Bearer 0123456789");
        secrets.add_header("Proxy-Authorization", "Basic bWU6aHVudGVyMjI=");
        secrets.add_header("Cookie", "a=first-cookie; b=c");
        secrets.add_header("X-Tenant", "tenant-seven");
        secrets.add_header("X-Auth", "Bearer token");
        for (text, expected) in [
            ("Bearer 0123456789", "[redacted]"),
            ("0123456789", "[redacted]"),
            ("hunter22", "[redacted]"),
            ("set a to first-cookie", "set a to [redacted]"),
            ("tenant-seven", "tenant-seven"),
            ("token", "token"),
        ] {
            assert_eq!(secrets.redact(text), expected);
        }
    }

    #[test]
    fn clones_share_what_is_known_and_nobody_prints_it() {
        let secrets = Secrets::default();
        let clone = secrets.clone();
        clone.add("hunter2");
        assert_eq!(secrets.redact("hunter2"), REDACTED);
        assert!(!format!("{secrets:?}").contains("hunter"));
    }
}
