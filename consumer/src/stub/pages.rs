//! Which web pages may call a stub; what they are told is [`Cors`]'s business.

use hyper::header::{HeaderValue, ORIGIN};
use hyper::http::request::Parts;
use hyper::{Request, Response};

use crate::server::{Cors, Guard, Outgoing};

/// Which web pages may call a stub and read its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pages {
    /// None but those that the stub serves itself.
    None,
    /// Pages of this machine, on whatever port: `http://localhost:3000`.
    OfThisMachine,
    /// Pages of this machine and of these origins: `https://app.example`.
    OfOrigins(Vec<String>),
    /// Every page.
    All,
}

impl Pages {
    /// Whether a request comes from a page that may read the answer.
    fn allow(&self, head: &Parts) -> bool {
        let Some(origin) = head.headers.get(ORIGIN) else {
            return false;
        };
        let same = |each: &String| each.as_bytes().eq_ignore_ascii_case(origin.as_bytes());
        match self {
            Self::None => false,
            Self::OfThisMachine => is_of_this_machine(origin),
            Self::OfOrigins(origins) => origins.iter().any(same) || is_of_this_machine(origin),
            Self::All => true,
        }
    }

    /// Lets the page that asks read the answer, if it may.
    pub(super) fn permit(&self, head: &Parts, response: &mut Response<Outgoing>) {
        if self.allow(head) {
            Cors::any_origin().permit(head, response.headers_mut());
        }
    }

    /// The answer to a browser that asks whether a page may send a request, if it may.
    pub(super) fn preflight(&self, head: &Parts) -> Option<Response<Outgoing>> {
        let answered = Cors::is_preflight(head) && self.allow(head);
        answered.then(|| Cors::preflight(head))
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
    use crate::server::whole;

    fn head(method: &str, origin: &str) -> Parts {
        let request = Request::builder()
            .method(method)
            .uri("/")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "PUT");
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn pages_that_may_read_are_told_so() {
        let app = || Pages::OfOrigins(vec!["https://app.example".into()]);
        for (pages, origin, is_allowed) in [
            (Pages::OfThisMachine, "http://localhost:3000", true),
            (Pages::OfThisMachine, "https://app.example", false),
            (Pages::OfThisMachine, "null", false),
            (Pages::None, "http://localhost:3000", false),
            (app(), "https://app.example", true),
            (app(), "http://[::1]:3000", true),
            (app(), "https://other.example", false),
            (Pages::All, "null", true),
        ] {
            let mut response = Response::new(whole(""));
            pages.permit(&head("GET", origin), &mut response);
            let allowed = response.headers().get("access-control-allow-origin");
            assert_eq!(allowed.is_some(), is_allowed, "{pages:?} {origin}");
            let preflight = pages.preflight(&head("OPTIONS", origin));
            assert_eq!(preflight.is_some(), is_allowed, "{pages:?} {origin}");
        }
    }
}
