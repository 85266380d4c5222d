//! Actions: what the configuration wants to be told, checked as a whole before
//! anything is sent.

mod github;
mod hosts;
mod request;
mod secrets;
mod template;

use std::collections::{BTreeMap, BTreeSet};

use pactwork_broker::{ForEachConsumer, Trigger};

pub use hosts::AllowedHosts;
pub use request::{Request, RequestTemplate};
pub use secrets::{Redaction, Secrets};
pub use template::Show;

use crate::config::{ForEach, Notifications, Notify, OneOrMore};
use template::Known;

/// What is sent, and when.
#[derive(Debug, Clone)]
pub struct Action {
    pub trigger: Trigger,
    pub request: RequestTemplate,
}

/// What a fact says of the consumer that it is sent for.
const RECIPIENT: [&str; 3] = ["consumer", "consumer_version", "consumer_branch"];

/// Reads the list of hosts.
pub fn allowed_hosts(notifications: &Notifications) -> Result<AllowedHosts, String> {
    if notifications.allowed_hosts.is_empty() {
        return Err(
            "no host may be sent to: notifications.allowed_hosts names none; \
             write, for example, allowed_hosts = [\"api.github.com\"] under [notifications]"
                .into(),
        );
    }
    let hosts = AllowedHosts::parse(&notifications.allowed_hosts);
    hosts.map_err(|problem| format!("notifications.allowed_hosts: {problem}"))
}

/// Reads the actions. The error says which one is wrong, where, and what was expected.
pub fn actions<'n>(
    configured: impl IntoIterator<Item = &'n Notify>,
    hosts: &AllowedHosts,
    secrets: &Secrets,
) -> Result<Vec<Action>, String> {
    let mut names = BTreeSet::new();
    let mut actions = Vec::new();
    for notify in configured {
        let named = |problem: String| format!("notify \"{}\": {problem}", notify.name);
        if notify.name.is_empty() {
            return Err("notify: expected a name, found \"\"".into());
        }
        if !names.insert(&notify.name) {
            return Err(named("there are two of that name".into()));
        }
        actions.push(action(notify, hosts, secrets).map_err(named)?);
    }
    Ok(actions)
}

fn action(notify: &Notify, hosts: &AllowedHosts, secrets: &Secrets) -> Result<Action, String> {
    let for_each_consumer = for_each(notify)?;
    let values = notify.on.values(for_each_consumer.is_some());
    let known = Known {
        values: &values,
        secrets,
    };
    let mut payload = notify.on.payload().to_vec();
    if for_each_consumer.is_some() {
        payload.extend(RECIPIENT);
    }
    let request = match (&notify.webhook, &notify.github) {
        (Some(webhook), None) => RequestTemplate::of(webhook, &payload, &known)
            .map_err(|problem| format!("webhook.{problem}"))?,
        (None, Some(github)) => github::request(github, &payload, &known)
            .map_err(|problem| format!("github: {problem}"))?,
        _ => return Err("expected either [notify.webhook] or [notify.github]".into()),
    };
    if let Some(url) = request.fixed_url()? {
        hosts.permit(&url)?;
    }
    Ok(Action {
        trigger: Trigger {
            name: notify.name.clone(),
            on: notify.on,
            only: only(notify, &values)?,
            for_each_consumer,
        },
        request,
    })
}

fn for_each(notify: &Notify) -> Result<Option<ForEachConsumer>, String> {
    let wanted = match &notify.for_each_consumer {
        ForEach::Known(false) => return Ok(None),
        ForEach::Known(true) => ForEachConsumer::Known,
        ForEach::Named(names) => ForEachConsumer::Named(names.clone()),
    };
    match notify.on.is_for_consumers() {
        true => Ok(Some(wanted)),
        false => Err(format!(
            "for_each_consumer goes with version-published, golden-published and \
             golden-content-changed, not with {}",
            notify.on.name()
        )),
    }
}

fn only(
    notify: &Notify,
    values: &BTreeSet<&'static str>,
) -> Result<BTreeMap<String, Vec<String>>, String> {
    let filters: [(&str, &Option<OneOrMore>); 5] = [
        ("participant", &notify.participant),
        ("consumer", &notify.consumer),
        ("provider", &notify.provider),
        ("branch", &notify.branch),
        ("environment", &notify.environment),
    ];
    let given = filters
        .into_iter()
        .filter_map(|(name, filter)| Some((name, filter.as_ref()?)));
    let mut only = BTreeMap::new();
    for (name, filter) in given {
        if !values.contains(name) {
            let event = notify.on.name();
            return Err(format!(
                "{name}: {event} says nothing of that, so nothing would ever be sent"
            ));
        }
        only.insert(name.to_owned(), filter.names());
    }
    Ok(only)
}
