//! What each format says of interactions of every outcome.

use serde_json::Value;

use super::of_every_outcome;
use crate::support::Workshop;

fn verified(further: &[&str]) -> (Workshop, crate::support::Finished) {
    let (workshop, start) = of_every_outcome();
    let arguments = ["verify", "web-orders.json", "--start", &start];
    let arguments = [&arguments[..], &["--states-url", "/states"], further].concat();
    let finished = workshop.run(&arguments).exits(1);
    (workshop, finished)
}

#[test]
fn junit_has_a_suite_for_the_pact_and_a_case_for_each_interaction() {
    let (workshop, finished) = verified(&["--report", "junit=out/junit.xml"]);
    finished.says("the JUnit report is in out/junit.xml");
    let text = workshop.read("out/junit.xml");
    let document = roxmltree::Document::parse(&text).unwrap();
    let suites = document.root_element();
    assert_eq!(suites.tag_name().name(), "testsuites");
    let suite = suites.first_element_child().unwrap();
    for element in [suites, suite] {
        let counts = ["tests", "failures", "errors", "skipped"].map(|name| element.attribute(name));
        assert_eq!(counts, [Some("4"), Some("1"), Some("1"), Some("1")]);
        let time: f64 = element.attribute("time").unwrap().parse().unwrap();
        assert!(time > 0.0, "{text}");
    }
    assert_eq!(suite.attribute("name"), Some("web → orders"));
    let timestamp = suite.attribute("timestamp").unwrap();
    assert_eq!(timestamp.len(), "2026-01-01T00:00:00".len(), "{timestamp}");
    let cases: Vec<_> = suite
        .children()
        .filter(|node| node.has_tag_name("testcase"))
        .collect();
    let found: Vec<_> = cases
        .iter()
        .map(|case| {
            assert_eq!(case.attribute("classname"), Some("web → orders"));
            let verdict = case.first_element_child();
            let element = verdict.map(|verdict| verdict.tag_name().name());
            let kind = verdict.and_then(|verdict| verdict.attribute("type"));
            (case.attribute("name").unwrap(), element, kind)
        })
        .collect();
    assert_eq!(
        found,
        [
            ("GET /orders/7", None, None),
            ("GET /orders/8", Some("failure"), Some("mismatch")),
            (
                "GET /orders/9 (given order 9 exists)",
                Some("error"),
                Some("could not verify")
            ),
            ("GET /orders/10", Some("skipped"), None),
        ]
    );
    let failure = cases[1].first_element_child().unwrap();
    let message = "$.id: expected the number 8, but found the string \"none\"";
    assert_eq!(failure.attribute("message"), Some(message));
    let text = failure.text().unwrap();
    assert!(
        text.contains("reproduce: curl -i 'http://127.0.0.1:"),
        "{text}"
    );
}

/// The test points of a document, as a reader of TAP sees them: result, description,
/// directive, and the YAML block.
fn points(tap: &str) -> Vec<(bool, String, Option<String>, Vec<String>)> {
    let mut lines = tap.lines();
    assert_eq!(lines.next(), Some("TAP version 14"));
    let plan = lines.next().unwrap().strip_prefix("1..").unwrap();
    let mut points: Vec<(bool, String, Option<String>, Vec<String>)> = Vec::new();
    let mut in_block = false;
    for line in lines {
        match line {
            "  ---" => in_block = true,
            "  ..." => in_block = false,
            line if in_block => points.last_mut().unwrap().3.push(line.into()),
            line if line.starts_with("# ") => {}
            line => {
                let (ok, rest) = match line.strip_prefix("not ok ") {
                    Some(rest) => (false, rest),
                    None => (true, line.strip_prefix("ok ").unwrap()),
                };
                let number = format!("{} - ", points.len() + 1);
                let rest = rest.strip_prefix(&number).unwrap();
                let (description, directive) = match rest.split_once(" # ") {
                    Some((description, directive)) => (description, Some(directive.into())),
                    None => (rest, None),
                };
                points.push((ok, description.into(), directive, Vec::new()));
            }
        }
    }
    assert_eq!(plan, points.len().to_string());
    points
}

#[test]
fn tap_has_a_point_for_each_interaction() {
    let (workshop, _) = verified(&["--report", "tap=out.tap"]);
    let points = points(&workshop.read("out.tap"));
    let found: Vec<_> = points
        .iter()
        .map(|(ok, description, directive, _)| (*ok, &**description, directive.as_deref()))
        .collect();
    assert_eq!(
        found,
        [
            (true, "web → orders: GET /orders/7", None),
            (false, "web → orders: GET /orders/8", None),
            (
                false,
                "web → orders: GET /orders/9 (given order 9 exists)",
                None
            ),
            (
                false,
                "web → orders: GET /orders/10",
                Some("TODO pending: does not count")
            ),
        ]
    );
    let severities = points.iter().map(|(.., block)| {
        let severity = block.iter().find(|line| line.starts_with("  severity: "));
        severity.map(|line| line.trim().to_owned())
    });
    let expected = [
        None,
        Some("severity: \"fail\"".to_owned()),
        Some("severity: \"error\"".to_owned()),
        Some("severity: \"todo\"".to_owned()),
    ];
    assert_eq!(severities.collect::<Vec<_>>(), expected);
    // The block is YAML.
    let block: Value = serde_saphyr::from_str(&points[1].3.join("\n")).unwrap();
    assert_eq!(
        block["message"],
        "$.id: expected the number 8, but found the string \"none\""
    );
    assert!(block["duration_ms"].is_number());
}

#[test]
fn html_is_one_file_that_says_everything_and_loads_nothing() {
    let (workshop, _) = verified(&["--report", "html=out/report.html"]);
    let page = workshop.read("out/report.html");
    for text in [
        "<!DOCTYPE html>",
        "<title>Verification of orders</title>",
        "4 interactions",
        "1 passed, 1 failed, 1 could not be verified, 1 pending",
        "web → orders",
        "GET /orders/7",
        "given order 9 exists",
        "expected the number 8, but found the string &quot;none&quot;",
        "curl -i 'http://127.0.0.1:",
        "default-src 'none'; style-src 'sha256-",
        "prefers-color-scheme: dark",
    ] {
        assert!(page.contains(text), "no {text} in {page}");
    }
    for text in ["<script", "<link", "src=", "@import", "url(", "href="] {
        assert!(!page.contains(text), "{text} in {page}");
    }
}

#[test]
fn github_is_annotated_and_the_step_has_a_summary() {
    let (workshop, start) = of_every_outcome();
    workshop.write("summary.md", "before\n");
    let arguments = ["verify", "web-orders.json", "--start", &start];
    let further = ["--states-url", "/states", "--report", "github"];
    let mut command = workshop.command(&[&arguments[..], &further].concat());
    command.env("GITHUB_STEP_SUMMARY", workshop.path("summary.md"));
    let finished = crate::support::Finished::of(&mut command).exits(1);
    let commands: Vec<_> = finished
        .stdout
        .lines()
        .filter(|line| line.starts_with("::"))
        .collect();
    let begins = [
        "::error title=web → orders%3A GET /orders/8,file=web-orders.json::failed: $.id: expected the number 8",
        "::error title=web → orders%3A GET /orders/9,file=web-orders.json::could not be verified: given order 9",
        "::warning title=web → orders%3A GET /orders/10,file=web-orders.json::pending, does not count: $.id",
    ];
    assert_eq!(commands.len(), begins.len(), "{finished}");
    for (command, begin) in commands.iter().zip(begins) {
        assert!(command.starts_with(begin), "{command}");
    }
    let summary = workshop.read("summary.md");
    for text in [
        "before\n## Pact verification: failed\n",
        "| web &#8594; orders | 1 | 1 | 1 | 1 | 0 |",
        "<summary>❌",
    ] {
        let text = text.replace("&#8594;", "→");
        assert!(summary.contains(&text), "no {text} in {summary}");
    }
}

#[test]
fn nothing_is_added_to_the_summary_of_a_step_unasked() {
    let (workshop, start) = of_every_outcome();
    let mut command = workshop.command(&["verify", "web-orders.json", "--start", &start]);
    command.env("GITHUB_STEP_SUMMARY", workshop.path("summary.md"));
    crate::support::Finished::of(&mut command).exits(1);
    assert!(!workshop.has("summary.md"));
}

#[test]
fn people_see_how_to_send_the_request_again_and_how_long_it_took() {
    let (_, finished) = verified(&[]);
    finished
        .prints("      reproduce: curl -i 'http://127.0.0.1:")
        .prints("/orders/8'\n")
        .prints("4 interactions: 1 passed, 2 failed, 1 could not be verified\nit took ")
        .prints("; the provider was ready after ");
}

#[test]
fn an_answer_with_another_status_is_shown_since_it_says_why() {
    let (workshop, start) = of_every_outcome();
    workshop.write_json("real.json", &crate::support::pact("a", "orders", &[]));
    let reports = ["--report", "junit=r.xml", "--report", "html=r.html"];
    let verify = ["verify", "web-orders.json", "--start", &start];
    let said = "the mock provider does not expect this request";
    workshop
        .run(&[&verify[..], &reports].concat())
        .exits(1)
        .prints("      answered: {")
        .prints(said);
    for file in ["r.xml", "r.html"] {
        assert!(workshop.read(file).contains(said), "{file}");
    }
}

#[test]
fn of_very_many_that_passed_only_the_number_is_shown() {
    let orders: Vec<Value> = (0..101).map(super::order).collect();
    let workshop = super::workshop(&orders);
    let mut answers = orders.clone();
    answers[50]["response"]["status"] = 500.into();
    let start = super::provider(&workshop, &answers);
    let verify = ["verify", "web-orders.json", "--start", &start];
    workshop
        .run(&verify)
        .exits(1)
        .prints("  ✗ GET /orders/50\n")
        .prints("  ✓ GET /orders/51\n");
    let all: Vec<Value> = (0..102).map(super::order).collect();
    answers.push(all[101].clone());
    workshop.write_json(
        "web-orders.json",
        &crate::support::pact("web", "orders", &all),
    );
    super::provider(&workshop, &answers);
    workshop
        .run(&verify)
        .exits(1)
        .prints("  ✓ 101 interactions passed (-v shows each)\n  ✗ GET /orders/50\n")
        .does_not_print("GET /orders/51");
    let verbose = [&verify[..], &["-v"]].concat();
    workshop
        .run(&verbose)
        .exits(1)
        .prints("  ✓ GET /orders/51\n");
}
