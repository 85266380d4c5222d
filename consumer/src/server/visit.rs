use std::sync::Arc;

use hyper::Request;
use hyper::body::{Body, Incoming};
use tokio::sync::watch;

use super::body::Reception;
use super::limits::Limits;

/// What every connection needs.
pub(super) struct Visit<H> {
    pub handler: Arc<H>,
    pub limits: Limits,
    pub reception: Reception,
    pub finish: Finish,
    #[cfg(feature = "tls")]
    pub tls: Option<tokio_rustls::TlsAcceptor>,
}

// Derived, it would ask the same of the handler.
impl<H> Clone for Visit<H> {
    fn clone(&self) -> Self {
        Self {
            handler: self.handler.clone(),
            limits: self.limits,
            reception: self.reception.clone(),
            finish: self.finish.clone(),
            #[cfg(feature = "tls")]
            tls: self.tls.clone(),
        }
    }
}

/// Says when the server finishes; held by each connection until it ends.
#[derive(Debug, Clone)]
pub(super) struct Finish(pub watch::Receiver<()>);

impl Finish {
    pub async fn asked(&mut self) {
        // An error says that the server is gone, which is no less a reason.
        let _ = self.0.changed().await;
    }
}

impl Reception {
    /// The request, which takes this along if it has a body.
    pub fn given_to(&self, mut request: Request<Incoming>) -> Request<Incoming> {
        if !request.body().is_end_stream() {
            request.extensions_mut().insert(self.clone());
        }
        request
    }
}
