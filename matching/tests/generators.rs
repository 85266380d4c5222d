//! Whatever a generator makes keeps the rule that goes with it, from any seed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    missing_docs
)]

use std::time::{Duration, SystemTime};

use pactwork_contract::{Body, Category, Generators, Response, RuleKind, StatusClass};
use pactwork_matching::generators::{
    CompiledGenerators, GeneratorContext, GeneratorMode, SeededRandom,
};
use pactwork_matching::{ResponseMatcher, actual};
use serde_json::{Map, Value, json};

/// A generator, the rule that goes with it, and an example.
fn pairs() -> Vec<(Value, RuleKind, Value)> {
    let mut pairs = vec![
        (json!({"type": "RandomInt"}), RuleKind::Integer, json!(1)),
        (
            json!({"type": "RandomInt", "min": -5, "max": 5}),
            RuleKind::Type,
            json!("1"),
        ),
        (json!({"type": "RandomInt"}), RuleKind::Number, json!(1)),
        (
            json!({"type": "RandomBoolean"}),
            RuleKind::Boolean,
            json!(true),
        ),
        (
            json!({"type": "RandomBoolean"}),
            RuleKind::Type,
            json!("true"),
        ),
        (
            json!({"type": "RandomDecimal"}),
            RuleKind::Type,
            json!("1.5"),
        ),
        (
            json!({"type": "RandomString"}),
            RuleKind::NotEmpty,
            json!("a"),
        ),
        (
            json!({"type": "RandomHexadecimal", "digits": 8}),
            RuleKind::Regex("[0-9A-F]{8}".into()),
            json!("0000000A"),
        ),
        (
            json!({"type": "MockServerURL", "example": "http://a/b/1", "regex": ".*(/b/\\d+)$"}),
            RuleKind::Regex(".*(/b/\\d+)$".into()),
            json!("http://a/b/1"),
        ),
    ];
    for digits in 1..20 {
        let definition = json!({"type": "RandomDecimal", "digits": digits});
        pairs.push((definition, RuleKind::Decimal, json!(1.5)));
    }
    let hyphenated = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    for (format, pattern) in [
        ("simple", "[0-9a-f]{32}".to_owned()),
        ("lower-case-hyphenated", hyphenated.into()),
        ("upper-case-hyphenated", hyphenated.into()),
        ("URN", format!("urn:uuid:{hyphenated}")),
    ] {
        let definition = json!({"type": "Uuid", "format": format});
        pairs.push((definition, RuleKind::Regex(pattern), json!("a")));
    }
    for pattern in [
        r"^\d{3}-[A-Z]+$",
        r"[^@\s]+@[a-z]+\.(com|org)",
        r"(?i)yes|no",
        r"\p{Alpha}{2,5}",
        r"\Q(a)\E?.{0,3}",
        r"\bfoo\b.*",
    ] {
        let definition = json!({"type": "Regex", "regex": pattern});
        pairs.push((definition, RuleKind::Regex(pattern.into()), json!("a")));
    }
    pairs.extend(moments());
    pairs
}

fn moments() -> Vec<(Value, RuleKind, Value)> {
    let mut pairs = Vec::new();
    for (format, expression) in [
        ("", ""),
        ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "now + 2 days"),
        ("yyyyMMddHHmmss", "last month @ midnight"),
        ("EEE, d MMM yyyy HH:mm:ss Z", "next fri @ 3 o'clock"),
        ("EEEE, MMMM d, yy h:mm a zzzz", "yesterday @ last hour"),
        ("YYYY-'W'ww-e D Q QQQ", "next week"),
        ("k K A n N S O x", "- 3 years @ + 7 milliseconds"),
        ("Hmm", "@ 11 o'clock pm"),
        ("d/M/yy[ HH:mm]", "next feb + 4 weeks"),
    ] {
        let definition = json!({"type": "DateTime", "format": format, "expression": expression});
        pairs.push((definition, RuleKind::DateTime(format.into()), json!("a")));
    }
    let date = json!({"type": "Date", "expression": "tomorrow"});
    pairs.push((date, RuleKind::Date(String::new()), json!("a")));
    let time = json!({"type": "Time", "expression": "noon - 1 minute"});
    pairs.push((time, RuleKind::Time(String::new()), json!("a")));
    pairs
}

/// A response with every pair at a place of its own, twice in a list.
fn response() -> Response {
    let mut response = Response::default();
    let mut generators = Map::new();
    let mut element = Map::new();
    for (index, (definition, rule, example)) in pairs().into_iter().enumerate() {
        let name = format!("p{index}");
        let path = format!("$.list[*].{name}");
        generators.insert(path.clone(), definition);
        response.matching_rules.add(Category::Body, path, rule);
        element.insert(name, example);
    }
    response.body = Body::json(json!({ "list": [element.clone(), element] }));
    let success = RuleKind::StatusCode(StatusClass::Success);
    response.matching_rules.add(Category::Status, "", success);
    let all = json!({
        "body": generators,
        "status": {"type": "RandomInt", "min": 200, "max": 299},
    });
    response.generators = Generators(all.as_object().cloned().unwrap());
    response
}

#[test]
fn what_is_made_keeps_its_rule_from_any_seed_at_any_moment() {
    let example = response();
    let matcher = ResponseMatcher::compile(&example);
    assert_eq!(matcher.warnings(), []);
    let (generators, warnings) =
        CompiledGenerators::compile(&example.generators, &example.matching_rules);
    assert_eq!(warnings, []);
    for seed in 0..300 {
        // Steps of about a week and a half, at every time of the day.
        let now =
            SystemTime::UNIX_EPOCH + Duration::from_millis(946_720_800_123 + seed * 943_217_017);
        let applied = generators.response(
            &example,
            &mut GeneratorContext {
                mode: GeneratorMode::Consumer,
                random: &mut SeededRandom::new(seed),
                now,
                utc_offset: i32::try_from(seed).unwrap() * 900 % 43_200 - 18_000,
                provider_state: &Map::new(),
                mock_server_url: Some("http://127.0.0.1:8080"),
            },
        );
        assert_eq!(applied.warnings, []);
        let comparison = matcher.compare(&actual::Response {
            status: applied.parts.status,
            headers: &[],
            body: &applied.parts.body.to_bytes(),
        });
        assert!(comparison.is_match(), "seed {seed}: {comparison}");
    }
}

#[test]
fn hostile_definitions_are_understood_or_not_in_bounded_time() {
    let long = 300_000;
    for definition in [
        json!({"type": "DateTime", "expression": "+ 1 day ".repeat(long)}),
        json!({"type": "DateTime", "expression": "ü ".repeat(long)}),
        json!({"type": "DateTime", "format": "dH".repeat(long)}),
        json!({"type": "DateTime", "format": "[".repeat(long)}),
        json!({"type": "ProviderState", "expression": "${a}".repeat(long)}),
        json!({"type": "ProviderState", "expression": "${a".repeat(long)}),
        json!({"type": "Regex", "regex": "(a|b)*".repeat(2_000)}),
        json!({"type": "Regex", "regex": "((((a{9}){9}){9}){9}){9}"}),
        json!({"type": "RandomString", "size": u64::MAX}),
        json!({"type": "MockServerURL", "example": "a".repeat(long), "regex": "(a*)*b"}),
    ] {
        let all = json!({"body": {"$.a": definition}});
        let raw = Generators(all.as_object().cloned().unwrap());
        let (generators, _) = CompiledGenerators::compile(&raw, &Default::default());
        let example = Response {
            body: Body::json(json!({"a": "x"})),
            ..Response::default()
        };
        let applied = generators.response(
            &example,
            &mut GeneratorContext {
                mode: GeneratorMode::Provider,
                random: &mut SeededRandom::new(1),
                now: SystemTime::UNIX_EPOCH,
                utc_offset: 0,
                provider_state: json!({"a": 1}).as_object().unwrap(),
                mock_server_url: Some("http://a"),
            },
        );
        assert!(!applied.parts.body.to_bytes().is_empty());
    }
}
