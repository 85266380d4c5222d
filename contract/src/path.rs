//! JSON paths as errors and warnings show them.

/// How much of a value is shown.
const SHOWN: usize = 80;

/// The path of an object's member: `$.request.headers`, `$.matchingRules["$.id"]`.
pub(crate) fn member(path: &str, key: &str) -> String {
    let plain = !key.is_empty()
        && key
            .chars()
            .all(|character| character.is_alphanumeric() || "_-".contains(character));
    if plain {
        format!("{path}.{key}")
    } else {
        format!("{path}[{}]", serde_json::Value::from(key))
    }
}

/// The beginning of a long text.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_that_are_no_plain_name_are_quoted() {
        for (key, expected) in [
            ("id", "$.id"),
            ("Content-Type", "$.Content-Type"),
            ("größe", "$.größe"),
            ("$.id", "$[\"$.id\"]"),
            ("a \"b\"", "$[\"a \\\"b\\\"\"]"),
            ("", "$[\"\"]"),
        ] {
            assert_eq!(member("$", key), expected);
        }
    }

    #[test]
    fn long_values_are_cut_at_a_character() {
        let long = "ü".repeat(100);
        assert_eq!(shortened("short"), "short");
        assert_eq!(shortened(&long), format!("{}…", "ü".repeat(80)));
    }
}
