//! `pactwork doctor`: which storage is used, as whom, and what may be done with it.

use std::time::SystemTime;

use pactwork_broker::{Condition, Examination};
use serde_json::json;

use crate::args::{self, Format};
use crate::config::FILE_NAME;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::Output;
use crate::plan::Context;
use crate::render::{human, json};
use crate::storage::Storage;

/// What is examined.
#[derive(Debug)]
pub struct Plan {
    surroundings: Surroundings,
    format: Format,
    storage: Storage,
}

/// What was found before the storage was asked anything.
#[derive(Debug)]
pub struct Surroundings {
    pub configuration: String,
    pub participant: Option<String>,
    pub storage: String,
    pub named_by: &'static str,
    /// Options of the storage with their values and where each was given.
    pub options: Vec<(String, String)>,
}

/// Checks the arguments.
pub fn plan(args: &args::Doctor, context: &Context) -> Plan {
    let config = &context.config;
    let configuration = match &config.file {
        Some(file) => file.display().to_string(),
        None => format!("no {FILE_NAME} in this folder or above it"),
    };
    Plan {
        surroundings: Surroundings {
            configuration,
            participant: config.participant.clone(),
            storage: context.storage.to_string(),
            named_by: context.storage.named_by,
            options: Vec::new(),
        },
        format: args.format,
        storage: context.storage.clone(),
    }
}

/// Examines, and shows what was found.
pub async fn run(mut plan: Plan, output: &Output) -> Result<Exit> {
    plan.surroundings.options = plan.storage.location.options_in_force()?;
    let broker = plan.storage.open().await?;
    let examination = broker.examine(SystemTime::now()).await;
    output.result(&match plan.format {
        Format::Human => human::examination(&plan.surroundings, &examination),
        Format::Json => document(&plan.surroundings, &examination)?,
    })?;
    Ok(match examination.condition() {
        Condition::Bad => Exit::Unknown,
        Condition::Good | Condition::Doubtful => Exit::Holds,
    })
}

fn document(surroundings: &Surroundings, examination: &Examination) -> Result<String> {
    let options = surroundings.options.iter().cloned();
    json::pretty(&json!({
        "configuration": surroundings.configuration,
        "participant": surroundings.participant,
        "storage": surroundings.storage,
        "storageNamedBy": surroundings.named_by,
        "options": options.collect::<std::collections::BTreeMap<_, _>>(),
        "condition": examination.condition(),
        "findings": examination.findings,
    }))
}
