//! Credentials and headers that a server is sent. Nothing of them is ever shown.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pactwork_provider::Secrets;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

/// What was given for a server.
#[derive(Default)]
pub struct Given {
    pub token: Option<String>,
    pub username: Option<String>,
    pub password: Option<String>,
    /// `Name: value` each.
    pub headers: Vec<String>,
}

/// What a server is sent beside the request.
#[derive(Clone, Default)]
pub struct Access {
    headers: Vec<(HeaderName, HeaderValue)>,
    secrets: Vec<String>,
    known: Secrets,
}

impl Access {
    /// Checks what was given: a token wins over a user. The error names what cannot be
    /// sent, and not its value.
    pub fn of(given: Given) -> Result<Self, String> {
        let mut access = Self::default();
        match (given.token, given.username, given.password) {
            (Some(token), ..) => access.bear(token.trim())?,
            (None, None, None) => {}
            (None, None, Some(_)) => return Err("a password was given, and no user name".into()),
            (None, Some(name), password) => {
                access.introduce(&name, password.as_deref().unwrap_or_default())?;
            }
        }
        for header in &given.headers {
            access.add(header)?;
        }
        Ok(access)
    }

    /// Takes the user and the password out of a URL; they count where there are no
    /// other credentials.
    pub fn take_from(mut self, url: &mut Url) -> Result<Self, String> {
        let decoded = |text: &str| {
            let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
            decoded.into_owned()
        };
        let name = decoded(url.username());
        let password = decoded(url.password().unwrap_or_default());
        if name.is_empty() && password.is_empty() {
            return Ok(self);
        }
        let no_host = |()| String::from("the URL names a user and no host");
        url.set_username("").map_err(no_host)?;
        url.set_password(None).map_err(no_host)?;
        let authorized = self.headers.iter().any(|(name, _)| *name == AUTHORIZATION);
        if !authorized {
            self.introduce(&name, &password)?;
        }
        Ok(self)
    }

    /// Nothing is sent.
    pub fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    pub fn headers(&self) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> {
        self.headers.iter().map(|(name, value)| (name, value))
    }

    /// A text without the secrets in it: a server may repeat what it was sent.
    pub fn hide(&self, text: &str) -> String {
        self.known.redact(text).into_owned()
    }

    /// Has others hide what is secret here.
    pub fn tell(&self, secrets: &Secrets) {
        self.secrets.iter().for_each(|secret| secrets.add(secret));
    }

    fn keep(&mut self, secret: &str) {
        self.known.add(secret);
        self.secrets.push(secret.into());
    }

    fn bear(&mut self, token: &str) -> Result<(), String> {
        self.keep(token);
        self.authorize(&format!("Bearer {token}"), "the token")
    }

    fn introduce(&mut self, name: &str, password: &str) -> Result<(), String> {
        let encoded = STANDARD.encode(format!("{name}:{password}"));
        self.keep(&encoded);
        self.keep(password);
        self.authorize(&format!("Basic {encoded}"), "the user name and password")
    }

    fn authorize(&mut self, value: &str, what: &str) -> Result<(), String> {
        self.set(AUTHORIZATION, value, what)
    }

    fn add(&mut self, header: &str) -> Result<(), String> {
        let (name, value) = header
            .split_once(':')
            .ok_or("expected a header as 'Name: value', found no colon")?;
        let (name, value) = (name.trim(), value.trim());
        let known = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| format!("\"{name}\" is no name of a header"))?;
        self.keep(value);
        // A scheme before a token is no secret, and the token alone is one.
        value
            .split_whitespace()
            .skip(1)
            .for_each(|part| self.keep(part));
        self.set(known, value, &format!("the value of the header {name}"))
    }

    fn set(&mut self, name: HeaderName, value: &str, what: &str) -> Result<(), String> {
        let mut value = HeaderValue::from_str(value).map_err(|_| {
            format!("{what} holds a line break or another character that no header may hold")
        })?;
        value.set_sensitive(true);
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value));
        Ok(())
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(access: &Access) -> Vec<String> {
        let headers = access.headers();
        headers
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect()
    }

    #[test]
    fn a_token_wins_over_a_user_and_a_header_over_both() {
        let given = || Given {
            token: Some("t0ken\n".into()),
            username: Some("ann".into()),
            password: Some("secret".into()),
            headers: vec!["X-Key: k".into()],
        };
        let access = Access::of(given()).unwrap();
        assert_eq!(sent(&access), ["authorization: Bearer t0ken", "x-key: k"]);
        let access = Access::of(Given {
            token: None,
            headers: Vec::new(),
            ..given()
        });
        let basic = ["authorization: Basic YW5uOnNlY3JldA=="];
        assert_eq!(sent(&access.unwrap()), basic);
        let access = Access::of(Given {
            headers: vec!["authorization: other".into()],
            ..given()
        });
        assert_eq!(sent(&access.unwrap()), ["authorization: other"]);
    }

    #[test]
    fn a_urls_user_is_taken_out_of_it() {
        let mut url = Url::parse("https://ann:s%40cret@a.example/x").unwrap();
        let access = Access::default().take_from(&mut url).unwrap();
        assert_eq!(url.as_str(), "https://a.example/x");
        assert_eq!(sent(&access), ["authorization: Basic YW5uOnNAY3JldA=="]);
        assert_eq!(access.hide("not s@cret"), "not [redacted]");
    }

    #[test]
    fn what_cannot_be_sent_is_named_and_not_shown() {
        let wrong = |given| Access::of(given).unwrap_err();
        for (given, error) in [
            (
                Given {
                    token: Some("a\nsecret".into()),
                    ..Given::default()
                },
                "the token holds a line break",
            ),
            (
                Given {
                    password: Some("secret".into()),
                    ..Given::default()
                },
                "a password was given, and no user name",
            ),
            (
                Given {
                    headers: vec!["secret".into()],
                    ..Given::default()
                },
                "expected a header as 'Name: value'",
            ),
            (
                Given {
                    headers: vec!["a b: secret".into()],
                    ..Given::default()
                },
                "\"a b\" is no name of a header",
            ),
        ] {
            let error_found = wrong(given);
            assert!(error_found.starts_with(error), "{error_found}");
            assert!(!error_found.contains("secret"), "{error_found}");
        }
    }

    #[test]
    fn what_a_server_repeats_is_hidden() {
        let given = Given {
            headers: vec!["Authorization: token abcdef".into()],
            ..Given::default()
        };
        let access = Access::of(given).unwrap();
        assert_eq!(
            access.hide("<abcdef token abcdef>"),
            "<[redacted] [redacted]>"
        );
        assert_eq!(format!("{access:?}"), "[redacted]");
    }
}
