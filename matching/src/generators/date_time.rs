//! `Date`, `Time` and `DateTime`: a moment, the present one or what an expression
//! says of it, in a format written with Java's pattern letters (Pact specification
//! version 3, "Generators"). The letters are those that the rules understand.

use std::fmt::Write;

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Timelike};
use serde_json::{Map, Value};

use super::{GeneratorContext, Made, Make, expression, text};
use crate::rules::date_time::{DAYS, DAYS_SHORT, Format, MONTHS, MONTHS_SHORT, QUARTERS, Token};

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
    Ok(Box::new(move |context| {
        let offset = context.utc_offset;
        let Some(moment) = local(context).and_then(|now| adjusted.apply(now)) else {
            return Made::Failed("the moment is beyond the calendar".into());
        };
        let mut written = String::new();
        write_all(format.tokens(), moment, offset, &mut written);
        Made::Value(written.into())
    }))
}

fn local(context: &GeneratorContext<'_>) -> Option<NaiveDateTime> {
    let since = context.now.duration_since(std::time::UNIX_EPOCH).ok()?;
    let seconds = i64::try_from(since.as_secs()).ok()?;
    let utc = DateTime::from_timestamp(seconds, since.subsec_nanos())?;
    utc.naive_utc()
        .checked_add_signed(TimeDelta::seconds(context.utc_offset.into()))
}

fn write_all(tokens: &[Token], moment: NaiveDateTime, offset: i32, written: &mut String) {
    for token in tokens {
        match token {
            Token::Literal(literal) => written.push_str(literal),
            Token::Section(section) => write_all(section, moment, offset, written),
            Token::Field { letter, count, .. } => {
                written.push_str(&field(*letter, *count, moment, offset));
            }
        }
    }
}

/// A field as Java's DateTimeFormatter writes it.
fn field(letter: char, count: usize, moment: NaiveDateTime, offset: i32) -> String {
    let padded = |number: u64| format!("{number:0count$}");
    let name = |long: &[&'static str], short: &[&'static str], index: u32| -> String {
        let names = if count >= 4 { long } else { short };
        names
            .get(index as usize)
            .copied()
            .unwrap_or_default()
            .into()
    };
    let weekday = moment.weekday().num_days_from_monday();
    let hour = u64::from(moment.hour());
    let half = u64::from(moment.hour() % 12);
    match letter {
        'G' if count == 4 => "Anno Domini".into(),
        'G' => "AD".into(),
        'Y' => year(moment.iso_week().year(), count),
        'y' | 'u' => year(moment.year(), count),
        'M' | 'L' if count >= 3 => name(MONTHS, MONTHS_SHORT, moment.month0()),
        'M' | 'L' => padded(moment.month().into()),
        'd' => padded(moment.day().into()),
        'D' => padded(moment.ordinal().into()),
        'E' => name(DAYS, DAYS_SHORT, weekday),
        'e' | 'c' if count >= 3 => name(DAYS, DAYS_SHORT, weekday),
        'e' | 'c' => padded(u64::from(weekday) + 1),
        'w' => padded(moment.iso_week().week().into()),
        'W' => padded(u64::from((moment.day() + 6 - weekday).div_ceil(7))),
        'F' => padded(u64::from((moment.day() - 1) / 7 + 1)),
        'Q' | 'q' if count >= 4 => name(QUARTERS, QUARTERS, moment.month0() / 3),
        'Q' | 'q' if count == 3 => format!("Q{}", moment.month0() / 3 + 1),
        'Q' | 'q' => padded(u64::from(moment.month0() / 3 + 1)),
        'a' => (if moment.hour() < 12 { "AM" } else { "PM" }).into(),
        'H' => padded(hour),
        'k' => padded(if hour == 0 { 24 } else { hour }),
        'K' => padded(half),
        'h' => padded(if half == 0 { 12 } else { half }),
        'm' => padded(moment.minute().into()),
        's' => padded(moment.second().into()),
        'S' => format!("{:09}", moment.nanosecond())[..count.min(9)].into(),
        'n' => padded(u64::from(moment.nanosecond()) % 10u64.saturating_pow(count as u32)),
        'A' => padded(
            u64::from(moment.num_seconds_from_midnight()) * 1_000
                + u64::from(moment.nanosecond()) / 1_000_000,
        ),
        'N' => padded(
            u64::from(moment.num_seconds_from_midnight()) * 1_000_000_000
                + u64::from(moment.nanosecond()),
        ),
        'X' | 'x' | 'Z' => numeric_offset(letter, count, offset),
        'O' => format!("GMT{}", short_offset(offset)),
        _ => zone(offset),
    }
}

fn year(year: i32, count: usize) -> String {
    match count {
        2 => format!("{:02}", year.rem_euclid(100)),
        _ => format!("{year:0count$}"),
    }
}

fn parts(offset: i32) -> (char, u32, u32, u32) {
    let sign = if offset < 0 { '-' } else { '+' };
    let seconds = offset.unsigned_abs();
    (sign, seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

fn numeric_offset(letter: char, count: usize, offset: i32) -> String {
    let zulu = letter == 'X' || (letter == 'Z' && count == 5);
    if zulu && offset == 0 {
        return "Z".into();
    }
    if letter == 'Z' && count == 4 {
        return format!("GMT{}", long_offset(offset));
    }
    let (sign, hours, minutes, seconds) = parts(offset);
    let colon = if matches!((letter, count), (_, 5) | ('X' | 'x', 3)) {
        ":"
    } else {
        ""
    };
    let mut written = format!("{sign}{hours:02}");
    if count > 1 || letter == 'Z' || minutes > 0 {
        // Writing to a String cannot fail.
        let _ = write!(written, "{colon}{minutes:02}");
    }
    if count >= 4 && seconds > 0 {
        let _ = write!(written, "{colon}{seconds:02}");
    }
    written
}

fn long_offset(offset: i32) -> String {
    let (sign, hours, minutes, _) = parts(offset);
    match offset {
        0 => String::new(),
        _ => format!("{sign}{hours:02}:{minutes:02}"),
    }
}

fn short_offset(offset: i32) -> String {
    let (sign, hours, minutes, _) = parts(offset);
    match (offset, minutes) {
        (0, _) => String::new(),
        (_, 0) => format!("{sign}{hours}"),
        _ => format!("{sign}{hours}:{minutes:02}"),
    }
}

fn zone(offset: i32) -> String {
    match offset {
        0 => "UTC".into(),
        _ => format!("GMT{}", long_offset(offset)),
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::super::{compile, testing::for_consumer};
    use crate::rules::testing::accepts;

    #[test]
    fn each_letter_is_written_as_the_rule_reads_it() {
        for (format, written) in [
            ("yyyy-MM-dd'T'HH:mm:ssXXX", "2000-01-01T10:00:00Z"),
            ("yyyy-MM-dd HH:mm:ssZ", "2000-01-01 10:00:00+0000"),
            ("EEE, d MMM yyyy HH:mm:ss z", "Sat, 1 Jan 2000 10:00:00 UTC"),
            ("EEEE d MMMM yy G", "Saturday 1 January 00 AD"),
            ("h:mm a K k", "10:00 AM 10 10"),
            ("yyyyMMddHHmmssSSS", "20000101100000000"),
            ("D w Q QQQ e", "1 52 1 Q1 6"),
            ("HH:mm:ss.SSSSSSxxx", "10:00:00.000000+00:00"),
            ("yyyy-MM-dd['T'HH]", "2000-01-01T10"),
            ("A", "36000000"),
            ("O X xx", "GMT Z +0000"),
        ] {
            let made = for_consumer(&json!({"type": "DateTime", "format": format}), 1);
            assert_eq!(made, written, "{format}");
            assert!(
                accepts(RuleKind::DateTime(format.into()), &made),
                "{format} {made}"
            );
        }
        assert_eq!(for_consumer(&json!({"type": "Date"}), 1), "2000-01-01");
        assert_eq!(for_consumer(&json!({"type": "Time"}), 1), "10:00:00");
        let soon = json!({"type": "Date", "format": "dd/MM/yyyy", "expression": "+ 1 week"});
        assert_eq!(for_consumer(&soon, 1), "08/01/2000");
    }

    #[test]
    fn an_offset_is_written() {
        for (letter, count, offset, written) in [
            ('X', 1, 7_200, "+02"),
            ('X', 1, 19_800, "+0530"),
            ('X', 3, -3_600, "-01:00"),
            ('Z', 1, 7_200, "+0200"),
            ('Z', 4, 7_200, "GMT+02:00"),
            ('O', 1, 7_200, "GMT+2"),
            ('z', 1, 7_200, "GMT+02:00"),
        ] {
            let moment = chrono::NaiveDateTime::default();
            assert_eq!(super::field(letter, count, moment, offset), written);
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
}
