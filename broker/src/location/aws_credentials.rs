//! AWS's own chain of credentials (profiles, single sign-on, web identity, roles of
//! containers and machines) for a store.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use object_store::CredentialProvider;
use object_store::aws::AwsCredential;
use tokio::sync::Mutex;

/// How long before they end credentials are replaced.
const MARGIN: Duration = Duration::from_secs(300);

/// Credentials, asked for once and again shortly before they end.
#[derive(Debug)]
pub(crate) struct ChainedCredentials {
    shared: SdkConfig,
    provider: SharedCredentialsProvider,
    /// Whether AWS itself can be asked who this is.
    of_amazon: bool,
    held: Mutex<Option<Credentials>>,
}

impl ChainedCredentials {
    pub(crate) fn of(shared: SdkConfig, of_amazon: bool) -> Result<Self, String> {
        let provider = shared
            .credentials_provider()
            .ok_or("AWS's configuration names no credentials")?;
        Ok(Self {
            shared,
            provider,
            of_amazon,
            held: Mutex::new(None),
        })
    }

    async fn current(&self) -> Result<Credentials, String> {
        let mut held = self.held.lock().await;
        let lasts = |credentials: &&Credentials| {
            let ends = credentials.expiry();
            ends.is_none_or(|ends| ends > SystemTime::now() + MARGIN)
        };
        if let Some(credentials) = held.as_ref().filter(lasts) {
            return Ok(credentials.clone());
        }
        let provided = self.provider.provide_credentials().await;
        let fresh = provided.map_err(|error| {
            format!(
                "no AWS credentials: {}; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile \
                 (AWS_PROFILE, after `aws sso login` where it signs on), or run where a role is given",
                whole(&error)
            )
        })?;
        Ok(held.insert(fresh).clone())
    }

    /// Whose they are: the key, and what AWS says who that is.
    pub(crate) async fn describe(&self) -> Result<String, String> {
        let credentials = self.current().await?;
        let key = format!("the access key {}", credentials.access_key_id());
        if !self.of_amazon {
            return Ok(key);
        }
        let client = aws_sdk_sts::Client::new(&self.shared);
        match client.get_caller_identity().send().await {
            Ok(answer) => Ok(format!("{} ({key})", answer.arn().unwrap_or("an account"))),
            Err(error) => Err(format!(
                "{key}, and AWS does not know it: {}",
                whole(&error)
            )),
        }
    }
}

#[async_trait]
impl CredentialProvider for ChainedCredentials {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        let credentials = self.current().await;
        let credentials = credentials.map_err(|reason| object_store::Error::Generic {
            store: "S3",
            source: reason.into(),
        })?;
        Ok(Arc::new(AwsCredential {
            key_id: credentials.access_key_id().into(),
            secret_key: credentials.secret_access_key().into(),
            token: credentials.session_token().map(str::to_owned),
        }))
    }
}

/// An error with what caused it.
fn whole(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text += &format!(": {inner}");
        cause = inner.source();
    }
    text
}
