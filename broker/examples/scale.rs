//! How a bucket of 1,000 participants with 100 versions each answers, and whether
//! that depends on how many versions the asked ones have: requests by kind, round
//! trips that wait for each other, and time, beside the targets.
//!
//! `scale [PARTICIPANTS [VERSIONS [VERSIONS_OF_THE_ASKED]]]`
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use pactwork_broker::{
    Broker, Destination, Held, Keep, Location, Prune, Publication, Pull, Question, Selector,
    Versions,
};
use pactwork_contract::{HttpInteraction, Interaction, Outcome, Pact, Verification};
use storage_test_support::S3Server;

/// On how many providers the asked one relies, and how many consumers rely on it.
const NEIGHBOURS: usize = 10;

/// How long a request takes where round trips are counted.
const DELAY: Duration = Duration::from_millis(50);

/// How often each question is asked; the median counts.
const ROUNDS: usize = 7;

/// Counts requests by kind, and takes its time for each if asked to.
#[derive(Debug)]
struct Counting {
    store: Arc<dyn ObjectStore>,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    puts: AtomicUsize,
    gets: AtomicUsize,
    lists: AtomicUsize,
    delay_in_ms: AtomicU64,
}

impl Counting {
    async fn request(&self, kind: &AtomicUsize) {
        kind.fetch_add(1, Ordering::Relaxed);
        self.counts.delay().await;
    }
}

impl Counts {
    async fn delay(&self) {
        let delay = self.delay_in_ms.load(Ordering::Relaxed);
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
    }

    /// Puts, gets and lists since it was last asked.
    fn take(&self) -> [usize; 3] {
        [&self.puts, &self.gets, &self.lists].map(|kind| kind.swap(0, Ordering::Relaxed))
    }
}

impl fmt::Display for Counting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.store, f)
    }
}

#[async_trait]
impl ObjectStore for Counting {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        self.request(&self.counts.puts).await;
        self.store.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.store.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.request(&self.counts.gets).await;
        self.store.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.store.delete_stream(locations)
    }

    /// Each page of 1,000 keys is a request.
    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let counts = self.counts.clone();
        let listed = self.store.list(prefix);
        counts.lists.fetch_add(1, Ordering::Relaxed);
        let first = self.counts.clone();
        let begin =
            stream::once(async move { first.delay().await }).filter_map(|()| async { None });
        let paged = listed.enumerate().then(move |(index, found)| {
            let counts = counts.clone();
            async move {
                if index > 0 && index % 1000 == 0 {
                    counts.lists.fetch_add(1, Ordering::Relaxed);
                    counts.delay().await;
                }
                found
            }
        });
        begin.chain(paged).boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.request(&self.counts.lists).await;
        self.store.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.store.copy_opts(from, to, options).await
    }
}

struct Bucket {
    /// Counted, and slow if that is asked for.
    broker: Broker,
    /// The same as a user opens it.
    timed: Option<Broker>,
    counts: Arc<Counts>,
    /// The newest version of the asked participants.
    newest: usize,
}

impl Bucket {
    fn on(store: Arc<dyn ObjectStore>, ordered: bool) -> Self {
        let counts = Arc::new(Counts::default());
        let counting = Arc::new(Counting {
            store,
            counts: counts.clone(),
        });
        let broker = match ordered {
            true => Broker::on_ordered(counting),
            false => Broker::new(counting),
        };
        Self {
            broker,
            timed: None,
            counts,
            newest: 0,
        }
    }
}

fn at(second: usize) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + second as u64)
}

fn pact(consumer: &str, provider: &str, content: usize) -> Pact {
    let interactions = (0..3).map(|index| {
        let mut http = HttpInteraction::default();
        http.common.description = format!("request {index} of {content}");
        http.request.path = format!("/{provider}/{index}");
        Interaction::Http(Box::new(http))
    });
    Pact {
        interactions: interactions.collect(),
        ..Pact::between(consumer, provider)
    }
}

/// Every tenth version says something new.
fn publication(name: &str, providers: &[String], version: usize) -> Publication {
    let pacts = providers
        .iter()
        .map(|provider| pact(name, provider, version / 10));
    Publication {
        branch: Some("main".into()),
        pacts: pacts.collect(),
        ..Publication::of(name, version.to_string())
    }
}

async fn publish_all(bucket: &Bucket, name: &str, providers: &[String], versions: usize) {
    for version in 1..=versions {
        let publication = publication(name, providers, version);
        let published = bucket.broker.publish(&publication, at(version));
        published.await.unwrap();
    }
}

/// Others that rely on each other, and one in the middle with its neighbours.
async fn fill(bucket: &mut Bucket, others: usize, versions: usize, of_asked: usize) {
    let began = Instant::now();
    let neighbours = |role: &str| {
        let names = (0..NEIGHBOURS).map(|index| format!("{role}-{index}"));
        names.collect::<Vec<_>>()
    };
    let (providers, consumers) = (neighbours("provider"), neighbours("consumer"));
    let other = |index: usize| format!("other-{}", index % others.max(1));
    let mut work: Vec<(String, Vec<String>, usize)> = (0..others)
        .map(|index| (other(index), vec![other(index + 1)], versions))
        .collect();
    work.insert(0, ("asked".into(), providers.clone(), of_asked));
    for provider in &providers {
        work.insert(0, (provider.clone(), vec!["base".into()], of_asked));
    }
    for consumer in &consumers {
        work.insert(0, (consumer.clone(), vec!["asked".into()], of_asked));
    }
    let shared = &*bucket;
    let published = work.iter().map(|(name, providers, versions)| async move {
        publish_all(shared, name, providers, *versions).await;
        let version = versions.to_string();
        let deployed = shared
            .broker
            .record_deployment(name, &version, "production", at(*versions));
        deployed.await.unwrap();
    });
    stream::iter(published)
        .buffer_unordered(32)
        .collect::<Vec<_>>()
        .await;
    let newest = of_asked.to_string();
    for provider in &providers {
        let pact = pact("asked", provider, of_asked / 10);
        verify(&bucket.broker, &pact, &newest, of_asked).await;
    }
    for consumer in &consumers {
        let pact = pact(consumer, "asked", of_asked / 10);
        verify(&bucket.broker, &pact, &newest, of_asked).await;
    }
    bucket.newest = of_asked;
    let [puts, gets, lists] = bucket.counts.take();
    let published = others * versions + (2 * NEIGHBOURS + 1) * of_asked;
    println!(
        "  {published} versions of {} participants written in {:.1} s: {puts} puts, {gets} gets, {lists} lists",
        others + 2 * NEIGHBOURS + 1,
        began.elapsed().as_secs_f64()
    );
}

async fn verify(broker: &Broker, pact: &Pact, version: &str, second: usize) {
    let verification = Verification {
        consumer: pact.consumer.name.clone(),
        consumer_versions: Vec::new(),
        provider: pact.provider.name.clone(),
        provider_version: version.into(),
        provider_branch: Some("main".into()),
        pact: pact.content_id(),
        outcome: Outcome::Passed,
        verified_at: "2026-01-02T03:04:05Z".into(),
        build_url: None,
        interactions: Vec::new(),
    };
    let recorded = broker.record_verification(&verification, at(second));
    recorded.await.unwrap();
}

/// What is asked. Each round is another one, so that nothing is there already.
#[derive(Debug, Clone, Copy)]
enum Ask {
    PublishNew,
    PublishKnown,
    ToEnvironment,
    ToBranch,
    Pull,
    RecordDeployment,
    RecordVerification,
}

impl Ask {
    const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::PublishNew, "publish, new content", "≤ 6 requests"),
        (Self::PublishKnown, "publish, known content", "≤ 6 requests"),
        (
            Self::ToEnvironment,
            "can-i-deploy --to-environment",
            "≤ 4 deep, ≤ 2 an integration, ≤ 100 ms",
        ),
        (Self::ToBranch, "can-i-deploy --to-branch", "flat"),
        (Self::Pull, "pull --select main-branch", "flat"),
        (Self::RecordDeployment, "record-deployment", ""),
        (Self::RecordVerification, "verify --record, one pact", ""),
    ];

    async fn ask(self, bucket: &Bucket, broker: &Broker, round: usize) {
        let number = bucket.newest + round;
        match self {
            Self::PublishNew | Self::PublishKnown => {
                let content = match self {
                    Self::PublishNew => 1_000_000 + number,
                    _ => 1,
                };
                let publication = Publication {
                    branch: Some("feature".into()),
                    pacts: vec![pact("consumer-0", "asked", content)],
                    ..Publication::of("consumer-0", format!("{self:?}-{number}"))
                };
                broker.publish(&publication, at(number)).await.unwrap();
            }
            Self::ToEnvironment => {
                self.decide(
                    bucket,
                    broker,
                    Destination::Environment("production".into()),
                )
                .await;
            }
            Self::ToBranch => {
                self.decide(bucket, broker, Destination::Branch("main".into()))
                    .await;
            }
            Self::Pull => {
                let pull = Pull {
                    provider: "asked".into(),
                    provider_branch: Some("main".into()),
                    selectors: vec![Selector::of(Versions::MainBranch)],
                    held: Held::new(),
                };
                assert_eq!(broker.pull(&pull).await.unwrap().len(), NEIGHBOURS);
            }
            Self::RecordDeployment => {
                let version = (round % 2 + 1).to_string();
                let deployed = broker.record_deployment("provider-0", &version, "t", at(number));
                deployed.await.unwrap();
            }
            Self::RecordVerification => {
                let pact = pact("consumer-0", "asked", 0);
                verify(broker, &pact, "1", number).await;
            }
        }
    }

    async fn decide(self, bucket: &Bucket, broker: &Broker, to: Destination) {
        let question = Question {
            versions: vec![("asked".into(), bucket.newest.to_string())],
            to,
            ignore: Vec::new(),
        };
        let decision = broker.answer(&question).await.unwrap();
        assert_eq!(decision.reasons.len(), 2 * NEIGHBOURS, "{decision:?}");
    }
}

struct Figures {
    requests: [usize; 3],
    deep: f64,
    ms: f64,
}

async fn measure(bucket: &Bucket, ask: Ask, first_round: usize) -> Figures {
    let mut times = Vec::new();
    let timed = bucket.timed.as_ref().unwrap_or(&bucket.broker);
    for round in 0..ROUNDS {
        let began = Instant::now();
        ask.ask(bucket, timed, first_round + round).await;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    let plain = times[ROUNDS / 2];
    bucket.counts.take();
    let began = Instant::now();
    ask.ask(bucket, &bucket.broker, first_round + ROUNDS).await;
    let undelayed = began.elapsed();
    let requests = bucket.counts.take();
    let delay = u64::try_from(DELAY.as_millis()).unwrap();
    bucket.counts.delay_in_ms.store(delay, Ordering::Relaxed);
    let began = Instant::now();
    ask.ask(bucket, &bucket.broker, first_round + ROUNDS + 1)
        .await;
    let delayed = began.elapsed();
    bucket.counts.delay_in_ms.store(0, Ordering::Relaxed);
    Figures {
        requests,
        deep: delayed.saturating_sub(undelayed).as_secs_f64() / DELAY.as_secs_f64(),
        ms: plain.as_secs_f64() * 1000.0,
    }
}

async fn report(small: &Bucket, large: &Bucket) {
    println!(
        "  {:32} {:>24} {:>5} {:>9} {:>9} {:>6}  target",
        "", "requests (put, get, list)", "deep", "few", "many", "×"
    );
    for (index, (ask, name, target)) in Ask::ALL.into_iter().enumerate() {
        let few = measure(small, ask, 100 * index).await;
        let many = measure(large, ask, 100 * index).await;
        let [puts, gets, lists] = many.requests;
        let all = puts + gets + lists;
        println!(
            "  {name:32} {:>25} {:>5.0} {:>6.1} ms {:>6.1} ms {:>6.2}  {target}",
            format!("{all} ({puts}, {gets}, {lists})"),
            many.deep,
            few.ms,
            many.ms,
            many.ms / few.ms,
        );
    }
    let prune = Prune {
        keep: Keep::default(),
        grace: Duration::from_secs(3600),
    };
    large.counts.take();
    let began = Instant::now();
    let shown = large
        .broker
        .would_prune(&prune, at(100_000_000))
        .await
        .unwrap();
    let [puts, gets, lists] = large.counts.take();
    println!(
        "  prune, shown: {} of {} versions, {} objects would go; {:.1} s, {puts} puts, {gets} gets, {lists} pages listed",
        shown.going.len(),
        shown.versions,
        shown.goes.objects,
        began.elapsed().as_secs_f64()
    );
}

/// Written to memory, and moved from there to an S3 server in this process.
async fn on_s3(sizes: [usize; 3]) {
    println!("on an S3 server in this process, over HTTP");
    let small = Arc::new(InMemory::new());
    let large = Arc::new(InMemory::new());
    let mut filled = Bucket::on(small.clone(), true);
    fill(&mut filled, 0, 0, 10).await;
    let mut filled = Bucket::on(large.clone(), true);
    fill(&mut filled, sizes[0], sizes[1], sizes[2]).await;
    let servers = [S3Server::start().unwrap(), S3Server::start().unwrap()];
    for (server, store) in servers.iter().zip([small, large]) {
        move_all(&store, server).await;
    }
    let [mut small, mut large] = servers
        .each_ref()
        .map(|server| Bucket::on(Arc::new(server.store(3).unwrap()), true));
    (small.newest, large.newest) = (10, sizes[2]);
    report(&small, &large).await;
}

async fn move_all(store: &InMemory, server: &S3Server) {
    let mut listed = store.list(None);
    while let Some(object) = listed.next().await {
        let location = object.unwrap().location;
        let bytes = store.get(&location).await.unwrap().bytes().await.unwrap();
        server.plant(location.as_ref(), bytes);
    }
}

async fn on_folder(sizes: [usize; 3]) {
    println!("on a local folder");
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let stores = folders.each_ref().map(|folder| {
        let store = LocalFileSystem::new_with_prefix(folder.path()).unwrap();
        Arc::new(store.with_automatic_cleanup(true))
    });
    let [small, large] = stores;
    let [small_opened, large_opened] = folders
        .each_ref()
        .map(|folder| Location::of(folder.path().display().to_string(), "/"));
    let mut small = Bucket::on(small, false);
    fill(&mut small, 0, 0, 10).await;
    let mut large = Bucket::on(large, false);
    fill(&mut large, sizes[0], sizes[1], sizes[2]).await;
    small.timed = Some(Broker::open(&small_opened).await.unwrap());
    large.timed = Some(Broker::open(&large_opened).await.unwrap());
    report(&small, &large).await;
}

#[tokio::main]
async fn main() {
    let arguments = std::env::args().skip(1);
    let given: Vec<usize> = arguments.map(|number| number.parse().unwrap()).collect();
    let size = |index: usize, default| given.get(index).copied().unwrap_or(default);
    let sizes = [size(0, 1000), size(1, 100), size(2, 10_000)];
    println!(
        "{} participants of {} versions, and {} of 10 (few) or {} versions (many) around the asked one",
        sizes[0],
        sizes[1],
        2 * NEIGHBOURS + 1,
        sizes[2]
    );
    on_s3(sizes).await;
    on_folder(sizes).await;
}
