//! Expressions for moments: `now + 2 days`, `next week`, `tomorrow @ 3 o'clock pm`
//! (Pact specification version 3, "Generators"; the words are those of the Pact
//! implementations).

use chrono::{Datelike, Days, Months, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Weekday};

/// What an expression makes of a moment, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Adjusted(Vec<Step>);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Add(Unit, i64),
    /// The next (1) or last (-1) such day.
    Weekday(Weekday, i64),
    /// The first of the next or last such month.
    Month(u32, i64),
    /// A time of the day, in seconds.
    At(u32),
    /// The next time that a clock of twelve hours shows this hour.
    Clock(u32),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Unit {
    Days,
    Months,
    Milliseconds,
}

use Unit::{Days as Day, Milliseconds, Months as Month};

/// Units by name, singular; and how many of which unit each is.
const DATE_UNITS: &[(&str, Unit, i64)] = &[
    ("day", Day, 1),
    ("week", Day, 7),
    ("fortnight", Day, 14),
    ("month", Month, 1),
    ("year", Month, 12),
];
const TIME_UNITS: &[(&str, Unit, i64)] = &[
    ("hour", Milliseconds, 3_600_000),
    ("minute", Milliseconds, 60_000),
    ("second", Milliseconds, 1_000),
    ("millisecond", Milliseconds, 1),
];

/// Words that an expression may begin with.
const DATE_BASES: &[(&str, &[Step])] = &[
    ("now", &[]),
    ("today", &[]),
    ("yesterday", &[Step::Add(Day, -1)]),
    ("tomorrow", &[Step::Add(Day, 1)]),
];
const TIME_BASES: &[(&str, &[Step])] = &[
    ("now", &[]),
    ("midnight", &[Step::At(0)]),
    ("noon", &[Step::At(43_200)]),
];

const WEEKDAYS: &[(&str, Weekday)] = &[
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];
const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Names of days and months may be cut, down to so many letters: `thurs`, `jan`.
const SHORTEST: usize = 3;

/// What a grammar is made of.
struct Grammar {
    name: &'static str,
    bases: &'static [(&'static str, &'static [Step])],
    units: &'static [(&'static str, Unit, i64)],
    is_date: bool,
}

const DATE: Grammar = Grammar {
    name: "date",
    bases: DATE_BASES,
    units: DATE_UNITS,
    is_date: true,
};
const TIME: Grammar = Grammar {
    name: "time",
    bases: TIME_BASES,
    units: TIME_UNITS,
    is_date: false,
};

pub(super) fn date(text: &str) -> Result<Adjusted, String> {
    DATE.parse(text, 0, "")
        .map_err(|reason| format!("the date expression \"{text}\" is not understood: {reason}"))
}

pub(super) fn time(text: &str) -> Result<Adjusted, String> {
    TIME.parse(text, 0, "")
        .map_err(|reason| format!("the time expression \"{text}\" is not understood: {reason}"))
}

/// A date expression, and behind `@` a time expression.
pub(super) fn date_time(text: &str) -> Result<Adjusted, String> {
    let (first, second) = match text.split_once('@') {
        Some((first, second)) => (first, Some((second, first.chars().count() + 1))),
        None => (text, None),
    };
    let parse = || {
        let mut steps = DATE.parse(first, 0, ", or `@` and a time")?;
        if let Some((second, column)) = second {
            steps.0.extend(TIME.parse(second, column, "")?.0);
        }
        Ok(steps)
    };
    parse().map_err(|reason: String| {
        format!("the datetime expression \"{text}\" is not understood: {reason}")
    })
}

/// A word of an expression and its column from 1.
type Word<'t> = (&'t str, usize);

impl Grammar {
    /// `or_else` is what may also follow, beside what is added or taken away.
    fn parse(&self, text: &str, before: usize, or_else: &str) -> Result<Adjusted, String> {
        let words = words(text, before);
        let mut rest = words.as_slice();
        let mut steps = self.base(&mut rest)?;
        while let Some(((sign @ ("+" | "-"), _), after)) = rest.split_first() {
            let number = after.first().and_then(|(word, _)| word.parse::<i64>().ok());
            let number = number.ok_or_else(|| expected("a number", after, text, before))?;
            let unit = after.get(1).and_then(|(word, _)| self.unit(word));
            let (unit, times) = unit.ok_or_else(|| {
                expected(
                    &format!("a unit of a {}", self.name),
                    &after[1..],
                    text,
                    before,
                )
            })?;
            let amount = number.saturating_mul(times);
            steps.push(Step::Add(unit, if *sign == "-" { -amount } else { amount }));
            rest = &after[2..];
        }
        match rest.is_empty() {
            true => Ok(Adjusted(steps)),
            false => {
                let what = format!("`+` or `-`{or_else}");
                Err(expected(&what, rest, text, before))
            }
        }
    }

    /// What an expression begins with; nothing where it begins with a sign.
    fn base(&self, rest: &mut &[Word<'_>]) -> Result<Vec<Step>, String> {
        let Some(((word, column), after)) = rest.split_first() else {
            return Ok(Vec::new());
        };
        if matches!(*word, "+" | "-") {
            return Ok(Vec::new());
        }
        if let Some((_, steps)) = self.bases.iter().find(|(known, _)| known == word) {
            *rest = after;
            return Ok(steps.to_vec());
        }
        let direction = match *word {
            "next" => 1,
            "last" => -1,
            _ if !self.is_date => return oclock(rest),
            _ => {
                return Err(format!(
                    "column {column}: expected {}, next, last or a sign, found `{word}`",
                    self.known()
                ));
            }
        };
        let named = after
            .first()
            .and_then(|(word, _)| self.named(word, direction));
        let Some(step) = named else {
            let (found, column) = after
                .first()
                .copied()
                .unwrap_or(("the end", column + word.len()));
            return Err(format!(
                "column {column}: expected what comes {word}, such as a unit, found `{found}`"
            ));
        };
        *rest = &after[1..];
        Ok(vec![step])
    }

    fn known(&self) -> String {
        let names: Vec<_> = self.bases.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }

    fn unit(&self, word: &str) -> Option<(Unit, i64)> {
        let singular = word.strip_suffix('s').unwrap_or(word);
        let mut units = self.units.iter();
        units
            .find(|(name, ..)| *name == singular)
            .map(|(_, unit, times)| (*unit, *times))
    }

    /// What `next` or `last` may be about.
    fn named(&self, word: &str, direction: i64) -> Option<Step> {
        if let Some((unit, times)) = self.unit(word) {
            return Some(Step::Add(unit, times * direction));
        }
        if !self.is_date || word.len() < SHORTEST {
            return None;
        }
        if let Some((_, day)) = WEEKDAYS.iter().find(|(name, _)| name.starts_with(word)) {
            return Some(Step::Weekday(*day, direction));
        }
        let (_, month) = MONTHS
            .iter()
            .zip(1..)
            .find(|(name, _)| name.starts_with(word))?;
        Some(Step::Month(month, direction))
    }
}

/// `3 o'clock`, with `am` or `pm` or without.
fn oclock(rest: &mut &[Word<'_>]) -> Result<Vec<Step>, String> {
    let (word, column) = rest[0];
    let hour = word
        .parse::<u32>()
        .ok()
        .filter(|hour| (1..=12).contains(hour));
    let said = rest.get(1).is_some_and(|(word, _)| *word == "o'clock");
    let Some(hour) = hour.filter(|_| said) else {
        return Err(format!(
            "column {column}: expected now, midnight, noon, an hour with o'clock, next, last or a sign, found `{word}`"
        ));
    };
    let half = rest.get(2).map(|(word, _)| *word);
    let (step, used) = match half {
        Some("am") => (Step::At(hour % 12 * 3_600), 3),
        Some("pm") => (Step::At((hour % 12 + 12) * 3_600), 3),
        _ => (Step::Clock(hour % 12), 2),
    };
    *rest = &rest[used..];
    Ok(vec![step])
}

fn words(text: &str, before: usize) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    // Where the present word begins: byte and column.
    let mut begin: Option<(usize, usize)> = None;
    for ((at, c), column) in text.char_indices().zip(before + 1..) {
        let is_sign = matches!(c, '+' | '-');
        if let Some((start, column)) = begin.filter(|_| is_sign || c.is_whitespace()) {
            words.push((&text[start..at], column));
            begin = None;
        }
        if is_sign {
            words.push((&text[at..=at], column));
        } else if begin.is_none() && !c.is_whitespace() {
            begin = Some((at, column));
        }
    }
    if let Some((start, column)) = begin {
        words.push((&text[start..], column));
    }
    words
}

fn expected(what: &str, rest: &[Word<'_>], text: &str, before: usize) -> String {
    match rest.first() {
        Some((word, column)) => format!("column {column}: expected {what}, found `{word}`"),
        None => {
            let end = before + text.trim_end().chars().count() + 1;
            format!("column {end}: expected {what}, found the end")
        }
    }
}

impl Adjusted {
    /// `None` beyond the calendar.
    pub(super) fn apply(&self, now: NaiveDateTime) -> Option<NaiveDateTime> {
        self.0
            .iter()
            .try_fold(now, |moment, step| step.apply(moment))
    }
}

impl Step {
    fn apply(self, moment: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            Self::Add(Day, count) => add_days(moment, count),
            Self::Add(Month, count) => add_months(moment, count),
            Self::Add(Milliseconds, count) => {
                moment.checked_add_signed(TimeDelta::try_milliseconds(count)?)
            }
            Self::Weekday(day, direction) => {
                let ahead = i64::from(day.days_since(moment.weekday()));
                let days = match (direction > 0, ahead) {
                    (true, 0) => 7,
                    (true, ahead) => ahead,
                    (false, ahead) => ahead - 7,
                };
                add_days(moment, days)
            }
            Self::Month(month, direction) => {
                let ahead = i64::from(month) - i64::from(moment.month());
                let months = match (direction > 0, ahead) {
                    (true, ahead) if ahead <= 0 => ahead + 12,
                    (false, ahead) if ahead >= 0 => ahead - 12,
                    (_, ahead) => ahead,
                };
                add_months(moment.with_day(1)?, months)
            }
            Self::At(second) => at(moment, second),
            Self::Clock(hour) => {
                let ahead = (hour + 24 - moment.hour() % 12) % 12;
                let hours = moment.hour() + if ahead == 0 { 12 } else { ahead };
                at(add_days(moment, i64::from(hours / 24))?, hours % 24 * 3_600)
            }
        }
    }
}

fn at(moment: NaiveDateTime, second: u32) -> Option<NaiveDateTime> {
    let time = NaiveTime::from_num_seconds_from_midnight_opt(second, 0)?;
    Some(moment.date().and_time(time))
}

fn add_days(moment: NaiveDateTime, count: i64) -> Option<NaiveDateTime> {
    let days = Days::new(count.unsigned_abs());
    match count < 0 {
        true => moment.checked_sub_days(days),
        false => moment.checked_add_days(days),
    }
}

fn add_months(moment: NaiveDateTime, count: i64) -> Option<NaiveDateTime> {
    let months = Months::new(u32::try_from(count.unsigned_abs()).ok()?);
    match count < 0 {
        true => moment.checked_sub_months(months),
        false => moment.checked_add_months(months),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    /// 10 o'clock on 2000-01-01, a Saturday, as an expression makes it.
    fn made(adjusted: Result<Adjusted, String>) -> String {
        let now = NaiveDate::from_ymd_opt(2000, 1, 1)
            .unwrap()
            .and_hms_opt(10, 0, 0)
            .unwrap();
        adjusted
            .unwrap()
            .apply(now)
            .unwrap()
            .format("%Y-%m-%d %H:%M:%S%.f")
            .to_string()
    }

    #[test]
    fn dates() {
        for (expression, day) in [
            ("", "2000-01-01"),
            ("now", "2000-01-01"),
            ("today", "2000-01-01"),
            ("yesterday", "1999-12-31"),
            ("tomorrow", "2000-01-02"),
            ("+ 1 day", "2000-01-02"),
            ("- 2 weeks", "1999-12-18"),
            ("now+1 month - 1 day", "2000-01-31"),
            ("tomorrow+ 4 years", "2004-01-02"),
            ("next week", "2000-01-08"),
            ("last month", "1999-12-01"),
            ("next fortnight", "2000-01-15"),
            ("next monday", "2000-01-03"),
            ("next sat", "2000-01-08"),
            ("last saturday", "1999-12-25"),
            ("last wednesday", "1999-12-29"),
            ("next tues", "2000-01-04"),
            ("next thurs", "2000-01-06"),
            ("next sept", "2000-09-01"),
            ("next jan", "2001-01-01"),
            ("last december", "1999-12-01"),
            ("next june + 2 weeks", "2000-06-15"),
            ("last mon + 2 weeks", "2000-01-10"),
        ] {
            assert_eq!(
                made(date(expression)),
                format!("{day} 10:00:00"),
                "{expression}"
            );
        }
    }

    #[test]
    fn times_and_both() {
        for (expression, moment) in [
            ("midnight", "2000-01-01 00:00:00"),
            ("noon", "2000-01-01 12:00:00"),
            ("1 o'clock", "2000-01-01 13:00:00"),
            ("11 o'clock", "2000-01-01 11:00:00"),
            ("12 o'clock am", "2000-01-01 00:00:00"),
            ("1 o'clock pm + 4 milliseconds", "2000-01-01 13:00:00.004"),
            ("+ 1 hour", "2000-01-01 11:00:00"),
            ("now + 2 hours - 4 minutes", "2000-01-01 11:56:00"),
            ("next hour", "2000-01-01 11:00:00"),
            ("last minute", "2000-01-01 09:59:00"),
        ] {
            assert_eq!(made(time(expression)), moment, "{expression}");
        }
        for (expression, moment) in [
            ("now + 2 days", "2000-01-03 10:00:00"),
            ("yesterday @ midnight - 1 hour", "1999-12-30 23:00:00"),
            ("+ 1 day @ noon", "2000-01-02 12:00:00"),
            ("next week @ next hour", "2000-01-08 11:00:00"),
            ("next fri @ 3 o'clock", "2000-01-07 15:00:00"),
            ("@ midnight", "2000-01-01 00:00:00"),
        ] {
            assert_eq!(made(date_time(expression)), moment, "{expression}");
        }
    }

    #[test]
    fn what_is_not_understood_names_the_column() {
        for (parsed, error) in [
            (
                date("soon"),
                "the date expression \"soon\" is not understood: column 1: expected now, today, yesterday, tomorrow, next, last or a sign, found `soon`",
            ),
            (
                date("now + 1"),
                "the date expression \"now + 1\" is not understood: column 8: expected a unit of a date, found the end",
            ),
            (
                date("now 1 day"),
                "the date expression \"now 1 day\" is not understood: column 5: expected `+` or `-`, found `1`",
            ),
            (
                date("next moon"),
                "the date expression \"next moon\" is not understood: column 6: expected what comes next, such as a unit, found `moon`",
            ),
            (
                date("next monster"),
                "the date expression \"next monster\" is not understood: column 6: expected what comes next, such as a unit, found `monster`",
            ),
            (
                date_time("next fri 3 o'clock"),
                "the datetime expression \"next fri 3 o'clock\" is not understood: column 10: expected `+` or `-`, or `@` and a time, found `3`",
            ),
            (
                time("13 o'clock"),
                "the time expression \"13 o'clock\" is not understood: column 1: expected now, midnight, noon, an hour with o'clock, next, last or a sign, found `13`",
            ),
            (
                date_time("now @ + 1 day"),
                "the datetime expression \"now @ + 1 day\" is not understood: column 11: expected a unit of a time, found `day`",
            ),
        ] {
            assert_eq!(parsed, Err(error.into()));
        }
        let far = date("+ 9999999999999 years").unwrap();
        assert_eq!(far.apply(NaiveDateTime::default()), None);
    }
}
