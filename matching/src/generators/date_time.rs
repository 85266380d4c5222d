//! `Date`, `Time` and `DateTime`: a moment, the present one or what an expression
//! says of it, in a format (Pact specification version 3, "Generators"), as
//! [`crate::date_pattern`] writes it.

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use serde_json::{Map, Value};

use super::{GeneratorContext, Made, Make, expression, text};
use crate::date_pattern::{Format, Moment};

pub(super) fn date(definition: &Map<String, Value>) -> Result<Box<Make>, String> {
    moment("date", definition, expression::date)
}

pub(super) fn time(definition: &Map<String, Value>) -> Result<Box<Make>, String> {
    moment("time", definition, expression::time)
}

pub(super) fn date_time(definition: &Map<String, Value>) -> Result<Box<Make>, String> {
    moment("datetime", definition, expression::date_time)
}

/// What makes an adjustment from an expression.
type Parse = fn(&str) -> Result<expression::Adjusted, String>;

fn moment(name: &str, definition: &Map<String, Value>, parse: Parse) -> Result<Box<Make>, String> {
    let format = Format::parse(name, text(definition, "format")?.unwrap_or_default())?;
    let adjusted = parse(text(definition, "expression")?.unwrap_or_default())?;
    Ok(Box::new(move |context, _| {
        let utc_offset = context.utc_offset;
        let Some(local) = local(context).and_then(|now| adjusted.apply(now)) else {
            return Made::Failed("the moment is beyond the calendar".into());
        };
        let written = format.write(Moment { local, utc_offset });
        written.map_or_else(Made::Failed, |written| Made::Value(written.into()))
    }))
}

fn local(context: &GeneratorContext<'_>) -> Option<NaiveDateTime> {
    let since = context.now.duration_since(std::time::UNIX_EPOCH).ok()?;
    let seconds = i64::try_from(since.as_secs()).ok()?;
    let utc = DateTime::from_timestamp(seconds, since.subsec_nanos())?;
    utc.naive_utc()
        .checked_add_signed(TimeDelta::seconds(context.utc_offset.into()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{
        GeneratorMode, compile,
        testing::{for_consumer, made},
    };

    #[test]
    fn the_present_moment_or_another_in_a_format() {
        for (definition, written) in [
            (json!({"type": "Date"}), "2000-01-01"),
            (json!({"type": "Time"}), "10:00:00"),
            (json!({"type": "DateTime"}), "2000-01-01T10:00:00Z"),
            (
                json!({"type": "Date", "format": "dd/MM/yyyy", "expression": "+ 1 week"}),
                "08/01/2000",
            ),
            (
                json!({"type": "DateTime", "format": "EEE HH:mm", "expression": "next fri @ 3 o'clock"}),
                "Fri 15:00",
            ),
        ] {
            assert_eq!(for_consumer(&definition, 1), written);
        }
    }

    #[test]
    fn what_is_not_understood_says_why() {
        for (definition, reason) in [
            (
                json!({"type": "Date", "format": "bb"}),
                "the date format \"bb\" cannot be used: `b` 2 times is not a known field",
            ),
            (
                json!({"type": "Date", "expression": "now + two days"}),
                "the date expression \"now + two days\" is not understood: column 7: expected a number, found `two`",
            ),
        ] {
            let found = compile(definition.as_object().unwrap()).map(drop);
            assert_eq!(found, Err(reason.into()));
        }
    }

    #[test]
    fn what_cannot_be_written_says_why() {
        for (expression, reason) in [
            (
                "+ 9000 years",
                "the format \"yyyy-MM-dd\" writes \"11000-01-01\" and does not accept it",
            ),
            ("+ 999999 years", "the moment is beyond the calendar"),
        ] {
            let definition = json!({"type": "Date", "expression": expression});
            let found = made(&definition, GeneratorMode::Consumer, 1, &json!({}));
            assert_eq!(found, Err::<Option<Value>, _>(reason.into()));
        }
    }
}
