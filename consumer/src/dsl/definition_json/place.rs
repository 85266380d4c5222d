use serde_json::{Map, Value};

use super::{DefinitionProblem, DefinitionProblems};

/// How much of a value is shown.
const SHOWN: usize = 80;
/// How alike a name must be to be taken for a typing error.
const ALIKE: f64 = 0.75;

/// A value of the document, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Place<'a> {
    pub value: &'a Value,
    pub path: String,
}

/// An object of the document whose members' names are known.
#[derive(Debug)]
pub(super) struct Object<'a> {
    map: &'a Map<String, Value>,
    pub path: String,
}

impl<'a> Place<'a> {
    pub fn root(document: &'a Value) -> Self {
        Self {
            value: document,
            path: "$".into(),
        }
    }

    /// Notes that something else should stand here.
    pub fn wrong(&self, expected: &str, problems: &mut DefinitionProblems) {
        problems.push(DefinitionProblem::wrong(&self.path, expected, self.value));
    }

    /// The object here; members that are not known are noted.
    pub fn object(&self, known: &[&str], problems: &mut DefinitionProblems) -> Option<Object<'a>> {
        let Value::Object(map) = self.value else {
            self.wrong("an object", problems);
            return None;
        };
        for name in map.keys().filter(|name| !known.contains(&name.as_str())) {
            problems.push(DefinitionProblem::unknown_member(&self.path, name, known));
        }
        Some(Object {
            map,
            path: self.path.clone(),
        })
    }

    /// The elements of the list here.
    pub fn list(&self, expected: &str, problems: &mut DefinitionProblems) -> Vec<Place<'a>> {
        let Value::Array(list) = self.value else {
            self.wrong(expected, problems);
            return Vec::new();
        };
        let element = |(index, value)| Place {
            value,
            path: format!("{}[{index}]", self.path),
        };
        list.iter().enumerate().map(element).collect()
    }

    /// The members of the object here, whatever their names.
    pub fn members(
        &self,
        expected: &str,
        problems: &mut DefinitionProblems,
    ) -> Vec<(&'a str, Place<'a>)> {
        let Value::Object(map) = self.value else {
            self.wrong(expected, problems);
            return Vec::new();
        };
        let place = |(name, value): (&'a String, &'a Value)| {
            let path = member(&self.path, name);
            (name.as_str(), Place { value, path })
        };
        map.iter().map(place).collect()
    }

    pub fn text(&self, problems: &mut DefinitionProblems) -> Option<&'a str> {
        let text = self.value.as_str();
        if text.is_none() {
            self.wrong("a text", problems);
        }
        text
    }
}

impl<'a> Object<'a> {
    /// The member, also where it is null.
    pub fn given(&self, name: &str) -> Option<Place<'a>> {
        let value = self.map.get(name)?;
        let path = member(&self.path, name);
        Some(Place { value, path })
    }

    /// The member; null is as good as nothing.
    pub fn get(&self, name: &str) -> Option<Place<'a>> {
        self.given(name).filter(|place| !place.value.is_null())
    }

    /// The member, which has to be there.
    pub fn required(
        &self,
        name: &str,
        expected: &str,
        problems: &mut DefinitionProblems,
    ) -> Option<Place<'a>> {
        let place = self.get(name);
        if place.is_none() {
            let message = format_args!("expected {expected} under `{name}`, found nothing");
            problems.add(&self.path, message);
        }
        place
    }
}

pub(super) fn unknown(name: &str, known: &[&str]) -> String {
    let likeness = |each: &&&str| strsim::jaro_winkler(&name.to_lowercase(), each);
    let nearest = known
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match nearest.filter(|nearest| likeness(nearest) >= ALIKE) {
        Some(nearest) => format!("there is no member `{name}` here; did you mean `{nearest}`?"),
        None => format!(
            "there is no member `{name}` here; there are {}",
            known.join(", ")
        ),
    }
}

/// The path of an object's member: `$.request.headers`, `$.headers["X-Id"]`.
pub(super) fn member(path: &str, name: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || character == '_';
    match !name.is_empty() && name.chars().all(plain) {
        true => format!("{path}.{name}"),
        false => format!("{path}[{}]", Value::from(name)),
    }
}

pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_not_known_gets_the_nearest_that_is() {
        let known = ["method", "path", "query", "headers", "body"];
        for (name, advice) in [
            ("header", "did you mean `headers`?"),
            ("Path", "did you mean `path`?"),
            ("metod", "did you mean `method`?"),
            ("zzz", "there are method, path, query, headers, body"),
        ] {
            let text = unknown(name, &known);
            assert_eq!(text, format!("there is no member `{name}` here; {advice}"));
        }
    }

    #[test]
    fn members_that_are_no_plain_name_are_quoted() {
        assert_eq!(member("$", "größe"), "$.größe");
        assert_eq!(member("$", "X-Id"), "$[\"X-Id\"]");
        assert_eq!(member("$", ""), "$[\"\"]");
    }
}
