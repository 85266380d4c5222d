//! `Uuid`: a random UUID in one of four formats (Pact specification version 4,
//! "Generators"; RFC 9562, version 4).

use serde_json::{Map, Value};

use super::{Made, Make, text};

/// Formats by name: whether there are dashes, whether in upper case, and what stands before.
const FORMATS: &[(&str, bool, bool, &str)] = &[
    ("simple", false, false, ""),
    ("lower-case-hyphenated", true, false, ""),
    ("upper-case-hyphenated", true, true, ""),
    ("URN", true, false, "urn:uuid:"),
];

pub(super) fn uuid(definition: &Map<String, Value>) -> Result<Box<Make>, String> {
    let name = text(definition, "format")?.unwrap_or("lower-case-hyphenated");
    let format = FORMATS
        .iter()
        .find(|(known, ..)| known.eq_ignore_ascii_case(name));
    let Some((_, dashes, upper, prefix)) = format else {
        let known: Vec<_> = FORMATS.iter().map(|(name, ..)| *name).collect();
        return Err(format!(
            "expected a UUID format ({}), found \"{name}\"",
            known.join(", ")
        ));
    };
    Ok(Box::new(move |context, _| {
        let (high, low) = (context.random.next_u64(), context.random.next_u64());
        let high = high & !0xF000 | 0x4000;
        let low = low & !(0b11 << 62) | (0b10 << 62);
        let digits = format!("{high:016x}{low:016x}");
        let text = match dashes {
            true => [
                &digits[..8],
                &digits[8..12],
                &digits[12..16],
                &digits[16..20],
                &digits[20..],
            ]
            .join("-"),
            false => digits,
        };
        let text = if *upper {
            text.to_ascii_uppercase()
        } else {
            text
        };
        Made::Value(format!("{prefix}{text}").into())
    }))
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::super::testing::for_consumer;
    use crate::rules::testing::accepts;

    #[test]
    fn each_format() {
        let hyphenated = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
        for (format, pattern) in [
            (json!(null), hyphenated.to_owned()),
            (
                json!("simple"),
                "[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}".into(),
            ),
            (json!("lower-case-hyphenated"), hyphenated.into()),
            (
                json!("upper-case-hyphenated"),
                hyphenated.replace("a-f", "A-F").replace("89ab", "89AB"),
            ),
            (json!("URN"), format!("urn:uuid:{hyphenated}")),
        ] {
            let uuid = for_consumer(&json!({"type": "Uuid", "format": format}), 3);
            assert!(accepts(RuleKind::Regex(pattern), &uuid), "{uuid}");
        }
    }
}
