use pactwork_contract::{Category, Request};
use serde_json::Value;

use crate::{
    Mismatch, Part, fields,
    structure::{Keys, Plan, Reading},
    warnings::Warnings,
};

/// An expected method. Methods are compared in any case.
#[derive(Debug)]
pub(crate) struct MethodMatcher {
    method: String,
    plan: Option<Plan>,
}

impl MethodMatcher {
    pub(crate) fn compile(request: &Request, warnings: &mut Warnings) -> Self {
        let example = Value::from(request.method.as_str());
        let rules = &request.matching_rules;
        Self {
            plan: fields::whole(rules, Category::Method, &example, warnings),
            method: request.method.to_ascii_uppercase(),
        }
    }

    /// The method in upper case, if it is the only one accepted.
    pub(crate) fn literal(&self) -> Option<&str> {
        self.plan.is_none().then_some(self.method.as_str())
    }

    pub(crate) fn compare(&self, actual: &str) -> Vec<Mismatch> {
        let reading = Reading {
            part: Part::Method,
            keys: Keys::NoMore,
            text: true,
        };
        match &self.plan {
            Some(plan) => fields::nameless(plan.compare(&Value::from(actual), reading)),
            None if self.method.eq_ignore_ascii_case(actual) => Vec::new(),
            None => {
                let expected = self.method.as_str().into();
                vec![fields::different(Part::Method, "", expected, actual.into())]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_count() {
        let matcher = MethodMatcher::compile(&Request::default(), &mut Warnings::default());
        assert!(matcher.compare("get").is_empty());
        let mismatches = matcher.compare("POST");
        assert_eq!(
            mismatches[0].to_string(),
            r#"method: expected "GET", but found "POST""#
        );
    }
}
