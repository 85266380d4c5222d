//! `regex`: the whole string form matches (Pact specification version 2, "Regex
//! matcher"; the whole string as with Java's `matches`).

mod syntax;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use regex_automata::meta;
use regex_syntax::hir::{Hir, HirKind, Look};
use serde_json::Value;

use super::{Check, Subject};
use crate::Difference;

/// How many steps a pattern that needs backtracking may take on one value.
const BACKTRACK_LIMIT: usize = 100_000;

/// What a built pattern may take, in bytes.
const SIZE_LIMIT: usize = 10 << 20;

/// Up to this many states an engine stays within [`SIZE_LIMIT`], so that it may
/// be built when it is first asked.
const CERTAIN_STATES: usize = 20_000;

/// A pattern that has to match the whole text.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// As the pact writes it.
    source: String,
    engine: Engine,
}

#[derive(Debug)]
enum Engine {
    /// In linear time; built from the translated pattern when first asked.
    Linear(String, OnceLock<Option<meta::Regex>>),
    /// With look-around, backreferences or atomic groups, so in bounded steps.
    Backtracking(Box<fancy_regex::Regex>),
}

impl Pattern {
    /// Compiles a pattern with the first engine that accepts it. The error says why none does.
    pub(crate) fn compile(source: &str) -> Result<Self, String> {
        let unusable =
            |reason: String| format!("the regular expression /{source}/ cannot be used: {reason}");
        let translated = syntax::translate(source).map_err(unusable)?;
        let engine = match parse(&translated.text) {
            Some(parsed) if !translated.atomic => linear(translated.text, &parsed),
            _ => backtracking(&translated.text),
        };
        Ok(Self {
            source: source.into(),
            engine: engine.map_err(unusable)?,
        })
    }

    /// The pattern as parsed; `None` for one that needs backtracking.
    pub(crate) fn parsed(&self) -> Option<Hir> {
        match &self.engine {
            Engine::Linear(translated, _) => parse(translated),
            Engine::Backtracking(_) => None,
        }
    }

    /// Whether the whole text matches. A text on which the pattern takes too many steps does not.
    pub(crate) fn matches(&self, text: &str) -> bool {
        match &self.engine {
            Engine::Linear(translated, built) => built
                .get_or_init(|| build(&parse(translated)?).ok())
                .as_ref()
                .is_some_and(|regex| regex.is_match(text)),
            Engine::Backtracking(regex) => regex.is_match(text).unwrap_or(false),
        }
    }
}

fn parse(translated: &str) -> Option<Hir> {
    regex_syntax::parse(translated).ok()
}

fn linear(translated: String, parsed: &Hir) -> Result<Engine, String> {
    let built = OnceLock::new();
    if states(parsed) > CERTAIN_STATES {
        // Nobody else has it yet, so this is the only value.
        let _ = built.set(Some(build(parsed)?));
    }
    Ok(Engine::Linear(translated, built))
}

/// The engine of a pattern, with the text's start and end around it.
fn build(parsed: &Hir) -> Result<meta::Regex, String> {
    let whole = Hir::concat(vec![
        Hir::look(Look::Start),
        parsed.clone(),
        Hir::look(Look::End),
    ]);
    let config = meta::Config::new().nfa_size_limit(Some(SIZE_LIMIT));
    let mut builder = meta::Builder::new();
    let built = builder.configure(config).build_from_hir(&whole);
    built.map_err(|error| error.to_string())
}

/// At most how many states an engine has for a pattern. As deep as the parser
/// lets patterns nest.
fn states(parsed: &Hir) -> usize {
    match parsed.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        // A range of characters is at most a few sequences of at most four bytes.
        HirKind::Class(class) => class_ranges(class).saturating_mul(16),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.saturating_add(1));
            let times = usize::try_from(times.max(1)).unwrap_or(usize::MAX);
            times.saturating_mul(states(&repetition.sub).saturating_add(1))
        }
        HirKind::Capture(capture) => states(&capture.sub).saturating_add(2),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(states).fold(1, usize::saturating_add)
        }
    }
}

fn class_ranges(class: &regex_syntax::hir::Class) -> usize {
    use regex_syntax::hir::Class;
    match class {
        Class::Unicode(class) => class.ranges().len(),
        Class::Bytes(class) => class.ranges().len(),
    }
}

fn backtracking(translated: &str) -> Result<Engine, String> {
    let described = |error: fancy_regex::Error| error.to_string();
    // On its own first, so that `a)(b` does not borrow the parentheses around it.
    fancy_regex::Expr::parse_tree(translated).map_err(described)?;
    let regex = fancy_regex::RegexBuilder::new(&format!(r"\A(?:{translated})\z"))
        .backtrack_limit(BACKTRACK_LIMIT)
        .delegate_size_limit(SIZE_LIMIT)
        .build();
    Ok(Engine::Backtracking(Box::new(regex.map_err(described)?)))
}

/// The patterns of expectations that are compiled together: equal ones are one.
#[derive(Debug, Default)]
pub(crate) struct Patterns(HashMap<String, Result<Arc<Pattern>, String>>);

impl Patterns {
    /// The compiled pattern, or why no engine accepts it.
    pub(crate) fn get(&mut self, source: &str) -> Result<Arc<Pattern>, String> {
        if let Some(known) = self.0.get(source) {
            return known.clone();
        }
        let compiled = Pattern::compile(source).map(Arc::new);
        self.0.insert(source.into(), compiled.clone());
        compiled
    }
}

impl Check for Arc<Pattern> {
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

    use super::super::testing::{accepts, problems};

    #[test]
    fn the_whole_string_form_has_to_match() {
        let cases = [
            (r"\d+", json!("12"), true),
            (r"\d+", json!("12a"), false),
            (r"\d+", json!("a12"), false),
            (r"\d+", json!("12\n"), false),
            ("red|blue", json!("blue"), true),
            ("red|blue", json!("blueish"), false),
            ("a|ab", json!("ab"), true),
            ("^red$", json!("red"), true),
            (r"\d+", json!(12), true),
            (r"\d(\.\d{1,2})", json!(5.55), true),
            ("true", json!(true), true),
            (".*", json!([1]), false),
            (".*", json!({}), false),
            ("(?i)abc", json!("ABC"), true),
            ("(?x) a b # no parenthesis", json!("ab"), true),
            (r"\w+", json!("Müller"), true),
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
    fn what_needs_backtracking_is_understood() {
        for (pattern, text, accepted) in [
            (r"(?=.*\d)[a-z0-9]+", "ab1", true),
            (r"(?=.*\d)[a-z0-9]+", "abc", false),
            (r"(?!0)\d+", "07", false),
            (r"(?<!-)\d+", "7", true),
            (r"(?<=a{1,3})", "", false),
            (r"(a|b)\1", "bb", true),
            (r"(?<letter>a|b)\k<letter>", "ab", false),
            (r"\d++1", "111", false),
            (r"(?:ab?)*+c", "aabc", true),
            (r"\d{2}+2", "222", true),
            (r"\d{1,3}+2", "222", false),
            (r"(?>a|ab)c", "abc", false),
        ] {
            let kind = RuleKind::Regex(pattern.into());
            assert_eq!(accepts(kind, &json!(text)), accepted, "{pattern} {text}");
        }
    }

    #[test]
    fn other_syntaxes_are_understood() {
        for (pattern, text, accepted) in [
            (r"\Q1+1\E=\d", "1+1=2", true),
            (r"\h{2}-\h", "fF-0", true),
            (r"\p{Alnum}+\Z", "aB1", true),
            (r"\p{javaUpperCase}\p{IsLatin}", "Éa", true),
            (r"\/a\/\d", "/a/1", true),
            (r#"{"a":\d}"#, r#"{"a":1}"#, true),
            (r"\uD83D\uDE00", "😀", true),
            (r"a\Rb", "a\r\nb", true),
            (r"(?-mix:\d)", "7", true),
            (r"[a-z&&[^b]]", "b", false),
        ] {
            let kind = RuleKind::Regex(pattern.into());
            assert_eq!(accepts(kind, &json!(text)), accepted, "{pattern} {text}");
        }
    }

    #[test]
    fn a_catastrophic_pattern_is_a_mismatch_in_bounded_steps() {
        for pattern in [r"(?=a)(a+)+(?<!c)b\1", "(a+)+$", "(a*)*b"] {
            let kind = RuleKind::Regex(pattern.into());
            let text = format!("{}c", "a".repeat(10_000));
            assert!(!accepts(kind, &json!(text)));
        }
    }

    #[test]
    fn a_pattern_that_no_engine_accepts_becomes_equality() {
        let nested = format!("{}(?=a){}", "(".repeat(100_000), ")".repeat(100_000));
        for pattern in [
            "(",
            "[a",
            "a)(b",
            "a)|(b",
            "(?=a))(",
            r"(a{1000}){1000}{1000}",
            r"\p{InGreek}",
            nested.as_str(),
        ] {
            let problems = problems(&RuleKind::Regex(pattern.into()));
            let beginning = format!("the regular expression /{pattern}/ cannot be used");
            assert!(
                problems.len() == 1 && problems[0].starts_with(&beginning),
                "{problems:.200?}"
            );
        }
    }
}
