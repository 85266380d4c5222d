//! What all storage over HTTP has in common.

use std::sync::Arc;
use std::time::Duration;

use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};

use super::options::{Chosen, is_true};
use super::{Identity, Opened};

/// A storage that does not answer is given up within a minute: a job that waits
/// longer is worse than one that says why it ended.
const RETRIES: usize = 4;
const RETRY_TIMEOUT: Duration = Duration::from_secs(60);

/// What stands in front of the path of a URL, and the path without its slashes.
pub(super) fn bucket_and_prefix(rest: &str) -> Result<(&str, &str), String> {
    let rest = rest
        .strip_prefix("//")
        .ok_or("expected // after the scheme")?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    if bucket.is_empty() {
        return Err("it names no bucket".into());
    }
    Ok((bucket, prefix.trim_matches('/')))
}

/// Only what is below the prefix.
pub(super) fn below(store: impl ObjectStore, prefix: &str) -> Result<Opened, String> {
    let store: Arc<dyn ObjectStore> = match prefix.is_empty() {
        true => Arc::new(store),
        false => {
            let prefix = object_store::path::Path::parse(prefix);
            let prefix = prefix.map_err(|error| error.to_string())?;
            Arc::new(PrefixStore::new(store, prefix))
        }
    };
    Ok(Opened {
        store,
        ordered: true,
        folder: None,
        identity: Identity::None,
    })
}

/// How the storage is spoken to. An endpoint that is named without TLS, or an
/// emulator, is meant so.
pub(super) fn client(chosen: &Chosen) -> ClientOptions {
    // Fails where a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let plain_endpoint = chosen
        .get("endpoint")
        .is_some_and(|given| given.value.starts_with("http://"));
    let emulated = is_true(chosen, "use_emulator");
    let mut client = ClientOptions::new()
        .with_allow_http(plain_endpoint || emulated || is_true(chosen, "allow_http"))
        .with_allow_invalid_certificates(is_true(chosen, "allow_invalid_certificates"));
    if let Some(timeout) = seconds(chosen, "timeout_seconds") {
        client = client.with_timeout(timeout);
    }
    if let Some(timeout) = seconds(chosen, "connect_timeout_seconds") {
        client = client.with_connect_timeout(timeout);
    }
    match chosen.get("proxy_url") {
        Some(proxy) => client.with_proxy_url(&proxy.value),
        None => client,
    }
}

/// How often and how long it is tried again.
pub(super) fn retry(chosen: &Chosen) -> RetryConfig {
    let retries = chosen
        .get("retries")
        .and_then(|given| given.value.parse().ok());
    RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: retries.unwrap_or(RETRIES),
        retry_timeout: seconds(chosen, "retry_timeout_seconds").unwrap_or(RETRY_TIMEOUT),
    }
}

fn seconds(chosen: &Chosen, name: &str) -> Option<Duration> {
    let given = chosen.get(name)?;
    given.value.parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_bucket_and_perhaps_a_prefix() {
        for (rest, expected) in [
            ("//bucket", Ok(("bucket", ""))),
            ("//bucket/", Ok(("bucket", ""))),
            ("//bucket/a/b/", Ok(("bucket", "a/b"))),
            ("///a", Err("it names no bucket".to_owned())),
            ("bucket", Err("expected // after the scheme".to_owned())),
        ] {
            assert_eq!(bucket_and_prefix(rest), expected, "{rest}");
        }
    }
}
