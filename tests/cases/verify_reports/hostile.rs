//! Whatever stands in a pact or comes from a provider is text, in every format.

use serde_json::{Value, json};

use crate::support::{Finished, PACTWORK, Workshop, get_interaction, pact};

/// What means something to somebody.
const HOSTILE: &[&str] = &[
    "</testsuite></testcase>",
    "]]><![CDATA[",
    "::error title=x::fake",
    "a\n::error::fake",
    "a\r\n::set-output name=x::y",
    "##[error]fake",
    "\u{1b}[31mred\u{1b}]0;title\u{7}",
    "\u{9b}2J",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "a\nok 1 - fake",
    "a # SKIP fake",
    "gpj.\u{202e}exe",
    "a\u{0}b\u{fffe}\u{2028}c",
    "| a | b | **c** `d` @everyone #1 [x](http://x)",
    "'; touch pwned; '$(touch x)`touch y`",
];

/// An interaction whose every text is hostile, and a provider that answers as badly.
fn hostile() -> (Workshop, String) {
    let interactions: Vec<Value> = HOSTILE
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let body = json!({ "text": text, text.to_string(): 1 });
            let mut interaction = get_interaction(&format!("/{number}"), &body);
            interaction["description"] = json!(text);
            interaction["request"]["query"] = json!({ text.to_string(): [text] });
            interaction["request"]["method"] = json!("POST");
            interaction["request"]["body"] =
                json!({ "content": text, "contentType": "text/plain" });
            interaction
        })
        .collect();
    let workshop = Workshop::new();
    workshop.write_json(
        "pact.json",
        &pact("we\u{1b}b<\n::error::x", "or\"&ders", &interactions),
    );
    let answers: Vec<Value> = interactions
        .iter()
        .enumerate()
        .map(|(number, interaction)| {
            let mut answer = interaction.clone();
            let text = HOSTILE[HOSTILE.len() - 1 - number];
            answer["response"]["body"]["content"] = json!({ "text": text, text.to_string(): 1 });
            answer
        })
        .collect();
    workshop.write_json("real.json", &pact("anybody", "orders", &answers));
    let lines = HOSTILE.join("\n").replace('\0', "").replace('\'', "'\\''");
    let start = format!("printf '%s\\n' '{lines}'; exec {PACTWORK} mock --port {{port}} real.json");
    (workshop, start)
}

fn verified() -> (Workshop, Finished) {
    let (workshop, start) = hostile();
    let mut arguments = vec!["verify", "pact.json", "--start", &start, "-v"];
    for report in [
        "json=r.json",
        "junit=r.xml",
        "html=r.html",
        "tap=r.tap",
        "github=r.github",
    ] {
        arguments.extend(["--report", report]);
    }
    let mut command = workshop.command(&arguments);
    command.env("GITHUB_STEP_SUMMARY", workshop.path("summary.md"));
    let finished = Finished::of(&mut command).exits(1);
    (workshop, finished)
}

/// Characters that a terminal acts on or that show other text than there is.
fn acted_on(text: &str) -> Option<char> {
    text.chars().find(|character| {
        (character.is_control() && !matches!(character, '\n' | '\t'))
            || matches!(
                character,
                '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{fffe}'
            )
    })
}

#[test]
fn nothing_is_acted_on_in_any_format() {
    let (workshop, finished) = verified();
    let files = [
        "r.json",
        "r.xml",
        "r.html",
        "r.tap",
        "r.github",
        "summary.md",
    ];
    let texts = files.map(|file| (file, workshop.read(file)));
    for (name, text) in &texts {
        assert_eq!(acted_on(text), None, "{name}: {text:?}");
    }
    for (name, text) in [("stdout", &finished.stdout), ("stderr", &finished.stderr)] {
        assert_eq!(acted_on(text), None, "{name}: {text:?}");
        for line in text.lines() {
            assert!(!line.trim_start().starts_with("::"), "{name}: {line}");
            assert!(!line.contains("##["), "{name}: {line}");
        }
    }
}

#[test]
fn json_and_xml_hold_the_texts_and_nothing_more() {
    let (workshop, _) = verified();
    let report: Value = serde_json::from_str(&workshop.read("r.json")).unwrap();
    let interactions = report["pacts"][0]["interactions"].as_array().unwrap();
    let mut descriptions: Vec<_> = interactions
        .iter()
        .map(|each| each["description"].as_str().unwrap())
        .collect();
    descriptions.sort_unstable();
    let mut expected = HOSTILE.to_vec();
    expected.sort_unstable();
    assert_eq!(descriptions, expected);

    let text = workshop.read("r.xml");
    let document = roxmltree::Document::parse(&text).unwrap();
    let named = |name| {
        document
            .descendants()
            .filter(move |node| node.has_tag_name(name))
    };
    assert_eq!(named("testsuite").count(), 1);
    assert_eq!(named("testcase").count(), HOSTILE.len());
    assert_eq!(named("failure").count(), HOSTILE.len());
}

#[test]
fn tap_and_github_have_a_line_for_each_and_no_other() {
    let (workshop, _) = verified();
    let tap = workshop.read("r.tap");
    let mut points = 0;
    for line in tap.lines() {
        let is_point = line.starts_with("ok") || line.starts_with("not ok");
        points += usize::from(is_point);
        assert!(!line.starts_with("ok"), "{line}");
        assert!(!is_point || !line.contains(" # SKIP"), "{line}");
    }
    assert_eq!(points, HOSTILE.len());
    let commands = workshop.read("r.github");
    for line in commands.lines() {
        let properties = line.strip_prefix("::error title=").unwrap();
        let (title, _) = properties.split_once("::").unwrap();
        assert!(!title.contains(':'), "{line}");
    }
}

#[test]
fn a_page_and_a_summary_hold_no_element_of_others() {
    let (workshop, _) = verified();
    for file in ["r.html", "summary.md"] {
        let page = workshop.read(file);
        for text in ["<script", "<img", "</testsuite"] {
            assert!(!page.contains(text), "{text} in {file}");
        }
    }
    let summary = workshop.read("summary.md");
    for line in summary.lines().filter(|line| line.starts_with("<details>")) {
        assert!(
            !line.contains("@everyone") && !line.contains("](http"),
            "{line}"
        );
    }
}

#[test]
fn the_line_that_reproduces_runs_nothing_but_curl() {
    let (workshop, finished) = verified();
    let lines: Vec<_> = finished
        .stdout
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("reproduce: "))
        .collect();
    assert_eq!(lines.len(), HOSTILE.len());
    // What would be run instead of curl leaves a file.
    let script = format!("curl() {{ :; }}\n{}\n", lines.join("\n"));
    let run = std::process::Command::new("bash")
        .args(["-c", &script])
        .current_dir(workshop.path("."))
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");
    for file in ["x", "y", "pwned"] {
        assert!(!workshop.has(file), "{file}");
    }
}
