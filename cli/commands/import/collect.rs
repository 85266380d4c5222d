//! What files say, put together into publications. Nothing is read or written here.

use std::collections::{BTreeSet, HashMap};
use std::time::SystemTime;

use pactwork_broker::{ContractKind, ExportedPact, Publication, VersionFacts, read_export};
use pactwork_contract::{ContentId, Pact};
use pactwork_golden::GoldenContract;

use super::ImportedContract;
use super::source::Input;
use crate::file_names;

const SCHEMA: &str = ".schema.json";

/// What holds of files that do not say it themselves.
#[derive(Debug, Default)]
pub struct Defaults {
    pub version: Option<String>,
    pub branch: Option<String>,
}

/// A publication, and what it is made of.
#[derive(Debug)]
pub struct Planned {
    pub publication: Publication,
    /// When it was published there; `None` where nothing says so.
    pub at: Option<SystemTime>,
    pub contracts: Vec<ImportedContract>,
}

impl Planned {
    pub fn files(&self) -> Vec<&str> {
        let files: BTreeSet<_> = self.contracts.iter().map(|each| &*each.file).collect();
        files.into_iter().collect()
    }
}

/// Everything that can be imported, the oldest first.
#[derive(Debug, Default)]
pub struct Collected {
    pub planned: Vec<Planned>,
    pub skipped: Vec<String>,
    pub warnings: Vec<String>,
}

/// Puts files together; every problem is named.
pub fn collect(inputs: Vec<Input>, defaults: &Defaults) -> Result<Collected, Vec<String>> {
    let mut collector = Collector {
        defaults,
        groups: Vec::new(),
        places: HashMap::new(),
        facts: HashMap::new(),
        collected: Collected::default(),
        problems: Vec::new(),
    };
    for input in inputs {
        match input
            .segments
            .last()
            .and_then(|name| name.strip_suffix(SCHEMA))
        {
            Some(event) => collector.golden(&input, event),
            None => collector.document(&input),
        }
    }
    collector.finish()
}

enum Contract {
    Pact(Box<Pact>),
    Golden(GoldenContract),
}

/// A contract of a file, with what the file says around it.
struct Found {
    participant: String,
    contract: Contract,
    kind: ContractKind,
    name: String,
    content: ContentId,
    file: String,
    facts: VersionFacts,
    at: Option<SystemTime>,
    /// The branch of plain copies, which do not say it themselves.
    plain_branch: Option<&'static str>,
}

impl Found {
    fn golden(input: &Input, provider: String, golden: GoldenContract) -> Self {
        Self {
            participant: provider,
            kind: ContractKind::Golden,
            name: golden.name.clone(),
            content: ContentId::of_bytes(&golden.to_bytes()),
            contract: Contract::Golden(golden),
            file: input.origin.clone(),
            facts: VersionFacts::default(),
            at: None,
            plain_branch: plain_branch(&input.segments),
        }
    }

    fn pact(input: &Input, exported: ExportedPact) -> Self {
        let pact = exported.pact;
        Self {
            participant: pact.consumer.name.clone(),
            kind: ContractKind::Pact,
            name: pact.provider.name.clone(),
            content: pact.content_id(),
            contract: Contract::Pact(Box::new(pact)),
            file: match exported.place.as_str() {
                "$" => input.origin.clone(),
                place => format!("{}: {place}", input.origin),
            },
            facts: exported.version,
            at: exported.created_at,
            plain_branch: plain_branch(&input.segments),
        }
    }

    fn is_about_the_same(&self, other: &Self) -> bool {
        (self.kind, &self.name) == (other.kind, &other.name)
    }
}

/// One version of one participant.
struct Group {
    participant: String,
    version: String,
    found: Vec<Found>,
    facts: VersionFacts,
}

impl Group {
    /// The earliest time that any of its contracts was published.
    fn at(&self) -> Option<SystemTime> {
        self.found.iter().filter_map(|found| found.at).min()
    }
}

/// A participant and a version of it.
type Name = (String, String);

struct Collector<'d> {
    defaults: &'d Defaults,
    groups: Vec<Group>,
    /// Where each is among the groups.
    places: HashMap<Name, usize>,
    /// What is told of versions apart from their pacts.
    facts: HashMap<Name, VersionFacts>,
    collected: Collected,
    problems: Vec<String>,
}

impl Collector<'_> {
    fn golden(&mut self, input: &Input, event: &str) {
        let folder = input.segments.iter().rev().nth(1);
        let names = [folder.map(String::as_str).unwrap_or_default(), event];
        if names
            .iter()
            .any(|name| name.is_empty() || is_shortened(name))
        {
            let problem = "expected <provider>/<Event>.schema.json, whose names are not shortened";
            return self.problem(&input.origin, problem);
        }
        let [provider, event] = names.map(file_names::decode);
        match GoldenContract::read(&event, &input.bytes, &input.origin) {
            Ok(golden) => self.add(Found::golden(input, provider, golden)),
            Err(error) => self.problems.push(error.to_string()),
        }
    }

    fn document(&mut self, input: &Input) {
        let exported = match read_export(&input.bytes, &input.origin) {
            Ok(exported) => exported,
            Err(error) => return self.problems.push(error.to_string()),
        };
        let warnings = exported.warnings.iter().map(ToString::to_string);
        self.collected.warnings.extend(warnings);
        let skipped = exported.skipped.into_iter();
        self.collected
            .skipped
            .extend(skipped.map(|skipped| format!("{}: {skipped}", input.origin)));
        for facts in exported.versions {
            if let (Some(participant), Some(version)) = (&facts.participant, &facts.version) {
                let name = (participant.clone(), version.clone());
                self.facts.entry(name).or_default().add(&facts);
            }
        }
        for pact in exported.pacts {
            self.add(Found::pact(input, pact));
        }
    }

    fn add(&mut self, found: Found) {
        let own = found.facts.version.as_ref();
        let Some(version) = own.or(self.defaults.version.as_ref()).cloned() else {
            return self.problem(&found.file, "names no version; give --as-version V");
        };
        let group = self.group(found.participant.clone(), version);
        group.facts.add(&found.facts);
        let mut others = group.found.iter();
        let Some(other) = others.find(|other| other.is_about_the_same(&found)) else {
            return group.found.push(found);
        };
        if other.content == found.content {
            let skipped = format!("{}: says the same as {}", found.file, other.file);
            return self.collected.skipped.push(skipped);
        }
        let what = match found.kind {
            ContractKind::Pact => "pact with",
            ContractKind::Golden => "golden contract",
        };
        let (whose, version) = (&group.participant, &group.version);
        let other = format!(
            "{whose} {version} has another {what} {} in {}",
            found.name, other.file
        );
        self.problem(&found.file, &other);
    }

    fn group(&mut self, participant: String, version: String) -> &mut Group {
        let name = (participant.clone(), version.clone());
        let place = *self.places.entry(name).or_insert(self.groups.len());
        if place == self.groups.len() {
            self.groups.push(Group {
                participant,
                version,
                found: Vec::new(),
                facts: VersionFacts::default(),
            });
        }
        &mut self.groups[place]
    }

    fn problem(&mut self, origin: &str, problem: &str) {
        self.problems.push(format!("{origin}: {problem}"));
    }

    fn finish(mut self) -> Result<Collected, Vec<String>> {
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        // What has no time was found now, after all that has one.
        self.groups
            .sort_by_key(|group| (group.at().is_none(), group.at()));
        for mut group in self.groups {
            let name = (group.participant.clone(), group.version.clone());
            if let Some(facts) = self.facts.get(&name) {
                group.facts.add(facts);
            }
            let default = self.defaults.branch.as_deref();
            self.collected.planned.extend(planned(&group, default));
        }
        Ok(self.collected)
    }
}

/// A publication for each branch that the version is on.
fn planned(group: &Group, default_branch: Option<&str>) -> Vec<Planned> {
    let own = group
        .facts
        .branches
        .iter()
        .map(|branch| Some(branch.clone()));
    let mut branches: Vec<_> = own.collect();
    if branches.is_empty() {
        let plain = group.found.iter().find_map(|found| found.plain_branch);
        branches.push(default_branch.or(plain).map(str::to_owned));
    }
    let planned = branches.into_iter().map(|branch| Planned {
        publication: publication(group, branch),
        at: group.at(),
        contracts: group.found.iter().map(imported).collect(),
    });
    planned.collect()
}

fn publication(group: &Group, branch: Option<String>) -> Publication {
    let mut publication = Publication {
        branch,
        tags: group.facts.tags.iter().cloned().collect(),
        build_url: group.facts.build_url.clone(),
        ..Publication::of(&group.participant, &group.version)
    };
    for found in &group.found {
        match &found.contract {
            Contract::Pact(pact) => publication.pacts.push((**pact).clone()),
            Contract::Golden(golden) => {
                let contract = (golden.name.clone(), golden.to_bytes());
                publication.golden.push(contract);
            }
        }
    }
    publication
}

fn imported(found: &Found) -> ImportedContract {
    ImportedContract {
        kind: found.kind,
        name: found.name.clone(),
        file: found.file.clone(),
    }
}

/// Plain copies are of main branches.
fn plain_branch(segments: &[String]) -> Option<&'static str> {
    let folder = segments.iter().rev().nth(2)?;
    ["pacts", "golden"]
        .contains(&folder.as_str())
        .then_some("main")
}

/// Whether a file name ends in `~` and a hash, which stand for the rest of a name.
fn is_shortened(name: &str) -> bool {
    let end = name.rsplit_once('~').map(|(_, end)| end);
    end.is_some_and(|end| end.len() == 64 && end.chars().all(|c| c.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::*;

    fn input(path: &str, document: &Value) -> Input {
        Input {
            origin: path.into(),
            segments: path.split('/').map(str::to_owned).collect(),
            bytes: document.to_string().into_bytes(),
        }
    }

    fn pact(consumer: &str, path: &str) -> Value {
        json!({
            "consumer": { "name": consumer },
            "provider": { "name": "orders" },
            "interactions": [{
                "description": "a request",
                "request": { "method": "GET", "path": path },
                "response": { "status": 200 },
            }],
            "metadata": { "pactSpecification": { "version": "2.0.0" } },
        })
    }

    fn answer(version: &str, second: u32) -> Value {
        let mut answer = pact("web", version);
        answer["_links"] = json!({ "pb:consumer-version": { "name": version } });
        answer["createdAt"] = json!(format!("2026-01-01T00:00:{second:02}Z"));
        answer
    }

    fn defaults(version: &str, branch: &str) -> Defaults {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Defaults {
            version: given(version),
            branch: given(branch),
        }
    }

    /// `participant version branch` of each publication, in order.
    fn lines(inputs: Vec<Input>, defaults: &Defaults) -> Vec<String> {
        let planned = collect(inputs, defaults).unwrap().planned.into_iter();
        let lines = planned.map(|Planned { publication, .. }| {
            let branch = publication.branch.as_deref().unwrap_or("-");
            format!(
                "{} {} {branch}",
                publication.participant, publication.version
            )
        });
        lines.collect()
    }

    #[test]
    fn each_pact_is_its_consumers() {
        let inputs = || {
            vec![
                input("a/web.json", &pact("web", "/1")),
                input("a/phone.json", &pact("phone", "/1")),
            ]
        };
        assert_eq!(
            lines(inputs(), &defaults("1", "")),
            ["web 1 -", "phone 1 -"]
        );
        assert_eq!(
            lines(inputs(), &defaults("1", "b")),
            ["web 1 b", "phone 1 b"]
        );
    }

    #[test]
    fn the_oldest_comes_first_and_what_has_no_time_last() {
        let inputs = vec![
            input("0.json", &pact("phone", "/")),
            input("1.json", &answer("c", 3)),
            input("2.json", &answer("a", 1)),
            input("3.json", &answer("b", 2)),
        ];
        let expected = ["web a -", "web b -", "web c -", "phone 0 -"];
        assert_eq!(lines(inputs, &defaults("0", "")), expected);
        let one = collect(vec![input("1.json", &answer("c", 3))], &Defaults::default()).unwrap();
        let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_603);
        assert_eq!(one.planned[0].at, Some(expected));
    }

    #[test]
    fn what_a_version_says_counts_for_its_pacts_and_more_than_the_default() {
        let version = json!({
            "number": "a",
            "branches": [{ "name": "main" }, { "name": "fix" }],
            "_links": { "pb:pacticipant": { "name": "web" } },
        });
        let inputs = vec![input("p.json", &answer("a", 1)), input("v.json", &version)];
        assert_eq!(
            lines(inputs, &defaults("", "other")),
            ["web a fix", "web a main"]
        );
    }

    #[test]
    fn plain_copies_are_of_main_unless_something_else_is_said() {
        let mut copy = pact("web", "/");
        copy["metadata"]["pactwork"] = json!({ "consumerVersion": "7", "branch": "master" });
        for (path, document, branch, expected) in [
            (
                "b/pacts/orders/web-orders.json",
                pact("web", "/"),
                "",
                "web 1 main",
            ),
            (
                "b/pacts/orders/web-orders.json",
                pact("web", "/"),
                "x",
                "web 1 x",
            ),
            ("b/pacts/orders/web-orders.json", copy, "x", "web 7 master"),
            ("b/pacts/web-orders.json", pact("web", "/"), "", "web 1 -"),
            ("b/golden/%2E./A.schema.json", json!({}), "", ".. 1 main"),
            ("b/orders/A.schema.json", json!({}), "", "orders 1 -"),
        ] {
            let found = lines(vec![input(path, &document)], &defaults("1", branch));
            assert_eq!(found, [expected], "{path}");
        }
    }

    #[test]
    fn the_same_twice_counts_once_and_a_contradiction_is_named() {
        let inputs = |path| {
            vec![
                input("a.json", &pact("web", "/1")),
                input("b.json", &pact("web", path)),
            ]
        };
        let same = collect(inputs("/1"), &defaults("1", "")).unwrap();
        assert_eq!(same.planned.len(), 1);
        assert_eq!(same.skipped, ["b.json: says the same as a.json"]);
        let problems = collect(inputs("/2"), &defaults("1", "")).unwrap_err();
        assert_eq!(
            problems,
            ["b.json: web 1 has another pact with orders in a.json"]
        );
    }

    #[test]
    fn every_problem_is_named_with_its_place() {
        let hash = "0".repeat(64);
        let inputs = vec![
            input("a.json", &json!({ "consumer": 7 })),
            input("b.json", &json!([answer("1", 1), pact("web", "/")])),
            input("orders/A.schema.json", &json!({ "type": 7 })),
            input(&format!("long~{hash}/A.schema.json"), &json!({})),
        ];
        let problems = collect(inputs, &Defaults::default()).unwrap_err();
        let starts = [
            "a.json: $.consumer: expected an object, found the number 7",
            "b.json: $[1]: names no version; give --as-version V",
            "orders/A.schema.json: $: not a JSON Schema: ",
            &format!("long~{hash}/A.schema.json: expected <provider>/<Event>.schema.json"),
        ];
        assert_eq!(problems.len(), starts.len(), "{problems:?}");
        for (problem, start) in problems.iter().zip(starts) {
            assert!(problem.starts_with(start), "{problem}");
        }
    }
}
