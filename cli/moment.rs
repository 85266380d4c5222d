//! Moments as users write them: `2026-05-31`, `2026-05-31T14:00:00+02:00`, `2h`.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// The last second that RFC 3339 can write. Nothing is recorded before 1970.
const LAST: Duration = Duration::from_secs(253_402_300_799);

/// A moment, or how long ago it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    At(SystemTime),
    Ago(Duration),
}

impl Moment {
    /// The moment, seen from now.
    pub fn before(self, now: SystemTime) -> SystemTime {
        let moment = match self {
            Self::At(moment) => moment,
            Self::Ago(duration) => now.checked_sub(duration).unwrap_or(SystemTime::UNIX_EPOCH),
        };
        moment.clamp(SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH + LAST)
    }
}

/// Reads the begin of a day in UTC, a moment as RFC 3339 has it (UTC where it has
/// no offset), or a duration before now. The error says what was expected.
pub fn parse(text: &str) -> Result<Moment, String> {
    let text = text.trim();
    let at = DateTime::parse_from_rfc3339(text)
        .map(SystemTime::from)
        .or_else(|_| utc(text))
        .map(Moment::At);
    let ago = || humantime::parse_duration(text.strip_suffix("ago").unwrap_or(text).trim());
    at.or_else(|_| ago().map(Moment::Ago)).map_err(|_| {
        format!(
            "expected a day such as 2026-05-31, a moment such as 2026-05-31T14:00:00Z, \
             or how long ago such as 2h or 7days; found {text}"
        )
    })
}

fn utc(text: &str) -> Result<SystemTime, chrono::ParseError> {
    let moment = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f");
    let moment = moment.or_else(|_| {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|day| day.and_time(Default::default()))
    });
    moment.map(|moment| moment.and_utc().into())
}

/// A moment as RFC 3339 has it, in UTC, to the second.
pub fn rfc3339(moment: SystemTime) -> String {
    humantime::format_rfc3339_seconds(moment).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_moments_and_durations_are_understood() {
        for (text, expected) in [
            ("2026-05-31", "2026-05-31T00:00:00Z"),
            ("2026-05-31T14:00:00Z", "2026-05-31T14:00:00Z"),
            ("2026-05-31T14:00:00+02:00", "2026-05-31T12:00:00Z"),
            ("2026-05-31 14:00:00Z", "2026-05-31T14:00:00Z"),
            ("2026-05-31T14:00:00", "2026-05-31T14:00:00Z"),
            ("2h", "2026-05-31T22:00:00Z"),
            ("1day 12h", "2026-05-30T12:00:00Z"),
            (" 30 min ago ", "2026-05-31T23:30:00Z"),
            ("1000years", "1970-01-01T00:00:00Z"),
            ("1066-10-14", "1970-01-01T00:00:00Z"),
            ("+12345-01-01", "9999-12-31T23:59:59Z"),
        ] {
            let now = utc("2026-06-01").unwrap();
            let moment = parse(text).unwrap().before(now);
            assert_eq!(rfc3339(moment), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_says_what_was_expected() {
        for text in [
            "",
            "soon",
            "2026-13-01",
            "2026",
            "yesterday",
            "-2h",
            "2026-05-31T25:00",
        ] {
            let found = parse(text).unwrap_err();
            assert!(
                found.starts_with("expected a day such as"),
                "{text}: {found}"
            );
        }
    }
}
