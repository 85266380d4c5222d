//! JUnit's XML, as the schemas of Jenkins' xUnit plugin and of Surefire have it: a suite
//! for each pact, a test case for each interaction.
//!
//! What failed is a failure, what could not be verified an error; what does not count,
//! and what was not replayed because something else failed, is skipped.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::shown::{Counts, Shown, ShownInteraction, ShownPact, Verdict};
use crate::failure::{Failure, Result};

type Xml = Writer<Vec<u8>>;

/// The whole report in one file.
pub fn document(report: &Shown) -> Result<String> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    let written = suites(&mut xml, report).map(|()| String::from_utf8(xml.into_inner()));
    match written {
        Ok(Ok(text)) => Ok(text),
        Ok(Err(reason)) => Err(no_xml(&reason)),
        Err(reason) => Err(no_xml(&reason)),
    }
}

fn no_xml(reason: &dyn std::fmt::Display) -> Failure {
    Failure::wrong_input(format!("the result is no XML: {reason}"))
}

fn suites(xml: &mut Xml, report: &Shown) -> io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let duration = report.duration + report.ready_after.unwrap_or_default();
    xml.create_element("testsuites")
        .with_attribute(("name", "pactwork verify"))
        .with_attributes(as_attributes(&totals(report.counts(), duration)))
        .write_inner_content(|xml| {
            let mut pacts = report.pacts.iter();
            pacts.try_for_each(|pact| suite(xml, report, pact))
        })?;
    Ok(())
}

type Attributes = Vec<(&'static str, String)>;

fn totals(counts: Counts, duration: f64) -> Attributes {
    vec![
        ("tests", counts.all().to_string()),
        ("failures", counts.failed.to_string()),
        ("errors", counts.could_not_verify.to_string()),
        ("skipped", counts.skipped().to_string()),
        ("time", time(duration)),
    ]
}

fn as_attributes(attributes: &Attributes) -> impl Iterator<Item = (&str, &str)> {
    attributes
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
}

fn time(seconds: f64) -> String {
    format!("{seconds:.3}")
}

fn suite(xml: &mut Xml, report: &Shown, pact: &ShownPact) -> io::Result<()> {
    let mut attributes = totals(pact.counts(), pact.duration());
    if let Some(started_at) = &report.started_at {
        // The schema has no time zone there.
        attributes.push(("timestamp", started_at.trim_end_matches('Z').into()));
    }
    xml.create_element("testsuite")
        .with_attribute(("name", pact.name().as_str()))
        .with_attributes(as_attributes(&attributes))
        .write_inner_content(|xml| {
            properties(xml, pact)?;
            let mut cases = pact.interactions.iter();
            cases.try_for_each(|each| case(xml, pact, each))?;
            log(xml, "system-out", &pact.warnings)?;
            log(xml, "system-err", &ended(report))
        })?;
    Ok(())
}

fn properties(xml: &mut Xml, pact: &ShownPact) -> io::Result<()> {
    let mut properties = vec![
        ("consumer", pact.consumer.clone()),
        ("provider", pact.provider.clone()),
        ("content", pact.content.clone()),
    ];
    if pact.pending {
        properties.push(("pending", "true".into()));
    }
    if pact.left_out > 0 {
        properties.push(("left_out", pact.left_out.to_string()));
    }
    xml.create_element("properties")
        .write_inner_content(|xml| {
            for (name, value) in &properties {
                xml.create_element("property")
                    .with_attributes([("name", *name), ("value", value.as_str())])
                    .write_empty()?;
            }
            Ok(())
        })?;
    Ok(())
}

fn ended(report: &Shown) -> Vec<String> {
    let begun = report.not_begun.iter().flat_map(|reason| reason.lines());
    let mut lines: Vec<String> = begun.map(String::from).collect();
    if let Some((status, output)) = &report.ended {
        lines.push(format!("the provider ended with {status}; it wrote:"));
        lines.extend(output.iter().cloned());
    }
    lines
}

fn case(xml: &mut Xml, pact: &ShownPact, interaction: &ShownInteraction) -> io::Result<()> {
    let time = time(interaction.duration);
    let case = xml
        .create_element("testcase")
        .with_attribute(("name", interaction.name().as_str()))
        .with_attribute(("classname", pact.name().as_str()))
        .with_attribute(("time", time.as_str()));
    if interaction.verdict == Verdict::Passed && interaction.warnings.is_empty() {
        case.write_empty()?;
        return Ok(());
    }
    case.write_inner_content(|xml| {
        verdict(xml, interaction)?;
        let warnings = interaction.warnings.iter();
        let warnings = warnings.map(|text| format!("warning: {text}"));
        let output = interaction.provider_output.iter().cloned();
        log(
            xml,
            "system-out",
            &warnings.chain(output).collect::<Vec<_>>(),
        )
    })?;
    Ok(())
}

fn verdict(xml: &mut Xml, interaction: &ShownInteraction) -> io::Result<()> {
    let problem = interaction.problem().unwrap_or_default();
    let (element, kind, message) = match interaction.verdict {
        Verdict::Passed => return Ok(()),
        Verdict::Failed => ("failure", "mismatch", problem),
        Verdict::CouldNotVerify => ("error", "could not verify", problem),
        Verdict::NotReplayed => ("skipped", "not replayed", problem),
        Verdict::Pending(outcome) => (
            "skipped",
            "pending",
            format!("pending, does not count: {outcome}: {problem}"),
        ),
    };
    let element = xml
        .create_element(element)
        .with_attribute(("message", message.as_str()));
    if interaction.verdict == Verdict::NotReplayed {
        element.write_empty()?;
        return Ok(());
    }
    let element = match interaction.verdict {
        // Of what is skipped the schemas know no type.
        Verdict::Pending(_) => element,
        _ => element.with_attribute(("type", kind)),
    };
    let details = interaction.details().join("\n");
    element.write_text_content(BytesText::new(&details))?;
    Ok(())
}

fn log(xml: &mut Xml, element: &str, lines: &[String]) -> io::Result<()> {
    if !lines.is_empty() {
        let text = lines.join("\n");
        xml.create_element(element)
            .write_text_content(BytesText::new(&text))?;
    }
    Ok(())
}
