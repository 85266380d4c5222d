use super::*;

fn example(schema: Value) -> Result<Value, String> {
    let contract = GoldenContract::read("E", schema.to_string().as_bytes(), "E.json").unwrap();
    let made = example_of(&contract);
    if let Ok(made) = &made {
        let checker = ExampleChecker::compile(&contract).unwrap();
        assert_eq!(checker.check(made), [], "{schema} {made}");
    }
    made.map_err(|error| error.to_string())
}

#[test]
fn what_the_schema_gives_comes_first() {
    for (schema, expected) in [
        (
            json!({ "type": "string", "examples": ["a", "b"], "default": "c" }),
            json!("a"),
        ),
        (json!({ "type": "string", "example": "a" }), json!("a")),
        (json!({ "type": "integer", "default": 7 }), json!(7)),
        (json!({ "const": "OrderShipped" }), json!("OrderShipped")),
        (json!({ "enum": ["open", "closed"] }), json!("open")),
        (
            json!({ "type": "string", "examples": [7, "b"] }),
            json!("b"),
        ),
        (json!({ "enum": [1, "a"], "type": "string" }), json!("a")),
        (
            json!({ "type": "integer", "default": "x", "minimum": 3 }),
            json!(3),
        ),
        (
            json!({ "type": "object", "properties": { "a": { "type": "string", "default": "x" } }, "examples": [{ "a": "y" }] }),
            json!({ "a": "y" }),
        ),
    ] {
        assert_eq!(example(schema.clone()), Ok(expected), "{schema}");
    }
}

#[test]
fn the_rest_is_a_small_value_of_its_type() {
    for (schema, expected) in [
        (json!({}), json!(null)),
        (json!({ "type": "null" }), json!(null)),
        (json!({ "type": "boolean" }), json!(true)),
        (json!({ "type": ["null", "integer"] }), json!(1)),
        (json!({ "type": "string" }), json!("text")),
        (json!({ "type": "string", "minLength": 6 }), json!("textaa")),
        (json!({ "type": "string", "maxLength": 2 }), json!("xt")),
        (
            json!({ "type": "string", "format": "date" }),
            json!("2026-01-02"),
        ),
        (
            json!({ "type": "string", "format": "of our own" }),
            json!("text"),
        ),
        (json!({ "pattern": "^[A-Z]{3}-\\d+$" }), json!("AAA-0")),
        (
            json!({ "pattern": "^[a-c]+$", "minLength": 4 }),
            json!("aaaa"),
        ),
        (json!({ "type": "integer", "minimum": 5 }), json!(5)),
        (
            json!({ "type": "integer", "exclusiveMinimum": 5 }),
            json!(6),
        ),
        (json!({ "type": "integer", "maximum": -5 }), json!(-5)),
        (
            json!({ "type": "integer", "exclusiveMaximum": 0, "multipleOf": 3 }),
            json!(-3),
        ),
        (
            json!({ "type": "number", "minimum": 0.5, "maximum": 0.75 }),
            json!(0.5),
        ),
        (
            json!({ "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 }),
            json!(0.25),
        ),
    ] {
        assert_eq!(example(schema.clone()), Ok(expected), "{schema}");
    }
}

#[test]
fn lists_and_objects_have_what_they_need() {
    for (schema, expected) in [
        (json!({ "type": "array" }), json!([])),
        (json!({ "items": { "type": "integer" } }), json!([1])),
        (
            json!({ "items": { "type": "integer" }, "minItems": 3, "uniqueItems": true }),
            json!([1, 2, 3]),
        ),
        (
            json!({ "items": { "type": "string" }, "minItems": 2, "uniqueItems": true }),
            json!(["text", "text1"]),
        ),
        (
            json!({ "items": { "enum": ["a", "b"] }, "minItems": 2, "uniqueItems": true }),
            json!(["a", "b"]),
        ),
        (
            json!({ "items": { "type": "integer" }, "maxItems": 0 }),
            json!([]),
        ),
        (
            json!({ "prefixItems": [{ "type": "integer" }, { "type": "string" }], "items": false }),
            json!([1, "text1"]),
        ),
        (
            json!({ "properties": { "a": { "type": "boolean" } }, "required": ["a", "b"] }),
            json!({ "a": true, "b": null }),
        ),
        (
            json!({ "type": "object", "additionalProperties": { "type": "integer" }, "minProperties": 1 }),
            json!({ "name1": 1 }),
        ),
    ] {
        assert_eq!(example(schema.clone()), Ok(expected), "{schema}");
    }
}

#[test]
fn what_is_composed_is_satisfied_as_a_whole() {
    for (schema, expected) in [
        (
            json!({ "allOf": [
                { "properties": { "a": { "type": "integer" } }, "required": ["a"] },
                { "properties": { "a": { "minimum": 3 }, "b": { "type": "string" } } },
            ] }),
            json!({ "a": 3, "b": "text" }),
        ),
        (
            json!({ "oneOf": [{ "type": "null" }, { "type": "integer" }], "minimum": 7 }),
            json!(null),
        ),
        (
            json!({ "anyOf": [{ "type": "string", "maxLength": 0, "minLength": 1 }, { "type": "integer" }] }),
            json!(1),
        ),
        (
            json!({
                "properties": { "kind": { "type": "string" } },
                "required": ["kind"],
                "oneOf": [
                    { "properties": { "kind": { "const": "card" }, "number": { "pattern": "^\\d{4}$" } }, "required": ["number"] },
                    { "properties": { "kind": { "const": "cash" } } },
                ],
            }),
            json!({ "kind": "card", "number": "0000" }),
        ),
        (
            json!({
                "properties": { "a": { "enum": ["x", "y"] } },
                "required": ["a"],
                "if": { "properties": { "a": { "const": "x" } } },
                "then": { "properties": { "b": { "type": "integer" } }, "required": ["b"] },
            }),
            json!({ "a": "x", "b": 1 }),
        ),
        (
            json!({ "properties": { "a": { "type": "string" }, "b": { "type": "string" } }, "maxProperties": 1, "required": ["b"] }),
            json!({ "b": "text" }),
        ),
    ] {
        assert_eq!(example(schema.clone()), Ok(expected), "{schema}");
    }
}

#[test]
fn a_recursive_schema_ends() {
    let tree = json!({
        "$ref": "#/$defs/node",
        "$defs": { "node": {
            "type": "object",
            "properties": { "name": { "type": "string" }, "children": { "type": "array", "items": { "$ref": "#/$defs/node" } } },
            "required": ["name"],
        } },
    });
    assert_eq!(example(tree).unwrap()["name"], "text");
    let endless = json!({
        "$ref": "#/$defs/node",
        "$defs": { "node": { "properties": { "next": { "$ref": "#/$defs/node" } }, "required": ["next"] } },
    });
    let error = example(endless).unwrap_err();
    assert!(
        error.contains("the schema refers to itself without end"),
        "{error}"
    );
}

#[test]
fn what_cannot_be_made_is_said_with_its_place() {
    for (schema, expected) in [
        (
            json!({ "properties": { "a": { "type": "integer", "minimum": 3, "maximum": 2 } }, "required": ["a"] }),
            "no example of E can be made: $.a: no number was found within its bounds; give one under `examples` in the schema",
        ),
        (
            json!({ "properties": { "a": false }, "required": ["a"] }),
            "no example of E can be made: $.a: the schema is `false`: nothing satisfies it",
        ),
        (
            json!({ "type": "string", "not": { "type": "string" } }),
            "no example of E can be made: $: what was made is not valid: ",
        ),
        (
            json!({ "type": "string", "pattern": "^(?=a)b" }),
            "no example of E can be made: $: no text can be made for the pattern /^(?=a)b/",
        ),
        (
            json!({ "type": "string", "minLength": 1_000_000 }),
            "no example of E can be made: $: it has at least 1000000 characters",
        ),
    ] {
        let error = example(schema.clone()).unwrap_err();
        assert!(error.starts_with(expected), "{schema}: {error}");
    }
}

#[test]
fn every_format_that_is_checked_has_a_value() {
    for (format, _) in text::FORMATS {
        let schema = json!({ "type": "array", "items": { "type": "string", "format": format }, "minItems": 2 });
        assert!(example(schema).is_ok(), "{format}");
    }
}
