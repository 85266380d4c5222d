//! The options of `pact_verifier_cli`, understood under their own names: a command line is
//! put into the words of `pactwork verify` before it is read. `docs/verifier-options.md`
//! has the table for people.

mod options;
mod scan;
mod translate;

use std::ffi::OsString;

use crate::failure::Result;
use scan::Scanned;

/// A command line in the words of `pactwork`.
#[derive(Debug, PartialEq, Eq)]
pub struct Rewritten {
    pub arguments: Vec<OsString>,
    /// What there is to say about how it was understood.
    pub notes: Vec<String>,
}

/// Rewrites the options of `pact_verifier_cli` that follow `verify`; any other command
/// line stays as it is. `variable` reads the variables that stand for such options.
pub fn rewritten(
    arguments: Vec<OsString>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Rewritten> {
    let as_it_is = |arguments| {
        Ok(Rewritten {
            arguments,
            notes: Vec::new(),
        })
    };
    let Some(behind) = behind_verify(&arguments) else {
        return as_it_is(arguments);
    };
    let mut scanned = Scanned::of(&arguments[behind..])?;
    scanned.add_variables(variable);
    if !scanned.is_theirs() {
        return as_it_is(arguments);
    }
    let translated = translate::translated(scanned)?;
    let before = arguments[..behind].iter().cloned();
    Ok(Rewritten {
        arguments: before.chain(translated.arguments).collect(),
        notes: translated.notes,
    })
}

/// Where the options of `verify` begin, if that is the command.
fn behind_verify(arguments: &[OsString]) -> Option<usize> {
    /// What may stand before a command and has a value behind it.
    const WITH_VALUE: [&str; 4] = ["--storage", "--storage-option", "--config", "--color"];
    let mut index = 1;
    loop {
        match arguments.get(index)?.to_str()? {
            "verify" => return Some(index + 1),
            option if WITH_VALUE.contains(&option) => index += 2,
            option if option.starts_with('-') => index += 1,
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words behind `pactwork verify`.
    fn put(words: &[&str], variables: &[(&str, &str)]) -> Result<Vec<String>> {
        let all = ["pactwork", "verify"].iter().chain(words);
        let rewritten = rewritten(all.map(Into::into).collect(), |name| {
            let mut variables = variables.iter();
            variables
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        })?;
        let words = rewritten.arguments.into_iter().skip(2);
        Ok(words.map(|word| word.into_string().unwrap()).collect())
    }

    #[track_caller]
    fn becomes(theirs: &str, ours: &str) {
        let words: Vec<_> = theirs.split_whitespace().collect();
        let expected: Vec<_> = ours.split_whitespace().collect();
        assert_eq!(put(&words, &[]).unwrap(), expected, "{theirs}");
    }

    #[test]
    fn what_is_ours_stays_as_it_is() {
        for ours in [
            "",
            "pacts --provider orders --start run --port 8080",
            "--broker-url http://broker --last-failed --build-url http://ci",
            "pacts --provider orders -- ./run --file x -f y",
            "-h",
            "--header X:1 --base-url http://127.0.0.1:1",
        ] {
            becomes(ours, ours);
        }
    }

    #[test]
    fn another_command_stays_as_it_is() {
        let words = ["pactwork", "--config", "verify", "publish", "--file", "x"];
        let words: Vec<OsString> = words.iter().map(Into::into).collect();
        let same = rewritten(words.clone(), |_| Some("1".into())).unwrap();
        assert_eq!(same.arguments, words);
    }

    #[test]
    fn an_option_is_ours_by_another_name() {
        for (theirs, ours) in [
            (
                "-f a.json --file=b.json -d pacts -u http://x/p",
                "a.json b.json pacts http://x/p",
            ),
            ("-fa.json -n orders", "a.json --provider=orders"),
            (
                "-f a -s http://s --state-change-teardown",
                "a --states-url=http://s",
            ),
            (
                "-f a -s http://s",
                "a --states-url=http://s --no-states-teardown",
            ),
            ("-f a --filter-description a.*b", "a --description=a.*b"),
            ("-f a -c web -c app", "a --consumer=web --consumer=app"),
            (
                "-f a -j r.json -x r.xml",
                "a --report=json=r.json --report=junit=r.xml",
            ),
            ("-f a --request-timeout 2500", "a --timeout=3"),
            ("-f a --request-timeout 5000", "a --timeout=5"),
            (
                "-f a --exit-on-first-error --no-colour",
                "a --fail-fast --color=never",
            ),
            ("-f a -l debug", "a --verbose"),
            ("-f a -l warn --pretty-log", "a"),
            (
                "-f a -H X-Id=7=8 --header Accept=b",
                "a --header=X-Id:7=8 --header=Accept:b --header-also=states,messages",
            ),
        ] {
            let words: Vec<_> = theirs.split_whitespace().collect();
            let put = put(&words, &[]).unwrap().join(" ").replace(": ", ":");
            assert_eq!(put, ours, "{theirs}");
        }
    }

    #[test]
    fn the_place_of_the_provider_is_its_url() {
        for (theirs, base, messages) in [
            ("-p 8080", "http://localhost:8080", None),
            ("-h orders.test", "http://orders.test", None),
            (
                "--port 8080 --base-path api/v1/",
                "http://localhost:8080/api/v1",
                None,
            ),
            ("-h o --transport https --port 443", "https://o:443", None),
            (
                "--transports http:8080 --transports message:8081/events",
                "http://localhost:8080",
                Some("http://localhost:8081/events"),
            ),
            ("-h ::1 -p 1", "http://[::1]:1", None),
        ] {
            let messages = messages.unwrap_or(base);
            let ours = format!("a --base-url={base} --messages-url={messages}");
            becomes(&format!("-f a {theirs}"), &ours);
        }
    }

    #[test]
    fn a_port_is_theirs_beside_their_options_alone() {
        becomes("a --port 8080", "a --port 8080");
        becomes("-f a --port 8080 --start run", "--start run a --port=8080");
    }

    #[test]
    fn a_pact_broker_is_asked_as_they_ask_it() {
        for (theirs, ours) in [
            (
                "-b http://b -n orders --enable-pending",
                "--broker-url=http://b --provider=orders",
            ),
            (
                "-b http://b -n orders",
                "--broker-url=http://b --provider=orders --no-pending",
            ),
            (
                "-b http://b -n o --enable-pending -t secret",
                "--broker-url=http://b --provider=o --broker-token=secret",
            ),
            (
                "-u http://x -n o --user me --password pw",
                "http://x --provider=o --source-username=me --source-password=pw",
            ),
            (
                "-b http://b -n o --enable-pending --publish --provider-version 1 --provider-branch main \
                 --provider-tags a,b --build-url http://ci",
                "--broker-url=http://b --provider=o --record --version=1 --branch=main \
                 --provider-tag=a --provider-tag=b --build-url=http://ci",
            ),
            (
                "-b http://b -n o --enable-pending --consumer-version-tags a,b",
                "--broker-url=http://b --provider=o \
                 --select={\"latest\":true,\"tag\":\"a\"} --select={\"latest\":true,\"tag\":\"b\"}",
            ),
        ] {
            becomes(theirs, ours);
        }
    }

    #[test]
    fn what_counts_only_with_publish_is_said_to_be_left_out() {
        let words = [
            "-f",
            "a",
            "--provider-version",
            "1",
            "--build-url",
            "http://ci",
        ];
        let all = ["pactwork", "verify"].iter().chain(&words);
        let rewritten = rewritten(all.map(Into::into).collect(), |_| None).unwrap();
        assert_eq!(rewritten.arguments.last().unwrap(), "a");
        assert_eq!(
            rewritten.notes,
            [
                "--provider-version counts only with --publish, and is left out",
                "--build-url counts only with --publish, and is left out"
            ]
        );
    }

    #[test]
    fn a_variable_counts_as_its_option_does() {
        let words = |words: &[&str], variables: &[(&str, &str)]| put(words, variables).unwrap();
        let url = ("PACT_PROVIDER_STATE_CHANGE_URL", "http://s");
        let teardown = ("PACT_PROVIDER_STATE_CHANGE_TEARDOWN", "true");
        assert_eq!(
            words(&["a"], &[url, teardown]),
            ["a", "--states-url=http://s"]
        );
        // What is said counts more, by whichever name.
        assert_eq!(words(&["--states-url", "x"], &[url]), ["--states-url", "x"]);
        let token = ("PACT_BROKER_TOKEN", "t");
        let url = ["--url", "http://x"];
        assert_eq!(words(&url, &[token]), ["http://x", "--source-token=t"]);
        let broker = ["--broker-url", "http://x"];
        assert_eq!(words(&broker, &[token]), broker);
        let port = ("PACT_PROVIDER_PORT", "8080");
        assert_eq!(words(&["--start", "run"], &[port]), ["--start", "run"]);
        assert_eq!(words(&["a"], &[("PACT_PROVIDER_NO_STATE", "false")]), ["a"]);
    }

    #[test]
    fn what_is_not_there_is_refused_with_what_to_write() {
        for (theirs, message) in [
            ("--file", "--file: a value is expected"),
            ("--file --dir x", "--file: a value is expected"),
            ("-f a --xslt x", "--xslt: "),
            ("-f a -p eight", "--port: expected a port, found eight"),
            (
                "-f a --transport grpc",
                "--transport: expected http or https, found grpc",
            ),
            (
                "-f a --transports http",
                "--transports: expected TRANSPORT:PORT[/PATH], found http",
            ),
            (
                "-f a --request-timeout 1s",
                "--request-timeout: expected milliseconds, found 1s",
            ),
            ("-f a -l loud", "--loglevel: expected "),
            ("-f a --header X", "--header: expected NAME=VALUE, found X"),
        ] {
            let words: Vec<_> = theirs.split_whitespace().collect();
            let failure = put(&words, &[]).unwrap_err();
            assert!(failure.message.starts_with(message), "{}", failure.message);
        }
    }
}
