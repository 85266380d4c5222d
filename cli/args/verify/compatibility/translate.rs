//! What theirs means in our words.

use std::ffi::OsString;

use serde_json::json;

use super::Rewritten;
use super::options::Meaning;
use super::scan::{Given, Scanned};
use crate::failure::{Failure, Result};

/// The command line in our words: what is ours first, then what was theirs.
pub fn translated(scanned: Scanned) -> Result<Rewritten> {
    let mut writer = Writer {
        words: Vec::new(),
        left_out: Vec::new(),
        scanned: &scanned,
    };
    for given in &scanned.given {
        writer.add(given)?;
    }
    writer.add_place()?;
    writer.add_defaults();
    let notes = scanned.variables().chain(writer.notes()).collect();
    let words = writer.words;
    let ours = scanned.ours.iter().cloned();
    Ok(Rewritten {
        arguments: ours.chain(words).chain(scanned.program.clone()).collect(),
        notes,
    })
}

struct Writer<'s> {
    scanned: &'s Scanned,
    words: Vec<OsString>,
    /// What counts only beside something else that is not there.
    left_out: Vec<(&'static str, &'static str)>,
}

impl Scanned {
    /// Whether something is there that only they have, so that what both have means what it
    /// means there.
    pub fn is_theirs(&self) -> bool {
        let mut given = self.given.iter();
        given.any(|given| {
            given.option.meaning != Meaning::Shared || given.from_variable || given.by_letter
        })
    }

    pub fn is_given(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    fn value(&self, name: &str) -> Option<&str> {
        let mut given = self.given.iter();
        let given = given.find(|given| given.option.name == name)?;
        Some(&given.value)
    }

    /// A variable that is set somewhere else is easily overlooked.
    fn variables(&self) -> impl Iterator<Item = String> {
        let given = self.given.iter().filter(|given| given.from_variable);
        given.filter_map(|given| {
            let variable = given.option.variable?;
            Some(format!(
                "{variable} is set: it counts as --{}",
                given.option.name
            ))
        })
    }
}

impl Writer<'_> {
    fn add(&mut self, given: &Given) -> Result<()> {
        let value = &given.value;
        match given.option.meaning {
            Meaning::Named => self.words.push(value.into()),
            Meaning::Is(ours) => self.option(ours, value),
            Meaning::Behind(ours, before) => self.option(ours, &format!("{before}{value}")),
            Meaning::Each(ours) => listed(value).for_each(|each| self.option(ours, each)),
            Meaning::Sets(ours) => self.words.push(ours.into()),
            Meaning::Shared => self.shared(given)?,
            Meaning::Together => self.together(given)?,
            Meaning::Nothing => {}
            Meaning::Refused(instead) => {
                let message = format!("--{}: pactwork has no equal to it", given.option.name);
                return Err(Failure::wrong_input(message).advise(instead));
            }
        }
        Ok(())
    }

    fn option(&mut self, name: &str, value: &str) {
        self.words.push(format!("{name}={value}").into());
    }

    /// What both have: as it was written, unless it means something else there.
    fn shared(&mut self, given: &Given) -> Result<()> {
        let name = given.option.name;
        match name {
            "header" => match header(&given.value)? {
                Some(header) => self.option("--header", &header),
                None => self.as_written(given),
            },
            "port" if !self.is_started() => {}
            "build-url" if !self.scanned.is_given("publish") => self.leave_out(given, "--publish"),
            _ => self.as_written(given),
        }
        Ok(())
    }

    fn as_written(&mut self, given: &Given) {
        self.option(&format!("--{}", given.option.name), &given.value);
    }

    fn is_started(&self) -> bool {
        self.scanned.has("--start") || !self.scanned.program.is_empty()
    }

    fn together(&mut self, given: &Given) -> Result<()> {
        let value = given.value.as_str();
        match given.option.name {
            "request-timeout" => {
                let milliseconds = value.parse::<u64>();
                let milliseconds = milliseconds.map_err(|_| wrong(given, "milliseconds"))?;
                let seconds = milliseconds.div_ceil(1000).max(1);
                self.option("--timeout", &seconds.to_string());
            }
            "loglevel" | "log-level" => match value {
                "info" | "debug" | "trace" => self.words.push("--verbose".into()),
                "error" | "warn" | "none" | "off" => {}
                _ => return Err(wrong(given, "error, warn, info, debug, trace or none")),
            },
            "consumer-version-tags" => {
                for tag in listed(value) {
                    let selector = json!({ "tag": tag, "latest": true });
                    self.option("--select", &selector.to_string());
                }
            }
            "user" => self.credential(given, "username"),
            name @ ("password" | "token") => self.credential(given, name),
            "publish" => self.words.push("--record".into()),
            "provider-version" => match self.scanned.is_given("publish") {
                true => self.option("--version", value),
                false => self.leave_out(given, "--publish"),
            },
            // What is about the place is said once, at the end, as are the defaults.
            _ => {}
        }
        Ok(())
    }

    /// For the servers that are asked.
    fn credential(&mut self, given: &Given, name: &str) {
        let has_url = self.scanned.is_given("url");
        if self.has_broker() {
            self.option(&format!("--broker-{name}"), &given.value);
        }
        if has_url {
            self.option(&format!("--source-{name}"), &given.value);
        }
        if !has_url && !self.has_broker() {
            self.leave_out(given, "--url or --broker-url");
        }
    }

    fn leave_out(&mut self, given: &Given, without: &'static str) {
        self.left_out.push((given.option.name, without));
    }

    fn has_broker(&self) -> bool {
        self.scanned.is_given("broker-url")
    }

    /// Where they do something else than we where nothing is said.
    fn add_defaults(&mut self) {
        if self.scanned.is_given("header") && !self.scanned.has("--header-also") {
            self.option("--header-also", "states,messages");
        }
        let torn_down = self.scanned.is_given("state-change-teardown");
        if self.scanned.is_given("state-change-url") && !torn_down {
            self.words.push("--no-states-teardown".into());
        }
        let pending = self.scanned.is_given("enable-pending") || self.scanned.has("--no-pending");
        if self.has_broker() && !pending {
            self.words.push("--no-pending".into());
        }
    }

    /// Where the provider is. They ask it for messages as well, where nothing else is said.
    fn add_place(&mut self) -> Result<()> {
        let mut given = self.scanned.given.iter();
        let about_place = |given: &Given| given.option.is_about_place();
        let said = given.any(|given| about_place(given) && given.option.name != "port");
        let port = self.scanned.is_given("port") && !self.is_started();
        if !said && !port {
            return Ok(());
        }
        let place = Place::of(self.scanned)?;
        if !self.scanned.has("--base-url") {
            self.option("--base-url", &place.base_url);
        }
        let messages = ["--messages-url", "--messages-command"];
        if !messages.iter().any(|ours| self.scanned.has(ours)) {
            self.option("--messages-url", &place.messages_url);
        }
        Ok(())
    }

    fn notes(&self) -> impl Iterator<Item = String> {
        let left_out = self.left_out.iter();
        left_out
            .map(|(name, without)| format!("--{name} counts only with {without}, and is left out"))
    }
}

/// Where HTTP requests go, and requests for messages.
struct Place {
    base_url: String,
    messages_url: String,
}

impl Place {
    fn of(scanned: &Scanned) -> Result<Self> {
        let host = bracketed(scanned.value("hostname").unwrap_or("localhost"));
        let scheme = scheme(scanned)?;
        let port = scanned.value("port").map(port).transpose()?;
        let path = scanned.value("base-path").unwrap_or_default();
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let base_url = format!("{scheme}://{host}{port}{}", joined(path));
        let mut place = Self {
            messages_url: base_url.clone(),
            base_url,
        };
        let transports = scanned.given.iter();
        let transports = transports.filter(|given| given.option.name == "transports");
        let transports: Vec<_> = transports
            .flat_map(|given| given.value.split_whitespace())
            .collect();
        for text in &transports {
            let (name, rest) = transport(text)?;
            match name {
                "http" | "https" => place.base_url = format!("{name}://{host}:{rest}"),
                _ => place.messages_url = format!("http://{host}:{rest}"),
            }
        }
        let messages = transports.iter().any(|text| !text.starts_with("http"));
        if !messages {
            place.messages_url.clone_from(&place.base_url);
        }
        Ok(place)
    }
}

fn scheme(scanned: &Scanned) -> Result<&str> {
    let given = scanned.value("transport").or(scanned.value("scheme"));
    match given {
        None | Some("http") => Ok("http"),
        Some("https") => Ok("https"),
        Some(other) => Err(Failure::wrong_input(format!(
            "--transport: expected http or https, found {other}"
        ))
        .advise("what needs a plugin cannot be verified; messages are asked for over HTTP")),
    }
}

/// `NAME:PORT/PATH`, split behind the name.
fn transport(text: &str) -> Result<(&str, String)> {
    let wrong = || {
        Failure::wrong_input(format!(
            "--transports: expected TRANSPORT:PORT[/PATH], found {text}"
        ))
        .advise("write one of http, https, message, async-message and sync-message before the port")
    };
    let (name, rest) = text.split_once(':').ok_or_else(wrong)?;
    let (port, path) = rest.split_once('/').unwrap_or((rest, ""));
    let known = ["http", "https", "message", "async-message", "sync-message"];
    match port.parse::<u16>() {
        Ok(port) if known.contains(&name) => Ok((name, format!("{port}{}", joined(path)))),
        _ => Err(wrong()),
    }
}

fn port(text: &str) -> Result<u16> {
    text.parse()
        .map_err(|_| Failure::wrong_input(format!("--port: expected a port, found {text}")))
}

/// A path as it stands behind a host: none, or one that begins with `/` and ends without.
fn joined(path: &str) -> String {
    match path.trim_matches('/') {
        "" => String::new(),
        path => format!("/{path}"),
    }
}

fn bracketed(host: &str) -> String {
    match host.contains(':') && !host.starts_with('[') {
        true => format!("[{host}]"),
        false => host.into(),
    }
}

/// `NAME=VALUE` as it stands in a request; `None` where it stands so.
fn header(text: &str) -> Result<Option<String>> {
    let name_ends = text.find([':', '=']);
    match name_ends.map(|at| (&text[..at], &text[at..=at], &text[at + 1..])) {
        Some((_, ":", _)) => Ok(None),
        Some((name, _, value)) => Ok(Some(format!("{name}: {value}"))),
        None => Err(Failure::wrong_input(format!(
            "--header: expected NAME=VALUE, found {text}"
        ))),
    }
}

fn listed(values: &str) -> impl Iterator<Item = &str> {
    values
        .split(',')
        .map(str::trim)
        .filter(|value| !value.is_empty())
}

fn wrong(given: &Given, expected: &str) -> Failure {
    let (name, value) = (given.option.name, &given.value);
    Failure::wrong_input(format!("--{name}: expected {expected}, found {value}"))
}
