//! Where the reports go, and what the result means.

mod file;

use std::path::{Path, PathBuf};

use pactwork_contract::Outcome;
use pactwork_provider::Report;

use crate::args::{Format, Kind, ReportTo};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{self, Output};
use crate::plan::Context;
use crate::render::verification::{Shown, github, html, junit, markdown, tap};
use crate::render::{human, json, safe};
use crate::shell::indented;

/// Which reports are written, and where.
#[derive(Debug)]
pub struct Plan {
    /// The first is the main one.
    reports: Vec<Wanted>,
    /// The summary of a workflow's step, which is added to.
    step_summary: Option<PathBuf>,
    /// Every interaction has its line, however many passed.
    verbose: bool,
}

#[derive(Debug)]
struct Wanted {
    kind: Kind,
    to: To,
}

#[derive(Debug, PartialEq, Eq)]
enum To {
    Stdout,
    File(PathBuf),
}

/// Checks the arguments: each report has a place of its own.
pub fn plan(args: ReportTo, context: &Context) -> Result<Plan> {
    let to = |file: Option<PathBuf>| file.map_or(To::Stdout, To::File);
    let main = Wanted {
        kind: match args.format {
            Format::Human => Kind::Human,
            Format::Json => Kind::Json,
        },
        to: to(args.output),
    };
    let further = args.reports.into_iter().map(|further| Wanted {
        kind: further.kind,
        to: to(further.file),
    });
    let reports: Vec<_> = std::iter::once(main).chain(further).collect();
    check_places(&reports, &context.working_folder)?;
    let for_github = reports.iter().any(|report| report.kind == Kind::Github);
    Ok(Plan {
        reports,
        step_summary: context.step_summary.clone().filter(|_| for_github),
        verbose: context.verbose,
    })
}

fn check_places(reports: &[Wanted], folder: &Path) -> Result<()> {
    for (index, report) in reports.iter().enumerate() {
        let kind = report.kind;
        let before = &reports[..index];
        match &report.to {
            To::Stdout => check_stdout(kind, before)?,
            To::File(file) => {
                let place = file::absolute(file, folder);
                let is_there = |other: &&Wanted| match &other.to {
                    To::File(file) => file::absolute(file, folder) == place,
                    To::Stdout => false,
                };
                if let Some(other) = before.iter().find(is_there) {
                    return Err(Failure::wrong_input(format!(
                        "two reports ({} and {}) cannot go to one file: {}",
                        other.kind.name(),
                        kind.name(),
                        file.display()
                    ))
                    .advise("give each a file of its own"));
                }
            }
        }
    }
    Ok(())
}

/// Annotations may stand between the lines of the main report, if that is for people.
fn check_stdout(kind: Kind, before: &[Wanted]) -> Result<()> {
    let mut on_stdout = before.iter().filter(|report| report.to == To::Stdout);
    match on_stdout.find(|other| other.kind != Kind::Human) {
        None => Ok(()),
        Some(other) => Err(Failure::wrong_input(format!(
            "two reports ({} and {}) cannot both go to stdout",
            other.kind.name(),
            kind.name()
        ))
        .advise("give one of them a file: --output FILE, or --report KIND=FILE")),
    }
}

/// Sees that every report can be written, before anything is verified.
pub fn prepare(plan: &Plan) -> Result<()> {
    for report in &plan.reports {
        if let To::File(file) = &report.to {
            file::check(file)?;
        }
    }
    Ok(())
}

/// Writes every report, also where one cannot be: the first of those is the error.
/// That the provider died is said in any format.
pub fn write(plan: &Plan, report: &Report, output: &Output) -> Result<()> {
    if let Some(end) = &report.provider_ended {
        output.warning(format!(
            "the provider ended with {} while it was verified; it wrote:\n{}",
            end.status,
            indented(&end.output.join("\n"))
        ));
    }
    let mut shown = Shown::of(report);
    for pact in &mut shown.pacts {
        let source = pact.source.clone();
        pact.file = source.filter(|source| Path::new(source).is_file());
    }
    let mut failures = Vec::new();
    for wanted in &plan.reports {
        failures.extend(write_one(plan, wanted, report, &shown, output).err());
    }
    if let Some(file) = &plan.step_summary {
        let added = file::add(file, &markdown::summary(&shown));
        failures.extend(added.err());
    }
    let mut failures = failures.into_iter();
    let Some(first) = failures.next() else {
        return Ok(());
    };
    failures.for_each(|failure| output.failure(&failure));
    Err(first)
}

fn write_one(
    plan: &Plan,
    wanted: &Wanted,
    report: &Report,
    shown: &Shown,
    output: &Output,
) -> Result<()> {
    let text = match wanted.kind {
        Kind::Human => human::verification(shown, plan.verbose),
        Kind::Json => safe::json(&json::pretty(report)?).into_owned(),
        Kind::Junit => junit::document(shown)?,
        Kind::Github => github::annotations(shown),
        Kind::Tap => tap::document(shown),
        Kind::Html => html::document(shown),
    };
    match &wanted.to {
        To::Stdout if text.is_empty() => Ok(()),
        To::Stdout => output.result(&text),
        To::File(file) => {
            let contents = format!("{}\n", output::plain(text.trim_end()));
            file::write(file, &contents)?;
            let name = match wanted.kind {
                Kind::Human | Kind::Json => "report",
                Kind::Junit => "JUnit report",
                Kind::Github => "GitHub report",
                Kind::Tap => "TAP report",
                Kind::Html => "HTML report",
            };
            output.note(format!("the {name} is in {}", output.path(file)));
            Ok(())
        }
    }
}

/// What the report means for the caller.
pub fn exit(report: &Report) -> Exit {
    match report.outcome() {
        Outcome::Passed => Exit::Holds,
        Outcome::Failed => Exit::Broken,
        Outcome::CouldNotVerify => Exit::Unknown,
    }
}
