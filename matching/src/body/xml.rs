//! XML: elements by namespace and name, in groups of the same name; attributes in
//! any order; text without the white space around it (Pact specification
//! version 3, "Body", and its XML cases).
//!
//! Paths name an element by its local name, its qualified name in the example or
//! its namespace and local name; `[n]` and `[*]` behind a name are about one or
//! each of several elements of that name; attributes are `['@name']`, text is
//! `['#text']`.

mod bounds;
mod document;
pub(crate) mod names;
mod plan;
mod walk;

use pactwork_contract::Category;

pub(crate) use self::document::parse;

use self::plan::Plan;
use super::{Example, Received, Rules, missing};
use crate::{Mismatch, Part, charset::Charset, structure::Keys};

/// An expected XML body.
#[derive(Debug)]
pub(super) struct Xml {
    plan: Plan,
    example: String,
    keys: Keys,
}

impl Xml {
    /// The error says why the example cannot be read.
    pub(super) fn compile(
        example: &Example<'_>,
        keys: Keys,
        rules: &mut Rules<'_>,
    ) -> Result<Self, String> {
        let charset = example.is_told.then_some(example.charset);
        let text = document::text(&example.bytes, charset)?;
        let document = document::parse(&text)?;
        let paths = rules.paths();
        let plan = Plan::compile(document.root_element(), &paths);
        for problem in plan.problems() {
            rules.warnings.add(Category::Body, "", problem);
        }
        Ok(Self {
            plan,
            keys,
            example: text.into_owned(),
        })
    }

    pub(super) fn compare(&self, received: &Received<'_>) -> Vec<Mismatch> {
        if received.bytes.is_empty() {
            return missing("equality", self.example.as_str().into());
        }
        let charset = Charset::declared(received.content_type);
        // A pact's text is served as UTF-8, whatever encoding stands in its first line.
        let text = match received.bytes == self.example.as_bytes() {
            true => Ok(self.example.as_str().into()),
            false => charset.and_then(|charset| document::text(received.bytes, charset)),
        };
        let compared = text.and_then(|text| {
            let document = document::parse(&text)?;
            Ok(self.plan.compare(document.root_element(), self.keys))
        });
        compared.unwrap_or_else(|reason| vec![Mismatch::unreadable(Part::Body, "XML", &reason)])
    }
}
