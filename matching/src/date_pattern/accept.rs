//! Whether a text is in a format.

use super::{Format, Offset, Part, Presence, Shape, Token};

/// The parts of a date, once read.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    year: Option<u32>,
    month: Option<u32>,
    day: Option<u32>,
}

impl Parts {
    fn set(&mut self, part: Part, value: u64) {
        let value = u32::try_from(value).ok();
        match part {
            Part::Year | Part::WeekYear => self.year = value,
            Part::Month => self.month = value,
            Part::Day => self.day = value,
            _ => {}
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
    /// Whether the whole text is in this format, and a day that the calendar has.
    pub(crate) fn accepts(&self, text: &str) -> bool {
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
            Token::Field { count, shape, part } => {
                let exactly = digits_beside(*count, &tokens[index + 1..], text);
                let field = Field {
                    count: *count,
                    exactly,
                    part: *part,
                };
                field.take(*shape, text, parts)?
            }
        };
    }
    Some(text)
}

/// More numbers than this do not touch in any moment.
const MOST_BESIDE: usize = 16;

/// Numbers that touch (`yyyyMMdd`) have as many digits as letters; before others, a
/// single letter takes what these leave (`Hmm`), as Java's adjacent value parsing does.
fn digits_beside(count: usize, following: &[Token], text: &str) -> Option<usize> {
    let counts = following.iter().map_while(|token| match token {
        Token::Field {
            count,
            shape: Shape::Number(..) | Shape::Digits,
            ..
        } => Some(*count),
        _ => None,
    });
    let counts: Vec<_> = counts.take(MOST_BESIDE).collect();
    if counts.is_empty() {
        return None;
    }
    if count > 1 || counts.contains(&1) {
        return Some(count);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    Some(digits.saturating_sub(counts.iter().sum()).max(1))
}

/// A field that takes its part of a text.
struct Field {
    count: usize,
    /// How many digits it takes, where numbers touch.
    exactly: Option<usize>,
    part: Part,
}

impl Field {
    /// What is left of the text after this took its part; `None` if it is not there.
    fn take<'t>(&self, shape: Shape, text: &'t str, parts: &mut Parts) -> Option<&'t str> {
        match shape {
            Shape::Number(min, max, digits) => {
                let (value, rest) = take_digits(text, 1, digits, self.exactly)?;
                let value = value.parse::<u64>().ok()?;
                parts.set(self.part, value);
                (min..=max).contains(&value).then_some(rest)
            }
            Shape::Digits => {
                let (value, rest) = take_digits(text, 1, self.count, self.exactly)?;
                parts.set(self.part, value.parse().ok()?);
                Some(rest)
            }
            Shape::Words(words) => words.iter().zip(1..).find_map(|(word, number)| {
                let rest = strip_prefix_ignoring_case(text, word)?;
                parts.set(self.part, number);
                Some(rest)
            }),
            Shape::Offset(offset) => offset.take(text),
            Shape::Gmt => take_gmt(text),
            Shape::Zone => take_zone(text, self.count),
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
        if presence == Presence::Never {
            return Some(text);
        }
        let taken = match self.colon {
            true => text.strip_prefix(':').and_then(|text| two_digits(text, 59)),
            false => two_digits(text, 59),
        };
        match presence {
            Presence::Required => taken,
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
