//! The prelude of `pact_consumer` with our mock provider in it (cargo feature
//! `pact_consumer`): in each file of a suite the line
//!
//! ```ignore
//! use pact_consumer::prelude::*;
//! ```
//!
//! becomes
//!
//! ```
//! use pactwork_consumer::pact_consumer_prelude::*;
//! ```
//!
//! and every test of it stays as it is:
//!
//! ```
//! use pactwork_consumer::pact_consumer_prelude::*;
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let pacts = folder.path();
//! let orders = PactBuilder::new_v4("web", "orders")
//!     .with_output_dir(pacts)
//!     .interaction("a request for order 7", "", |mut i| {
//!         i.request.path("/orders/7");
//!         i.response.ok().json_body(json_pattern!({ "id": like!(7) }));
//!         i
//!     })
//!     .start_mock_server(None, None);
//! let url = orders.path("/orders/7");
//! # use std::io::{Read, Write};
//! # let mut stream = std::net::TcpStream::connect(("127.0.0.1", url.port().unwrap())).unwrap();
//! # stream.write_all(b"GET /orders/7 HTTP/1.0\r\n\r\n").unwrap();
//! # let mut answer = String::new();
//! # stream.read_to_string(&mut answer).unwrap();
//! # assert!(answer.contains("{\"id\":7}"));
//! # drop(orders);
//! # assert!(pacts.join("web-orders.json").exists());
//! ```
//!
//! What [`StartPactwork`] says of folders and versions holds here as well.

use std::net::SocketAddr;

pub use pact_consumer::prelude::*;
use url::Url;

use crate::{MockOptions, StartPactwork, ValidatingMockProvider};

/// In place of the reference's trait of this name.
pub trait StartMockServer {
    /// Starts our mock provider. Of the configuration, the address counts.
    ///
    /// # Panics
    /// It does not start; a catalogue entry, which is about plugins, or CORS preflight is
    /// asked for.
    fn start_mock_server(
        &self,
        catalog_entry: Option<&str>,
        mock_server_config: Option<MockServerConfig>,
    ) -> Box<dyn ValidatingMockServer>;
}

impl<B: StartPactwork> StartMockServer for B {
    fn start_mock_server(
        &self,
        catalog_entry: Option<&str>,
        mock_server_config: Option<MockServerConfig>,
    ) -> Box<dyn ValidatingMockServer> {
        let options = options(catalog_entry, mock_server_config.as_ref());
        #[allow(clippy::panic, reason = "as what it stands in for")]
        let options = options.unwrap_or_else(|reason| panic!("{reason}"));
        Box::new(self.start_pactwork_with(options))
    }
}

fn options(
    catalog_entry: Option<&str>,
    config: Option<&MockServerConfig>,
) -> Result<MockOptions, String> {
    if let Some(entry) = catalog_entry {
        return Err(format!(
            "the catalogue entry \"{entry}\" is about a plugin, which this mock provider has none of"
        ));
    }
    let options = MockOptions::default();
    let Some(config) = config else {
        return Ok(options);
    };
    if config.cors_preflight {
        let reason = "CORS preflight is not asked for in this way: define the OPTIONS request \
                      as an interaction, or start the mock provider with .start_pactwork_with(…)";
        return Err(reason.into());
    }
    if config.address.is_empty() {
        return Ok(options);
    }
    let address: SocketAddr = config.address.parse().map_err(|_| {
        let address = &config.address;
        format!("the mock provider's address is an IP address and a port, found \"{address}\"")
    })?;
    Ok(options.host(address.ip()).port(address.port()))
}

/// In place of the reference's trait of this name: what a test sees of a mock provider.
pub trait ValidatingMockServer: std::fmt::Debug {
    /// The base URL.
    fn url(&self) -> Url;

    /// The URL of a path.
    ///
    /// # Panics
    /// The path is none.
    fn path(&self, path: &str) -> Url;
}

impl ValidatingMockServer for ValidatingMockProvider {
    fn url(&self) -> Url {
        Self::url(self)
    }

    fn path(&self, path: &str) -> Url {
        Self::path(self, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_configuration_the_address_counts() {
        let config = |address: &str, cors_preflight| MockServerConfig {
            address: address.into(),
            cors_preflight,
            ..MockServerConfig::default()
        };
        assert!(options(None, None).is_ok());
        assert!(options(None, Some(&config("", false))).is_ok());
        assert!(options(None, Some(&config("127.0.0.1:8080", false))).is_ok());
        for (entry, config, expected) in [
            (
                Some("grpc"),
                config("", false),
                "the catalogue entry \"grpc\"",
            ),
            (None, config("", true), "CORS preflight"),
            (None, config("nowhere", false), "found \"nowhere\""),
        ] {
            let error = options(entry, Some(&config)).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}
