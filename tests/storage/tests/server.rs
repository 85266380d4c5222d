//! The S3 server, asked by a client of its own kind.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{
    Error, GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload,
};
use storage_test_support::{HttpFault, S3Server, Which};

fn path(key: &str) -> Path {
    Path::parse(key).unwrap()
}

async fn keys(store: &dyn ObjectStore, prefix: &str) -> Vec<String> {
    let listed = store.list(Some(&path(prefix)));
    let keys = listed.map_ok(|object| object.location.to_string());
    keys.try_collect().await.unwrap()
}

async fn create(store: &dyn ObjectStore, key: &str, text: &str) -> Result<(), Error> {
    let options = PutOptions::from(PutMode::Create);
    let payload = PutPayload::from(text.to_owned());
    store.put_opts(&path(key), payload, options).await.map(drop)
}

async fn text(store: &dyn ObjectStore, key: &str) -> String {
    let bytes = store.get(&path(key)).await.unwrap().bytes().await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn what_is_written_is_read_listed_and_deleted() {
    let server = S3Server::start().unwrap();
    let store = server.store(0).unwrap();
    for key in ["a", "a/b", "a/c/d", "ab", "a/=2F!o~"] {
        store.put(&path(key), key.to_owned().into()).await.unwrap();
    }
    assert_eq!(text(&store, "a/=2F!o~").await, "a/=2F!o~");
    assert_eq!(keys(&store, "a").await, ["a/=2F!o~", "a/b", "a/c/d"]);
    let found = store.list_with_delimiter(Some(&path("a"))).await.unwrap();
    assert_eq!(found.common_prefixes, [path("a/c")]);
    assert_eq!(found.objects.len(), 2);

    let range = GetOptions::new().with_range(Some(GetRange::Bounded(1..3)));
    let part = store.get_opts(&path("a/=2F!o~"), range).await.unwrap();
    assert_eq!(part.bytes().await.unwrap(), "/=");
    assert_eq!(store.head(&path("a")).await.unwrap().size, 1);

    store.delete(&path("a/b")).await.unwrap();
    let several = futures_util::stream::iter([Ok(path("a/c/d")), Ok(path("ab"))]);
    let deleted = store.delete_stream(Box::pin(several));
    assert_eq!(deleted.try_collect::<Vec<_>>().await.unwrap().len(), 2);
    let gone = store.get(&path("a/b")).await;
    assert!(matches!(gone, Err(Error::NotFound { .. })), "{gone:?}");
    assert_eq!(keys(&store, "a").await, ["a/=2F!o~"]);
}

#[tokio::test]
async fn a_listing_comes_in_pages_of_a_thousand() {
    let server = S3Server::start().unwrap();
    let store = server.store(0).unwrap();
    for number in 0..2_500 {
        server.plant(&format!("many/{number:04}/object"), "");
    }
    server.plant("many-others", "");
    let found = keys(&store, "many").await;
    assert_eq!(found.len(), 2_500);
    assert!(found.is_sorted());
    assert_eq!(server.requests().list, 3);
    let folders = store
        .list_with_delimiter(Some(&path("many")))
        .await
        .unwrap();
    assert_eq!(folders.common_prefixes.len(), 2_500);
    assert_eq!(server.requests().list, 6);
    let after = store.list_with_offset(Some(&path("many")), &path("many/2400/object"));
    assert_eq!(after.try_collect::<Vec<_>>().await.unwrap().len(), 99);
}

#[tokio::test]
async fn what_is_there_is_not_created_unless_conditions_are_ignored() {
    let server = S3Server::start().unwrap();
    let store = server.store(0).unwrap();
    create(&store, "a", "first").await.unwrap();
    let second = create(&store, "a", "second").await;
    assert!(matches!(second, Err(Error::AlreadyExists { .. })));
    assert_eq!(text(&store, "a").await, "first");
    server.ignore_conditions(true);
    create(&store, "a", "third").await.unwrap();
    assert_eq!(text(&store, "a").await, "third");
}

#[tokio::test]
async fn of_many_who_create_the_same_one_does() {
    let server = S3Server::start().unwrap();
    let store = Arc::new(server.store(0).unwrap());
    let writers = (0..32).map(|number| {
        let store = store.clone();
        tokio::spawn(async move { create(&*store, "a", &number.to_string()).await.is_ok() })
    });
    let mut created = 0;
    for writer in writers.collect::<Vec<_>>() {
        created += usize::from(writer.await.unwrap());
    }
    assert_eq!(created, 1);
}

#[tokio::test]
async fn wrong_and_missing_credentials_are_refused() {
    let server = S3Server::start().unwrap();
    server.plant("a", "secret");
    let (access, secret) = server.credentials();
    let with = |access: &str, secret: &str| {
        let client = server.client(0).with_access_key_id(access);
        client.with_secret_access_key(secret).build().unwrap()
    };
    let none = server.client(0).with_skip_signature(true).build().unwrap();
    for store in [with(access, "wrong"), with("wrong", secret), none] {
        let refused = store.get(&path("a")).await.unwrap_err();
        assert!(
            matches!(refused, Error::PermissionDenied { .. }),
            "{refused:?}"
        );
        assert!(create(&store, "b", "").await.is_err());
        assert!(store.list_with_delimiter(None).await.is_err());
    }
    assert_eq!(text(&with(access, secret), "a").await, "secret");
}

#[tokio::test]
async fn faults_happen_to_the_requests_that_were_named() {
    let server = S3Server::start().unwrap();
    let store = server.store(0).unwrap();
    let put = async |key: &str| store.put(&path(key), "text".into()).await.is_ok();
    let is_there = async |key: &str| {
        server.heal();
        store.head(&path(key)).await.is_ok()
    };
    for (name, fault, succeeds, applied) in [
        ("conflict", HttpFault::Answer(409), false, false),
        ("broken", HttpFault::Answer(500), false, false),
        ("busy", HttpFault::Answer(503), false, false),
        ("before", HttpFault::DropBefore, false, false),
        ("after", HttpFault::DropAfter, false, true),
        (
            "slow",
            HttpFault::Delay(Duration::from_millis(5)),
            true,
            true,
        ),
    ] {
        server.fail(Which::Only(1), fault);
        assert!(put("other").await, "{name}");
        assert_eq!(put(name).await, succeeds, "{name}");
        assert!(put("other").await, "{name}");
        assert_eq!(server.faults_met(), 1, "{name}");
        assert_eq!(is_there(name).await, applied, "{name}");
    }
    server.fail(Which::Only(0), HttpFault::CutOff);
    let half = store.get(&path("slow")).await.unwrap().bytes().await;
    assert!(half.is_err(), "{half:?}");
    server.fail(Which::From(1), HttpFault::Answer(503));
    assert!(put("first").await && !put("second").await && !put("third").await);
}

#[tokio::test]
async fn a_client_that_tries_again_gets_through() {
    let server = S3Server::start().unwrap();
    let store = server.store(3).unwrap();
    server.plant("a", "text");
    for fault in [
        HttpFault::Answer(500),
        HttpFault::Answer(503),
        HttpFault::DropBefore,
        HttpFault::CutOff,
    ] {
        server.fail(Which::Next(2), fault);
        assert_eq!(text(&store, "a").await, "text");
        assert!(server.faults_met() > 0, "{fault:?}");
    }
}
