//! Which pacts a provider has to verify, and each of them.

use std::collections::BTreeSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Map, Value, json};

use super::selectors::Selected;
use super::{Document, Server, hal};
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::selectors::Asked;
use crate::web::{Answer, printable};

/// How many pacts are asked for at once.
const AT_ONCE: usize = 8;

/// A list that goes on for longer leads in a circle.
const PAGES: usize = 1000;

const FOR_VERIFICATION: [&str; 2] = [
    "pb:provider-pacts-for-verification",
    "beta:provider-pacts-for-verification",
];

/// Which pacts are wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub provider: String,
    pub selectors: Vec<Asked>,
    /// Whether those that no version of the provider kept are pending.
    pub pending: bool,
    /// As a date.
    pub wip_since: Option<String>,
    pub branch: Option<String>,
    pub tags: Vec<String>,
}

/// A pact, and what the Pact Broker says of it.
#[derive(Debug)]
pub struct BrokerPact {
    pub document: Document,
    /// Why it was chosen.
    pub why: String,
    pub pending: bool,
    pub notices: Vec<Notice>,
}

/// A sentence of the Pact Broker for the people who verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// `before_verification`, or `after_verification:success_true_published_false` and
    /// its like.
    pub when: String,
    pub text: String,
}

/// An entry of a list.
struct Listed {
    href: String,
    why: String,
    pending: bool,
    notices: Vec<Notice>,
}

impl Wanted {
    fn selected(&self) -> Result<Selected> {
        let branch = self.branch.as_deref();
        let mut selected = Selected::of(&self.selectors, branch).map_err(|why| {
            Failure::wrong_input(format!("--select {why}"))
                .advise("give --branch, or other selectors")
        })?;
        selected.wip_since = self.wip_since.clone().or(selected.wip_since);
        if selected.wip_since.is_some() && branch.is_none() && self.tags.is_empty() {
            return Err(Failure::wrong_input(
                "what is in progress depends on the provider's branch, which is not known",
            )
            .advise("give --branch (or --provider-tag)"));
        }
        Ok(selected)
    }

    fn request(&self, selected: &Selected) -> Value {
        let mut request = Map::new();
        request.insert("includePendingStatus".into(), self.pending.into());
        if !selected.selectors.is_empty() {
            let selectors = selected.selectors.clone();
            request.insert("consumerVersionSelectors".into(), selectors.into());
        }
        if let Some(branch) = &self.branch {
            request.insert("providerVersionBranch".into(), branch.as_str().into());
        }
        if !self.tags.is_empty() {
            request.insert("providerVersionTags".into(), json!(self.tags));
        }
        if let Some(since) = &selected.wip_since {
            request.insert("includeWipPactsSince".into(), since.as_str().into());
        }
        Value::Object(request)
    }
}

impl Server {
    /// The pacts that a provider has to verify, in the Pact Broker's order.
    pub async fn pacts(&self, wanted: &Wanted, output: &Output) -> Result<Vec<BrokerPact>> {
        let selected = wanted.selected()?;
        let index = self.index().await?;
        let relation = FOR_VERIFICATION.iter();
        let href = relation.clone().find_map(|each| hal::link(&index, each));
        let listed = match href {
            Some(href) => self.for_verification(&href, wanted, &selected).await?,
            None => self.latest(&index, wanted, &selected, output).await?,
        };
        let pacts = listed.into_iter().map(|each| self.pact(each));
        stream::iter(pacts).buffered(AT_ONCE).try_collect().await
    }

    async fn for_verification(
        &self,
        href: &str,
        wanted: &Wanted,
        selected: &Selected,
    ) -> Result<Vec<Listed>> {
        let request = wanted.request(selected);
        let first = hal::expanded(href, &[("provider", &wanted.provider)]);
        let mut listed = Vec::new();
        let mut pages = Pages::from(first);
        while let Some(page) = pages.next() {
            let url = self.resolved(&page)?;
            let answer = self.post(&url, &request).await;
            let answer: Answer = answer.map_err(|error| self.no_list(&error, wanted))?;
            let document = self.json(answer)?;
            let entries = document.pointer("/_embedded/pacts");
            let entries = entries.and_then(Value::as_array).ok_or_else(|| {
                Failure::unknown(format!(
                    "{}: expected a list of pacts at $._embedded.pacts, found none",
                    crate::web::shown(&url)
                ))
            })?;
            for entry in entries {
                listed.push(self.entry(entry, wanted)?);
            }
            pages.follow(&document);
        }
        Ok(listed)
    }

    fn entry(&self, entry: &Value, wanted: &Wanted) -> Result<Listed> {
        let href = hal::link(entry, "self").ok_or_else(|| {
            Failure::unknown(format!(
                "{}: an entry of the list of pacts has no link to its pact",
                self.shown()
            ))
        })?;
        let text = |value: Option<&Value>| {
            let text = value.and_then(Value::as_str);
            text.map(|text| printable(&self.hide(text)))
        };
        let properties = entry.get("verificationProperties");
        let flag = |name: &str| {
            let flag = properties.and_then(|properties| properties.get(name)?.as_bool());
            flag.unwrap_or(false)
        };
        let notices = properties.and_then(|properties| properties.get("notices")?.as_array());
        let notices = notices.into_iter().flatten().filter_map(|notice| {
            Some(Notice {
                when: text(notice.get("when")).unwrap_or_else(|| "before_verification".into()),
                text: text(notice.get("text"))?,
            })
        });
        let mut why = text(entry.get("shortDescription"))
            .or_else(|| hal::name(entry, "self").map(|name| printable(&name)))
            .unwrap_or_default();
        if flag("wip") {
            why += " (work in progress)";
        }
        Ok(Listed {
            href,
            why,
            pending: wanted.pending && (flag("pending") || flag("wip")),
            notices: notices.collect(),
        })
    }

    /// What an older Pact Broker has: the latest of each consumer, or under a tag.
    async fn latest(
        &self,
        index: &Value,
        wanted: &Wanted,
        selected: &Selected,
        output: &Output,
    ) -> Result<Vec<Listed>> {
        let lists = lists(selected).ok_or_else(|| {
            self.too_old("--select or --include-wip-pacts-since")
                .advise("select by latest or tag=NAME there, or update the Pact Broker")
        })?;
        output.warning(format!(
            "the Pact Broker at {} is too old to say what is to be verified: taking the latest \
             pact of each consumer{}; none of them is pending",
            self.shown(),
            if selected.selectors.is_empty() {
                ""
            } else {
                " as selected"
            }
        ));
        let mut listed = Vec::new();
        for (relation, tag, why) in lists {
            let href = hal::link(index, relation).ok_or_else(|| self.too_old(relation))?;
            let values = [("provider", &*wanted.provider), ("tag", &*tag)];
            let mut pages = Pages::from(hal::expanded(&href, &values));
            while let Some(page) = pages.next() {
                let document = self.list(&page, wanted).await?;
                let named = hal::links(&document, "pb:pacts");
                let named = if named.is_empty() {
                    hal::links(&document, "pacts")
                } else {
                    named
                };
                listed.extend(named.into_iter().map(|href| Listed {
                    href,
                    why: why.clone(),
                    pending: false,
                    notices: Vec::new(),
                }));
                pages.follow(&document);
            }
        }
        Ok(listed)
    }

    async fn list(&self, page: &str, wanted: &Wanted) -> Result<Value> {
        let url = self.resolved(page)?;
        match self.try_get(&url).await {
            Ok(answer) => self.json(answer),
            Err(error) => Err(self.no_list(&error, wanted)),
        }
    }

    async fn pact(&self, listed: Listed) -> Result<BrokerPact> {
        let url = self.resolved(&listed.href)?;
        let bytes = self.bytes(&url).await?;
        Ok(BrokerPact {
            document: Document::read(&bytes, &crate::web::shown(&url))?,
            why: listed.why,
            pending: listed.pending,
            notices: listed.notices,
        })
    }

    fn no_list(&self, error: &crate::web::Unanswered, wanted: &Wanted) -> Failure {
        match error.status.map(|status| status.as_u16()) {
            Some(404) => Failure::unknown(format!(
                "the Pact Broker at {} does not know the provider {}: {}",
                self.shown(),
                wanted.provider,
                error.why
            ))
            .advise("correct --provider, or publish a pact with it first"),
            Some(400 | 422) => self
                .failure(error)
                .advise("correct --select; an older Pact Broker knows fewer selectors"),
            _ => self.failure(error),
        }
    }

    fn too_old(&self, what: &str) -> Failure {
        Failure::unknown(format!(
            "the Pact Broker at {} is too old for {what}",
            self.shown()
        ))
        .advise("update the Pact Broker")
    }
}

/// The lists that say the same as the selectors: relation, tag, and why.
fn lists(selected: &Selected) -> Option<Vec<(&'static str, String, String)>> {
    if selected.wip_since.is_some() {
        return None;
    }
    let latest = || ("pb:latest-provider-pacts", String::new(), "latest".into());
    if selected.selectors.is_empty() {
        return Some(vec![latest()]);
    }
    let list = |selector: &Value| {
        let members = selector.as_object()?;
        let tag = members.get("tag").and_then(Value::as_str);
        let newest = members.get("latest") == Some(&Value::Bool(true));
        match (tag, members.len()) {
            (None, 1) if newest => Some(latest()),
            (Some(tag), 2) if newest => Some((
                "pb:latest-provider-pacts-with-tag",
                tag.to_owned(),
                format!("latest with tag {tag}"),
            )),
            _ => None,
        }
    };
    selected.selectors.iter().map(list).collect()
}

/// The pages of a list, each once.
struct Pages {
    next: Option<String>,
    seen: BTreeSet<String>,
}

impl Pages {
    fn from(first: String) -> Self {
        Self {
            next: Some(first),
            seen: BTreeSet::new(),
        }
    }

    fn next(&mut self) -> Option<String> {
        let next = self.next.take()?;
        let is_new = self.seen.len() < PAGES && self.seen.insert(next.clone());
        is_new.then_some(next)
    }

    fn follow(&mut self, document: &Value) {
        self.next = hal::link(document, "next");
    }
}
