//! What to say of a name for which there is no function.

/// How alike two names are at least, if one may be meant by the other.
const ALIKE: f64 = 0.85;

/// No function has this name; which one may be meant, and which there are.
pub(crate) fn unknown<'n>(
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'n String>,
) -> String {
    let known: Vec<_> = known.collect();
    let list: Vec<_> = known.iter().map(|name| format!("\"{name}\"")).collect();
    let list = match list.len() {
        0 => "none".into(),
        _ => list.join(", "),
    };
    let meant = match nearest(name, &known) {
        Some(near) => format!("; did you mean \"{near}\"?"),
        None => ";".into(),
    };
    format!("no function is registered for the {what} \"{name}\"{meant} registered: {list}")
}

fn nearest<'n>(name: &str, known: &[&'n String]) -> Option<&'n String> {
    let likeness = |other: &str| strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase());
    let alike = known.iter().map(|other| (likeness(other), *other));
    let alike = alike.filter(|(likeness, _)| *likeness >= ALIKE);
    let nearest = alike.max_by(|one, other| one.0.total_cmp(&other.0));
    nearest.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_suggested() {
        let known = ["an order exists".to_owned(), "no order exists".to_owned()];
        assert_eq!(
            unknown("state", "An order exist", known.iter()),
            "no function is registered for the state \"An order exist\"; did you mean \
             \"an order exists\"? registered: \"an order exists\", \"no order exists\""
        );
        assert_eq!(
            unknown("state", "the moon is full", [].iter()),
            "no function is registered for the state \"the moon is full\"; registered: none"
        );
    }
}
