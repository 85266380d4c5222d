//! What `pact_verifier_cli` calls what.

/// One of its options.
#[derive(Debug, Clone, Copy)]
pub struct Theirs {
    /// Without the dashes.
    pub name: &'static str,
    pub short: Option<char>,
    /// The variable that stands for it.
    pub variable: Option<&'static str>,
    pub has_value: bool,
    pub meaning: Meaning,
}

/// What an option means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The value alone: what is verified is named without an option.
    Named,
    /// Ours, with the same value.
    Is(&'static str),
    /// Ours, with the same value behind this.
    Behind(&'static str, &'static str),
    /// Ours once for each value, of those that commas separate.
    Each(&'static str),
    /// Ours, without a value.
    Sets(&'static str),
    /// It depends on what else is there.
    Together,
    /// Both have it, with a value of another form or another meaning.
    Shared,
    /// Accepted; nothing depends on it.
    Nothing,
    /// There is no equal: what to write in its place.
    Refused(&'static str),
}

use Meaning::{Behind, Each, Is, Named, Nothing, Refused, Sets, Shared, Together};

const fn value(name: &'static str, short: Option<char>, meaning: Meaning) -> Theirs {
    Theirs {
        name,
        short,
        variable: None,
        has_value: true,
        meaning,
    }
}

const fn flag(name: &'static str, meaning: Meaning) -> Theirs {
    Theirs {
        has_value: false,
        ..value(name, None, meaning)
    }
}

impl Theirs {
    const fn or(self, variable: &'static str) -> Self {
        Self {
            variable: Some(variable),
            ..self
        }
    }
}

const NO_TELEMETRY: &str = "there is no telemetry; leave it out";

/// All of them that are not ours with the same meaning.
pub const OPTIONS: &[Theirs] = &[
    value("file", Some('f'), Named),
    value("dir", Some('d'), Named),
    value("url", Some('u'), Named),
    value("broker-url", Some('b'), Shared),
    value(
        "webhook-callback-url",
        None,
        Refused("name the pact's URL by itself: pactwork verify URL, without --broker-url"),
    )
    .or("PACT_WEBHOOK_CALLBACK_URL"),
    flag("ignore-no-pacts-error", Nothing),
    value("user", None, Together).or("PACT_BROKER_USERNAME"),
    value("password", None, Together).or("PACT_BROKER_PASSWORD"),
    value("token", Some('t'), Together).or("PACT_BROKER_TOKEN"),
    value("hostname", Some('h'), Together).or("PACT_PROVIDER_HOSTNAME"),
    value("port", Some('p'), Shared).or("PACT_PROVIDER_PORT"),
    value("transport", None, Together).or("PACT_PROVIDER_TRANSPORT"),
    value("scheme", None, Together),
    value("transports", None, Together),
    value("base-path", None, Together).or("PACT_PROVIDER_BASE_PATH"),
    value("provider-name", Some('n'), Is("--provider")).or("PACT_PROVIDER_NAME"),
    value("request-timeout", None, Together).or("PACT_PROVIDER_REQUEST_TIMEOUT"),
    value("header", Some('H'), Shared),
    flag("disable-ssl-verification", Sets("--insecure")),
    value("state-change-url", Some('s'), Is("--states-url")).or("PACT_PROVIDER_STATE_CHANGE_URL"),
    flag("state-change-as-query", Sets("--states-as-query"))
        .or("PACT_PROVIDER_STATE_CHANGE_AS_QUERY"),
    flag("state-change-teardown", Together).or("PACT_PROVIDER_STATE_CHANGE_TEARDOWN"),
    value("filter-description", None, Is("--description")).or("PACT_DESCRIPTION"),
    value("filter-state", None, Is("--state")).or("PACT_PROVIDER_STATE"),
    flag("filter-no-state", Sets("--no-state")).or("PACT_PROVIDER_NO_STATE"),
    value("filter-consumer", Some('c'), Is("--consumer")),
    flag("publish", Together),
    value("provider-version", None, Together),
    value("build-url", None, Shared),
    value("provider-tags", None, Each("--provider-tag")),
    value("provider-branch", None, Is("--branch")),
    value("consumer-version-tags", None, Together),
    value("consumer-version-selectors", None, Is("--select")),
    flag("enable-pending", Together),
    value("retries", None, Nothing),
    value("json", Some('j'), Behind("--report", "json=")).or("PACT_VERIFIER_JSON_REPORT"),
    value("junit", Some('x'), Behind("--report", "junit=")).or("PACT_VERIFIER_JUNIT_REPORT"),
    value("html", None, Behind("--report", "html=")).or("PACT_VERIFIER_HTML_REPORT"),
    value(
        "xslt",
        None,
        Refused("the HTML report has one form; transform the JUnit report instead"),
    ),
    flag("exit-on-first-error", Sets("--fail-fast")),
    flag("exit-first", Sets("--fail-fast")),
    value("loglevel", Some('l'), Together),
    value("log-level", None, Together),
    flag("pretty-log", Nothing),
    flag("full-log", Nothing),
    flag("compact-log", Nothing),
    flag("no-colour", Sets("--color=never")),
    flag("no-color", Sets("--color=never")),
    flag("enable-otel", Refused(NO_TELEMETRY)),
    flag("enable-otel-logs", Refused(NO_TELEMETRY)),
    flag("enable-otel-traces", Refused(NO_TELEMETRY)),
    value("otel-exporter", None, Refused(NO_TELEMETRY)),
    value("otel-exporter-endpoint", None, Refused(NO_TELEMETRY)),
    value("otel-exporter-protocol", None, Refused(NO_TELEMETRY)),
];
