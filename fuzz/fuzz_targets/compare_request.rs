//! Comparing methods, paths, queries and headers, with and without rules.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pactwork_contract::{Category, Request, RuleKind};
use pactwork_matching::{RequestIndex, actual};

fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let mut next = || lines.next().unwrap_or_default();
    let (path, query, name, value) = (next(), next(), next(), next());
    let mut expected = Request {
        method: "GET".into(),
        path: next().into(),
        ..Request::default()
    };
    expected.query.insert(next().into(), vec![Some(next().into())]);
    expected.headers.insert(next().into(), vec![next().into()]);
    let rule = RuleKind::Regex(next().into());
    expected.matching_rules.add(Category::Query, next(), rule.clone());
    expected.matching_rules.add(Category::Header, next(), rule.clone());
    if next() == "path" {
        expected.matching_rules.add(Category::Path, "", rule);
    }
    let index = RequestIndex::new([&expected]);
    let _ = index.find(&actual::Request {
        method: "GET",
        path,
        query: Some(query),
        headers: &[(name, value)],
        body: b"",
    });
});
