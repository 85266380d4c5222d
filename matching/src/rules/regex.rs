//! `regex`: the whole string form matches (Pact specification version 2, "Regex
//! matcher"; the whole string as with Java's `matches`).

use serde_json::Value;

use super::{Check, Subject};
use crate::Difference;

/// How many steps a pattern that needs backtracking may take on one value.
const BACKTRACK_LIMIT: usize = 100_000;

/// A compiled pattern that has to match the whole text.
#[derive(Debug)]
pub(crate) struct Pattern {
    source: String,
    engine: Engine,
}

#[derive(Debug)]
enum Engine {
    /// In linear time.
    Linear(regex::Regex),
    /// With look-around and backreferences, so in bounded steps.
    Backtracking(Box<fancy_regex::Regex>),
}

impl Pattern {
    /// Compiles a pattern with the first engine that accepts it. The error says why none does.
    pub(crate) fn compile(source: &str) -> Result<Self, String> {
        let whole = format!(r"\A(?:{source})\z");
        let engine = match regex::Regex::new(&whole) {
            Ok(regex) => Engine::Linear(regex),
            Err(_) => fancy_regex::RegexBuilder::new(&whole)
                .backtrack_limit(BACKTRACK_LIMIT)
                .build()
                .map(|regex| Engine::Backtracking(Box::new(regex)))
                .map_err(|error| {
                    format!("the regular expression /{source}/ cannot be used: {error}")
                })?,
        };
        Ok(Self {
            source: source.into(),
            engine,
        })
    }

    /// Whether the whole text matches. A text on which the pattern takes too many steps does not.
    pub(crate) fn matches(&self, text: &str) -> bool {
        match &self.engine {
            Engine::Linear(regex) => regex.is_match(text),
            Engine::Backtracking(regex) => regex.is_match(text).unwrap_or(false),
        }
    }
}

impl Check for Pattern {
    fn difference(&self, _: &Value, actual: Subject<'_>) -> Option<Difference> {
        let accepted = actual.text_form().is_some_and(|text| self.matches(&text));
        (!accepted).then_some(Difference::Different)
    }

    fn expected(&self, _: &Value) -> Value {
        Value::from(self.source.as_str())
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::super::{compile, testing::accepts};

    #[test]
    fn the_whole_string_form_has_to_match() {
        let cases = [
            (r"\d+", json!("12"), true),
            (r"\d+", json!("12a"), false),
            (r"\d+", json!("a12"), false),
            (r"\d+", json!("12\n"), false),
            ("red|blue", json!("blue"), true),
            ("red|blue", json!("blueish"), false),
            ("^red$", json!("red"), true),
            (r"\d+", json!(12), true),
            (r"\d(\.\d{1,2})", json!(5.55), true),
            ("true", json!(true), true),
            (".*", json!([1]), false),
            (".*", json!({}), false),
            ("(?i)abc", json!("ABC"), true),
        ];
        for (pattern, actual, accepted) in cases {
            assert_eq!(
                accepts(RuleKind::Regex(pattern.into()), &actual),
                accepted,
                "{pattern} {actual}"
            );
        }
    }

    #[test]
    fn look_around_and_backreferences_are_understood() {
        for (pattern, text, accepted) in [
            (r"(?=.*\d)[a-z0-9]+", "ab1", true),
            (r"(?=.*\d)[a-z0-9]+", "abc", false),
            (r"(?!0)\d+", "07", false),
            (r"(a|b)\1", "bb", true),
        ] {
            let kind = RuleKind::Regex(pattern.into());
            assert_eq!(accepts(kind, &json!(text)), accepted, "{pattern} {text}");
        }
    }

    #[test]
    fn a_catastrophic_pattern_is_a_mismatch_in_bounded_steps() {
        let kind = RuleKind::Regex(r"(?=a)(a+)+(?<!c)b\1".into());
        assert!(!accepts(kind, &json!("a".repeat(10_000))));
    }

    #[test]
    fn a_pattern_that_no_engine_accepts_becomes_equality() {
        let nested = format!("{}(?=a){}", "(".repeat(100_000), ")".repeat(100_000));
        for pattern in ["(", "[a", r"(a{1000}){1000}{1000}", nested.as_str()] {
            let (rule, problem) = compile(&RuleKind::Regex(pattern.into()));
            assert_eq!(rule.name, "equality", "{pattern:.40}");
            let problem = problem.unwrap();
            let beginning = format!("the regular expression /{pattern}/ cannot be used");
            assert!(problem.starts_with(&beginning), "{problem:.200}");
        }
    }
}
