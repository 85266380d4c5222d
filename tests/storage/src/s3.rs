//! An S3 server on a free port of this machine, in the test's process: the S3
//! protocol with signatures checked, over objects in memory.

mod faults;
mod objects;
mod serve;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::{BackoffConfig, RetryConfig};
use tokio::sync::oneshot;

pub use faults::{HttpFault, Which};

use crate::requests::{Counter, Requests};
use faults::Faults;
use objects::Objects;

const BUCKET: &str = "contracts";
const REGION: &str = "eu-central-1";
const ACCESS_KEY: &str = "AKIDPACTWORKTESTS";
const SECRET_KEY: &str = "the/secret+of=the tests";

/// What the test and the server's thread share.
#[derive(Debug, Default)]
struct Shared {
    objects: Objects,
    faults: Faults,
    requests: Counter,
}

/// An S3 server with one bucket; it ends when it is dropped.
#[derive(Debug)]
pub struct S3Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl S3Server {
    /// Starts it on a free port, with threads of its own, so that it answers
    /// whatever the test's runtime does.
    ///
    /// # Errors
    /// Where no port or thread is to be had.
    pub fn start() -> std::io::Result<Self> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let serving = serve::serve(listener, shared.clone(), stopped);
        let thread = std::thread::Builder::new()
            .name("s3".into())
            .spawn(move || runtime.block_on(serving))?;
        Ok(Self {
            address,
            shared,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where it listens: `http://127.0.0.1:<port>`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The bucket's name.
    pub fn bucket(&self) -> &'static str {
        BUCKET
    }

    /// The bucket as programs name it: `s3://<bucket>`.
    pub fn url(&self) -> String {
        format!("s3://{BUCKET}")
    }

    /// The access key and the secret key that it takes.
    pub fn credentials(&self) -> (&'static str, &'static str) {
        (ACCESS_KEY, SECRET_KEY)
    }

    /// The environment in which a program finds this server for `s3://<bucket>`.
    pub fn env(&self) -> [(&'static str, String); 4] {
        [
            ("AWS_ENDPOINT_URL", self.endpoint()),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY.into()),
            ("AWS_SECRET_ACCESS_KEY", SECRET_KEY.into()),
            ("AWS_REGION", REGION.into()),
        ]
    }

    /// A client of this server without credentials, that tries again this often
    /// and soon.
    pub fn client(&self, retries: usize) -> AmazonS3Builder {
        // Another may have installed one before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        AmazonS3Builder::new()
            .with_endpoint(self.endpoint())
            .with_allow_http(true)
            .with_region(REGION)
            .with_bucket_name(BUCKET)
            .with_retry(RetryConfig {
                backoff: BackoffConfig {
                    init_backoff: Duration::from_millis(1),
                    max_backoff: Duration::from_millis(2),
                    base: 2.0,
                },
                max_retries: retries,
                retry_timeout: Duration::from_secs(10),
            })
    }

    /// The bucket, with the right credentials; what fails is tried again this often.
    ///
    /// # Errors
    /// Where the client cannot be made.
    pub fn store(&self, retries: usize) -> object_store::Result<AmazonS3> {
        self.client(retries)
            .with_access_key_id(ACCESS_KEY)
            .with_secret_access_key(SECRET_KEY)
            .build()
    }

    /// Whether `If-None-Match` is silently ignored from now on, as some servers do.
    pub fn ignore_conditions(&self, ignored: bool) {
        self.shared.objects.ignore_conditions(ignored);
    }

    /// What goes wrong from now on, instead of what went wrong before.
    pub fn fail(&self, which: Which, fault: HttpFault) {
        self.shared.faults.set(Some((which, fault)));
    }

    /// Nothing goes wrong from now on.
    pub fn heal(&self) {
        self.shared.faults.set(None);
    }

    /// How many requests the fault that was set last has met.
    pub fn faults_met(&self) -> usize {
        self.shared.faults.met()
    }

    /// The requests that were received; retries count, and depth is not known here.
    pub fn requests(&self) -> Requests {
        self.shared.requests.so_far()
    }

    /// Every object, by its key, without a request.
    pub fn snapshot(&self) -> BTreeMap<String, Bytes> {
        self.shared.objects.snapshot()
    }

    /// Puts these objects in the place of all that are there, without a request.
    pub fn restore(&self, objects: &BTreeMap<String, Bytes>) {
        self.shared.objects.restore(objects);
    }

    /// Puts an object into the bucket without a request.
    pub fn plant(&self, key: &str, bytes: impl Into<Bytes>) {
        self.shared.objects.plant(key, bytes.into());
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
