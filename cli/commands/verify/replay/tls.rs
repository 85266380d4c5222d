//! Whom to trust at `https:` URLs.

use std::path::{Path, PathBuf};

use pactwork_provider::{CertificateError, HttpOptions};

use crate::args;
use crate::failure::{Failure, Result};
use crate::plan::Context;

/// Reads the files. Flags win over the configuration.
pub fn apply(mut http: HttpOptions, args: &args::Replay, context: &Context) -> Result<HttpOptions> {
    let configured = &context.config.provider;
    http = http.insecure(args.insecure || configured.insecure);
    let given = |path: &PathBuf| context.working_folder.join(path);
    let own = |path: &PathBuf| context.config.folder.join(path);
    let mut authorities: Vec<_> = args.ca_certificate.iter().map(given).collect();
    if authorities.is_empty() {
        authorities.extend(configured.ca_certificate.iter().map(own));
    }
    for file in &authorities {
        http = http
            .ca_certificates(&read(file)?)
            .map_err(|error| unusable(file, &error))?;
    }
    let given = args
        .client_certificate
        .as_ref()
        .map(given)
        .zip(args.client_key.as_ref().map(given));
    let identity = given.or_else(|| {
        let certificate = configured.client_certificate.as_ref().map(own);
        certificate.zip(configured.client_key.as_ref().map(own))
    });
    if let Some((certificate, key)) = identity {
        http = http
            .client_certificate(&read(&certificate)?, &read(&key)?)
            .map_err(|error| {
                unusable(&certificate, &error).advise(format!("its key is {}", key.display()))
            })?;
    }
    Ok(http)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).map_err(|reason| Failure::cannot_read(file, &reason))
}

fn unusable(file: &Path, error: &CertificateError) -> Failure {
    Failure::wrong_input(format!("{}: {error}", file.display()))
        .advise("give a file in PEM, as openssl writes it: -----BEGIN …-----")
}
