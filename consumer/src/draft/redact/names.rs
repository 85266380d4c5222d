//! Names of headers, parameters and members whose values are secrets.

use std::collections::BTreeSet;

/// Whole names, in small letters and without separators.
const SECRET: &[&str] = &[
    "accesskey",
    "accesskeyid",
    "auth",
    "authentication",
    "authorization",
    "awsaccesskeyid",
    "bearer",
    "cookie",
    "creditcard",
    "csrf",
    "cvc",
    "cvv",
    "jsessionid",
    "jwt",
    "otp",
    "passcode",
    "phpsessid",
    "pin",
    "proxyauthorization",
    "pwd",
    "sessionid",
    "setcookie",
    "setcookie2",
    "sid",
    "sig",
    "ssn",
    "xsrf",
];

/// What a secret's name ends with, such as `stripeSecretKey` or `X-Auth-Token`.
const SECRET_ENDINGS: &[&str] = &[
    "accesskey",
    "apikey",
    "cardnumber",
    "connectionstring",
    "credential",
    "credentials",
    "functionskey",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "secretkey",
    "signature",
    "subscriptionkey",
    "token",
];

/// What pages are asked for with is no secret.
const NO_SECRETS: &[&str] = &[
    "continuationtoken",
    "nextpagetoken",
    "nexttoken",
    "pagetoken",
    "pagingtoken",
    "previouspagetoken",
    "synctoken",
];

/// Which names are those of secrets.
#[derive(Debug, Clone, Default)]
pub(super) struct SecretNames {
    further: BTreeSet<String>,
}

impl SecretNames {
    pub fn with(further: &[String]) -> Self {
        Self {
            further: further.iter().map(|name| plain(name)).collect(),
        }
    }

    pub fn contains(&self, name: &str) -> bool {
        let name = plain(name);
        if self.further.contains(&name) {
            return true;
        }
        let known = |names: &[&str]| names.contains(&name.as_str());
        let ends = |ending: &&str| name.ends_with(ending);
        !known(NO_SECRETS) && (known(SECRET) || SECRET_ENDINGS.iter().any(ends))
    }
}

/// `X-Api-Key`, `api_key` and `apiKey` are one name.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        let names = SecretNames::with(&["Customer-Number".into()]);
        for (name, secret) in [
            ("Authorization", true),
            ("X-Api-Key", true),
            ("api_key", true),
            ("apiKey", true),
            ("access_token", true),
            ("refreshToken", true),
            ("X-Amz-Signature", true),
            ("clientSecret", true),
            ("PASSWORD", true),
            ("customerNumber", true),
            ("token", true),
            ("pageToken", false),
            ("max_tokens", false),
            ("author", false),
            ("key", false),
            ("id", false),
            ("passwordChangedAt", false),
        ] {
            assert_eq!(names.contains(name), secret, "{name}");
        }
    }
}
