use std::io::{self, Write};
use std::sync::Arc;

use pactwork_golden::{GoldenContract, listing_to_bytes};

use crate::server::{Service, serve};

/// What an example service is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    /// The port to listen on; a free one where it is 0.
    pub port: u16,
    /// Whether the endpoints for contract tests are there.
    pub contract_testing: bool,
    /// Whether to print the golden contracts instead of serving.
    pub golden_contracts: bool,
}

impl Arguments {
    /// Reads `[--port PORT] [--contract-testing] [--golden-contracts]`.
    ///
    /// # Errors
    /// A sentence about the word that is not understood.
    pub fn read(words: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self {
            port: 0,
            contract_testing: false,
            golden_contracts: false,
        };
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--contract-testing" => arguments.contract_testing = true,
                "--golden-contracts" => arguments.golden_contracts = true,
                "--port" => {
                    let port = words.next().and_then(|port| port.parse().ok());
                    arguments.port = port.ok_or("--port wants a number")?;
                }
                other => return Err(format!("{other} is not understood")),
            }
        }
        Ok(arguments)
    }
}

/// What every example service's `main` does: print its golden contracts, or serve until it is told to end.
///
/// # Errors
/// Arguments that are not understood, a port that is in use.
pub async fn main(
    golden: Vec<GoldenContract>,
    service: impl FnOnce(&Arguments) -> Arc<dyn Service>,
) -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::read(std::env::args().skip(1))?;
    if arguments.golden_contracts {
        io::stdout().write_all(&listing_to_bytes(&golden))?;
        return Ok(());
    }
    serve(arguments.port, service(&arguments)).await?;
    Ok(())
}
