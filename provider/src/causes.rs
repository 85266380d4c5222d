use std::error::Error;

/// An error and what caused it, as one sentence; a cause that its effect names already
/// is not said twice.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use thiserror::Error;

    use super::*;

    #[derive(Debug, Error)]
    #[error("{text}")]
    struct Failed {
        text: &'static str,
        #[source]
        cause: Option<Box<Failed>>,
    }

    fn failed(text: &'static str, cause: Option<Failed>) -> Failed {
        let cause = cause.map(Box::new);
        Failed { text, cause }
    }

    #[test]
    fn causes_are_said_once() {
        let refused = failed("refused", None);
        let connect = failed("cannot connect: refused", Some(refused));
        let error = failed("no order was made", Some(connect));
        assert_eq!(
            with_causes(&error),
            "no order was made: cannot connect: refused"
        );
    }
}
