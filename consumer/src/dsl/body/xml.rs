use pactwork_contract::{Category, RuleKind};
use serde_json::Value;

use super::step;
use crate::dsl::definition::{Definition, Named};
use crate::matchers::Matcher;

/// An XML document for `.xml(…)`: a text that is taken as it is, or [`element`]s with
/// matchers in them.
#[derive(Debug, Clone)]
pub struct Xml(Document);

#[derive(Debug, Clone)]
enum Document {
    Text(String),
    Root(Element),
}

impl From<&str> for Xml {
    fn from(text: &str) -> Self {
        Self(Document::Text(text.into()))
    }
}

impl From<String> for Xml {
    fn from(text: String) -> Self {
        Self(Document::Text(text))
    }
}

impl From<Element> for Xml {
    fn from(root: Element) -> Self {
        Self(Document::Root(root))
    }
}

/// An element of an XML document; made by [`element`].
#[derive(Debug, Clone)]
#[must_use]
pub struct Element {
    name: String,
    attributes: Named,
    text: Option<Value>,
    children: Vec<Element>,
    repeated: Option<Repeated>,
}

/// How often an element stands.
#[derive(Debug, Clone, Copy, Default)]
struct Repeated {
    min: Option<usize>,
    max: Option<usize>,
}

/// An element by its name as the document writes it, with a prefix where it has one.
///
/// ```
/// use pactwork_consumer::matchers::{integer, regex};
/// use pactwork_consumer::{element, status};
///
/// let response = status(200).xml(
///     element("order")
///         .attribute("id", integer(7))
///         .child(element("customer").text("Mary"))
///         .each_like(element("line").attribute("sku", regex("^[A-Z]{3}-[0-9]+$", "ABC-1"))),
/// );
/// # let _ = response;
/// ```
pub fn element(name: impl Into<String>) -> Element {
    Element {
        name: name.into(),
        attributes: Named::new(),
        text: None,
        children: Vec::new(),
        repeated: None,
    }
}

impl Element {
    /// An attribute, `xmlns` and `xmlns:prefix` among them; may be a matcher.
    pub fn attribute(mut self, name: impl Into<String>, value: impl Matcher) -> Self {
        self.attributes.push((name.into(), value.definition()));
        self
    }

    /// The text in the element, before the elements in it; may be a matcher.
    pub fn text(mut self, value: impl Matcher) -> Self {
        self.text = Some(value.definition());
        self
    }

    /// An element inside this one.
    pub fn child(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    /// Any number of elements like this one, at least one: everything in them is
    /// compared by type, except where it has a matcher.
    pub fn each_like(mut self, child: Self) -> Self {
        self.children.push(Self {
            repeated: Some(child.repeated.unwrap_or_default()),
            ..child
        });
        self
    }

    /// At least so many of this element, which is given to [`each_like`](Self::each_like).
    pub fn min(mut self, min: usize) -> Self {
        self.repeated.get_or_insert_default().min = Some(min);
        self
    }

    /// At most so many of this element, which is given to [`each_like`](Self::each_like).
    pub fn max(mut self, max: usize) -> Self {
        self.repeated.get_or_insert_default().max = Some(max);
        self
    }

    fn write(&self, path: &str, out: &mut Text<'_, '_>) {
        let start = out.written.len();
        out.open(self, path);
        let empty = self.text.is_none() && self.children.is_empty();
        if empty {
            out.written.push_str("/>");
        } else {
            out.written.push('>');
            self.write_inside(path, out);
            out.written.push_str(&format!("</{}>", self.name));
        }
        self.repeat(path, start, out);
    }

    fn write_inside(&self, path: &str, out: &mut Text<'_, '_>) {
        if let Some(text) = &self.text {
            let text = out.value(text, &format!("{path}['#text']"), &self.name);
            out.written.push_str(&text);
        }
        for (position, child) in self.children.iter().enumerate() {
            let same = |other: &&Self| other.name == child.name;
            let mut at = format!("{path}{}", step(&child.name));
            if self.children.iter().filter(same).count() > 1 {
                let index = self.children[..position].iter().filter(same).count();
                at += &format!("[{index}]");
                if child.repeated.is_some() {
                    out.problem(child, "each_like beside other elements of its name");
                }
            }
            child.write(&at, out);
        }
    }

    /// Adds the rule of an element that stands several times, and writes it so often.
    fn repeat(&self, path: &str, start: usize, out: &mut Text<'_, '_>) {
        let Some(Repeated { min, max }) = self.repeated else {
            return;
        };
        let rule = match (min, max) {
            (None, None) => RuleKind::Type,
            (Some(min), None) => RuleKind::MinType(min),
            (None, Some(max)) => RuleKind::MaxType(max),
            (Some(min), Some(max)) => RuleKind::MinMaxType(min, max),
        };
        let inside = self.children.len();
        let fits = min.is_none_or(|min| inside >= min) && max.is_none_or(|max| inside <= max);
        if (min.is_some() || max.is_some()) && inside > 0 && fits {
            let what = "min and max, which pacts would take for the number of elements inside it";
            out.problem(self, what);
        }
        out.definition.rule(path, rule);
        let one = out.written[start..].to_owned();
        for _ in 1..min.unwrap_or(1) {
            out.written.push_str(&one);
        }
    }
}

/// A document that is being written.
struct Text<'d, 'p> {
    written: String,
    definition: &'d mut Definition<'p>,
}

impl Text<'_, '_> {
    fn open(&mut self, element: &Element, path: &str) {
        if !is_name(&element.name) {
            self.problem(element, "that name, which no XML element can have");
        }
        self.written.push_str(&format!("<{}", element.name));
        for (name, value) in &element.attributes {
            if !is_name(name) {
                self.problem(
                    element,
                    format_args!("\"{name}\", which is no attribute's name"),
                );
            }
            let value = self.value(value, &format!("{path}['@{name}']"), name);
            self.written.push_str(&format!(" {name}=\"{value}\""));
        }
    }

    fn value(&mut self, value: &Value, path: &str, name: &str) -> String {
        let example = self.definition.example(value, Category::Body, path);
        let text = self.definition.wire_text(&example, "XML", name);
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        text.replace('>', "&gt;").replace('"', "&quot;")
    }

    fn problem(&mut self, element: &Element, what: impl std::fmt::Display) {
        let name = &element.name;
        let problem = format_args!("XML: the element \"{name}\" has {what}").to_string();
        self.definition.problem(problem);
    }
}

/// Whether a name could be one; the XML parser that reads the example says the rest.
fn is_name(name: &str) -> bool {
    let wrong = |character: char| character.is_whitespace() || "<>/='\"&[]".contains(character);
    !name.is_empty() && !name.contains(wrong)
}

impl Xml {
    pub(super) fn build(&self, definition: &mut Definition<'_>) -> String {
        match &self.0 {
            Document::Text(text) => text.clone(),
            Document::Root(root) => {
                let mut text = Text {
                    written: String::new(),
                    definition,
                };
                root.write(&format!("${}", step(&root.name)), &mut text);
                text.written
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Problems;
    use crate::matchers::integer;

    #[test]
    fn what_is_written_is_escaped_and_repeated() {
        let root = element("a")
            .attribute("b", "\"<&>")
            .text("x < y")
            .each_like(element("n:c").attribute("d", integer(1)).min(2));
        let mut problems = Problems::default();
        let mut definition = Definition::of("the response", &mut problems);
        assert_eq!(
            Xml::from(root).build(&mut definition),
            "<a b=\"&quot;&lt;&amp;&gt;\">x &lt; y<n:c d=\"1\"/><n:c d=\"1\"/></a>"
        );
        let paths: Vec<_> = definition.rules.category(Category::Body).collect();
        let paths: Vec<_> = paths.into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["$.a['n:c']", "$.a['n:c']['@d']"]);
        assert!(problems.is_empty());
    }
}
