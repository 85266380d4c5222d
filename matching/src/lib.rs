//! Expected against actual: expectations are compiled once, when a pact loads,
//! and compared many times. Pure: no I/O, no clock, no randomness.
//!
//! [`RequestMatcher`], [`ResponseMatcher`] and [`MessageMatcher`] compile the
//! nouns of `pactwork-contract`; comparing one with something [`actual`] gives a
//! [`Comparison`], whose [`Mismatch`]es are data. [`RequestIndex`] finds the
//! interaction for a request. [`integration`] reads examples with embedded rules.
//!
//! ```
//! use pactwork_contract::{Body, Category, Response, RuleKind};
//! use pactwork_matching::{ResponseMatcher, actual};
//! use serde_json::json;
//!
//! let mut expected = Response {
//!     body: Body::json(json!({"id": 7, "name": "Mary"})),
//!     ..Response::default()
//! };
//! expected.matching_rules.add(Category::Body, "$.id", RuleKind::Integer);
//!
//! let matcher = ResponseMatcher::compile(&expected);
//! let comparison = matcher.compare(&actual::Response {
//!     status: 200,
//!     headers: &[("Content-Type", "application/json")],
//!     body: br#"{"id": "8", "name": "Mary", "more": true}"#,
//! });
//! assert_eq!(
//!     comparison.to_string(),
//!     r#"$.id: expected an integer like 7, but found the string "8""#
//! );
//! ```

pub mod actual;
mod body;
mod charset;
mod comparison;
mod content_type;
mod date_pattern;
mod describe;
mod distance;
pub mod expression;
mod fields;
pub mod generators;
mod headers;
mod index;
pub mod integration;
mod json_path;
mod matchers;
mod metadata;
mod method;
mod mismatch;
mod near;
mod pact_names;
mod parameters;
mod path;
mod query;
mod rules;
mod status;
mod structure;
mod warnings;

pub use comparison::Comparison;
pub use describe::{Line, LineKind, RenderOptions, render, render_lines, summary};
pub use index::{Found, RequestIndex};
pub use matchers::{Compiler, MessageMatcher, RequestMatcher, ResponseMatcher};
pub use mismatch::{Difference, Mismatch, Part};
