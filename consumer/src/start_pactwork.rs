//! For suites that were written with `pact_consumer`.

use std::path::PathBuf;

use pact_consumer::builders::{PactBuilder, PactBuilderAsync};
use pactwork_contract::Pact;
use serde_json::Value;
use url::Url;

use crate::{MockOptions, MockProvider};

/// Where the reference implementation records when nothing else is said.
const USUAL_FOLDER: &str = "target/pacts";

/// Starts our mock provider from a `pact_consumer::PactBuilder` (cargo feature
/// `pact_consumer`), so that a suite that was written with it moves over by one changed
/// line. Before:
///
/// ```ignore
/// let orders = pact.start_mock_server(None, None);
/// ```
///
/// After:
///
/// ```
/// use pact_consumer::prelude::*;
/// use pactwork_consumer::StartPactwork;
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let pacts = folder.path();
/// let mut pact = PactBuilder::new_v4("web", "orders");
/// pact.with_output_dir(pacts);
/// pact.interaction("a request for order 7", "", |mut i| {
///     i.given("order 7 exists");
///     i.request.path("/orders/7");
///     i.response.ok().json_body(json_pattern!({ "id": like!(7) }));
///     i
/// });
/// let orders = pact.start_pactwork();
///
/// // The rest of the test stays as it is:
/// let url = orders.path("/orders/7");
/// # use std::io::{Read, Write};
/// # let mut stream = std::net::TcpStream::connect(orders.provider().address()).unwrap();
/// # stream.write_all(format!("GET {} HTTP/1.0\r\n\r\n", url.path()).as_bytes()).unwrap();
/// # let mut answer = String::new();
/// # stream.read_to_string(&mut answer).unwrap();
/// # assert!(answer.contains("{\"id\":7}"));
/// drop(orders); // checks, and records
/// # assert!(pacts.join("web-orders.json").exists());
/// ```
///
/// Where many tests start one, [`pact_consumer_prelude`](crate::pact_consumer_prelude)
/// leaves these lines alone and changes that of the import.
///
/// It records where the builder says (`with_output_dir`), and otherwise into
/// `target/pacts`, as the reference does. The environment variables `PACT_OUTPUT_DIR` and
/// `PACT_OVERWRITE` are not read: a suite that uses them passes the folder on with
/// `with_output_dir`, or by [`start_pactwork_with`](Self::start_pactwork_with). The version
/// of the pact file is that of the builder. Messages of the pact are left alone, neither
/// expected nor recorded by this mock provider.
pub trait StartPactwork {
    /// Starts the mock provider.
    ///
    /// # Panics
    /// It does not start; as in the reference, so that the changed line stays one line.
    fn start_pactwork(&self) -> ValidatingMockProvider {
        self.start_pactwork_with(MockOptions::default())
    }

    /// The same with options: a port, a folder to record into.
    ///
    /// # Panics
    /// It does not start.
    fn start_pactwork_with(&self, options: MockOptions) -> ValidatingMockProvider;
}

impl StartPactwork for PactBuilder {
    fn start_pactwork_with(&self, options: MockOptions) -> ValidatingMockProvider {
        let pact = self.build();
        let json = pact.to_json(pact.specification_version());
        let folder = output_folder(&format!("{self:?}"));
        started(json.map_err(|reason| reason.to_string()), folder, options)
    }
}

impl StartPactwork for PactBuilderAsync {
    fn start_pactwork_with(&self, options: MockOptions) -> ValidatingMockProvider {
        let pact = self.build();
        let json = pact.to_json(pact.specification_version());
        let folder = Ok(PathBuf::from(USUAL_FOLDER));
        started(json.map_err(|reason| reason.to_string()), folder, options)
    }
}

/// The builder keeps its folder to itself, but shows it: `PactBuilder(…, Some("folder"))`.
fn output_folder(shown: &str) -> Result<PathBuf, String> {
    let folder = match shown.rsplit_once(", Some(\"") {
        _ if shown.ends_with(", None)") => String::new(),
        Some((_, folder)) if folder.ends_with("\"))") => {
            let quoted = format!("\"{}", folder.trim_end_matches(')'));
            serde_json::from_str(&quoted).map_err(|_| folder.to_owned())?
        }
        _ => return Err("nothing that is understood".into()),
    };
    Ok(match folder.is_empty() {
        true => USUAL_FOLDER.into(),
        false => folder.into(),
    })
}

#[allow(
    clippy::panic,
    reason = "what it stands in for panics, and a changed line is not to become two"
)]
fn started(
    json: Result<Value, String>,
    folder: Result<PathBuf, String>,
    options: MockOptions,
) -> ValidatingMockProvider {
    let provider = json
        .and_then(|json| read(&json))
        .and_then(|pact| serve(pact, folder, options));
    match provider {
        Ok(provider) => ValidatingMockProvider {
            provider: Some(provider),
        },
        Err(reason) => panic!("the mock provider did not start: {reason}"),
    }
}

fn read(json: &Value) -> Result<Pact, String> {
    let read = Pact::read(json.to_string().as_bytes(), "the builder's pact");
    read.map(|loaded| loaded.pact)
        .map_err(|reason| reason.to_string())
}

fn serve(
    pact: Pact,
    folder: Result<PathBuf, String>,
    options: MockOptions,
) -> Result<MockProvider, String> {
    let mut options = options.specification(pact.specification);
    if !options.records() {
        let folder = folder.map_err(|shown| {
            format!(
                "the builder's output folder is not understood ({shown}); say it with \
                 .start_pactwork_with(MockOptions::default().output(…))"
            )
        })?;
        options = options.output(folder);
    }
    MockProvider::serve_blocking(pact, options).map_err(|reason| reason.to_string())
}

/// Our mock provider with the manners of the reference's: it checks and records when it
/// is dropped.
///
/// # Panics
/// Dropping it panics with the report if the requests were not as the interactions say.
/// It never panics while the thread is already panicking: then the report goes to the
/// standard error.
#[derive(Debug)]
#[must_use = "the mock provider ends as soon as it is dropped"]
pub struct ValidatingMockProvider {
    /// Taken when it is dropped.
    provider: Option<MockProvider>,
}

impl ValidatingMockProvider {
    /// The base URL.
    ///
    /// # Panics
    /// Never: a mock provider's URL is one.
    pub fn url(&self) -> Url {
        let url = self.provider().url();
        #[allow(clippy::expect_used, reason = "made of an address and a port")]
        url.parse().expect("a mock provider's URL is one")
    }

    /// The URL of a path.
    ///
    /// # Panics
    /// The path is none, as in the reference.
    pub fn path(&self, path: &str) -> Url {
        #[allow(clippy::expect_used, reason = "what it stands in for panics")]
        self.url().join(path).expect("could not parse URL")
    }

    /// The mock provider itself, with its report and its journal.
    ///
    /// # Panics
    /// Never: it is there until this is dropped.
    pub fn provider(&self) -> &MockProvider {
        #[allow(clippy::expect_used, reason = "taken by drop alone")]
        self.provider.as_ref().expect("it is taken by drop alone")
    }
}

impl Drop for ValidatingMockProvider {
    #[allow(
        clippy::panic,
        clippy::print_stderr,
        reason = "the suite relies on that it checks when it is dropped"
    )]
    fn drop(&mut self) {
        let Some(Err(error)) = self.provider.take().map(MockProvider::finish_blocking) else {
            return;
        };
        if !std::thread::panicking() {
            panic!("{error}");
        }
        eprintln!("{error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_the_builders_or_the_usual_one() {
        for (folder, expected) in [
            (None, "target/pacts"),
            (Some(""), "target/pacts"),
            (Some("my pacts/a\"b\\c"), "my pacts/a\"b\\c"),
        ] {
            let mut builder = PactBuilder::new("web", "orders");
            if let Some(folder) = folder {
                builder.with_output_dir(folder);
            }
            assert_eq!(
                output_folder(&format!("{builder:?}")),
                Ok(PathBuf::from(expected))
            );
        }
        assert!(output_folder("another").is_err());
    }
}
