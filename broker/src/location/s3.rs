//! `s3://bucket/prefix`: Amazon S3 and what speaks its protocol.

use std::sync::Arc;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::tls;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, resolve_bucket_region};

use super::aws_credentials::ChainedCredentials;
use super::http;
use super::options::{Chosen, Form, HTTP, Known, is_false, is_true, known};
use super::{Identity, Opened};

const OWN: [Known; 12] = [
    known("access_key_id", Form::Text, &["AWS_ACCESS_KEY_ID"]),
    known("anonymous", Form::Flag, &[]),
    known("conditional_put", Form::Flag, &[]),
    known(
        "endpoint",
        Form::Text,
        &["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"],
    ),
    known("path_style", Form::Flag, &[]),
    known("profile", Form::Text, &["AWS_PROFILE"]),
    known("region", Form::Text, &["AWS_REGION", "AWS_DEFAULT_REGION"]),
    known("request_payer", Form::Flag, &[]),
    known(
        "secret_access_key",
        Form::Secret,
        &["AWS_SECRET_ACCESS_KEY"],
    ),
    known("server_side_encryption", Form::Text, &[]),
    known("session_token", Form::Secret, &["AWS_SESSION_TOKEN"]),
    known("sse_kms_key_id", Form::Text, &[]),
];

/// The options that there are.
pub(super) fn known_options() -> Vec<Known> {
    OWN.into_iter().chain(HTTP).collect()
}

/// Opens it. Nothing is asked of the bucket, but for its region where nobody said it.
pub(super) async fn open(rest: &str, chosen: &Chosen) -> Result<Opened, String> {
    let (bucket, prefix) = http::bucket_and_prefix(rest)?;
    let endpoint = chosen.get("endpoint").map(|given| given.value.as_str());
    let client = http::client(chosen);
    let credentials = Credentials::choose(chosen)?;
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_client_options(client.clone())
        .with_retry(http::retry(chosen));
    let shared = match &credentials {
        Credentials::Chain { profile } => Some(shared(profile.as_deref(), chosen).await),
        Credentials::Anonymous | Credentials::Keys { .. } => None,
    };
    let region = match (region(chosen, shared.as_ref()), endpoint) {
        (Some(region), _) => region,
        // Servers of others take any; this is what they call themselves.
        (None, Some(_)) => "us-east-1".into(),
        (None, None) => resolve_bucket_region(bucket, &client)
            .await
            .map_err(|error| format!("its region is not known ({error}); name it: AWS_REGION"))?,
    };
    builder = builder.with_region(region);
    builder = options(builder, bucket, chosen)?;
    let identity;
    (builder, identity) = credentials.give(builder, shared, endpoint.is_none())?;
    let store = builder.build().map_err(|error| error.to_string())?;
    Ok(Opened {
        identity,
        ..http::below(store, prefix)?
    })
}

fn region(chosen: &Chosen, shared: Option<&SdkConfig>) -> Option<String> {
    let given = chosen.get("region").map(|given| given.value.clone());
    given.or_else(|| Some(shared?.region()?.to_string()))
}

fn options(
    mut builder: AmazonS3Builder,
    bucket: &str,
    chosen: &Chosen,
) -> Result<AmazonS3Builder, String> {
    let virtual_hosted = is_false(chosen, "path_style");
    builder = builder.with_virtual_hosted_style_request(virtual_hosted);
    if let Some(endpoint) = chosen.get("endpoint") {
        let endpoint = match virtual_hosted {
            true => with_bucket(&endpoint.value, bucket)?,
            false => endpoint.value.clone(),
        };
        builder = builder.with_endpoint(endpoint);
    }
    for name in ["server_side_encryption", "sse_kms_key_id", "request_payer"] {
        let key: AmazonS3ConfigKey = name.parse().map_err(|error| format!("{name}: {error}"))?;
        if let Some(given) = chosen.get(name) {
            builder = builder.with_config(key, &given.value);
        }
    }
    if is_false(chosen, "conditional_put") {
        builder = builder.with_config(AmazonS3ConfigKey::ConditionalPut, "disabled");
    }
    Ok(builder)
}

/// The endpoint as the host of a bucket: `https://bucket.host`.
fn with_bucket(endpoint: &str, bucket: &str) -> Result<String, String> {
    let (scheme, host) = endpoint
        .split_once("://")
        .ok_or("endpoint: expected a URL such as https://host")?;
    Ok(format!("{scheme}://{bucket}.{host}"))
}

/// Where the credentials come from.
#[derive(Debug, PartialEq, Eq)]
enum Credentials {
    Anonymous,
    Keys {
        id: String,
        secret: String,
        token: Option<String>,
        place: String,
    },
    /// A profile (with single sign-on, a role, or a process), web identity, a
    /// container's or a machine's role: in AWS's own order.
    Chain {
        profile: Option<String>,
    },
}

impl Credentials {
    /// As AWS's own tools choose: keys of the environment win over a profile,
    /// unless the profile is named closer to the command.
    fn choose(chosen: &Chosen) -> Result<Self, String> {
        if is_true(chosen, "anonymous") {
            return Ok(Self::Anonymous);
        }
        let profile = chosen.get("profile");
        let (id, secret) = (chosen.get("access_key_id"), chosen.get("secret_access_key"));
        match (id, secret) {
            (Some(id), Some(secret))
                if profile.is_none_or(|profile| profile.source <= secret.source) =>
            {
                Ok(Self::Keys {
                    id: id.value.clone(),
                    secret: secret.value.clone(),
                    token: chosen.get("session_token").map(|token| token.value.clone()),
                    place: id.place.clone(),
                })
            }
            (Some(id), None) => Err(format!(
                "{} is set, and AWS_SECRET_ACCESS_KEY is not",
                id.place
            )),
            (None, Some(secret)) => Err(format!(
                "{} is set, and AWS_ACCESS_KEY_ID is not",
                secret.place
            )),
            _ => Ok(Self::Chain {
                profile: profile.map(|profile| profile.value.clone()),
            }),
        }
    }

    fn give(
        self,
        builder: AmazonS3Builder,
        shared: Option<SdkConfig>,
        of_amazon: bool,
    ) -> Result<(AmazonS3Builder, Identity), String> {
        match self {
            Self::Anonymous => {
                let identity = Identity::Known("nobody in particular (anonymous)".into());
                Ok((builder.with_skip_signature(true), identity))
            }
            Self::Keys {
                id,
                secret,
                token,
                place,
            } => {
                let identity = Identity::Known(format!("the access key {id} ({place})"));
                let builder = builder
                    .with_access_key_id(id)
                    .with_secret_access_key(secret);
                let builder = match token {
                    Some(token) => builder.with_token(token),
                    None => builder,
                };
                Ok((builder, identity))
            }
            Self::Chain { .. } => {
                let shared = shared.ok_or("AWS's configuration was not read")?;
                let chained = Arc::new(ChainedCredentials::of(shared, of_amazon)?);
                let builder = builder.with_credentials(chained.clone());
                Ok((builder, Identity::Aws(chained)))
            }
        }
    }
}

/// What AWS's configuration files and surroundings say; nothing is asked of AWS,
/// but for the region of the machine where nobody said it.
async fn shared(profile: Option<&str>, chosen: &Chosen) -> SdkConfig {
    let client = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(
            tls::rustls_provider::CryptoMode::Ring,
        ))
        .build_https();
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(client);
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
    }
    let known = chosen.get("region").map(|given| given.value.clone());
    let has_endpoint = chosen.contains_key("endpoint");
    if let Some(region) = known.or_else(|| has_endpoint.then(|| "us-east-1".into())) {
        loader = loader.region(Region::new(region));
    }
    loader.load().await
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::options::{OptionSource, StorageOption, choose};
    use super::*;

    fn chosen(environment: &[(&str, &str)], profile: Option<OptionSource>) -> Chosen {
        let environment: BTreeMap<_, _> = environment
            .iter()
            .map(|(name, value)| (String::from(*name), String::from(*value)))
            .collect();
        let profile = profile.map(|source| StorageOption {
            name: "profile".into(),
            value: "team".into(),
            source,
        });
        let options: Vec<_> = profile.into_iter().collect();
        choose(&known_options(), &options, &environment).unwrap()
    }

    #[test]
    fn keys_of_the_environment_win_unless_a_profile_is_named_closer_to_the_command() {
        let keys = [("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "s")];
        let with_keys = |place: &str| Credentials::Keys {
            id: "id".into(),
            secret: "s".into(),
            token: None,
            place: place.into(),
        };
        let team = || Credentials::Chain {
            profile: Some("team".into()),
        };
        use OptionSource::{Configuration, Environment, Flag};
        for (environment, profile, expected) in [
            (&keys[..0], None, Ok(Credentials::Chain { profile: None })),
            (&keys[..0], Some(Configuration), Ok(team())),
            (&keys[..], None, Ok(with_keys("AWS_ACCESS_KEY_ID"))),
            (
                &keys[..],
                Some(Configuration),
                Ok(with_keys("AWS_ACCESS_KEY_ID")),
            ),
            (
                &keys[..],
                Some(Environment),
                Ok(with_keys("AWS_ACCESS_KEY_ID")),
            ),
            (&keys[..], Some(Flag), Ok(team())),
            (
                &keys[..1],
                None,
                Err("AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not".to_owned()),
            ),
            (
                &keys[1..],
                None,
                Err("AWS_SECRET_ACCESS_KEY is set, and AWS_ACCESS_KEY_ID is not".to_owned()),
            ),
        ] {
            assert_eq!(Credentials::choose(&chosen(environment, profile)), expected);
        }
    }

    #[test]
    fn a_bucket_can_be_part_of_the_host() {
        assert_eq!(
            with_bucket("https://host:9000", "b").as_deref(),
            Ok("https://b.host:9000")
        );
        assert!(with_bucket("host", "b").is_err());
    }
}
