//! Stubs that answer.

use super::counted;
use super::table::table;

/// The URL of a lone provider, else which provider is where.
pub fn stubs(stubs: &[(&str, &str)]) -> String {
    if let [(_, url)] = stubs {
        return (*url).to_owned();
    }
    let row = |(provider, url): &(&str, &str)| vec![(*provider).to_owned(), (*url).to_owned()];
    let rows: Vec<_> = stubs.iter().map(row).collect();
    table(&["PROVIDER", "URL"], &rows)
}

/// `orders: 3 interactions and 1 message`
pub fn stub_size(provider: &str, (interactions, messages): (usize, usize)) -> String {
    let interactions = counted(interactions, "interaction");
    match messages {
        0 => format!("{provider}: {interactions}"),
        _ => format!(
            "{provider}: {interactions} and {}",
            counted(messages, "message")
        ),
    }
}
