//! `auth-service [--port PORT] [--contract-testing] [--golden-contracts]`

use std::sync::Arc;
use std::time::SystemTime;

use example_auth::{Auth, UserCreated};
use example_service::{ContractTesting, golden_contract};
use serde_json::json;
use uuid::Uuid;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    example_service::main(vec![golden_contract::<UserCreated>()], |arguments| {
        let auth = Arc::new(Auth::default());
        if !arguments.contract_testing {
            return auth;
        }
        let producer = auth.clone();
        let testing = ContractTesting::of(auth).state("a user has been created", |_| {});
        Arc::new(testing.message("UserCreated", move || {
            json!(producer.create_user(Uuid::new_v4(), "A. User", SystemTime::now()))
        }))
    })
    .await
}
