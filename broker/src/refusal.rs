//! What a storage said when it refused: the status, its code and its message,
//! taken out of what it wrapped them in.

use std::error::Error as StdError;

use object_store::Error;

/// What went wrong, in the storage's own words, or with what caused it in the end.
pub(crate) fn said(error: &Error) -> String {
    let text = shortened(&error.to_string());
    let mut cause = error.source();
    while let Some(inner) = cause.and_then(StdError::source) {
        cause = Some(inner);
    }
    match cause.map(ToString::to_string) {
        Some(cause) if !text.contains(&cause) && !cause.contains("<Code>") => {
            format!("{text}: {cause}")
        }
        _ => text,
    }
}

fn shortened(text: &str) -> String {
    let Some(code) = between(text, "<Code>", "</Code>") else {
        return text.into();
    };
    let status = between(text, "status code: ", ": <").or_else(|| between(text, "status ", ": <"));
    let message = between(text, "<Message>", "</Message>").filter(|message| !message.is_empty());
    let parts = status.into_iter().chain([code]).chain(message);
    parts.collect::<Vec<_>>().join(": ")
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found.trim())
}

/// Why a storage refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The clocks differ too much.
    Clock,
    /// It does not know who asks, or does not allow it.
    Credentials,
    /// There is no such bucket.
    NoBucket,
    Other,
}

impl Refusal {
    pub(crate) fn of(error: &Error) -> Self {
        let text = error.to_string();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let denied = matches!(
            error,
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. }
        );
        if says(&["RequestTimeTooSkewed"]) {
            Self::Clock
        } else if denied || says(&["401 Unauthorized", "403 Forbidden"]) {
            Self::Credentials
        } else if says(&["NoSuchBucket", "ContainerNotFound"])
            || matches!(error, Error::NotFound { .. })
        {
            Self::NoBucket
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic(text: &str) -> Error {
        Error::Generic {
            store: "S3",
            source: text.into(),
        }
    }

    #[test]
    fn the_storages_own_words_are_kept_and_why_is_told_by_them() {
        let listing = "Error performing GET http://host/b?list-type=2 in 1ms - Server returned non-2xx status code: ";
        for (text, said_so, refusal) in [
            (
                "403 Forbidden: <?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code></Error>",
                "403 Forbidden: SignatureDoesNotMatch",
                Refusal::Credentials,
            ),
            (
                "403 Forbidden: <Error><Code>RequestTimeTooSkewed</Code><Message>The difference is too large.</Message></Error>",
                "403 Forbidden: RequestTimeTooSkewed: The difference is too large.",
                Refusal::Clock,
            ),
            (
                "404 Not Found: <Error><Code>NoSuchBucket</Code><Message>It does not exist</Message></Error>",
                "404 Not Found: NoSuchBucket: It does not exist",
                Refusal::NoBucket,
            ),
        ] {
            let error = generic(&format!("{listing}{text}"));
            assert_eq!(
                (said(&error).as_str(), Refusal::of(&error)),
                (said_so, refusal)
            );
        }
        let plain = generic("connection refused");
        assert_eq!(said(&plain), "Generic S3 error: connection refused");
        assert_eq!(Refusal::of(&plain), Refusal::Other);
    }
}
