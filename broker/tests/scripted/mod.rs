//! A store in memory with a clock of its own, which can be told to fail, and whose
//! requests can be let through one by one.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

#[derive(Debug, Default)]
struct Shared {
    store: InMemory,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Seconds since the history began.
    clock: Duration,
    written: BTreeMap<String, Duration>,
    failing: Option<Failing>,
}

/// All requests fail from one on; that one may have been carried out.
#[derive(Debug, Clone, Copy)]
struct Failing {
    left: usize,
    lost_reply: bool,
}

enum Fate {
    Done,
    DoneUnheard,
    NotDone,
}

/// What asks the store.
#[derive(Debug)]
pub struct Scripted {
    shared: Arc<Shared>,
    gate: Option<Arc<Gate>>,
}

#[derive(Debug)]
struct Gate {
    /// One for each request that may pass.
    permits: Semaphore,
    /// One for each request that waits, and one for the end.
    arrived: Semaphore,
}

impl Scripted {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            shared: Arc::default(),
            gate: None,
        })
    }

    pub fn now(&self) -> SystemTime {
        let began = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        began + self.shared.state.lock().unwrap().clock
    }

    pub fn wait(&self, time: Duration) {
        self.shared.state.lock().unwrap().clock += time;
    }

    /// Lets so many requests pass; all others fail.
    pub fn fail_from(&self, request: usize, lost_reply: bool) {
        self.shared.state.lock().unwrap().failing = Some(Failing {
            left: request,
            lost_reply,
        });
    }

    pub fn heal(&self) {
        self.shared.state.lock().unwrap().failing = None;
    }

    pub async fn keys(&self) -> Vec<String> {
        let listed = self.shared.store.list(None);
        let keys = listed.map_ok(|object| object.location.to_string());
        let mut keys: Vec<_> = keys.try_collect().await.unwrap();
        keys.sort();
        keys
    }

    pub async fn put(&self, key: &str, text: &str) {
        let path = Path::parse(key).unwrap();
        let put = self.shared.store.put(&path, text.to_owned().into());
        put.await.unwrap();
    }

    async fn pass(&self) -> Fate {
        if let Some(gate) = &self.gate {
            gate.arrived.add_permits(1);
            gate.permits.acquire().await.unwrap().forget();
        }
        let mut state = self.shared.state.lock().unwrap();
        // Every request takes a moment.
        state.clock += Duration::from_millis(1);
        match &mut state.failing {
            None => Fate::Done,
            Some(failing) if failing.left > 0 => {
                failing.left -= 1;
                Fate::Done
            }
            Some(failing) if failing.lost_reply => {
                failing.lost_reply = false;
                Fate::DoneUnheard
            }
            Some(_) => Fate::NotDone,
        }
    }

    fn meta(&self, mut meta: ObjectMeta) -> ObjectMeta {
        let state = self.shared.state.lock().unwrap();
        let written = state.written.get(meta.location.as_ref()).copied();
        let began = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        meta.last_modified = (began + written.unwrap_or_default()).into();
        meta
    }

    fn note_written(&self, location: &Path) {
        let mut state = self.shared.state.lock().unwrap();
        let clock = state.clock;
        state.written.insert(location.to_string(), clock);
    }

    fn again(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            gate: self.gate.clone(),
        }
    }
}

fn lost() -> Error {
    Error::Generic {
        store: "scripted",
        source: "the connection was lost".into(),
    }
}

/// A command whose requests are let through one by one.
pub struct Step {
    gate: Arc<Gate>,
}

impl Step {
    pub fn of<T: Send + 'static, F>(
        store: &Arc<Scripted>,
        command: impl FnOnce(Arc<Scripted>) -> F,
    ) -> (Self, JoinHandle<T>)
    where
        F: Future<Output = T> + Send + 'static,
    {
        let gate = Arc::new(Gate {
            permits: Semaphore::new(0),
            arrived: Semaphore::new(0),
        });
        let gated = Arc::new(Scripted {
            shared: store.shared.clone(),
            gate: Some(gate.clone()),
        });
        let command = command(gated);
        let ends = gate.clone();
        let running = tokio::spawn(async move {
            let result = command.await;
            ends.arrived.close();
            result
        });
        (Self { gate }, running)
    }

    /// Lets so many requests pass, one after the other; true if it ended by then.
    pub async fn advance(&self, requests: usize) -> bool {
        for _ in 0..requests {
            match self.gate.arrived.acquire().await {
                Ok(arrived) => arrived.forget(),
                Err(_) => return true,
            }
            self.gate.permits.add_permits(1);
            // So that what follows from it has begun.
            settle().await;
        }
        settle().await;
        self.gate.arrived.is_closed()
    }

    pub async fn finish(&self) {
        while !self.advance(1).await {}
    }
}

async fn settle() {
    for _ in 0..6 {
        tokio::task::yield_now().await;
    }
}

impl fmt::Display for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("scripted")
    }
}

#[async_trait]
impl ObjectStore for Scripted {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let fate = self.pass().await;
        if matches!(fate, Fate::NotDone) {
            return Err(lost());
        }
        let put = self.shared.store.put_opts(location, payload, options).await;
        if put.is_ok() {
            self.note_written(location);
        }
        match fate {
            Fate::Done => put,
            _ => Err(lost()),
        }
    }

    async fn put_multipart_opts(
        &self,
        _: &Path,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        Err(Error::NotImplemented {
            operation: "multipart".into(),
            implementer: "scripted".into(),
        })
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        match self.pass().await {
            Fate::Done => self.shared.store.get_opts(location, options).await,
            _ => Err(lost()),
        }
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let own = Arc::new(self.again());
        let deleted = locations.and_then(move |location| {
            let own = own.clone();
            async move {
                let fate = own.pass().await;
                if matches!(fate, Fate::NotDone) {
                    return Err(lost());
                }
                own.shared.store.delete(&location).await?;
                match fate {
                    Fate::Done => Ok(location),
                    _ => Err(lost()),
                }
            }
        });
        deleted.boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let own = self.again();
        let prefix = prefix.cloned();
        let listed = async move {
            if !matches!(own.pass().await, Fate::Done) {
                return stream::iter(vec![Err(lost())]).boxed();
            }
            let found: Vec<_> = own.shared.store.list(prefix.as_ref()).collect().await;
            let found = found.into_iter().map(|one| one.map(|meta| own.meta(meta)));
            stream::iter(found.collect::<Vec<_>>()).boxed()
        };
        stream::once(listed).flatten().boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        match self.pass().await {
            Fate::Done => self.shared.store.list_with_delimiter(prefix).await,
            _ => Err(lost()),
        }
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        Err(Error::NotImplemented {
            operation: "copy".into(),
            implementer: "scripted".into(),
        })
    }
}
