//! What of a URL, and of a server's words, may be shown.

use reqwest::Url;

/// A URL without what may be a secret: who asks, and what is asked beside the path.
pub fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // They fail only for URLs that have no host, which have neither.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    if url.query().is_some() {
        url.set_query(Some("…"));
    }
    url.to_string().replace("?%E2%80%A6", "?…")
}

/// Another's words, so that a terminal shows them and does nothing else.
pub fn printable(text: &str) -> String {
    let kept = |c: char| c == '\n' || !c.is_control();
    text.chars()
        .map(|c| if kept(c) { c } else { '\u{FFFD}' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_and_what_for_is_not_shown() {
        for (url, expected) in [
            ("https://a.example/x.json", "https://a.example/x.json"),
            (
                "https://ann:secret@a.example/x.json",
                "https://a.example/x.json",
            ),
            (
                "https://a.example:8443/x?signature=secret#part",
                "https://a.example:8443/x?…",
            ),
        ] {
            assert_eq!(shown(&Url::parse(url).unwrap()), expected);
        }
    }

    #[test]
    fn control_characters_do_nothing() {
        assert_eq!(printable("a\u{1b}[31m\nb\r"), "a\u{FFFD}[31m\nb\u{FFFD}");
    }
}
