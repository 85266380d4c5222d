//! The paths of version 2, which name the part of the request or response as
//! well (Pact specification version 2, "Matching rules").

use super::rules::category;
use crate::Category;

/// `$.body.a` → body, `$.a`; `$.headers.Accept` and `$['header']['Accept']` → header,
/// `Accept`; `$.query.q[0]` → query, `q[0]`.
pub(crate) fn split(key: &str) -> Option<(Category, String)> {
    let (name, rest) = first_segment(key.strip_prefix('$')?)?;
    let category = category(&name)?;
    let path = match category {
        Category::Body => format!("${rest}"),
        Category::Path | Category::Status | Category::Method => String::new(),
        Category::Header | Category::Query | Category::Metadata => {
            self::name(rest.strip_prefix(".$").unwrap_or(rest))?
        }
    };
    Some((category, path))
}

/// The name that `.name`, `['name']`, `.name[0]` or `$.name` stand for, with the
/// index behind it, if there is one.
pub(super) fn name(path: &str) -> Option<String> {
    let (name, rest) = first_segment(path)?;
    if rest.starts_with('.') {
        // A name with dots in it, which older implementations did not quote.
        return path.strip_prefix('.').map(str::to_owned);
    }
    Some(match rest.starts_with('[') {
        true => name + rest,
        false => name,
    })
}

/// `[0]` or `[*]`.
pub(crate) fn is_index(text: &str) -> bool {
    let inside = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    inside.is_some_and(|inside| {
        inside == "*" || (!inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// The first `.name` or `['name']` of a path, and what follows.
fn first_segment(path: &str) -> Option<(String, &str)> {
    if let Some(rest) = path.strip_prefix('.') {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        return Some((rest[..end].to_owned(), &rest[end..]));
    }
    let quoted = path.strip_prefix('[')?;
    let quote = quoted.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let inner = &quoted[1..];
    let end = inner.find(quote)?;
    let rest = inner[end + 1..].strip_prefix(']')?;
    Some((inner[..end].to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_and_the_path_within_it_are_told_apart() {
        for (key, expected) in [
            ("$.body", Some((Category::Body, "$"))),
            (
                "$.body.items[*].id",
                Some((Category::Body, "$.items[*].id")),
            ),
            (
                "$.body[0]['a b'].c",
                Some((Category::Body, "$[0]['a b'].c")),
            ),
            ("$['body']['2'].str", Some((Category::Body, "$['2'].str"))),
            ("$.header.Accept", Some((Category::Header, "Accept"))),
            (
                "$.headers.Content-Type",
                Some((Category::Header, "Content-Type")),
            ),
            ("$.headers['X.Y']", Some((Category::Header, "X.Y"))),
            (
                "$['header'][\"Accept\"][0]",
                Some((Category::Header, "Accept[0]")),
            ),
            ("$.header.$.Name[0]", Some((Category::Header, "Name[0]"))),
            ("$.headers.Accept[1]", Some((Category::Header, "Accept[1]"))),
            ("$.query.q[0]", Some((Category::Query, "q[0]"))),
            ("$.query['ids[]'][2]", Some((Category::Query, "ids[][2]"))),
            (
                "$.query.filter.name[*]",
                Some((Category::Query, "filter.name[*]")),
            ),
            ("$.path", Some((Category::Path, ""))),
            ("$.status", Some((Category::Status, ""))),
            ("$.headers", None),
            ("$.cookie.a", None),
            ("$['body", None),
            ("$", None),
        ] {
            let expected = expected.map(|(category, path)| (category, path.to_owned()));
            assert_eq!(split(key), expected, "{key}");
        }
    }
}
