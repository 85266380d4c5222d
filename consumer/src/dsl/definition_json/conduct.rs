use std::time::Duration;

use pactwork_contract::Response;
use serde_json::Value;

use super::DefinitionProblems;
use super::place::{Object, Place};
use crate::dsl::{Behaviour, Fault, Pace};
use crate::mock::{Conduct, Times};

const TIMES: &[&str] = &["least", "most"];
const BEHAVIOUR: &[&str] = &["delay_ms", "fault", "fault_first", "slow_body"];
const FAULT: &[&str] = &[
    "status",
    "drop_connection",
    "truncate_body",
    "content_length",
];
const FAULT_FIRST: &[&str] = &["requests", "fault"];
const SLOW_BODY: &[&str] = &["bytes", "every_ms"];
const DROP_CONNECTION: &str = "drop_connection";
const A_FAULT: &str = "a fault: \"drop_connection\", or an object with one of `status`, \
                       `truncate_body`, `content_length`";

/// How often an interaction is to be requested and how its answers behave, where it says so.
pub(super) fn read(
    object: &Object<'_>,
    response: Option<&Response>,
    problems: &mut DefinitionProblems,
) -> Option<Conduct> {
    let said = (object.get("times"), object.get("behaviour"));
    if let (None, None) = said {
        return None;
    }
    let times = said.0.and_then(|place| times(&place, problems));
    // Without a response there is a problem already, and no body to compare with.
    let length = response.map(|response| response.body.to_bytes().len());
    let behaviour = said.1.map(|place| behaviour(&place, length, problems));
    let conduct = Conduct {
        times: times.unwrap_or_default(),
        behaviour: None,
    };
    Some(conduct.behaving(behaviour.unwrap_or_default()))
}

fn times(place: &Place<'_>, problems: &mut DefinitionProblems) -> Option<Times> {
    let before = problems.len();
    let times: Times = match place.value {
        Value::Number(_) => u64::from(number(place, 0, problems)?).into(),
        Value::Object(_) => range(&place.object(TIMES, problems)?, problems)?,
        _ => {
            let expected =
                "how often it is requested: a number, or an object with `least` or `most`";
            place.wrong(expected, problems);
            return None;
        }
    };
    if problems.len() == before && times.is_empty() {
        let message = "no number of requests is what this says; expected one from 1, and `most` \
                       not below `least` (leave an interaction out that is never requested)";
        problems.add(&place.path, message);
    }
    Some(times)
}

fn range(object: &Object<'_>, problems: &mut DefinitionProblems) -> Option<Times> {
    let (least, most) = (object.get("least"), object.get("most"));
    if least.is_none() && most.is_none() {
        problems.add(
            &object.path,
            "expected `least`, `most` or both, found neither",
        );
        return None;
    }
    let mut read = |place: Option<Place<'_>>| place.map(|place| number(&place, 0, problems));
    let (least, most) = (read(least), read(most));
    Some(Times {
        least: least.flatten().unwrap_or_default().into(),
        most: most.flatten().map(u64::from),
    })
}

fn behaviour(
    place: &Place<'_>,
    length: Option<usize>,
    problems: &mut DefinitionProblems,
) -> Behaviour {
    let Some(object) = place.object(BEHAVIOUR, problems) else {
        return Behaviour::default();
    };
    let delay = object.get("delay_ms");
    let delay = delay.and_then(|place| number(&place, 0, problems));
    let always = object.get("fault");
    let always = always.and_then(|place| fault(&place, length, problems));
    let first = object.get("fault_first");
    let first = first.map(|place| faults_first(&place, length, problems));
    let pace = object.get("slow_body");
    Behaviour {
        first: first.unwrap_or_default(),
        always,
        delay: milliseconds(delay.unwrap_or_default()),
        pace: pace.and_then(|place| slow_body(&place, problems)),
    }
}

/// One after the other; one alone needs no list.
fn faults_first(
    place: &Place<'_>,
    length: Option<usize>,
    problems: &mut DefinitionProblems,
) -> Vec<(u64, Fault)> {
    let places = match place.value {
        Value::Object(_) => vec![place.clone()],
        _ => place.list("a list of objects with `requests` and `fault`", problems),
    };
    let mut read = |place: &Place<'_>| fault_first(place, length, problems);
    places.iter().filter_map(&mut read).collect()
}

fn fault_first(
    place: &Place<'_>,
    length: Option<usize>,
    problems: &mut DefinitionProblems,
) -> Option<(u64, Fault)> {
    let object = place.object(FAULT_FIRST, problems)?;
    let requests = object.required("requests", "how many requests fail", problems);
    let failing = object.required("fault", A_FAULT, problems);
    let requests = requests.and_then(|place| number(&place, 1, problems));
    let failing = failing.and_then(|place| fault(&place, length, problems));
    Some((requests?.into(), failing?))
}

fn fault(
    place: &Place<'_>,
    length: Option<usize>,
    problems: &mut DefinitionProblems,
) -> Option<Fault> {
    match place.value {
        Value::String(name) if name == DROP_CONNECTION => return Some(Fault::DropConnection),
        Value::Object(map) if map.len() == 1 => {}
        _ => {
            place.wrong(A_FAULT, problems);
            return None;
        }
    }
    let object = place.object(FAULT, problems)?;
    let (name, place) = FAULT
        .iter()
        .find_map(|name| Some((*name, object.given(name)?)))?;
    if name == DROP_CONNECTION {
        place.wrong(
            "`\"fault\": \"drop_connection\"`, which has no value",
            problems,
        );
        return None;
    }
    let said = number(&place, 0, problems)?;
    let fault = match name {
        "status" => Fault::Status(said.try_into().unwrap_or(u16::MAX)),
        "truncate_body" => Fault::TruncateBody(said as usize),
        _ => Fault::ContentLength(said.into()),
    };
    let problem = length.and_then(|length| fault.problem(length));
    if let Some(problem) = problem {
        problems.add(&place.path, format_args!("{said} {problem}"));
    }
    Some(fault)
}

fn slow_body(place: &Place<'_>, problems: &mut DefinitionProblems) -> Option<Pace> {
    let object = place.object(SLOW_BODY, problems)?;
    let bytes = object.required("bytes", "the size of a piece", problems);
    let every = object.required("every_ms", "the milliseconds before each piece", problems);
    let bytes = bytes.and_then(|place| number(&place, 1, problems));
    let every = every.and_then(|place| number(&place, 0, problems));
    Some(Pace {
        bytes: bytes? as usize,
        every: milliseconds(every?),
    })
}

fn number(place: &Place<'_>, least: u32, problems: &mut DefinitionProblems) -> Option<u32> {
    let number = place.value.as_u64();
    let number = number.and_then(|number| u32::try_from(number).ok());
    let number = number.filter(|number| *number >= least);
    if number.is_none() {
        let expected = format!("a whole number from {least} to {}", u32::MAX);
        place.wrong(&expected, problems);
    }
    number
}

fn milliseconds(count: u32) -> Duration {
    Duration::from_millis(count.into())
}
