//! The pacts that name the provider, taken apart into what each test verifies.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::mem;
use std::path::{Path, PathBuf};

use pactwork_contract::{Common, Interaction, Loaded, Pact, read_file};

use super::names::{Names, plain};

/// What one test verifies.
#[derive(Debug)]
pub(super) struct Expectation {
    pub(super) name: String,
    /// A pact with this interaction alone.
    pub(super) pact: Pact,
}

/// Everything to be verified, and what was odd about where it comes from.
#[derive(Debug)]
pub(super) struct Gathered {
    /// Those without provider states first: they are verified in parallel.
    pub(super) expectations: Vec<Expectation>,
    pub(super) warnings: Vec<String>,
}

/// Reads the pacts. Nothing to verify is an error that says what was found instead.
pub(super) fn gather(provider: &str, paths: &[PathBuf]) -> Result<Gathered, String> {
    let mut warnings = Vec::new();
    let mut others = BTreeSet::new();
    let mut own = Vec::new();
    for file in files(paths)? {
        let Loaded {
            pact,
            warnings: odd,
        } = read_file(&file).map_err(|why| why.to_string())?;
        if pact.provider.name != provider {
            others.insert(pact.provider.name);
            continue;
        }
        warnings.extend(odd.iter().map(|warning| plain(&warning.to_string())));
        own.push(pact);
    }
    if own.is_empty() {
        return Err(no_pact(provider, paths, &others));
    }
    let mut names = Names::default();
    let mut expectations: Vec<_> = own
        .into_iter()
        .flat_map(|pact| apart(pact, &mut names))
        .collect();
    if expectations.is_empty() {
        return Err(format!(
            "nothing to verify: the pacts with {provider} in {} have no interactions",
            listed(paths)
        ));
    }
    expectations.sort_by_key(Expectation::has_states);
    Ok(Gathered {
        expectations,
        warnings,
    })
}

impl Expectation {
    /// Whether the provider has to be in a state for it.
    pub(super) fn has_states(&self) -> bool {
        let interactions = self.pact.interactions.iter();
        interactions
            .map(Interaction::common)
            .any(|common| !common.provider_states.is_empty())
    }
}

fn no_pact(provider: &str, paths: &[PathBuf], others: &BTreeSet<String>) -> String {
    let found = match (paths.is_empty(), others.is_empty()) {
        (true, _) => {
            return format!(
                "nothing to verify: it was not said where the pacts with {provider} are; \
             say ProviderTests::of(\"{provider}\").pacts_in(\"…\")"
            );
        }
        (false, true) => "there is no pact file (*.json)".to_owned(),
        (false, false) => {
            let others: Vec<_> = others.iter().map(String::as_str).collect();
            format!("the pacts there are of {}", others.join(", "))
        }
    };
    format!(
        "nothing to verify: no pact with {provider} in {}: {found}; \
         name another place, or the provider as its consumers do",
        listed(paths)
    )
}

fn listed(paths: &[PathBuf]) -> String {
    let paths: Vec<_> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    paths.join(", ")
}

/// Every file that was named, and every pact file below a folder that was, in a defined order.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => collect(path, &mut files)
                .map_err(|reason| format!("cannot read {}: {reason}", path.display()))?,
            false => files.push(path.clone()),
        }
    }
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(file.clone()));
    Ok(files)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = entries.collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    for path in paths.into_iter().filter(|path| !is_hidden(path)) {
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "json") {
            files.push(path);
        }
    }
    Ok(())
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// A pact for each interaction, those that are not understood as well.
fn apart(mut pact: Pact, names: &mut Names) -> Vec<Expectation> {
    let interactions = mem::take(&mut pact.interactions);
    let not_understood = mem::take(&mut pact.not_understood);
    let consumer = pact.consumer.name.clone();
    let known = interactions.into_iter().map(|interaction| {
        let name = names.name(&consumer, interaction.common());
        let interactions = vec![interaction];
        (
            name,
            Pact {
                interactions,
                ..pact.clone()
            },
        )
    });
    let mut apart: Vec<_> = known.collect();
    for value in not_understood {
        let description = value
            .value
            .get("description")
            .and_then(|text| text.as_str());
        let common = Common {
            description: description.unwrap_or("(no description)").into(),
            ..Common::default()
        };
        let name = names.name(&consumer, &common);
        let not_understood = vec![value];
        apart.push((
            name,
            Pact {
                not_understood,
                ..pact.clone()
            },
        ));
    }
    apart
        .into_iter()
        .map(|(name, pact)| Expectation { name, pact })
        .collect()
}
