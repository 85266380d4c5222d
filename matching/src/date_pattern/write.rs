//! A moment written in a format.

use std::fmt::Write;

use chrono::{Datelike, NaiveDateTime, Timelike};

use super::{Format, Offset, Part, Presence, Shape, Token};

/// A moment as the clock on the wall shows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) local: NaiveDateTime,
    /// Seconds ahead of UTC.
    pub(crate) utc_offset: i32,
}

impl Format {
    /// The moment in this format, or why this format cannot show it.
    pub(crate) fn write(&self, moment: Moment) -> Result<String, String> {
        let mut written = String::new();
        write_all(&self.tokens, moment, &mut written);
        if self.accepts(&written) {
            return Ok(written);
        }
        let source = &self.source;
        Err(format!(
            "the format \"{source}\" writes \"{written}\" and does not accept it"
        ))
    }
}

fn write_all(tokens: &[Token], moment: Moment, written: &mut String) {
    for token in tokens {
        match token {
            Token::Literal(literal) => written.push_str(literal),
            Token::Section(section) => write_all(section, moment, written),
            Token::Field { count, shape, part } => {
                written.push_str(&field(*count, *shape, *part, moment));
            }
        }
    }
}

/// A field as Java's `DateTimeFormatter` writes it.
fn field(count: usize, shape: Shape, part: Part, moment: Moment) -> String {
    let number = || part.number(moment.local);
    match shape {
        Shape::Number(..) => format!("{:0count$}", number()),
        Shape::Digits if part == Part::Fraction => {
            format!("{:09}", number())[..count.min(9)].into()
        }
        Shape::Digits if count == 2 => format!("{:02}", number().rem_euclid(100)),
        Shape::Digits => format!("{:0count$}", number()),
        Shape::Words(words) => words[part.word(count, moment.local) % words.len()].into(),
        Shape::Offset(offset) => offset.write(moment.utc_offset),
        Shape::Gmt => gmt(count, moment.utc_offset),
        Shape::Zone if moment.utc_offset == 0 => "UTC".into(),
        Shape::Zone => gmt(4, moment.utc_offset),
    }
}

impl Part {
    fn number(self, moment: NaiveDateTime) -> i64 {
        let hour = moment.hour();
        let nanosecond = i64::from(moment.nanosecond());
        let second_of_day = i64::from(moment.num_seconds_from_midnight());
        let weekday = moment.weekday().number_from_monday();
        i64::from(match self {
            Self::Year => return moment.year().into(),
            Self::WeekYear => return moment.iso_week().year().into(),
            Self::Fraction | Self::Nanosecond => return nanosecond,
            Self::MillisecondOfDay => return second_of_day * 1_000 + nanosecond / 1_000_000,
            Self::NanosecondOfDay => return second_of_day * 1_000_000_000 + nanosecond,
            Self::Era | Self::Zone => 0,
            Self::Month => moment.month(),
            Self::Day => moment.day(),
            Self::DayOfYear => moment.ordinal(),
            Self::Weekday => weekday,
            Self::Week => moment.iso_week().week(),
            // Weeks begin on Monday; the first may be short.
            Self::WeekOfMonth => (moment.day() + 7 - weekday).div_ceil(7),
            Self::WeekdayInMonth => moment.day().div_ceil(7),
            Self::Quarter => moment.month0() / 3 + 1,
            Self::HalfDay => hour / 12 + 1,
            Self::Hour => hour,
            Self::ClockHour => (hour + 23) % 24 + 1,
            Self::HalfDayHour => hour % 12,
            Self::HalfDayClockHour => (hour + 11) % 12 + 1,
            Self::Minute => moment.minute(),
            Self::Second => moment.second(),
        })
    }

    /// The position of its word.
    fn word(self, count: usize, moment: NaiveDateTime) -> usize {
        match self {
            // The long names stand before the short ones.
            Self::Era => usize::from(count != 4) * 2 + usize::from(moment.year() < 1),
            other => usize::try_from(other.number(moment) - 1).unwrap_or_default(),
        }
    }
}

/// Sign, hours, minutes and seconds of an offset.
fn split(utc_offset: i32) -> (char, u32, u32, u32) {
    let sign = if utc_offset < 0 { '-' } else { '+' };
    let seconds = utc_offset.unsigned_abs();
    (sign, seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

impl Offset {
    fn write(self, utc_offset: i32) -> String {
        if self.zulu && utc_offset == 0 {
            return "Z".into();
        }
        let (sign, hours, minutes, seconds) = split(utc_offset);
        let mut written = format!("{sign}{hours:02}");
        for (presence, value) in [(self.minutes, minutes), (self.seconds, seconds)] {
            let colon = if self.colon { ":" } else { "" };
            if presence == Presence::Required || (presence == Presence::Optional && value > 0) {
                // Writing to a String cannot fail.
                let _ = write!(written, "{colon}{value:02}");
            }
        }
        written
    }
}

/// `GMT`, `GMT+2`, and with four letters `GMT+02:00`.
fn gmt(count: usize, utc_offset: i32) -> String {
    let (sign, hours, minutes, _) = split(utc_offset);
    match (count, utc_offset, minutes) {
        (_, 0, _) => "GMT".into(),
        (4, ..) => format!("GMT{sign}{hours:02}:{minutes:02}"),
        (_, _, 0) => format!("GMT{sign}{hours}"),
        _ => format!("GMT{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn written(format: &str, utc_offset: i32) -> Result<String, String> {
        let day = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap();
        let local = day.and_hms_nano_opt(10, 0, 5, 7_000_000).unwrap();
        let moment = Moment { local, utc_offset };
        Format::parse("datetime", format).unwrap().write(moment)
    }

    #[test]
    fn each_letter_is_written_so_that_it_is_accepted() {
        for (format, expected) in [
            ("yyyy-MM-dd'T'HH:mm:ssXXX", "2000-01-01T10:00:05Z"),
            ("yyyy-MM-dd HH:mm:ssZ", "2000-01-01 10:00:05+0000"),
            ("EEE, d MMM yyyy HH:mm:ss z", "Sat, 1 Jan 2000 10:00:05 UTC"),
            (
                "EEEE d MMMM yy G GGGG",
                "Saturday 1 January 00 AD Anno Domini",
            ),
            ("h:mm a K k H", "10:00 AM 10 10 10"),
            ("yyyyMMddHHmmssSSS", "20000101100005007"),
            ("Hmm", "1000"),
            (
                "YYYY D ww Q QQQ qqqq e ccc W F",
                "1999 1 52 1 Q1 1st quarter 6 Sat 1 1",
            ),
            ("HH:mm:ss.SSSSSSxxx", "10:00:05.007000+00:00"),
            ("yyyy-MM-dd['T'HH]", "2000-01-01T10"),
            ("A N n", "36005007 36005007000000 7000000"),
            ("O X xx ''", "GMT Z +0000 '"),
        ] {
            assert_eq!(written(format, 0), Ok(expected.into()), "{format}");
        }
    }

    #[test]
    fn an_offset_is_written() {
        for (format, utc_offset, expected) in [
            ("X", 7_200, "+02"),
            ("X", 19_800, "+0530"),
            ("XXX", -3_600, "-01:00"),
            ("XXXXX", 3_605, "+01:00:05"),
            ("Z", 7_200, "+0200"),
            ("ZZZZ", 7_200, "GMT+02:00"),
            ("O", 7_200, "GMT+2"),
            ("O", 19_800, "GMT+5:30"),
            ("z", 7_200, "GMT+02:00"),
        ] {
            assert_eq!(written(format, utc_offset), Ok(expected.into()), "{format}");
        }
    }

    #[test]
    fn what_would_not_be_accepted_is_not_written() {
        let day = NaiveDate::from_ymd_opt(12_000, 1, 1).unwrap();
        let local = day.and_hms_opt(0, 0, 0).unwrap();
        let format = Format::parse("date", "").unwrap();
        assert_eq!(
            format.write(Moment {
                local,
                utc_offset: 0
            }),
            Err("the format \"yyyy-MM-dd\" writes \"12000-01-01\" and does not accept it".into())
        );
    }
}
