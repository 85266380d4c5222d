//! `core-service [--port PORT] [--contract-testing] [--golden-contracts]`

use std::sync::Arc;

use example_core::Core;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // It emits no events, so it has no golden contracts and nothing for contract tests.
    example_service::main(Vec::new(), |_| Arc::new(Core::default())).await
}
