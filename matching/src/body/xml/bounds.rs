//! What is refused before the parser gets to see it: depth, since the tree is walked
//! by recursion, and so many attributes and namespaces that the parser, which compares
//! those of an element with each other, would take for ever.

use std::collections::HashMap;

/// How deep elements may stand inside each other.
const MAX_DEPTH: usize = 256;

/// How many comparisons the parser may make: in any document, and for each of its
/// bytes. 4,000 attributes of one element are within these.
const COMPARISONS: usize = 10_000_000;
const COMPARISONS_PER_BYTE: usize = 64;

/// Refuses a document that cannot be read in bounded time. What is no XML may pass:
/// the parser says what is wrong with it.
pub(super) fn check(text: &str) -> Result<(), String> {
    let mut scan = Scan::default();
    let limit = text.len().saturating_mul(COMPARISONS_PER_BYTE);
    let limit = limit.saturating_add(COMPARISONS);
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        rest = match rest {
            _ if rest.starts_with("<!--") => after(rest, "-->"),
            _ if rest.starts_with("<![CDATA[") => after(rest, "]]>"),
            _ if rest.starts_with("<?") => after(rest, "?>"),
            _ if rest.starts_with("</") => {
                scan.close();
                after(rest, ">")
            }
            _ => {
                let tag = Tag::read(rest);
                scan.open(&tag)?;
                if rest[..tag.length].ends_with("/>") {
                    scan.close();
                }
                &rest[tag.length..]
            }
        };
        if scan.open.len() > MAX_DEPTH {
            return Err(format!("its elements nest deeper than {MAX_DEPTH}"));
        }
        if scan.comparisons > limit {
            return Err(scan.too_many());
        }
    }
    Ok(())
}

fn after<'t>(text: &'t str, end: &str) -> &'t str {
    text.find(end).map_or("", |at| &text[at + end.len()..])
}

/// A start tag.
#[derive(Debug, Default)]
struct Tag<'t> {
    /// In bytes, `<` and `>` among them.
    length: usize,
    attributes: usize,
    /// How many of these have a prefix.
    prefixed: usize,
    /// The prefixes that it declares, sorted; the empty one for `xmlns`.
    declared: Vec<&'t str>,
}

impl<'t> Tag<'t> {
    /// Reads the tag that a text begins with; `>` may stand in an attribute's value.
    fn read(text: &'t str) -> Self {
        let mut tag = Self::default();
        let (mut at, mut name) = (0, 0);
        while let Some(found) = text[at..].find(['=', '>', '"', '\'']) {
            at += found + 1;
            match text.as_bytes()[at - 1] {
                b'>' => {
                    tag.length = at;
                    tag.declared.sort_unstable();
                    return tag;
                }
                b'=' => tag.attribute(&text[name..at - 1]),
                quote => match text[at..].find(char::from(quote)) {
                    Some(end) => at += end + 1,
                    None => break,
                },
            }
            name = at;
        }
        tag.length = text.len();
        tag
    }

    /// Counts an attribute by what stands before its `=`.
    fn attribute(&mut self, before: &'t str) {
        let before = before.trim_ascii_end();
        let name = before.rsplit(|c: char| c.is_ascii_whitespace()).next();
        let name = name.unwrap_or_default();
        self.attributes += 1;
        match name.split_once(':') {
            Some(("xmlns", prefix)) => self.declared.push(prefix),
            None if name == "xmlns" => self.declared.push(""),
            Some(_) => self.prefixed += 1,
            None => {}
        }
    }
}

#[derive(Debug, Default)]
struct Scan<'t> {
    /// The prefixes that each open element declares.
    open: Vec<Vec<&'t str>>,
    /// The prefixes that are declared, and by how many open elements.
    declared: HashMap<&'t str, usize>,
    comparisons: usize,
    most_attributes: usize,
    most_namespaces: usize,
}

impl<'t> Scan<'t> {
    fn open(&mut self, tag: &Tag<'t>) -> Result<(), String> {
        // The parser lets a second `xmlns` pass.
        if let Some(twice) = tag.declared.windows(2).find(|pair| pair[0] == pair[1]) {
            let name = ["xmlns", twice[0]].join(":");
            let name = name.trim_end_matches(':');
            return Err(format!("an element has the attribute {name} twice"));
        }
        for prefix in &tag.declared {
            *self.declared.entry(prefix).or_default() += 1;
        }
        self.open.push(tag.declared.clone());
        let (attributes, namespaces) = (tag.attributes, self.declared.len());
        // An element that declares any has a list of all that hold there.
        let listed = if tag.declared.is_empty() {
            0
        } else {
            namespaces
        };
        let comparisons = [
            attributes.saturating_mul(attributes) / 2,
            listed.saturating_mul(listed) / 2,
            namespaces.saturating_mul(tag.prefixed + 1),
        ];
        for more in comparisons {
            self.comparisons = self.comparisons.saturating_add(more);
        }
        self.most_attributes = self.most_attributes.max(attributes);
        self.most_namespaces = self.most_namespaces.max(namespaces);
        Ok(())
    }

    fn close(&mut self) {
        for prefix in self.open.pop().into_iter().flatten() {
            if let Some(count) = self.declared.get_mut(prefix) {
                *count -= 1;
                if *count == 0 {
                    self.declared.remove(prefix);
                }
            }
        }
    }

    fn too_many(&self) -> String {
        format!(
            "its elements have too many attributes and namespaces: up to {} attributes on one, and {} namespaces around one",
            self.most_attributes, self.most_namespaces
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_as_far_as_it_goes() {
        for (text, length, counts, declared) in [
            ("<a>x", 3, [0, 0], vec![]),
            ("<a b='>' c = \"'\"/> d='1'", 18, [2, 0], vec![]),
            (
                "<n:a n:b='1' xmlns='u' xmlns:n\n=\n'v=>'>",
                39,
                [3, 1],
                vec!["", "n"],
            ),
            ("<a b='1", 7, [1, 0], vec![]),
            ("<a b", 4, [0, 0], vec![]),
            ("<", 1, [0, 0], vec![]),
            ("<=é=>", 6, [2, 0], vec![]),
        ] {
            let tag = Tag::read(text);
            assert_eq!(tag.length, length, "{text}");
            assert_eq!([tag.attributes, tag.prefixed], counts, "{text}");
            assert_eq!(tag.declared, declared, "{text}");
        }
    }

    #[test]
    fn namespaces_hold_as_far_as_their_element() {
        let mut scan = Scan::default();
        for text in ["<a xmlns='u' xmlns:n='v'>", "<b xmlns='w'>"] {
            scan.open(&Tag::read(text)).unwrap();
        }
        assert_eq!(scan.declared.len(), 2);
        scan.close();
        assert_eq!(scan.declared.len(), 2);
        scan.close();
        scan.close();
        assert_eq!(scan.declared.len(), 0);
    }

    #[test]
    fn what_is_usual_passes() {
        let attributes = |count: usize| (0..count).map(|at| format!(" a{at}='1'")).collect();
        let one = |count: usize| -> String {
            let attributes: String = attributes(count);
            format!("<a{attributes}/>")
        };
        let (nested, closed) = ("<a xmlns:n='u'>".repeat(256), "</a>".repeat(256));
        for text in [
            one(4_000),
            format!("<r>{}</r>", one(250).repeat(1_000)),
            nested + &closed,
            "<a></a>".repeat(100_000),
        ] {
            assert_eq!(check(&text), Ok(()), "{text:.100}");
        }
    }
}
