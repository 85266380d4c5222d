//! Generated values in XML: put into the example's text, which stays as it is
//! everywhere else. Paths are those of rules: `$.order.line[*]['#text']`,
//! `$.order['@id']`; one that ends at an element is about its text.

use std::ops::Range;

use roxmltree::Node;

use super::{
    Placed,
    parts::{Draw, nowhere},
};
use crate::{
    body::xml::{names, parse},
    json_path::Step,
};

/// The example with generated values, or why there are none.
pub(super) fn replaced(
    text: &str,
    placed: &Placed,
    draw: &mut Draw<'_, '_>,
) -> Result<String, String> {
    let steps = placed.steps.as_ref().map_err(String::clone)?;
    let not_xml = |reason: String| format!("the example is not XML: {reason}");
    let document = parse(text).map_err(not_xml)?;
    let mut places = Vec::new();
    find(vec![document.root_element()], steps, &mut places);
    if places.is_empty() {
        return Err(nowhere(&placed.path));
    }
    let mut edits = Vec::new();
    for place in places {
        if let Some(value) = draw.text() {
            place.edit(text, &escaped(&value), &mut edits);
        }
    }
    let made = edited(text, edits)
        .ok_or("an attribute of the example is written too long to be changed")?;
    // A value may hold characters that XML has not.
    parse(&made).map_err(|reason| format!("the value does not fit into XML: {reason}"))?;
    Ok(made)
}

/// The text with its edits, unless one of them is not within it.
fn edited(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    edits.sort_by_key(|(range, _)| range.start);
    let mut made = String::with_capacity(text.len());
    let mut at = 0;
    for (range, value) in edits {
        made.push_str(text.get(at..range.start)?);
        made.push_str(&value);
        at = range.end;
    }
    made.push_str(text.get(at..)?);
    Some(made)
}

/// Where a value goes.
enum Place<'d, 'i> {
    Text(Node<'d, 'i>),
    Attribute(Range<usize>),
}

/// The places that steps lead to from elements that have the same parent.
fn find<'d, 'i>(elements: Vec<Node<'d, 'i>>, steps: &[Step], places: &mut Vec<Place<'d, 'i>>) {
    let Some((name, rest)) = steps.split_first() else {
        return;
    };
    let beside = names::written(elements.iter().copied());
    let named = elements.into_iter().filter(|element| match name {
        Step::Exact(name) => names::of_element(*element, &beside).contains(name),
        Step::Any => true,
        Step::AnyIndex => false,
    });
    let named: Vec<_> = named.collect();
    let index = match rest.first() {
        Some(Step::Exact(digits)) => digits.parse::<usize>().ok(),
        _ => None,
    };
    let (chosen, rest) = match (index, rest.first()) {
        (Some(index), _) => (named.into_iter().skip(index).take(1).collect(), &rest[1..]),
        (None, Some(Step::AnyIndex)) => (named, &rest[1..]),
        _ => (named, rest),
    };
    for element in chosen {
        inside(element, rest, places);
    }
}

fn inside<'d, 'i>(element: Node<'d, 'i>, steps: &[Step], places: &mut Vec<Place<'d, 'i>>) {
    let children = || element.children().filter(Node::is_element);
    match steps {
        [] if children().next().is_none() => places.push(Place::Text(element)),
        [Step::Exact(name)] if name == "#text" => places.push(Place::Text(element)),
        [Step::Exact(name)] if name.starts_with('@') => {
            let beside = names::written_attributes(element);
            let attributes = element.attributes().filter(|attribute| {
                let ways = names::of_attribute(element, *attribute, &beside);
                ways.iter().any(|way| way == &name[1..])
            });
            let ranges = attributes.map(|attribute| Place::Attribute(attribute.range_value()));
            places.extend(ranges);
        }
        steps => find(children().collect(), steps, places),
    }
}

type Edit = (Range<usize>, String);

impl Place<'_, '_> {
    fn edit(&self, source: &str, value: &str, edits: &mut Vec<Edit>) {
        match self {
            Self::Attribute(range) => edits.push((range.clone(), value.into())),
            Self::Text(element) => edit_text(*element, source, value, edits),
        }
    }
}

/// The element's text, in several pieces where other elements are between, becomes
/// the value.
fn edit_text(element: Node<'_, '_>, source: &str, value: &str, edits: &mut Vec<Edit>) {
    let is_blank = |piece: &Node<'_, '_>| piece.text().is_none_or(|text| text.trim().is_empty());
    let pieces = || element.children().filter(Node::is_text);
    let mut written = pieces().filter(|piece| !is_blank(piece));
    if let Some(first) = written.next().or_else(|| pieces().next()) {
        edits.push((first.range(), value.into()));
        edits.extend(written.map(|piece| (piece.range(), String::new())));
        return;
    }
    let range = element.range();
    let tag = &source[range.clone()];
    let name = tag.trim_start_matches('<');
    let name = &name[..name
        .find(|c: char| c.is_whitespace() || "/>".contains(c))
        .unwrap_or(0)];
    match tag.strip_suffix("/>") {
        Some(start) => edits.push((
            range.start + start.len()..range.end,
            format!(">{value}</{name}>"),
        )),
        None => {
            let end = range.start + tag.rfind("</").unwrap_or(tag.len());
            edits.push((end..end, value.into()));
        }
    }
}

fn escaped(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\r' => escaped.push_str("&#13;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use pactwork_contract::{Body, Content, Generators, MatchingRules, Request};
    use serde_json::json;

    use super::super::{CompiledGenerators, GeneratorContext, GeneratorMode, SeededRandom};

    /// The example with a provider state's value at a path, or what was told.
    fn put(example: &str, path: &str, value: &str) -> Result<String, String> {
        let mut definitions = json!({"body": {}});
        definitions["body"][path] = json!({"type": "ProviderState", "expression": "${v}"});
        let raw = Generators(definitions.as_object().cloned().unwrap());
        let (compiled, _) = CompiledGenerators::compile(&raw, &MatchingRules::default());
        let example = Request {
            body: Body::Present {
                content: Content::Text(example.into()),
                content_type: Some("application/xml".into()),
            },
            ..Request::default()
        };
        let applied = compiled.request(
            &example,
            &mut GeneratorContext {
                mode: GeneratorMode::Provider,
                random: &mut SeededRandom::new(1),
                now: std::time::SystemTime::UNIX_EPOCH,
                utc_offset: 0,
                provider_state: json!({"v": value}).as_object().unwrap(),
                mock_server_url: None,
            },
        );
        match applied.warnings.first() {
            Some(warning) => Err(warning.message.clone()),
            None => Ok(String::from_utf8(applied.parts.body.to_bytes().into_owned()).unwrap()),
        }
    }

    #[test]
    fn texts_and_attributes_by_path() {
        for (example, path, expected) in [
            ("<a>1</a>", "$.a['#text']", "<a>7&amp;</a>"),
            ("<a>1</a>", "$.a", "<a>7&amp;</a>"),
            ("<a/>", "$.a['#text']", "<a>7&amp;</a>"),
            ("<a b='1' />", "$.a['#text']", "<a b='1' >7&amp;</a>"),
            ("<a></a>", "$.a['#text']", "<a>7&amp;</a>"),
            ("<a b='1' c=\"2\"/>", "$.a['@b']", "<a b='7&amp;' c=\"2\"/>"),
            (
                "<?xml version=\"1.0\"?>\n<a><!-- b --><b>1</b><c/><b>2</b></a>",
                "$.a.b[1]['#text']",
                "<?xml version=\"1.0\"?>\n<a><!-- b --><b>1</b><c/><b>7&amp;</b></a>",
            ),
            (
                "<a><b><c>1</c></b><b><c>2</c></b></a>",
                "$.a.b[*].c['#text']",
                "<a><b><c>7&amp;</c></b><b><c>7&amp;</c></b></a>",
            ),
            (
                "<a>\n  one<b/>two\n</a>",
                "$.a['#text']",
                "<a>7&amp;<b/></a>",
            ),
            ("<a><![CDATA[<1>]]></a>", "$.a", "<a>7&amp;</a>"),
            ("<a>x&lt;y</a>", "$.a", "<a>7&amp;</a>"),
            (
                "<n:a xmlns:n='urn:n' n:b='1'><n:c>1</n:c></n:a>",
                "$['n:a']['@n:b']",
                "<n:a xmlns:n='urn:n' n:b='7&amp;'><n:c>1</n:c></n:a>",
            ),
            (
                "<n:a xmlns:n='urn:n'><n:c>1</n:c></n:a>",
                "$.a['urn:n:c']",
                "<n:a xmlns:n='urn:n'><n:c>7&amp;</n:c></n:a>",
            ),
        ] {
            assert_eq!(
                put(example, path, "7&"),
                Ok(expected.into()),
                "{example} {path}"
            );
        }
    }

    #[test]
    fn what_cannot_be_reached_says_why() {
        for (example, path, value, reason) in [
            (
                "<a/>",
                "$.b['#text']",
                "7",
                "$.b['#text'] leads nowhere in the example",
            ),
            (
                "<a/>",
                "$.a['@b']",
                "7",
                "$.a['@b'] leads nowhere in the example",
            ),
            (
                "<a><b/></a>",
                "$.a",
                "7",
                "$.a leads nowhere in the example",
            ),
            ("<a/>", "$", "7", "$ leads nowhere in the example"),
            ("<a>", "$.a", "7", "the example is not XML: "),
            ("<a/>", "$.a", "\u{1}", "the value does not fit into XML: "),
        ] {
            let told = put(example, path, value).unwrap_err();
            assert!(told.starts_with(reason), "{told}");
        }
    }
}
