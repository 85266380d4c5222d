//! Small pact files in the style of each implementation and version: what is
//! understood of them stands beside each in a text of the same name.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::fmt::{Display, Write};
use std::path::{Path, PathBuf};

use pactwork_contract::{
    Body, Combine, Common, Content, Headers, Interaction, Loaded, MatchingRules, MessageContents,
    Pact, RuleKind, SpecificationVersion, read_file,
};

const VERSIONS: [SpecificationVersion; 3] = [
    SpecificationVersion::V2,
    SpecificationVersion::V3,
    SpecificationVersion::V4,
];

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().unwrap() == "json")
        .collect();
    files.sort();
    assert!(files.len() > 15);
    files
}

/// What is understood, line by line.
#[derive(Default)]
struct Summary(String);

impl Summary {
    fn line(&mut self, text: impl Display) {
        writeln!(self.0, "{text}").unwrap();
    }

    fn of(pact: &Pact) -> String {
        let mut summary = Self::default();
        let mut interactions: Vec<_> = pact.interactions.iter().collect();
        interactions.sort_by_key(|each| (each.interaction_type(), each.identity().to_string()));
        for interaction in interactions {
            summary.interaction(interaction);
        }
        let kept = pact.not_understood.iter().map(|each| {
            let mut value = each.value.clone();
            // Version 4 names the type that a list stood for.
            if let (Some(_), Some(object)) = (each.interaction_type, value.as_object_mut()) {
                object.remove("type");
            }
            ordered(&value)
        });
        let mut kept: Vec<_> = kept.collect();
        kept.sort();
        for value in kept {
            summary.line(format_args!("not understood {value}"));
        }
        summary.0
    }

    fn interaction(&mut self, interaction: &Interaction) {
        let kind = interaction.interaction_type().as_str();
        self.line(format_args!("{kind} {}", interaction.identity()));
        self.common(interaction.common());
        match interaction {
            Interaction::Http(http) => {
                let (request, response) = (&http.request, &http.response);
                self.line(format_args!("  {} {}", request.method, request.path));
                let mut query: Vec<_> = request.query.iter().collect();
                query.sort();
                for (name, values) in query {
                    self.line(format_args!("    query {name} {values:?}"));
                }
                self.headers(&request.headers);
                self.body(&request.body);
                self.rules(&request.matching_rules);
                self.generators(&request.generators.0);
                self.line(format_args!("  {}", response.status));
                self.headers(&response.headers);
                self.body(&response.body);
                self.rules(&response.matching_rules);
                self.generators(&response.generators.0);
            }
            Interaction::AsynchronousMessage(message) => self.message(&message.message),
            Interaction::SynchronousMessage(messages) => {
                self.message(&messages.request);
                for response in &messages.responses {
                    self.line("  answer");
                    self.message(response);
                }
            }
        }
    }

    fn common(&mut self, common: &Common) {
        if common.pending {
            self.line("  pending");
        }
        if let Some(transport) = &common.transport {
            self.line(format_args!("  transport {transport}"));
        }
        if !common.comments.is_empty() {
            self.line(format_args!(
                "  comments {}",
                sorted(&common.comments).join(", ")
            ));
        }
        // Before version 4 a key is a member like any other that is not known.
        let mut others = sorted(&common.extra);
        others.extend(common.key.iter().map(|_| "key".to_owned()));
        others.sort();
        if !others.is_empty() {
            self.line(format_args!("  kept {}", others.join(", ")));
        }
    }

    fn headers(&mut self, headers: &Headers) {
        let mut headers: Vec<_> = headers.iter().collect();
        headers.sort();
        for (name, values) in headers {
            self.line(format_args!("    header {name}: {}", values.join(", ")));
        }
    }

    fn message(&mut self, message: &MessageContents) {
        self.body(&message.contents);
        for key in sorted(&message.metadata) {
            self.line(format_args!(
                "    metadata {key} {}",
                message.metadata[&key]
            ));
        }
        self.rules(&message.matching_rules);
        self.generators(&message.generators.0);
    }

    fn body(&mut self, body: &Body) {
        let Body::Present { content, .. } = body else {
            return self.line(format_args!("    body {body:?}"));
        };
        match content {
            Content::Json(value) => self.line(format_args!("    body JSON {}", ordered(value))),
            Content::Text(text) => self.line(format_args!("    body text {text:?}")),
            Content::Binary(bytes) => self.line(format_args!("    body bytes {bytes:?}")),
        }
    }

    fn rules(&mut self, rules: &MatchingRules) {
        for (category, lists) in &rules.categories {
            for (path, list) in lists {
                let kinds = list.rules.iter().map(|rule| shown(&rule.kind));
                let kinds = kinds.collect::<Vec<_>>();
                let combine = match list.combine {
                    Combine::And => " and ",
                    Combine::Or => " or ",
                };
                let place = format!("{} {path}", category.as_str());
                self.line(format_args!(
                    "    rule {}: {}",
                    place.trim(),
                    kinds.join(combine)
                ));
            }
        }
        for category in sorted(&rules.extra) {
            self.line(format_args!("    rule kept {category}"));
        }
    }

    fn generators(&mut self, generators: &serde_json::Map<String, serde_json::Value>) {
        for category in sorted(generators) {
            let text = ordered(&generators[&category]);
            self.line(format_args!("    generator {category} {text}"));
        }
    }
}

fn shown(kind: &RuleKind) -> String {
    match kind {
        RuleKind::Unknown(found) => format!("Unknown {}", ordered(&found.clone().into())),
        RuleKind::ArrayContains(variants) => {
            let rules = variants.iter().flat_map(|variant| &variant.rules);
            let rules = rules.map(|(path, list)| format!("{path} {:?}", list.rules[0].kind));
            format!("ArrayContains {}", rules.collect::<Vec<_>>().join(", "))
        }
        RuleKind::EachKey(definition) | RuleKind::EachValue(definition) => {
            let name = if matches!(kind, RuleKind::EachKey(_)) {
                "EachKey"
            } else {
                "EachValue"
            };
            format!("{name} {:?}", definition.rules[0].kind)
        }
        kind => format!("{kind:?}"),
    }
}

fn sorted(members: &serde_json::Map<String, serde_json::Value>) -> Vec<String> {
    let mut names: Vec<_> = members.keys().cloned().collect();
    names.sort();
    names
}

/// JSON whose members are sorted, whatever order serde_json keeps.
fn ordered(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(object) => {
            let members = sorted(object);
            let members = members
                .iter()
                .map(|key| format!("{key:?}:{}", ordered(&object[key])));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        serde_json::Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(ordered).collect::<Vec<_>>().join(",")
            )
        }
        other => other.to_string(),
    }
}

/// Everything that the text beside a file says.
fn understood(name: &str, loaded: &Loaded) -> String {
    let mut summary = Summary::default();
    let pact = &loaded.pact;
    summary.line(format_args!("version {}", pact.specification));
    for warning in &loaded.warnings {
        summary.line(format_args!(
            "warning {}: {}",
            warning.path, warning.message
        ));
    }
    summary.0 += &Summary::of(pact);
    for each in &pact.not_understood {
        summary.line(format_args!("reason {}", each.reason));
    }
    for version in VERSIONS {
        match pact.to_bytes(version) {
            Ok(bytes) => check_round_trip(name, pact, version, &bytes),
            Err(error) => summary.line(format_args!("refused: {error}")),
        }
    }
    summary.0
}

fn check_round_trip(name: &str, pact: &Pact, version: SpecificationVersion, bytes: &[u8]) {
    let again = Pact::read(bytes, name).unwrap().pact;
    assert_eq!(
        Summary::of(&again),
        Summary::of(pact),
        "{name}, version {version}"
    );
    assert_eq!(again.specification, version);
    assert_eq!(
        again.to_bytes(version).unwrap(),
        bytes,
        "{name}, version {version}"
    );
    if version == pact.specification {
        assert_eq!(again.content_id(), pact.content_id(), "{name}");
        assert_eq!(again.extra, pact.extra, "{name}");
        assert_eq!(again.metadata, pact.metadata, "{name}");
    }
}

#[test]
fn what_every_implementation_wrote_is_understood() {
    let mut differing = Vec::new();
    for path in files() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let found = understood(&name, &read_file(&path).unwrap());
        let expected = std::fs::read_to_string(path.with_extension("txt")).unwrap_or_default();
        if found != expected.replace("\r\n", "\n") {
            differing.push(format!("{name}.txt is not what is understood:\n{found}"));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn a_byte_order_mark_and_other_line_ends_change_nothing() {
    for path in files() {
        let text = std::fs::read_to_string(&path)
            .unwrap()
            .replace("\r\n", "\n");
        let plain = Pact::read(text.as_bytes(), "p").unwrap();
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(
            Pact::read(windows.as_bytes(), "p").unwrap(),
            plain,
            "{}",
            path.display()
        );
    }
}
