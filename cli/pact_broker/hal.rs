//! Links of HAL documents (draft-kelly-json-hal), with the variables that they may have
//! (RFC 6570, level 1).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// What stands as it is in a value of a template: unreserved characters (RFC 3986,
/// section 2.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The first link of a relation.
pub fn link(document: &Value, relation: &str) -> Option<String> {
    links(document, relation).into_iter().next()
}

/// All links of a relation.
pub fn links(document: &Value, relation: &str) -> Vec<String> {
    let found = document.get("_links").and_then(|all| all.get(relation));
    let found = match found {
        Some(Value::Array(links)) => links.as_slice(),
        Some(link) => std::slice::from_ref(link),
        None => &[],
    };
    let href = |link: &Value| match link {
        Value::String(href) => Some(href.clone()),
        link => link.get("href")?.as_str().map(str::to_owned),
    };
    found.iter().filter_map(href).collect()
}

/// The name that a link has.
pub fn name(document: &Value, relation: &str) -> Option<String> {
    let link = document.get("_links")?.get(relation)?;
    link.get("name")?.as_str().map(str::to_owned)
}

/// Fills in a template. A variable that has no value becomes nothing.
pub fn expanded(href: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = href;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((variable, behind)) = after.split_once('}') else {
            break;
        };
        text += before;
        if let Some((_, value)) = values.iter().find(|(name, _)| *name == variable) {
            text.extend(utf8_percent_encode(value, ESCAPED));
        }
        rest = behind;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_relation_has_one_link_or_several() {
        let document = json!({ "_links": {
            "self": { "href": "/a", "name": "A" },
            "pb:pacts": [{ "href": "/b" }, { "title": "no link" }, "/c"],
        }});
        assert_eq!(link(&document, "self").as_deref(), Some("/a"));
        assert_eq!(name(&document, "self").as_deref(), Some("A"));
        assert_eq!(links(&document, "pb:pacts"), ["/b", "/c"]);
        assert_eq!(link(&document, "next"), None);
    }

    #[test]
    fn values_are_escaped_into_their_places() {
        for (href, expected) in [
            ("/p/{provider}/latest", "/p/a%2Fb%20%C3%A9/latest"),
            ("/p/{provider}{?tag}", "/p/a%2Fb%20%C3%A9"),
            ("/p/{provider", "/p/{provider"),
            ("/p", "/p"),
        ] {
            assert_eq!(expanded(href, &[("provider", "a/b é")]), expected);
        }
    }
}
