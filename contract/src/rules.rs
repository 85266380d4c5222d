use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::Generators;

/// The part of a request, response or message that a matching rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// The body, or a message's contents: by JSON path (`$.items[*].id`).
    Body,
    /// A header: by name.
    Header,
    /// A message's metadata: by name.
    Metadata,
    /// The request's method: no path.
    Method,
    /// The request's path: no path.
    Path,
    /// A query parameter: by name.
    Query,
    /// The response's status: no path.
    Status,
}

impl Category {
    /// The category as pact files of versions 3 and 4 name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Header => "header",
            Self::Metadata => "metadata",
            Self::Method => "method",
            Self::Path => "path",
            Self::Query => "query",
            Self::Status => "status",
        }
    }
}

/// Matching rules by category and path. The path is the empty string for the
/// categories that have none ([`Category::Path`], [`Category::Status`], [`Category::Method`]).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MatchingRules {
    /// The rules.
    pub categories: BTreeMap<Category, BTreeMap<String, RuleList>>,
    /// Categories that this version does not know; written back.
    pub extra: Map<String, Value>,
}

impl MatchingRules {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.categories.values().all(BTreeMap::is_empty) && self.extra.is_empty()
    }

    /// The rules of one category, by path.
    pub fn category(&self, category: Category) -> impl Iterator<Item = (&str, &RuleList)> {
        self.categories
            .get(&category)
            .into_iter()
            .flatten()
            .map(|(path, list)| (path.as_str(), list))
    }

    /// What follows a header's name in the paths of its rules: nothing, or an index.
    pub(crate) fn of_header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.category(Category::Header)
            .filter_map(move |(path, _)| {
                let (named, rest) = path.split_at_checked(name.len())?;
                let same = named.eq_ignore_ascii_case(name);
                (same && (rest.is_empty() || rest.starts_with('['))).then_some(rest)
            })
    }

    /// Whether a rule is about the second or a later value of a header.
    pub(crate) fn counts_values_of(&self, header: &str) -> bool {
        self.of_header(header).any(|rest| {
            let index = rest
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'));
            index
                .and_then(|index| index.parse::<usize>().ok())
                .is_some_and(|index| index > 0)
        })
    }

    /// Adds a rule at a path; a second rule there is combined with AND.
    pub fn add(
        &mut self,
        category: Category,
        path: impl Into<String>,
        rule: impl Into<MatchingRule>,
    ) {
        self.categories
            .entry(category)
            .or_default()
            .entry(path.into())
            .or_default()
            .rules
            .push(rule.into());
    }
}

/// The rules at one path.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RuleList {
    /// In the order of the pact file.
    pub rules: Vec<MatchingRule>,
    /// Whether all of them or one of them has to hold.
    pub combine: Combine,
    /// Members beside `matchers` and `combine`; written back.
    pub extra: Map<String, Value>,
}

/// How several rules at one path are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Combine {
    /// Every rule has to hold.
    #[default]
    And,
    /// One rule has to hold.
    Or,
}

/// A matching rule as a pact file gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchingRule {
    /// Which rule, with its values.
    pub kind: RuleKind,
    /// Members that the rule does not define; written back.
    pub extra: Map<String, Value>,
}

impl From<RuleKind> for MatchingRule {
    fn from(kind: RuleKind) -> Self {
        Self {
            kind,
            extra: Map::new(),
        }
    }
}

/// The matching rules of specification versions 2 to 4.
#[derive(Debug, Clone, PartialEq)]
pub enum RuleKind {
    /// Equal to the example; resets a rule inherited from above.
    Equality,
    /// The whole string form matches the regular expression.
    Regex(String),
    /// The same JSON type as the example, and so for everything below.
    Type,
    /// As `Type`; a list with at least so many elements.
    MinType(usize),
    /// As `Type`; a list with at most so many elements.
    MaxType(usize),
    /// As `Type`; a list with from so many to so many elements.
    MinMaxType(usize, usize),
    /// The string form contains this text.
    Include(String),
    /// A number without a fractional part.
    Integer,
    /// A number with a fractional part.
    Decimal,
    /// Any number.
    Number,
    /// True or false.
    Boolean,
    /// JSON null.
    Null,
    /// A date in this format (Java's patterns); the empty string for ISO 8601.
    Date(String),
    /// A time in this format.
    Time(String),
    /// A date and time in this format.
    DateTime(String),
    /// Keys are not compared, every value is compared with the example's.
    Values,
    /// Every key satisfies the rules.
    EachKey(RuleDefinition),
    /// Every value or element satisfies the rules.
    EachValue(RuleDefinition),
    /// The list contains an element for each variant.
    ArrayContains(Vec<Variant>),
    /// Present and neither null nor empty.
    NotEmpty,
    /// A semantic version (semver 2.0).
    Semver,
    /// The status is of this class.
    StatusCode(StatusClass),
    /// The bytes are of this content type.
    ContentType(String),
    /// A rule that is not understood: the object as found; what is no object, under the empty name.
    Unknown(Map<String, Value>),
}

/// What `eachKey` and `eachValue` apply.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RuleDefinition {
    /// The rules to apply to each key or value.
    pub rules: Vec<MatchingRule>,
    /// The example, where there is one.
    pub value: Option<Value>,
    /// Members beside `rules` and `value`; written back.
    pub extra: Map<String, Value>,
}

/// One element that an `arrayContains` list must contain.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Variant {
    /// The index of the example's element in the expected list.
    pub index: usize,
    /// Rules by path, relative to the element (`$` is the element).
    pub rules: BTreeMap<String, RuleList>,
    /// Generators by path; kept and written back.
    pub generators: Generators,
}

/// Classes of HTTP status codes, as the `statusCode` rule names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusClass {
    /// 100-199
    Information,
    /// 200-299
    Success,
    /// 300-399
    Redirect,
    /// 400-499
    ClientError,
    /// 500-599
    ServerError,
    /// 100-399
    NonError,
    /// 400-599
    Error,
    /// Exactly one of these.
    Codes(Vec<u16>),
}

impl From<Vec<u16>> for StatusClass {
    fn from(codes: Vec<u16>) -> Self {
        Self::Codes(codes)
    }
}

impl<const N: usize> From<[u16; N]> for StatusClass {
    fn from(codes: [u16; N]) -> Self {
        Self::Codes(codes.into())
    }
}

/// The classes of status codes as pact files name them.
pub(crate) const STATUS_CLASSES: [(&str, StatusClass); 7] = [
    ("info", StatusClass::Information),
    ("success", StatusClass::Success),
    ("redirect", StatusClass::Redirect),
    ("clientError", StatusClass::ClientError),
    ("serverError", StatusClass::ServerError),
    ("nonError", StatusClass::NonError),
    ("error", StatusClass::Error),
];
