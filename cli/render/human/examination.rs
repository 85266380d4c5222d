use pactwork_broker::{Condition, Examination, Finding};

use crate::commands::doctor::Surroundings;
use crate::output::{BAD, DOUBTFUL, FAINT, GOOD, styled};

/// What is used, and how each thing went that was tried out.
pub fn examination(surroundings: &Surroundings, examination: &Examination) -> String {
    let Surroundings {
        configuration,
        participant,
        storage,
        named_by,
        options,
    } = surroundings;
    let participant = participant.as_deref().unwrap_or("not named");
    let mut text = format!(
        "configuration  {configuration}\nparticipant    {participant}\n\
         storage        {storage} (named by {named_by})\n"
    );
    for (name, value) in options {
        text += &format!("  {name} = {value}\n");
    }
    for finding in &examination.findings {
        text += &line(finding);
    }
    text
}

fn line(finding: &Finding) -> String {
    let mark = match finding.condition {
        Condition::Good => styled(GOOD, "✓"),
        Condition::Doubtful => styled(DOUBTFUL, "?"),
        Condition::Bad => styled(BAD, "✗"),
    };
    let mut text = format!("{mark} {:<12} {}\n", finding.about, finding.found);
    if let Some(advice) = &finding.advice {
        text += &format!("  {:<12} {}\n", "", styled(FAINT, advice));
    }
    text
}
