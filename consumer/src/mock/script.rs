use std::sync::Arc;

use bytes::Bytes;
use hyper::header::{
    CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use hyper::{Method, StatusCode};
use pactwork_contract::{Body, Headers, HttpInteraction, Interaction, Response, Warning};
use pactwork_matching::RequestIndex;
use pactwork_matching::generators::{CompiledGenerators, GeneratorMode};

use crate::Problems;
use crate::dsl::request_line;

/// How many different sets of headers are shared.
const FEW: usize = 64;

/// A pact's HTTP interactions, made ready to be played: requests indexed,
/// responses turned into what goes over the wire.
#[derive(Debug)]
pub(crate) struct Script {
    pub index: RequestIndex,
    pub exchanges: Vec<Exchange>,
}

/// One interaction; at the same position as its request in the index.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// Description and provider states, as a person reads them.
    pub interaction: String,
    /// The expected request in a few words.
    pub request: String,
    /// The example.
    pub reply: Reply,
    /// What is made anew in the example.
    pub generators: CompiledGenerators,
    /// What that is made in; `None` where nothing is made anew.
    pub example: Option<Response>,
    /// Whether the request's method is HEAD.
    pub head: bool,
    not_generated: Vec<Warning>,
}

/// What goes over the wire.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: StatusCode,
    /// Shared by the many replies that have the same.
    pub headers: Arc<HeaderMap>,
    pub body: Bytes,
    /// Whether it is only an example, in place of which something is made anew.
    pub is_generated: bool,
}

impl Script {
    /// `interactions` are HTTP interactions; others are left out.
    pub fn compile(interactions: &[Interaction], problems: &mut Problems) -> Self {
        let requests = interactions.iter().filter_map(as_http);
        let index = RequestIndex::new(requests.map(|http| &http.request));
        let exchange = |interaction: &Interaction| {
            let identity = interaction.identity().to_string();
            as_http(interaction).map(|http| Exchange::compile(http, identity, problems))
        };
        let mut exchanges: Vec<_> = interactions.iter().filter_map(exchange).collect();
        share_headers(&mut exchanges);
        Self { index, exchanges }
    }

    /// Matching rules and generators that were not understood, interaction by interaction.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for (position, exchange) in self.exchanges.iter().enumerate() {
            let found = self.index.matcher(position).warnings();
            let named = |warning: &Warning| Warning {
                path: format!("{}: {}", exchange.interaction, warning.path),
                ..warning.clone()
            };
            warnings.extend(found.iter().map(named));
            let not_generated = exchange.not_generated.iter();
            warnings.extend(not_generated.map(|warning| exchange.of_response(warning)));
        }
        warnings
    }
}

/// Most replies of a pact have the same few headers. Copied from one place, they are in
/// the processor's cache whichever reply is played.
fn share_headers(exchanges: &mut [Exchange]) {
    let mut seen: Vec<Arc<HeaderMap>> = Vec::new();
    for exchange in exchanges {
        let headers = &mut exchange.reply.headers;
        match seen.iter().find(|known| *known == headers) {
            Some(known) => *headers = Arc::clone(known),
            None if seen.len() < FEW => seen.push(Arc::clone(headers)),
            None => {}
        }
    }
}

pub(crate) fn as_http(interaction: &Interaction) -> Option<&HttpInteraction> {
    match interaction {
        Interaction::Http(http) => Some(http),
        _ => None,
    }
}

impl Exchange {
    fn compile(http: &HttpInteraction, interaction: String, problems: &mut Problems) -> Self {
        let head = http
            .request
            .method
            .eq_ignore_ascii_case(Method::HEAD.as_str());
        let response = &http.response;
        let (generators, not_generated) =
            CompiledGenerators::compile(&response.generators, &response.matching_rules);
        let parts = Parts {
            status: response.status,
            headers: &response.headers,
            content_type: response.body.content_type(),
            body: bytes(&response.body),
        };
        let place = format!("{interaction}: the response");
        let is_generated = generators.apply_in(GeneratorMode::Consumer);
        Self {
            reply: Reply {
                is_generated,
                ..Reply::of(parts, head, &place, problems)
            },
            request: request_line(&http.request),
            example: is_generated.then(|| response.clone()),
            generators,
            head,
            not_generated,
            interaction,
        }
    }

    /// A warning about the response, as a person finds it.
    pub fn of_response(&self, warning: &Warning) -> Warning {
        let below = warning.path.trim_start_matches('$');
        Warning {
            path: format!("{}: $.response{below}", self.interaction),
            ..warning.clone()
        }
    }
}

/// What a reply is made of.
pub(crate) struct Parts<'a> {
    pub status: u16,
    pub headers: &'a Headers,
    pub content_type: Option<&'a str>,
    pub body: Bytes,
}

pub(super) fn bytes(body: &Body) -> Bytes {
    body.to_bytes().into_owned().into()
}

impl Reply {
    pub fn of(parts: Parts<'_>, head: bool, place: &str, problems: &mut Problems) -> Self {
        let mut headers = headers(&parts, place, problems);
        // How the body is framed is the server's business. Only the answer to a HEAD
        // request says a length that is not its own (RFC 9110, section 9.3.2).
        headers.remove(TRANSFER_ENCODING);
        if !(head && parts.body.is_empty()) {
            headers.remove(CONTENT_LENGTH);
        }
        Self {
            status: status(parts.status, place, problems),
            headers: Arc::new(headers),
            body: parts.body,
            is_generated: false,
        }
    }
}

fn status(code: u16, place: &str, problems: &mut Problems) -> StatusCode {
    match StatusCode::from_u16(code) {
        Ok(status) if code >= 200 => status,
        _ => {
            let problem = format!("status {code} does not end an exchange; expected 200 to 999");
            problems.add(place, problem);
            StatusCode::OK
        }
    }
}

fn headers(response: &Parts<'_>, place: &str, problems: &mut Problems) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, values) in response.headers {
        let Ok(header) = HeaderName::from_bytes(name.as_bytes()) else {
            problems.add(place, format_args!("\"{name}\" is not a header name"));
            continue;
        };
        for value in values {
            match HeaderValue::from_bytes(value.as_bytes()) {
                Ok(value) => drop(headers.append(header.clone(), value)),
                Err(_) => problems.add(
                    place,
                    format_args!("header {name}: {value:?} holds what no header can"),
                ),
            }
        }
    }
    if let Some(content_type) = response.content_type
        && !headers.contains_key(CONTENT_TYPE)
        && let Ok(value) = HeaderValue::from_bytes(content_type.as_bytes())
    {
        headers.insert(CONTENT_TYPE, value);
    }
    headers
}
