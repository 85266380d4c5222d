//! What may be done with a bucket: tried out, one thing after the other.

use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use serde::Serialize;

use crate::Broker;
use crate::event::EventId;
use crate::location::Identity;
use crate::refusal::{Refusal, said};

/// Storages refuse requests of clocks that are off by more than 15 minutes.
const DOUBTFUL_SKEW: Duration = Duration::from_secs(60);

/// What was found out about a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Examination {
    /// In the order in which they were tried.
    pub findings: Vec<Finding>,
}

/// One thing that was tried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was tried: `identity`, `list`, `read`, `write` and so on.
    pub about: &'static str,
    /// How it went.
    pub condition: Condition,
    /// What was found, as a sentence.
    pub found: String,
    /// What to do about it.
    pub advice: Option<String>,
}

/// How something went that was tried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// As it should.
    Good,
    /// Not everything will work.
    Doubtful,
    /// Nothing will work before this is put right.
    Bad,
}

impl Examination {
    /// How the worst of all went.
    pub fn condition(&self) -> Condition {
        let conditions = self.findings.iter().map(|finding| finding.condition);
        conditions.max().unwrap_or(Condition::Good)
    }

    fn add(&mut self, about: &'static str, outcome: Result<String, Problem>) -> bool {
        let (condition, found, advice) = match outcome {
            Ok(found) => (Condition::Good, found, None),
            Err(problem) => (problem.condition, problem.found, Some(problem.advice)),
        };
        self.findings.push(Finding {
            about,
            condition,
            found,
            advice,
        });
        condition == Condition::Good
    }
}

struct Problem {
    condition: Condition,
    found: String,
    advice: String,
}

fn bad(found: impl ToString, advice: impl Into<String>) -> Problem {
    Problem {
        condition: Condition::Bad,
        found: found.to_string(),
        advice: advice.into(),
    }
}

fn doubtful(found: impl ToString, advice: impl Into<String>) -> Problem {
    Problem {
        condition: Condition::Doubtful,
        ..bad(found, advice)
    }
}

/// What to do where the store refused.
fn refused(error: &Error, right: &str) -> Problem {
    let advice = match Refusal::of(error) {
        Refusal::Clock => "set this machine's clock".into(),
        Refusal::Credentials => format!("check the credentials, and grant them {right}"),
        Refusal::NoBucket => "make the bucket, or correct its name".into(),
        Refusal::Other => "check the address, the network and the options".into(),
    };
    bad(said(error), advice)
}

impl Broker {
    /// Tries out what may be done with the bucket. A probe is written, read and
    /// removed again; nothing else is changed.
    pub async fn examine(&self, now: SystemTime) -> Examination {
        let mut examination = Examination {
            findings: Vec::new(),
        };
        let known = match &self.identity {
            Identity::None => Ok("none is needed".into()),
            Identity::Known(text) => Ok(text.clone()),
            Identity::Aws(credentials) => {
                let described = credentials.describe().await;
                described.map_err(|reason| bad(reason, "sign on, or correct the credentials"))
            }
        };
        if !examination.add("identity", known) {
            return examination;
        }
        if !examination.add("list", self.try_list().await) {
            return examination;
        }
        if !examination.add("format", self.try_format().await) {
            return examination;
        }
        let probe = Path::from(format!("v1/probe/{}", EventId::at(now).as_str()));
        if !examination.add("write", self.try_write(&probe).await) {
            return examination;
        }
        examination.add("read", self.try_read(&probe).await);
        examination.add("clock", self.try_clock(&probe, now).await);
        examination.add("create only", self.try_create(&probe).await);
        examination.add("remove", self.try_remove(&probe).await);
        examination
    }

    async fn try_list(&self) -> Result<String, Problem> {
        let folder = Path::from("v1");
        let listed = self.storage.store.list_with_delimiter(Some(&folder)).await;
        let listed = listed.map_err(|error| refused(&error, "list (s3:ListBucket)"))?;
        let empty = listed.common_prefixes.is_empty() && listed.objects.is_empty();
        Ok(match empty {
            true => "it may be listed; nothing was ever shared here".into(),
            false => "it may be listed".into(),
        })
    }

    async fn try_format(&self) -> Result<String, Problem> {
        match self.storage.checked().await {
            Ok(Some(_)) => Ok("it is of a format that is known here".into()),
            Ok(None) => Ok("it is not marked with a format yet".into()),
            Err(error) => Err(bad(error, "see above")),
        }
    }

    async fn try_write(&self, probe: &Path) -> Result<String, Problem> {
        let written = self.storage.store.put(probe, content("probe")).await;
        written.map_err(|error| refused(&error, "write (s3:PutObject)"))?;
        Ok("it may be written".into())
    }

    async fn try_read(&self, probe: &Path) -> Result<String, Problem> {
        let read = self.storage.store.get(probe).await;
        let read = read.map_err(|error| refused(&error, "read (s3:GetObject)"))?;
        let bytes = read.bytes().await;
        let bytes = bytes.map_err(|error| refused(&error, "read (s3:GetObject)"))?;
        if bytes != "probe" {
            return Err(bad(
                "what was just written is read otherwise",
                "use another storage: this one does not keep what is written",
            ));
        }
        let listed = self.storage.store.list(Some(&Path::from("v1/probe")));
        let listed: Result<Vec<_>, _> = listed.try_collect().await;
        let listed = listed.map_err(|error| refused(&error, "list (s3:ListBucket)"))?;
        match listed.iter().any(|object| object.location == *probe) {
            true => Ok("what was just written is read and listed".into()),
            false => Err(bad(
                "what was just written is not listed",
                "use a storage that lists what was written (as S3 does since 2020)",
            )),
        }
    }

    async fn try_clock(&self, probe: &Path, now: SystemTime) -> Result<String, Problem> {
        let meta = self.storage.store.head(probe).await;
        let meta = meta.map_err(|error| refused(&error, "read (s3:GetObject)"))?;
        let theirs = SystemTime::from(meta.last_modified);
        let skew = match theirs.duration_since(now) {
            Ok(ahead) => ahead,
            Err(behind) => behind.duration(),
        };
        match skew < DOUBTFUL_SKEW {
            true => Ok("this machine's clock and the storage's agree".into()),
            false => Err(doubtful(
                format!(
                    "this machine's clock and the storage's differ by {} s",
                    skew.as_secs()
                ),
                "set this machine's clock: from 15 minutes on, storages refuse requests",
            )),
        }
    }

    async fn try_create(&self, probe: &Path) -> Result<String, Problem> {
        let options = PutOptions::from(PutMode::Create);
        let store = &self.storage.store;
        match store.put_opts(probe, content("other"), options).await {
            Err(Error::AlreadyExists { .. }) => Ok("what is there is not overwritten".into()),
            Err(Error::NotImplemented { .. } | Error::NotSupported { .. }) => {
                Ok("it is not asked for here, and not needed".into())
            }
            Ok(_) => Ok("the storage ignores it; it is not needed".into()),
            Err(error) => Err(doubtful(
                said(&error),
                "switch it off: the option conditional_put = false",
            )),
        }
    }

    async fn try_remove(&self, probe: &Path) -> Result<String, Problem> {
        match self.storage.store.delete(probe).await {
            Ok(()) => Ok("objects may be removed".into()),
            Err(error) => Err(doubtful(
                said(&error),
                format!("only prune needs it (s3:DeleteObject); {probe} stays behind"),
            )),
        }
    }
}

fn content(text: &'static str) -> PutPayload {
    PutPayload::from_static(text.as_bytes())
}
