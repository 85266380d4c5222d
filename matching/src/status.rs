use pactwork_contract::{Category, Response};
use serde_json::Value;

use crate::{
    Mismatch, Part, fields,
    structure::{Keys, Plan, Reading},
    warnings::Warnings,
};

/// An expected status code.
#[derive(Debug)]
pub(crate) struct StatusMatcher {
    status: u16,
    plan: Option<Plan>,
}

impl StatusMatcher {
    pub(crate) fn compile(response: &Response, warnings: &mut Warnings) -> Self {
        let example = Value::from(response.status);
        let rules = &response.matching_rules;
        Self {
            plan: fields::whole(rules, Category::Status, &example, warnings),
            status: response.status,
        }
    }

    pub(crate) fn compare(&self, actual: u16) -> Vec<Mismatch> {
        let reading = Reading {
            part: Part::Status,
            keys: Keys::NoMore,
            text: false,
        };
        match &self.plan {
            Some(plan) => fields::nameless(plan.compare(&Value::from(actual), reading)),
            None if self.status == actual => Vec::new(),
            None => {
                let expected = self.status.into();
                vec![fields::different(Part::Status, "", expected, actual.into())]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::{RuleKind, StatusClass};

    use super::*;

    #[test]
    fn the_code_or_its_class() {
        let mut response = Response::default();
        let literal = StatusMatcher::compile(&response, &mut Warnings::default());
        assert!(literal.compare(200).is_empty());
        assert_eq!(
            literal.compare(404)[0].to_string(),
            "status: expected 200, but found 404"
        );
        let class = RuleKind::StatusCode(StatusClass::Success);
        response.matching_rules.add(Category::Status, "", class);
        let class = StatusMatcher::compile(&response, &mut Warnings::default());
        assert!(class.compare(204).is_empty());
        assert_eq!(
            class.compare(500)[0].to_string(),
            "status: expected a success status (200 to 299), but found 500"
        );
    }
}
