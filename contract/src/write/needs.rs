//! What versions 2 and 3 of the specification cannot hold.

use serde_json::Value;

use super::{Beyond, WriteError, bodies, interactions, rules};
use crate::path::member;
use crate::{
    Body, Category, Common, Generators, HttpInteraction, Interaction, MatchingRules,
    MessageContents, NotUnderstood, Pact, RuleList, SpecificationVersion, content_type,
};

use SpecificationVersion::{V2, V3, V4};

/// Names everything in a pact that needs a higher version than the asked one.
pub(super) fn check(pact: &Pact, asked: SpecificationVersion) -> Result<(), WriteError> {
    let mut things = Vec::new();
    for interaction in &pact.interactions {
        let mut needs = Needs {
            interaction: interaction.identity().to_string(),
            asked,
            // Implementations write what later versions brought into files of
            // earlier ones; such a file can be written as it was read.
            as_read: pact.specification <= asked,
            things: &mut things,
        };
        needs.of(interaction);
    }
    if pact.specification > asked {
        things.extend(pact.not_understood.iter().map(unknown_type));
    }
    match things.is_empty() {
        true => Ok(()),
        false => Err(WriteError::NeedsHigherVersion { asked, things }),
    }
}

fn unknown_type(found: &NotUnderstood) -> Beyond {
    let description = found.value.get("description").unwrap_or(&Value::Null);
    Beyond {
        interaction: description.to_string(),
        path: "$".into(),
        what: "an interaction that is not understood".into(),
        needed: V4,
    }
}

struct Needs<'a> {
    interaction: String,
    asked: SpecificationVersion,
    as_read: bool,
    things: &'a mut Vec<Beyond>,
}

/// What may have rules: a request, a response or a message.
struct Part<'a> {
    path: &'a str,
    rules: &'a MatchingRules,
    generators: &'a Generators,
    /// The names of its query's parameters or headers.
    is_name: &'a dyn Fn(Category, &str) -> bool,
}

impl Needs<'_> {
    fn add(
        &mut self,
        path: impl Into<String>,
        what: impl Into<String>,
        needed: SpecificationVersion,
    ) {
        if needed > self.asked {
            self.things.push(Beyond {
                interaction: self.interaction.clone(),
                path: path.into(),
                what: what.into(),
                needed,
            });
        }
    }

    fn of(&mut self, interaction: &Interaction) {
        match interaction {
            Interaction::SynchronousMessage(_) => {
                return self.add("$", "a synchronous message", V4);
            }
            Interaction::AsynchronousMessage(_) => self.add("$", "a message", V3),
            Interaction::Http(_) => {}
        }
        self.of_common(interaction.common());
        match interaction {
            Interaction::Http(http) => self.of_http(http),
            Interaction::AsynchronousMessage(message) => self.of_message(&message.message),
            Interaction::SynchronousMessage(_) => {}
        }
    }

    fn of_common(&mut self, common: &Common) {
        for (there, name, what) in [
            (common.pending, "pending", "a pending interaction"),
            (!common.comments.is_empty(), "comments", "comments"),
            (common.transport.is_some(), "transport", "a transport"),
        ] {
            if there {
                self.add(member("$", name), what, V4);
            }
        }
        let states = &common.provider_states;
        if states.len() > 1 {
            let what = format!("{} provider states", states.len());
            self.add("$.providerStates", what, V3);
        }
        for (index, state) in states.iter().enumerate() {
            let path = format!("$.providerStates[{index}]");
            if !state.params.is_empty() {
                let what = "a provider state with parameters";
                self.add(member(&path, "params"), what, V3);
            }
            if state.name.is_empty() {
                let what = "a provider state without a name";
                self.add(member(&path, "name"), what, V3);
            }
        }
    }

    fn of_http(&mut self, http: &HttpInteraction) {
        let (request, response) = (&http.request, &http.response);
        if interactions::query_text(&request.query).is_none() {
            let what = "a query that a query string cannot hold";
            self.add("$.request.query", what, V3);
        }
        let declared = content_type::in_headers(&request.headers);
        self.of_body("$.request.body", &request.body, declared);
        self.of_part(&Part {
            path: "$.request",
            rules: &request.matching_rules,
            generators: &request.generators,
            is_name: &|category, name| interactions::names_in_request(request, category, name),
        });
        let declared = content_type::in_headers(&response.headers);
        self.of_body("$.response.body", &response.body, declared);
        self.of_part(&Part {
            path: "$.response",
            rules: &response.matching_rules,
            generators: &response.generators,
            is_name: &|_, name| interactions::names_header(&response.headers, name),
        });
    }

    fn of_message(&mut self, message: &MessageContents) {
        let declared = content_type::in_metadata(&message.metadata);
        self.of_body("$.contents", &message.contents, declared);
        self.of_part(&Part {
            path: "$",
            rules: &message.matching_rules,
            generators: &message.generators,
            is_name: &|_, name| message.metadata.contains_key(name),
        });
    }

    fn of_body(&mut self, path: &str, body: &Body, declared: Option<&str>) {
        if let Some(what) = bodies::beyond_version_3(body, declared) {
            self.add(path, what, V4);
        }
        if bodies::holds_ruby_objects(body) {
            let what = "an example that version 2 reads as a matching rule of Ruby's";
            self.add(path, what, V3);
        }
        if !self.as_read && bodies::is_binary(body, declared) {
            self.add(path, "a binary body", V3);
        }
    }

    fn of_part(&mut self, part: &Part<'_>) {
        if !self.as_read && !part.generators.is_empty() {
            self.add(member(part.path, "generators"), "generators", V3);
        }
        let path = member(part.path, "matchingRules");
        for (category, lists) in &part.rules.categories {
            let path = member(&path, category.as_str());
            for (key, list) in lists {
                let path = match key.as_str() {
                    "" => path.clone(),
                    key => member(&path, key),
                };
                self.of_path((*category, key), part, &path);
                self.of_list(*category, list, &path);
            }
        }
    }

    fn of_path(&mut self, (category, key): (Category, &str), part: &Part<'_>, path: &str) {
        let is_name = |name: &str| (part.is_name)(category, name);
        if self.asked == V2 && rules::flat_key(category, key, &is_name).is_none() {
            self.add(path, "a rule's path that version 2 cannot spell", V3);
        }
    }

    fn of_list(&mut self, category: Category, list: &RuleList, path: &str) {
        if self.as_read {
            return;
        }
        for (what, needed) in rules::beyond(category, list) {
            self.add(path, what, needed);
        }
    }
}
