//! What went over the wire for one interaction, kept while it is verified: also for one
//! that is given up half-way.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pactwork_contract::{Interaction, MessageContents};

use crate::http::{Answered, Outgoing};
use crate::{
    Answer, InteractionReport, ProducedMessage, Received, ReceivedResponse, Secrets, SeenMessage,
    Sent, SentRequest,
};

/// Nothing is copied but heads, since of most interactions nothing of this is reported.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    sent: Option<KeptSent>,
    received: Option<KeptReceived>,
}

#[derive(Debug)]
enum KeptSent {
    Request(Outgoing),
    Message(MessageContents),
}

#[derive(Debug)]
enum KeptReceived {
    Response(Answered),
    Messages(Vec<ProducedMessage>),
}

impl Seen {
    /// The request as it leaves.
    pub(super) fn request(&self, request: &Outgoing) {
        self.lock().sent = Some(KeptSent::Request(request.clone()));
    }

    /// The answer as it came.
    pub(super) fn response(&self, answer: Answered) {
        self.lock().received = Some(KeptReceived::Response(answer));
    }

    /// The consumer's message as it is given to be answered.
    pub(super) fn message(&self, message: &MessageContents) {
        self.lock().sent = Some(KeptSent::Message(message.clone()));
    }

    /// The message that was produced.
    pub(super) fn produced(&self, message: ProducedMessage) {
        self.lock().received = Some(KeptReceived::Messages(vec![message]));
    }

    /// The answers to a consumer's message.
    pub(super) fn answers(&self, answer: Answer) {
        let messages = match answer {
            Answer::All(messages) => messages,
            Answer::First(message) => vec![message],
        };
        self.lock().received = Some(KeptReceived::Messages(messages));
    }

    /// Secret headers that are not the pact's example are secrets: a filter or a
    /// provider state gave them.
    pub(super) fn tell(&self, interaction: &Interaction, secrets: &Secrets) {
        let (Interaction::Http(http), Some(KeptSent::Request(request))) =
            (interaction, &self.lock().sent)
        else {
            return;
        };
        for (name, value) in &request.headers {
            let (name, value) = (name.as_str(), String::from_utf8_lossy(value.as_bytes()));
            let mut examples = http.request.headers.iter();
            let is_example = examples.any(|(known, values)| {
                known.eq_ignore_ascii_case(name) && values.iter().any(|each| *each == value)
            });
            if !is_example {
                secrets.add_header(name, &value);
            }
        }
    }

    /// Puts it into a report.
    pub(super) fn report(&self, report: &mut InteractionReport, secrets: &Secrets) {
        let kept = std::mem::take(&mut *self.lock());
        report.sent = kept.sent.map(|sent| sent.shown(secrets));
        report.received = kept.received.map(|received| received.shown(secrets));
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeptSent {
    fn shown(self, secrets: &Secrets) -> Sent {
        match self {
            Self::Request(request) => {
                let mut head = hyper::Request::new(());
                *head.method_mut() = request.method;
                *head.uri_mut() = request.uri;
                *head.headers_mut() = request.headers;
                let body = request.body;
                Sent::Request(SentRequest::of(&head, &body, secrets))
            }
            Self::Message(message) => Sent::Message(SeenMessage::asked(&message, secrets)),
        }
    }
}

impl KeptReceived {
    fn shown(self, secrets: &Secrets) -> Received {
        match self {
            Self::Response(answer) => Received::Response(ReceivedResponse::of(&answer, secrets)),
            Self::Messages(messages) => {
                let messages = messages.iter();
                let shown = messages.map(|message| SeenMessage::produced(message, secrets));
                Received::Messages(shown.collect())
            }
        }
    }
}
