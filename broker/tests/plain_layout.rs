//! The plain layout: copies of what is newest on main branches, whoever else writes.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod support;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use futures_util::future::join_all;
use futures_util::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use pactwork_broker::{Broker, ExportedPact, Publication, read_export};
use pactwork_contract::Pact;
use support::{at, backends, pact, read};

async fn publish(broker: &Broker, version: &str, branch: &str, second: u64) {
    let publication = Publication {
        branch: Some(branch.into()),
        pacts: vec![pact("web", "orders", &format!("/{version}"))],
        golden: vec![(
            "Shipped".into(),
            format!("{{\"title\":\"{version}\"}}").into(),
        )],
        ..Publication::of("web", version)
    };
    broker.publish(&publication, at(second)).await.unwrap();
}

/// The version that the plain copy of web's pact is of.
async fn copied(store: &dyn ObjectStore) -> String {
    let bytes = read(store, "pacts/orders/web-orders.json").await;
    let found = read_export(&bytes, "copy").unwrap();
    found.pacts[0].version.version.clone().unwrap()
}

#[tokio::test]
async fn what_is_newest_on_main_is_copied_whole_and_other_branches_are_not() {
    for backend in backends() {
        let (broker, store) = (backend.broker().await, &*backend.store);
        publish(&broker, "0", "feature", 0).await;
        assert_eq!(broker.copy_plainly("web").await.unwrap(), [] as [&str; 0]);

        publish(&broker, "1", "main", 1).await;
        publish(&broker, "2", "main", 2).await;
        publish(&broker, "3", "feature", 3).await;
        publish(&broker, "4", "master", 4).await;
        let keys = broker.copy_plainly("web").await.unwrap();
        assert_eq!(
            keys,
            [
                "golden/web/Shipped.schema.json",
                "pacts/orders/web-orders.json"
            ],
            "{}",
            backend.name
        );
        assert_eq!(read(store, &keys[0]).await, b"{\"title\":\"2\"}");
        let copy = Pact::read(&read(store, &keys[1]).await, "copy").unwrap();
        assert_eq!(copy.warnings, []);
        let newest = pact("web", "orders", "/2");
        assert_eq!(copy.pact.content_id(), newest.content_id());
        assert_eq!(copied(store).await, "2");
    }
}

#[tokio::test]
async fn any_name_is_copied_and_read_back() {
    let names = ["../x", "a/b", "100%", "Über", "a b", "a~b", "..", "a:b?*+&"];
    for backend in backends() {
        let broker = backend.broker().await;
        for (second, name) in (0..).zip(names) {
            let publication = Publication {
                branch: Some("main".into()),
                pacts: vec![pact(name, name, "/")],
                golden: vec![(name.into(), b"{}".to_vec())],
                ..Publication::of(name, "1")
            };
            broker.publish(&publication, at(second)).await.unwrap();
            let keys = broker.copy_plainly(name).await.unwrap();
            assert_eq!(keys.len(), 2, "{name}");
            let files = broker.plain_files().await.unwrap();
            let known = |key| files.iter().any(|file| file.key == key);
            for key in keys {
                assert!(known(key.clone()), "{key} on {}: {files:?}", backend.name);
            }
        }
        let files = broker.plain_files().await.unwrap();
        assert_eq!(files.len(), 2 * names.len(), "{}", backend.name);
    }
}

/// Lets another writer finish just before the first copy is written.
struct Slow {
    store: Arc<InMemory>,
    overtaken: AtomicBool,
}

impl fmt::Debug for Slow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Slow")
    }
}

impl fmt::Display for Slow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Slow")
    }
}

#[async_trait]
impl ObjectStore for Slow {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let is_copy = location.as_ref().starts_with("pacts/");
        if is_copy && !self.overtaken.swap(true, Ordering::SeqCst) {
            let faster = Broker::new(self.store.clone());
            publish(&faster, "2", "main", 2).await;
            faster.copy_plainly("web").await.unwrap();
            assert_eq!(copied(&*self.store).await, "2");
        }
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
        self.store.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.store.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.store.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.store.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.store.copy_opts(from, to, options).await
    }
}

#[tokio::test]
async fn a_slow_writer_that_was_overtaken_leaves_the_newest() {
    let store = Arc::new(InMemory::new());
    let slow = Arc::new(Slow {
        store: store.clone(),
        overtaken: AtomicBool::new(false),
    });
    let broker = Broker::new(slow.clone());
    publish(&broker, "1", "main", 1).await;
    broker.copy_plainly("web").await.unwrap();
    assert!(slow.overtaken.load(Ordering::SeqCst));
    assert_eq!(copied(&*store).await, "2");
    let golden = read(&*store, "golden/web/Shipped.schema.json").await;
    assert_eq!(golden, b"{\"title\":\"2\"}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_at_once_end_with_the_newest() {
    let store = Arc::new(InMemory::new());
    let writers = (1..=24_u64).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            let broker = Broker::new(store);
            publish(&broker, &number.to_string(), "main", number).await;
            broker.copy_plainly("web").await.unwrap();
        })
    });
    for writer in join_all(writers).await {
        writer.unwrap();
    }
    assert_eq!(copied(&*store).await, "24");
}

#[tokio::test]
async fn a_copy_published_elsewhere_is_the_same_contract() {
    for backend in backends() {
        let broker = backend.broker().await;
        publish(&broker, "1", "main", 1).await;
        broker.copy_plainly("web").await.unwrap();
        let files = broker.plain_files().await.unwrap();
        let file = files.iter().find(|file| file.key.starts_with("pacts/"));
        let found = read_export(&file.unwrap().bytes, "copy").unwrap();
        let ExportedPact { pact, version, .. } = found.pacts[0].clone();

        let other = Broker::new(Arc::new(InMemory::new()));
        let publication = Publication {
            branch: version.branches.first().cloned(),
            pacts: vec![pact],
            ..Publication::of("web", version.version.unwrap())
        };
        other.publish(&publication, at(9)).await.unwrap();
        let here = broker.pacts_for("orders").await.unwrap();
        assert_eq!(here, other.pacts_for("orders").await.unwrap());
    }
}
