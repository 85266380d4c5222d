//! Cross-origin requests (the Fetch standard, "CORS protocol"): what lets a web page
//! of another origin read what a stub answers.

use hyper::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderValue, ORIGIN, VARY,
};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};

use crate::server::{Guard, Outgoing, whole};

/// Which web pages may call a stub and read its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cors {
    /// None but those that the stub serves itself.
    Off,
    /// Pages of this machine, on whatever port: `http://localhost:3000`.
    ThisMachine,
    /// Pages of this machine and of these origins: `https://app.example`.
    Origins(Vec<String>),
    /// Every page.
    Any,
}

impl Cors {
    /// The origin of a request, where it may read the answer.
    fn allowed<'a>(&self, head: &'a Parts) -> Option<&'a HeaderValue> {
        let origin = head.headers.get(ORIGIN)?;
        let is_allowed = match self {
            Self::Off => false,
            Self::ThisMachine => is_of_this_machine(origin),
            Self::Origins(origins) => {
                origins
                    .iter()
                    .any(|each| each.as_bytes() == origin.as_bytes())
                    || is_of_this_machine(origin)
            }
            Self::Any => true,
        };
        is_allowed.then_some(origin)
    }

    /// Adds what lets the page that asks read the answer. An answer that says
    /// itself who may read it stays as it is.
    pub(super) fn open(&self, head: &Parts, response: &mut Response<Outgoing>) {
        let Some(origin) = self.allowed(head) else {
            return;
        };
        if response.headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
            return;
        }
        let names: Vec<_> = response
            .headers()
            .keys()
            .map(|name| name.as_str())
            .collect();
        let exposed = HeaderValue::from_str(&names.join(", "));
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(
            ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        );
        headers.append(VARY, HeaderValue::from_static("Origin"));
        if let Ok(exposed) = exposed {
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        }
    }

    /// The answer to a browser that asks whether a page may send a request.
    pub(super) fn preflight(&self, head: &Parts) -> Option<Response<Outgoing>> {
        if head.method != Method::OPTIONS {
            return None;
        }
        let method = head.headers.get(ACCESS_CONTROL_REQUEST_METHOD)?;
        self.allowed(head)?;
        let mut response = Response::new(whole(""));
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, method.clone());
        if let Some(names) = head.headers.get(ACCESS_CONTROL_REQUEST_HEADERS) {
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
        }
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("5"));
        Some(response)
    }
}

/// The guard knows the names of this machine; what it looks at is a request's head.
fn is_of_this_machine(origin: &HeaderValue) -> bool {
    let request = Request::get("http://localhost/").header(ORIGIN, origin);
    let Ok(request) = request.body(()) else {
        return false;
    };
    Guard::default().check(&request.into_parts().0).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(method: &str, origin: &str) -> Parts {
        let request = Request::builder()
            .method(method)
            .uri("/")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "PUT")
            .header("Access-Control-Request-Headers", "authorization");
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn pages_that_may_read_are_told_so() {
        let app = || Cors::Origins(vec!["https://app.example".into()]);
        for (cors, origin, is_allowed) in [
            (Cors::ThisMachine, "http://localhost:3000", true),
            (Cors::ThisMachine, "https://app.example", false),
            (Cors::ThisMachine, "null", false),
            (Cors::Off, "http://localhost:3000", false),
            (app(), "https://app.example", true),
            (app(), "http://[::1]:3000", true),
            (app(), "https://other.example", false),
            (Cors::Any, "null", true),
        ] {
            let mut response = Response::new(whole(""));
            cors.open(&head("GET", origin), &mut response);
            let allowed = response.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN);
            assert_eq!(allowed.is_some(), is_allowed, "{cors:?} {origin}");
            let preflight = cors.preflight(&head("OPTIONS", origin));
            assert_eq!(preflight.is_some(), is_allowed, "{cors:?} {origin}");
        }
    }

    #[test]
    fn a_preflight_allows_what_is_asked_for() {
        let head = head("OPTIONS", "http://localhost:3000");
        let mut response = Cors::ThisMachine.preflight(&head).unwrap();
        Cors::ThisMachine.open(&head, &mut response);
        assert_eq!(response.status(), 204);
        for (name, value) in [
            ("access-control-allow-origin", "http://localhost:3000"),
            ("access-control-allow-methods", "PUT"),
            ("access-control-allow-headers", "authorization"),
            ("access-control-allow-credentials", "true"),
        ] {
            assert_eq!(response.headers()[name], value, "{name}");
        }
    }

    #[test]
    fn what_a_pact_says_itself_stays() {
        let mut response = Response::new(whole(""));
        let anyone = HeaderValue::from_static("*");
        response
            .headers_mut()
            .insert(ACCESS_CONTROL_ALLOW_ORIGIN, anyone);
        Cors::Any.open(&head("GET", "https://app.example"), &mut response);
        assert_eq!(response.headers().len(), 1);
    }
}
