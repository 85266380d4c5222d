//! What a text looks like, and which rule says so.

use pactwork_contract::{RuleKind, SpecificationVersion};

use super::moments::{Moments, is_date, is_time};

/// A form that texts have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Bearer,
    Basic,
    Uuid,
    Ulid,
    DateTime,
    Date,
    Time,
    ShortTime,
    Url,
    Email,
    Semver,
    Redacted,
    Hex(usize),
    Code,
    Integer,
    Decimal,
}

/// How a form is recognised and what it says.
struct Row {
    format: Format,
    is: fn(&str) -> bool,
    /// Whether one text is enough to tell; else several different ones are needed.
    telling: bool,
    regex: &'static str,
}

const fn row(format: Format, telling: bool, is: fn(&str) -> bool, regex: &'static str) -> Row {
    Row {
        format,
        is,
        telling,
        regex,
    }
}

const UUID: &str = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";
const ULID: &str = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$";
const SEMVER: &str = r"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$";
/// What replaces a secret.
pub(super) const PLACEHOLDER: &str = "redacted";

/// The closest form first.
const ROWS: &[Row] = &[
    row(
        Format::Bearer,
        true,
        |text| text.starts_with("Bearer "),
        "^Bearer .+$",
    ),
    row(
        Format::Basic,
        true,
        |text| text.starts_with("Basic "),
        "^Basic .+$",
    ),
    row(Format::Uuid, true, is_uuid, UUID),
    row(Format::Ulid, true, is_ulid, ULID),
    row(
        Format::DateTime,
        true,
        |text| Moments::of(text).is_some(),
        "",
    ),
    row(Format::Date, true, is_date, r"^\d{4}-\d{2}-\d{2}$"),
    row(Format::Time, true, is_time, r"^\d{2}:\d{2}:\d{2}$"),
    row(Format::ShortTime, false, is_short_time, r"^\d{2}:\d{2}$"),
    row(Format::Url, true, is_url, r"^https?://\S+$"),
    row(Format::Email, true, is_email, r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    row(Format::Semver, true, is_semver, SEMVER),
    row(
        Format::Redacted,
        true,
        |text| text.contains(PLACEHOLDER),
        "",
    ),
    row(
        Format::Hex(24),
        false,
        |text| is_hex(text, 24),
        "^[0-9a-f]{24}$",
    ),
    row(
        Format::Hex(32),
        false,
        |text| is_hex(text, 32),
        "^[0-9a-f]{32}$",
    ),
    row(
        Format::Hex(40),
        false,
        |text| is_hex(text, 40),
        "^[0-9a-f]{40}$",
    ),
    row(
        Format::Hex(64),
        false,
        |text| is_hex(text, 64),
        "^[0-9a-f]{64}$",
    ),
    row(Format::Code, false, is_code, r"^[A-Z]+-\d+$"),
    row(Format::Integer, false, is_integer, r"^-?\d+$"),
    row(Format::Decimal, false, is_decimal, r"^-?\d+\.\d+$"),
];

/// What several texts have in common. Merging does not depend on the order.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    /// A bit for each row of the table that all of them fit.
    fitting: u32,
    moments: Option<Moments>,
    is_constant: bool,
    /// The shortest, and of those the first in alphabetical order.
    least: String,
}

impl Texts {
    pub fn of(text: &str) -> Self {
        let bits = ROWS.iter().enumerate();
        let fitting = bits.filter(|(_, row)| (row.is)(text));
        Self {
            fitting: fitting.fold(0, |bits, (index, _)| bits | 1 << index),
            moments: Moments::of(text),
            is_constant: true,
            least: text.into(),
        }
    }

    pub fn merge(&mut self, other: Self) {
        self.is_constant &= other.is_constant && self.least == other.least;
        self.fitting &= other.fitting;
        self.moments = match (self.moments, other.moments) {
            (Some(left), Some(right)) => Some(left.merged(right)),
            _ => None,
        };
        if (other.least.len(), &other.least) < (self.least.len(), &self.least) {
            self.least = other.least;
        }
    }

    /// Whether all of them are the same.
    pub fn is_constant(&self) -> bool {
        self.is_constant
    }

    /// One of them, whatever the order in which they came.
    pub fn least(&self) -> &str {
        &self.least
    }

    /// The rule that says what all of them look like; `None` where they look like
    /// nothing in particular.
    pub fn rule(&self, version: SpecificationVersion) -> Option<RuleKind> {
        self.fitting_rows()
            .find_map(|row| rule(row, self.moments, version))
    }

    /// Whether one of them is enough to tell that it is no constant.
    pub fn is_telling(&self) -> bool {
        self.fitting_rows().any(|row| row.telling)
    }

    fn fitting_rows(&self) -> impl Iterator<Item = &'static Row> {
        let fitting = self.fitting;
        let rows = ROWS.iter().enumerate();
        let rows = rows.filter(move |(index, _)| fitting & (1 << index) != 0);
        let rows = rows.map(|(_, row)| row);
        let varied = !self.is_constant;
        rows.filter(move |row| row.telling || varied)
    }
}

fn rule(row: &Row, moments: Option<Moments>, version: SpecificationVersion) -> Option<RuleKind> {
    let has_dates = version >= SpecificationVersion::V3;
    Some(match row.format {
        Format::Redacted => RuleKind::Type,
        Format::DateTime if has_dates => RuleKind::DateTime(moments?.pattern()?),
        Format::DateTime => RuleKind::Regex(moments?.regex()?),
        Format::Date if has_dates => RuleKind::Date("yyyy-MM-dd".into()),
        Format::Time if has_dates => RuleKind::Time("HH:mm:ss".into()),
        Format::ShortTime if has_dates => RuleKind::Time("HH:mm".into()),
        Format::Semver if version >= SpecificationVersion::V4 => RuleKind::Semver,
        _ => RuleKind::Regex(row.regex.into()),
    })
}

pub(super) fn is_uuid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let groups = text.split('-');
    text.len() == 36
        && groups.clone().map(str::len).eq(lengths)
        && groups
            .flat_map(str::bytes)
            .all(|byte| byte.is_ascii_hexdigit())
}

pub(super) fn is_ulid(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() == 26
        && bytes
            .next()
            .is_some_and(|first| (b'0'..=b'7').contains(&first))
        && bytes.all(|byte| {
            byte.is_ascii_digit() || (byte.is_ascii_uppercase() && !b"ILOU".contains(&byte))
        })
        && text.bytes().any(|byte| byte.is_ascii_uppercase())
}

pub(super) fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Letters and a number, as people number things: `ORD-0007`.
pub(super) fn is_code(text: &str) -> bool {
    text.split_once('-').is_some_and(|(letters, number)| {
        !letters.is_empty()
            && letters.bytes().all(|byte| byte.is_ascii_uppercase())
            && is_digits(number)
    })
}

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_integer(text: &str) -> bool {
    is_digits(text.strip_prefix('-').unwrap_or(text))
}

fn is_decimal(text: &str) -> bool {
    text.split_once('.')
        .is_some_and(|(whole, fraction)| is_integer(whole) && is_digits(fraction))
}

fn is_short_time(text: &str) -> bool {
    text.len() == 5 && is_time(&format!("{text}:00"))
}

fn is_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty()) && !text.contains(char::is_whitespace)
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        let dot = host
            .find('.')
            .is_some_and(|at| at > 0 && at + 1 < host.len());
        !name.is_empty() && dot && !host.contains('@')
    }) && !text.contains(char::is_whitespace)
}

fn is_semver(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let rest = &text[core.len()..];
    let no_zeros = |number: &str| is_digits(number) && (number == "0" || !number.starts_with('0'));
    let word = |byte: u8| byte.is_ascii_alphanumeric() || b"-+.".contains(&byte);
    core.split('.').count() == 3
        && core.split('.').all(no_zeros)
        && rest.bytes().all(word)
        && (rest.is_empty() || rest.len() > 1)
        // What semver forbids behind the three numbers is rare enough to do without.
        && !rest.contains("..")
        && rest.matches('+').count() <= 1
        && !rest.ends_with(['.', '+', '-'])
        && rest.split(['-', '.', '+']).all(|part| part.is_empty() || !is_digits(part) || no_zeros(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(texts: &[&str]) -> Texts {
        let mut texts = texts.iter().map(|text| Texts::of(text));
        let first = texts.next().unwrap();
        texts.fold(first, |mut all, each| {
            all.merge(each);
            all
        })
    }

    fn said(texts: &[&str], version: SpecificationVersion) -> String {
        match merged(texts).rule(version) {
            None => "nothing".into(),
            Some(RuleKind::Regex(regex)) => format!("regex {regex}"),
            Some(rule) => format!("{rule:?}"),
        }
    }

    #[test]
    fn the_closest_form_that_all_fit_is_told() {
        let v4 = SpecificationVersion::V4;
        for (texts, expected) in [
            (
                &["c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f"][..],
                format!("regex {UUID}"),
            ),
            (
                &["c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f", "x"],
                "nothing".into(),
            ),
            (&["01ARZ3NDEKTSV4RRFFQ69G5FAV"], format!("regex {ULID}")),
            (&["2026-05-01"], "Date(\"yyyy-MM-dd\")".into()),
            (&["2026-13-01"], "nothing".into()),
            (&["10:20:30"], "Time(\"HH:mm:ss\")".into()),
            (&["10:20"], "nothing".into()),
            (&["10:20", "11:20"], "Time(\"HH:mm\")".into()),
            (
                &["mary@example.org"],
                r"regex ^[^@\s]+@[^@\s]+\.[^@\s]+$".into(),
            ),
            (&["https://example.org/a"], r"regex ^https?://\S+$".into()),
            (&["1.2.3"], "Semver".into()),
            (&["1.2.3-rc.1+build"], "Semver".into()),
            (&["1.2.03"], "nothing".into()),
            (&["10.0.0.1"], "nothing".into()),
            (&["ORD-1"], "nothing".into()),
            (&["ORD-1", "ORD-2"], r"regex ^[A-Z]+-\d+$".into()),
            (&["7", "8"], r"regex ^-?\d+$".into()),
            (&["7.5", "-8.0"], r"regex ^-?\d+\.\d+$".into()),
            (&["7", "7"], "nothing".into()),
            (&["open", "closed"], "nothing".into()),
            (&["Bearer redacted"], "regex ^Bearer .+$".into()),
            (&["redacted"], "Type".into()),
        ] {
            assert_eq!(said(texts, v4), expected, "{texts:?}");
        }
    }

    #[test]
    fn lower_versions_say_it_in_their_words() {
        let (v2, v3) = (SpecificationVersion::V2, SpecificationVersion::V3);
        for (text, version, expected) in [
            ("1.2.3", v3, format!("regex {SEMVER}")),
            ("2026-05-01", v3, "Date(\"yyyy-MM-dd\")".into()),
            ("2026-05-01", v2, r"regex ^\d{4}-\d{2}-\d{2}$".into()),
            (
                "2026-05-01T10:00:00Z",
                v2,
                r"regex ^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$".into(),
            ),
        ] {
            assert_eq!(said(&[text], version), expected, "{text}");
        }
    }

    #[test]
    fn the_order_does_not_matter() {
        let (mut left, mut right) = (merged(&["bb", "a"]), merged(&["ccc", "a"]));
        let other = left.clone();
        left.merge(right.clone());
        right.merge(other);
        assert_eq!(left.least(), right.least());
        assert_eq!((left.least(), left.is_constant()), ("a", false));
    }
}
