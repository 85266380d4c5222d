//! Paths within a JSON document, as rules and notes write them.

/// The path of a member: `$.id`, `$['odd name']`.
pub(super) fn member(path: &str, name: &str) -> String {
    let mut rest = name.chars();
    let first = rest
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    if first && rest.all(|next| next.is_ascii_alphanumeric() || next == '_') {
        return format!("{path}.{name}");
    }
    let escaped = name.replace('\\', r"\\").replace('\'', r"\'");
    format!("{path}['{escaped}']")
}

/// The path of each element of a list.
pub(super) fn each(path: &str) -> String {
    format!("{path}[*]")
}

/// The path of each value of a map.
pub(super) fn each_value(path: &str) -> String {
    format!("{path}.*")
}
