//! Dates, times and timestamps (RFC 3339, and the forms of it that are common),
//! and the pattern that fits several of them.

use super::formats::is_digits;

/// What several timestamps have in common. Merging does not depend on the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moments {
    /// The fewest and the most digits of the second's fraction.
    fraction: (usize, usize),
    zones: u8,
    separators: u8,
}

const NO_ZONE: u8 = 1;
const ZULU: u8 = 2;
const COLON: u8 = 4;
const NO_COLON: u8 = 8;

const LETTER: u8 = 1;
const SPACE: u8 = 2;

impl Moments {
    /// A timestamp; `None` for what is none.
    pub fn of(text: &str) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let separator = match rest.bytes().next()? {
            b'T' => LETTER,
            b' ' => SPACE,
            _ => return None,
        };
        let (time, rest) = rest[1..].split_at_checked(8)?;
        if !is_date(date) || !is_time(time) {
            return None;
        }
        let (fraction, zone) = match rest.strip_prefix('.') {
            None => (0, rest),
            Some(rest) => {
                let end = rest
                    .find(|c: char| !c.is_ascii_digit())
                    .unwrap_or(rest.len());
                (end, &rest[end..])
            }
        };
        if fraction > 9 || (rest.starts_with('.') && fraction == 0) {
            return None;
        }
        Some(Self {
            fraction: (fraction, fraction),
            zones: zone_of(zone)?,
            separators: separator,
        })
    }

    pub fn merged(self, other: Self) -> Self {
        let (left, right) = (self.fraction, other.fraction);
        Self {
            fraction: (left.0.min(right.0), left.1.max(right.1)),
            zones: self.zones | other.zones,
            separators: self.separators | other.separators,
        }
    }

    /// The pattern, in Java's letters, that fits all of them; `None` where none does.
    pub fn pattern(self) -> Option<String> {
        let fraction = match self.fraction {
            (_, 0) => String::new(),
            (0, _) => format!("[.{}]", "S".repeat(9)),
            (fewest, most) if fewest == most => format!(".{}", "S".repeat(most)),
            _ => format!(".{}", "S".repeat(9)),
        };
        let zone = self.in_zone(["", "XXX", "XX"])?;
        let separator = self.separated_by(["'T'", " "])?;
        Some(format!("yyyy-MM-dd{separator}HH:mm:ss{fraction}{zone}"))
    }

    /// The same for version 2 of the specification, which has no dates.
    pub fn regex(self) -> Option<String> {
        let fraction = match self.fraction {
            (_, 0) => "",
            (0, _) => r"(\.\d+)?",
            _ => r"\.\d+",
        };
        let zone = self.in_zone(["", r"(Z|[+-]\d{2}:\d{2})", r"(Z|[+-]\d{4})"])?;
        let separator = self.separated_by(["T", " "])?;
        Some(format!(
            r"^\d{{4}}-\d{{2}}-\d{{2}}{separator}\d{{2}}:\d{{2}}:\d{{2}}{fraction}{zone}$"
        ))
    }

    /// Without a zone, with one that has a colon, with one that has none; `Z` is
    /// either of the latter.
    fn in_zone(self, [none, colon, no_colon]: [&'static str; 3]) -> Option<&'static str> {
        match (self.zones & !ZULU, self.zones & ZULU) {
            (NO_ZONE, 0) => Some(none),
            (COLON, _) | (0, ZULU) => Some(colon),
            (NO_COLON, _) => Some(no_colon),
            _ => None,
        }
    }

    fn separated_by(self, [letter, space]: [&'static str; 2]) -> Option<&'static str> {
        match self.separators {
            LETTER => Some(letter),
            SPACE => Some(space),
            _ => None,
        }
    }
}

fn zone_of(zone: &str) -> Option<u8> {
    let number = match zone {
        "" => return Some(NO_ZONE),
        "Z" => return Some(ZULU),
        _ => zone.strip_prefix(['+', '-'])?,
    };
    let (hours, minutes, kind) = match number.len() {
        5 => {
            let (hours, minutes) = number.split_once(':')?;
            (hours, minutes, COLON)
        }
        4 => {
            let (hours, minutes) = number.split_at_checked(2)?;
            (hours, minutes, NO_COLON)
        }
        _ => return None,
    };
    (within(hours, 0, 18) && within(minutes, 0, 59)).then_some(kind)
}

/// A day that the calendar has, as `2026-05-01`.
pub(super) fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    year.len() == 4
        && is_digits(year)
        && within(month, 1, 12)
        && within(day, 1, days(year.parse().unwrap_or(0), month))
}

fn days(year: u32, month: &str) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        "02" if leap => 29,
        "02" => 28,
        "04" | "06" | "09" | "11" => 30,
        _ => 31,
    }
}

/// A time of day, as `10:20:30`.
pub(super) fn is_time(text: &str) -> bool {
    let mut parts = text.split(':');
    let (Some(hour), Some(minute), Some(second), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    within(hour, 0, 23) && within(minute, 0, 59) && within(second, 0, 59)
}

/// Two digits, from so much to so much.
fn within(text: &str, least: u32, most: u32) -> bool {
    text.len() == 2
        && is_digits(text)
        && text
            .parse()
            .is_ok_and(|number: u32| (least..=most).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(texts: &[&str]) -> Option<String> {
        let moments = texts.iter().map(|text| Moments::of(text).unwrap());
        moments.reduce(Moments::merged).unwrap().pattern()
    }

    #[test]
    fn the_pattern_that_fits_all() {
        for (texts, expected) in [
            (
                &["2026-05-01T10:00:00Z"][..],
                Some("yyyy-MM-dd'T'HH:mm:ssXXX"),
            ),
            (
                &["2026-05-01T10:00:00Z", "2026-05-01T10:00:00+02:00"],
                Some("yyyy-MM-dd'T'HH:mm:ssXXX"),
            ),
            (
                &["2026-05-01T10:00:00+0200"],
                Some("yyyy-MM-dd'T'HH:mm:ssXX"),
            ),
            (&["2026-05-01T10:00:00"], Some("yyyy-MM-dd'T'HH:mm:ss")),
            (&["2026-05-01 10:00:00"], Some("yyyy-MM-dd HH:mm:ss")),
            (
                &["2026-05-01T10:00:00.123Z"],
                Some("yyyy-MM-dd'T'HH:mm:ss.SSSXXX"),
            ),
            (
                &["2026-05-01T10:00:00.123Z", "2026-05-01T10:00:00.12Z"],
                Some("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX"),
            ),
            (
                &["2026-05-01T10:00:00.123Z", "2026-05-01T10:00:00Z"],
                Some("yyyy-MM-dd'T'HH:mm:ss[.SSSSSSSSS]XXX"),
            ),
            (&["2026-05-01T10:00:00", "2026-05-01T10:00:00Z"], None),
            (&["2026-05-01T10:00:00", "2026-05-01 10:00:00"], None),
        ] {
            assert_eq!(pattern(texts).as_deref(), expected, "{texts:?}");
        }
    }

    #[test]
    fn what_is_no_timestamp() {
        for text in [
            "2026-02-29T10:00:00Z",
            "2026-05-01T25:00:00Z",
            "2026-05-01",
            "2026-05-01T10:00:00.Z",
            "2026-05-01T10:00:00X",
            "2026-05-01T10:00",
            "",
            "äääääääääääääääää",
        ] {
            assert_eq!(Moments::of(text), None, "{text}");
        }
    }
}
