//! One entry of a HAR file, in the ways that different tools write it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pactwork_consumer::draft::{Observation, ObservedBody};
use serde::Deserialize;
use url::Url;
use url::form_urlencoded;

/// `$.log.entries[*]`
#[derive(Debug, Deserialize)]
pub struct Entry {
    request: Request,
    response: Response,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Header>,
    post_data: Option<PostData>,
    /// -1 where it is not known.
    #[serde(default = "unknown")]
    body_size: f64,
}

#[derive(Debug, Deserialize)]
struct Response {
    /// 0, or -1, where there was no answer.
    status: i64,
    #[serde(default)]
    headers: Vec<Header>,
    #[serde(default)]
    content: Content,
}

#[derive(Debug, Deserialize)]
struct Header {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData {
    #[serde(default)]
    mime_type: String,
    text: Option<String>,
    #[serde(default)]
    params: Vec<Param>,
    /// `base64` in some tools, though the format does not have it.
    #[serde(alias = "_encoding")]
    encoding: Option<String>,
    /// A file beside the HAR.
    #[serde(rename = "_file")]
    file: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Param {
    name: String,
    value: Option<String>,
    file_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Content {
    size: f64,
    mime_type: String,
    text: Option<String>,
    encoding: Option<String>,
    #[serde(rename = "_file")]
    file: Option<serde::de::IgnoredAny>,
}

impl Default for Content {
    fn default() -> Self {
        Self {
            size: unknown(),
            mime_type: String::new(),
            text: None,
            encoding: None,
            file: None,
        }
    }
}

fn unknown() -> f64 {
    -1.0
}

/// An entry that says nothing of an answer.
#[derive(Debug)]
pub struct Left {
    pub method: String,
    pub reason: &'static str,
}

impl Entry {
    pub fn url(&self) -> &str {
        &self.request.url
    }

    /// The exchange.
    pub fn observation(self, url: &Url) -> Result<Observation, Left> {
        let Self { request, response } = self;
        let Some(status) = u16::try_from(response.status)
            .ok()
            .filter(|status| *status > 0)
        else {
            return Err(Left {
                method: request.method,
                reason: "it got no answer",
            });
        };
        let has_no_body =
            request.method.eq_ignore_ascii_case("HEAD") || matches!(status, 204 | 304);
        let (mut request_headers, mut response_headers) =
            (pairs(request.headers), pairs(response.headers));
        let request_body = match request.post_data {
            None if request.body_size > 0.0 => not_in_it(),
            None => ObservedBody::default(),
            Some(data) => {
                add_content_type(&mut request_headers, &data.mime_type);
                data.body()
            }
        };
        let response_body = match has_no_body || (300..400).contains(&status) {
            true => ObservedBody::default(),
            false => {
                add_content_type(&mut response_headers, &response.content.mime_type);
                response.content.body()
            }
        };
        Ok(Observation {
            method: request.method,
            path: url.path().into(),
            query: url.query().map(String::from),
            request_headers,
            request_body,
            status,
            response_headers,
            response_body,
        })
    }
}

fn pairs(headers: Vec<Header>) -> Vec<(String, String)> {
    let headers = headers.into_iter();
    // HTTP/2 has what stood in the first line as headers whose names begin so.
    let real = headers.filter(|header| !header.name.starts_with(':'));
    real.map(|header| (header.name, header.value)).collect()
}

fn add_content_type(headers: &mut Vec<(String, String)>, mime_type: &str) {
    let is_there = headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if !is_there && !mime_type.is_empty() && mime_type != "x-unknown" {
        headers.push(("Content-Type".into(), mime_type.into()));
    }
}

fn not_in_it() -> ObservedBody {
    ObservedBody::Unknown("the HAR file does not hold it".into())
}

fn text(text: String, encoding: Option<&str>) -> ObservedBody {
    match encoding {
        Some("base64") => match STANDARD.decode(text.trim()) {
            Ok(bytes) => ObservedBody::Bytes(bytes),
            Err(_) => ObservedBody::Unknown("the HAR file says base64, which it is not".into()),
        },
        _ => ObservedBody::Bytes(text.into_bytes()),
    }
}

impl PostData {
    fn body(self) -> ObservedBody {
        match self.text {
            Some(body) if !body.is_empty() => text(body, self.encoding.as_deref()),
            _ if !self.params.is_empty() => form(&self.params, &self.mime_type),
            _ if self.file.is_some() => not_in_it(),
            _ => ObservedBody::default(),
        }
    }
}

/// The fields of a form, of which some tools save no text.
fn form(params: &[Param], mime_type: &str) -> ObservedBody {
    let has_files = params.iter().any(|param| param.file_name.is_some());
    if has_files || mime_type.starts_with("multipart/") {
        return ObservedBody::Unknown("it is multipart, which a person has to write".into());
    }
    let mut form = form_urlencoded::Serializer::new(String::new());
    for param in params {
        form.append_pair(
            &decoded(&param.name),
            &decoded(param.value.as_deref().unwrap_or("")),
        );
    }
    ObservedBody::Bytes(form.finish().into_bytes())
}

/// Browsers save fields as they were sent: coded.
fn decoded(text: &str) -> String {
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    match (pairs.next(), pairs.next()) {
        (Some((name, value)), None) if value.is_empty() && !text.contains('=') => name.into_owned(),
        _ => text.into(),
    }
}

impl Content {
    fn body(self) -> ObservedBody {
        match self.text {
            Some(body) => text(body, self.encoding.as_deref()),
            None if self.size == 0.0 && self.file.is_none() => ObservedBody::default(),
            None => not_in_it(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn observation(entry: Value) -> Result<Observation, &'static str> {
        let entry: Entry = serde_json::from_value(entry).unwrap();
        let url = Url::parse(entry.url()).unwrap();
        entry.observation(&url).map_err(|left| left.reason)
    }

    fn answered(content: &Value) -> ObservedBody {
        let entry = json!({
            "request": { "method": "GET", "url": "https://a.example/" },
            "response": { "status": 200, "content": content },
        });
        observation(entry).unwrap().response_body
    }

    fn sent(data: &Value) -> ObservedBody {
        let entry = json!({
            "request": { "method": "POST", "url": "https://a.example/", "postData": data, "bodySize": 7 },
            "response": { "status": 201 },
        });
        observation(entry).unwrap().request_body
    }

    fn bytes(text: &str) -> ObservedBody {
        ObservedBody::Bytes(text.as_bytes().to_vec())
    }

    #[test]
    fn an_entry_is_an_exchange() {
        let entry = json!({
            "startedDateTime": "2026-05-01T10:00:00Z",
            "request": {
                "method": "GET", "url": "https://a.example/orders/7?x=1#top", "httpVersion": "h2",
                "headers": [{ "name": ":authority", "value": "a.example" }, { "name": "accept", "value": "a/b" }],
                "headersSize": -1, "bodySize": 0,
            },
            "response": {
                "status": 200, "headers": [],
                "content": { "size": 2, "mimeType": "application/json", "text": "{}" },
            },
        });
        assert_eq!(
            observation(entry).unwrap(),
            Observation {
                method: "GET".into(),
                path: "/orders/7".into(),
                query: Some("x=1".into()),
                request_headers: vec![("accept".into(), "a/b".into())],
                request_body: ObservedBody::default(),
                status: 200,
                response_headers: vec![("Content-Type".into(), "application/json".into())],
                response_body: bytes("{}"),
            }
        );
    }

    #[test]
    fn answers_are_there_or_not() {
        for (content, expected) in [
            (json!({ "text": "a" }), bytes("a")),
            (json!({ "text": "YQ==", "encoding": "base64" }), bytes("a")),
            (
                json!({ "text": "?", "encoding": "base64" }),
                ObservedBody::Unknown("the HAR file says base64, which it is not".into()),
            ),
            (json!({ "size": 0 }), bytes("")),
            (json!({ "size": 7 }), not_in_it()),
            (json!({ "size": -1 }), not_in_it()),
            (json!({ "size": 7, "_file": "a.json" }), not_in_it()),
        ] {
            assert_eq!(answered(&content), expected, "{content}");
        }
    }

    #[test]
    fn what_was_sent_is_text_or_fields() {
        let fields = json!([{ "name": "a", "value": "x+y%26" }, { "name": "b", "value": "1=2" }]);
        for (data, expected) in [
            (json!({ "mimeType": "a/b", "text": "x" }), bytes("x")),
            (
                json!({ "mimeType": "a/b", "text": "YQ==", "encoding": "base64" }),
                bytes("a"),
            ),
            (
                json!({ "text": "", "params": fields }),
                bytes("a=x+y%26&b=1%3D2"),
            ),
            (
                json!({ "mimeType": "multipart/form-data", "params": fields }),
                ObservedBody::Unknown("it is multipart, which a person has to write".into()),
            ),
            (json!({ "mimeType": "a/b" }), bytes("")),
            (json!(null), not_in_it()),
        ] {
            assert_eq!(sent(&data), expected, "{data}");
        }
    }

    #[test]
    fn a_request_without_an_answer_is_left_out() {
        let entry = json!({
            "request": { "method": "GET", "url": "https://a.example/" },
            "response": { "status": 0, "content": {} },
        });
        assert_eq!(observation(entry), Err("it got no answer"));
    }
}
