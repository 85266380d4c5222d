//! `date`, `time` and `datetime`: text in a format written with Java's pattern
//! letters (Pact specification version 3, "Date and time matchers"; the letters
//! of Java's DateTimeFormatter and SimpleDateFormat). What each letter takes
//! stands in one table, [`FIELDS`].

use std::ops::RangeInclusive;

use serde_json::Value;

use super::{Check, Rule, Subject};
use crate::Difference;

/// What is taken when a rule gives no format: ISO 8601.
const DEFAULTS: &[(&str, &str)] = &[
    ("date", "yyyy-MM-dd"),
    ("time", "HH:mm:ss"),
    ("datetime", "yyyy-MM-dd'T'HH:mm:ssXXX"),
];

/// How deep optional sections may nest.
const MAX_NESTING: usize = 8;

/// What a field takes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// A number from so much to so much, of at most so many digits.
    Number(Role, u32, u32, usize),
    /// A number of at most as many digits as there are letters.
    Digits(Role),
    /// One of these, in any case.
    Words(&'static [&'static str]),
    /// An offset from UTC.
    Offset(Offset),
    /// `GMT`, perhaps with an offset.
    Gmt,
    /// A zone's abbreviation, name or id.
    Zone,
}

/// What a number is to the calendar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Role {
    Year,
    Month,
    Day,
    Other,
}

/// How an offset from UTC is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offset {
    /// Whether `Z` stands for zero.
    zulu: bool,
    colon: bool,
    minutes: Presence,
    seconds: Presence,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Presence {
    Required,
    Optional,
    Never,
}

const fn offset(zulu: bool, colon: bool, minutes: Presence, seconds: Presence) -> Shape {
    Shape::Offset(Offset {
        zulu,
        colon,
        minutes,
        seconds,
    })
}

use Presence::{Never, Optional, Required};
use Role::{Day, Month, Other, Year};
use Shape::{Digits, Gmt, Number, Words, Zone};

/// Pattern letters, how often they may stand in a row, and what they then take.
const FIELDS: &[(&str, RangeInclusive<usize>, Shape)] = &[
    (
        "G",
        1..=5,
        Words(&["Anno Domini", "Before Christ", "AD", "BC"]),
    ),
    ("yuY", 1..=1, Number(Year, 0, 999_999_999, 9)),
    ("yuY", 2..=9, Digits(Year)),
    ("ML", 1..=2, Number(Month, 1, 12, 2)),
    ("ML", 3..=3, Words(MONTHS_SHORT)),
    ("ML", 4..=5, Words(MONTHS)),
    ("d", 1..=2, Number(Day, 1, 31, 2)),
    ("D", 1..=3, Number(Other, 1, 366, 3)),
    ("E", 1..=3, Words(DAYS_SHORT)),
    ("E", 4..=5, Words(DAYS)),
    ("ec", 1..=2, Number(Other, 1, 7, 2)),
    ("ec", 3..=3, Words(DAYS_SHORT)),
    ("ec", 4..=5, Words(DAYS)),
    ("w", 1..=2, Number(Other, 1, 53, 2)),
    ("W", 1..=2, Number(Other, 0, 6, 2)),
    ("F", 1..=2, Number(Other, 0, 6, 2)),
    ("Qq", 1..=2, Number(Other, 1, 4, 2)),
    ("Qq", 3..=3, Words(&["Q1", "Q2", "Q3", "Q4"])),
    ("Qq", 4..=5, Words(QUARTERS)),
    ("a", 1..=5, Words(&["AM", "PM"])),
    ("H", 1..=2, Number(Other, 0, 23, 2)),
    ("k", 1..=2, Number(Other, 1, 24, 2)),
    ("K", 1..=2, Number(Other, 0, 11, 2)),
    ("h", 1..=2, Number(Other, 1, 12, 2)),
    ("m", 1..=2, Number(Other, 0, 59, 2)),
    ("s", 1..=2, Number(Other, 0, 59, 2)),
    ("Sn", 1..=9, Digits(Other)),
    ("A", 1..=9, Number(Other, 0, 86_399_999, 8)),
    ("N", 1..=18, Number(Other, 0, u32::MAX, 14)),
    ("X", 1..=1, offset(true, false, Optional, Never)),
    ("X", 2..=2, offset(true, false, Required, Never)),
    ("X", 3..=3, offset(true, true, Required, Never)),
    ("X", 4..=4, offset(true, false, Required, Optional)),
    ("X", 5..=5, offset(true, true, Required, Optional)),
    ("x", 1..=1, offset(false, false, Optional, Never)),
    ("x", 2..=2, offset(false, false, Required, Never)),
    ("x", 3..=3, offset(false, true, Required, Never)),
    ("x", 4..=4, offset(false, false, Required, Optional)),
    ("x", 5..=5, offset(false, true, Required, Optional)),
    ("Z", 1..=3, offset(false, false, Required, Never)),
    ("Z", 4..=4, Gmt),
    ("Z", 5..=5, offset(true, true, Required, Optional)),
    ("O", 1..=4, Gmt),
    ("zv", 1..=4, Zone),
    ("V", 2..=2, Zone),
];

pub(crate) const MONTHS: &[&str] = &[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub(crate) const MONTHS_SHORT: &[&str] = &[
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
pub(crate) const DAYS: &[&str] = &[
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
pub(crate) const DAYS_SHORT: &[&str] = &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
pub(crate) const QUARTERS: &[&str] = &["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"];

/// A compiled format.
#[derive(Debug)]
pub(crate) struct Format {
    source: String,
    tokens: Vec<Token>,
}

#[derive(Debug)]
pub(crate) enum Token {
    Literal(String),
    /// A letter, how often it stands there, and what is taken for it.
    Field {
        letter: char,
        count: usize,
        shape: Shape,
    },
    Section(Vec<Token>),
}

/// Compiles the rule of a name; an empty format is the name's default.
pub(super) fn rule(name: &'static str, format: &str) -> Result<Rule, String> {
    Ok(Rule::check(name, Format::parse(name, format)?))
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn parse(chars: &mut Chars<'_>, depth: usize) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    while let Some(c) = chars.next() {
        match c {
            '\'' => tokens.push(Token::Literal(quoted(chars)?)),
            '[' if depth >= MAX_NESTING => return Err("optional sections nest too deep".into()),
            '[' => tokens.push(Token::Section(parse(chars, depth + 1)?)),
            ']' if depth > 0 => return Ok(tokens),
            ']' => return Err("`]` without `[`".into()),
            c if c.is_ascii_alphabetic() => tokens.push(field(c, chars)?),
            c => tokens.push(Token::Literal(c.into())),
        }
    }
    match depth {
        0 => Ok(tokens),
        _ => Err("`[` without `]`".into()),
    }
}

/// Text up to the closing quote; two quotes are one quote, in quotes and outside.
fn quoted(chars: &mut Chars<'_>) -> Result<String, String> {
    if chars.next_if_eq(&'\'').is_some() {
        return Ok("'".into());
    }
    let mut text = String::new();
    while let Some(c) = chars.next() {
        if c == '\'' && chars.next_if_eq(&'\'').is_none() {
            return Ok(text);
        }
        text.push(c);
    }
    Err("a quote does not end".into())
}

fn field(letter: char, chars: &mut Chars<'_>) -> Result<Token, String> {
    let mut count = 1;
    while chars.next_if_eq(&letter).is_some() {
        count += 1;
    }
    FIELDS
        .iter()
        .find(|(letters, counts, _)| letters.contains(letter) && counts.contains(&count))
        .map(|(_, _, shape)| Token::Field {
            letter,
            count,
            shape: *shape,
        })
        .ok_or_else(|| format!("`{letter}` {count} times is not a known field"))
}

/// The parts of a date, once read.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    year: Option<u32>,
    month: Option<u32>,
    day: Option<u32>,
}

impl Parts {
    fn set(&mut self, role: Role, value: u32) {
        match role {
            Year => self.year = Some(value),
            Month => self.month = Some(value),
            Day => self.day = Some(value),
            Other => {}
        }
    }

    /// Whether the calendar has the day. Without a year every leap day may be one.
    fn exist(self) -> bool {
        let (Some(month), Some(day)) = (self.month, self.day) else {
            return true;
        };
        let leap = self
            .year
            .is_none_or(|year| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0 || year == 0));
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        day <= days
    }
}

impl Format {
    /// Reads a format; an empty one is the default of `date`, `time` or `datetime`.
    pub(crate) fn parse(name: &str, format: &str) -> Result<Self, String> {
        let default = DEFAULTS.iter().find(|(of, _)| *of == name);
        let source = match (format, default) {
            ("", Some((_, default))) => default,
            _ => format,
        };
        let tokens = parse(&mut source.chars().peekable(), 0).map_err(|problem| {
            format!("the {name} format \"{source}\" cannot be used: {problem}")
        })?;
        let source = source.into();
        Ok(Self { source, tokens })
    }

    pub(crate) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    fn accepts(&self, text: &str) -> bool {
        let mut parts = Parts::default();
        take_all(&self.tokens, text, &mut parts).is_some_and(str::is_empty) && parts.exist()
    }
}

/// What is left of the text after the tokens took theirs.
fn take_all<'t>(tokens: &[Token], mut text: &'t str, parts: &mut Parts) -> Option<&'t str> {
    for (index, token) in tokens.iter().enumerate() {
        text = match token {
            Token::Literal(literal) => text.strip_prefix(literal.as_str())?,
            Token::Section(section) => {
                let mut inside = *parts;
                match take_all(section, text, &mut inside) {
                    Some(rest) => {
                        *parts = inside;
                        rest
                    }
                    None => text,
                }
            }
            Token::Field { count, shape, .. } => {
                let exactly = next_is_number(&tokens[index + 1..]).then_some(*count);
                shape.take(*count, exactly, text, parts)?
            }
        };
    }
    Some(text)
}

/// Numbers that touch (`yyyyMMdd`) have as many digits as letters.
fn next_is_number(following: &[Token]) -> bool {
    matches!(
        following.first(),
        Some(Token::Field {
            shape: Number(..) | Digits(_),
            ..
        })
    )
}

impl Shape {
    /// What is left of the text after this took its part; `None` if it is not there.
    fn take<'t>(
        self,
        count: usize,
        exactly: Option<usize>,
        text: &'t str,
        parts: &mut Parts,
    ) -> Option<&'t str> {
        match self {
            Number(role, min, max, digits) => {
                let (value, rest) = take_digits(text, 1, digits, exactly)?;
                // A month that is written with letters never gets here, so the value is in range for its role.
                let value = value.parse::<u64>().ok()?;
                let in_range =
                    max == u32::MAX || (u64::from(min)..=u64::from(max)).contains(&value);
                parts.set(role, u32::try_from(value).unwrap_or(u32::MAX));
                in_range.then_some(rest)
            }
            Digits(role) => {
                let (value, rest) = take_digits(text, 1, count, exactly)?;
                parts.set(role, value.parse().ok()?);
                Some(rest)
            }
            Words(words) => words.iter().enumerate().find_map(|(index, word)| {
                let rest = strip_prefix_ignoring_case(text, word)?;
                if words.len() == MONTHS.len() {
                    parts.set(Month, u32::try_from(index + 1).ok()?);
                }
                Some(rest)
            }),
            Shape::Offset(offset) => offset.take(text),
            Gmt => take_gmt(text),
            Zone => take_zone(text, count),
        }
    }
}

fn take_digits(text: &str, min: usize, max: usize, exactly: Option<usize>) -> Option<(&str, &str)> {
    let (min, max) = exactly.map_or((min, max), |count| (count, count));
    let digits = text
        .bytes()
        .take(max)
        .take_while(u8::is_ascii_digit)
        .count();
    (digits >= min).then(|| text.split_at(digits))
}

fn strip_prefix_ignoring_case<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let head = text.get(..word.len())?;
    head.eq_ignore_ascii_case(word).then(|| &text[word.len()..])
}

impl Offset {
    fn take(self, text: &str) -> Option<&str> {
        if self.zulu
            && let Some(rest) = text.strip_prefix('Z')
        {
            return Some(rest);
        }
        let text = text.strip_prefix(['+', '-'])?;
        let text = two_digits(text, 18)?;
        let text = self.part(text, self.minutes)?;
        self.part(text, self.seconds)
    }

    fn part(self, text: &str, presence: Presence) -> Option<&str> {
        if presence == Never {
            return Some(text);
        }
        let taken = match self.colon {
            true => text.strip_prefix(':').and_then(|text| two_digits(text, 59)),
            false => two_digits(text, 59),
        };
        match presence {
            Required => taken,
            _ => taken.or(Some(text)),
        }
    }
}

fn two_digits(text: &str, max: u32) -> Option<&str> {
    let (digits, rest) = take_digits(text, 2, 2, None)?;
    (digits.parse::<u32>().ok()? <= max).then_some(rest)
}

fn take_gmt(text: &str) -> Option<&str> {
    let rest = strip_prefix_ignoring_case(text, "GMT")?;
    let Some(hours) = rest.strip_prefix(['+', '-']) else {
        return Some(rest);
    };
    let (_, rest) = take_digits(hours, 1, 2, None)?;
    match rest.strip_prefix(':') {
        Some(minutes) => two_digits(minutes, 59),
        None => Some(rest),
    }
}

/// Which zones there are changes from year to year, so only the form is checked.
fn take_zone(text: &str, letters: usize) -> Option<&str> {
    let of_zone = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '/' | '_' | '+' | '-' | ':')
            || (c == ' ' && letters == 4)
    };
    let end = text.find(|c| !of_zone(c)).unwrap_or(text.len());
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        .then(|| &text[end..])
}

impl Check for Format {
    fn difference(&self, _: &Value, actual: Subject<'_>) -> Option<Difference> {
        let text = match actual {
            Subject::Json(Value::Null | Value::Bool(_)) => return Some(Difference::Type),
            actual => actual.text_form(),
        };
        match text {
            None => Some(Difference::Type),
            Some(text) => (!self.accepts(&text)).then_some(Difference::Different),
        }
    }

    fn expected(&self, _: &Value) -> Value {
        Value::from(self.source.as_str())
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::RuleKind;
    use serde_json::json;

    use super::super::testing::{accepts, problems};

    fn check(format: &str, text: &str, accepted: bool) {
        let kind = RuleKind::DateTime(format.into());
        assert_eq!(accepts(kind, &json!(text)), accepted, "{format} {text}");
    }

    #[test]
    fn formats_of_the_java_documentation() {
        for (format, text) in [
            (
                "yyyy.MM.dd G 'at' HH:mm:ss z",
                "2001.07.04 AD at 12:08:56 PDT",
            ),
            ("EEE, MMM d, ''yy", "Wed, Jul 4, '01"),
            ("h:mm a", "12:08 PM"),
            (
                "hh 'o''clock' a, zzzz",
                "12 o'clock PM, Pacific Daylight Time",
            ),
            ("K:mm a, z", "0:08 PM, PDT"),
            ("yyyyy.MMMM.dd GGG hh:mm a", "02001.July.04 AD 12:08 PM"),
            (
                "EEE, d MMM yyyy HH:mm:ss Z",
                "Wed, 4 Jul 2001 12:08:56 -0700",
            ),
            ("yyMMddHHmmssZ", "010704120856-0700"),
            ("yyyy-MM-dd'T'HH:mm:ss.SSSZ", "2001-07-04T12:08:56.235-0700"),
            (
                "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
                "2001-07-04T12:08:56.235-07:00",
            ),
            ("YYYY-'W'ww-u", "2001-W27-3"),
            (
                "yyyy-MM-dd'T'HH:mmXXX'['VV']'",
                "2020-01-01T10:00+01:00[Europe/Warsaw]",
            ),
        ] {
            check(format, text, true);
        }
    }

    #[test]
    fn what_is_out_of_range_or_left_over_is_rejected() {
        for (format, text) in [
            ("yyyy-MM-dd", "2001-13-01"),
            ("yyyy-MM-dd", "2001-00-01"),
            ("yyyy-MM-dd", "2001-01-32"),
            ("yyyy-MM-dd", "2001-01-01T00:00"),
            ("yyyy-MM-dd", "20011-01-01"),
            ("yyyy-MM-dd", "2001/01/01"),
            ("yyyy-MM-dd", ""),
            ("HH:mm", "24:00"),
            ("kk:mm", "00:00"),
            ("hh:mm a", "13:00 PM"),
            ("HH:mm:ss", "10:60:00"),
            ("EEE", "Foo"),
            ("yyyy-MM-dd'T'HH:mm:ssXXX", "2001-07-04T12:08:56-0700"),
            ("yyyy-MM-dd'T'HH:mm:ssX", "2001-07-04T12:08:56"),
        ] {
            check(format, text, false);
        }
    }

    #[test]
    fn days_that_the_calendar_has_not_are_rejected() {
        for (text, accepted) in [
            ("2024-02-29", true),
            ("2023-02-29", false),
            ("1900-02-29", false),
            ("2000-02-29", true),
            ("2023-04-31", false),
        ] {
            check("yyyy-MM-dd", text, accepted);
        }
        check("d MMM yyyy", "30 Feb 2024", false);
        check("dd/MM", "29/02", true);
    }

    #[test]
    fn offsets() {
        for (format, text, accepted) in [
            ("X", "Z", true),
            ("X", "+01", true),
            ("X", "+0130", true),
            ("XX", "+01", false),
            ("XXX", "+01:30", true),
            ("XXX", "+19:00", false),
            ("xxx", "Z", false),
            ("Z", "+0130", true),
            ("Z", "+01:30", false),
            ("ZZZZ", "GMT+01:30", true),
            ("ZZZZZ", "Z", true),
            ("O", "GMT+8", true),
        ] {
            check(format, text, accepted);
        }
    }

    #[test]
    fn optional_sections() {
        for (text, accepted) in [("10:00", true), ("10:00:30", true), ("10:00:", false)] {
            check("HH:mm[:ss]", text, accepted);
        }
    }

    #[test]
    fn without_a_format_iso_8601_is_expected() {
        assert!(accepts(RuleKind::Date(String::new()), &json!("2024-01-31")));
        assert!(accepts(RuleKind::Time(String::new()), &json!("10:11:12")));
        let datetime = RuleKind::DateTime(String::new());
        assert!(accepts(datetime.clone(), &json!("2024-01-31T10:11:12Z")));
        assert!(!accepts(datetime, &json!("2024-01-31T10:11:12")));
    }

    #[test]
    fn only_text_and_numbers_can_be_dates() {
        let year = RuleKind::Date("yyyy".into());
        assert!(accepts(year.clone(), &json!(2024)));
        for actual in [json!(null), json!(true), json!([2024]), json!({})] {
            assert!(!accepts(year.clone(), &actual), "{actual}");
        }
    }

    #[test]
    fn a_format_that_is_not_understood_becomes_equality() {
        let nested = "[".repeat(100_000);
        for format in ["yyyy-bb", "'open", "[", "]", "MMMMMM", nested.as_str()] {
            let problems = problems(&RuleKind::Date(format.into()));
            assert!(
                problems[0].starts_with("the date format"),
                "{problems:.80?}"
            );
        }
    }
}
