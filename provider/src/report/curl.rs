//! The `curl` command that sends a request again.

use std::fmt::Write;

use super::{SeenBody, SeenContent, SentRequest};
use crate::secrets::REDACTED;

impl SentRequest {
    /// A line for a shell that sends this request again with `curl`. Nothing of the
    /// request is run when it is pasted, whatever stands in it. What was `[redacted]`
    /// is a variable: `$AUTHORIZATION` for the header `Authorization`, `$SECRET`
    /// elsewhere. A body of which the report has only the beginning is to be put into a
    /// file, named `BODY`.
    ///
    /// Where the request holds control characters, the line needs a shell that knows
    /// `$'…'`, as bash, zsh and ksh do.
    pub fn curl(&self) -> String {
        let mut line = String::from("curl -i");
        line += &self.method_option();
        // Brackets and braces are patterns to curl.
        if self
            .url
            .replace(REDACTED, "")
            .contains(['[', ']', '{', '}'])
        {
            line += " --globoff";
        }
        if self.url.contains("/.") {
            line += " --path-as-is";
        }
        write!(line, " {}", quoted(&self.url, "SECRET")).ok();
        for header in &self.headers {
            line += &header_option(&header.name, &header.value);
        }
        let Some(body) = &self.body else {
            return line;
        };
        // Otherwise curl says that the body is a form.
        if !self.headers.iter().any(|each| each.name == "content-type") {
            line += " -H 'content-type:'";
        }
        with_body(line, body)
    }

    fn method_option(&self) -> String {
        match (self.method.as_str(), &self.body) {
            ("GET", None) => String::new(),
            ("HEAD", None) => " --head".into(),
            (method, _) if method.chars().all(is_tame) => format!(" -X {method}"),
            (method, _) => format!(" -X {}", quoted(method, "SECRET")),
        }
    }
}

fn header_option(name: &str, value: &str) -> String {
    match value {
        // A name and a colon alone would take the header away.
        "" => format!(" -H {}", quoted(&format!("{name};"), "SECRET")),
        _ => {
            let text = format!("{name}: {value}");
            format!(" -H {}", quoted(&text, &variable(name)))
        }
    }
}

/// `X_API_KEY` for `x-api-key`.
fn variable(name: &str) -> String {
    let plain = |character: char| match character.is_ascii_alphanumeric() {
        true => character.to_ascii_uppercase(),
        false => '_',
    };
    let name: String = name.chars().map(plain).collect();
    match name.starts_with(|first: char| first.is_ascii_digit()) {
        true => format!("_{name}"),
        false => name,
    }
}

fn with_body(line: String, body: &SeenBody) -> String {
    match &body.content {
        _ if body.cut => format!("{line} --data-binary @BODY"),
        SeenContent::Text(text) => format!("{line} --data-raw {}", quoted(text, "SECRET")),
        SeenContent::Base64(text) => {
            let text = quoted(text, "SECRET");
            format!("printf %s {text} | base64 -d | {line} --data-binary @-")
        }
    }
}

/// A word of a shell that stands for this text, with a variable in the place of what
/// was redacted.
fn quoted(text: &str, variable: &str) -> String {
    let pieces: Vec<&str> = text.split(REDACTED).collect();
    let tame = |piece: &&str| piece.chars().all(is_tame);
    match pieces.as_slice() {
        [_] => piece(text),
        pieces if pieces.iter().all(tame) => {
            format!("\"{}\"", pieces.join(&format!("${{{variable}}}")))
        }
        pieces => {
            let words = pieces.iter().map(|each| match each.is_empty() {
                true => String::new(),
                false => piece(each),
            });
            words.collect::<Vec<_>>().join(&format!("\"${variable}\""))
        }
    }
}

/// What means nothing inside of double quotes.
fn is_tame(character: char) -> bool {
    character.is_ascii_alphanumeric() || " :;=,./?&_-".contains(character)
}

fn piece(text: &str) -> String {
    match text.chars().any(is_unprintable) {
        true => format!("$'{}'", escaped(text)),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// What a terminal would act on, or show as something else, when it is pasted.
fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
        )
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '\\' => escaped += r"\\",
            '\'' => escaped += r"\'",
            '\n' => escaped += r"\n",
            '\t' => escaped += r"\t",
            '\r' => escaped += r"\r",
            other if is_unprintable(other) => escaped += &in_octal(other),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Its bytes, so that the shell's locale does not count, each with three digits, so
/// that a digit behind it does not count either.
fn in_octal(character: char) -> String {
    let mut buffer = [0; 4];
    let bytes = character.encode_utf8(&mut buffer).bytes();
    bytes.map(|byte| format!("\\{byte:03o}")).collect()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::super::SeenHeader;
    use super::*;

    fn request(method: &str, url: &str) -> SentRequest {
        SentRequest {
            method: method.into(),
            url: url.into(),
            headers: Vec::new(),
            body: None,
        }
    }

    fn with(mut request: SentRequest, headers: &[(&str, &str)], body: Option<SeenBody>) -> String {
        let headers = headers.iter().map(|(name, value)| SeenHeader {
            name: (*name).into(),
            value: (*value).into(),
        });
        request.headers = headers.collect();
        request.body = body;
        request.curl()
    }

    fn text(text: &str) -> Option<SeenBody> {
        Some(SeenBody {
            length: text.len(),
            content: SeenContent::Text(text.into()),
            cut: false,
        })
    }

    const URL: &str = "http://h:1/a";
    const JSON: (&str, &str) = ("content-type", "application/json");

    #[test]
    fn a_line_says_what_was_sent() {
        for (line, expected) in [
            (request("GET", URL).curl(), "curl -i 'http://h:1/a'"),
            (request("HEAD", URL).curl(), "curl -i --head 'http://h:1/a'"),
            (
                request("DELETE", URL).curl(),
                "curl -i -X DELETE 'http://h:1/a'",
            ),
            (
                request("A'B", URL).curl(),
                "curl -i -X 'A'\\''B' 'http://h:1/a'",
            ),
            (
                request("GET", "http://h:1/../[x]").curl(),
                "curl -i --globoff --path-as-is 'http://h:1/../[x]'",
            ),
            (
                with(
                    request("PUT", URL),
                    &[JSON, ("x-empty", "")],
                    text("{\"id\":\"it's\"}"),
                ),
                "curl -i -X PUT 'http://h:1/a' -H 'content-type: application/json' \
                 -H 'x-empty;' --data-raw '{\"id\":\"it'\\''s\"}'",
            ),
            (
                with(request("POST", URL), &[], text("a")),
                "curl -i -X POST 'http://h:1/a' -H 'content-type:' --data-raw 'a'",
            ),
        ] {
            assert_eq!(line, expected);
        }
    }

    #[test]
    fn a_body_that_is_no_text_or_not_whole_comes_from_elsewhere() {
        let cut = SeenBody {
            cut: true,
            ..text("{").unwrap()
        };
        let binary = SeenBody {
            content: SeenContent::Base64("/wA=".into()),
            cut: false,
            ..cut.clone()
        };
        for (body, expected) in [
            (
                cut,
                "curl -i -X POST 'http://h:1/a' -H 'content-type: application/json' \
                 --data-binary @BODY",
            ),
            (
                binary,
                "printf %s '/wA=' | base64 -d | curl -i -X POST 'http://h:1/a' \
                 -H 'content-type: application/json' --data-binary @-",
            ),
        ] {
            assert_eq!(with(request("POST", URL), &[JSON], Some(body)), expected);
        }
    }

    #[test]
    fn a_secret_is_a_variable_with_its_headers_name() {
        let headers = [
            ("authorization", "Bearer [redacted]"),
            ("2-x!", "$(date) [redacted]"),
        ];
        let request = request("GET", "http://h:1/a?key=[redacted]");
        assert_eq!(
            with(request, &headers, None),
            "curl -i \"http://h:1/a?key=${SECRET}\" \
             -H \"authorization: Bearer ${AUTHORIZATION}\" \
             -H '2-x!: $(date) '\"$_2_X_\""
        );
    }

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        for text in [
            "it's `date` $(date) $HOME \"x\" \\ !! ; & | > < * ~ # é →",
            "a\nb\tc\r\u{1b}[31m 'x' \\n 7\u{7}7 \u{202e}x",
            "",
            "-n",
        ] {
            let script = format!("printf %s {}", quoted(text, "SECRET"));
            assert!(!script.contains(is_unprintable), "{script:?}");
            let output = Command::new("bash").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), text, "{script}");
        }
    }

    #[test]
    fn what_was_redacted_is_a_variable() {
        for text in ["Bearer [redacted]", "a$(date)[redacted]'[redacted]"] {
            let script = format!("printf %s {}", quoted(text, "SECRET"));
            let mut bash = Command::new("bash");
            let output = bash
                .args(["-c", &script])
                .env("SECRET", "s e")
                .output()
                .unwrap();
            let expected = text.replace(REDACTED, "s e");
            assert_eq!(
                String::from_utf8(output.stdout).unwrap(),
                expected,
                "{script}"
            );
        }
    }
}
