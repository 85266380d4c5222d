//! A report as it is shown: every text of a pact or a provider is safe to show, and what
//! each format needs is worked out once.

use pactwork_contract::{InteractionType, Outcome};
use pactwork_matching::{Line, LineKind, Mismatch, Part, RenderOptions, render_lines};
use pactwork_provider::{
    InteractionReport, PactReport, Received, Report, SeenBody, SeenContent, SeenHeader,
    SeenMessage, Sent,
};

use crate::render::{human, safe};

/// How many characters of an answer with another status are shown.
const ANSWER: usize = 400;

/// A report.
#[derive(Debug)]
pub struct Shown {
    pub outcome: Outcome,
    /// When it began, as RFC 3339.
    pub started_at: Option<String>,
    pub ready_after: Option<f64>,
    /// In seconds, as all durations here.
    pub duration: f64,
    /// Why nothing was replayed, and what the provider wrote.
    pub not_begun: Option<String>,
    /// How the provider's process ended, and what it wrote last.
    pub ended: Option<(String, Vec<String>)>,
    pub pacts: Vec<ShownPact>,
    /// What somebody else says of the same, in colours.
    pub cross_check: Option<String>,
}

/// What was found for a pact.
#[derive(Debug)]
pub struct ShownPact {
    /// With the versions, where they are known.
    pub consumer: String,
    pub provider: String,
    pub content: String,
    pub outcome: Outcome,
    /// Where the pact was found, where that is known.
    pub source: Option<String>,
    /// The same where it is a file.
    pub file: Option<String>,
    /// Failing does not count, because the provider never kept this content.
    pub pending: bool,
    pub left_out: usize,
    pub warnings: Vec<String>,
    pub interactions: Vec<ShownInteraction>,
}

/// What was found for an interaction.
#[derive(Debug)]
pub struct ShownInteraction {
    pub description: String,
    pub kind: &'static str,
    pub states: Vec<String>,
    /// `GET /orders/7`
    pub request: Option<String>,
    pub verdict: Verdict,
    /// The run was ended before its turn came.
    pub left: bool,
    pub differences: Vec<Line>,
    pub reason: Option<String>,
    pub warnings: Vec<String>,
    /// What was expected and what was found, mismatch by mismatch.
    pub values: Vec<ShownMismatch>,
    /// The beginning of an answer with another status: its body often says why.
    pub answer: Option<String>,
    pub curl: Option<String>,
    /// What was sent and what came back, as a person reads them.
    pub sent: Option<String>,
    pub received: Option<String>,
    pub provider_output: Vec<String>,
    pub duration: f64,
}

/// What an interaction's outcome means for the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    Failed,
    CouldNotVerify,
    /// It failed or could not be verified, which does not count.
    Pending(Outcome),
    /// The run was ended before, for a reason that shows elsewhere in the report.
    NotReplayed,
}

/// A mismatch, side by side.
#[derive(Debug)]
pub struct ShownMismatch {
    /// All in one sentence.
    pub sentence: String,
    /// The part of the answer, and where in it.
    pub place: String,
    pub expected: String,
    /// `None`: nothing was there.
    pub actual: Option<String>,
}

/// How many interactions there are of each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    pub could_not_verify: usize,
    pub pending: usize,
    pub not_replayed: usize,
}

impl Shown {
    pub fn of(report: &Report) -> Self {
        // Where all that was not found out was not replayed, that has to count.
        let pacts = report.pacts.iter();
        let explained = pacts.clone().any(|pact| {
            let mut interactions = pact.interactions.iter();
            interactions.any(|each| counts(each, pact.pending) && !each.not_replayed)
        });
        Self {
            outcome: report.outcome(),
            started_at: report.started_at.clone(),
            ready_after: report.ready_after_ms.map(seconds),
            duration: seconds(report.duration_ms),
            not_begun: report.not_begun.as_deref().map(several_lines),
            ended: report.provider_ended.as_ref().map(|end| {
                let output = end.output.iter().map(|line| safe::line(line));
                (safe::line(&end.status), output.collect())
            }),
            pacts: pacts.map(|pact| ShownPact::of(pact, explained)).collect(),
            cross_check: report.cross_check.as_ref().map(human::cross_check),
        }
    }

    pub fn counts(&self) -> Counts {
        let verdicts = self.interactions().map(|(_, each)| each.verdict);
        Counts::of(verdicts)
    }

    /// Every interaction with its pact.
    pub fn interactions(&self) -> impl Iterator<Item = (&ShownPact, &ShownInteraction)> {
        self.pacts
            .iter()
            .flat_map(|pact| pact.interactions.iter().map(move |each| (pact, each)))
    }
}

impl ShownPact {
    fn of(report: &PactReport, explained: bool) -> Self {
        let interactions = report.interactions.iter();
        Self {
            consumer: safe::line(&human::consumer(report)),
            provider: safe::line(&report.provider),
            content: report.content.to_string(),
            outcome: report.outcome(),
            source: report.source.as_deref().map(safe::line),
            file: None,
            pending: report.pending,
            left_out: report.left_out,
            warnings: lines(report.warnings.iter()),
            interactions: interactions
                .map(|each| ShownInteraction::of(each, report.pending, explained))
                .collect(),
        }
    }

    /// `web 1.0.0 → orders`
    pub fn name(&self) -> String {
        format!("{} → {}", self.consumer, self.provider)
    }

    pub fn counts(&self) -> Counts {
        Counts::of(self.interactions.iter().map(|each| each.verdict))
    }

    pub fn duration(&self) -> f64 {
        self.interactions.iter().map(|each| each.duration).sum()
    }
}

impl ShownInteraction {
    fn of(report: &InteractionReport, pact_is_pending: bool, explained: bool) -> Self {
        let curl = match &report.sent {
            Some(Sent::Request(request)) => Some(safe::line(&request.curl())),
            _ => None,
        };
        let request = report.request.as_ref();
        let output = report.provider_output.iter();
        Self {
            description: safe::line(&report.description),
            kind: report
                .interaction_type
                .map_or("unknown", InteractionType::as_str),
            states: lines(report.provider_states.iter()),
            request: request.map(|line| safe::line(&format!("{} {}", line.method, line.path))),
            verdict: verdict(report, pact_is_pending, explained),
            left: report.not_replayed,
            differences: differences(report),
            reason: report.reason.as_deref().map(several_lines),
            warnings: lines(report.warnings.iter()),
            values: report.mismatches.iter().map(ShownMismatch::of).collect(),
            answer: answer(report),
            curl,
            sent: report.sent.as_ref().map(sent),
            received: report.received.as_ref().map(received),
            provider_output: output.map(|line| safe::line(line)).collect(),
            duration: seconds(report.duration_ms),
        }
    }

    /// The description, with the states where there are any: two interactions may differ
    /// in nothing else.
    pub fn name(&self) -> String {
        match self.states.is_empty() {
            true => self.description.clone(),
            false => format!("{} (given {})", self.description, self.states.join(" and ")),
        }
    }

    /// What is wrong, in one line; `None` where nothing is.
    pub fn problem(&self) -> Option<String> {
        let more = match self.values.len() {
            0 | 1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        let first = self.values.first().map(|each| each.sentence.as_str());
        let reason = self.reason.as_deref().and_then(|text| text.lines().next());
        first.or(reason).map(|text| format!("{text}{more}"))
    }

    /// All that there is to say, a line each.
    pub fn details(&self) -> Vec<String> {
        let states = self.states.iter().map(|state| format!("given {state}"));
        let differences = self.differences.iter().map(|line| line.text.clone());
        let reason = self.reason.iter().flat_map(|reason| reason.lines());
        let warnings = self.warnings.iter().map(|each| format!("warning: {each}"));
        let answer = self.answer.iter().map(|text| format!("answered: {text}"));
        let curl = self.curl.iter().map(|curl| format!("reproduce: {curl}"));
        states
            .chain(differences)
            .chain(answer)
            .chain(reason.map(String::from))
            .chain(warnings)
            .chain(curl)
            .collect()
    }
}

impl ShownMismatch {
    fn of(mismatch: &Mismatch) -> Self {
        let shown = |value: &serde_json::Value| {
            several_lines(&serde_json::to_string_pretty(value).unwrap_or_default())
        };
        Self {
            sentence: safe::line(&mismatch.to_string()),
            place: place(mismatch),
            expected: shown(&mismatch.expected),
            actual: mismatch.actual.as_ref().map(shown),
        }
    }
}

/// `$.id` in a body, `header etag`, `status`.
fn place(mismatch: &Mismatch) -> String {
    let path = safe::line(&mismatch.path);
    let part = match mismatch.part {
        Part::Body => return path,
        Part::Method => "method",
        Part::Path => "path",
        Part::Query => "query",
        Part::Status => "status",
        Part::Header => "header",
        Part::Metadata => "metadata",
    };
    format!("{part} {path}").trim_end().into()
}

impl Verdict {
    /// `failed`, `pending`, …
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::CouldNotVerify => "could not be verified",
            Self::Pending(_) => "pending",
            Self::NotReplayed => "not replayed",
        }
    }
}

impl Counts {
    fn of(verdicts: impl Iterator<Item = Verdict>) -> Self {
        let mut counts = Self::default();
        for verdict in verdicts {
            *match verdict {
                Verdict::Passed => &mut counts.passed,
                Verdict::Failed => &mut counts.failed,
                Verdict::CouldNotVerify => &mut counts.could_not_verify,
                Verdict::Pending(_) => &mut counts.pending,
                Verdict::NotReplayed => &mut counts.not_replayed,
            } += 1;
        }
        counts
    }

    pub fn all(self) -> usize {
        self.passed + self.failed + self.could_not_verify + self.skipped()
    }

    /// What neither holds nor counts.
    pub fn skipped(self) -> usize {
        self.pending + self.not_replayed
    }

    /// In words, those that there are none of left out.
    pub fn words(self) -> Vec<(usize, &'static str)> {
        let all = [
            (self.passed, Verdict::Passed),
            (self.failed, Verdict::Failed),
            (self.could_not_verify, Verdict::CouldNotVerify),
            (self.pending, Verdict::Pending(Outcome::Failed)),
            (self.not_replayed, Verdict::NotReplayed),
        ];
        let there = all.into_iter().filter(|(count, _)| *count > 0);
        there
            .map(|(count, verdict)| (count, verdict.word()))
            .collect()
    }
}

/// Whether it keeps the whole from holding.
fn counts(report: &InteractionReport, pact_is_pending: bool) -> bool {
    let verdict = verdict(report, pact_is_pending, false);
    matches!(verdict, Verdict::Failed | Verdict::CouldNotVerify)
}

fn verdict(report: &InteractionReport, pact_is_pending: bool, explained: bool) -> Verdict {
    match report.outcome {
        Outcome::Passed => Verdict::Passed,
        outcome if report.pending => Verdict::Pending(outcome),
        Outcome::Failed if pact_is_pending => Verdict::Pending(Outcome::Failed),
        Outcome::Failed => Verdict::Failed,
        Outcome::CouldNotVerify if explained && report.not_replayed => Verdict::NotReplayed,
        Outcome::CouldNotVerify => Verdict::CouldNotVerify,
    }
}

fn differences(report: &InteractionReport) -> Vec<Line> {
    let lines = render_lines(&report.mismatches, &RenderOptions::default());
    let shown = lines.into_iter().map(|mut line| {
        line.text = safe::line(&line.text);
        if line.kind == LineKind::More {
            line.text += " (the JSON report has them all)";
        }
        line
    });
    shown.collect()
}

fn answer(report: &InteractionReport) -> Option<String> {
    let mut mismatches = report.mismatches.iter();
    let is_other = mismatches.any(|mismatch| mismatch.part == Part::Status);
    let Some(Received::Response(response)) = report.received.as_ref().filter(|_| is_other) else {
        return None;
    };
    let SeenContent::Text(text) = &response.body.as_ref()?.content else {
        return None;
    };
    let text = safe::line(text.trim());
    match text.char_indices().nth(ANSWER) {
        Some((end, _)) => Some(format!("{}…", &text[..end])),
        None => Some(text).filter(|text| !text.is_empty()),
    }
}

fn seconds(milliseconds: f64) -> f64 {
    milliseconds / 1000.0
}

fn several_lines(text: &str) -> String {
    safe::text(text).into_owned()
}

fn lines(texts: impl Iterator<Item = impl ToString>) -> Vec<String> {
    texts.map(|text| safe::line(&text.to_string())).collect()
}

fn sent(sent: &Sent) -> String {
    match sent {
        Sent::Request(request) => {
            let line = format!("{} {}", request.method, request.url);
            http(&line, &request.headers, request.body.as_ref())
        }
        Sent::Message(seen) => message(seen),
        _ => String::new(),
    }
}

fn received(received: &Received) -> String {
    match received {
        Received::Response(answer) => http(
            &answer.status.to_string(),
            &answer.headers,
            answer.body.as_ref(),
        ),
        Received::Messages(messages) => {
            let messages: Vec<_> = messages.iter().map(message).collect();
            messages.join("\n\n")
        }
        _ => String::new(),
    }
}

fn http(first: &str, headers: &[SeenHeader], content: Option<&SeenBody>) -> String {
    let mut text = safe::line(first);
    for header in headers {
        text += &format!(
            "\n{}",
            safe::line(&format!("{}: {}", header.name, header.value))
        );
    }
    if let Some(content) = content {
        text += &format!("\n\n{}", body(content));
    }
    text
}

fn message(message: &SeenMessage) -> String {
    let mut parts: Vec<String> = Vec::new();
    if let Some(content_type) = &message.content_type {
        parts.push(safe::line(&format!("content type: {content_type}")));
    }
    for (name, value) in &message.metadata {
        parts.push(safe::line(&format!("{name}: {value}")));
    }
    if let Some(contents) = &message.contents {
        parts.push(format!("\n{}", body(contents)));
    }
    parts.join("\n")
}

fn body(body: &SeenBody) -> String {
    let text = match &body.content {
        SeenContent::Text(text) => several_lines(text),
        SeenContent::Base64(text) => format!("{text}\n({} bytes in base64)", body.length),
    };
    match body.cut {
        true => format!("{text}…\n(the beginning of {} bytes)", body.length),
        false => text,
    }
}
