//! `MockServerURL`: the example URL with the mock provider's base URL instead of its
//! own (Pact specification version 4, "Generators"). Only where there is a mock
//! provider.

use serde_json::{Map, Value};

use super::{Made, Make, text};
use crate::rules::Pattern;

pub(super) fn mock_server_url(definition: &Map<String, Value>) -> Result<Box<Make>, String> {
    let needed = |name: &str| {
        text(definition, name)?
            .ok_or_else(|| format!("expected a text under `{name}`, found nothing"))
    };
    let example = needed("example")?;
    let source = needed("regex")?;
    let searching = Pattern::compile(source)?.searching()?;
    let mut captures = searching.create_captures();
    searching.captures(example, &mut captures);
    // The first group is what stands behind the base URL.
    let (Some(whole), Some(path)) = (captures.get_group(0), captures.get_group(1)) else {
        return Err(format!(
            "the example \"{example}\" has no part that is the first group of /{source}/"
        ));
    };
    let before = example[..whole.start].to_owned();
    let path = example[path.range()].trim_start_matches('/').to_owned();
    let after = example[whole.end..].to_owned();
    Ok(Box::new(move |context, _| match context.mock_server_url {
        Some(url) => {
            let url = url.trim_end_matches('/');
            Made::Value(format!("{before}{url}/{path}{after}").into())
        }
        None => Made::NotHere,
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{GeneratorMode, compile, testing::made};

    #[test]
    fn the_base_url_is_replaced() {
        for (example, regex, expected) in [
            (
                "http://localhost:9999/api/orders/7?a=b",
                r".*(\/api\/orders\/\d+\?a=b)$",
                "http://127.0.0.1:8080/api/orders/7?a=b",
            ),
            (
                "http://localhost:9999/orders/7#top",
                r"http://[^/]+(/orders/\p{Digit}+)",
                "http://127.0.0.1:8080/orders/7#top",
            ),
            (
                "<http://a/orders>; rel=next",
                "http://[^/]+/(orders)",
                "<http://127.0.0.1:8080/orders>; rel=next",
            ),
        ] {
            let definition = json!({"type": "MockServerURL", "example": example, "regex": regex});
            let state = json!({});
            let found = made(&definition, GeneratorMode::Consumer, 1, &state);
            assert_eq!(found, Ok(Some(expected.into())));
            let found = made(&definition, GeneratorMode::Provider, 1, &state);
            assert_eq!(found, Ok(None));
        }
    }

    #[test]
    fn what_does_not_fit_says_why() {
        for (regex, reason) in [
            (
                "x(y)",
                "the example \"http://a/b\" has no part that is the first group of /x(y)/",
            ),
            (
                ".*",
                "the example \"http://a/b\" has no part that is the first group of /.*/",
            ),
            (
                "(?=a)(b)",
                "the regular expression /(?=a)(b)/ cannot be used: it looks around or back",
            ),
        ] {
            let definition =
                json!({"type": "MockServerURL", "example": "http://a/b", "regex": regex});
            let found = compile(definition.as_object().unwrap()).map(drop);
            assert_eq!(found, Err(reason.into()));
        }
    }
}
