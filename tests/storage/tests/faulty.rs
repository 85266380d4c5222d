//! The store in which requests go wrong.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::sync::Arc;
use std::time::Duration;

use futures_util::{TryStreamExt, try_join};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use storage_test_support::{Fault, FaultyStore, Injection};

fn path(key: &str) -> Path {
    Path::parse(key).unwrap()
}

fn store() -> (Arc<InMemory>, FaultyStore) {
    let inner = Arc::new(InMemory::new());
    (inner.clone(), FaultyStore::new(inner))
}

fn first(fault: Fault) -> Injection {
    Injection {
        at: 0,
        fault,
        others_first: false,
    }
}

#[tokio::test]
async fn each_fault_does_what_it_says_to_a_write() {
    for (fault, succeeds, applied, later) in [
        (Fault::Refused, false, false, true),
        (Fault::ReplyLost, false, true, true),
        (Fault::TimedOut, false, false, true),
        (Fault::Delayed(Duration::from_millis(1)), true, true, true),
        (Fault::Crashed, false, false, false),
    ] {
        let (inner, store) = store();
        store.inject(first(fault));
        let put = async |key: &str| store.put(&path(key), "x".into()).await.is_ok();
        assert_eq!(put("a").await, succeeds, "{fault:?}");
        assert_eq!(inner.head(&path("a")).await.is_ok(), applied, "{fault:?}");
        assert_eq!(put("b").await, later, "{fault:?}");
        assert!(store.met());
        store.land().await.unwrap();
        let landed = applied || fault == Fault::TimedOut;
        assert_eq!(inner.head(&path("a")).await.is_ok(), landed, "{fault:?}");
    }
}

#[tokio::test]
async fn what_is_read_through_a_fault_is_an_error() {
    for fault in [
        Fault::Refused,
        Fault::ReplyLost,
        Fault::TimedOut,
        Fault::Crashed,
    ] {
        let (inner, store) = store();
        inner.put(&path("a/b"), "text".into()).await.unwrap();
        store.inject(first(fault));
        let bytes = async { store.get(&path("a/b")).await?.bytes().await };
        assert!(bytes.await.is_err(), "{fault:?}");
        store.inject(first(fault));
        let listed = store.list(None).try_collect::<Vec<_>>().await;
        assert!(listed.is_err(), "{fault:?}");
        store.inject(first(fault));
        assert!(store.list_with_delimiter(None).await.is_err(), "{fault:?}");
    }
}

#[tokio::test]
async fn those_beside_it_are_carried_out_or_not_as_was_asked() {
    for others_first in [true, false] {
        let (inner, store) = store();
        store.inject(Injection {
            others_first,
            ..first(Fault::Refused)
        });
        let (refused, beside) = (path("refused"), path("beside"));
        let both = try_join!(
            store.put(&refused, "".into()),
            store.put(&beside, "".into())
        );
        assert!(both.is_err());
        assert_eq!(inner.head(&beside).await.is_ok(), others_first);
    }
}

#[tokio::test]
async fn requests_are_counted_with_how_many_wait_for_each_other() {
    let (_, store) = store();
    let (a, b, c) = (path("a"), path("b"), path("c"));
    try_join!(store.put(&a, "".into()), store.put(&b, "".into())).unwrap();
    store.put(&c, "".into()).await.unwrap();
    store.head(&c).await.unwrap();
    store.list(None).try_collect::<Vec<_>>().await.unwrap();
    store.delete(&c).await.unwrap();
    let requests = store.requests();
    assert_eq!(
        (requests.put, requests.get, requests.list, requests.delete),
        (3, 1, 1, 1)
    );
    assert_eq!((requests.total(), requests.depth), (6, 5));
}
