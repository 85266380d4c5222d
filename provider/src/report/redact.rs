//! Secrets in what is reported.

use pactwork_contract::{Warning, is_secret_header, is_secret_name};
use pactwork_matching::{Mismatch, Part};
use serde_json::{Map, Value};

use super::{InteractionReport, ProviderEnd};
use crate::Secrets;
use crate::secrets::{REDACTED, shown_header};

impl Secrets {
    /// The report without secrets. What the pact says stays as it is: it names the
    /// interaction, and whoever has the report may read the pact.
    pub(crate) fn redact_interaction(&self, report: &mut InteractionReport) {
        report.mismatches.iter_mut().for_each(hide_header);
        if self.is_empty() {
            return;
        }
        if let Some(request) = &mut report.request {
            self.replace(&mut request.path);
        }
        for mismatch in &mut report.mismatches {
            self.redact_mismatch(mismatch);
        }
        report.reason.iter_mut().for_each(|text| self.replace(text));
        self.redact_warnings(&mut report.warnings);
        let output = report.provider_output.iter_mut();
        output.for_each(|line| self.replace(line));
    }

    pub(crate) fn redact_end(&self, mut end: ProviderEnd) -> ProviderEnd {
        end.output.iter_mut().for_each(|line| self.replace(line));
        end
    }

    fn redact_warnings(&self, warnings: &mut [Warning]) {
        for warning in warnings {
            self.replace(&mut warning.message);
        }
    }

    fn redact_mismatch(&self, mismatch: &mut Mismatch) {
        self.replace(&mut mismatch.path);
        self.replace_in(&mut mismatch.expected);
        mismatch
            .actual
            .iter_mut()
            .for_each(|value| self.replace_in(value));
        mismatch.near.iter_mut().for_each(|name| self.replace(name));
    }

    fn replace(&self, text: &mut String) {
        if let std::borrow::Cow::Owned(redacted) = self.redact(text) {
            *text = redacted;
        }
    }

    fn replace_in(&self, value: &mut Value) {
        match value {
            Value::String(text) => self.replace(text),
            Value::Number(number) => {
                let mut text = number.to_string();
                self.replace(&mut text);
                if text != number.to_string() {
                    *value = text.into();
                }
            }
            Value::Array(elements) => elements.iter_mut().for_each(|each| self.replace_in(each)),
            Value::Object(members) => {
                let before = std::mem::take(members);
                for (mut name, mut value) in before {
                    self.replace(&mut name);
                    self.replace_in(&mut value);
                    members.insert(name, value);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }
}

/// What a provider answers in a header such as `Set-Cookie` is a secret; what the pact
/// expects of it is an example.
fn hide_header(mismatch: &mut Mismatch) {
    let name = mismatch.path.split('[').next().unwrap_or_default();
    if mismatch.part != Part::Header || !is_secret_header(name) {
        return;
    }
    let name = name.to_owned();
    mismatch
        .actual
        .iter_mut()
        .for_each(|value| hide(&name, value));
}

fn hide(name: &str, value: &mut Value) {
    match value {
        Value::String(text) => *text = shown_header(name, text),
        Value::Array(elements) => elements.iter_mut().for_each(|each| hide(name, each)),
        _ => {}
    }
}

/// Metadata without secrets, by name and by what is known.
pub(super) fn metadata(metadata: &Map<String, Value>, secrets: &Secrets) -> Map<String, Value> {
    let shown = metadata.iter().map(|(name, value)| {
        let mut value = value.clone();
        match is_secret_name(name) {
            true => value = REDACTED.into(),
            false => secrets.replace_in(&mut value),
        }
        (name.clone(), value)
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use pactwork_matching::Difference;
    use serde_json::json;

    use super::*;

    fn header(path: &str, actual: Value) -> Mismatch {
        Mismatch {
            part: Part::Header,
            path: path.into(),
            difference: Difference::Different,
            rule: "equality".into(),
            expected: json!("id=example"),
            actual: Some(actual),
            near: None,
        }
    }

    #[test]
    fn what_came_in_a_secret_header_is_hidden_and_the_example_is_not() {
        for (path, actual, shown) in [
            (
                "Set-Cookie",
                json!("id=7; Path=/"),
                json!("id=[redacted]; Path=/"),
            ),
            ("Set-Cookie[0]", json!(["id=7"]), json!(["id=[redacted]"])),
            ("X-Auth-Token", json!("7"), json!("[redacted]")),
            ("X-Page", json!("7"), json!("7")),
            ("Set-Cookie", json!(2), json!(2)),
        ] {
            let mut mismatch = header(path, actual);
            hide_header(&mut mismatch);
            assert_eq!(mismatch.actual, Some(shown), "{path}");
            assert_eq!(mismatch.expected, "id=example");
        }
    }

    #[test]
    fn a_secret_is_found_in_values_of_any_type() {
        let secrets = Secrets::default();
        secrets.add("123456");
        let mut value = json!({ "a123456": [123456, "x123456", null, true, 1.5] });
        secrets.replace_in(&mut value);
        let expected = json!({ "a[redacted]": ["[redacted]", "x[redacted]", null, true, 1.5] });
        assert_eq!(value, expected);
    }

    #[test]
    fn metadata_is_hidden_by_name_and_by_what_is_known() {
        let secrets = Secrets::default();
        secrets.add("hunter2");
        let Value::Object(given) = json!({ "apiKey": "k", "topic": "of hunter2", "n": 1 }) else {
            panic!("no object");
        };
        let expected = json!({ "apiKey": "[redacted]", "topic": "of [redacted]", "n": 1 });
        assert_eq!(Value::Object(metadata(&given, &secrets)), expected);
    }
}
