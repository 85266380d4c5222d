use std::path::PathBuf;

use pactwork_contract::Outcome;

use super::{mark, summary};
use crate::commands::golden_check::Checked;
use crate::output::{Output, STRONG, styled};

/// Every example with what is wrong with it, and a summary.
pub fn examples(checked: &[(PathBuf, Checked)], output: &Output) -> String {
    let mut text = String::new();
    for (file, result) in checked {
        text += &example(&output.path(file).to_string(), result, output);
    }
    let count =
        |kind: fn(&Checked) -> bool| checked.iter().filter(|(_, result)| kind(result)).count();
    text + &styled(
        STRONG,
        summary(
            "example",
            &[
                (count(|result| matches!(result, Checked::Valid)), "valid"),
                (
                    count(|result| matches!(result, Checked::Invalid(_))),
                    "invalid",
                ),
                (
                    count(|result| matches!(result, Checked::NotJson(_))),
                    "not JSON",
                ),
                (
                    count(|result| matches!(result, Checked::NoGoldenContract(_))),
                    "without a golden contract",
                ),
            ],
        ),
    )
}

fn example(file: &str, result: &Checked, output: &Output) -> String {
    let line = |outcome| format!("{} {file}\n", mark(outcome));
    match result {
        Checked::Valid => line(Outcome::Passed),
        Checked::Invalid(violations) => {
            let violations: String = violations
                .iter()
                .map(|violation| format!("    {violation}\n"))
                .collect();
            line(Outcome::Failed) + &violations
        }
        Checked::NotJson(reason) => {
            format!("{}    not JSON: {reason}\n", line(Outcome::Failed))
        }
        Checked::NoGoldenContract(golden) => format!(
            "{}    {} is not there\n",
            line(Outcome::CouldNotVerify),
            output.path(golden)
        ),
    }
}
