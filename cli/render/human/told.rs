use pactwork_broker::Values;

use crate::commands::notify::{Delivery, Told};
use crate::output::{BAD, DOUBTFUL, FAINT, GOOD, STRONG, styled};

/// A line a fact that was due, and what became of it.
pub fn told(told: &[Told], dry_run: bool) -> String {
    if told.is_empty() {
        return match dry_run {
            true => "nothing would be sent".into(),
            false => "nothing to send".into(),
        };
    }
    told.iter().map(|told| one(told, dry_run)).collect()
}

fn one(told: &Told, dry_run: bool) -> String {
    let (mark, result) = match &told.result {
        Delivery::Delivered(status) => (styled(GOOD, "✓"), format!(": {status}")),
        Delivery::WouldBeSent => (styled(DOUBTFUL, "·"), String::new()),
        Delivery::Failed(_) => (styled(BAD, "✗"), String::new()),
    };
    let values = &told.occurrence.values;
    let name = styled(STRONG, &told.name);
    let mut text = format!("{mark} {name}: {}{result}\n", about(values));
    if let Ok(request) = &told.request {
        text += &format!("    {} {}\n", request.method, request.url);
        let headers = request.headers.iter().filter(|_| dry_run);
        for (header, value) in headers {
            text += &format!("    {}\n", styled(FAINT, format!("{header}: {value}")));
        }
        if let Some(body) = request.body.as_ref().filter(|_| dry_run) {
            text += &format!("    {}\n", styled(FAINT, body));
        }
    }
    if let Delivery::Failed(why) = &told.result {
        text += &format!("    {}\n", styled(BAD, why));
    }
    text
}

/// What a fact is about: `contract-published web 1 → orders`.
fn about(values: &Values) -> String {
    let value = |name: &str| values.get(name).map(String::as_str).unwrap_or_default();
    let mut text = format!(
        "{} {} {}",
        value("event"),
        value("participant"),
        value("version")
    );
    let recorder = value("participant");
    let (consumer, provider) = (value("consumer"), value("provider"));
    if consumer == recorder && !provider.is_empty() {
        text += &format!(" → {provider}");
    } else if !consumer.is_empty() {
        text += &format!(" ← {consumer}");
    }
    for (before, name) in [(" in ", "environment"), (": ", "golden"), (": ", "outcome")] {
        if !value(name).is_empty() {
            text += &format!("{before}{}", value(name));
        }
    }
    text
}
