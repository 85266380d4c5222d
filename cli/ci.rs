//! What a CI says of the job that a command runs in, by the variables that each
//! documents.

use std::collections::BTreeMap;

/// Variables that hold the branch, those of a pull request's own branch before
/// those of the branch that is built.
const BRANCHES: &[&str] = &[
    "GITHUB_HEAD_REF",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
    "CI_COMMIT_BRANCH",
    "SYSTEM_PULLREQUEST_SOURCEBRANCH",
    "BUILD_SOURCEBRANCH",
    "BUILDKITE_BRANCH",
    "CIRCLE_BRANCH",
    "BITBUCKET_BRANCH",
    "TRAVIS_PULL_REQUEST_BRANCH",
    "TRAVIS_BRANCH",
    "CHANGE_BRANCH",
    "BRANCH_NAME",
    "DRONE_SOURCE_BRANCH",
    "DRONE_BRANCH",
    "APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH",
    "APPVEYOR_REPO_BRANCH",
    "CODEBUILD_WEBHOOK_HEAD_REF",
    "GIT_BRANCH",
];

/// The branch that the CI builds.
pub fn branch(environment: &BTreeMap<String, String>) -> Option<String> {
    let given = |name: &&str| environment.get(*name).filter(|value| !value.is_empty());
    let named = BRANCHES.iter().find_map(given);
    // GitHub gives a tag's name in the same variable.
    let of_branch = environment
        .get("GITHUB_REF_TYPE")
        .is_some_and(|kind| kind == "branch");
    let named = named.or_else(|| given(&"GITHUB_REF_NAME").filter(|_| of_branch))?;
    let name = named.strip_prefix("refs/heads/").unwrap_or(named);
    let name = name.strip_prefix("origin/").unwrap_or(name);
    (!name.starts_with("refs/")).then(|| name.to_owned())
}

/// The file that becomes the summary of a workflow's step (GitHub's documentation,
/// "Adding a job summary").
pub fn step_summary(environment: &BTreeMap<String, String>) -> Option<&str> {
    let file = environment
        .get(STEP_SUMMARY)
        .filter(|file| !file.is_empty());
    file.map(String::as_str)
}

const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Whether a variable is one that this module reads.
pub fn is_known(name: &str) -> bool {
    BRANCHES.contains(&name) || name.starts_with("GITHUB_REF") || name == STEP_SUMMARY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_branch_is_the_one_that_the_ci_names() {
        for (variables, expected) in [
            (&[][..], None),
            (
                &[("GITHUB_REF_NAME", "main"), ("GITHUB_REF_TYPE", "branch")],
                Some("main"),
            ),
            (
                &[("GITHUB_REF_NAME", "v1"), ("GITHUB_REF_TYPE", "tag")],
                None,
            ),
            (
                &[
                    ("GITHUB_HEAD_REF", "feature/x"),
                    ("GITHUB_REF_NAME", "12/merge"),
                    ("GITHUB_REF_TYPE", "branch"),
                ],
                Some("feature/x"),
            ),
            (&[("CI_COMMIT_BRANCH", "main")], Some("main")),
            (&[("BUILD_SOURCEBRANCH", "refs/heads/a/b")], Some("a/b")),
            (&[("BUILD_SOURCEBRANCH", "refs/tags/v1")], None),
            (&[("GIT_BRANCH", "origin/main")], Some("main")),
        ] {
            let environment = variables
                .iter()
                .map(|(name, value)| (String::from(*name), String::from(*value)))
                .collect();
            assert_eq!(branch(&environment).as_deref(), expected, "{variables:?}");
        }
    }
}
