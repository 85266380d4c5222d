//! Random XML documents, and random rules that fit them.

use std::fmt;

use pactwork_contract::{Combine, RuleKind, RuleList};
use proptest::{collection::vec, prelude::*, sample::select};

/// An element by its name as written, with its attributes and what is inside.
#[derive(Debug, Clone)]
pub struct Element {
    pub name: &'static str,
    pub attributes: Vec<(&'static str, String)>,
    pub inside: Vec<Inside>,
}

/// What stands in an element.
#[derive(Debug, Clone)]
pub enum Inside {
    Text(String),
    Data(String),
    Comment,
    Element(Element),
}

/// What values a document has, and so which rules may stand where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Profile {
    /// Any; rules about values stand at one place alone.
    Mixed,
    /// Digits everywhere; rules about numbers may stand anywhere.
    Digits,
}

/// A document with rules, by path.
#[derive(Debug, Clone)]
pub struct Case {
    pub text: String,
    pub rules: Vec<(String, RuleList)>,
}

const NAMES: &[&str] = &["a", "b", "c", "n:a", "n:b", "m:a"];
const TEXT: &str = "#text";
/// An element that has no value: no name of a rule about numbers leads there.
const EMPTY: &str = "e";
const ATTRIBUTES: &[&str] = &["x", "y", "n:x", "m:x", "xml:lang"];
const VALUES: &[&str] = &[
    "12",
    "ab",
    "2024-01-31",
    "1.5",
    "true",
    "x & <y>",
    "1.2.3",
    "é",
    "two words",
];

impl Inside {
    fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }
}

impl Element {
    /// The text directly inside, as it is compared.
    fn text(&self) -> String {
        let mut pieces = vec![String::new()];
        for inside in &self.inside {
            match inside {
                Inside::Text(text) | Inside::Data(text) => {
                    pieces.last_mut().unwrap().push_str(text);
                }
                _ => pieces.push(String::new()),
            }
        }
        pieces.iter().map(|piece| piece.trim()).collect()
    }

    fn elements(&self) -> impl Iterator<Item = &Self> {
        self.inside.iter().filter_map(|inside| match inside {
            Inside::Element(element) => Some(element),
            _ => None,
        })
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, declarations: &str) -> fmt::Result {
        write!(f, "<{}{declarations}", self.name)?;
        for (name, value) in &self.attributes {
            write!(f, " {name}=\"{}\"", escaped(value))?;
        }
        if self.inside.is_empty() {
            return f.write_str("/>");
        }
        f.write_str(">")?;
        for inside in &self.inside {
            match inside {
                Inside::Text(text) => f.write_str(&escaped(text))?,
                Inside::Data(text) => write!(f, "<![CDATA[{text}]]>")?,
                Inside::Comment => f.write_str("<!-- a <b> -->")?,
                Inside::Element(element) => element.write(f, "")?,
            }
        }
        write!(f, "</{}>", self.name)
    }
}

struct Document<'e>(&'e Element, bool);

impl fmt::Display for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = if self.1 { " xmlns=\"urn:d\"" } else { "" };
        let declarations = format!(" xmlns:n=\"urn:n\" xmlns:m=\"urn:m\"{default}");
        self.0.write(f, &declarations)
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn value(profile: Profile) -> BoxedStrategy<String> {
    match profile {
        Profile::Digits => "[0-9]{1,3}".boxed(),
        Profile::Mixed => select(VALUES).prop_map(String::from).boxed(),
    }
}

fn piece(profile: Profile) -> impl Strategy<Value = Inside> {
    prop_oneof![
        3 => value(profile).prop_map(Inside::Text),
        1 => value(profile).prop_map(Inside::Data),
        2 => select(vec![" ", "\n  ", "\t"]).prop_map(|space| Inside::Text(space.into())),
        1 => Just(Inside::Comment),
    ]
}

fn attributes(profile: Profile) -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let attributes = vec((select(ATTRIBUTES), value(profile)), 0..4);
    attributes.prop_map(|mut attributes| {
        attributes.sort_by_key(|(name, _)| *name);
        attributes.dedup_by_key(|(name, _)| *name);
        attributes
    })
}

fn element(profile: Profile) -> BoxedStrategy<Element> {
    let of = move |inside: BoxedStrategy<Vec<Inside>>| {
        let parts = (select(NAMES), attributes(profile), inside);
        parts.prop_map(move |(name, attributes, inside)| {
            let mut element = Element {
                name,
                attributes,
                inside,
            };
            if profile == Profile::Digits && !element.text().is_empty() {
                element.inside.retain(|inside| !inside.is_blank());
            }
            element
        })
    };
    let leaf = match profile {
        Profile::Mixed => of(vec(piece(profile), 0..3).boxed()).boxed(),
        Profile::Digits => prop_oneof![
            4 => of(value(profile).prop_map(|text| vec![Inside::Text(text)]).boxed()),
            1 => attributes(profile).prop_map(|attributes| Element {
                name: EMPTY,
                attributes,
                inside: Vec::new(),
            }),
        ]
        .boxed(),
    };
    leaf.prop_recursive(4, 24, 4, move |below| {
        let inside = prop_oneof![
            3 => below.prop_map(Inside::Element),
            1 => piece(profile),
        ];
        of(vec(inside, 1..6).boxed())
    })
    .boxed()
}

/// A place that a rule can be about.
#[derive(Debug, Clone)]
struct Place {
    /// The names on the way, each in the ways to write it, and its index where
    /// there are several.
    steps: Vec<Step>,
    /// `@name` or `#text`.
    last: Option<String>,
    /// The value there; of an element its text.
    value: String,
    /// How many elements are inside, and how many of its name stand there.
    inside: usize,
    siblings: usize,
}

#[derive(Debug, Clone)]
struct Step {
    names: Vec<String>,
    index: Option<usize>,
}

fn expanded(name: &str, default: bool) -> String {
    match name.split_once(':') {
        Some(("xml", local)) => format!("http://www.w3.org/XML/1998/namespace:{local}"),
        Some((prefix, local)) => format!("urn:{prefix}:{local}"),
        None if default => format!("urn:d:{name}"),
        None => name.into(),
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap()
}

fn places(element: &Element, default: bool, above: &[Step], found: &mut Vec<Place>, alike: usize) {
    let text = element.text();
    let inside = element.elements().count();
    let place = |last: Option<String>, value: &str| Place {
        steps: above.to_vec(),
        last,
        value: value.into(),
        inside,
        siblings: alike,
    };
    found.push(place(None, &text));
    if !text.is_empty() {
        found.push(place(Some(TEXT.into()), &text));
    }
    for (name, value) in &element.attributes {
        found.push(place(Some(format!("@{name}")), value));
    }
    let children: Vec<_> = element.elements().collect();
    for (at, child) in children.iter().enumerate() {
        let of_name = |others: &[&Element]| {
            let others = others.iter().filter(|other| other.name == child.name);
            others.count()
        };
        let (index, alike) = (of_name(&children[..at]), of_name(&children));
        let mut names = vec![child.name.into(), expanded(child.name, default)];
        let mut others = children.iter().filter(|other| other.name != child.name);
        if others.all(|other| local(other.name) != local(child.name)) {
            names.push(local(child.name).into());
        }
        let mut steps = above.to_vec();
        steps.push(Step {
            names,
            index: (alike > 1).then_some(index),
        });
        places(child, default, &steps, found, alike);
    }
}

/// Random numbers that decide which of the rules that fit are taken.
type Choices = (
    prop::sample::Index,
    prop::sample::Index,
    prop::sample::Index,
    u8,
);

/// How a path leads to more than its place.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Reach {
    One,
    Indexes,
    Wildcards,
}

fn path(place: &Place, choices: &Choices, reach: Reach) -> String {
    let mut path = String::from("$");
    let bits = choices.2.index(1 << 12);
    for (at, step) in place.steps.iter().enumerate() {
        let bit = (bits >> (at + 6)) & 1 == 1;
        let name = &step.names[(bits >> at) % step.names.len()];
        match reach {
            Reach::Wildcards if bit => path.push_str(".*"),
            _ => path.push_str(&format!("['{name}']")),
        }
        match (reach, step.index) {
            (Reach::One, Some(index)) => path.push_str(&format!("[{index}]")),
            (Reach::One, None) if bit => path.push_str("[0]"),
            (Reach::Indexes, _) if bit => path.push_str("[*]"),
            _ => {}
        }
    }
    match &place.last {
        Some(last)
            if reach == Reach::Wildcards && bits.is_multiple_of(3) && last.starts_with('@') =>
        {
            path.push_str(".*");
        }
        Some(last) => path.push_str(&format!("['{last}']")),
        None => {}
    }
    path
}

/// Rules that the value of a place keeps.
fn about_value(value: &str) -> Vec<RuleKind> {
    let is_digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    let all = [
        (true, RuleKind::Regex("(?s).*".into())),
        (value.is_empty(), RuleKind::Null),
        (!value.is_empty(), RuleKind::NotEmpty),
        (
            !value.is_empty(),
            RuleKind::Include(value.chars().take(1).collect()),
        ),
        (is_digits, RuleKind::Regex(r"\d+".into())),
        (is_digits, RuleKind::Integer),
        (is_digits || value == "1.5", RuleKind::Number),
        (is_digits || value == "1.5", RuleKind::Decimal),
        (value == "true", RuleKind::Boolean),
        (value == "2024-01-31", RuleKind::Date("yyyy-MM-dd".into())),
        (value == "1.2.3", RuleKind::Semver),
    ];
    let fitting = all.into_iter().filter(|(fits, _)| *fits);
    fitting.map(|(_, rule)| rule).collect()
}

fn about_number() -> Vec<RuleKind> {
    use RuleKind::{Decimal, Integer, NotEmpty, Number, Regex};
    vec![Integer, Number, Decimal, NotEmpty, Regex(r"\d+".into())]
}

/// Rules about how an element is built, the bounds by what is inside or by how many
/// stand there.
fn about_structure(place: &Place, reach: Reach) -> Vec<RuleKind> {
    let mut rules = vec![RuleKind::Type, RuleKind::Equality];
    if place.last.is_none() && reach == Reach::One {
        // The root stands there once whatever a rule says.
        let is_root = place.steps.len() == 1;
        let counts = [
            place.inside,
            if is_root {
                place.inside
            } else {
                place.siblings
            },
        ];
        rules.extend(counts.map(RuleKind::MinType));
        rules.extend(counts.map(RuleKind::MaxType));
        rules.extend(counts.map(|count| RuleKind::MinMaxType(count, count)));
    }
    rules
}

fn rule(place: &Place, profile: Profile, choices: &Choices) -> (String, RuleList) {
    let reach = match place.last.as_deref() {
        // Another element that the path leads to may have no text.
        Some(TEXT) => Reach::One,
        _ => [Reach::One, Reach::Indexes, Reach::Wildcards][choices.1.index(3)],
    };
    let has_value = place.last.is_some() || !place.value.is_empty();
    let mut kinds = about_structure(place, reach);
    match (profile, reach) {
        (Profile::Digits, _) if has_value || place.inside > 0 => kinds.extend(about_number()),
        (Profile::Mixed, Reach::One) if has_value => kinds.extend(about_value(&place.value)),
        _ => {}
    }
    let kind = kinds[choices.0.index(kinds.len())].clone();
    let mut list = RuleList {
        rules: vec![kind.clone().into()],
        ..RuleList::default()
    };
    match choices.3 {
        0 => list.rules.push(kind.into()),
        1 => {
            list.combine = Combine::Or;
            list.rules.insert(0, RuleKind::Regex("never".into()).into());
        }
        _ => {}
    }
    (path(place, choices, reach), list)
}

/// Documents, each with rules that it keeps.
pub fn cases(profile: Profile) -> impl Strategy<Value = Case> {
    let choices = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0..12u8,
    );
    let parts = (element(profile), any::<bool>());
    let chosen = vec((any::<prop::sample::Index>(), choices), 0..5);
    (parts, chosen).prop_map(move |((root, default), chosen)| {
        let mut found = Vec::new();
        let steps = [Step {
            names: vec![root.name.into(), expanded(root.name, default)],
            index: None,
        }];
        places(&root, default, &steps, &mut found, 1);
        let rules = chosen.iter().map(|(at, choices)| {
            let place = &found[at.index(found.len())];
            rule(place, profile, choices)
        });
        Case {
            text: Document(&root, default).to_string(),
            rules: rules.collect(),
        }
    })
}
