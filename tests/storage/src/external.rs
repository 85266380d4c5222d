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
    pub fn open(self, url: &str) -> Result<Arc<dyn ObjectStore>, String> {
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
        let store = match self {
            Self::S3 => place.s3(),
            Self::Azure => place.azure(),
        };
        let store = store.map_err(|error| error.to_string())?;
        Ok(Arc::new(PrefixStore::new(store, unique())))
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

    fn s3(self) -> object_store::Result<Arc<dyn ObjectStore>> {
        let store = AmazonS3Builder::new()
            .with_endpoint(self.endpoint)
            .with_allow_http(true)
            .with_region("us-east-1")
            .with_bucket_name(self.container)
            .with_access_key_id(self.user)
            .with_secret_access_key(self.secret)
            .build()?;
        Ok(Arc::new(store))
    }

    fn azure(self) -> object_store::Result<Arc<dyn ObjectStore>> {
        let store = MicrosoftAzureBuilder::new()
            .with_endpoint(self.endpoint)
            .with_allow_http(true)
            .with_container_name(self.container)
            .with_account(self.user)
            .with_access_key(self.secret)
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
