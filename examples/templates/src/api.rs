use std::sync::Arc;
use std::time::SystemTime;

use example_service::{Reply, Request, Service};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::events::on_user_created;
use crate::second_act::Change;
use crate::store::{Template, Templates};

/// The HTTP API, and where events come in and go out.
pub struct Api {
    templates: Arc<Templates>,
    change: Change,
    emit: Box<dyn Fn(Value) + Send + Sync>,
}

impl Api {
    /// An API over these templates that hands its events to `emit`.
    pub fn new(
        templates: Arc<Templates>,
        change: Change,
        emit: impl Fn(Value) + Send + Sync + 'static,
    ) -> Self {
        Self {
            templates,
            change,
            emit: Box::new(emit),
        }
    }

    /// Deletes a template and makes the event that says so.
    pub fn delete(
        templates: &Templates,
        id: Uuid,
        change: Change,
        now: SystemTime,
    ) -> Option<Value> {
        templates
            .delete(id)
            .map(|template| change.template_deleted(template, now))
    }

    fn list(&self, request: &Request) -> Reply {
        let owner = request
            .query
            .get("owner")
            .and_then(|owner| owner.parse().ok());
        let Some(owner) = owner else {
            return Reply::error(400, "owner has to be a UUID");
        };
        let page = request
            .query
            .get("page")
            .and_then(|page| page.parse().ok())
            .unwrap_or(1);
        Reply::json(
            200,
            json!({ "page": page, "items": self.templates.of_owner(owner, page) }),
        )
    }

    fn get(&self, id: &str) -> Reply {
        let found = id.parse().ok().and_then(|id| self.templates.get(id));
        found.map_or_else(
            || Reply::error(404, "no such template"),
            |template| Reply::json(200, json!(template)),
        )
    }

    fn create(&self, body: &Value) -> Reply {
        let owner = body["owner"].as_str().and_then(|owner| owner.parse().ok());
        let (Some(owner), Some(name)) = (owner, body["name"].as_str()) else {
            return Reply::error(400, "a template has an owner (a UUID) and a name");
        };
        let Template { id, .. } = self.templates.create(owner, name);
        let created = self.templates.get(id);
        Reply::json(201, json!(created)).header("location", format!("/templates/{id}"))
    }

    fn delete_and_tell(&self, id: &str) -> Reply {
        let event = id
            .parse()
            .ok()
            .and_then(|id| Self::delete(&self.templates, id, self.change, SystemTime::now()));
        let Some(event) = event else {
            return Reply::error(404, "no such template");
        };
        (self.emit)(event);
        Reply::empty(204)
    }

    fn event(&self, body: &Value) -> Reply {
        match serde_json::from_value(body.clone()) {
            Ok(event) => Reply::json(200, json!(on_user_created(&self.templates, &event))),
            Err(error) => Reply::error(400, format!("not an event that is handled: {error}")),
        }
    }
}

impl Service for Api {
    fn answer(&self, request: &Request) -> Reply {
        let (method, path) = request.route();
        match (method, &path[..]) {
            ("GET", ["templates"]) => self.list(request),
            ("POST", ["templates"]) => self.create(&request.body),
            ("GET", ["templates", id]) => self.get(id),
            ("DELETE", ["templates", id]) => self.delete_and_tell(id),
            ("POST", ["events"]) => self.event(&request.body),
            _ => Reply::error(404, "there is nothing here"),
        }
    }
}
