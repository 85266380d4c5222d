use pactwork_broker::{Answer, Decision, Reason};

use crate::output::{BAD, DOUBTFUL, FAINT, GOOD, STRONG, styled};

/// The answer, each integration with its reason, and what to do next.
pub fn decision(decision: &Decision) -> String {
    let mut text = headline(decision);
    let width = decision
        .reasons
        .iter()
        .map(|reason| parties(reason).chars().count())
        .max();
    for reason in &decision.reasons {
        text += &row(reason, width.unwrap_or(0));
    }
    for note in &decision.notes {
        text += &format!("  {note}\n");
    }
    text
}

fn headline(decision: &Decision) -> String {
    let Decision {
        versions,
        destination,
        answer,
        ..
    } = decision;
    let several = versions.len() > 1;
    let (style, verdict) = match answer {
        Answer::Yes => (GOOD, "can be deployed"),
        Answer::No => (BAD, "cannot be deployed"),
        Answer::Unknown if several => (DOUBTFUL, "are not known to be safe to deploy"),
        Answer::Unknown => (DOUBTFUL, "is not known to be safe to deploy"),
    };
    let versions = versions.iter();
    let versions = versions.map(|asked| format!("{} {}", asked.participant, asked.version));
    let what = versions.collect::<Vec<_>>().join(" and ");
    let answer = styled(style.bold(), answer);
    format!(
        "{answer}: {} {verdict} to {destination}\n",
        styled(STRONG, what)
    )
}

fn row(reason: &Reason, width: usize) -> String {
    let mark = match reason.answer {
        Answer::Yes => styled(GOOD, "✓"),
        Answer::No => styled(BAD, "✗"),
        Answer::Unknown => styled(DOUBTFUL, "?"),
    };
    let parties = parties(reason);
    let mut text = match parties.is_empty() {
        true => format!("  {mark} {}\n", reason.explanation),
        false => format!("  {mark} {parties:width$}  {}\n", reason.explanation),
    };
    for problem in &reason.problems {
        text += &format!("      {problem}\n");
    }
    if let Some(next) = &reason.next {
        text += &format!("      {}\n", styled(FAINT, format!("next: {next}")));
    }
    text
}

/// Who relies on whom.
fn parties(reason: &Reason) -> String {
    match reason.provider.is_empty() {
        true => reason.consumer.clone(),
        false => format!("{} → {}", reason.consumer, reason.provider),
    }
}
