use std::net::IpAddr;
use std::path::{Path, PathBuf};

use pactwork_consumer::definition_json::DefinitionProblem;
use pactwork_consumer::server::{CertificateError, Certificates, Cors};
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
    tls: Option<Tls>,
    cors: Option<Cors>,
    pub test: Option<String>,
}

/// Whose certificate is shown.
#[derive(Debug, Clone)]
enum Tls {
    SelfSigned,
    Files { certificate: PathBuf, key: PathBuf },
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
    (
        "tls",
        "true for a certificate of its own, or an object with the files `certificate` and `key`",
        tls,
    ),
    (
        "cors",
        "true for pages of any origin, or a list of origins such as \"http://localhost:3000\"",
        cors,
    ),
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

    /// The same for the mock provider, and the certificate that its clients have to
    /// trust.
    pub fn mock(
        &self,
        settings: &Settings,
    ) -> Result<(MockOptions, Option<String>), CertificateError> {
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
        if let Some(cors) = &self.cors {
            options = options.cors(cors.clone());
        }
        let Some(tls) = &self.tls else {
            return Ok((options, None));
        };
        let certificates = tls.certificates(&settings.working_folder)?;
        let certificate = certificates.certificate_pem().to_owned();
        Ok((options.tls(certificates), Some(certificate)))
    }
}

impl Tls {
    fn certificates(&self, folder: &Path) -> Result<Certificates, CertificateError> {
        match self {
            Self::SelfSigned => Certificates::self_signed(),
            Self::Files { certificate, key } => {
                Certificates::from_files(folder.join(certificate), folder.join(key))
            }
        }
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

fn tls(options: &mut Options, value: &Value) -> Option<()> {
    options.tls = match value {
        Value::Bool(false) => None,
        Value::Bool(true) => Some(Tls::SelfSigned),
        Value::Object(files) if files.len() == 2 => Some(Tls::Files {
            certificate: files.get("certificate")?.as_str()?.into(),
            key: files.get("key")?.as_str()?.into(),
        }),
        _ => return None,
    };
    Some(())
}

fn cors(options: &mut Options, value: &Value) -> Option<()> {
    options.cors = match value {
        Value::Bool(false) => None,
        Value::Bool(true) => Some(Cors::any_origin()),
        Value::Array(origins) if !origins.is_empty() => {
            let origins = origins.iter().map(Value::as_str);
            Some(Cors::origins(origins.collect::<Option<Vec<_>>>()?))
        }
        _ => return None,
    };
    Some(())
}
