//! How interactions are replayed.

mod headers;
mod tls;

use std::time::Duration;

use pactwork_provider::{HttpFilter, HttpOptions, Secrets, Verifier};

use super::provider::Surroundings;
use crate::args;
use crate::args::HeaderAlso;
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::plan::Context;
use headers::Headers;

/// How requests are sent, and how many at once.
#[derive(Debug)]
pub struct Plan {
    jobs: usize,
    timeout: Duration,
    http: HttpOptions,
    headers: Headers,
    also: Vec<HeaderAlso>,
    filter: Option<HttpFilter>,
}

/// How requests are sent, whatever has to be run for it having been run.
#[derive(Debug)]
pub struct Prepared {
    jobs: usize,
    http: HttpOptions,
    /// To where states are set.
    pub states: HttpOptions,
    /// To where messages are asked for.
    pub messages: HttpOptions,
}

/// Checks the arguments. Flags win over the configuration.
pub fn plan(args: &args::Replay, context: &Context) -> Result<Plan> {
    let configured = &context.config.provider;
    let timeout = Duration::from_secs(args.timeout);
    let mut http = HttpOptions::new()
        .timeout(timeout)
        .largest_body((args.largest_body as usize) << 20)
        .http2(args.http2 || configured.http2);
    if let Some(seconds) = args.connect_timeout {
        http = http.connect_timeout(Duration::from_secs(seconds));
    }
    let redirects = args.follow_redirects.or(configured.follow_redirects);
    http = http.follow_redirects(redirects.unwrap_or_default());
    http = tls::apply(http, args, context)?;
    let filter = args.request_filter.as_ref();
    let filter = filter.or(configured.request_filter.as_ref());
    let filter = filter.map(|url| HttpFilter::new(url)).transpose()?;
    Ok(Plan {
        jobs: usize::from(args.jobs),
        timeout,
        headers: headers::plan(args, context)?,
        also: args.header_also.clone(),
        filter: filter.map(|filter| filter.http(http.clone())),
        http,
    })
}

/// How long one request may take.
pub fn timeout(plan: &Plan) -> Duration {
    plan.timeout
}

/// How requests are sent.
pub fn http(plan: &Plan) -> HttpOptions {
    plan.http.clone()
}

impl Plan {
    /// Secrets that are known before anything is run.
    pub fn tell(&self, secrets: &Secrets) {
        self.headers.tell(secrets);
    }
}

/// Runs what has to be run before the first request; `base_url` is the provider's.
pub async fn prepare(
    plan: &Plan,
    surroundings: &Surroundings,
    base_url: Option<&str>,
    output: &Output,
) -> Result<Prepared> {
    let with_headers = plan
        .headers
        .add_to(plan.http.clone(), surroundings, base_url, output);
    let with_headers = with_headers.await?;
    let to = |place: HeaderAlso| match plan.also.contains(&place) {
        true => with_headers.clone(),
        false => plan.http.clone(),
    };
    let (states, messages) = (to(HeaderAlso::States), to(HeaderAlso::Messages));
    Ok(Prepared {
        jobs: plan.jobs,
        states,
        messages,
        http: match &plan.filter {
            Some(filter) => with_headers.filter(filter.clone()),
            None => with_headers,
        },
    })
}

impl Prepared {
    /// Has the verifier do so.
    pub fn apply(&self, verifier: Verifier) -> Verifier {
        verifier.jobs(self.jobs).http(self.http.clone())
    }
}

/// A header or a filter that cannot be used.
fn wrong(error: impl std::fmt::Display) -> Failure {
    Failure::wrong_input(error)
}
