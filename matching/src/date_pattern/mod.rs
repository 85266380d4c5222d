//! Formats of dates and times, written with Java's pattern letters (Java's
//! `DateTimeFormatter` and `SimpleDateFormat`, as the Pact specification has them
//! since version 3). One table, [`FIELDS`], says what each letter stands for: rules
//! [accept](Format::accepts) texts by it, generators [write](Format::write) by it.

mod accept;
mod write;

use std::ops::RangeInclusive;

pub(crate) use self::write::Moment;

/// What is meant where no format is given: ISO 8601.
const DEFAULTS: &[(&str, &str)] = &[
    ("date", "yyyy-MM-dd"),
    ("time", "HH:mm:ss"),
    ("datetime", "yyyy-MM-dd'T'HH:mm:ssXXX"),
];

/// How deep optional sections may nest.
const MAX_NESTING: usize = 8;

/// How a field is written.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// A number from so much to so much, of at most so many digits and at least
    /// as many as there are letters.
    Number(u64, u64, usize),
    /// A number of as many digits as there are letters, or fewer.
    Digits,
    /// One of these, in any case.
    Words(&'static [&'static str]),
    /// An offset from UTC.
    Offset(Offset),
    /// `GMT`, perhaps with an offset.
    Gmt,
    /// A zone's abbreviation, name or id.
    Zone,
}

/// What of a moment a field shows.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Era,
    Year,
    WeekYear,
    Month,
    Day,
    DayOfYear,
    Weekday,
    Week,
    WeekOfMonth,
    WeekdayInMonth,
    Quarter,
    HalfDay,
    Hour,
    /// From 1 to 24.
    ClockHour,
    /// From 0 to 11.
    HalfDayHour,
    /// From 1 to 12.
    HalfDayClockHour,
    Minute,
    Second,
    /// The first digits of the second's fraction.
    Fraction,
    Nanosecond,
    MillisecondOfDay,
    NanosecondOfDay,
    Zone,
}

/// How an offset from UTC is written.
#[derive(Debug, Clone, Copy)]
struct Offset {
    /// Whether `Z` stands for zero.
    zulu: bool,
    colon: bool,
    minutes: Presence,
    seconds: Presence,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Presence {
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
use Shape::{Digits, Gmt, Number, Words};

/// Pattern letters, how often they may stand in a row, how they are then written,
/// and what they show.
const FIELDS: &[(&str, RangeInclusive<usize>, Shape, Part)] = &[
    ("G", 1..=5, Words(ERAS), Part::Era),
    ("yu", 1..=1, Number(0, 999_999_999, 9), Part::Year),
    ("yu", 2..=9, Digits, Part::Year),
    ("Y", 1..=1, Number(0, 999_999_999, 9), Part::WeekYear),
    ("Y", 2..=9, Digits, Part::WeekYear),
    ("ML", 1..=2, Number(1, 12, 2), Part::Month),
    ("ML", 3..=3, Words(MONTHS_SHORT), Part::Month),
    ("ML", 4..=5, Words(MONTHS), Part::Month),
    ("d", 1..=2, Number(1, 31, 2), Part::Day),
    ("D", 1..=3, Number(1, 366, 3), Part::DayOfYear),
    ("E", 1..=3, Words(DAYS_SHORT), Part::Weekday),
    ("E", 4..=5, Words(DAYS), Part::Weekday),
    ("ec", 1..=2, Number(1, 7, 2), Part::Weekday),
    ("ec", 3..=3, Words(DAYS_SHORT), Part::Weekday),
    ("ec", 4..=5, Words(DAYS), Part::Weekday),
    ("w", 1..=2, Number(1, 53, 2), Part::Week),
    ("W", 1..=2, Number(0, 6, 2), Part::WeekOfMonth),
    ("F", 1..=2, Number(0, 6, 2), Part::WeekdayInMonth),
    ("Qq", 1..=2, Number(1, 4, 2), Part::Quarter),
    ("Qq", 3..=3, Words(QUARTERS_SHORT), Part::Quarter),
    ("Qq", 4..=5, Words(QUARTERS), Part::Quarter),
    ("a", 1..=5, Words(&["AM", "PM"]), Part::HalfDay),
    ("H", 1..=2, Number(0, 23, 2), Part::Hour),
    ("k", 1..=2, Number(1, 24, 2), Part::ClockHour),
    ("K", 1..=2, Number(0, 11, 2), Part::HalfDayHour),
    ("h", 1..=2, Number(1, 12, 2), Part::HalfDayClockHour),
    ("m", 1..=2, Number(0, 59, 2), Part::Minute),
    ("s", 1..=2, Number(0, 59, 2), Part::Second),
    ("S", 1..=9, Digits, Part::Fraction),
    ("n", 1..=9, Number(0, 999_999_999, 9), Part::Nanosecond),
    ("A", 1..=9, Number(0, 86_399_999, 9), Part::MillisecondOfDay),
    (
        "N",
        1..=18,
        Number(0, 86_399_999_999_999, 18),
        Part::NanosecondOfDay,
    ),
    ("X", 1..=1, offset(true, false, Optional, Never), Part::Zone),
    ("X", 2..=2, offset(true, false, Required, Never), Part::Zone),
    ("X", 3..=3, offset(true, true, Required, Never), Part::Zone),
    (
        "X",
        4..=4,
        offset(true, false, Required, Optional),
        Part::Zone,
    ),
    (
        "X",
        5..=5,
        offset(true, true, Required, Optional),
        Part::Zone,
    ),
    (
        "x",
        1..=1,
        offset(false, false, Optional, Never),
        Part::Zone,
    ),
    (
        "x",
        2..=2,
        offset(false, false, Required, Never),
        Part::Zone,
    ),
    ("x", 3..=3, offset(false, true, Required, Never), Part::Zone),
    (
        "x",
        4..=4,
        offset(false, false, Required, Optional),
        Part::Zone,
    ),
    (
        "x",
        5..=5,
        offset(false, true, Required, Optional),
        Part::Zone,
    ),
    (
        "Z",
        1..=3,
        offset(false, false, Required, Never),
        Part::Zone,
    ),
    ("Z", 4..=4, Gmt, Part::Zone),
    (
        "Z",
        5..=5,
        offset(true, true, Required, Optional),
        Part::Zone,
    ),
    ("O", 1..=4, Gmt, Part::Zone),
    ("zv", 1..=4, Shape::Zone, Part::Zone),
    ("V", 2..=2, Shape::Zone, Part::Zone),
];

const ERAS: &[&str] = &["Anno Domini", "Before Christ", "AD", "BC"];
const MONTHS: &[&str] = &[
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
const MONTHS_SHORT: &[&str] = &[
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAYS: &[&str] = &[
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const DAYS_SHORT: &[&str] = &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const QUARTERS: &[&str] = &["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"];
const QUARTERS_SHORT: &[&str] = &["Q1", "Q2", "Q3", "Q4"];

/// A compiled format.
#[derive(Debug)]
pub(crate) struct Format {
    source: String,
    tokens: Vec<Token>,
}

#[derive(Debug)]
enum Token {
    Literal(String),
    /// How often its letter stands there, how it is written, what it shows.
    Field {
        count: usize,
        shape: Shape,
        part: Part,
    },
    Section(Vec<Token>),
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

    /// The format as it was given.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }
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
        .find(|(letters, counts, ..)| letters.contains(letter) && counts.contains(&count))
        .map(|(_, _, shape, part)| Token::Field {
            count,
            shape: *shape,
            part: *part,
        })
        .ok_or_else(|| format!("`{letter}` {count} times is not a known field"))
}
