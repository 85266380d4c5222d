//! Messages: asked from the message source, and compared.

use pactwork_contract::{AsynchronousMessage, Common, SynchronousMessage, Warning};
use pactwork_matching::{MessageMatcher, Mismatch, actual};

use super::exchange::Exchange;
use super::finding::{Compared, Notes, Obstacle};
use super::generating::Maker;
use super::instance::Instance;
use crate::{Answer, MessageSource, ProducedMessage, WantedMessage};

/// An asynchronous message is produced and compared.
pub(super) async fn compare(
    exchange: Exchange<'_>,
    message: &AsynchronousMessage,
    maker: &mut Maker<'_>,
    notes: &mut Notes,
) -> Result<Compared, Obstacle> {
    let expected = maker.expected_message(&message.message, "$", notes);
    let matcher = exchange.compile(|compiler| compiler.message(&expected));
    notes.warnings.extend_from_slice(matcher.warnings());
    let common = &message.common;
    let produced = source(exchange)?
        .produce(&wanted(common, exchange.instance))
        .await?;
    let mismatches = differences(&matcher, &produced);
    exchange.seen.produced(produced);
    Ok(Compared {
        mismatches,
        failure: None,
    })
}

/// A synchronous message is answered, and the answers are compared in order.
pub(super) async fn compare_answers(
    exchange: Exchange<'_>,
    message: &SynchronousMessage,
    maker: &mut Maker<'_>,
    notes: &mut Notes,
) -> Result<Compared, Obstacle> {
    let mut expected = Vec::new();
    for (index, response) in message.responses.iter().enumerate() {
        let part = format!("$.response[{index}]");
        let response = maker.expected_message(response, &part, notes);
        let matcher = exchange.compile(|compiler| compiler.message(&response));
        notes.warnings.extend(below(&part, matcher.warnings()));
        expected.push(matcher);
    }
    let asked = maker.message(&message.request, notes);
    exchange.seen.message(&asked);
    let common = &message.common;
    let answer = source(exchange)?
        .answer(&wanted(common, exchange.instance), &asked)
        .await?;
    let compared = match &answer {
        Answer::All(answers) => Ok(all(&expected, answers)),
        Answer::First(answer) => first(&expected, answer),
    };
    exchange.seen.answers(answer);
    compared
}

fn wanted<'w>(common: &'w Common, instance: &'w Instance) -> WantedMessage<'w> {
    WantedMessage {
        description: &common.description,
        provider_states: &common.provider_states,
        base_url: instance.base_url(),
        instance: instance.number,
    }
}

fn source<'r>(exchange: Exchange<'r>) -> Result<&'r dyn MessageSource, Obstacle> {
    let missing = "nothing is configured to ask for messages; \
                   give the URL that produces them by Pact's convention, a command, or Rust functions";
    let source = exchange.run.verifier.messages.as_deref();
    source.ok_or_else(|| Obstacle::from(missing.to_string()))
}

fn all(expected: &[MessageMatcher], answers: &[ProducedMessage]) -> Compared {
    let pairs = expected.iter().zip(answers).enumerate();
    Compared {
        mismatches: pairs
            .flat_map(|(index, (matcher, answer))| {
                let found = differences(matcher, answer).into_iter();
                found.map(move |mismatch| located(mismatch, index, expected.len()))
            })
            .collect(),
        failure: (expected.len() != answers.len()).then(|| {
            format!(
                "expected {} to the message, found {}",
                counted(expected.len()),
                counted(answers.len())
            )
        }),
    }
}

/// A mismatch in the first answer is one, whether there are more or not; without
/// one, more expected answers cannot be verified.
fn first(expected: &[MessageMatcher], answer: &ProducedMessage) -> Result<Compared, Obstacle> {
    let compared = all(
        &expected[..expected.len().min(1)],
        std::slice::from_ref(answer),
    );
    let left = expected.len().saturating_sub(1);
    if expected.is_empty() || left == 0 || !compared.mismatches.is_empty() {
        return Ok(Compared {
            failure: None,
            ..compared
        });
    }
    Err(Obstacle::from(format!(
        "the first answer matches, but the pact expects {} and the message source gives only \
         the first (Pact's convention for messages over HTTP); to have all of them verified, answer with \
         an array of messages and content type application/vnd.pactwork.messages+json, or use a \
         command or Rust functions",
        counted(expected.len())
    )))
}

fn counted(answers: usize) -> String {
    match answers {
        1 => "1 answer".into(),
        count => format!("{count} answers"),
    }
}

/// With several answers, a path says which one it is in.
fn located(mut mismatch: Mismatch, index: usize, answers: usize) -> Mismatch {
    if answers > 1 {
        mismatch.path = format!("response[{index}] {}", mismatch.path);
    }
    mismatch
}

fn differences(matcher: &MessageMatcher, produced: &ProducedMessage) -> Vec<Mismatch> {
    let actual = actual::Message {
        contents: &produced.contents,
        content_type: produced.content_type.as_deref(),
        metadata: &produced.metadata,
    };
    matcher.compare(&actual).mismatches
}

/// Warnings about a part of the interaction, with paths that begin at the interaction.
pub(super) fn below(part: &str, warnings: &[Warning]) -> impl Iterator<Item = Warning> {
    warnings.iter().map(move |warning| Warning {
        path: format!("{part}{}", warning.path.trim_start_matches('$')),
        ..warning.clone()
    })
}
