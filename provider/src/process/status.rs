use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// "exit status 1", or which signal ended the process. A shell reports a command
/// that a signal ended as 128 plus the signal's number.
pub(crate) fn in_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code @ 129..=159), _) => {
            format!("exit status {code} (as after signal {})", code - 128)
        }
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "an unknown status".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_reads_as_code_or_signal() {
        for (raw, expected) in [
            (0, "exit status 0"),
            (3 << 8, "exit status 3"),
            (137 << 8, "exit status 137 (as after signal 9)"),
            (15, "signal 15"),
        ] {
            assert_eq!(in_words(ExitStatus::from_raw(raw)), expected);
        }
    }
}
