//! `MockServerURL`: the example URL with the mock provider's base URL instead of its
//! own (Pact specification version 4, "Generators").

use regex_automata::meta::Regex;
use serde_json::{Map, Value};

use super::{Made, Make, text};

pub(super) fn mock_server_url(definition: &Map<String, Value>) -> Result<Box<Make>, String> {
    let needed = |name: &str| {
        text(definition, name)?
            .ok_or_else(|| format!("expected a text under `{name}`, found nothing"))
    };
    let example = needed("example")?.to_owned();
    let source = needed("regex")?;
    let regex = Regex::new(source)
        .map_err(|error| format!("the regular expression /{source}/ cannot be used: {error}"))?;
    Ok(Box::new(move |context| {
        let Some(url) = context.mock_server_url else {
            return Made::NotHere;
        };
        let mut captures = regex.create_captures();
        regex.captures(&example, &mut captures);
        // The group is the path behind the base URL.
        match captures.get_group(1) {
            Some(path) => {
                let path = example[path.range()].trim_start_matches('/');
                Made::Value(format!("{}/{path}", url.trim_end_matches('/')).into())
            }
            None => Made::Failed(format!(
                "the example \"{example}\" has no part that its pattern takes for the path"
            )),
        }
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::for_consumer;

    #[test]
    fn the_base_url_is_replaced() {
        let url = for_consumer(
            &json!({
                "type": "MockServerURL",
                "example": "http://localhost:9999/api/orders/7?a=b",
                "regex": r".*(\/api\/orders\/\d+\?a=b)$",
            }),
            1,
        );
        assert_eq!(url, "http://127.0.0.1:8080/api/orders/7?a=b");
    }
}
