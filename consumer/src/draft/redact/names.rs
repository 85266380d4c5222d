//! Names of headers, parameters and members whose values are secrets.

use std::collections::BTreeSet;

use pactwork_contract::is_secret_name;

/// Which names are those of secrets: what is so by custom, and further ones.
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
        self.further.contains(&plain(name)) || is_secret_name(name)
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
        let names = SecretNames::with(&["Customer-Number".into(), "max_tokens".into()]);
        for (name, secret) in [
            ("Authorization", true),
            ("X-Api-Key", true),
            ("customerNumber", true),
            ("maxTokens", true),
            ("max_token_count", false),
            ("passwordChangedAt", false),
        ] {
            assert_eq!(names.contains(name), secret, "{name}");
        }
    }
}
