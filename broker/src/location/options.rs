//! Options of a storage: which there are, what they take, and which of several
//! that were given counts. Nothing that was given is ignored silently.

use std::collections::BTreeMap;
use std::fmt;

use crate::decide::near;

/// Where an option was given. A later one wins over an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OptionSource {
    /// `[storage]` of `pactwork.toml`.
    Configuration,
    /// A variable of the environment.
    Environment,
    /// A flag of the command.
    Flag,
}

/// An option as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageOption {
    /// The name, such as `region`.
    pub name: String,
    /// The value.
    pub value: String,
    /// Where it was given.
    pub source: OptionSource,
}

/// What an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Flag,
    /// A whole number, not negative.
    Number,
    Seconds,
    /// A text that is never shown and comes from the environment alone.
    Secret,
}

/// An option that a kind of storage has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) name: &'static str,
    pub(super) form: Form,
    /// Variables of the environment that say the same, the first one first.
    pub(super) variables: &'static [&'static str],
}

pub(super) const fn known(
    name: &'static str,
    form: Form,
    variables: &'static [&'static str],
) -> Known {
    Known {
        name,
        form,
        variables,
    }
}

/// Options of everything that is reached over HTTP.
pub(super) const HTTP: [Known; 7] = [
    known("allow_http", Form::Flag, &[]),
    known("allow_invalid_certificates", Form::Flag, &[]),
    known("connect_timeout_seconds", Form::Seconds, &[]),
    known("proxy_url", Form::Text, &[]),
    known("retries", Form::Number, &[]),
    known("retry_timeout_seconds", Form::Seconds, &[]),
    known("timeout_seconds", Form::Seconds, &[]),
];

/// The value of an option that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) value: String,
    pub(super) source: OptionSource,
    secret: bool,
    /// How it was written: `region of pactwork.toml`, `AWS_REGION`.
    pub(super) place: String,
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.secret {
            true => write!(f, "… ({})", self.place),
            false => write!(f, "{} ({})", self.value, self.place),
        }
    }
}

/// The options that count, by name.
pub(super) type Chosen = BTreeMap<&'static str, Given>;

/// Whether a flag was given, and as true.
pub(super) fn is_true(chosen: &Chosen, name: &str) -> bool {
    chosen.get(name).is_some_and(|given| given.value == "true")
}

/// Whether a flag was given, and as false.
pub(super) fn is_false(chosen: &Chosen, name: &str) -> bool {
    chosen.get(name).is_some_and(|given| given.value == "false")
}

/// Chooses among what was given for a kind of storage. The error says what is
/// wrong and what was expected.
pub(super) fn choose(
    known: &[Known],
    options: &[StorageOption],
    environment: &BTreeMap<String, String>,
) -> Result<Chosen, String> {
    let mut chosen = Chosen::new();
    for known in known {
        let variables = known.variables.iter();
        let mut set = variables.filter_map(|name| Some((*name, environment.get(*name)?)));
        if let Some((name, value)) = set.find(|(_, value)| !value.is_empty()) {
            let given = Given {
                value: checked(known.form, value)
                    .map_err(|expected| format!("{name}: {expected}"))?,
                source: OptionSource::Environment,
                secret: known.form == Form::Secret,
                place: name.into(),
            };
            chosen.insert(known.name, given);
        }
    }
    let mut options: Vec<_> = options.iter().collect();
    options.sort_by_key(|option| option.source);
    for option in options {
        let Some(known) = known.iter().find(|known| known.name == option.name) else {
            return Err(unknown(option, known));
        };
        let given = given(known, option)?;
        let outranked = chosen
            .get(known.name)
            .is_some_and(|before| before.source > option.source);
        if !outranked {
            chosen.insert(known.name, given);
        }
    }
    Ok(chosen)
}

fn given(known: &Known, option: &StorageOption) -> Result<Given, String> {
    let secret = known.form == Form::Secret;
    if secret && option.source != OptionSource::Environment {
        let variable = known.variables.first().map_or_else(
            || format!("PACTWORK_STORAGE_{}", known.name.to_uppercase()),
            |&name| name.to_owned(),
        );
        return Err(format!(
            "{} is a secret and belongs in the environment alone: set {variable}",
            place(option)
        ));
    }
    let value = checked(known.form, &option.value)
        .map_err(|expected| format!("{}: {expected}", place(option)))?;
    Ok(Given {
        value,
        source: option.source,
        secret,
        place: place(option),
    })
}

/// The value in the one way that it is written from here on.
fn checked(form: Form, value: &str) -> Result<String, String> {
    let expected = match form {
        Form::Text | Form::Secret if value.is_empty() => "a value",
        Form::Text | Form::Secret => return Ok(value.into()),
        Form::Flag => match value.to_ascii_lowercase().as_str() {
            "true" | "1" => return Ok("true".into()),
            "false" | "0" => return Ok("false".into()),
            _ => "true or false",
        },
        Form::Number | Form::Seconds => match value.parse::<u32>() {
            Ok(number) => return Ok(number.to_string()),
            Err(_) if form == Form::Seconds => "a whole number of seconds",
            Err(_) => "a whole number",
        },
    };
    Err(format!("expected {expected}, found \"{value}\""))
}

fn place(option: &StorageOption) -> String {
    let name = &option.name;
    match option.source {
        OptionSource::Configuration => format!("storage.{name} of pactwork.toml"),
        OptionSource::Environment => format!("PACTWORK_STORAGE_{}", name.to_uppercase()),
        OptionSource::Flag => format!("--storage-option {name}"),
    }
}

fn unknown(option: &StorageOption, known: &[Known]) -> String {
    let place = place(option);
    if known.is_empty() {
        return format!("{place}: this kind of storage has no options");
    }
    let names: Vec<_> = known.iter().map(|known| known.name).collect();
    let similar = near(&option.name, names.iter().map(|&name| name.to_owned()));
    let similar = match similar.first() {
        Some(name) => format!("; did you mean {name}?"),
        None => ".".into(),
    };
    format!(
        "{place} is no option of this kind of storage{similar} It has: {}",
        names.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [Known; 4] = [
        known("region", Form::Text, &["AWS_REGION", "AWS_DEFAULT_REGION"]),
        known("path_style", Form::Flag, &[]),
        known("retries", Form::Number, &[]),
        known(
            "secret_access_key",
            Form::Secret,
            &["AWS_SECRET_ACCESS_KEY"],
        ),
    ];

    fn option(name: &str, value: &str, source: OptionSource) -> StorageOption {
        StorageOption {
            name: name.into(),
            value: value.into(),
            source,
        }
    }

    fn chosen(options: &[StorageOption], environment: &[(&str, &str)]) -> Result<String, String> {
        let environment = environment
            .iter()
            .map(|(name, value)| (String::from(*name), String::from(*value)))
            .collect();
        let chosen = choose(&KNOWN, options, &environment)?;
        let shown = chosen.iter().map(|(name, given)| format!("{name} {given}"));
        Ok(shown.collect::<Vec<_>>().join("; "))
    }

    #[test]
    fn a_flag_wins_over_the_environment_and_that_over_the_configuration() {
        use OptionSource::{Configuration, Environment, Flag};
        let configured = option("region", "a", Configuration);
        let named = option("region", "c", Environment);
        let flag = option("region", "d", Flag);
        for (options, environment, expected) in [
            (vec![], vec![], ""),
            (
                vec![configured.clone()],
                vec![],
                "region a (storage.region of pactwork.toml)",
            ),
            (
                vec![configured.clone()],
                vec![("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "b")],
                "region b (AWS_DEFAULT_REGION)",
            ),
            (
                vec![named.clone(), configured.clone()],
                vec![("AWS_REGION", "b")],
                "region c (PACTWORK_STORAGE_REGION)",
            ),
            (
                vec![flag, named, configured],
                vec![("AWS_REGION", "b")],
                "region d (--storage-option region)",
            ),
            (
                vec![option("path_style", "TRUE", Flag)],
                vec![("AWS_SECRET_ACCESS_KEY", "hidden")],
                "path_style true (--storage-option path_style); \
                 secret_access_key … (AWS_SECRET_ACCESS_KEY)",
            ),
        ] {
            assert_eq!(chosen(&options, &environment), Ok(expected.into()));
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_was_expected() {
        use OptionSource::{Configuration, Environment, Flag};
        for (given, expected) in [
            (
                option("regoin", "a", Configuration),
                "storage.regoin of pactwork.toml is no option of this kind of storage; did you mean region? \
                 It has: region, path_style, retries, secret_access_key",
            ),
            (
                option("path_style", "maybe", Environment),
                "PACTWORK_STORAGE_PATH_STYLE: expected true or false, found \"maybe\"",
            ),
            (
                option("retries", "-1", Flag),
                "--storage-option retries: expected a whole number, found \"-1\"",
            ),
            (
                option("region", "", Flag),
                "--storage-option region: expected a value, found \"\"",
            ),
            (
                option("secret_access_key", "x", Configuration),
                "storage.secret_access_key of pactwork.toml is a secret and belongs in the environment alone: \
                 set AWS_SECRET_ACCESS_KEY",
            ),
        ] {
            assert_eq!(chosen(&[given], &[]), Err(expected.into()));
        }
    }
}
