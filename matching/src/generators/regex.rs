//! `Regex`: a text that matches (Pact specification version 3, "Generators").

use rand_regex::Regex;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind};
use serde_json::{Map, Value};

use super::{Made, Make, Random, text};
use crate::rules::Pattern;

/// `*` and `+` repeat so often at the most.
const MAX_REPEAT: u32 = 10;

/// Longer texts are not made.
const LONGEST: u64 = 10_000;

/// How often another text is drawn where the first does not match, as with `\b`.
const TRIES: usize = 20;

pub(super) fn regex(definition: &Map<String, Value>) -> Result<Box<Make>, String> {
    let source =
        text(definition, "regex")?.ok_or("expected a text under `regex`, found nothing")?;
    let cannot = |reason: String| {
        format!("no text can be made for the regular expression /{source}/: {reason}")
    };
    let pattern = Pattern::compile(source)?;
    let parsed = pattern
        .parsed()
        .ok_or_else(|| cannot("it looks around or back".into()))?;
    if longest(&parsed) > LONGEST {
        return Err(cannot(format!(
            "it may be longer than {LONGEST} characters"
        )));
    }
    let drawn = Regex::with_hir(drawable(parsed), MAX_REPEAT);
    let drawn = drawn.map_err(|error| cannot(error.to_string()))?;
    let failed = cannot("what was drawn does not match".into());
    Ok(Box::new(move |context, _| {
        let mut random = Source(context.random);
        let mut texts =
            (0..TRIES).map(|_| rand::distr::Distribution::<String>::sample(&drawn, &mut random));
        match texts.find(|text| pattern.matches(text)) {
            Some(text) => Made::Value(text.into()),
            None => Made::Failed(failed.clone()),
        }
    }))
}

/// How many characters a text has at the most.
fn longest(parsed: &Hir) -> u64 {
    match parsed.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Class(_) => 1,
        HirKind::Literal(literal) => literal.0.len() as u64,
        HirKind::Capture(capture) => longest(&capture.sub),
        HirKind::Repetition(repetition) => {
            let most = repetition
                .max
                .unwrap_or(repetition.min.saturating_add(MAX_REPEAT));
            u64::from(most).saturating_mul(longest(&repetition.sub).max(1))
        }
        HirKind::Concat(parts) => parts.iter().map(longest).fold(0, u64::saturating_add),
        HirKind::Alternation(parts) => parts.iter().map(longest).max().unwrap_or(0),
    }
}

/// What is drawn from. The text is the whole of it, so its begin and end need no
/// mention; and it is of the characters that every transport can carry, where the
/// pattern takes one of these.
fn drawable(parsed: Hir) -> Hir {
    match parsed.into_kind() {
        HirKind::Look(_) | HirKind::Empty => Hir::empty(),
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(drawable).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(drawable).collect()),
        HirKind::Capture(capture) => drawable(*capture.sub),
        HirKind::Repetition(mut repetition) => {
            repetition.sub = Box::new(drawable(*repetition.sub));
            Hir::repetition(repetition)
        }
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(Class::Unicode(class)) => {
            let mut printable = ClassUnicode::new([ClassUnicodeRange::new(' ', '~')]);
            printable.intersect(&class);
            let empty = printable.ranges().is_empty();
            Hir::class(Class::Unicode(if empty { class } else { printable }))
        }
        HirKind::Class(class) => Hir::class(class),
    }
}

/// The source of randomness as the crate that draws wants it.
struct Source<'r>(&'r mut dyn Random);

impl rand::RngCore for Source<'_> {
    fn next_u32(&mut self) -> u32 {
        (self.0.next_u64() >> 32) as u32
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let drawn = self.0.next_u64().to_le_bytes();
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::super::{compile, testing::for_consumer};
    use crate::rules::testing::accepts;

    #[test]
    fn what_is_made_matches() {
        for source in [
            r"^\d{3}-[A-Z]+$",
            "red|blue",
            r"\w{1,4}",
            r"\Qa.b\E[xy]",
            r"(?i)abc?",
            r"^\b\w+\b$",
            r"[^,]+,.*\s?",
            "é[à-ü]",
            "",
        ] {
            for seed in 0..50 {
                let text = for_consumer(&json!({"type": "Regex", "regex": source}), seed);
                assert!(
                    accepts(RuleKind::Regex(source.into()), &text),
                    "{source} {text}"
                );
                let readable = |c: char| (' '..='~').contains(&c) || source.contains('é');
                assert!(text.as_str().unwrap().chars().all(readable), "{text}");
            }
        }
    }

    #[test]
    fn what_cannot_be_made_says_why() {
        for (source, reason) in [
            (
                "(a{1000}){1000}",
                "the regular expression /(a{1000}){1000}/ cannot be used",
            ),
            (
                "(a{100}){1000}",
                "no text can be made for the regular expression /(a{100}){1000}/: it may be longer than 10000 characters",
            ),
            (
                "(?=a)a",
                "no text can be made for the regular expression /(?=a)a/: it looks around or back",
            ),
            ("(", "the regular expression /(/ cannot be used: "),
        ] {
            let definition = json!({"type": "Regex", "regex": source});
            let found = compile(definition.as_object().unwrap())
                .map(drop)
                .unwrap_err();
            assert!(found.starts_with(reason), "{found}");
        }
    }
}
