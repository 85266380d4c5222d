//! Storage servers outside the test, such as moto and azurite.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::prefix::PrefixStore;
use url::Url;

/// The kind of an external storage server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum External {
    /// `http://ACCESS_KEY:SECRET_KEY@HOST:PORT/BUCKET`.
    S3,
    /// `http://ACCOUNT:KEY@HOST:PORT/ACCOUNT/CONTAINER`.
    Azure,
}

/// A folder on a storage server, and how to get there.
#[derive(Debug)]
pub struct ExternalBucket {
    /// `s3://bucket/prefix` or `az://container/prefix`.
    pub url: String,
    /// The environment in which a program finds the server.
    pub environment: Vec<(&'static str, String)>,
    /// The same folder.
    pub store: Arc<dyn ObjectStore>,
}

impl External {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::S3, Self::Azure];

    /// The variable of the environment that says where one is.
    pub fn variable(self) -> &'static str {
        match self {
            Self::S3 => "PACTWORK_TEST_S3",
            Self::Azure => "PACTWORK_TEST_AZURE",
        }
    }

    /// An empty folder of its own on the server at this URL.
    ///
    /// # Errors
    /// For a URL of another form, with the form that is expected.
    pub fn open(self, url: &str) -> Result<ExternalBucket, String> {
        // Another may have installed one before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let place = Place::parse(url).ok_or_else(|| match self {
            Self::S3 => {
                format!("expected http://ACCESS_KEY:SECRET_KEY@HOST:PORT/BUCKET, found {url}")
            }
            Self::Azure => {
                format!("expected http://ACCOUNT:KEY@HOST:PORT/ACCOUNT/CONTAINER, found {url}")
            }
        })?;
        let prefix = unique();
        let (store, scheme) = match self {
            Self::S3 => (place.s3(), "s3"),
            Self::Azure => (place.azure(), "az"),
        };
        let store = store.map_err(|error| error.to_string())?;
        Ok(ExternalBucket {
            url: format!("{scheme}://{}/{prefix}", place.container),
            environment: place.environment(self),
            store: Arc::new(PrefixStore::new(store, prefix)),
        })
    }
}

struct Place {
    endpoint: String,
    user: String,
    secret: String,
    container: String,
}

impl Place {
    fn parse(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let decode = |text| {
            let decoded = percent_encoding::percent_decode_str(text)
                .decode_utf8()
                .ok()?;
            Some(decoded.into_owned())
        };
        let (account, container) = url
            .path()
            .trim_matches('/')
            .rsplit_once('/')
            .unwrap_or_else(|| ("", url.path().trim_matches('/')));
        let mut endpoint = format!("http://{}:{}", url.host_str()?, url.port()?);
        if !account.is_empty() {
            endpoint = format!("{endpoint}/{account}");
        }
        Some(Self {
            endpoint,
            user: decode(url.username())?,
            secret: decode(url.password()?)?,
            container: container.into(),
        })
    }

    fn environment(&self, kind: External) -> Vec<(&'static str, String)> {
        let names = match kind {
            External::S3 => [
                "AWS_ENDPOINT_URL",
                "AWS_ACCESS_KEY_ID",
                "AWS_SECRET_ACCESS_KEY",
            ],
            External::Azure => [
                "AZURE_STORAGE_ENDPOINT",
                "AZURE_STORAGE_ACCOUNT_NAME",
                "AZURE_STORAGE_ACCOUNT_KEY",
            ],
        };
        let values = [&self.endpoint, &self.user, &self.secret];
        names.into_iter().zip(values.map(String::clone)).collect()
    }

    fn s3(&self) -> object_store::Result<Arc<dyn ObjectStore>> {
        let store = AmazonS3Builder::new()
            .with_endpoint(&self.endpoint)
            .with_allow_http(true)
            .with_region("us-east-1")
            .with_bucket_name(&self.container)
            .with_access_key_id(&self.user)
            .with_secret_access_key(&self.secret)
            .build()?;
        Ok(Arc::new(store))
    }

    fn azure(&self) -> object_store::Result<Arc<dyn ObjectStore>> {
        let store = MicrosoftAzureBuilder::new()
            .with_endpoint(self.endpoint.clone())
            .with_allow_http(true)
            .with_container_name(&self.container)
            .with_account(&self.user)
            .with_access_key(&self.secret)
            .build()?;
        Ok(Arc::new(store))
    }
}

/// A folder that no other test has, on a server that others may use as well.
fn unique() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanos = since.map(|since| since.as_nanos()).unwrap_or_default();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("test-{}-{nanos}-{number}", std::process::id())
}
