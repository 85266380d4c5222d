// Long because it is a table.
#![allow(clippy::too_many_lines)]

use serde_json::{Value, json};

use crate::{Difference, Mismatch, Part};

fn mismatch(difference: Difference, rule: &str, values: (Value, Option<Value>)) -> Mismatch {
    let (expected, actual) = values;
    Mismatch {
        part: Part::Body,
        path: "$.a".into(),
        difference,
        rule: rule.into(),
        expected,
        actual,
        near: None,
    }
}

fn check(difference: Difference, rule: &str, values: (Value, Option<Value>), sentence: &str) {
    let text = mismatch(difference, rule, values).to_string();
    assert_eq!(text, format!("$.a: expected {sentence}"));
}

#[test]
fn every_rule_says_what_it_expects() {
    use Difference::{Different, Length, Type};
    for (difference, rule, expected, actual, sentence) in [
        (
            Different,
            "equality",
            json!("a"),
            json!("b"),
            r#""a", but found "b""#,
        ),
        (Different, "equality", json!(1), json!(2), "1, but found 2"),
        (
            Type,
            "equality",
            json!("1"),
            json!(1),
            r#"the string "1", but found the number 1"#,
        ),
        (
            Type,
            "equality",
            json!(null),
            json!(1),
            "null, but found the number 1",
        ),
        (
            Type,
            "equality",
            json!([]),
            json!({}),
            "the list [], but found the object {}",
        ),
        (Different, "values", json!(1), json!(2), "1, but found 2"),
        (
            Type,
            "type",
            json!(7),
            json!("8"),
            r#"a number like 7, but found the string "8""#,
        ),
        (
            Type,
            "type",
            json!({"a": 1}),
            json!(null),
            r#"an object like {"a":1}, but found null"#,
        ),
        (
            Type,
            "type",
            json!(true),
            json!([1]),
            "a boolean like true, but found the list [1]",
        ),
        (
            Length,
            "type",
            json!({"min": 1}),
            json!(0),
            "at least 1 element, but found 0",
        ),
        (
            Length,
            "type",
            json!({"max": 2}),
            json!(3),
            "at most 2 elements, but found 3",
        ),
        (
            Length,
            "type",
            json!({"min": 1, "max": 2}),
            json!(3),
            "from 1 to 2 elements, but found 3",
        ),
        (
            Length,
            "equality",
            json!(0),
            json!(3),
            "no elements, but found 3",
        ),
        (
            Different,
            "regex",
            json!(r"\d+"),
            json!("x"),
            r#"a value matching /\d+/, but found "x""#,
        ),
        (
            Type,
            "regex",
            json!("a{}b"),
            json!([1]),
            "a value matching /a{}b/, but found the list [1]",
        ),
        (
            Different,
            "include",
            json!("a\"b"),
            json!("x"),
            r#"a value containing "a\"b", but found "x""#,
        ),
        (
            Type,
            "integer",
            json!(7),
            json!("8"),
            r#"an integer like 7, but found the string "8""#,
        ),
        (
            Different,
            "integer",
            json!(7),
            json!(7.5),
            "an integer like 7, but found 7.5",
        ),
        (
            Different,
            "integer",
            json!("7"),
            json!("x"),
            r#"an integer like 7, but found the string "x""#,
        ),
        (
            Different,
            "integer",
            json!(null),
            json!("x"),
            r#"an integer, but found the string "x""#,
        ),
        (
            Type,
            "integer",
            json!(7),
            json!(null),
            "an integer like 7, but found null",
        ),
        (
            Different,
            "decimal",
            json!(7.5),
            json!(7),
            "a decimal number like 7.5, but found 7",
        ),
        (
            Type,
            "number",
            json!(7),
            json!(true),
            "a number like 7, but found the boolean true",
        ),
        (
            Type,
            "boolean",
            json!(true),
            json!(1),
            "a boolean like true, but found the number 1",
        ),
        (
            Different,
            "boolean",
            json!(true),
            json!("yes"),
            r#"a boolean like true, but found the string "yes""#,
        ),
        (
            Different,
            "null",
            json!(null),
            json!(1),
            "null, but found 1",
        ),
        (
            Different,
            "date",
            json!("yyyy-MM-dd"),
            json!("x"),
            r#"a date in the format yyyy-MM-dd, but found "x""#,
        ),
        (
            Different,
            "time",
            json!("HH:mm"),
            json!("x"),
            r#"a time in the format HH:mm, but found "x""#,
        ),
        (
            Different,
            "datetime",
            json!("yyyy-MM-dd'T'HH:mm"),
            json!("x"),
            r#"a date and time in the format yyyy-MM-dd'T'HH:mm, but found "x""#,
        ),
        (
            Different,
            "notEmpty",
            json!("x"),
            json!(""),
            r#"a value that is not empty, like "x", but found """#,
        ),
        (
            Different,
            "notEmpty",
            json!([]),
            json!([]),
            "a value that is not empty, but found []",
        ),
        (
            Different,
            "semver",
            json!("1.2.3"),
            json!("1.2"),
            r#"a semantic version like "1.2.3", but found "1.2""#,
        ),
        (
            Type,
            "contentType",
            json!("image/png"),
            json!("image/jpeg"),
            "content of type image/png, but found image/jpeg",
        ),
        (
            Different,
            "arrayContains",
            json!({"a": 1}),
            json!([1, 2]),
            r#"an element like {"a":1}, but found none in [1,2]"#,
        ),
        (
            Different,
            "arrayContains",
            json!(1),
            json!([]),
            "an element like 1, but the list is empty",
        ),
        (
            Type,
            "arrayContains",
            json!([1]),
            json!("x"),
            r#"a list like [1], but found the string "x""#,
        ),
        (
            Type,
            "eachValue",
            json!({"a": 1}),
            json!([1]),
            r#"an object like {"a":1}, but found the list [1]"#,
        ),
        (
            Different,
            "eachKey(regex)",
            json!("[a-z]+"),
            json!("A"),
            r#"a key matching /[a-z]+/, but found the key "A""#,
        ),
        (
            Different,
            "eachKey(integer)",
            json!("A"),
            json!("A"),
            r#"an integer, but found the key "A""#,
        ),
    ] {
        check(difference, rule, (expected, Some(actual)), sentence);
    }
}

#[test]
fn status_classes_are_said_with_their_codes() {
    for (class, sentence) in [
        (json!("info"), "an informational status (100 to 199)"),
        (json!("success"), "a success status (200 to 299)"),
        (json!("redirect"), "a redirection status (300 to 399)"),
        (json!("clientError"), "a client error status (400 to 499)"),
        (json!("serverError"), "a server error status (500 to 599)"),
        (json!("nonError"), "a status that is no error (100 to 399)"),
        (json!("error"), "an error status (400 to 599)"),
        (json!([204]), "the status 204"),
        (json!([200, 201]), "one of the statuses 200, 201"),
    ] {
        let mismatch = Mismatch {
            part: Part::Status,
            path: String::new(),
            ..mismatch(
                Difference::Different,
                "statusCode",
                (class, Some(json!(600))),
            )
        };
        let text = format!("status: expected {sentence}, but found 600");
        assert_eq!(mismatch.to_string(), text);
    }
}

#[test]
fn what_is_missing_or_too_much() {
    use Difference::{Missing, Unexpected, Unreadable};
    let missing = r#"a value like "x", but it is missing"#;
    check(Missing, "type", (json!("x"), None), missing);
    check(Missing, "regex", (json!("x"), None), missing);
    let missing = "an integer like 1, but it is missing";
    check(Missing, "integer", (json!(1), None), missing);
    check(
        Missing,
        "equality",
        (json!(1), None),
        "1, but it is missing",
    );
    let nothing = (Value::Null, Some(json!(3)));
    check(Unexpected, "equality", nothing, "nothing, but found 3");
    let values = (json!("JSON"), Some(json!("EOF\nat line 1")));
    let sentence = "JSON, but cannot read it: EOF at line 1";
    check(Unreadable, "contentType", values, sentence);
}

#[test]
fn where_everything_is_text_nothing_is_called_a_string() {
    let values = (json!("7"), Some(json!("x")));
    let mut found = mismatch(Difference::Different, "integer", values);
    found.part = Part::Query;
    found.path = "page".into();
    let text = r#"query page: expected an integer like 7, but found "x""#;
    assert_eq!(found.to_string(), text);
}

#[test]
fn what_is_easy_to_overlook_is_said() {
    use Difference::Different;
    for (expected, actual, sentence) in [
        (
            json!("Mary"),
            json!("mary"),
            r#""Mary", but found "mary"; they differ in upper and lower case only"#,
        ),
        (
            json!("caf\u{e9}"),
            json!("cafe\u{301}"),
            "\"café\", but found \"cafe\u{301}\"; they differ in Unicode normalisation only",
        ),
        (
            json!("a b"),
            json!("a\u{a0}b "),
            r#""a b", but found "a\u00a0b "; they differ in white space only"#,
        ),
        (
            json!("ab"),
            json!("a\u{200b}b"),
            r#""ab", but found "a\u200bb"; they differ in characters that are not visible only"#,
        ),
        (
            json!(1),
            json!(1.0),
            "1, but found 1.0; an integer is not equal to a decimal number",
        ),
    ] {
        check(Different, "equality", (expected, Some(actual)), sentence);
    }
}

#[test]
fn a_name_that_is_spelt_alike_is_pointed_at() {
    for (part, path, sentence) in [
        (
            Part::Body,
            "$.userId",
            r#"$.userId: expected 7, but it is missing; there is a key "userID""#,
        ),
        (
            Part::Header,
            "userId",
            r#"header userId: expected 7, but it is missing; there is a header "userID""#,
        ),
        (
            Part::Query,
            "userId",
            r#"query userId: expected 7, but it is missing; there is a parameter "userID""#,
        ),
    ] {
        let mismatch = Mismatch {
            part,
            path: path.into(),
            near: Some("userID".into()),
            ..mismatch(Difference::Missing, "equality", (json!(7), None))
        };
        assert_eq!(mismatch.to_string(), sentence);
    }
}

#[test]
fn long_values_are_cut_and_everything_is_on_one_line() {
    let object: Value = (0..5000)
        .map(|key| (format!("k{key:04}"), json!(key)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let lines = [
        mismatch(Difference::Type, "type", (json!(1), Some(object.clone()))),
        mismatch(
            Difference::Type,
            "type",
            (object, Some(json!("x\ny\r\u{2028}z"))),
        ),
        mismatch(
            Difference::Different,
            "equality",
            (json!("é".repeat(500)), Some(json!("e\n".repeat(500)))),
        ),
        Mismatch {
            part: Part::Query,
            path: "a\nb".repeat(1000),
            ..mismatch(Difference::Missing, "equality", (json!(7), None))
        },
    ];
    for line in lines.map(|mismatch| mismatch.to_string()) {
        assert_eq!(line.lines().count(), 1, "{line}");
        assert!(line.chars().count() < 400, "{line}");
    }
    let text = mismatch(
        Difference::Different,
        "equality",
        (json!(1), Some(json!(vec![1; 5000]))),
    )
    .to_string();
    let begin = format!("$.a: expected 1, but found [{}", "1,".repeat(59));
    assert_eq!(text, format!("{begin}1… (5,000 elements)"));
}
