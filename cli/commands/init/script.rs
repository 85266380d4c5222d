//! A job as a shell script.

use super::job::{Job, Setup};

/// The script's text. It may be started from anywhere.
pub fn script(job: &Job, setup: &Setup) -> String {
    let folder = match setup.folder.as_str() {
        "" => String::new(),
        folder => format!("/{}", quoted(folder)),
    };
    let mut text = format!(
        r#"#!/bin/sh
# {}: {}.
# Written by pactwork init. It stops at the first command that fails, with its exit
# code: 1 the contract is broken, 2 wrong usage or configuration, 3 not found out.
#
#   VERSION      what is published and deployed (default: git's commit)
#   BRANCH       its branch (default: git's)
#   BUILD_URL    where to look at this job
#   ENVIRONMENT  where it is deployed to (default: {})
set -eu
cd "$(dirname "$0")"/..{folder}
VERSION=${{VERSION:-$(git rev-parse HEAD)}}
BRANCH=${{BRANCH:-}}
BUILD_URL=${{BUILD_URL:-}}
ENVIRONMENT=${{ENVIRONMENT:-{}}}
"#,
        comment(&job.kind.title(&setup.participant)),
        job.kind.summary(),
        comment(&setup.environment),
        quoted(&setup.environment),
    );
    for step in &job.steps {
        text += &format!("\necho {}\n", quoted(&format!("== {}", step.name)));
        for line in &step.lines {
            text += &format!("{line}\n");
        }
    }
    text
}

/// Text that stays one line of a comment.
fn comment(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// Text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_one_word() {
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's $x"), r"'it'\''s $x'");
    }
}
