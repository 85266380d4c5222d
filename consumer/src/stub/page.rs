//! The page: what is served, what was asked, and what is asked for. Everything in
//! a pact or a request was written by others, so all of it is escaped, and the
//! browser is told to run no script but the page's own.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use hyper::Response;
use hyper::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use pactwork_contract::{Body, Content, Headers, ProviderState};

use super::ambiguity::state_query;
use super::asked::Asked;
use super::refusals::told;
use super::served::{Served, ServedMessage, Shown};
use super::{StubOutcome, StubRequest};
use crate::server::{Outgoing, whole};

/// How many interactions are shown at once; a search finds the others.
const SHOWN: usize = 200;
/// How many provider states are offered.
const STATES: usize = 50;
/// How many characters of a body are shown.
const BODY: usize = 4_000;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What the page shows.
pub(super) struct View<'a> {
    pub provider: &'a str,
    pub url: &'a str,
    /// The control API's URL.
    pub control: &'a str,
    pub problem: Option<String>,
    pub warnings: Vec<String>,
    pub served: &'a Served,
    pub standing: &'a Asked,
    /// The latest first.
    pub requests: &'a [StubRequest],
    /// Which interactions are shown: those whose label or request holds this.
    pub find: String,
}

/// The page as an answer.
pub(super) fn answer(view: &View<'_>) -> Response<Outgoing> {
    let random = RandomState::new();
    let nonce = format!("{:016x}{:016x}", random.hash_one(0), random.hash_one(1));
    let mut response = Response::new(whole(document(view, &nonce).into_string()));
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    let headers = response.headers_mut();
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    headers.insert(CONTENT_TYPE, html);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn document(view: &View<'_>, nonce: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (view.provider) " · pactwork stub" }
                style nonce=(nonce) { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (view.provider) " " small { "a stub at " code { (view.url) } } }
                div #problem data-live { (problems(view)) }
                h2 { "Asked for" }
                div #state data-live { (states(view)) }
                h2 { "Requests" }
                div #requests data-live { (requests(view.requests)) }
                h2 { "Interactions" }
                form { input name="find" value=(view.find) placeholder="find" aria-label="find"; }
                div #interactions data-live { (interactions(view)) }
                @if !view.served.messages.is_empty() {
                    h2 { "Messages" }
                    div #messages data-live { (messages(view)) }
                }
                script nonce=(nonce) { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

fn problems(view: &View<'_>) -> Markup {
    html! {
        @if let Some(problem) = &view.problem {
            p.bad { strong { "Not reloaded; what was served before still is. " } (problem) }
        }
        @for warning in &view.warnings { p.doubtful { (warning) } }
    }
}

/// What is asked for all requests, and what can be.
fn states(view: &View<'_>) -> Markup {
    let Asked {
        states,
        consumer,
        interaction,
    } = view.standing;
    html! {
        @if view.standing.is_nothing() {
            p.faint { "nothing: interactions without a provider state answer where several would" }
        } @else {
            p {
                @for state in states { strong { (state) } " " }
                @if let Some(consumer) = consumer { "consumer " strong { (consumer) } " " }
                @if let Some(interaction) = interaction { "interaction " strong { (interaction) } " " }
                button data-ask="" { "ask for nothing" }
            }
        }
        p {
            @for state in view.served.known.states().take(STATES) {
                button data-ask=(state_query(state)) title="answer all requests in this state" { (state) }
                " "
            }
        }
    }
}

fn requests(requests: &[StubRequest]) -> Markup {
    html! {
        @if requests.is_empty() { p.faint { "none yet" } }
        @for request in requests { (asked(request)) }
    }
}

fn asked(request: &StubRequest) -> Markup {
    let at = humantime::format_rfc3339_seconds(request.at).to_string();
    let time = at.get(11..19).unwrap_or_default();
    let class = match &request.outcome {
        StubOutcome::Answered { .. } | StubOutcome::Preflight => "good",
        StubOutcome::Ambiguous(_) => "doubtful",
        _ => "bad",
    };
    let lines = told(&request.outcome);
    html! {
        details #{ "request-" (request.number) } open[class != "good"] {
            summary {
                span.faint { (time) } " "
                span class=(class) { (request.status) } " "
                code { (request.request) }
                @if let StubOutcome::Answered { interaction, .. } = &request.outcome {
                    " " span.faint { (interaction) }
                }
            }
            ul { @for line in &lines { li { (line) } } }
        }
    }
}

fn interactions(view: &View<'_>) -> Markup {
    let found = view.served.shown.iter().enumerate().filter(|(_, shown)| {
        view.find.is_empty()
            || shown.label.contains(&view.find)
            || shown.http.request.path.contains(&view.find)
    });
    let count = found.clone().count();
    html! {
        @if count == 0 { p.faint { "none" } }
        @for (position, shown) in found.take(SHOWN) { (interaction(position, shown)) }
        @if count > SHOWN { p.faint { (count - SHOWN) " more; find them by a word" } }
    }
}

fn interaction(position: usize, shown: &Shown) -> Markup {
    let (request, response) = (&shown.http.request, &shown.http.response);
    html! {
        details #{ "interaction-" (position) } {
            summary {
                code { (request.method) " " (request.path) } " "
                (shown.label) " " span.faint { (shown.origin) }
            }
            (given(&shown.http.common.provider_states))
            h3 { "expects" }
            @if !request.query.is_empty() {
                ul { @for (name, values) in &request.query {
                    @for value in values { li { code { (name) "=" (value.as_deref().unwrap_or_default()) } } }
                } }
            }
            (headers(&request.headers))
            (body(&request.body))
            @if !request.matching_rules.is_empty() { p.faint { "with matching rules" } }
            h3 { "answers " (response.status) }
            (headers(&response.headers))
            (body(&response.body))
            @if !response.generators.is_empty() { p.faint { "with values that are made anew each time" } }
        }
    }
}

fn messages(view: &View<'_>) -> Markup {
    html! {
        p.faint { "Each at " code { (view.control) "/messages?description=NAME" } }
        @for (position, served) in view.served.messages.iter().take(SHOWN).enumerate() {
            (message(position, served))
        }
        @if view.served.messages.len() > SHOWN {
            p.faint { (view.served.messages.len() - SHOWN) " more" }
        }
    }
}

fn message(position: usize, served: &ServedMessage) -> Markup {
    let common = &served.message.common;
    html! {
        details #{ "message-" (position) } {
            summary {
                (served.consumer) ": \"" (common.description) "\" " span.faint { (served.origin) }
            }
            (given(&common.provider_states))
            (body(&served.message.message.contents))
        }
    }
}

fn given(states: &[ProviderState]) -> Markup {
    html! { @for state in states { p { "given " strong { (state) } } } }
}

fn headers(headers: &Headers) -> Markup {
    html! {
        @if !headers.is_empty() {
            ul { @for (name, values) in headers { li { code { (name) ": " (values.join(", ")) } } } }
        }
    }
}

fn body(body: &Body) -> Markup {
    let text = match body {
        Body::Missing | Body::Null | Body::Empty => return html! {},
        Body::Present { content, .. } => match content {
            Content::Json(value) => serde_json::to_string_pretty(value).unwrap_or_default(),
            Content::Text(text) => text.clone(),
            Content::Binary(bytes) => format!("{} bytes", bytes.len()),
        },
    };
    let cut = text.floor_char_boundary(BODY);
    html! { pre { (text[..cut]) @if cut < text.len() { "…" } } }
}
