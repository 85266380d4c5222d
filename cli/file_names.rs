//! File names for names that may be any text: reversible, and no name leaves its
//! folder.

use std::fmt::Write;

const RESERVED: &str = "%/\\:*?\"<>|";

/// The file name without its ending. Letters, digits and most punctuation stand
/// for themselves; what a file system gives a meaning is percent-encoded.
pub fn encode(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for (index, character) in name.chars().enumerate() {
        let leading_dot = index == 0 && character == '.';
        if leading_dot || character.is_control() || RESERVED.contains(character) {
            percent_encode(character, &mut encoded);
        } else {
            encoded.push(character);
        }
    }
    encoded
}

/// The name that [`encode`] made a file name of.
pub fn decode(file_name: &str) -> String {
    percent_encoding::percent_decode_str(file_name)
        .decode_utf8_lossy()
        .into_owned()
}

/// Where the golden contract of an event lies among the pulled ones.
pub fn golden_contract(provider: &str, event: &str) -> String {
    format!("{}/{}.json", encode(provider), encode(event))
}

fn percent_encode(character: char, encoded: &mut String) {
    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
        let _ = write!(encoded, "%{byte:02X}");
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn every_name_survives_and_stays_in_its_folder() {
        let cases = [
            ("TemplateDeleted", "TemplateDeleted"),
            ("order.created v2", "order.created v2"),
            ("Bestellung gelöscht", "Bestellung gelöscht"),
            ("a/b\\c", "a%2Fb%5Cc"),
            ("..", "%2E."),
            ("100%", "100%25"),
            ("a\nb", "a%0Ab"),
        ];
        for (name, file_name) in cases {
            assert_eq!(encode(name), file_name);
            assert_eq!(decode(file_name), name);
        }
    }
}
