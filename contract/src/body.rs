use std::borrow::Cow;

use serde_json::Value;

use crate::content_type::{is_json, is_text};

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

impl Content {
    /// Holds bytes as what their content type says they are, if they are that:
    /// JSON that parses, text that is UTF-8, and otherwise the bytes themselves.
    pub fn from_bytes(bytes: Vec<u8>, content_type: Option<&str>) -> Self {
        let json = content_type.is_some_and(is_json);
        if json && let Ok(value) = serde_json::from_slice(&bytes) {
            return Self::Json(value);
        }
        if !json && !content_type.is_some_and(is_text) {
            return Self::Binary(bytes);
        }
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(error) => Self::Binary(error.into_bytes()),
        }
    }

    /// The form in which a pact file holds this content, so that one content has one form.
    pub(crate) fn canonical(&self, content_type: Option<&str>) -> Cow<'_, Self> {
        let bytes = match self {
            Self::Text(text) if content_type.is_some_and(is_json) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
            _ => return Cow::Borrowed(self),
        };
        Cow::Owned(Self::from_bytes(bytes.to_vec(), content_type))
    }
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
