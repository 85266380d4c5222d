//! A store in which one request, or every request from one on, goes wrong.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult,
    Result,
};

use crate::requests::{Counter, Kind, Requests};

/// How often a request that goes wrong late steps back for those beside it.
const STEPS: usize = 64;

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It fails, and is not carried out.
    Refused,
    /// It is carried out, and fails for the caller; what is read ends in the middle.
    ReplyLost,
    /// It fails for the caller, and is carried out long after that: when
    /// [`FaultyStore::land`] is called.
    TimedOut,
    /// It is carried out, after a while.
    Delayed(Duration),
    /// It fails, and so does everything after it, as for a process that was killed.
    Crashed,
}

/// Which request goes wrong, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Injection {
    /// The request's number, from 0, counted from the injection.
    pub at: usize,
    /// What goes wrong.
    pub fault: Fault,
    /// Whether requests that are under way beside it are carried out before.
    pub others_first: bool,
}

/// Passes every request on to another store, counts them, and lets one go wrong.
#[derive(Debug, Clone)]
pub struct FaultyStore {
    inner: Arc<dyn ObjectStore>,
    state: Arc<State>,
    /// Whether a write that is to create an object also replaces one.
    ignores_conditions: bool,
}

#[derive(Debug, Default)]
struct State {
    requests: Counter,
    plan: Mutex<Plan>,
    late: Mutex<Vec<Late>>,
}

#[derive(Debug, Default)]
struct Plan {
    injection: Option<Injection>,
    seen: usize,
    met: bool,
    crashed: bool,
}

/// A write that is carried out when its caller no longer waits for it.
#[derive(Debug)]
struct Late {
    location: Path,
    payload: PutPayload,
    options: PutOptions,
}

/// What a request does once it is its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    CarryOut,
    LoseReply,
    TimeOut,
}

impl FaultyStore {
    /// Nothing goes wrong until something is injected.
    pub fn new(inner: Arc<dyn ObjectStore>) -> Self {
        Self {
            inner,
            state: Arc::default(),
            ignores_conditions: false,
        }
    }

    /// A store that takes every write for a plain one, as some servers do.
    pub fn ignoring_conditions(inner: Arc<dyn ObjectStore>) -> Self {
        Self {
            ignores_conditions: true,
            ..Self::new(inner)
        }
    }

    /// Counts the requests anew, and lets this one go wrong.
    pub fn inject(&self, injection: Injection) {
        *self.plan() = Plan {
            injection: Some(injection),
            ..Plan::default()
        };
    }

    /// Whether the request that was to go wrong was made.
    pub fn met(&self) -> bool {
        self.plan().met
    }

    /// The requests made since the start, or since the last reset.
    pub fn requests(&self) -> Requests {
        self.state.requests.so_far()
    }

    /// Counts from zero again.
    pub fn reset(&self) {
        self.state.requests.reset();
    }

    /// Carries out the writes that timed out.
    ///
    /// # Errors
    /// Where the inner store refuses one, unless because it is there already.
    pub async fn land(&self) -> Result<()> {
        let late = std::mem::take(&mut *lock(&self.state.late));
        for write in late {
            let Late {
                location,
                payload,
                options,
            } = write;
            match self.inner.put_opts(&location, payload, options).await {
                Ok(_) | Err(Error::AlreadyExists { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        lock(&self.state.plan)
    }

    /// Waits for its turn. That every request waits lets those that are made
    /// together begin together, whatever the inner store does.
    async fn turn(&self, kind: Kind) -> Result<(Turn, Ended<'_>)> {
        let ended = Ended {
            depth: self.state.requests.begin(kind),
            counter: &self.state.requests,
        };
        let fault = self.next();
        tokio::task::yield_now().await;
        let Some(Injection {
            fault,
            others_first,
            ..
        }) = fault
        else {
            let crashed = self.plan().crashed;
            return if crashed {
                Err(failed("crashed"))
            } else {
                Ok((Turn::CarryOut, ended))
            };
        };
        if others_first {
            for _ in 0..STEPS {
                tokio::task::yield_now().await;
            }
        }
        match fault {
            Fault::Refused => Err(failed("refused")),
            Fault::ReplyLost => Ok((Turn::LoseReply, ended)),
            Fault::TimedOut => Ok((Turn::TimeOut, ended)),
            Fault::Delayed(delay) => {
                tokio::time::sleep(delay).await;
                Ok((Turn::CarryOut, ended))
            }
            Fault::Crashed => {
                self.plan().crashed = true;
                Err(failed("crashed"))
            }
        }
    }

    fn next(&self) -> Option<Injection> {
        let mut plan = self.plan();
        let number = plan.seen;
        plan.seen += 1;
        let injection = plan.injection.filter(|injection| injection.at == number);
        plan.met |= injection.is_some();
        injection
    }

    /// A listing: where the reply is lost, it breaks off at its end.
    fn listing(
        &self,
        list: impl FnOnce(&dyn ObjectStore) -> BoxStream<'static, Result<ObjectMeta>> + Send + 'static,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let store = self.clone();
        let listed = async move {
            let (turn, _ended) = store.turn(Kind::List).await?;
            let listed = list(&*store.inner);
            Ok::<_, Error>(match turn {
                Turn::CarryOut => listed,
                Turn::LoseReply => listed
                    .chain(stream::iter([Err(failed("reply lost"))]))
                    .boxed(),
                Turn::TimeOut => stream::iter([Err(failed("timed out"))]).boxed(),
            })
        };
        stream::once(listed).try_flatten().boxed()
    }
}

/// Ends a request's part in the count when it is dropped.
struct Ended<'s> {
    depth: usize,
    counter: &'s Counter,
}

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.counter.end(self.depth);
    }
}

#[async_trait]
impl ObjectStore for FaultyStore {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        mut options: PutOptions,
    ) -> Result<PutResult> {
        if self.ignores_conditions {
            options.mode = PutMode::Overwrite;
        }
        let (turn, _ended) = self.turn(Kind::Put).await?;
        match turn {
            Turn::CarryOut => self.inner.put_opts(location, payload, options).await,
            Turn::LoseReply => {
                let _ = self.inner.put_opts(location, payload, options).await;
                Err(failed("reply lost"))
            }
            Turn::TimeOut => {
                lock(&self.state.late).push(Late {
                    location: location.clone(),
                    payload,
                    options,
                });
                Err(failed("timed out"))
            }
        }
    }

    async fn put_multipart_opts(
        &self,
        _: &Path,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        Err(Error::NotImplemented {
            operation: "put_multipart_opts".into(),
            implementer: self.to_string(),
        })
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let (turn, _ended) = self.turn(Kind::Get).await?;
        match turn {
            Turn::CarryOut => self.inner.get_opts(location, options).await,
            Turn::LoseReply => match self.inner.get_opts(location, options).await {
                Ok(found) => broken_off(found).await,
                Err(_) => Err(failed("reply lost")),
            },
            Turn::TimeOut => Err(failed("timed out")),
        }
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let (turn, _ended) = self.turn(Kind::Get).await?;
        match turn {
            Turn::CarryOut => self.inner.get_ranges(location, ranges).await,
            _ => Err(failed("reply lost")),
        }
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let store = self.clone();
        let deleted = locations.and_then(move |location| {
            let store = store.clone();
            async move {
                let (turn, _ended) = store.turn(Kind::Delete).await?;
                if turn == Turn::TimeOut {
                    return Err(failed("timed out"));
                }
                let one = stream::iter([Ok(location.clone())]).boxed();
                store
                    .inner
                    .delete_stream(one)
                    .try_collect::<Vec<_>>()
                    .await?;
                match turn {
                    Turn::LoseReply => Err(failed("reply lost")),
                    _ => Ok(location),
                }
            }
        });
        deleted.boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let prefix = prefix.cloned();
        self.listing(move |inner| inner.list(prefix.as_ref()))
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let (prefix, offset) = (prefix.cloned(), offset.clone());
        self.listing(move |inner| inner.list_with_offset(prefix.as_ref(), &offset))
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let (turn, _ended) = self.turn(Kind::List).await?;
        match turn {
            Turn::CarryOut => self.inner.list_with_delimiter(prefix).await,
            Turn::LoseReply => Err(failed("reply lost")),
            Turn::TimeOut => Err(failed("timed out")),
        }
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        let (turn, _ended) = self.turn(Kind::Put).await?;
        match turn {
            Turn::CarryOut => self.inner.copy_opts(from, to, options).await,
            Turn::LoseReply => {
                let _ = self.inner.copy_opts(from, to, options).await;
                Err(failed("reply lost"))
            }
            Turn::TimeOut => Err(failed("timed out")),
        }
    }
}

impl fmt::Display for FaultyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FaultyStore({})", self.inner)
    }
}

/// The same object with half of its bytes, and then an error.
async fn broken_off(mut found: GetResult) -> Result<GetResult> {
    let payload = std::mem::replace(
        &mut found.payload,
        GetResultPayload::Stream(stream::empty().boxed()),
    );
    let bytes = match payload {
        GetResultPayload::Stream(stream) => stream.try_collect::<Vec<_>>().await?.concat(),
        _ => Vec::new(),
    };
    let half = Bytes::copy_from_slice(&bytes[..bytes.len() / 2]);
    let items = [Ok(half), Err(failed("reply lost"))];
    found.payload = GetResultPayload::Stream(stream::iter(items).boxed());
    Ok(found)
}

fn failed(reason: &str) -> Error {
    Error::Generic {
        store: "FaultyStore",
        source: reason.into(),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
