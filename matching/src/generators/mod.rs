//! Generators: values made anew each time instead of the example (Pact
//! specification version 3 and 4, "Generators"). Compiled once; the source of
//! randomness and the clock are passed in. To add one: a function in a file, a row
//! in `KINDS`.

mod body;
mod date_time;
mod expression;
mod mock_server;
mod parts;
mod provider_state;
mod random;
mod regex;
mod uuid;

use std::time::SystemTime;

use pactwork_contract::{Generators, MatchingRules, RuleKind, Warning};
use serde_json::{Map, Value};

use crate::json_path::{self, Step};

pub use self::random::{Random, SeededRandom};

/// Where generated values are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeneratorMode {
    /// A mock provider answers a consumer.
    Consumer,
    /// A provider is asked in place of the consumer.
    Provider,
}

/// What generators draw from.
pub struct GeneratorContext<'a> {
    /// Where the values are for.
    pub mode: GeneratorMode,
    /// The source of randomness.
    pub random: &'a mut dyn Random,
    /// The present moment.
    pub now: SystemTime,
    /// The offset of the local time from UTC, in seconds.
    pub utc_offset: i32,
    /// What the provider states returned, by name.
    pub provider_state: &'a Map<String, Value>,
    /// The base URL of the mock provider, where there is one.
    pub mock_server_url: Option<&'a str>,
}

/// The generators of a request, response or message, compiled.
///
/// ```
/// use pactwork_contract::{Body, Generators, MatchingRules, Response};
/// use pactwork_matching::generators::{
///     CompiledGenerators, GeneratorContext, GeneratorMode, SeededRandom,
/// };
/// use serde_json::{Map, json};
///
/// let mut response = Response { body: Body::json(json!({"id": 7})), ..Response::default() };
/// let definition = json!({"body": {"$.id": {"type": "RandomInt", "min": 1, "max": 9}}});
/// response.generators = Generators(definition.as_object().cloned().unwrap_or_default());
///
/// let (generators, warnings) =
///     CompiledGenerators::compile(&response.generators, &response.matching_rules);
/// assert_eq!(warnings, []);
/// let (generated, _) = generators.response(&response, &mut GeneratorContext {
///     mode: GeneratorMode::Consumer,
///     random: &mut SeededRandom::new(1),
///     now: std::time::SystemTime::UNIX_EPOCH,
///     utc_offset: 0,
///     provider_state: &Map::new(),
///     mock_server_url: None,
/// });
/// let body: serde_json::Value = serde_json::from_slice(&generated.body.to_bytes()).unwrap();
/// assert!((1..=9).contains(&body["id"].as_i64().unwrap()));
/// ```
#[derive(Debug, Default)]
pub struct CompiledGenerators {
    placed: Vec<Placed>,
}

/// A generator and where its value goes.
#[derive(Debug)]
struct Placed {
    category: String,
    path: String,
    steps: Vec<Step>,
    generator: Generator,
}

/// A compiled generator: makes a value, or says why it cannot.
type Make = dyn Fn(&mut GeneratorContext<'_>) -> Made + Send + Sync;

struct Generator(Box<Make>);

impl std::fmt::Debug for Generator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Generator")
    }
}

/// What a generator makes.
enum Made {
    Value(Value),
    /// This generator is not for this mode: the example stands.
    NotHere,
    /// The example stands, and this is why.
    Failed(String),
}

/// What compiles a generator from its definition.
type Compile = fn(&Map<String, Value>) -> Result<Box<Make>, String>;

/// Generators by the name of the specification.
const KINDS: &[(&str, Compile)] = &[
    ("RandomInt", random::integer),
    ("RandomDecimal", random::decimal),
    ("RandomHexadecimal", random::hexadecimal),
    ("RandomString", random::string),
    ("RandomBoolean", random::boolean),
    ("Regex", regex::regex),
    ("Uuid", uuid::uuid),
    ("Date", date_time::date),
    ("Time", date_time::time),
    ("DateTime", date_time::date_time),
    ("Timestamp", date_time::date_time),
    ("ProviderState", provider_state::provider_state),
    ("MockServerURL", mock_server::mock_server_url),
];

/// Categories whose generators stand under a path or name.
const BY_PATH: &[&str] = &["body", "header", "query", "metadata"];

/// Categories with a single generator.
const SINGLE: &[&str] = &["path", "status", "method"];

impl CompiledGenerators {
    /// Compiles generators, those of the variants of `arrayContains` rules as well.
    /// What is not understood is a warning, and the example stands there.
    pub fn compile(generators: &Generators, rules: &MatchingRules) -> (Self, Vec<Warning>) {
        let mut compiled = Self::default();
        let mut warnings = Vec::new();
        for (category, found) in &generators.0 {
            compiled.category(category, found, &mut warnings);
        }
        compiled.variants(rules, &mut warnings);
        compiled.placed.sort_by(|left, right| {
            (&left.category, &left.path).cmp(&(&right.category, &right.path))
        });
        (compiled, warnings)
    }

    /// Whether there is none, so that the example can be used as it is.
    pub fn is_empty(&self) -> bool {
        self.placed.is_empty()
    }

    fn category(&mut self, category: &str, found: &Value, warnings: &mut Vec<Warning>) {
        let place = format!("$.generators.{category}");
        match found {
            Value::Object(definition) if SINGLE.contains(&category) => {
                // Some implementations write the empty path here as well.
                let definition = match definition.get("") {
                    Some(Value::Object(inner)) => inner,
                    _ => definition,
                };
                self.add(category, "", definition, (&place, warnings));
            }
            Value::Object(by_path) if BY_PATH.contains(&category) => {
                for (path, definition) in by_path {
                    let place = format!("{place}['{path}']");
                    match definition {
                        Value::Object(definition) => {
                            self.add(category, path, definition, (&place, warnings));
                        }
                        other => {
                            warnings.push(not_used(&place, &format!("{other} is no generator")))
                        }
                    }
                }
            }
            _ => warnings.push(not_used(&place, "the category is not known")),
        }
    }

    fn add(
        &mut self,
        category: &str,
        path: &str,
        definition: &Map<String, Value>,
        (place, warnings): (&str, &mut Vec<Warning>),
    ) {
        let steps = match category {
            "body" => json_path::parse(path)
                .map_err(|reason| format!("the path is not understood: {reason}")),
            _ => Ok(Vec::new()),
        };
        match steps.and_then(|steps| Ok((steps, compile(definition)?))) {
            Ok((steps, generator)) => self.placed.push(Placed {
                category: category.into(),
                path: path.into(),
                steps,
                generator,
            }),
            Err(reason) => warnings.push(not_used(place, &reason)),
        }
    }

    /// Variants stand in rules, with paths from their own element.
    fn variants(&mut self, rules: &MatchingRules, warnings: &mut Vec<Warning>) {
        for (path, list) in rules.category(pactwork_contract::Category::Body) {
            let variants = list.rules.iter().filter_map(|rule| match &rule.kind {
                RuleKind::ArrayContains(variants) => Some(variants),
                _ => None,
            });
            for variant in variants.flatten() {
                for (inner, definition) in &variant.generators.0 {
                    let below = inner.strip_prefix('$').unwrap_or(inner);
                    let path = format!("{path}[{}]{below}", variant.index);
                    let place = format!("$.matchingRules.body['{path}']");
                    let definition = definition.as_object().cloned().unwrap_or_default();
                    self.add("body", &path, &definition, (&place, warnings));
                }
            }
        }
    }
}

fn compile(definition: &Map<String, Value>) -> Result<Generator, String> {
    let Some(name) = definition.get("type").and_then(Value::as_str) else {
        return Err(format!(
            "{} is no generator",
            Value::Object(definition.clone())
        ));
    };
    match KINDS.iter().find(|(known, _)| *known == name) {
        Some((_, compile)) => Ok(Generator(compile(definition)?)),
        None => Err(format!("the generator \"{name}\" is not known")),
    }
}

fn not_used(place: &str, reason: &str) -> Warning {
    Warning {
        origin: String::new(),
        path: place.into(),
        message: format!("{reason}; the example stands"),
    }
}

/// A whole number of a definition, or what stands for it.
fn count(definition: &Map<String, Value>, name: &str, default: i64) -> Result<i64, String> {
    match definition.get(name) {
        None | Some(Value::Null) => Ok(default),
        Some(value) => value
            .as_i64()
            .ok_or_else(|| format!("expected a whole number under `{name}`, found {value}")),
    }
}

/// A text of a definition.
fn text<'d>(definition: &'d Map<String, Value>, name: &str) -> Result<Option<&'d str>, String> {
    match definition.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(format!("expected a text under `{name}`, found {other}")),
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// What a generator makes, in each mode that a test asks for.
    pub(crate) fn made(
        definition: &Value,
        mode: GeneratorMode,
        seed: u64,
        state: &Value,
    ) -> Result<Option<Value>, String> {
        let generator = compile(definition.as_object().unwrap())?;
        let mut context = GeneratorContext {
            mode,
            random: &mut SeededRandom::new(seed),
            // 2000-01-01T10:00:00Z, a Saturday.
            now: SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(946_720_800),
            utc_offset: 0,
            provider_state: state.as_object().unwrap(),
            mock_server_url: Some("http://127.0.0.1:8080"),
        };
        match generator.0(&mut context) {
            Made::Value(value) => Ok(Some(value)),
            Made::NotHere => Ok(None),
            Made::Failed(reason) => Err(reason),
        }
    }

    /// What a generator makes for a consumer.
    pub(crate) fn for_consumer(definition: &Value, seed: u64) -> Value {
        let none = serde_json::json!({});
        made(definition, GeneratorMode::Consumer, seed, &none)
            .unwrap()
            .unwrap()
    }
}
