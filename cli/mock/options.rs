use std::net::IpAddr;
use std::path::PathBuf;

use pactwork_consumer::definition_json::DefinitionProblem;
use pactwork_consumer::{MockOptions, SpecificationVersion};
use serde_json::Value;

use super::api::Settings;

/// Where a mock provider listens, and where and how its pact is written.
#[derive(Debug, Clone, Default)]
pub struct Options {
    host: Option<IpAddr>,
    port: u16,
    output: Option<PathBuf>,
    pub specification: SpecificationVersion,
    seed: Option<u64>,
    pub test: Option<String>,
}

/// Takes an option's value, or gives it back as not being one.
type Take = fn(&mut Options, &Value) -> Option<()>;

/// Each option by name, with what is expected of it.
const OPTIONS: &[(&str, &str, Take)] = &[
    (
        "host",
        "an address to listen on, such as \"127.0.0.1\"",
        host,
    ),
    ("port", "a port from 0 (a free one) to 65535", port),
    ("output", "the folder for the pact", output),
    (
        "specification",
        "the version of the pact file: 2, 3 or 4",
        specification,
    ),
    ("seed", "a whole number from 0", seed),
    ("test", "the name of the test", test),
];

impl Options {
    /// Reads what stands under `options`; null members are as good as nothing.
    pub fn read(value: Option<&Value>, problems: &mut Vec<DefinitionProblem>) -> Self {
        let mut options = Self::default();
        let map = match value {
            None | Some(Value::Null) => return options,
            Some(Value::Object(map)) => map,
            Some(other) => {
                problems.push(DefinitionProblem::wrong("$.options", "an object", other));
                return options;
            }
        };
        for (name, value) in map.iter().filter(|(_, value)| !value.is_null()) {
            problems.extend(options.take(name, value).err());
        }
        options
    }

    fn take(&mut self, name: &str, value: &Value) -> Result<(), DefinitionProblem> {
        let Some((_, expected, take)) = OPTIONS.iter().find(|(known, ..)| *known == name) else {
            let known: Vec<_> = OPTIONS.iter().map(|(known, ..)| *known).collect();
            return Err(DefinitionProblem::unknown_member("$.options", name, &known));
        };
        take(self, value).ok_or_else(|| {
            let path = format!("$.options.{name}");
            DefinitionProblem::wrong(path, expected, value)
        })
    }

    /// The folder to record into.
    pub fn folder(&self, settings: &Settings) -> PathBuf {
        match &self.output {
            Some(folder) => settings.working_folder.join(folder),
            None => settings.folder.clone(),
        }
    }

    /// The same for the mock provider.
    pub fn mock(&self, settings: &Settings) -> MockOptions {
        let mut options = MockOptions::default()
            .port(self.port)
            .output(self.folder(settings))
            .specification(self.specification);
        if let Some(host) = self.host {
            options = options.host(host);
        }
        if let Some(seed) = self.seed {
            options = options.seed(seed);
        }
        if let Some(test) = &self.test {
            options = options.test(test);
        }
        options
    }
}

fn host(options: &mut Options, value: &Value) -> Option<()> {
    options.host = Some(value.as_str()?.parse().ok()?);
    Some(())
}

fn port(options: &mut Options, value: &Value) -> Option<()> {
    options.port = value.as_u64()?.try_into().ok()?;
    Some(())
}

fn output(options: &mut Options, value: &Value) -> Option<()> {
    let folder = value.as_str().filter(|folder| !folder.is_empty())?;
    options.output = Some(folder.into());
    Some(())
}

fn specification(options: &mut Options, value: &Value) -> Option<()> {
    options.specification = match value.as_u64()? {
        2 => SpecificationVersion::V2,
        3 => SpecificationVersion::V3,
        4 => SpecificationVersion::V4,
        _ => return None,
    };
    Some(())
}

fn seed(options: &mut Options, value: &Value) -> Option<()> {
    options.seed = Some(value.as_u64()?);
    Some(())
}

fn test(options: &mut Options, value: &Value) -> Option<()> {
    let name = value.as_str().filter(|name| !name.is_empty())?;
    options.test = Some(name.into());
    Some(())
}
