//! Keys: every name becomes safe path segments, reversibly, so that no name can
//! leave its folder and no two names share one.

use pactwork_contract::ContentId;
use ulid::Ulid;

/// The key that names the bucket's format.
pub(crate) const FORMAT: &str = "v1/format";

/// Local file systems take names of about 255 bytes; a longer name goes on in a
/// further segment, and every segment but its last ends with `~`.
const SEGMENT: usize = 150;

/// A name as path segments: letters, digits, `-`, `_` and inner dots stand for
/// themselves, every other byte as `=` and two hexadecimal digits.
pub(crate) fn encode(name: &str) -> String {
    let mut text = String::new();
    for (index, byte) in name.bytes().enumerate() {
        let plain = byte.is_ascii_alphanumeric()
            || byte == b'-'
            || byte == b'_'
            || (byte == b'.' && index > 0);
        if plain {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("={byte:02X}"));
        }
    }
    if text.is_empty() {
        return "=".into();
    }
    let chunks: Vec<_> = text
        .as_bytes()
        .chunks(SEGMENT)
        .map(String::from_utf8_lossy)
        .collect();
    chunks.join("~/")
}

/// The name that an encoded one stands for; `None` for what is not an encoded name.
pub(crate) fn decode(text: &str) -> Option<String> {
    let text = text.replace("~/", "");
    if text == "=" {
        return Some(String::new());
    }
    let mut bytes = Vec::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find('=') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        bytes.push(u8::from_str_radix(rest.get(at + 1..at + 3)?, 16).ok()?);
        rest = &rest[at + 3..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok()
}

pub(crate) fn blob(id: &ContentId) -> String {
    let (first, rest) = id.as_str().split_at(2);
    format!("v1/blob/sha256/{first}/{rest}")
}

fn participant(name: &str) -> String {
    format!("v1/app/{}", encode(name))
}

/// The folder of a participant's versions.
pub(crate) fn versions(name: &str) -> String {
    format!("{}/ver", participant(name))
}

/// The folder of the manifests of one version.
pub(crate) fn manifests(name: &str, version: &str) -> String {
    format!("{}/{}", versions(name), encode(version))
}

/// The folder of the marks of the consumers of a provider.
pub(crate) fn consumers(provider: &str) -> String {
    format!("{}/consumer", participant(provider))
}

/// The folder of the branch events of a participant.
pub(crate) fn branches(name: &str) -> String {
    format!("{}/branch", participant(name))
}

/// The folder of the tag events of a participant.
pub(crate) fn tags(name: &str) -> String {
    format!("{}/tag", participant(name))
}

/// The folder of the publications without a branch.
pub(crate) fn unbranched(name: &str) -> String {
    format!("{}/unbranched", participant(name))
}

pub(crate) const ENVIRONMENTS: &str = "v1/env";

/// The folder of the events of an environment.
pub(crate) fn environment(name: &str) -> String {
    format!("{ENVIRONMENTS}/{}/ev", encode(name))
}

/// The folder of the results of a pact's content and a provider's version.
pub(crate) fn verification(pact: &ContentId, provider: &str, version: &str) -> String {
    format!("v1/verif/{pact}/{}/{}", encode(provider), encode(version))
}

/// An event's own name: later ones sort after earlier ones.
pub(crate) fn event(now: std::time::SystemTime) -> String {
    Ulid::from_datetime(now).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_is_safe_and_reversible() {
        let long = "ü/".repeat(500);
        for name in [
            "web",
            "a/b",
            "..",
            ".",
            "",
            " ",
            "ü",
            "a~b",
            "a=b",
            "1.0.0-rc+1",
            "CON",
            &long,
        ] {
            let encoded = encode(name);
            assert_eq!(decode(&encoded).as_deref(), Some(name), "{encoded}");
            for segment in encoded.split('/') {
                let safe = |c: char| c.is_ascii_alphanumeric() || "-_.=~".contains(c);
                assert!(
                    segment.chars().all(safe) && segment.len() <= 160,
                    "{segment}"
                );
                assert!(
                    !segment.is_empty() && !segment.starts_with('.'),
                    "{segment}"
                );
            }
        }
        assert_ne!(encode("a/b"), encode("a=2Fb"));
        assert_eq!(decode("=Z"), None);
    }
}
