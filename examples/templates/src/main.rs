//! `templates-service [--port PORT] [--contract-testing] [--golden-contracts]`
//!
//! `TEMPLATES_CHANGE=rename-owner` or `add-field` runs a possible next release.

use std::io::Write;
use std::sync::Arc;

use example_templates::{Api, Change, Templates, contract_testing};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let change = Change::read(&std::env::var("TEMPLATES_CHANGE").unwrap_or_default())?;
    example_service::main(change.golden_contracts(), |arguments| {
        let templates = Arc::new(Templates::default());
        // Standard output stands for the event bus.
        let emit = |event| drop(writeln!(std::io::stdout(), "{event}"));
        let api = Arc::new(Api::new(templates.clone(), change, emit));
        match arguments.contract_testing {
            true => Arc::new(contract_testing(api, &templates, change)),
            false => api,
        }
    })
    .await
}
