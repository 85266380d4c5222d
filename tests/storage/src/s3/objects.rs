//! The operations on one bucket that is held in memory.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::BodyExt;
use s3s::dto::{
    CommonPrefix, DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput,
    DeletedObject, ETag, GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput,
    ListObjectsV2Input, ListObjectsV2Output, Object, PutObjectInput, PutObjectOutput, Range,
    StreamingBlob,
};
use s3s::{Body, S3, S3Error, S3Request, S3Response, S3Result, s3_error};

use super::Shared;

/// What S3 lists at once, however many are asked for.
const PAGE: usize = 1000;

/// How long a key may be, in bytes.
const LONGEST_KEY: usize = 1024;

#[derive(Debug, Default)]
pub(super) struct Objects {
    stored: Mutex<BTreeMap<String, Stored>>,
    ignores_conditions: AtomicBool,
}

#[derive(Debug, Clone)]
struct Stored {
    bytes: Bytes,
    modified: SystemTime,
}

impl Stored {
    /// A hash of the content: equal contents have equal tags, as on S3.
    fn tag(&self) -> ETag {
        let mut hasher = DefaultHasher::new();
        self.bytes.hash(&mut hasher);
        ETag::Strong(format!("{:032x}", hasher.finish()))
    }

    fn size(&self) -> i64 {
        i64::try_from(self.bytes.len()).unwrap_or(i64::MAX)
    }
}

impl Objects {
    pub(super) fn ignore_conditions(&self, ignored: bool) {
        self.ignores_conditions.store(ignored, Ordering::Relaxed);
    }

    pub(super) fn plant(&self, key: &str, bytes: Bytes) {
        let modified = SystemTime::now();
        self.lock().insert(key.into(), Stored { bytes, modified });
    }

    pub(super) fn snapshot(&self) -> BTreeMap<String, Bytes> {
        let all = self.lock();
        let objects = all.iter();
        objects
            .map(|(key, stored)| (key.clone(), stored.bytes.clone()))
            .collect()
    }

    pub(super) fn restore(&self, objects: &BTreeMap<String, Bytes>) {
        let modified = SystemTime::now();
        let objects = objects.iter().map(|(key, bytes)| {
            let bytes = bytes.clone();
            (key.clone(), Stored { bytes, modified })
        });
        *self.lock() = objects.collect();
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Stored>> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, key: &str) -> S3Result<Stored> {
        let found = self.lock().get(key).cloned();
        found.ok_or_else(|| s3_error!(NoSuchKey))
    }

    /// Whether there is one and looking at it and writing it is one step.
    fn put(&self, key: String, bytes: Bytes, only_new: bool) -> S3Result<ETag> {
        let modified = SystemTime::now();
        let stored = Stored { bytes, modified };
        let tag = stored.tag();
        let mut all = self.lock();
        let only_new = only_new && !self.ignores_conditions.load(Ordering::Relaxed);
        if only_new && all.contains_key(&key) {
            return Err(s3_error!(PreconditionFailed, "there is one already"));
        }
        all.insert(key, stored);
        Ok(tag)
    }

    /// One page: every key, and every common prefix, counts.
    fn page(&self, question: &Question) -> Page {
        let all = self.lock();
        let mut page = Page::default();
        let mut after = question.after.clone();
        loop {
            let from = match after.as_str() < question.prefix.as_str() {
                true => Bound::Included(question.prefix.as_str()),
                false => Bound::Excluded(after.as_str()),
            };
            let next = all.range::<str, _>((from, Bound::Unbounded)).next();
            let next = next.filter(|(key, _)| key.starts_with(&question.prefix));
            let Some((key, stored)) = next else {
                return page;
            };
            if page.len() == question.limit {
                page.next = page.last.clone();
                return page;
            }
            after = page.take(question, key, stored);
        }
    }
}

/// What a page of a listing is asked for.
#[derive(Debug)]
struct Question {
    prefix: String,
    delimiter: Option<String>,
    after: String,
    limit: usize,
}

#[derive(Debug, Default)]
struct Page {
    objects: Vec<Object>,
    prefixes: Vec<CommonPrefix>,
    last: Option<String>,
    next: Option<String>,
}

impl Page {
    fn len(&self) -> usize {
        self.objects.len() + self.prefixes.len()
    }

    /// Takes a key or the prefix that it has in common with others; returns the
    /// key after which there is something else.
    fn take(&mut self, question: &Question, key: &str, stored: &Stored) -> String {
        let after = match question.common_prefix(key) {
            Some(prefix) => {
                self.prefixes.push(CommonPrefix {
                    prefix: Some(prefix.into()),
                });
                format!("{prefix}{}", char::MAX)
            }
            None => {
                self.objects.push(Object {
                    key: Some(key.into()),
                    size: Some(stored.size()),
                    e_tag: Some(stored.tag()),
                    last_modified: Some(stored.modified.into()),
                    ..Object::default()
                });
                key.into()
            }
        };
        self.last = Some(after.clone());
        after
    }
}

impl Question {
    fn of(input: &ListObjectsV2Input) -> S3Result<Self> {
        let token = input.continuation_token.as_deref();
        let after = match token {
            Some(token) => from_token(token)?,
            None => input.start_after.clone().unwrap_or_default(),
        };
        let asked = input.max_keys.and_then(|keys| usize::try_from(keys).ok());
        Ok(Self {
            prefix: input.prefix.clone().unwrap_or_default(),
            delimiter: input.delimiter.clone().filter(|text| !text.is_empty()),
            after,
            limit: asked.unwrap_or(PAGE).min(PAGE),
        })
    }

    fn common_prefix<'k>(&self, key: &'k str) -> Option<&'k str> {
        let delimiter = self.delimiter.as_deref()?;
        let rest = &key[self.prefix.len()..];
        let end = self.prefix.len() + rest.find(delimiter)? + delimiter.len();
        Some(&key[..end])
    }
}

/// Clients have to hand tokens back as they are, so they look like nothing else.
fn to_token(after: &str) -> String {
    after.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn from_token(token: &str) -> S3Result<String> {
    let digits: Vec<_> = token.chars().filter_map(|c| c.to_digit(16)).collect();
    let bytes = digits.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    });
    let bytes: Option<Vec<u8>> = bytes.collect();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| s3_error!(InvalidArgument, "that is no continuation token"))
}

/// What answers the requests.
#[derive(Debug, Clone)]
pub(super) struct Handle {
    shared: Arc<Shared>,
    bucket: &'static str,
}

impl Handle {
    pub(super) fn new(shared: Arc<Shared>, bucket: &'static str) -> Self {
        Self { shared, bucket }
    }

    fn objects(&self, bucket: &str) -> S3Result<&Objects> {
        match bucket == self.bucket {
            true => Ok(&self.shared.objects),
            false => Err(s3_error!(NoSuchBucket)),
        }
    }
}

#[async_trait]
impl S3 for Handle {
    async fn put_object(
        &self,
        request: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let input = request.input;
        let objects = self.objects(&input.bucket)?;
        if input.key.len() > LONGEST_KEY {
            return Err(s3_error!(KeyTooLongError));
        }
        let only_new = match &input.if_none_match {
            Some(condition) if condition.is_any() => true,
            Some(_) => return Err(s3_error!(NotImplemented, "only If-None-Match: *")),
            None => false,
        };
        if input.if_match.is_some() {
            return Err(s3_error!(NotImplemented, "no If-Match"));
        }
        let bytes = match input.body {
            Some(body) => whole(body).await?,
            None => Bytes::new(),
        };
        Ok(S3Response::new(PutObjectOutput {
            e_tag: Some(objects.put(input.key, bytes, only_new)?),
            ..PutObjectOutput::default()
        }))
    }

    async fn get_object(
        &self,
        request: S3Request<GetObjectInput>,
    ) -> S3Result<S3Response<GetObjectOutput>> {
        let input = request.input;
        let stored = self.objects(&input.bucket)?.get(&input.key)?;
        let bytes = match input.range {
            Some(range) => part(&stored.bytes, range)?,
            None => stored.bytes.clone(),
        };
        let range = input.range.map(|range| content_range(range, &stored.bytes));
        Ok(S3Response::new(GetObjectOutput {
            content_length: i64::try_from(bytes.len()).ok(),
            content_range: range.transpose()?,
            e_tag: Some(stored.tag()),
            last_modified: Some(stored.modified.into()),
            body: Some(StreamingBlob::from(Body::from(bytes))),
            ..GetObjectOutput::default()
        }))
    }

    async fn head_object(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let input = request.input;
        let stored = self.objects(&input.bucket)?.get(&input.key)?;
        Ok(S3Response::new(HeadObjectOutput {
            content_length: Some(stored.size()),
            e_tag: Some(stored.tag()),
            last_modified: Some(stored.modified.into()),
            ..HeadObjectOutput::default()
        }))
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let input = request.input;
        self.objects(&input.bucket)?.lock().remove(&input.key);
        Ok(S3Response::new(DeleteObjectOutput::default()))
    }

    async fn delete_objects(
        &self,
        request: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        let input = request.input;
        let mut all = self.objects(&input.bucket)?.lock();
        let deleted = input.delete.objects.into_iter().map(|object| {
            all.remove(&object.key);
            DeletedObject {
                key: Some(object.key),
                ..DeletedObject::default()
            }
        });
        Ok(S3Response::new(DeleteObjectsOutput {
            deleted: Some(deleted.collect()),
            ..DeleteObjectsOutput::default()
        }))
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let input = request.input;
        let question = Question::of(&input)?;
        let page = self.objects(&input.bucket)?.page(&question);
        Ok(S3Response::new(ListObjectsV2Output {
            name: Some(input.bucket),
            prefix: input.prefix,
            delimiter: input.delimiter,
            max_keys: i32::try_from(question.limit).ok(),
            key_count: i32::try_from(page.len()).ok(),
            is_truncated: Some(page.next.is_some()),
            next_continuation_token: page.next.as_deref().map(to_token),
            contents: Some(page.objects),
            common_prefixes: Some(page.prefixes),
            ..ListObjectsV2Output::default()
        }))
    }
}

async fn whole(body: StreamingBlob) -> S3Result<Bytes> {
    let collected = Body::from(body).collect().await;
    let collected =
        collected.map_err(|error| S3Error::with_source(s3s::S3ErrorCode::IncompleteBody, error))?;
    Ok(collected.to_bytes())
}

fn part(bytes: &Bytes, range: Range) -> S3Result<Bytes> {
    let (first, end) = bounds(bytes, range)?;
    Ok(bytes.slice(first..end))
}

fn content_range(range: Range, bytes: &Bytes) -> S3Result<String> {
    let (first, end) = bounds(bytes, range)?;
    Ok(format!("bytes {first}-{}/{}", end - 1, bytes.len()))
}

fn bounds(bytes: &Bytes, range: Range) -> S3Result<(usize, usize)> {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let found = range.check(length);
    let found = found.map_err(|error| s3_error!(error, InvalidRange))?;
    let place = |at| usize::try_from(at).unwrap_or(bytes.len());
    Ok((place(found.start), place(found.end)))
}
