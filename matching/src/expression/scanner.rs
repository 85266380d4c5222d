//! The text of an expression, read from left to right.

use serde_json::Value;

use super::ExpressionError;

/// Escapes in texts; any other escaped character keeps its backslash, so that
/// most regular expressions can be written as they are.
const ESCAPES: &[(char, char)] = &[
    ('\'', '\''),
    ('\\', '\\'),
    ('b', '\u{8}'),
    ('f', '\u{c}'),
    ('n', '\n'),
    ('r', '\r'),
    ('t', '\t'),
];

pub(super) struct Scanner<'e> {
    expression: &'e str,
    /// In bytes.
    at: usize,
}

impl<'e> Scanner<'e> {
    pub(super) fn new(expression: &'e str) -> Self {
        Self { expression, at: 0 }
    }

    fn rest(&self) -> &'e str {
        &self.expression[self.at..]
    }

    fn skip_space(&mut self) {
        self.at = self.expression.len() - self.rest().trim_start().len();
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Takes a character where it comes next.
    pub(super) fn take(&mut self, wanted: char) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    /// Takes a character that has to come next.
    pub(super) fn expect(&mut self, wanted: char) -> Result<(), ExpressionError> {
        match self.take(wanted) {
            true => Ok(()),
            false => Err(self.expected(&format!("`{wanted}`"))),
        }
    }

    pub(super) fn is_at_end(&mut self) -> bool {
        self.skip_space();
        self.rest().is_empty()
    }

    pub(super) fn is_at(&mut self, text: &str) -> bool {
        self.skip_space();
        self.rest().starts_with(text)
    }

    /// A name such as `matching`; empty if none comes next.
    pub(super) fn name(&mut self) -> &'e str {
        self.skip_space();
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'));
        let (name, _) = rest.split_at(end.unwrap_or(rest.len()));
        self.at += name.len();
        name
    }

    /// A text in single quotes.
    pub(super) fn text(&mut self) -> Result<String, ExpressionError> {
        self.skip_space();
        let start = self.at;
        if !self.take('\'') {
            return Err(self.expected("a text in single quotes"));
        }
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                '\'' => return Ok(text),
                '\\' => self.escaped(&mut text)?,
                c => text.push(c),
            }
        }
        self.at = start;
        Err(self.error("the text in single quotes does not end".into()))
    }

    fn escaped(&mut self, text: &mut String) -> Result<(), ExpressionError> {
        match self.next() {
            Some('u') => text.push(self.unicode()?),
            Some(c) => match ESCAPES.iter().find(|(escaped, _)| *escaped == c) {
                Some((_, meant)) => text.push(*meant),
                None => text.extend(['\\', c]),
            },
            None => {}
        }
        Ok(())
    }

    /// `\u00e9` or `\u{1F600}`, behind the `u`.
    fn unicode(&mut self) -> Result<char, ExpressionError> {
        let rest = self.rest();
        let digits = match rest.strip_prefix('{') {
            Some(inner) => inner.split_once('}').map(|(digits, _)| (digits, 2)),
            None => rest.get(..4).map(|digits| (digits, 0)),
        };
        let code = digits.and_then(|(digits, braces)| {
            let code = u32::from_str_radix(digits, 16).ok()?;
            Some((char::from_u32(code)?, digits.len() + braces))
        });
        let Some((c, length)) = code else {
            return Err(self.expected("the hexadecimal number of a character after `\\u`"));
        };
        self.at += length;
        Ok(c)
    }

    /// A text, number, boolean or null.
    pub(super) fn value(&mut self) -> Result<Value, ExpressionError> {
        self.skip_space();
        if self.rest().starts_with('\'') {
            return Ok(self.text()?.into());
        }
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.'));
        let (word, _) = rest.split_at(end.unwrap_or(rest.len()));
        match serde_json::from_str(word) {
            Ok(value) => {
                self.at += word.len();
                Ok(value)
            }
            Err(_) => Err(self.expected("a text in single quotes, a number, true, false or null")),
        }
    }

    /// A whole number from 0.
    pub(super) fn count(&mut self) -> Result<usize, ExpressionError> {
        let before = self.at;
        let value = self.value().ok();
        let count = value.and_then(|value| usize::try_from(value.as_u64()?).ok());
        count.ok_or_else(|| {
            self.at = before;
            self.expected("a whole number from 0")
        })
    }

    /// What was expected here, and what comes instead.
    pub(super) fn expected(&mut self, what: &str) -> ExpressionError {
        self.skip_space();
        let end = self.rest().char_indices().nth(20);
        let found = match (self.rest(), end) {
            ("", _) => "the end".into(),
            (rest, Some((end, _))) => format!("`{}…`", &rest[..end]),
            (rest, None) => format!("`{rest}`"),
        };
        self.error(format!("expected {what}, found {found}"))
    }

    pub(super) fn error(&self, message: String) -> ExpressionError {
        ExpressionError {
            column: self.expression[..self.at].chars().count() + 1,
            message,
        }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The same, about a place that was passed.
    pub(super) fn error_at(&mut self, position: usize, message: String) -> ExpressionError {
        self.at = position;
        self.error(message)
    }
}
