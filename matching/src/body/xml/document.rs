//! Reading XML. Document types are refused, so entities cannot multiply; depth is
//! bounded, since the tree is walked by recursion.

use std::borrow::Cow;

use roxmltree::{Document, Node};

use crate::charset::Charset;

/// How deep elements may stand inside each other.
const MAX_DEPTH: usize = 256;

/// The document's text, in this charset, else in the one that its declaration or its
/// byte order mark names.
pub(super) fn text(bytes: &[u8], charset: Option<Charset>) -> Result<Cow<'_, str>, String> {
    let charset = match (charset, declared(bytes)) {
        (Some(charset), _) => charset,
        (None, Some(label)) => {
            let content_type = format!("text/xml; charset={label}");
            Charset::declared(Some(&content_type))?.unwrap_or(Charset::UTF_8)
        }
        (None, None) if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") => {
            Charset::UTF_16
        }
        (None, None) => Charset::UTF_8,
    };
    charset.decode(bytes)
}

/// The encoding of the XML declaration, which is ASCII where there is no byte order mark.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(200)];
    let head = String::from_utf8_lossy(head);
    let declaration = head.strip_prefix("<?xml")?.split("?>").next()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(value[1..].split(quote).next()?.to_owned())
}

/// Reads a document. The error is the parser's, with line and column.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, String> {
    shallow(text)?;
    Document::parse(text).map_err(|error| error.to_string())
}

/// Refuses what nests too deep before a parser gets to see it.
fn shallow(text: &str) -> Result<(), String> {
    let mut depth = 0usize;
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        rest = match rest {
            _ if rest.starts_with("<!--") => after(rest, "-->"),
            _ if rest.starts_with("<![CDATA[") => after(rest, "]]>"),
            _ if rest.starts_with("<?") => after(rest, "?>"),
            _ if rest.starts_with("</") => {
                depth = depth.saturating_sub(1);
                after(rest, ">")
            }
            _ => {
                let end = tag_end(rest);
                depth += usize::from(!rest[..end].ends_with("/>"));
                &rest[end..]
            }
        };
        if depth > MAX_DEPTH {
            return Err(format!("its elements nest deeper than {MAX_DEPTH}"));
        }
    }
    Ok(())
}

fn after<'t>(text: &'t str, end: &str) -> &'t str {
    text.find(end).map_or("", |at| &text[at + end.len()..])
}

/// Where a start tag ends; `>` may stand in an attribute's value.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return at + 1,
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    tag.len()
}

/// The text directly in an element, without the white space around it and without
/// pieces that are only white space.
pub(super) fn own_text(element: Node<'_, '_>) -> String {
    let pieces = element.children().filter(Node::is_text);
    let pieces = pieces.filter_map(|piece| Some(piece.text()?.trim()));
    pieces.collect()
}

/// An element for a mismatch: its tag, with the namespace where it has one.
pub(super) fn tag(namespace: Option<&str>, local: &str) -> String {
    match namespace {
        Some(namespace) => format!("<{local} xmlns=\"{namespace}\">"),
        None => format!("<{local}>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hostile_is_refused() {
        let deep = "<a>".repeat(100_000);
        let bomb = r#"<!DOCTYPE a [<!ENTITY b "xxxx"><!ENTITY c "&b;&b;">]><a>&c;</a>"#;
        let unquoted = "<a b=\"".repeat(10_000);
        for (text, error) in [
            (deep.as_str(), "its elements nest deeper than 256"),
            (bomb, "XML with DTD detected"),
            ("<a>", "the root node was opened but never closed"),
            ("<a></b>", "expected 'a' tag, not 'b' at 1:4"),
            ("", "the document does not have a root node"),
            (unquoted.as_str(), ""),
        ] {
            let found = parse(text).map(drop).unwrap_err();
            assert!(found.starts_with(error), "{found}");
        }
        assert!(parse(&"<a>".repeat(200).replace("<a>", "<a/>")).is_err());
        assert!(parse("<a><!-- <b> --><![CDATA[<b>]]></a>").is_ok());
    }

    #[test]
    fn the_declared_encoding_is_used() {
        let latin = b"<?xml version=\"1.0\" encoding='ISO-8859-1'?><a>\xe9</a>";
        assert!(text(latin, None).unwrap().contains("é"));
        assert!(text(latin, Some(Charset::UTF_8)).is_err());
    }
}
