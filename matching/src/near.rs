//! Names that are spelt much like one that is missing.

/// Names longer than this are not compared letter by letter.
const LONGEST: usize = 64;
/// So many names are looked at.
pub(crate) const MOST: usize = 64;

/// The name that is meant by a missing one, if one is spelt much like it: in
/// another case or with other separators, else with a letter or two changed.
pub(crate) fn nearest<'n>(
    missing: &str,
    found: impl IntoIterator<Item = &'n str>,
) -> Option<String> {
    let letters = letters(missing);
    let near = found.into_iter().take(MOST).filter_map(|name| {
        let distance = match letters == self::letters(name) {
            true => 0,
            false => typos(missing, name)?,
        };
        (name != missing).then_some((distance, name))
    });
    let nearest = near.min_by_key(|(distance, _)| *distance);
    nearest.map(|(_, name)| name.to_owned())
}

/// The letters and digits, in lower case; the name itself where there are none.
fn letters(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    let letters: String = letters.flat_map(char::to_lowercase).collect();
    if letters.is_empty() {
        return name.into();
    }
    letters
}

/// How many letters were changed, where they are few.
fn typos(missing: &str, found: &str) -> Option<usize> {
    let length = missing.chars().take(LONGEST + 1).count();
    let allowed = match length {
        0..=3 => return None,
        4..=7 => 1,
        8..=LONGEST => 2,
        _ => return None,
    };
    if found.chars().take(LONGEST + 1).count().abs_diff(length) > allowed {
        return None;
    }
    let distance = strsim::osa_distance(missing, found);
    (distance <= allowed).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_a_human_would_point_at() {
        for (missing, found, near) in [
            ("userId", &["id", "userID"][..], Some("userID")),
            ("userId", &["user_id"], Some("user_id")),
            ("X-Request-Id", &["x_request_id"], Some("x_request_id")),
            ("amount", &["ammount", "count"], Some("ammount")),
            ("recieved", &["received"], Some("received")),
            ("address", &["addresses"], None),
            ("id", &["it", "no"], None),
            ("id", &["ID"], Some("ID")),
            ("name", &["surname", "nickname"], None),
            ("name", &["nmae", "Name"], Some("Name")),
            ("$", &["#"], None),
            ("", &["", "a"], None),
            ("userId", &[], None),
        ] {
            let nearest = nearest(missing, found.iter().copied());
            assert_eq!(nearest.as_deref(), near, "{missing} {found:?}");
        }
    }

    #[test]
    fn long_names_are_compared_by_their_letters_only() {
        let name = "a".repeat(10_000);
        assert_eq!(nearest(&name, [format!("{name}b").as_str()]), None);
        let upper = name.to_uppercase();
        assert_eq!(nearest(&name, [upper.as_str()]), Some(upper.clone()));
    }
}
