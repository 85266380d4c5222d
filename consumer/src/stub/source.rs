use pactwork_contract::{Category, Interaction, Pact, Request};

/// A pact that a stub serves, and where it came from.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct StubSource {
    pub(super) pact: Pact,
    pub(super) origin: String,
    pub(super) ignores_query: bool,
}

impl StubSource {
    /// `origin` is how people are told where the pact came from: a file's name.
    pub fn of(pact: Pact, origin: impl Into<String>) -> Self {
        Self {
            pact,
            origin: origin.into(),
            ignores_query: false,
        }
    }

    /// Its requests may come with any query: for sources that say nothing about it.
    pub fn ignoring_query(mut self) -> Self {
        self.ignores_query = true;
        self
    }

    /// Whom the pact is with.
    pub fn provider(&self) -> &str {
        &self.pact.provider.name
    }

    /// No expectation of these headers is left; `*` is all of them.
    pub(super) fn without_headers(mut self, ignored: &[String]) -> Self {
        if ignored.is_empty() {
            return self;
        }
        for interaction in &mut self.pact.interactions {
            if let Interaction::Http(http) = interaction {
                forget_headers(&mut http.request, ignored);
            }
        }
        self
    }
}

fn forget_headers(request: &mut Request, ignored: &[String]) {
    let is_ignored = |name: &str| {
        ignored
            .iter()
            .any(|each| each == "*" || each.eq_ignore_ascii_case(name))
    };
    request.headers.retain(|name, _| !is_ignored(name));
    let rules = request.matching_rules.categories.get_mut(&Category::Header);
    if let Some(rules) = rules {
        rules.retain(|path, _| !is_ignored(header_of(path)));
    }
}

/// The header that a rule's path is about: it may end with an index.
fn header_of(path: &str) -> &str {
    path.split_once('[').map_or(path, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pactwork_contract::RuleKind;

    #[test]
    fn ignored_headers_are_gone_with_their_rules() {
        let mut request = Request::default();
        for name in ["Authorization", "Accept"] {
            request.headers.insert(name.into(), vec!["a".into()]);
            let path = format!("{name}[0]");
            let rules = &mut request.matching_rules;
            rules.add(Category::Header, path, RuleKind::Type);
        }
        forget_headers(&mut request, &["authorization".into()]);
        let rules: Vec<_> = request.matching_rules.category(Category::Header).collect();
        assert_eq!(request.headers.len(), 1);
        assert_eq!(rules.len(), 1);
        forget_headers(&mut request, &["*".into()]);
        assert!(request.headers.is_empty());
    }
}
