//! Many requests at once, and never more than storage and machine take well.

use std::future::Future;

use futures_util::stream::{self, StreamExt, TryStreamExt};

use crate::error::BrokerError;

/// How many are under way at once.
const AT_ONCE: usize = 64;

/// What is asked for each item, in the order of the items.
pub(crate) async fn concurrently<I, T, F>(
    items: impl IntoIterator<Item = I>,
    ask: impl FnMut(I) -> F,
) -> Result<Vec<T>, BrokerError>
where
    F: Future<Output = Result<T, BrokerError>>,
{
    let asked = stream::iter(items).map(ask).buffered(AT_ONCE);
    asked.try_collect().await
}
