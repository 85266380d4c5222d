/// Which requests are recorded, by how their path begins.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// One of these, where there are any.
    pub only: Vec<String>,
    /// None of these.
    pub ignore: Vec<String>,
}

impl Filter {
    /// Whether a request of this path is recorded.
    pub fn keeps(&self, path: &str) -> bool {
        let begins = |prefix: &String| path.starts_with(prefix.as_str());
        let asked_for = self.only.is_empty() || self.only.iter().any(begins);
        asked_for && !self.ignore.iter().any(begins)
    }
}

#[cfg(test)]
mod tests {
    use super::Filter;

    #[test]
    fn what_is_ignored_counts_more_than_what_is_asked_for() {
        let filter = |only: &[&str], ignore: &[&str]| Filter {
            only: only.iter().map(ToString::to_string).collect(),
            ignore: ignore.iter().map(ToString::to_string).collect(),
        };
        for (only, ignore, path, keeps) in [
            (&[][..], &[][..], "/a", true),
            (&["/api/"], &[], "/api/a", true),
            (&["/api/"], &[], "/", false),
            (&["/api/", "/v2/"], &[], "/v2/a", true),
            (&[], &["/health"], "/health", false),
            (&["/api/"], &["/api/health"], "/api/health", false),
        ] {
            assert_eq!(filter(only, ignore).keeps(path), keeps, "{path}");
        }
    }
}
