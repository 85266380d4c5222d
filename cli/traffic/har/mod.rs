//! HAR 1.2: traffic as browsers, mitmproxy, Playwright and others save it. A file is
//! read entry by entry, so that its size does not matter.

mod entry;
mod stream;

use std::collections::BTreeMap;
use std::path::Path;

use pactwork_consumer::draft::Drafting;
use serde::Deserialize;
use url::Url;

use self::entry::Entry;
use super::Filter;
use crate::failure::{Failure, Result};

/// How many servers an error lists.
const LISTED: usize = 10;

/// Servers by name, with how many requests they got.
type Origins = BTreeMap<String, u64>;

/// As much of an entry as tells its server.
#[derive(Debug, Deserialize)]
struct Addressed {
    request: Address,
}

#[derive(Debug, Deserialize)]
struct Address {
    url: String,
}

/// Which server the traffic of the provider went to: the one that was asked for, else
/// the only one.
pub fn origin(files: &[impl AsRef<Path>], asked: Option<&Url>) -> Result<String> {
    let mut found = Origins::new();
    for file in files {
        stream::entries(file.as_ref(), |entry: Addressed| {
            if let Some(origin) = origin_of(&entry.request.url) {
                *found.entry(origin).or_default() += 1;
            }
        })?;
    }
    choose(found, asked)
}

fn choose(found: Origins, asked: Option<&Url>) -> Result<String> {
    let asked = asked.map(|url| url.origin().ascii_serialization());
    match asked {
        Some(asked) if found.contains_key(&asked) => return Ok(asked),
        Some(asked) => {
            return Err(Failure::wrong_input(format!(
                "no request went to {asked}, but{}",
                listed(&found)
            ))
            .advise("name one of these with --origin URL"));
        }
        None => {}
    }
    match found.len() {
        0 => Err(Failure::wrong_input("there is no request over HTTP in it")
            .advise("save the traffic again, with its content")),
        1 => Ok(found.into_keys().next().unwrap_or_default()),
        _ => Err(Failure::wrong_input(format!(
            "requests went to several servers:{}",
            listed(&found)
        ))
        .advise("name the provider's with --origin URL")),
    }
}

/// The servers that got most first.
fn listed(found: &Origins) -> String {
    let mut servers: Vec<_> = found.iter().collect();
    servers.sort_by_key(|(_, requests)| std::cmp::Reverse(**requests));
    let mut text: String = servers
        .iter()
        .take(LISTED)
        .map(|(origin, requests)| {
            let noun = if **requests == 1 {
                "request"
            } else {
                "requests"
            };
            format!("\n  {origin} ({requests} {noun})")
        })
        .collect();
    if let Some(others) = servers
        .len()
        .checked_sub(LISTED)
        .filter(|others| *others > 0)
    {
        text += &format!("\n  and {others} others");
    }
    if found.is_empty() {
        text += " there is none over HTTP at all";
    }
    text
}

/// Observes every request to one server.
pub fn observe(
    files: &[impl AsRef<Path>],
    origin: &str,
    filter: &Filter,
    drafting: &mut Drafting,
) -> Result<()> {
    for file in files {
        stream::entries(file.as_ref(), |entry: Entry| {
            if let Some(url) = Url::parse(entry.url()).ok()
                && url.origin().ascii_serialization() == origin
                && filter.keeps(url.path())
            {
                match entry.observation(&url) {
                    Ok(observation) => drafting.observe(&observation),
                    Err(left) => drafting.leave_out(&left.method, url.path(), left.reason),
                }
            }
        })?;
    }
    Ok(())
}

fn origin_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let is_http = ["http", "https"].contains(&url.scheme());
    is_http.then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(found: &[(&str, u64)], asked: Option<&str>) -> std::result::Result<String, String> {
        let found = found
            .iter()
            .map(|(origin, count)| ((*origin).to_owned(), *count));
        let asked = asked.map(|url| Url::parse(url).unwrap());
        choose(found.collect(), asked.as_ref()).map_err(|failure| failure.message)
    }

    #[test]
    fn the_server_is_asked_for_or_the_only_one() {
        let (a, b) = (("https://a.example", 1), ("http://b.example:8080", 7));
        for (found, asked, expected) in [
            (&[a][..], None, Ok("https://a.example")),
            (
                &[a, b],
                Some("https://a.example:443/"),
                Ok("https://a.example"),
            ),
            (
                &[a, b],
                None,
                Err(
                    "requests went to several servers:\n  http://b.example:8080 (7 requests)\n  \
                     https://a.example (1 request)",
                ),
            ),
            (
                &[a],
                Some("https://c.example"),
                Err("no request went to https://c.example, but\n  https://a.example (1 request)"),
            ),
            (&[], None, Err("there is no request over HTTP in it")),
        ] {
            let expected = expected.map(String::from).map_err(String::from);
            assert_eq!(chosen(found, asked), expected);
        }
    }
}
