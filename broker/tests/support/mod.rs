//! Storage of every kind, what is published to it, and what readers see of it.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use pactwork_broker::{
    Broker, BrokerError, Changes, ContractKind, Destination, EnvironmentChange, Happening, Held,
    History, Location, MatrixQuery, OptionSource, Publication, Pull, Question, Scope, Selector,
    StorageOption, Versions, Which,
};
use pactwork_contract::{HttpInteraction, Interaction, Outcome, Pact, Verification};
use storage_test_support::{External, FaultyStore, S3Server};
use tempfile::TempDir;

/// A store, and what it is removed with.
pub struct Backend {
    pub name: &'static str,
    pub store: Arc<dyn ObjectStore>,
    /// Whether the store says that an object is there already.
    pub heeds_conditions: bool,
    /// Whether it is a server that the test did not start.
    pub is_external: bool,
    /// Where the store is; memory is nowhere.
    location: Option<Location>,
    server: Option<S3Server>,
    folder: Option<TempDir>,
}

/// An empty bucket of every kind.
pub fn backends() -> Vec<Backend> {
    let mut backends = vec![
        Backend::memory(),
        Backend::folder(),
        Backend::s3(Conditions::Heeded),
        Backend::ignoring_conditions(),
    ];
    backends.extend(External::ALL.into_iter().filter_map(Backend::external));
    backends
}

/// What becomes of conditional writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conditions {
    Heeded,
    /// The server takes them for plain writes.
    Ignored,
    /// The location says that the server does not know them.
    NotUsed,
}

impl Backend {
    fn of(name: &'static str, store: Arc<dyn ObjectStore>) -> Self {
        Self {
            name,
            store,
            heeds_conditions: true,
            is_external: false,
            location: None,
            server: None,
            folder: None,
        }
    }

    pub fn memory() -> Self {
        Self::of("memory", Arc::new(InMemory::new()))
    }

    fn ignoring_conditions() -> Self {
        let store = FaultyStore::ignoring_conditions(Arc::new(InMemory::new()));
        Self {
            heeds_conditions: false,
            ..Self::of("conditional writes ignored", Arc::new(store))
        }
    }

    pub fn folder() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let local = LocalFileSystem::new_with_prefix(folder.path()).unwrap();
        Self {
            location: Some(Location::of(folder.path().display().to_string(), "/")),
            folder: Some(folder),
            ..Self::of("folder", Arc::new(local))
        }
    }

    pub fn s3(conditions: Conditions) -> Self {
        let server = S3Server::start().unwrap();
        server.ignore_conditions(conditions != Conditions::Heeded);
        let mut location = s3_location(&server);
        let name = match conditions {
            Conditions::Heeded => "S3",
            Conditions::Ignored => "S3, conditional writes ignored",
            Conditions::NotUsed => {
                location.options.push(option(("conditional_put", "false")));
                "S3, no conditional writes"
            }
        };
        Self {
            heeds_conditions: conditions != Conditions::Ignored,
            location: Some(location),
            ..Self::of(name, Arc::new(server.store(3).unwrap()))
        }
        .beside(server)
    }

    fn beside(self, server: S3Server) -> Self {
        Self {
            server: Some(server),
            ..self
        }
    }

    /// A server that scripts/storage-servers.sh started.
    fn external(kind: External) -> Option<Self> {
        let url = std::env::var(kind.variable()).ok()?;
        let bucket = kind.open(&url).unwrap();
        Some(Self {
            is_external: true,
            location: Some(Location {
                environment: environment(&bucket.environment),
                options: PATIENCE.map(option).into(),
                ..Location::of(bucket.url, "/")
            }),
            ..Self::of(kind.variable(), bucket.store)
        })
    }

    /// As the commands open it.
    pub async fn broker(&self) -> Broker {
        match &self.location {
            Some(location) => Broker::open(location).await.unwrap(),
            None => Broker::new(self.store.clone()),
        }
    }

    /// Every key, in order.
    pub async fn objects(&self) -> Vec<String> {
        objects(&*self.store).await
    }

    /// Puts all objects of another store into this one, by the shortest way.
    pub async fn copy_from(&self, other: &dyn ObjectStore) {
        let keys = objects(other).await;
        let copied = futures_util::stream::iter(keys).map(async |key| {
            let bytes = read(other, &key).await;
            match &self.server {
                Some(server) => server.plant(&key, bytes),
                None => write(&*self.store, &key, bytes).await,
            }
        });
        copied.buffer_unordered(32).collect::<()>().await;
    }
}

/// The servers that others wrote for tests answer one request after another, and the
/// machine may have other work.
const PATIENCE: [(&str, &str); 2] = [("timeout_seconds", "180"), ("retry_timeout_seconds", "360")];

fn option((name, value): (&str, &str)) -> StorageOption {
    StorageOption {
        name: name.into(),
        value: value.into(),
        source: OptionSource::Flag,
    }
}

/// The server's bucket as commands name it.
pub fn s3_location(server: &S3Server) -> Location {
    Location {
        environment: environment(&server.env()),
        ..Location::of(server.url(), "/")
    }
}

fn environment(variables: &[(&'static str, String)]) -> BTreeMap<String, String> {
    let variables = variables.iter();
    variables
        .map(|(name, value)| (String::from(*name), value.clone()))
        .collect()
}

/// Every key, in order.
pub async fn objects(store: &dyn ObjectStore) -> Vec<String> {
    let listed = store
        .list(None)
        .map_ok(|object| object.location.to_string());
    let mut keys: Vec<_> = listed.try_collect().await.unwrap();
    keys.sort();
    keys
}

pub async fn read(store: &dyn ObjectStore, key: &str) -> Vec<u8> {
    let found = store.get(&Path::parse(key).unwrap()).await.unwrap();
    found.bytes().await.unwrap().to_vec()
}

pub async fn write(store: &dyn ObjectStore, key: &str, bytes: Vec<u8>) {
    let path = Path::parse(key).unwrap();
    store.put(&path, bytes.into()).await.unwrap();
}

pub fn at(second: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + second)
}

pub fn pact(consumer: &str, provider: &str, path: &str) -> Pact {
    let mut http = HttpInteraction::default();
    http.common.description = "a request".into();
    http.request.path = path.into();
    Pact {
        interactions: vec![Interaction::Http(Box::new(http))],
        ..Pact::between(consumer, provider)
    }
}

pub fn publication(consumer: &str, version: &str, branch: &str, pact: Pact) -> Publication {
    Publication {
        branch: Some(branch.into()),
        pacts: vec![pact],
        ..Publication::of(consumer, version)
    }
}

/// A version of a provider with one golden contract.
pub fn golden(provider: &str, version: &str, schema: &str) -> Publication {
    Publication {
        golden: vec![("OrderShipped".into(), format!("{schema}\n").into_bytes())],
        branch: Some("main".into()),
        ..Publication::of(provider, version)
    }
}

pub fn verification(pact: &Pact, provider_version: &str, outcome: Outcome) -> Verification {
    Verification {
        consumer: pact.consumer.name.clone(),
        provider: pact.provider.name.clone(),
        provider_version: provider_version.into(),
        provider_branch: None,
        consumer_versions: Vec::new(),
        pact: pact.content_id(),
        outcome,
        verified_at: "2026-01-02T03:04:05Z".into(),
        build_url: None,
        interactions: Vec::new(),
    }
}

pub fn change(
    participant: &str,
    version: &str,
    environment: &str,
    happening: Happening,
) -> EnvironmentChange {
    EnvironmentChange {
        participant: participant.into(),
        version: version.into(),
        environment: environment.into(),
        happening,
        instance: String::new(),
    }
}

/// Reading calls by name, and what each answers.
pub type View = BTreeMap<String, Result<String, String>>;

/// A question that a reader asks.
#[derive(Debug, Clone)]
pub enum Reading {
    Pull(Pull),
    Golden(String),
    Environments,
    CanIDeploy(Question),
    Looking(Looking),
}

/// What people ask who look at what is there.
#[derive(Debug, Clone, Copy)]
pub enum Looking {
    Participants,
    Versions,
    Branches,
    Tags,
    Deployments,
    Pacts,
    Matrix,
    Graph,
    History,
    Changes,
    Pact,
    PlainFiles,
}

impl Looking {
    pub const ALL: [Self; 11] = [
        Self::Participants,
        Self::Versions,
        Self::Branches,
        Self::Tags,
        Self::Deployments,
        Self::Pacts,
        Self::Matrix,
        Self::Graph,
        Self::History,
        Self::Changes,
        Self::Pact,
    ];

    async fn ask(self, broker: &Broker) -> Result<String, BrokerError> {
        let changes = Changes {
            since: at(0),
            branch: None,
            provider: Some("orders".into()),
            consumer: None,
        };
        match self {
            Self::Participants => text(broker.list_participants()).await,
            Self::Versions => text(broker.list_versions("web", None)).await,
            Self::Branches => text(broker.list_branches("web")).await,
            Self::Tags => text(broker.list_tags("web")).await,
            Self::Deployments => text(broker.list_deployments(None, None)).await,
            Self::Pacts => text(broker.list_contracts(ContractKind::Pact, None)).await,
            Self::Matrix => text(broker.matrix(&MatrixQuery::default())).await,
            Self::Graph => text(broker.graph(&Scope::Current, None)).await,
            Self::History => text(broker.history(&History::default())).await,
            Self::Changes => text(broker.changes(&changes)).await,
            Self::Pact => text(broker.find_pact("web", "orders", &Which::Newest)).await,
            Self::PlainFiles => text(broker.plain_files()).await,
        }
    }
}

impl Reading {
    pub fn pull(provider: &str, branch: Option<&str>, selectors: Vec<Selector>) -> Self {
        Self::Pull(Pull {
            provider: provider.into(),
            provider_branch: branch.map(str::to_owned),
            selectors,
            held: Held::new(),
        })
    }

    pub fn can_i_deploy(participant: &str, version: &str, to: Destination) -> Self {
        Self::CanIDeploy(Question {
            versions: vec![(participant.into(), version.into())],
            to,
            ignore: Vec::new(),
        })
    }

    /// The answer as text, so that answers of all kinds compare.
    pub async fn ask(&self, broker: &Broker) -> Result<String, BrokerError> {
        match self {
            Self::Pull(pull) => text(broker.pull(pull)).await,
            Self::Golden(provider) => text(broker.golden_of(provider, &Held::new())).await,
            Self::Environments => text(broker.environments()).await,
            Self::CanIDeploy(question) => text(broker.answer(question)).await,
            Self::Looking(looking) => looking.ask(broker).await,
        }
    }
}

async fn text<T: Debug>(
    answer: impl Future<Output = Result<T, BrokerError>>,
) -> Result<String, BrokerError> {
    Ok(format!("{:?}", answer.await?))
}

/// What readers see.
pub async fn view(broker: &Broker, readings: &[Reading]) -> View {
    let mut view = View::new();
    for reading in readings {
        let answer = reading.ask(broker).await;
        view.insert(
            format!("{reading:?}"),
            answer.map_err(|error| error.to_string()),
        );
    }
    view
}

/// A name that is too long for a key, of characters that no key has.
pub fn long(name: &str) -> String {
    format!("{name}/{}", "ü ".repeat(30))
}

/// A team: web, with pacts, and its providers orders and billing; the questions
/// are about them, before and after anything in the tests happened.
pub fn readings() -> Vec<Reading> {
    let on = |name: &str| Destination::Environment(name.into());
    let mut readings = vec![
        Reading::Golden("orders".into()),
        Reading::Golden("web".into()),
        Reading::Environments,
        Reading::Looking(Looking::PlainFiles),
    ];
    for provider in ["orders", "billing"] {
        readings.push(Reading::pull(provider, None, Selector::defaults()));
        readings.push(Reading::pull(
            provider,
            Some("main"),
            vec![
                Selector::of(Versions::MainBranch),
                Selector::of(Versions::Tag("beta".into())),
                Selector::of(Versions::Latest),
                Selector::of(Versions::InProgressSince(at(0))),
            ],
        ));
    }
    for (participant, version) in [
        ("web", "1"),
        ("web", "2"),
        ("orders", "1"),
        ("billing", "1"),
        ("stock", "1"),
    ] {
        readings.push(Reading::can_i_deploy(
            participant,
            version,
            on("production"),
        ));
    }
    readings.push(Reading::can_i_deploy("orders", "1", on(&long("stage"))));
    readings.push(Reading::can_i_deploy(
        "web",
        "1",
        Destination::Branch("main".into()),
    ));
    readings
}

/// The same, and everything that can be looked at, with when it was recorded.
pub fn all_readings() -> Vec<Reading> {
    let looking = Looking::ALL.map(Reading::Looking);
    readings().into_iter().chain(looking).collect()
}

/// The pacts of the team's consumer.
pub fn web_pacts(path: &str) -> Vec<Pact> {
    let providers = ["orders", "billing"];
    providers.map(|provider| pact("web", provider, path)).into()
}

/// What the team has done before a test begins.
pub async fn team(broker: &Broker) {
    for (second, version) in [(0, "0"), (1, "1")] {
        let web = Publication {
            branch: Some("main".into()),
            pacts: web_pacts(&format!("/{version}")),
            ..Publication::of("web", version)
        };
        broker.publish(&web, at(second)).await.unwrap();
    }
    let phone = long("phone");
    let other = publication(&phone, "1", "main", pact(&phone, "orders", "/phone"));
    broker.publish(&other, at(2)).await.unwrap();
    for provider in ["orders", "billing"] {
        let golden = golden(provider, "1", "{}");
        broker.publish(&golden, at(3)).await.unwrap();
        let failed = verification(&pact("web", provider, "/1"), "1", Outcome::Failed);
        broker.record_verification(&failed, at(4)).await.unwrap();
    }
    for (participant, happening, environment) in [
        ("web", Happening::Deployed, "production".to_owned()),
        ("web", Happening::Released, "production".to_owned()),
        ("orders", Happening::Deployed, "production".to_owned()),
        (&phone, Happening::Released, long("stage")),
    ] {
        let change = change(participant, "1", &environment, happening);
        assert!(broker.record(&change, at(5)).await.unwrap());
    }
}
