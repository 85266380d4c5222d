//! Keys: every name becomes one safe path segment, so that no name can leave its
//! folder and no two names share one, on file systems that ignore case as well.

use pactwork_contract::ContentId;

/// The key that names the bucket's format.
pub(crate) const FORMAT: &str = "v1/format";

/// The folder of all participants.
pub(crate) const PARTICIPANTS: &str = "v1/app";

/// The folder of all environments.
pub(crate) const ENVIRONMENTS: &str = "v1/env";

/// The folder of all contracts' bytes.
pub(crate) const BLOBS: &str = "v1/blob";

/// The folder of prunes that are not finished.
pub(crate) const PRUNES: &str = "v1/prune";

/// The name, among a version's manifests, of the fact that these are being removed:
/// the version is no longer there.
pub(crate) const PRUNED: &str = "pruned";

/// The folder of all results of verifications.
pub(crate) const VERIFICATIONS: &str = "v1/verif";

/// The folder of the successes among verifications.
pub(crate) const PASSED: &str = "passed";

/// S3 takes keys of 1024 bytes, local file systems segments of about 255 and
/// paths of about 4096: three names have to fit into one key.
const LONGEST: usize = 150;

/// How much of a longer name stands before its digest.
const SHOWN: usize = 60;

/// A name as a path segment: `a` to `z`, digits, `-`, `_` and inner dots stand
/// for themselves, `!o` for `O`, every other byte is `=` and two hexadecimal
/// digits. A name that gets too long is its beginning, `~` and its SHA-256.
pub(crate) fn encode(name: &str) -> String {
    let text = escape(name);
    if text.len() <= LONGEST {
        return text;
    }
    let digest = ContentId::of_bytes(name.as_bytes());
    format!("{}~{digest}", &text[..SHOWN])
}

/// The name that a segment stands for; `None` for a digest and for what is no
/// encoded name.
pub(crate) fn decode(segment: &str) -> Option<String> {
    let name = unescape(segment)?;
    (escape(&name) == segment).then_some(name)
}

fn escape(name: &str) -> String {
    if name.is_empty() {
        return "=".into();
    }
    let last = name.len() - 1;
    let mut text = String::with_capacity(name.len());
    for (index, byte) in name.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => text.push(char::from(byte)),
            b'.' if index > 0 && index < last => text.push('.'),
            b'A'..=b'Z' => text.extend(['!', char::from(byte.to_ascii_lowercase())]),
            _ => text.push_str(&format!("={byte:02X}")),
        }
    }
    text
}

fn unescape(text: &str) -> Option<String> {
    if text == "=" {
        return Some(String::new());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'!' => rest.next()?.to_ascii_uppercase(),
            b'=' => 16 * digit(rest.next()?)? + digit(rest.next()?)?,
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok()
}

fn digit(byte: u8) -> Option<u8> {
    u8::try_from(char::from(byte).to_digit(16)?).ok()
}

pub(crate) fn blob(id: &ContentId) -> String {
    let (first, rest) = id.as_str().split_at(2);
    format!("{BLOBS}/sha256/{first}/{rest}")
}

/// The folder of everything that is known of a participant.
pub(crate) fn participant(name: &str) -> String {
    format!("{PARTICIPANTS}/{}", encode(name))
}

/// The folder of a participant's versions.
pub(crate) fn versions(name: &str) -> String {
    versions_of(&encode(name))
}

/// The same of a participant whose segment was listed.
pub(crate) fn versions_of(participant: &str) -> String {
    format!("{PARTICIPANTS}/{participant}/ver")
}

/// The folders of all publications of a participant whose segment was listed, and how
/// many segments stand there before the id of an event.
pub(crate) fn publications(participant: &str) -> [(String, usize); 2] {
    let folder = format!("{PARTICIPANTS}/{participant}");
    [
        (format!("{folder}/branch"), 2),
        (format!("{folder}/unbranched"), 1),
    ]
}

/// The folder of the manifests of one version.
pub(crate) fn manifests(name: &str, version: &str) -> String {
    format!("{}/{}", versions(name), encode(version))
}

/// The manifest of one publication.
pub(crate) fn manifest(name: &str, version: &str, manifest: &str) -> String {
    format!("{}/{manifest}", manifests(name, version))
}

/// The folder of the consumers of a provider.
pub(crate) fn consumers(provider: &str) -> String {
    format!("{}/consumer", participant(provider))
}

/// The mark that a consumer has published a pact with a provider.
pub(crate) fn consumer(provider: &str, consumer: &str) -> String {
    consumer_mark(&encode(provider), &encode(consumer))
}

/// The same of two whose segments were listed.
pub(crate) fn consumer_mark(provider: &str, consumer: &str) -> String {
    format!("{PARTICIPANTS}/{provider}/consumer/{consumer}/mark")
}

/// The folder of a participant's branches.
pub(crate) fn branches(name: &str) -> String {
    format!("{}/branch", participant(name))
}

/// The folder of the publications on a branch.
pub(crate) fn branch(name: &str, branch: &str) -> String {
    format!("{}/{}", branches(name), encode(branch))
}

/// The folder of the publications under a tag.
pub(crate) fn tag(name: &str, tag: &str) -> String {
    format!("{}/tag/{}", participant(name), encode(tag))
}

/// The folder of the publications without a branch.
pub(crate) fn unbranched(name: &str) -> String {
    format!("{}/unbranched", participant(name))
}

fn environment(name: &str) -> String {
    format!("{ENVIRONMENTS}/{}", encode(name))
}

/// The fact that an environment was created.
pub(crate) fn about_environment(name: &str) -> String {
    format!("{}/about", environment(name))
}

/// The folder of what happened to a participant in an environment.
pub(crate) fn happenings(environment: &str, participant: &str) -> String {
    let folder = happenings_in(&encode(environment));
    format!("{folder}/{}", encode(participant))
}

/// The folder of what happened in an environment whose segment was listed.
pub(crate) fn happenings_in(environment: &str) -> String {
    format!("{ENVIRONMENTS}/{environment}/ev")
}

/// The folder of what is in an environment now.
pub(crate) fn standings(environment_name: &str) -> String {
    format!("{}/now", environment(environment_name))
}

/// What of a participant is in an environment now.
pub(crate) fn standing(environment_name: &str, participant: &str) -> String {
    format!("{}/{}", standings(environment_name), encode(participant))
}

/// The folder of the results of a pact's content and a provider's version.
pub(crate) fn verification(pact: &ContentId, provider: &str, version: &str) -> String {
    format!("{}/{}", verified_versions(pact, provider), encode(version))
}

/// The folder of the results of a pact's content and a provider.
pub(crate) fn verifications(pact: &ContentId, provider: &str) -> String {
    format!("{VERIFICATIONS}/{pact}/{}", encode(provider))
}

/// The folder of the provider's versions that a pact's content was verified with.
pub(crate) fn verified_versions(pact: &ContentId, provider: &str) -> String {
    format!("{}/ver", verifications(pact, provider))
}

/// The folder of the successes of a pact's content.
pub(crate) fn all_successes(pact: &ContentId, provider: &str) -> String {
    format!("{}/{PASSED}", verifications(pact, provider))
}

/// The folder of the successes of a pact's content on a branch of the provider.
pub(crate) fn successes(pact: &ContentId, provider: &str, branch: &str) -> String {
    format!("{}/{}", all_successes(pact, provider), encode(branch))
}

fn notified(name: &str) -> String {
    format!("v1/notified/{}", encode(name))
}

/// The folder of the marks from when on facts count for a trigger.
pub(crate) fn notification_marks(name: &str) -> String {
    format!("{}/mark", notified(name))
}

/// The folder of what was told for a trigger.
pub(crate) fn notifications_sent(name: &str) -> String {
    format!("{}/sent", notified(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 18] = [
        "web",
        "Web",
        "a/b",
        "a=2Fb",
        "..",
        ".",
        "a.",
        ".a",
        "",
        " ",
        "ü",
        "a~b",
        "a=b",
        "a!b",
        "1.0.0-RC+1",
        "CON",
        "\u{0}\n",
        "C:\\x",
    ];

    #[test]
    fn any_name_is_one_safe_segment() {
        let long = [
            "ü/".repeat(500),
            "x".repeat(1000),
            format!("{}..", "x".repeat(148)),
        ];
        for name in NAMES.into_iter().chain(long.iter().map(String::as_str)) {
            let segment = encode(name);
            let safe = |c: char| {
                c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.=~!ABCDEF".contains(c)
            };
            assert!(segment.chars().all(safe), "{segment}");
            assert!((1..=LONGEST).contains(&segment.len()), "{segment}");
            assert!(
                !segment.starts_with('.') && !segment.ends_with('.'),
                "{segment}"
            );
        }
    }

    #[test]
    fn a_name_comes_back_from_its_segment() {
        for name in NAMES {
            assert_eq!(decode(&encode(name)).as_deref(), Some(name));
        }
        let long = encode(&"x".repeat(1000));
        for segment in ["=Z", "=2", "=2f", "!", "!1", "A", "a b", "==", &long] {
            assert_eq!(decode(segment), None, "{segment}");
        }
    }

    #[test]
    fn no_two_names_share_a_segment_whatever_the_case() {
        let long = ["y", "z"].map(|end| format!("{}{end}", "x".repeat(999)));
        let names: Vec<_> = NAMES
            .into_iter()
            .chain(long.iter().map(String::as_str))
            .collect();
        let mut segments: Vec<_> = names
            .iter()
            .map(|name| encode(name).to_lowercase())
            .collect();
        segments.sort();
        segments.dedup();
        assert_eq!(segments.len(), names.len());
    }
}
