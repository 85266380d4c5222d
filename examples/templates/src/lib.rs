//! The service `templates`: message templates and who owns them. It serves them
//! over HTTP, emits `TemplateDeleted`, and greets a new user with a template.

mod api;
mod contract_testing;
mod events;
pub mod second_act;
mod store;

pub use api::Api;
pub use contract_testing::contract_testing;
pub use events::{CreatedUser, TemplateDeleted, UserCreated, on_user_created};
pub use second_act::Change;
pub use store::{Template, Templates};
