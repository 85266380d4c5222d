//! Which members of a JSON body a path names.

use std::fmt;

/// A path to members of JSON bodies whose values are to be redacted: `$.user.name`,
/// `$.items[*].iban`, `$['odd name'].*`.
///
/// ```
/// use pactwork_consumer::draft::RedactedPath;
///
/// assert!("$.user.name".parse::<RedactedPath>().is_ok());
/// assert_eq!(
///     "user.name".parse::<RedactedPath>().unwrap_err().to_string(),
///     "expected a path such as $.user.name or $.items[*].iban, found user.name"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedactedPath(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Any,
    Member(String),
    Element(usize),
}

/// A text that is no such path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a path such as $.user.name or $.items[*].iban, found {0}")]
pub struct NoPath(String);

impl std::str::FromStr for RedactedPath {
    type Err = NoPath;

    fn from_str(text: &str) -> Result<Self, NoPath> {
        let no_path = || NoPath(text.into());
        let mut rest = text.strip_prefix('$').ok_or_else(no_path)?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = step(rest).ok_or_else(no_path)?;
            steps.push(step);
            rest = after;
        }
        Ok(Self(steps))
    }
}

fn step(rest: &str) -> Option<(Step, &str)> {
    if let Some(rest) = rest.strip_prefix('.') {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        return match name {
            "" => None,
            "*" => Some((Step::Any, rest)),
            name => Some((Step::Member(name.into()), rest)),
        };
    }
    let rest = rest.strip_prefix('[')?;
    for quote in ['\'', '"'] {
        if let Some(quoted) = rest.strip_prefix(quote) {
            let (name, rest) = quoted.split_once(quote)?;
            return Some((Step::Member(name.into()), rest.strip_prefix(']')?));
        }
    }
    let (index, rest) = rest.split_once(']')?;
    match index {
        "*" => Some((Step::Any, rest)),
        index => Some((Step::Element(index.parse().ok()?), rest)),
    }
}

impl RedactedPath {
    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }
}

impl Step {
    pub(super) fn is_member(&self, name: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Member(member) => member == name,
            Self::Element(_) => false,
        }
    }

    pub(super) fn is_element(&self, position: usize) -> bool {
        match self {
            Self::Any => true,
            Self::Member(_) => false,
            Self::Element(index) => *index == position,
        }
    }
}

impl fmt::Display for RedactedPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        self.0.iter().try_for_each(|step| match step {
            Step::Any => f.write_str("[*]"),
            Step::Member(name) => write!(f, "['{name}']"),
            Step::Element(index) => write!(f, "[{index}]"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read() {
        for (text, expected) in [
            ("$", "$"),
            ("$.a.b", "$['a']['b']"),
            ("$.items[*].iban", "$['items'][*]['iban']"),
            ("$['odd name'][0].*", "$['odd name'][0][*]"),
            ("$[\"it's\"]", "$['it's']"),
        ] {
            assert_eq!(text.parse::<RedactedPath>().unwrap().to_string(), expected);
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", "a", "$a", "$.", "$[", "$[x]", "$['a]", "$..a"] {
            assert_eq!(text.parse::<RedactedPath>(), Err(NoPath(text.into())));
        }
    }
}
