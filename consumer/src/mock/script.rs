use std::borrow::Cow;
use std::time::SystemTime;

use bytes::Bytes;
use hyper::header::{
    CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use hyper::{Method, StatusCode};
use pactwork_contract::{HttpInteraction, Interaction, Response, Warning};
use pactwork_matching::RequestIndex;
use pactwork_matching::generators::CompiledGenerators;

use super::generated::Source;

use crate::Problems;
use crate::dsl::request_line;

/// A pact's HTTP interactions, made ready to be played: requests indexed,
/// responses turned into what goes over the wire.
#[derive(Debug)]
pub(super) struct Script {
    pub index: RequestIndex,
    pub exchanges: Vec<Exchange>,
}

/// One interaction; at the same position as its request in the index.
#[derive(Debug)]
pub(super) struct Exchange {
    /// Description and provider states, as a person reads them.
    pub interaction: String,
    /// The expected request in a few words.
    pub request: String,
    pub reply: Reply,
    /// `None` where the reply is always the same.
    generated: Option<Generated>,
    warnings: Vec<Warning>,
}

/// A reply that is made anew each time.
#[derive(Debug)]
struct Generated {
    generators: CompiledGenerators,
    example: Response,
    head: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
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
        Self {
            index,
            exchanges: interactions.iter().filter_map(exchange).collect(),
        }
    }

    /// Matching rules that were not understood, interaction by interaction.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for (position, exchange) in self.exchanges.iter().enumerate() {
            let matching = self.index.matcher(position).warnings().iter();
            let found = matching.chain(&exchange.warnings);
            let named = |warning: &Warning| Warning {
                path: format!("{}: {}", exchange.interaction, warning.path),
                ..warning.clone()
            };
            warnings.extend(found.map(named));
        }
        warnings
    }
}

pub(super) fn as_http(interaction: &Interaction) -> Option<&HttpInteraction> {
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
        let (generators, mut warnings) =
            CompiledGenerators::compile(&response.generators, &response.matching_rules);
        let generated = (!generators.is_empty()).then(|| Generated {
            generators,
            example: response.clone(),
            head,
        });
        if let Some(generated) = &generated {
            // What cannot be generated now cannot be later.
            let source = Source::new(Some(0), || SystemTime::UNIX_EPOCH);
            let (_, found) = source.response(&generated.generators, response, "http://localhost");
            warnings.extend(found);
        }
        for warning in &mut warnings {
            warning.path.insert_str(1, ".response");
        }
        Self {
            reply: Reply::compile(response, head, &interaction, problems),
            request: request_line(&http.request),
            interaction,
            generated,
            warnings,
        }
    }

    /// The reply to one request.
    pub fn reply(&self, source: &Source, url: &str) -> Cow<'_, Reply> {
        let Some(generated) = &self.generated else {
            return Cow::Borrowed(&self.reply);
        };
        let (response, _) = source.response(&generated.generators, &generated.example, url);
        let mut problems = Problems::default();
        let reply = Reply::compile(&response, generated.head, &self.interaction, &mut problems);
        match problems.is_empty() {
            true => Cow::Owned(reply),
            false => Cow::Borrowed(&self.reply),
        }
    }
}

impl Reply {
    fn compile(response: &Response, head: bool, owner: &str, problems: &mut Problems) -> Self {
        let place = format!("{owner}: the response");
        let body = Bytes::from(response.body.to_bytes().into_owned());
        let mut headers = headers(response, &place, problems);
        // How the body is framed is the server's business. Only the answer to a HEAD
        // request says a length that is not its own (RFC 9110, section 9.3.2).
        headers.remove(TRANSFER_ENCODING);
        if !(head && body.is_empty()) {
            headers.remove(CONTENT_LENGTH);
        }
        Self {
            status: status(response.status, &place, problems),
            headers,
            body,
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

fn headers(response: &Response, place: &str, problems: &mut Problems) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, values) in &response.headers {
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
    if let Some(content_type) = response.body.content_type()
        && !headers.contains_key(CONTENT_TYPE)
        && let Ok(value) = HeaderValue::from_bytes(content_type.as_bytes())
    {
        headers.insert(CONTENT_TYPE, value);
    }
    headers
}
