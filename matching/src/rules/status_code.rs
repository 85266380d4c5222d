//! `statusCode`: the status is of a class (Pact specification version 4, "Status code matcher").

use pactwork_contract::StatusClass;
use serde_json::Value;

use super::{Check, Subject};
use crate::Difference;

/// The class.
#[derive(Debug)]
pub(super) struct StatusCode(pub(super) StatusClass);

impl StatusCode {
    fn accepts(&self, code: u64) -> bool {
        match &self.0 {
            StatusClass::Information => (100..200).contains(&code),
            StatusClass::Success => (200..300).contains(&code),
            StatusClass::Redirect => (300..400).contains(&code),
            StatusClass::ClientError => (400..500).contains(&code),
            StatusClass::ServerError => (500..600).contains(&code),
            StatusClass::NonError => (100..400).contains(&code),
            StatusClass::Error => (400..600).contains(&code),
            StatusClass::Codes(codes) => codes.iter().any(|known| u64::from(*known) == code),
        }
    }
}

impl Check for StatusCode {
    fn difference(&self, _: &Value, actual: Subject<'_>) -> Option<Difference> {
        let code = actual.text_form().and_then(|text| text.parse().ok());
        let accepted = code.is_some_and(|code| self.accepts(code));
        (!accepted).then_some(Difference::Different)
    }

    fn expected(&self, _: &Value) -> Value {
        match &self.0 {
            StatusClass::Information => "info".into(),
            StatusClass::Success => "success".into(),
            StatusClass::Redirect => "redirect".into(),
            StatusClass::ClientError => "clientError".into(),
            StatusClass::ServerError => "serverError".into(),
            StatusClass::NonError => "nonError".into(),
            StatusClass::Error => "error".into(),
            StatusClass::Codes(codes) => codes.clone().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use pactwork_contract::{RuleKind, StatusClass};
    use serde_json::json;

    use super::super::testing::accepts;

    #[test]
    fn each_class_has_its_range() {
        use StatusClass::*;
        let cases = [
            (Information, 100, 199),
            (Success, 200, 299),
            (Redirect, 300, 399),
            (ClientError, 400, 499),
            (ServerError, 500, 599),
            (NonError, 100, 399),
            (Error, 400, 599),
        ];
        for (class, first, last) in cases {
            for (code, accepted) in [
                (first - 1, false),
                (first, true),
                (last, true),
                (last + 1, false),
            ] {
                let kind = RuleKind::StatusCode(class.clone());
                assert_eq!(accepts(kind, &json!(code)), accepted, "{class:?} {code}");
            }
        }
        let codes = RuleKind::StatusCode(Codes(vec![200, 204]));
        assert!(accepts(codes.clone(), &json!(204)));
        assert!(!accepts(codes, &json!(201)));
    }
}
