use std::error::Error;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Either, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use thiserror::Error;

/// The body of an answer: bytes at hand, or a stream.
pub type Outgoing = Either<Full<Bytes>, UnsyncBoxBody<Bytes, Box<dyn Error + Send + Sync>>>;

/// A body of these bytes.
pub fn whole(bytes: impl Into<Bytes>) -> Outgoing {
    Either::Left(Full::new(bytes.into()))
}

/// A body that is sent while it is made. An error of the stream ends the connection.
pub fn streamed<B>(body: B) -> Outgoing
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    Either::Right(body.map_err(Into::into).boxed_unsync())
}

/// A request's body that is not there as a whole.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BodyError {
    /// It has more bytes than this.
    #[error("its body is larger than {0} bytes")]
    TooLarge(usize),
    /// The client went away, or broke the rules of the transfer.
    #[error("its body was not received whole: {0}")]
    Incomplete(Box<dyn Error + Send + Sync>),
}

/// Waits for a request's body of at most `limit` bytes.
///
/// # Errors
/// [`BodyError`].
pub async fn received_whole(body: Incoming, limit: usize) -> Result<Bytes, BodyError> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(BodyError::TooLarge(limit)),
        Err(error) => Err(BodyError::Incomplete(error)),
    }
}
