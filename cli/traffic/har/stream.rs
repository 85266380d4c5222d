//! The entries of a HAR file, one after the other.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::marker::PhantomData;
use std::path::Path;

use serde::Deserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::failure::{Failure, Result};

/// Some tools begin a file with it (RFC 8259, section 8.1: a reader may ignore it).
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads each entry of `$.log.entries` and hands it over. An error names the file
/// and the JSON path.
pub fn entries<T: DeserializeOwned>(path: &Path, each: impl FnMut(T)) -> Result<()> {
    let cannot_read = |reason| Failure::cannot_read(path, &reason);
    let mut file = BufReader::with_capacity(1 << 16, File::open(path).map_err(cannot_read)?);
    if file
        .fill_buf()
        .map_err(cannot_read)?
        .starts_with(BYTE_ORDER_MARK)
    {
        file.consume(BYTE_ORDER_MARK.len());
    }
    let mut json = serde_json::Deserializer::from_reader(file);
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let read = Member("log", Member("entries", Each(each, PhantomData::<T>))).deserialize(tracked);
    let read = read.and_then(|()| json.end());
    read.map_err(|reason| {
        let place = match track.path().to_string() {
            place if place == "." => "$".into(),
            place => format!("$.{place}"),
        };
        let reason = without_values(&reason.to_string());
        Failure::wrong_input(format!("{}: {place}: {reason}", path.display()))
            .advise("expected HAR 1.2, as a browser's network panel saves it")
    })
}

/// What was found in place of what was expected may be a secret.
fn without_values(reason: &str) -> String {
    match (reason.find(" \""), reason.rfind('"')) {
        (Some(start), Some(end)) if start + 1 < end => {
            format!("{}{}", &reason[..start], &reason[end + 1..])
        }
        _ => reason.into(),
    }
}

/// One member of an object, the others skipped.
struct Member<S>(&'static str, S);

/// The elements of a list.
struct Each<F, T>(F, PhantomData<T>);

impl<'de, S: DeserializeSeed<'de, Value = ()>> DeserializeSeed<'de> for Member<S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, S: DeserializeSeed<'de, Value = ()>> Visitor<'de> for Member<S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the member {}", self.0)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> std::result::Result<(), A::Error> {
        let Self(name, inside) = self;
        let mut inside = Some(inside);
        while let Some(found) = members.next_key::<String>()? {
            match inside.take_if(|_| found == name) {
                Some(inside) => members.next_value_seed(inside)?,
                None => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        match inside {
            None => Ok(()),
            Some(_) => Err(A::Error::custom(format!("the member {name} is missing"))),
        }
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(T)> DeserializeSeed<'de> for Each<F, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(T)> Visitor<'de> for Each<F, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(
        mut self,
        mut elements: A,
    ) -> std::result::Result<(), A::Error> {
        while let Some(entry) = elements.next_element()? {
            (self.0)(entry);
        }
        Ok(())
    }
}
