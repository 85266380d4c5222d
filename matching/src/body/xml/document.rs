//! Reading XML. Document types are refused, so entities cannot multiply; what would
//! take the parser too long is refused as well.

use std::borrow::Cow;

use roxmltree::{Document, Node};

use super::bounds;
use crate::charset::Charset;

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
    bounds::check(text)?;
    Document::parse(text).map_err(|error| error.to_string())
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
