//! One file that a browser shows without anything else: no script, and nothing is loaded.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use pactwork_contract::Outcome;
use sha2::{Digest, Sha256};

use super::shown::{Shown, ShownInteraction, ShownMismatch, ShownPact, Verdict};
use crate::output::plain;
use crate::render::human::counted;

const STYLE: &str = include_str!("html.css");

/// The whole report.
pub fn document(report: &Shown) -> String {
    let title = title(report);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (head(report, &title))
                (filter(report))
                main {
                    (whole(report))
                    @for pact in &report.pacts { (section(pact)) }
                }
                footer { p.faint { "pactwork " (env!("CARGO_PKG_VERSION")) } }
            }
        }
    };
    page.into_string()
}

/// Nothing is run and nothing is loaded but the style that stands in the page.
fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}

fn title(report: &Shown) -> String {
    let mut providers: Vec<_> = report.pacts.iter().map(|pact| &*pact.provider).collect();
    providers.dedup();
    match providers.is_empty() {
        true => "Verification".into(),
        false => format!("Verification of {}", providers.join(", ")),
    }
}

fn head(report: &Shown, title: &str) -> Markup {
    let counts = report.counts();
    let words = counts.words();
    let parts: Vec<_> = words
        .iter()
        .map(|(n, word)| format!("{n} {word}"))
        .collect();
    html! {
        h1 { (title) }
        p {
            span class={ "verdict " (class(report.outcome)) } { (report.outcome) }
            " · " (counted(counts.all(), "interaction"))
            @if !parts.is_empty() { ": " (parts.join(", ")) }
        }
        p.faint {
            @if let Some(started_at) = &report.started_at { (started_at) " · " }
            (time(report.duration))
            @if let Some(ready) = report.ready_after {
                " · the provider was ready after " (time(ready))
            }
        }
    }
}

/// Works without a script: the style hides what passed.
fn filter(report: &Shown) -> Markup {
    let counts = report.counts();
    html! {
        @if counts.passed > 0 && counts.passed < counts.all() {
            input #only-problems type="checkbox";
            " " label for="only-problems" { "Hide what passed" }
        }
    }
}

/// What is about the provider as a whole.
fn whole(report: &Shown) -> Markup {
    html! {
        @if let Some(reason) = &report.not_begun {
            h2 { "Nothing was replayed" }
            pre { (reason) }
        }
        @if let Some((status, output)) = &report.ended {
            h2 { "The provider ended with " (status) " while it was verified" }
            (block("It wrote", &output.join("\n")))
        }
        @if let Some(checked) = &report.cross_check { (block("Cross-check", &plain(checked))) }
        @if report.pacts.is_empty() { p { "There was no pact to verify." } }
    }
}

fn section(pact: &ShownPact) -> Markup {
    html! {
        section {
            h2 { (pact.name()) }
            p.faint {
                (pact.content)
                @if let Some(source) = &pact.source { " · " (source) }
                @if pact.left_out > 0 { " · " (counted(pact.left_out, "interaction")) " left out" }
            }
            @if pact.pending && pact.outcome == Outcome::Failed {
                p.note { "Pending: no version ever kept it; failing does not count." }
            }
            @for warning in &pact.warnings { p.note { "Warning: " (warning) } }
            @for each in &pact.interactions { (interaction(each)) }
        }
    }
}

fn interaction(interaction: &ShownInteraction) -> Markup {
    let class = verdict_class(interaction.verdict);
    let passed = interaction.verdict == Verdict::Passed && interaction.warnings.is_empty();
    html! {
        @if passed {
            div class="interaction passed" { (headline(interaction)) }
        } @else {
            details class={ "interaction " (class) } open[interaction.verdict != Verdict::Passed] {
                summary { (headline(interaction)) }
                (details(interaction))
            }
        }
    }
}

fn headline(interaction: &ShownInteraction) -> Markup {
    html! {
        span.mark { (mark(interaction.verdict)) }
        span { (interaction.description) }
        @if !interaction.states.is_empty() {
            span.faint { " given " (interaction.states.join(" and ")) }
        }
        @if matches!(interaction.verdict, Verdict::Pending(_)) {
            span.note { " pending: does not count" }
        }
        span.time { (time(interaction.duration)) }
    }
}

fn details(interaction: &ShownInteraction) -> Markup {
    html! {
        p.faint { (interaction.request.as_deref().unwrap_or(interaction.kind)) }
        @if let Some(reason) = &interaction.reason { (block("Why", reason)) }
        @for warning in &interaction.warnings { p.note { "Warning: " (warning) } }
        @if !interaction.values.is_empty() { (mismatches(interaction)) }
        @if let Some(curl) = &interaction.curl { (block("Reproduce", curl)) }
        @if interaction.sent.is_some() || interaction.received.is_some() {
            div.columns {
                div { @if let Some(sent) = &interaction.sent { (block("Sent", sent)) } }
                div { @if let Some(text) = &interaction.received { (block("Came back", text)) } }
            }
        }
        @if !interaction.provider_output.is_empty() {
            (block("The provider wrote meanwhile", &interaction.provider_output.join("\n")))
        }
    }
}

/// Side by side, and below that where long values differ.
fn mismatches(interaction: &ShownInteraction) -> Markup {
    let lines: Vec<_> = interaction
        .differences
        .iter()
        .map(|line| &*line.text)
        .collect();
    html! {
        (block("What differs", &lines.join("\n")))
        table {
            thead { tr { th.path { "Where" } th { "Expected" } th { "Found" } } }
            tbody { @for each in &interaction.values { (row(each)) } }
        }
    }
}

fn row(mismatch: &ShownMismatch) -> Markup {
    html! {
        tr {
            td.path { (mismatch.place) }
            td.expected { pre { (mismatch.expected) } }
            td.found {
                @match &mismatch.actual {
                    Some(actual) => pre { (actual) },
                    None => p.faint { "nothing" },
                }
            }
        }
    }
}

fn block(heading: &str, text: &str) -> Markup {
    html! {
        h3 { (heading) }
        pre { (text) }
    }
}

fn time(seconds: f64) -> String {
    match seconds < 1.0 {
        true => format!("{:.1} ms", seconds * 1000.0),
        false => format!("{seconds:.2} s"),
    }
}

fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "✓",
        Verdict::Failed | Verdict::Pending(Outcome::Failed) => "✗",
        Verdict::NotReplayed => "–",
        Verdict::CouldNotVerify | Verdict::Pending(_) => "?",
    }
}

fn class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::CouldNotVerify => "doubtful",
    }
}

fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "passed",
        Verdict::Failed => "failed",
        Verdict::CouldNotVerify | Verdict::Pending(_) | Verdict::NotReplayed => "doubtful",
    }
}
