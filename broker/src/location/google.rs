//! `gs://bucket/prefix`: Google Cloud Storage.

use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};

use super::http;
use super::options::{Chosen, Form, HTTP, Known, is_true, known};
use super::{Identity, Opened};

const OWN: [Known; 6] = [
    known("anonymous", Form::Flag, &[]),
    known(
        "application_credentials",
        Form::Text,
        &["GOOGLE_APPLICATION_CREDENTIALS"],
    ),
    known("bearer_token", Form::Secret, &["GOOGLE_BEARER_TOKEN"]),
    known("endpoint", Form::Text, &["GOOGLE_BASE_URL"]),
    known(
        "service_account",
        Form::Text,
        &["GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_PATH"],
    ),
    known(
        "service_account_key",
        Form::Secret,
        &["GOOGLE_SERVICE_ACCOUNT_KEY"],
    ),
];

/// Options and what the store calls them.
const KEYS: [(&str, GoogleConfigKey); 6] = [
    ("anonymous", GoogleConfigKey::SkipSignature),
    (
        "application_credentials",
        GoogleConfigKey::ApplicationCredentials,
    ),
    ("bearer_token", GoogleConfigKey::BearerToken),
    ("endpoint", GoogleConfigKey::BaseUrl),
    ("service_account", GoogleConfigKey::ServiceAccount),
    ("service_account_key", GoogleConfigKey::ServiceAccountKey),
];

/// The options that there are.
pub(super) fn known_options() -> Vec<Known> {
    OWN.into_iter().chain(HTTP).collect()
}

/// Opens it; nothing is asked of the bucket.
pub(super) fn open(rest: &str, chosen: &Chosen) -> Result<Opened, String> {
    let (bucket, prefix) = http::bucket_and_prefix(rest)?;
    let mut builder = GoogleCloudStorageBuilder::new()
        .with_bucket_name(bucket)
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
    if is_true(chosen, "anonymous") {
        return "nobody in particular (anonymous)".into();
    }
    let named = ["bearer_token", "service_account", "service_account_key"];
    let named = named.into_iter().chain(["application_credentials"]);
    let mut given = named.filter_map(|name| Some((name, chosen.get(name)?)));
    match given.next() {
        Some((name, given)) => format!("{} {given}", name.replace('_', " ")),
        None => "Google's application default credentials".into(),
    }
}
