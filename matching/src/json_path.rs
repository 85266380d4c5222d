//! JSON paths, as rules are addressed by them (Pact specification version 2,
//! "Matcher path expressions"): `$.items[*].id`, `$['a key'][0]`, `$.*`.

use std::fmt::Write;

/// One step of a rule's path below its root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A member by name, or an element by index: `.name`, `['a name']`, `[3]`.
    Exact(String),
    /// Every member and every element: `.*`.
    Any,
    /// Every element: `[*]`.
    AnyIndex,
}

/// Reads a path into the steps below `$`. The error says what is wrong.
pub(crate) fn parse(path: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut rest = match path.strip_prefix('$') {
        Some(rest) => rest,
        None => {
            let (step, rest) = name(path)?;
            steps.push(step);
            rest
        }
    };
    while !rest.is_empty() {
        let (step, remaining) = match rest.strip_prefix('[') {
            Some(inner) => bracket(inner)?,
            None => name(rest.strip_prefix('.').unwrap_or(rest))?,
        };
        steps.push(step);
        rest = remaining;
    }
    Ok(steps)
}

fn name(text: &str) -> Result<(Step, &str), String> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    match name {
        "" => Err("a name is missing after `.`".into()),
        "*" => Ok((Step::Any, rest)),
        name => Ok((Step::Exact(name.into()), rest)),
    }
}

fn bracket(text: &str) -> Result<(Step, &str), String> {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        let (name, rest) = quoted(&text[1..], quote)?;
        return match rest.strip_prefix(']') {
            Some(rest) => Ok((Step::Exact(name), rest)),
            None => Err("`]` is missing after a quoted name".into()),
        };
    }
    let (inner, rest) = text.split_once(']').ok_or("`]` is missing")?;
    match inner {
        "*" => Ok((Step::AnyIndex, rest)),
        digits if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            Ok((Step::Exact(digits.into()), rest))
        }
        other => Err(format!(
            "`[{other}]` is neither an index, `[*]`, nor a quoted name"
        )),
    }
}

fn quoted(text: &str, quote: char) -> Result<(String, &str), String> {
    let mut name = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, escaped)) if escaped == quote || escaped == '\\' => name.push(escaped),
                Some((_, other)) => name.extend(['\\', other]),
                None => break,
            },
            c if c == quote => return Ok((name, &text[at + c.len_utf8()..])),
            c => name.push(c),
        }
    }
    Err("the quoted name does not end".into())
}

/// Appends a member's name, bracket-quoted where the plain form would be read otherwise.
pub(crate) fn push_name(path: &mut String, name: &str) {
    let plain = name
        .chars()
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '@' | '#'))
        && name
            .chars()
            .skip(1)
            .all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain {
        path.push('.');
        path.push_str(name);
        return;
    }
    path.push_str("['");
    for c in name.chars() {
        if matches!(c, '\'' | '\\') {
            path.push('\\');
        }
        path.push(c);
    }
    path.push_str("']");
}

/// Appends an element's index.
pub(crate) fn push_index(path: &mut String, index: usize) {
    // Writing to a String cannot fail.
    let _ = write!(path, "[{index}]");
}

/// Where a walk is, kept on the stack; only a mismatch turns it into text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    Root,
    Member(&'a Place<'a>, &'a str),
    Element(&'a Place<'a>, usize),
}

impl Place<'_> {
    /// The place as a JSON path.
    pub(crate) fn render(&self) -> String {
        let mut chain = Vec::new();
        let mut place = self;
        while let Place::Member(parent, _) | Place::Element(parent, _) = place {
            chain.push(place);
            place = parent;
        }
        let mut path = String::from("$");
        for place in chain.into_iter().rev() {
            match place {
                Place::Root => {}
                Place::Member(_, name) => push_name(&mut path, name),
                Place::Element(_, index) => push_index(&mut path, *index),
            }
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(name: &str) -> Step {
        Step::Exact(name.into())
    }

    #[test]
    fn every_form_is_read() {
        let cases = [
            ("$", vec![]),
            ("$.a.b", vec![exact("a"), exact("b")]),
            ("$['a b'].c", vec![exact("a b"), exact("c")]),
            ("$[\"a\"]", vec![exact("a")]),
            (r"$['it\'s']", vec![exact("it's")]),
            ("$['a]b']", vec![exact("a]b")]),
            ("$[0][*].*", vec![exact("0"), Step::AnyIndex, Step::Any]),
            ("$.@id.#text", vec![exact("@id"), exact("#text")]),
            ("name", vec![exact("name")]),
            ("$.ключ", vec![exact("ключ")]),
        ];
        for (path, steps) in cases {
            assert_eq!(parse(path), Ok(steps), "{path}");
        }
    }

    #[test]
    fn a_malformed_path_is_an_error() {
        for path in [
            "$.", "$..a", "$[", "$['a", "$['a'", "$[a]", "$[]", "$[-1]", "", r"$['\",
        ] {
            assert!(parse(path).is_err(), "{path}");
        }
    }

    #[test]
    fn a_rendered_path_reads_back() {
        for name in [
            "a", "a.b", "a b", "it's", "2", "", "a]", "*", r"\", "ключ", "a-b",
        ] {
            let mut path = String::from("$");
            push_name(&mut path, name);
            assert_eq!(parse(&path), Ok(vec![exact(name)]), "{path}");
        }
    }

    #[test]
    fn a_place_renders_from_the_root() {
        let root = Place::Root;
        let items = Place::Member(&root, "items");
        let second = Place::Element(&items, 2);
        assert_eq!(Place::Member(&second, "a b").render(), "$.items[2]['a b']");
        assert_eq!(root.render(), "$");
    }
}
