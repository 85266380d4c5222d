//! A text of a format, a pattern and a length.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};
use serde_json::Value;

use super::{Schema, count};

/// Longer texts are not made.
const LONGEST: u64 = 10_000;
/// How often a part of a pattern is repeated beyond what it demands, to make the
/// text long enough.
const MOST_REPEATS: u32 = 256;

/// A value of each format that examples are checked for.
pub(super) const FORMATS: &[(&str, &str)] = &[
    ("date", "2026-01-02"),
    ("date-time", "2026-01-02T03:04:05Z"),
    ("duration", "P1D"),
    ("email", "mary@example.com"),
    ("hostname", "example.com"),
    ("idn-email", "mary@example.com"),
    ("idn-hostname", "example.com"),
    ("ipv4", "192.0.2.1"),
    ("ipv6", "2001:db8::1"),
    ("iri", "https://example.com/1"),
    ("iri-reference", "/1"),
    ("json-pointer", "/a"),
    ("regex", "^a+$"),
    ("relative-json-pointer", "0"),
    ("time", "03:04:05Z"),
    ("uri", "https://example.com/1"),
    ("uri-reference", "/1"),
    ("uri-template", "/orders/{id}"),
    ("uuid", "3f2b7c9e-1d4a-4c5b-8e6f-0a1b2c3d4e50"),
];

/// A text that the schema allows, as far as one can be made.
pub(super) fn of(schema: &Schema, variation: usize) -> Result<String, String> {
    let least = count(schema, "minLength").unwrap_or(0);
    let most = count(schema, "maxLength").unwrap_or(u64::MAX);
    if least > LONGEST {
        return Err(format!("it has at least {least} characters"));
    }
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        return of_pattern(pattern, (least, most), variation);
    }
    let format = schema.get("format").and_then(Value::as_str);
    let known = FORMATS.iter().find(|(name, _)| Some(*name) == format);
    Ok(match known {
        Some((name, text)) => varied(name, text, variation),
        None => of_length(least, most, variation),
    })
}

/// Another value of a format for each variation, where that is easily had.
fn varied(format: &str, text: &str, variation: usize) -> String {
    match (format, variation) {
        (_, 0) => text.into(),
        ("uuid", _) => format!("{}{variation:012x}", &text[..24]),
        ("date" | "date-time", _) => {
            let day = format!("{:02}", variation % 27 + 2);
            format!("{}{day}{}", &text[..8], &text[10..])
        }
        ("email" | "idn-email", _) => format!("mary{variation}@example.com"),
        ("uri" | "iri", _) => format!("https://example.com/{}", variation + 1),
        ("ipv4", _) => format!("192.0.2.{}", variation % 254 + 1),
        _ => text.into(),
    }
}

fn of_length(least: u64, most: u64, variation: usize) -> String {
    let mut text = match variation {
        0 => "text".to_owned(),
        _ => format!("text{variation}"),
    };
    while (text.chars().count() as u64) < least {
        text.push('a');
    }
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let length = text.chars().count();
    // What tells variations apart stands at the end.
    text.chars().skip(length.saturating_sub(most)).collect()
}

/// Whether a name matches a pattern, which may match anywhere in it.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let schema = serde_json::json!({ "pattern": pattern });
    let validator = jsonschema::validator_for(&schema);
    validator.is_ok_and(|validator| validator.is_valid(&name.into()))
}

fn of_pattern(
    pattern: &str,
    (least, most): (u64, u64),
    variation: usize,
) -> Result<String, String> {
    let parsed = regex_syntax::parse(pattern);
    let parsed = parsed.map_err(|_| format!("no text can be made for the pattern /{pattern}/"))?;
    let fits = |text: &String| {
        let length = text.chars().count() as u64;
        (least..=most).contains(&length) && matches(pattern, text)
    };
    for repeats in 0..=MOST_REPEATS {
        let mut text = String::new();
        write(&parsed, repeats, variation, &mut text);
        if text.len() as u64 > LONGEST {
            break;
        }
        if fits(&text) {
            return Ok(text);
        }
    }
    Err(format!(
        "no text was found that matches the pattern /{pattern}/ and its length"
    ))
}

/// The shortest text of a pattern, with each part that may be repeated so often more.
fn write(pattern: &Hir, repeats: u32, variation: usize, text: &mut String) {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => text.push(character(class, variation)),
        HirKind::Repetition(repetition) => {
            for _ in 0..times(repetition, repeats) {
                write(&repetition.sub, repeats, variation, text);
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, repeats, variation, text),
        HirKind::Concat(parts) => parts
            .iter()
            .for_each(|part| write(part, repeats, variation, text)),
        HirKind::Alternation(parts) => {
            if let Some(part) = parts.get(variation % parts.len().max(1)) {
                write(part, repeats, variation, text);
            }
        }
    }
}

fn times(repetition: &Repetition, repeats: u32) -> u32 {
    let wanted = repetition.min.saturating_add(repeats);
    repetition.max.map_or(wanted, |most| wanted.min(most))
}

/// A letter or digit of the class if there is one, else whatever begins it.
fn character(class: &Class, variation: usize) -> char {
    let Class::Unicode(class) = class else {
        return 'a';
    };
    let holds = |character: &char| {
        let mut ranges = class.iter();
        ranges.any(|range| (range.start()..=range.end()).contains(character))
    };
    let common: Vec<_> = ('a'..='z')
        .chain('A'..='Z')
        .chain('0'..='9')
        .chain(' '..='~')
        .filter(holds)
        .collect();
    match common.is_empty() {
        true => class.iter().next().map_or('a', |range| range.start()),
        false => common[variation % common.len()],
    }
}
