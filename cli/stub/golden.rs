//! Golden contracts as something to serve: an example of each, as a message and
//! wherever a route says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pactwork_consumer::stub::StubSource;
use pactwork_contract::{
    AsynchronousMessage, Body, Common, HttpInteraction, Interaction, MessageContents, Pact,
    Response,
};
use pactwork_golden::{GoldenContract, example_of};
use serde_json::{Value, json};

use super::Route;
use crate::config::FILE_NAME;
use crate::failure::{Failure, Result};
use crate::file_names;
use crate::pact_files::{entries, json_files, stem};

/// Who is named as the consumer of what no consumer said.
const CONSUMER: &str = "golden contracts";

/// A folder of golden contracts, and where their examples answer.
#[derive(Debug)]
pub struct Golden {
    pub folder: PathBuf,
    /// Whose are those that lie in the folder itself.
    pub provider: Option<String>,
    pub routes: Vec<Route>,
}

/// A golden contract with its example, or why there is none.
struct Exemplified {
    provider: String,
    name: String,
    file: PathBuf,
    example: std::result::Result<Value, String>,
}

impl Golden {
    /// Reads the folder; each provider's golden contracts are one source. What no
    /// example can be made of is said to `warn`.
    pub fn load(&self, warn: &mut impl FnMut(String)) -> Result<Vec<StubSource>> {
        let contracts = self.contracts()?;
        if contracts.is_empty() {
            return Err(Failure::wrong_input(format!(
                "no golden contract (*.json) in {}",
                self.folder.display()
            ))
            .advise("run pactwork golden generate or pactwork golden pull first"));
        }
        let mut pacts = BTreeMap::<&str, Pact>::new();
        for contract in &contracts {
            let pact = pacts
                .entry(&contract.provider)
                .or_insert_with(|| Pact::between(CONSUMER, &contract.provider));
            match contract.message() {
                Ok(message) => pact.interactions.push(message),
                Err(reason) => warn(format!("{}: {reason}", contract.file.display())),
            }
        }
        for route in &self.routes {
            let contract = self.contract_of(route, &contracts)?;
            if let Some(pact) = pacts.get_mut(contract.provider.as_str()) {
                pact.interactions.push(contract.answering(route));
            }
        }
        let origin = self.folder.display().to_string();
        Ok(pacts
            .into_values()
            .map(|pact| StubSource::of(pact, &origin).ignoring_query())
            .collect())
    }

    fn contracts(&self) -> Result<Vec<Exemplified>> {
        let mut contracts = Vec::new();
        let own = json_files(&self.folder)?;
        if !own.is_empty() {
            let provider = self.provider.as_deref().ok_or_else(|| {
                Failure::wrong_input(format!(
                    "it is not known whose golden contracts are in {}",
                    self.folder.display()
                ))
                .advise(format!(
                    "give --provider NAME, or write participant = \"…\" in {FILE_NAME}"
                ))
            })?;
            for file in own {
                contracts.push(read(provider, file)?);
            }
        }
        for folder in entries(&self.folder)?
            .into_iter()
            .filter(|path| path.is_dir())
        {
            let provider = file_names::decode(&folder_name(&folder));
            for file in json_files(&folder)? {
                contracts.push(read(&provider, file)?);
            }
        }
        Ok(contracts)
    }

    /// The one golden contract that a route names.
    fn contract_of<'a>(
        &self,
        route: &Route,
        contracts: &'a [Exemplified],
    ) -> Result<&'a Exemplified> {
        let names = |each: &Exemplified| {
            each.name == route.golden || format!("{}/{}", each.provider, each.name) == route.golden
        };
        let mut found = contracts.iter().filter(|each| names(each));
        let Route {
            method,
            path,
            golden,
            ..
        } = route;
        match (found.next(), found.next()) {
            (Some(contract), None) => Ok(contract),
            (Some(one), Some(other)) => Err(Failure::wrong_input(format!(
                "{method} {path}: both {} and {} have a golden contract {golden}",
                one.provider, other.provider
            ))
            .advise(format!("name it {}/{golden}", one.provider))),
            (None, _) => {
                let known: Vec<_> = contracts.iter().map(|each| each.name.as_str()).collect();
                Err(Failure::wrong_input(format!(
                    "{method} {path}: there is no golden contract {golden} in {}; there are {}",
                    self.folder.display(),
                    known.join(", ")
                )))
            }
        }
    }
}

fn folder_name(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn read(provider: &str, file: PathBuf) -> Result<Exemplified> {
    let bytes = std::fs::read(&file).map_err(|reason| Failure::cannot_read(&file, &reason))?;
    let stem = stem(&file);
    let name = file_names::decode(stem.strip_suffix(".schema").unwrap_or(&stem));
    let contract = GoldenContract::read(&name, &bytes, &file.display().to_string())?;
    let example = example_of(&contract).map_err(|error| error.to_string());
    Ok(Exemplified {
        provider: provider.into(),
        name,
        file,
        example,
    })
}

impl Exemplified {
    fn message(&self) -> std::result::Result<Interaction, &str> {
        let example = self.example.as_ref().map_err(String::as_str)?;
        Ok(Interaction::AsynchronousMessage(Box::new(
            AsynchronousMessage {
                common: described(self.name.clone()),
                message: MessageContents {
                    contents: Body::json(example.clone()),
                    ..MessageContents::default()
                },
            },
        )))
    }

    /// The example as an answer; 501 where there is none.
    fn answering(&self, route: &Route) -> Interaction {
        let (status, body) = match &self.example {
            Ok(example) => (route.status, example.clone()),
            Err(reason) => (501, json!({ "error": reason })),
        };
        Interaction::Http(Box::new(HttpInteraction {
            common: described(format!("{} {} as {}", route.method, route.path, self.name)),
            request: route.request(),
            response: Response {
                status,
                body: Body::json(body),
                ..Response::default()
            },
        }))
    }
}

fn described(description: String) -> Common {
    Common {
        description,
        ..Common::default()
    }
}
