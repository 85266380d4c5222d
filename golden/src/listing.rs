//! What a provider's generate command prints: one JSON object, event name → JSON Schema.

use serde_json::{Map, Value};

use crate::contract::{GoldenContract, GoldenError, parse, to_canonical_bytes};

/// Reads a listing of golden contracts, sorted by name.
///
/// # Errors
/// [`GoldenError`] names the event whose schema has no meaning.
pub fn read_listing(bytes: &[u8], origin: &str) -> Result<Vec<GoldenContract>, GoldenError> {
    let Value::Object(listing) = parse(bytes, origin)? else {
        return Err(GoldenError::Schema {
            origin: origin.into(),
            path: "$".into(),
            reason: "expected an object of event names and their JSON Schemas".into(),
        });
    };
    let mut contracts = listing
        .into_iter()
        .map(|(name, schema)| {
            let path = format!("$['{name}']");
            GoldenContract::from_schema(&name, schema, origin, &path)
        })
        .collect::<Result<Vec<_>, _>>()?;
    contracts.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(contracts)
}

/// Writes golden contracts as a listing, for a provider's generate command to print.
pub fn listing_to_bytes(contracts: &[GoldenContract]) -> Vec<u8> {
    let members = contracts
        .iter()
        .map(|each| (each.name.clone(), each.schema.clone()));
    to_canonical_bytes(&Value::Object(members.collect::<Map<_, _>>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_listing_reads_back() {
        let contract = |name: &str| GoldenContract {
            name: name.into(),
            schema: json!({ "type": "object" }),
        };
        let bytes = listing_to_bytes(&[contract("B"), contract("A")]);
        assert_eq!(
            read_listing(&bytes, "listing").unwrap(),
            [contract("A"), contract("B")]
        );
    }

    #[test]
    fn errors_name_the_event() {
        let error = read_listing(br#"{"A": []}"#, "the command").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the command: $['A']: expected a JSON Schema (an object), found []"
        );
        let error = read_listing(b"[]", "the command").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the command: $: expected an object of event names and their JSON Schemas"
        );
    }
}
