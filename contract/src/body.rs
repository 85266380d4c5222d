use std::borrow::Cow;

use serde_json::Value;

/// A body: absent, null and empty are three things (Pact specification
/// version 3, "Body": a missing body is not compared, a null body must be empty).
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Body {
    /// The pact says nothing about the body.
    #[default]
    Missing,
    /// The pact says that there is no body (JSON `null`).
    Null,
    /// The pact says that the body has no bytes.
    Empty,
    /// The pact gives an example.
    Present {
        /// The example.
        content: Content,
        /// The declared content type, such as `application/json; charset=utf-8`.
        content_type: Option<String>,
    },
}

/// The example that a body gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A JSON document.
    Json(Value),
    /// Text that is not JSON.
    Text(String),
    /// Anything else.
    Binary(Vec<u8>),
}

impl Body {
    /// A JSON body with content type `application/json`.
    pub fn json(value: Value) -> Self {
        Self::Present {
            content: Content::Json(value),
            content_type: Some("application/json".into()),
        }
    }

    /// The bytes that go over the wire for the example; none for a body that is missing, null or empty.
    pub fn to_bytes(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Missing | Self::Null | Self::Empty => Cow::Borrowed(&[]),
            Self::Present { content, .. } => match content {
                Content::Json(value) => Cow::Owned(value.to_string().into_bytes()),
                Content::Text(text) => Cow::Borrowed(text.as_bytes()),
                Content::Binary(bytes) => Cow::Borrowed(bytes),
            },
        }
    }

    /// The content type that the pact declares for this body itself.
    pub fn content_type(&self) -> Option<&str> {
        match self {
            Self::Present { content_type, .. } => content_type.as_deref(),
            _ => None,
        }
    }
}
