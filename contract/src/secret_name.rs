//! Names of headers, parameters and members whose values are secrets.

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

/// What the name of a header holds whose value is a secret, beside the names above:
/// what stands in a header is rarely anything that one would miss.
const IN_HEADERS: &[&str] = &[
    "apikey",
    "authorization",
    "cookie",
    "credential",
    "jwt",
    "password",
    "secret",
    "session",
    "signature",
    "token",
];

/// Whether what has this name is a secret by custom. Letter case and separators do
/// not count: `X-Api-Key`, `api_key` and `apiKey` are one name.
///
/// ```
/// use pactwork_contract::is_secret_name;
///
/// assert!(is_secret_name("X-Api-Key") && is_secret_name("refreshToken"));
/// assert!(!is_secret_name("pageToken") && !is_secret_name("author"));
/// ```
pub fn is_secret_name(name: &str) -> bool {
    let name = plain(name);
    let known = |names: &[&str]| names.contains(&name.as_str());
    let ends = |ending: &&str| name.ends_with(ending);
    !known(NO_SECRETS) && (known(SECRET) || SECRET_ENDINGS.iter().any(ends))
}

/// Whether the value of the header with this name is a secret by custom: what
/// [`is_secret_name`] knows, and any name that speaks of a token, a secret, a
/// password, a key, a cookie or a session.
///
/// ```
/// use pactwork_contract::is_secret_header;
///
/// assert!(is_secret_header("Authorization") && is_secret_header("X-Session-Id"));
/// assert!(!is_secret_header("Content-Type") && !is_secret_header("X-Request-Id"));
/// ```
pub fn is_secret_header(name: &str) -> bool {
    let known = plain(name);
    is_secret_name(name) || IN_HEADERS.iter().any(|held| known.contains(held))
}

/// A name in small letters and without separators.
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
        for (name, secret, header) in [
            ("Authorization", true, true),
            ("Proxy-Authorization", true, true),
            ("Set-Cookie", true, true),
            ("X-Api-Key", true, true),
            ("api_key", true, true),
            ("apiKey", true, true),
            ("access_token", true, true),
            ("refreshToken", true, true),
            ("X-Amz-Signature", true, true),
            ("clientSecret", true, true),
            ("PASSWORD", true, true),
            ("token", true, true),
            ("X-Session-Id", false, true),
            ("X-Token-Value", false, true),
            ("pageToken", false, true),
            ("author", false, false),
            ("key", false, false),
            ("id", false, false),
            ("WWW-Authenticate", false, false),
            ("Idempotency-Key", false, false),
        ] {
            assert_eq!(is_secret_name(name), secret, "{name}");
            assert_eq!(is_secret_header(name), header, "{name} as a header");
        }
    }
}
