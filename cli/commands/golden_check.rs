//! `pactwork golden check`: validates this participant's example payloads against
//! the pulled golden contracts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use pactwork_golden::{ExampleChecker, GoldenContract};
use serde_json::Value;

use crate::config::Events;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::file_names;
use crate::output::Output;
use crate::pact_files::{entries, json_files};
use crate::plan::Context;
use crate::render::human;

/// Which examples are checked, and against what.
#[derive(Debug)]
pub struct Plan {
    examples: PathBuf,
    golden: PathBuf,
    events: Events,
}

/// What became of an example.
#[derive(Debug)]
pub enum Checked {
    Valid,
    /// One line a violation.
    Invalid(Vec<String>),
    /// Where, and what the parser says.
    NotJson(String),
    /// The golden contract's file, which is not there.
    NoGoldenContract(PathBuf),
}

/// Takes everything from the configuration.
pub fn plan(context: &Context) -> Plan {
    let consumer = &context.config.consumer;
    Plan {
        examples: consumer.examples.clone(),
        golden: consumer.golden.clone(),
        events: consumer.events.clone(),
    }
}

/// Checks every example and says what became of each.
pub fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let examples = find(&plan.examples, output)?;
    warn_of_events_without_example(&plan, &examples, output);
    let mut checked = Vec::new();
    for ((provider, event), files) in examples {
        let golden = plan
            .golden
            .join(file_names::golden_contract(&provider, &event));
        let checker = checker(&golden, &event)?;
        for file in files {
            let result = check(&file, checker.as_ref(), &golden)?;
            checked.push((file, result));
        }
    }
    output.result(&human::examples(&checked, output))?;
    conclude(&checked)
}

/// Example files by provider and event.
type Examples = BTreeMap<(String, String), Vec<PathBuf>>;

fn find(folder: &Path, output: &Output) -> Result<Examples> {
    let mut examples = Examples::new();
    for provider in folders(folder, output)? {
        for event in folders(&provider, output)? {
            let names = (
                file_names::decode(&name(&provider)),
                file_names::decode(&name(&event)),
            );
            let files = json_files(&event)?;
            if !files.is_empty() {
                examples.insert(names, files);
            }
        }
    }
    Ok(examples)
}

/// The folders in a folder. A JSON file beside them would be an example that is
/// never checked, so that is said.
fn folders(folder: &Path, output: &Output) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let (folders, files): (Vec<_>, Vec<_>) =
        entries(folder)?.into_iter().partition(|path| path.is_dir());
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|e| e == "json"))
    {
        output.warning(format!(
            "{} is not checked: examples lie in <provider>/<Event>/<scenario>.json",
            output.path(file)
        ));
    }
    Ok(folders)
}

fn name(folder: &Path) -> String {
    folder
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn warn_of_events_without_example(plan: &Plan, examples: &Examples, output: &Output) {
    let with_example: BTreeSet<&(String, String)> = examples.keys().collect();
    for (provider, events) in &plan.events {
        for event in events {
            if !with_example.contains(&(provider.clone(), event.clone())) {
                output.warning(format!(
                    "{event} of {provider} is consumed, and no example of it is in {}",
                    output.path(&plan.examples.join(provider).join(event))
                ));
            }
        }
    }
}

/// `None` if the golden contract has not been pulled.
fn checker(golden: &Path, event: &str) -> Result<Option<ExampleChecker>> {
    if !golden.exists() {
        return Ok(None);
    }
    let bytes = std::fs::read(golden).map_err(|reason| Failure::cannot_read(golden, &reason))?;
    let contract = GoldenContract::read(event, &bytes, &golden.display().to_string())?;
    Ok(Some(ExampleChecker::compile(&contract)?))
}

fn check(file: &Path, checker: Option<&ExampleChecker>, golden: &Path) -> Result<Checked> {
    let bytes = std::fs::read(file).map_err(|reason| Failure::cannot_read(file, &reason))?;
    let example: Value = match serde_json::from_slice(&bytes) {
        Ok(example) => example,
        Err(error) => return Ok(Checked::NotJson(error.to_string())),
    };
    let Some(checker) = checker else {
        return Ok(Checked::NoGoldenContract(golden.to_owned()));
    };
    let violations = checker.check(&example);
    Ok(match violations.is_empty() {
        true => Checked::Valid,
        false => Checked::Invalid(violations.iter().map(ToString::to_string).collect()),
    })
}

/// A file that is not JSON weighs more than an invalid example, and that more
/// than one that could not be checked.
fn conclude(checked: &[(PathBuf, Checked)]) -> Result<Exit> {
    let any = |kind: fn(&Checked) -> bool| checked.iter().any(|(_, result)| kind(result));
    if any(|result| matches!(result, Checked::NotJson(_))) {
        return Err(Failure::wrong_input("an example is not JSON").advise("correct the file"));
    }
    if any(|result| matches!(result, Checked::Invalid(_))) {
        return Ok(Exit::Broken);
    }
    if any(|result| matches!(result, Checked::NoGoldenContract(_))) {
        return Err(
            Failure::unknown("an example has no golden contract to be checked against").advise(
                "name the event in consumer.events of pactwork.toml and run pactwork golden pull, \
                 or remove the example",
            ),
        );
    }
    Ok(Exit::Holds)
}
