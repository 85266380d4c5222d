//! What the consumers of `templates` rely on, a test for each interaction. The service
//! runs in this process, on a free port; its states are set and its event is produced by
//! Rust functions, so it needs no endpoints for contract tests.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;

use example_service::serve_on;
use example_templates::{Api, Change, Template, Templates};
use pactwork_provider::{
    MessageError, MessageFunctions, ProducedMessage, ProviderTests, StateAction, StateChange,
    StateError,
};
use serde_json::{Map, Value};
use uuid::Uuid;

fn main() -> ExitCode {
    let templates = Arc::new(Templates::default());
    let api = Arc::new(Api::new(templates.clone(), Change::None, |_event| {}));
    ProviderTests::of("templates")
        .pacts_in("../../pacts")
        .serve(|listener| serve_on(listener, api))
        .states(move |change: &StateChange<'_>| change_state(&templates, change))
        .messages(MessageFunctions::new().message("TemplateDeleted", |_states| template_deleted()))
        .run()
}

fn change_state(
    templates: &Templates,
    change: &StateChange<'_>,
) -> Result<Map<String, Value>, StateError> {
    match (change.action, change.state.name.as_str()) {
        (StateAction::Teardown, _) => templates.clear(),
        (_, "a template exists") => templates.put(Template {
            id: uuid(change, "id")?,
            owner: uuid(change, "owner")?,
            name: "Appointment reminder".into(),
        }),
        (_, "no template exists" | "a template has been deleted") => {}
        (_, other) => return Err(StateError::new(format!("no state is named \"{other}\""))),
    }
    Ok(Map::new())
}

fn uuid(change: &StateChange<'_>, name: &str) -> Result<Uuid, StateError> {
    let value = change.state.params.get(name).and_then(Value::as_str);
    let parsed = value.unwrap_or_default().parse();
    parsed.map_err(|why| StateError::new(format!("the parameter {name}: {why}")))
}

fn template_deleted() -> Result<ProducedMessage, MessageError> {
    let templates = Templates::default();
    let id = templates.create(Uuid::new_v4(), "Appointment reminder").id;
    let event = Api::delete(&templates, id, Change::None, SystemTime::now());
    Ok(ProducedMessage::json(&event.unwrap_or_default()))
}
