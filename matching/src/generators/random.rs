//! Random numbers, texts and booleans (Pact specification version 3, "Generators").

use serde_json::{Map, Value};

use super::{Made, Make, count};

/// Longer values are not made.
const LONGEST: i64 = 10_000;

/// A source of randomness.
pub trait Random {
    /// The next 64 random bits.
    fn next_u64(&mut self) -> u64;
}

/// Randomness from a seed (SplitMix64): the same seed gives the same values.
#[derive(Debug, Clone)]
pub struct SeededRandom(u64);

impl SeededRandom {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }
}

impl Random for SeededRandom {
    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// A number below a limit; the tiny bias of a remainder is of no matter here.
fn below(random: &mut dyn Random, limit: u64) -> u64 {
    random.next_u64() % limit.max(1)
}

fn characters(random: &mut dyn Random, set: &[u8], count: i64) -> String {
    let mut one = || char::from(set[below(random, set.len() as u64) as usize]);
    (0..count).map(|_| one()).collect()
}

fn length(definition: &Map<String, Value>, name: &str, default: i64) -> Result<i64, String> {
    let length = count(definition, name, default)?;
    match (1..=LONGEST).contains(&length) {
        true => Ok(length),
        false => Err(format!(
            "expected from 1 to {LONGEST} under `{name}`, found {length}"
        )),
    }
}

/// A number or a boolean; as text where the example is text, so that it stays of the
/// example's type.
fn like(example: &Value, value: Value) -> Made {
    Made::Value(match example {
        Value::String(_) => value.to_string().into(),
        _ => value,
    })
}

/// `RandomInt`: from `min` (0) to `max` (2147483647).
pub(super) fn integer(definition: &Map<String, Value>) -> Result<Box<Make>, String> {
    let min = count(definition, "min", 0)?;
    let max = count(definition, "max", i64::from(i32::MAX))?;
    if min > max {
        return Err(format!(
            "expected a `min` up to `max`, found {min} and {max}"
        ));
    }
    let span = max.abs_diff(min).saturating_add(1);
    Ok(Box::new(move |context, example| {
        let offset = below(context.random, span);
        like(example, min.wrapping_add_unsigned(offset).into())
    }))
}

/// `RandomDecimal`: with so many `digits` (10), at least one on each side of the point
/// and 15 in all, since more do not come through a reader of JSON.
pub(super) fn decimal(definition: &Map<String, Value>) -> Result<Box<Make>, String> {
    let digits = length(definition, "digits", 10)?.clamp(2, 15);
    Ok(Box::new(move |context, example| {
        let whole = 1 + below(context.random, (digits - 1) as u64) as i64;
        let mut text = characters(context.random, b"123456789", 1);
        text += &characters(context.random, b"0123456789", whole - 1);
        text.push('.');
        text += &characters(context.random, b"0123456789", digits - whole - 1);
        text += &characters(context.random, b"123456789", 1);
        like(
            example,
            text.parse::<f64>().map_or(Value::Null, Value::from),
        )
    }))
}

/// `RandomHexadecimal`: so many `digits` (10).
pub(super) fn hexadecimal(definition: &Map<String, Value>) -> Result<Box<Make>, String> {
    let digits = length(definition, "digits", 10)?;
    Ok(Box::new(move |context, _| {
        Made::Value(characters(context.random, b"0123456789ABCDEF", digits).into())
    }))
}

/// `RandomString`: letters and digits, so many as `size` (20) says.
pub(super) fn string(definition: &Map<String, Value>) -> Result<Box<Make>, String> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let size = length(definition, "size", 20)?;
    Ok(Box::new(move |context, _| {
        Made::Value(characters(context.random, LETTERS, size).into())
    }))
}

/// `RandomBoolean`.
pub(super) fn boolean(_: &Map<String, Value>) -> Result<Box<Make>, String> {
    Ok(Box::new(|context, example| {
        like(example, (below(context.random, 2) == 0).into())
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{compile, testing::for_consumer};

    #[test]
    fn values_are_as_defined_and_differ() {
        let mut booleans = std::collections::BTreeSet::new();
        for seed in 0..200 {
            let made = |definition| for_consumer(&definition, seed);
            let integer = made(json!({"type": "RandomInt", "min": -2, "max": 3}));
            assert!((-2..=3).contains(&integer.as_i64().unwrap()));
            let decimal = made(json!({"type": "RandomDecimal", "digits": 6})).to_string();
            assert_eq!(
                (decimal.len(), decimal.matches('.').count()),
                (7, 1),
                "{decimal}"
            );
            let hexadecimal = made(json!({"type": "RandomHexadecimal", "digits": 4}));
            assert!(hexadecimal.as_str().unwrap().len() == 4);
            let string = made(json!({"type": "RandomString", "size": 5}));
            assert!(
                string
                    .as_str()
                    .unwrap()
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric())
            );
            booleans.insert(made(json!({"type": "RandomBoolean"})).as_bool().unwrap());
            let again = made(json!({"type": "RandomString", "size": 5}));
            assert_eq!(string, again);
        }
        assert_eq!(booleans.len(), 2);
        for (definition, expected) in [
            (json!({"type": "RandomInt", "min": 5, "max": 5}), json!("5")),
            (json!({"type": "RandomInt", "min": 5, "max": 5}), json!(5)),
        ] {
            let mut beside = definition.clone();
            beside["example of the test"] = expected.clone();
            assert_eq!(for_consumer(&beside, 1), expected);
        }
        let whole = json!({"type": "RandomInt", "min": i64::MIN, "max": i64::MAX});
        assert!(for_consumer(&whole, 1).is_i64());
    }

    #[test]
    fn what_has_no_meaning_says_why() {
        for (definition, reason) in [
            (
                json!({"type": "RandomInt", "min": 3, "max": 1}),
                "expected a `min` up to `max`, found 3 and 1",
            ),
            (
                json!({"type": "RandomInt", "min": "a"}),
                "expected a whole number under `min`, found \"a\"",
            ),
            (
                json!({"type": "RandomString", "size": 0}),
                "expected from 1 to 10000 under `size`, found 0",
            ),
            (
                json!({"type": "RandomString", "size": 1_000_000_000}),
                "expected from 1 to 10000 under `size`, found 1000000000",
            ),
            (
                json!({"type": "Random"}),
                "the generator \"Random\" is not known",
            ),
        ] {
            let found = compile(definition.as_object().unwrap()).map(drop);
            assert_eq!(found, Err(reason.into()));
        }
    }
}
