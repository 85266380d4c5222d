//! `pactwork notify`: sends what the configuration wants to be told of new facts.

use std::time::{Duration, SystemTime};

use futures_util::{StreamExt, stream};
use pactwork_broker::{Broker, Due, Occurrence, Trigger};

use crate::args::{self, Format};
use crate::config::{Config, FILE_NAME, Notify};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::moment::{self, Moment};
use crate::notify::{self, Action, AllowedHosts, Secrets, Show};
use crate::output::Output;
use crate::plan::Context;
use crate::render::{human, json};
use crate::storage::Storage;
use crate::webhook::{Sender, Settings};

/// How many requests are under way at once.
const AT_ONCE: usize = 8;

/// What is sent, and how.
#[derive(Debug)]
pub struct Plan {
    actions: Vec<Action>,
    settings: Settings,
    since: Option<Moment>,
    dry_run: bool,
    format: Format,
    storage: Storage,
}

/// Checks the arguments and the configuration; secrets are read here.
pub fn plan(args: args::Notify, context: &Context) -> Result<Plan> {
    let config = &context.config;
    let wanted = wanted(&args.only, config)?;
    let secrets = Secrets::new(|name| std::env::var(name).ok(), args.dry_run);
    let wrong = |problem| wrong_configuration(config, problem);
    let hosts = notify::allowed_hosts(&config.notifications).map_err(wrong)?;
    let actions = notify::actions(wanted, &hosts, &secrets).map_err(wrong)?;
    Ok(Plan {
        actions,
        settings: Settings {
            hosts,
            redaction: secrets.into_redaction(),
            timeout: Duration::from_secs(config.notifications.timeout_seconds),
            attempts: config.notifications.attempts,
        },
        since: args.since,
        dry_run: args.dry_run,
        format: args.format,
        storage: context.storage.clone(),
    })
}

fn wanted<'c>(only: &[String], config: &'c Config) -> Result<Vec<&'c Notify>> {
    if config.notify.is_empty() {
        return Err(Failure::wrong_input(format!(
            "no [[notify]] in {FILE_NAME}: there is nobody to tell"
        ))
        .advise("pactwork notify --help shows some to begin with"));
    }
    let known: Vec<_> = config
        .notify
        .iter()
        .map(|each| each.name.as_str())
        .collect();
    if let Some(unknown) = only.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(Failure::wrong_input(format!(
            "no [[notify]] is named {unknown}; there are {}",
            known.join(", ")
        )));
    }
    let all = config.notify.iter();
    Ok(all
        .filter(|each| only.is_empty() || only.contains(&each.name))
        .collect())
}

fn wrong_configuration(config: &Config, problem: String) -> Failure {
    let file = config.file.as_ref();
    let file = file.map_or_else(|| FILE_NAME.into(), |file| file.display().to_string());
    Failure::wrong_input(format!("{file}: {problem}")).advise(format!(
        "correct {file}, or set the variable; pactwork notify --help shows how it is written"
    ))
}

/// What became of a fact that was due.
pub struct Told {
    pub name: String,
    pub occurrence: Occurrence,
    /// The request, without secrets; or why there is none.
    pub request: std::result::Result<notify::Request, String>,
    pub result: Delivery,
}

/// Whether it was delivered.
#[derive(Debug)]
pub enum Delivery {
    /// With this status.
    Delivered(u16),
    /// Nothing is sent in a dry run.
    WouldBeSent,
    /// Why not.
    Failed(String),
}

impl Told {
    fn is_failed(&self) -> bool {
        matches!(self.result, Delivery::Failed(_))
    }
}

/// Sends, and says what became of each.
pub async fn run(plan: Plan, output: &Output) -> Result<Exit> {
    let now = SystemTime::now();
    let broker = plan.storage.open().await?;
    let since = plan.since.map(|since| since.before(now));
    let actions = plan.actions.iter();
    let triggers: Vec<Trigger> = actions.map(|action| action.trigger.clone()).collect();
    let due = broker.due(&triggers, since, now).await?;
    let mut told = Vec::new();
    let sender = Sender::new(plan.settings.clone()).map_err(Failure::unknown)?;
    for (action, due) in plan.actions.iter().zip(&due) {
        if due.is_first && since.is_none() {
            output.note(first_run(action, plan.dry_run));
        }
        told.extend(match plan.dry_run {
            true => shown(action, due, &plan.settings.hosts),
            false => deliver(action, due, (&sender, &broker)).await?,
        });
    }
    output.result(&match plan.format {
        Format::Human => human::told(&told, plan.dry_run),
        Format::Json => json::told(&told)?,
    })?;
    let failed = told.iter().filter(|told| told.is_failed()).count();
    match failed {
        0 => Ok(Exit::Holds),
        _ => Err(undelivered(failed, told.len(), since)),
    }
}

fn first_run(action: &Action, dry_run: bool) -> String {
    let name = &action.trigger.name;
    match dry_run {
        true => format!("{name} never ran: its first run will send nothing; --since shows more"),
        false => format!("{name} runs for the first time: what is recorded from now on counts"),
    }
}

fn undelivered(failed: usize, all: usize, since: Option<SystemTime>) -> Failure {
    let again = match since {
        None => "run pactwork notify again: it tries again what was not delivered".into(),
        Some(since) => format!(
            "run pactwork notify --since {} again: it tries again what was not delivered",
            moment::rfc3339(since)
        ),
    };
    Failure::unknown(format!("{failed} of {all} could not be delivered")).advise(again)
}

fn shown(action: &Action, due: &Due, hosts: &AllowedHosts) -> Vec<Told> {
    let occurrences = due.occurrences.iter();
    let shown = occurrences.map(|occurrence| {
        let request = request(action, occurrence, Show::NoSecrets);
        let result = match action.request.check(&occurrence.values, hosts) {
            Ok(()) => Delivery::WouldBeSent,
            Err(why) => Delivery::Failed(why),
        };
        Told {
            name: action.trigger.name.clone(),
            occurrence: occurrence.clone(),
            request,
            result,
        }
    });
    shown.collect()
}

async fn deliver(action: &Action, due: &Due, to: (&Sender, &Broker)) -> Result<Vec<Told>> {
    let (_, broker) = to;
    let trigger = &action.trigger;
    broker.begin(trigger, due, SystemTime::now()).await?;
    let delivered = due.occurrences.iter();
    let delivered = delivered.map(|occurrence| deliver_one(action, occurrence, to));
    let told: Vec<_> = stream::iter(delivered).buffered(AT_ONCE).collect().await;
    if !told.iter().any(Told::is_failed) {
        broker.settle(trigger, due, SystemTime::now()).await?;
    }
    Ok(told)
}

/// Sends, and remembers at once that it was sent.
async fn deliver_one(
    action: &Action,
    occurrence: &Occurrence,
    (sender, broker): (&Sender, &Broker),
) -> Told {
    let sent = match request(action, occurrence, Show::Everything) {
        Ok(request) => sender.send(&request).await,
        Err(why) => Err(why),
    };
    let result = match sent {
        Err(why) => Delivery::Failed(why),
        Ok(status) => {
            let now = SystemTime::now();
            match broker.remember(&action.trigger, occurrence, now).await {
                Ok(()) => Delivery::Delivered(status.as_u16()),
                Err(error) => Delivery::Failed(format!(
                    "it was sent ({status}), and that could not be remembered: {error}"
                )),
            }
        }
    };
    Told {
        name: action.trigger.name.clone(),
        occurrence: occurrence.clone(),
        request: request(action, occurrence, Show::NoSecrets),
        result,
    }
}

/// The request of a fact, with what tells its receiver that it came twice.
fn request(
    action: &Action,
    occurrence: &Occurrence,
    show: Show,
) -> std::result::Result<notify::Request, String> {
    let mut request = action.request.render(&occurrence.values, show)?;
    let event = action.trigger.on.name().to_owned();
    request.headers.insert("X-Pactwork-Event".into(), event);
    let delivery = occurrence.id.clone();
    request
        .headers
        .insert("X-Pactwork-Delivery".into(), delivery);
    Ok(request)
}
