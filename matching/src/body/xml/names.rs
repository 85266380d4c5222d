//! The ways in which a path may write a name: as the document writes it, by its
//! namespace, or by its local name alone, unless another of that place is written so.

use std::collections::HashSet;

use roxmltree::{Attribute, Node};

/// Names as the document writes them, of the elements in one element or of its attributes.
pub(crate) type Written<'i> = HashSet<&'i str>;

/// The names of elements that stand beside each other.
pub(crate) fn written<'d, 'i: 'd>(elements: impl Iterator<Item = Node<'d, 'i>>) -> Written<'i> {
    elements.map(qualified).collect()
}

/// The names of an element's attributes.
pub(crate) fn written_attributes<'i>(element: Node<'_, 'i>) -> Written<'i> {
    let attributes = element.attributes();
    let names = attributes.map(|attribute| qualified_attribute(element, attribute));
    names.collect()
}

/// The ways to write an element's name beside others.
pub(crate) fn of_element(element: Node<'_, '_>, beside: &Written<'_>) -> Vec<String> {
    let name = element.tag_name();
    ways(name.namespace(), name.name(), qualified(element), beside)
}

/// The ways to write an attribute's name beside others, without `@`.
pub(crate) fn of_attribute(
    element: Node<'_, '_>,
    attribute: Attribute<'_, '_>,
    beside: &Written<'_>,
) -> Vec<String> {
    let written = qualified_attribute(element, attribute);
    ways(attribute.namespace(), attribute.name(), written, beside)
}

fn ways(namespace: Option<&str>, local: &str, written: &str, beside: &Written<'_>) -> Vec<String> {
    let mut ways = Vec::new();
    if written == local || !beside.contains(local) {
        ways.push(local.to_owned());
    }
    if written != local {
        ways.push(written.to_owned());
    }
    ways.extend(namespace.map(|namespace| format!("{namespace}:{local}")));
    ways
}

/// An element's name as the document writes it.
pub(super) fn qualified<'i>(element: Node<'_, 'i>) -> &'i str {
    let tag = element.document().input_text().get(element.range());
    let name = tag.and_then(|tag| tag.strip_prefix('<'));
    let is_end = |c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/');
    name.and_then(|name| name.split(is_end).next())
        .unwrap_or_default()
}

fn qualified_attribute<'i>(element: Node<'_, 'i>, attribute: Attribute<'_, 'i>) -> &'i str {
    let source = element.document().input_text();
    source.get(attribute.range_qname()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::xml::parse;

    #[test]
    fn a_local_name_is_that_of_the_element_that_is_written_so() {
        for (text, name, ways) in [
            ("<r><b/></r>", "b", vec!["b"]),
            ("<r xmlns:n='u'><n:b/></r>", "n:b", vec!["b", "n:b", "u:b"]),
            ("<r xmlns:n='u'><n:b/><b/></r>", "n:b", vec!["n:b", "u:b"]),
            ("<r xmlns:n='u'><n:b/><b/></r>", "b", vec!["b"]),
            ("<r xmlns='u'><b/></r>", "b", vec!["b", "u:b"]),
        ] {
            let document = parse(text).unwrap();
            let children = || document.root_element().children();
            let child = children().find(|child| qualified(*child) == name).unwrap();
            assert_eq!(of_element(child, &written(children())), ways, "{text}");
        }
    }

    #[test]
    fn attributes_are_named_as_elements_are() {
        let document = parse("<r xmlns:n='u' xmlns:m='u' m:x='1' y='2' n:y='3'/>").unwrap();
        let root = document.root_element();
        let beside = written_attributes(root);
        let names = root.attributes();
        let names: Vec<_> = names.map(|it| of_attribute(root, it, &beside)).collect();
        assert_eq!(
            names,
            [vec!["x", "m:x", "u:x"], vec!["y"], vec!["n:y", "u:y"]]
        );
    }
}
