//! `az://container/prefix`: Azure Blob Storage.

use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};

use super::http;
use super::options::{Chosen, Form, HTTP, Known, is_false, known};
use super::{Identity, Opened};

const OWN: [Known; 13] = [
    known(
        "access_key",
        Form::Secret,
        &[
            "AZURE_STORAGE_ACCOUNT_KEY",
            "AZURE_STORAGE_ACCESS_KEY",
            "AZURE_STORAGE_KEY",
        ],
    ),
    known(
        "account_name",
        Form::Text,
        &["AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT"],
    ),
    known("anonymous", Form::Flag, &[]),
    known("authority_host", Form::Text, &["AZURE_AUTHORITY_HOST"]),
    known("bearer_token", Form::Secret, &["AZURE_STORAGE_TOKEN"]),
    known("client_id", Form::Text, &["AZURE_CLIENT_ID"]),
    known("client_secret", Form::Secret, &["AZURE_CLIENT_SECRET"]),
    known("endpoint", Form::Text, &["AZURE_STORAGE_ENDPOINT"]),
    known(
        "federated_token_file",
        Form::Text,
        &["AZURE_FEDERATED_TOKEN_FILE"],
    ),
    known(
        "sas_token",
        Form::Secret,
        &["AZURE_STORAGE_SAS_TOKEN", "AZURE_STORAGE_SAS_KEY"],
    ),
    known("tenant_id", Form::Text, &["AZURE_TENANT_ID"]),
    known("use_azure_cli", Form::Flag, &[]),
    known("use_emulator", Form::Flag, &[]),
];

/// Options and what the store calls them.
const KEYS: [(&str, AzureConfigKey); 13] = [
    ("access_key", AzureConfigKey::AccessKey),
    ("account_name", AzureConfigKey::AccountName),
    ("anonymous", AzureConfigKey::SkipSignature),
    ("authority_host", AzureConfigKey::AuthorityHost),
    ("bearer_token", AzureConfigKey::Token),
    ("client_id", AzureConfigKey::ClientId),
    ("client_secret", AzureConfigKey::ClientSecret),
    ("endpoint", AzureConfigKey::Endpoint),
    ("federated_token_file", AzureConfigKey::FederatedTokenFile),
    ("sas_token", AzureConfigKey::SasKey),
    ("tenant_id", AzureConfigKey::AuthorityId),
    ("use_azure_cli", AzureConfigKey::UseAzureCli),
    ("use_emulator", AzureConfigKey::UseEmulator),
];

/// The options that there are.
pub(super) fn known_options() -> Vec<Known> {
    OWN.into_iter().chain(HTTP).collect()
}

/// Opens it; nothing is asked of the container.
pub(super) fn open(rest: &str, chosen: &Chosen) -> Result<Opened, String> {
    let (container, prefix) = http::bucket_and_prefix(rest)?;
    let mut builder = MicrosoftAzureBuilder::new()
        .with_container_name(container)
        .with_client_options(http::client(chosen))
        .with_retry(http::retry(chosen));
    for (name, key) in KEYS {
        if let Some(given) = chosen.get(name) {
            builder = builder.with_config(key, &given.value);
        }
    }
    let store = builder.build().map_err(|error| error.to_string())?;
    Ok(Opened {
        identity: Identity::Known(identity(chosen)),
        ..http::below(store, prefix)?
    })
}

fn identity(chosen: &Chosen) -> String {
    let account = match chosen.get("account_name") {
        Some(account) => format!(" of the account {account}"),
        None => String::new(),
    };
    let way = [
        ("anonymous", "nobody in particular (anonymous)"),
        ("access_key", "the access key"),
        ("sas_token", "a shared access signature"),
        ("bearer_token", "a token"),
        ("client_secret", "an application with its secret"),
        (
            "federated_token_file",
            "an application with a federated token",
        ),
        ("use_azure_cli", "who signed on with the Azure CLI"),
        ("use_emulator", "the emulator's account"),
    ];
    let way = way
        .iter()
        .find(|(name, _)| chosen.contains_key(name) && !is_false(chosen, name));
    format!(
        "{}{account}",
        way.map_or("a managed identity", |(_, way)| way)
    )
}
