//! Secrets that a text shows by its form, whatever it is called.

use std::borrow::Cow;

use regex::{Captures, Regex};

use super::super::formats::PLACEHOLDER;
use super::super::segments::class_changes;

/// From this length on, letters of both cases and digits in no order are a secret.
const LONG: usize = 32;

/// Tokens that say by their beginning what they are, and keys.
const TOKENS: &str = concat!(
    // JSON Web Tokens (RFC 7519): the header begins with `{"`.
    r"(?-u:\b)eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*",
    r"|(?-u:\b)(?:sk|pk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,}",
    r"|(?-u:\b)sk-[A-Za-z0-9_-]{20,}",
    r"|(?-u:\b)gh[opusr]_[A-Za-z0-9]{20,}",
    r"|(?-u:\b)github_pat_[A-Za-z0-9_]{20,}",
    r"|(?-u:\b)glpat-[A-Za-z0-9_-]{16,}",
    r"|(?-u:\b)xox[abeoprs]-[A-Za-z0-9-]{10,}",
    r"|(?-u:\b)(?:AKIA|ASIA)[0-9A-Z]{16}(?-u:\b)",
    r"|(?-u:\b)AIza[0-9A-Za-z_-]{30,}",
    r"|(?-u:\b)ya29\.[0-9A-Za-z_-]{10,}",
    r"|(?-u:\b)npm_[A-Za-z0-9]{30,}",
    r"|(?-u:\b)hf_[A-Za-z0-9]{30,}",
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
);

/// `Authorization` values within a text (RFC 9110, section 11.6.2).
const CREDENTIALS: &str = r"(?i)(?-u:\b)(bearer|basic)[ ]+([A-Za-z0-9+/_=.~-]{16,})";

/// `user:password@` in a URL (RFC 3986, section 3.2.1).
const USER: &str = r"(://)[^/\s:@]*:[^/\s@]+@";

/// `password=…`, `"token": "…"`, `<secret>…`, in a text that is not read further.
const NAMED: &str = concat!(
    r#"(?i)((?:password|passwd|passphrase|secret|token|api[_-]?key|private[_-]?key|signature)\\?["']?[ \t\r\n]*[:=>][ \t\r\n]*)"#,
    r#"(\\?"(?:[^"\\]|\\[^"])*\\?"|'[^']*'|[^\s&,;<>"'{}\[\]]+)"#,
);

const RUNS: &str = r"[A-Za-z0-9+/_=-]{32,}";

/// Finds secrets in texts.
#[derive(Debug, Clone)]
pub(super) struct SecretTexts {
    /// Any of the patterns below but the last: most texts hold none.
    any: Regex,
    tokens: Regex,
    credentials: Regex,
    user: Regex,
    named: Regex,
    runs: Regex,
}

impl SecretTexts {
    /// The patterns are constants, so that an error is one of this file.
    pub fn new() -> Result<Self, regex::Error> {
        let any = [TOKENS, CREDENTIALS, USER, NAMED].map(|pattern| format!("(?:{pattern})"));
        Ok(Self {
            any: Regex::new(&any.join("|"))?,
            tokens: Regex::new(TOKENS)?,
            credentials: Regex::new(CREDENTIALS)?,
            user: Regex::new(USER)?,
            named: Regex::new(NAMED)?,
            runs: Regex::new(RUNS)?,
        })
    }

    /// The text without secrets; borrowed where there is none.
    pub fn redacted<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut replaced = Cow::Borrowed(text);
        if self.any.is_match(text) {
            let known = self.tokens.replace_all(text, PLACEHOLDER);
            let known = self.credentials.replace_all(&known, "$1 redacted");
            let known = self.user.replace_all(&known, "${1}redacted@");
            replaced = self.named.replace_all(&known, named).into_owned().into();
        }
        if has_long_run(text) {
            replaced = self.runs.replace_all(&replaced, run).into_owned().into();
        }
        match replaced == text {
            true => Cow::Borrowed(text),
            false => replaced,
        }
    }
}

/// The name stays, and the quotes.
fn named(captures: &Captures<'_>) -> String {
    let value = &captures[2];
    let quote = ["\\\"", "\"", "'"]
        .into_iter()
        .find(|quote| value.starts_with(quote))
        .unwrap_or_default();
    format!("{}{quote}{PLACEHOLDER}{quote}", &captures[1])
}

fn run(captures: &Captures<'_>) -> String {
    let run = &captures[0];
    match is_secret(run) {
        true => PLACEHOLDER.into(),
        false => run.into(),
    }
}

/// Whether [`RUNS`] is to be looked for at all.
fn has_long_run(text: &str) -> bool {
    let mut length = 0;
    text.bytes().any(|byte| {
        let inside = byte.is_ascii_alphanumeric() || b"+/_=-".contains(&byte);
        length = if inside { length + 1 } else { 0 };
        length >= LONG
    })
}

fn is_secret(run: &str) -> bool {
    let has = |is: fn(&u8) -> bool| run.bytes().any(|byte| is(&byte));
    run.len() >= LONG
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && class_changes(run) * 3 > run.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_form() {
        let texts = SecretTexts::new().unwrap();
        for (text, expected) in [
            (
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl",
                "redacted",
            ),
            (
                "see eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl!",
                "see redacted!",
            ),
            ("Bearer 0123456789abcdef0", "Bearer redacted"),
            ("Basic dXNlcjpwYXNzd29yZA==", "Basic redacted"),
            (
                "https://mary:hunter2@example.org/a",
                "https://redacted@example.org/a",
            ),
            (
                "https://example.org/a?access_token=hunter2&b=1",
                "https://example.org/a?access_token=redacted&b=1",
            ),
            (
                "https://example.org/a?X-Amz-Signature=0a1b&b=1",
                "https://example.org/a?X-Amz-Signature=redacted&b=1",
            ),
            (
                r#"{"password": "hunter2", "a": 1"#,
                r#"{"password": "redacted", "a": 1"#,
            ),
            (
                r#"{\"password\":\"hunter2\"}"#,
                r#"{\"password\":\"redacted\"}"#,
            ),
            (
                "<password>hunter2</password>",
                "<password>redacted</password>",
            ),
            ("<user secret='hunter2'/>", "<user secret='redacted'/>"),
            ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "redacted"),
            ("AKIAIOSFODNN7EXAMPLE", "redacted"),
            ("wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY9", "redacted"),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n",
                "redacted\n",
            ),
        ] {
            assert_eq!(texts.redacted(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        let texts = SecretTexts::new().unwrap();
        for text in [
            "c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "https://example.org/api/v2/orders?expand=lines&page=2",
            "2026-05-01T10:00:00.123456789Z",
            "a basic understanding of bearers",
            "/Documents/InternationalOrganizations/Quarterly2026Report",
            "",
        ] {
            assert_eq!(texts.redacted(text), text);
        }
    }
}
