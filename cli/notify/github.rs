//! Workflows of GitHub Actions (GitHub's documentation, "Create a repository
//! dispatch event" and "Create a workflow dispatch event").

use serde_json::Value;

use super::request::{Body, Json, RequestTemplate, default_payload, json_of};
use super::template::{Known, Template};
use crate::config::{Github, Method};

/// GitHub takes so many members of a payload.
const MEMBERS: usize = 10;

/// GitHub takes so many characters of an event type.
const EVENT_TYPE: usize = 100;

/// Makes the request that starts a workflow.
pub fn request(
    github: &Github,
    payload: &[&'static str],
    known: &Known<'_>,
) -> Result<RequestTemplate, String> {
    let (path, body) = match (&github.event_type, &github.workflow) {
        (Some(event_type), None) => (
            "dispatches".to_owned(),
            repository_dispatch(github, event_type, payload, known)?,
        ),
        (None, Some(workflow)) => (
            format!("actions/workflows/{workflow}/dispatches"),
            workflow_dispatch(github, known)?,
        ),
        _ => {
            return Err(
                "expected event_type (for a repository_dispatch) or workflow and ref \
                 (for a workflow_dispatch)"
                    .into(),
            );
        }
    };
    Ok(RequestTemplate {
        method: Method::Post,
        url: url(github, &path, known)?,
        headers: headers(github, known)?,
        body: Some(Body::Json(body)),
    })
}

fn url(github: &Github, path: &str, known: &Known<'_>) -> Result<Template, String> {
    let (owner, name) = github.repository.split_once('/').unwrap_or_default();
    let is_part = |part: &str| !part.is_empty() && !part.contains(['/', '?', '#']);
    if !is_part(owner) || !is_part(name) {
        return Err(format!(
            "repository: expected OWNER/NAME, found \"{}\"",
            github.repository
        ));
    }
    let api = github.api_url.trim_end_matches('/');
    let url = format!("{api}/repos/{owner}/{name}/{path}");
    Template::parse(&url, known)
}

fn headers(github: &Github, known: &Known<'_>) -> Result<Vec<(String, Template)>, String> {
    let token = format!("Bearer {{env.{}}}", github.token_env);
    let headers = [
        ("Accept", "application/vnd.github+json"),
        ("Authorization", token.as_str()),
        ("Content-Type", "application/json"),
        ("X-GitHub-Api-Version", "2022-11-28"),
    ];
    let headers = headers.map(|(name, value)| {
        let template = Template::parse(value, known)?;
        Ok((name.to_owned(), template))
    });
    headers.into_iter().collect()
}

fn repository_dispatch(
    github: &Github,
    event_type: &str,
    payload: &[&'static str],
    known: &Known<'_>,
) -> Result<Json, String> {
    if github.reference.is_some() || github.inputs.is_some() {
        return Err("ref and inputs go with workflow, not with event_type".into());
    }
    if event_type.is_empty() || event_type.chars().count() > EVENT_TYPE {
        return Err(format!(
            "event_type: expected 1 to {EVENT_TYPE} characters, found {}",
            event_type.chars().count()
        ));
    }
    let payload = match &github.payload {
        None => default_payload(payload, known)?,
        Some(table) => {
            let document = json_of(&toml::Value::Table(table.clone()))?;
            Json::parse(&document, known).map_err(|problem| format!("payload: {problem}"))?
        }
    };
    match &payload {
        Json::Object(members) if members.len() > MEMBERS => {
            return Err(format!(
                "payload: GitHub takes {MEMBERS} members, found {}; put some into one table",
                members.len()
            ));
        }
        _ => {}
    }
    let event_type = Template::parse(event_type, known);
    let event_type = event_type.map_err(|problem| format!("event_type: {problem}"))?;
    Ok(Json::Object(vec![
        ("event_type".into(), Json::Text(event_type)),
        ("client_payload".into(), payload),
    ]))
}

fn workflow_dispatch(github: &Github, known: &Known<'_>) -> Result<Json, String> {
    let Some(reference) = &github.reference else {
        return Err("ref: expected the branch or tag that the workflow runs at".into());
    };
    if github.payload.is_some() {
        return Err("payload goes with event_type; a workflow takes inputs".into());
    }
    let reference = Template::parse(reference, known);
    let reference = reference.map_err(|problem| format!("ref: {problem}"))?;
    let inputs = github.inputs.iter().flatten();
    let inputs = inputs.map(|(name, value)| {
        let value = Json::parse(&Value::from(value.as_str()), known);
        let value = value.map_err(|problem| format!("inputs.{name}: {problem}"))?;
        Ok((name.clone(), value))
    });
    let inputs = inputs.collect::<Result<_, String>>()?;
    Ok(Json::Object(vec![
        ("ref".into(), Json::Text(reference)),
        ("inputs".into(), Json::Object(inputs)),
    ]))
}
