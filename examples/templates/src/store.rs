use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use uuid::Uuid;

/// A template.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Template {
    /// The template's id.
    pub id: Uuid,
    /// Who owns it.
    pub owner: Uuid,
    /// Its name.
    pub name: String,
}

/// Every template, in memory.
#[derive(Debug, Default)]
pub struct Templates(Mutex<BTreeMap<Uuid, Template>>);

/// How many templates are on a page.
const PAGE: usize = 20;

impl Templates {
    fn all(&self) -> MutexGuard<'_, BTreeMap<Uuid, Template>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Creates a template.
    pub fn create(&self, owner: Uuid, name: &str) -> Template {
        let template = Template {
            id: Uuid::new_v4(),
            owner,
            name: name.into(),
        };
        self.put(template.clone());
        template
    }

    /// Puts a template in, whatever its id.
    pub fn put(&self, template: Template) {
        self.all().insert(template.id, template);
    }

    /// One template.
    pub fn get(&self, id: Uuid) -> Option<Template> {
        self.all().get(&id).cloned()
    }

    /// A page of an owner's templates; pages count from 1.
    pub fn of_owner(&self, owner: Uuid, page: usize) -> Vec<Template> {
        let all = self.all();
        let own = all.values().filter(|template| template.owner == owner);
        own.skip(page.saturating_sub(1) * PAGE)
            .take(PAGE)
            .cloned()
            .collect()
    }

    /// Takes a template out.
    pub fn delete(&self, id: Uuid) -> Option<Template> {
        self.all().remove(&id)
    }

    /// Takes every template out.
    pub fn clear(&self) {
        self.all().clear();
    }
}
