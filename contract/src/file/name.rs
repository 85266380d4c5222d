//! File names that hold any participant's name.

use crate::{ContentId, Pact};

/// File systems take up to 255 bytes; the extension and a temporary name need some.
const LONGEST: usize = 200;

impl Pact {
    /// The name of this pact's file: `<consumer>-<provider>.json`.
    ///
    /// The name that every Pact implementation gives it, as long as the participants'
    /// names are plain. No name leaves its folder: characters that a file name cannot
    /// hold everywhere are percent-encoded; what is too long ends in its hash. Hyphens
    /// are kept, so the pacts of `a-b` with `c` and of `a` with `b-c` would share a
    /// file: [`record_into`](crate::record_into) refuses the second.
    ///
    /// ```
    /// use pactwork_contract::Pact;
    ///
    /// assert_eq!(Pact::between("web", "orders").file_name(), "web-orders.json");
    /// assert_eq!(Pact::between("web-app", "a/b").file_name(), "web-app-a%2Fb.json");
    /// ```
    pub fn file_name(&self) -> String {
        let (consumer, provider) = (encoded(&self.consumer.name), encoded(&self.provider.name));
        format!("{}.json", fitted(format!("{consumer}-{provider}")))
    }
}

/// A name as part of a file's name or as a folder's, the way [`Pact::file_name`] has
/// it: what is too long ends in its hash, any other name comes back by percent-decoding.
///
/// ```
/// assert_eq!(pactwork_contract::file_name_part("Übung a/b"), "Übung a%2Fb");
/// ```
pub fn file_name_part(name: &str) -> String {
    fitted(encoded(name))
}

fn encoded(name: &str) -> String {
    let mut text = String::new();
    for (index, character) in name.chars().enumerate() {
        let safe = character.is_alphanumeric() || " -_".contains(character);
        if safe || (character == '.' && index > 0) {
            text.push(character);
            continue;
        }
        let mut buffer = [0; 4];
        for byte in character.encode_utf8(&mut buffer).bytes() {
            text += &format!("%{byte:02X}");
        }
    }
    text
}

/// `~` is encoded in names, so a shortened name is never another's whole one.
fn fitted(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let id = ContentId::of_bytes(name.as_bytes());
    let end = name.floor_char_boundary(LONGEST - 1 - id.as_str().len());
    format!("{}~{id}", &name[..end])
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_name_leaves_its_folder() {
        for (consumer, provider, expected) in [
            ("web", "orders", "web-orders.json"),
            ("..", "..", "%2E.-%2E..json"),
            ("../etc", "a/b", "%2E.%2Fetc-a%2Fb.json"),
            ("Übung 1", "a:b", "Übung 1-a%3Ab.json"),
            ("e\u{301}", "\u{e9}", "e%CC%81-\u{e9}.json"),
            ("100%", "x\0\n", "100%25-x%00%0A.json"),
            ("web-app", "order-api", "web-app-order-api.json"),
            ("v1.2", "uk.example", "v1.2-uk.example.json"),
        ] {
            assert_eq!(Pact::between(consumer, provider).file_name(), expected);
        }
    }

    #[test]
    fn names_without_hyphens_never_share_a_file() {
        let parts = ["a", "b", "aa", "a b", "%2D", "~", "A", "..", "a/b"];
        let longest = "long".repeat(200);
        let names: Vec<_> = parts
            .into_iter()
            .chain([&longest, &longest[..796]])
            .collect();
        let mut seen = HashSet::new();
        for consumer in &names {
            for provider in &names {
                let name = Pact::between(*consumer, *provider).file_name();
                assert!(name.len() <= 205, "{name}");
                assert!(seen.insert(name), "{consumer} and {provider}");
            }
        }
    }
}
